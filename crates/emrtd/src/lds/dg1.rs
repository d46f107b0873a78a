//! DG1: the machine readable zone (ICAO 9303-10, 4.7.1).

use super::{DataGroup, open};
use crate::fault::{Deviations, LdsFault, MrzField};
use crate::mrz::Mrz;
use crate::tlv::Tag;

/// DG1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dg1 {
    /// `5F1F`: what the zone says.
    pub mrz: Mrz,
    /// Fields whose check digit does not fit: findings, as documents were issued with such.
    pub wrong_check_digits: Vec<MrzField>,
    /// What was tolerated.
    pub deviations: Deviations,
}

impl Dg1 {
    /// Parses the file.
    pub fn parse(file: &[u8]) -> Result<Self, LdsFault> {
        let mut deviations = Deviations::new();
        let mut reader = open(file, DataGroup::Dg1.tag(), &mut deviations)?.reader();
        let zone = reader.expect(Tag(0x5F1F))?;
        reader.finish()?;
        let reading = Mrz::read(zone.value)?;
        deviations.extend(reading.deviations);
        Ok(Self {
            mrz: reading.mrz,
            wrong_check_digits: reading.wrong_check_digits,
            deviations,
        })
    }
}
