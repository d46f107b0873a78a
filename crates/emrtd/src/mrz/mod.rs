//! Machine readable zones: TD1, TD2 and TD3 documents, visas of formats A and B (9303-3, section 4; 9303-4 to 9303-7).
//!
//! [`Mrz::read`] takes a zone as a chip or a perfect reader gives it, and keeps what is wrong with it as findings.
//! [`Mrz::from_typed`] takes what a person typed or a camera read, mends what can be mended without guessing, and refuses the rest.
//! [`MrzInformation`] is what opens the chip.

mod check_digit;
mod date;
mod format;
mod information;
mod name;
mod read;
mod state;
mod transliteration;
mod typed;
mod write;

use std::fmt;

pub use check_digit::check_digit;
pub use date::{MrzDate, PartialDate};
pub use format::Format;
pub use information::MrzInformation;
pub use name::HolderName;
pub use state::State;
pub use transliteration::{Language, transliterate};

use crate::fault::{Deviations, MrzFault, MrzField};
use crate::personal::Personal;

/// What a machine readable zone says.
#[derive(Clone, PartialEq, Eq)]
pub struct Mrz {
    /// Which of the five layouts.
    pub format: Format,
    /// Two characters, such as `P<`, `PP`, `ID`, `V<`.
    pub document_code: [u8; 2],
    /// Who issued the document.
    pub issuing_state: State,
    /// The holder.
    pub name: HolderName,
    /// The document number without fillers at its end, joined again where it is longer than nine characters. Spaces in it are `<`.
    pub document_number: Personal<String>,
    /// The holder's nationality.
    pub nationality: State,
    /// The holder's date of birth.
    pub birth: MrzDate,
    /// The holder's sex.
    pub sex: Sex,
    /// The day the document expires, or a visa's "valid until".
    pub expiry: MrzDate,
    /// Optional data without fillers at their end: TD3's personal number; of TD1 those of the upper line.
    pub optional_data: Personal<String>,
    /// TD1: the optional data of the middle line. Empty for the others.
    pub second_optional_data: Personal<String>,
}

/// The holder's sex as the zone has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sex {
    /// `F`
    Female,
    /// `M`
    Male,
    /// `<`
    Unspecified,
}

/// A zone that was read, with what was found wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// What it says.
    pub mrz: Mrz,
    /// The fields whose check digit does not fit. Empty from [`Mrz::from_typed`].
    pub wrong_check_digits: Vec<MrzField>,
    /// What was tolerated or mended.
    pub deviations: Deviations,
}

impl Mrz {
    /// Reads a zone that is exact to the character, such as DG1's: 72, 88 or 90 characters, with or without line breaks.
    ///
    /// A wrong check digit is a finding, not a fault, since documents were issued with such.
    pub fn read(zone: &[u8]) -> Result<Reading, MrzFault> {
        read::read(zone)
    }

    /// Reads a zone that was typed or recognised from a picture, and refuses it unless every check digit fits.
    ///
    /// Tolerated and reported: lower case, spaces, `«` for `<<`, missing or supernumerary fillers at the end of a line, letters where only
    /// digits can stand and the reverse (`O` for `0`).
    pub fn from_typed(text: &str) -> Result<Reading, MrzFault> {
        typed::read(text)
    }

    /// The zone's lines, without line breaks between, check digits computed.
    ///
    /// A name that is too long is cut by the standard's rules; anything else that is too long is a fault.
    pub fn write(&self) -> Result<String, MrzFault> {
        write::write(self)
    }

    /// The zone's lines, each ended by a line break.
    pub fn write_lines(&self) -> Result<String, MrzFault> {
        let zone = self.write()?;
        let lines = zone.as_bytes().chunks(self.format.width());
        Ok(lines
            .flat_map(|line| line.iter().copied().map(char::from).chain(['\n']))
            .collect())
    }

    /// What opens the chip.
    pub fn information(&self) -> MrzInformation {
        MrzInformation::new(self.document_number.expose(), self.birth, self.expiry)
    }
}

/// Says which kind of document, and nothing of its holder.
impl fmt::Debug for Mrz {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mrz")
            .field("format", &self.format)
            .field("issuing_state", &self.issuing_state)
            .finish_non_exhaustive()
    }
}
