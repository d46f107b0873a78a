//! DG16: persons to notify (ICAO 9303-10, 4.7.16).

use std::fmt;

use super::text::{Text, date, text};
use super::{DataGroup, open};
use crate::fault::{Deviation, Deviations, LdsFault};
use crate::mrz::PartialDate;
use crate::tlv::{Tag, Tlv};

/// How many persons are read: the templates' tags go from `A1` to `AF`.
const MAX_PERSONS: usize = 15;

/// DG16. `Debug` shows none of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Dg16<'a> {
    /// The persons, in their order.
    pub persons: Vec<PersonToNotify<'a>>,
    /// What was tolerated.
    pub deviations: Deviations,
}

/// Whom to notify in an emergency.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct PersonToNotify<'a> {
    /// `5F50`: when this was recorded.
    pub recorded: Option<PartialDate>,
    /// `5F51`: the name; see [`split_name`](super::split_name).
    pub name: Option<Text<'a>>,
    /// `5F52`: the telephone number.
    pub telephone: Option<Text<'a>>,
    /// `5F53`: the address.
    pub address: Option<Text<'a>>,
}

impl<'a> Dg16<'a> {
    /// Parses the file.
    pub fn parse(file: &'a [u8]) -> Result<Self, LdsFault> {
        let mut deviations = Deviations::new();
        let mut reader = open(file, DataGroup::Dg16.tag(), &mut deviations)?.reader();
        let count = reader
            .optional(Tag::INTEGER)?
            .map(|count| count.small_unsigned())
            .transpose()?;
        let mut persons = Vec::new();
        while let Some(element) = reader.read()? {
            match element.tag.0 {
                0xA1..=0xAF if persons.len() == MAX_PERSONS => return Err(LdsFault::TooMany),
                0xA1..=0xAF => persons.push(person(element, &mut deviations)?),
                _ => deviations.push(Deviation::FileUnknownElement),
            }
        }
        if count.and_then(|count| usize::try_from(count).ok()) != Some(persons.len()) {
            deviations.push(Deviation::CountWrong);
        }
        Ok(Self {
            persons,
            deviations,
        })
    }
}

/// One template.
fn person<'a>(
    template: Tlv<'a>,
    deviations: &mut Deviations,
) -> Result<PersonToNotify<'a>, LdsFault> {
    let mut person = PersonToNotify::default();
    for element in template.children() {
        let element = element?;
        match element.tag {
            Tag(0x5F50) => person.recorded = date(element.value, deviations),
            Tag(0x5F51) => person.name = Some(text(element.value, deviations)),
            Tag(0x5F52) => person.telephone = Some(text(element.value, deviations)),
            Tag(0x5F53) => person.address = Some(text(element.value, deviations)),
            _ => deviations.push(Deviation::FileUnknownElement),
        }
    }
    Ok(person)
}

/// Opaque.
impl fmt::Debug for Dg16<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dg16")
            .field("deviations", &self.deviations)
            .finish_non_exhaustive()
    }
}

/// Opaque.
impl fmt::Debug for PersonToNotify<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonToNotify(..)")
    }
}
