//! The population register, as everything here asks it: our own, filled by `segl import cpr`, or a service outside.

pub mod import;
mod outside;
mod own;
mod spoken;

use domain::cpr_number::CprNumber;
use domain::register::RegisterEntry;
use jiff::civil::Date;

pub use self::outside::{HttpRegister, OutsideFault};

use crate::Segl;
use crate::error::Fault;

/// Where the register is.
#[derive(Debug, Default)]
pub enum Register {
    /// In our own database.
    #[default]
    Own,
    /// A service that others run.
    Outside(HttpRegister),
}

impl Register {
    /// What the register knows of a number; nothing where it does not have it.
    pub async fn find(&self, segl: &Segl, cpr: &CprNumber) -> Result<Option<RegisterEntry>, Fault> {
        match self {
            Self::Own => own::find(segl, *cpr).await,
            Self::Outside(service) => service.find(cpr, &segl.policy.register).await,
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
            Self::Outside(service) => {
                let when = (segl.clock.now(), &segl.policy.register);
                service.plausible(count, random, when).await
            }
        }
    }
}

/// Whether somebody's data may stand among answers that somebody else reads.
fn is_plausible(entry: &RegisterEntry, today: Date) -> bool {
    entry.status.is_active() && entry.address.is_some() && !entry.is_protected_on(today)
}
