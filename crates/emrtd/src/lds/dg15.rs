//! DG15: the public key of active authentication (ICAO 9303-10, 4.7.15).

use super::{DataGroup, open};
use crate::fault::{Deviation, Deviations, LdsFault};
use crate::tlv::Tag;

/// DG15.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dg15<'a> {
    /// The SubjectPublicKeyInfo, with tag and length.
    pub public_key: &'a [u8],
    /// What was tolerated.
    pub deviations: Deviations,
}

impl<'a> Dg15<'a> {
    /// Parses the file as far as the key.
    pub fn parse(file: &'a [u8]) -> Result<Self, LdsFault> {
        let mut deviations = Deviations::new();
        let mut reader = open(file, DataGroup::Dg15.tag(), &mut deviations)?.reader();
        let public_key = reader.expect(Tag::SEQUENCE)?.raw;
        if !reader.is_empty() {
            deviations.push(Deviation::FileUnknownElement);
        }
        Ok(Self {
            public_key,
            deviations,
        })
    }
}
