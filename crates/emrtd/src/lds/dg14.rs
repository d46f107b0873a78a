//! DG14: which protocols the chip has (ICAO 9303-10, 4.7.14; 9303-11, 9.2).

use super::{DataGroup, open};
use crate::fault::{Deviations, LdsFault};
use crate::security_info::SecurityInfos;

/// DG14.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dg14<'a> {
    /// The protocols, with their keys.
    pub security_infos: SecurityInfos<'a>,
    /// What was tolerated, also within the SecurityInfos.
    pub deviations: Deviations,
}

impl<'a> Dg14<'a> {
    /// Parses the file.
    pub fn parse(file: &'a [u8]) -> Result<Self, LdsFault> {
        let mut deviations = Deviations::new();
        let value = open(file, DataGroup::Dg14.tag(), &mut deviations)?.value;
        let security_infos = SecurityInfos::parse(value)?;
        deviations.extend(&security_infos.deviations);
        Ok(Self {
            security_infos,
            deviations,
        })
    }
}
