//! DG12: additional details of the document (ICAO 9303-10, 4.7.12).

use std::fmt;

use jiff::civil::DateTime;

use super::dg2::Image;
use super::elements::Elements;
use super::text::{Text, date, date_time, text};
use super::{DataGroup, open};
use crate::fault::{Deviations, LdsFault};
use crate::mrz::PartialDate;
use crate::tlv::Tag;

/// DG12. Other persons and images are personal, and `Debug` shows none of it.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Dg12<'a> {
    /// `5F19`: who issued the document.
    pub issuing_authority: Option<Text<'a>>,
    /// `5F26`: when it was issued.
    pub date_of_issue: Option<PartialDate>,
    /// `5F1A`: other persons on the document; see [`split_name`](super::split_name).
    pub other_persons: Vec<Text<'a>>,
    /// `5F1B`: endorsements and observations.
    pub endorsements: Option<Text<'a>>,
    /// `5F1C`: what is required for taxes or leaving.
    pub tax_or_exit_requirements: Option<Text<'a>>,
    /// `5F1D`: the document's front.
    pub front: Option<Image<'a>>,
    /// `5F1E`: the document's rear.
    pub rear: Option<Image<'a>>,
    /// `5F55`: when it was personalised, by the issuer's clock.
    pub personalised: Option<DateTime>,
    /// `5F56`: the serial number of what personalised it.
    pub personalisation_system: Option<Text<'a>>,
    /// What was tolerated.
    pub deviations: Deviations,
}

impl<'a> Dg12<'a> {
    /// Parses the file.
    pub fn parse(file: &'a [u8]) -> Result<Self, LdsFault> {
        let mut deviations = Deviations::new();
        let template = open(file, DataGroup::Dg12.tag(), &mut deviations)?;
        let mut elements = Elements::of(template, Tag(0x5F1A), &mut deviations)?;
        let mut dg12 = Self::default();
        for name in elements.repeated() {
            dg12.other_persons.push(text(name, &mut deviations));
        }
        let mut taken = |tag: u32| elements.take(Tag(tag));
        let mut read = |tag: u32| taken(tag).map(|value| text(value, &mut deviations));
        dg12.issuing_authority = read(0x5F19);
        dg12.endorsements = read(0x5F1B);
        dg12.tax_or_exit_requirements = read(0x5F1C);
        dg12.personalisation_system = read(0x5F56);
        dg12.date_of_issue = taken(0x5F26).and_then(|value| date(value, &mut deviations));
        dg12.personalised = taken(0x5F55).and_then(|value| date_time(value, &mut deviations));
        dg12.front = taken(0x5F1D).map(|value| Image::new(value, &mut deviations));
        dg12.rear = taken(0x5F1E).map(|value| Image::new(value, &mut deviations));
        elements.finish(&mut deviations);
        dg12.deviations = deviations;
        Ok(dg12)
    }
}

/// Opaque.
impl fmt::Debug for Dg12<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dg12")
            .field("deviations", &self.deviations)
            .finish_non_exhaustive()
    }
}
