//! The population register, as everything here asks it: our own, filled by `segl import cpr`, or a service outside.

mod own;

use domain::cpr_number::CprNumber;
use domain::register::RegisterEntry;

use crate::Segl;
use crate::error::Fault;

/// Where the register is.
#[derive(Debug, Default)]
pub enum Register {
    /// In our own database.
    #[default]
    Own,
}

impl Register {
    /// What the register knows of a number; nothing where it does not have it.
    pub async fn find(&self, segl: &Segl, cpr: &CprNumber) -> Result<Option<RegisterEntry>, Fault> {
        match self {
            Self::Own => own::find(segl, *cpr).await,
        }
    }

    /// Others in the register, drawn at random, whose data may stand among the answers to a control question (R-QUE-1): they live in
    /// Denmark, have an address, and are not protected. `random` decides who. There may be fewer than asked for, where the register is small.
    pub async fn plausible(
        &self,
        segl: &Segl,
        count: usize,
        random: &[u8; 32],
    ) -> Result<Vec<RegisterEntry>, Fault> {
        match self {
            Self::Own => own::plausible(segl, count, *random).await,
        }
    }
}
