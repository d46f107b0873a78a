//! DG11: additional personal details (ICAO 9303-10, 4.7.11).

use std::fmt;

use super::dg2::Image;
use super::elements::Elements;
use super::text::{Text, date, text};
use super::{DataGroup, open};
use crate::fault::{Deviations, LdsFault};
use crate::mrz::PartialDate;
use crate::personal::Personal;
use crate::tlv::Tag;

/// DG11. All of it is personal, and none of it is shown by `Debug`.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Dg11<'a> {
    /// `5F0E`: the full name in national characters; see [`split_name`](super::split_name).
    pub full_name: Option<Text<'a>>,
    /// `5F0F`: other names, in the same form.
    pub other_names: Vec<Text<'a>>,
    /// `5F10`: the personal number.
    pub personal_number: Option<Text<'a>>,
    /// `5F2B`: the full date of birth.
    pub full_date_of_birth: Option<Personal<PartialDate>>,
    /// `5F11`: the place of birth, fields separated by `<`.
    pub place_of_birth: Option<Text<'a>>,
    /// `5F42`: the permanent address, fields separated by `<`.
    pub permanent_address: Option<Text<'a>>,
    /// `5F12`: a telephone number.
    pub telephone: Option<Text<'a>>,
    /// `5F13`: the profession.
    pub profession: Option<Text<'a>>,
    /// `5F14`: the title.
    pub title: Option<Text<'a>>,
    /// `5F15`: a personal summary.
    pub personal_summary: Option<Text<'a>>,
    /// `5F16`: an image that proves citizenship.
    pub proof_of_citizenship: Option<Image<'a>>,
    /// `5F17`: numbers of other valid travel documents, separated by `<`.
    pub other_travel_documents: Option<Text<'a>>,
    /// `5F18`: about custody.
    pub custody: Option<Text<'a>>,
    /// What was tolerated.
    pub deviations: Deviations,
}

impl<'a> Dg11<'a> {
    /// Parses the file.
    pub fn parse(file: &'a [u8]) -> Result<Self, LdsFault> {
        let mut deviations = Deviations::new();
        let template = open(file, DataGroup::Dg11.tag(), &mut deviations)?;
        let mut elements = Elements::of(template, Tag(0x5F0F), &mut deviations)?;
        let mut dg11 = Self::default();
        for name in elements.repeated() {
            dg11.other_names.push(text(name, &mut deviations));
        }
        let mut taken = |tag: u32| elements.take(Tag(tag));
        let mut read = |tag: u32| taken(tag).map(|value| text(value, &mut deviations));
        dg11.full_name = read(0x5F0E);
        dg11.personal_number = read(0x5F10);
        dg11.place_of_birth = read(0x5F11);
        dg11.permanent_address = read(0x5F42);
        dg11.telephone = read(0x5F12);
        dg11.profession = read(0x5F13);
        dg11.title = read(0x5F14);
        dg11.personal_summary = read(0x5F15);
        dg11.other_travel_documents = read(0x5F17);
        dg11.custody = read(0x5F18);
        dg11.full_date_of_birth = taken(0x5F2B)
            .and_then(|value| date(value, &mut deviations))
            .map(Personal::new);
        dg11.proof_of_citizenship = taken(0x5F16).map(|value| Image::new(value, &mut deviations));
        elements.finish(&mut deviations);
        dg11.deviations = deviations;
        Ok(dg11)
    }
}

/// Opaque.
impl fmt::Debug for Dg11<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dg11")
            .field("deviations", &self.deviations)
            .finish_non_exhaustive()
    }
}
