//! EF.ATR/INFO: what the card can do (ICAO 9303-10, 3.11.1; ISO/IEC 7816-4, 12.1.1).

use crate::fault::{Deviation, Deviations, LdsFault};
use crate::tlv::{Reader, Tag, Tlv};

/// EF.ATR/INFO, as far as reading a document needs it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AtrInfo {
    /// `47`: what the card says that it can do.
    pub capabilities: Option<CardCapabilities>,
    /// `7F66`: the longest command APDU in bytes.
    pub longest_command: Option<u32>,
    /// `7F66`: the longest response APDU in bytes.
    pub longest_response: Option<u32>,
    /// What was tolerated.
    pub deviations: Deviations,
}

/// The card capabilities (9303-10, table 29).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CardCapabilities {
    /// Applications are selected by their full name.
    pub selection_by_name: bool,
    /// Files have short identifiers.
    pub short_file_identifiers: bool,
    /// Commands may be chained.
    pub command_chaining: bool,
    /// Commands and answers may have extended lengths.
    pub extended_length: bool,
    /// How long they may be is in EF.ATR/INFO.
    pub extended_length_information: bool,
}

impl AtrInfo {
    /// The file identifier.
    pub const FILE_ID: u16 = 0x2F01;
    /// The short file identifier, in the master file.
    pub const SHORT_FILE_ID: u8 = 0x01;

    /// Parses the file. What cannot be read any more ends it and is reported: chips put padding and historical bytes there.
    pub fn parse(file: &[u8]) -> Result<Self, LdsFault> {
        let mut info = Self::default();
        let mut reader = Reader::ber(file);
        loop {
            match reader.read() {
                Ok(None) => break,
                Ok(Some(element)) => info.add(element)?,
                Err(_) => {
                    info.deviations.push(Deviation::FileTrailingBytes);
                    break;
                }
            }
        }
        Ok(info)
    }

    /// Takes one element in; unknown ones are the standard's "further data objects".
    fn add(&mut self, element: Tlv<'_>) -> Result<(), LdsFault> {
        match (element.tag, element.value) {
            (Tag(0x47), [selection, _, third, ..]) => {
                self.capabilities = Some(CardCapabilities {
                    selection_by_name: selection & 0x80 != 0,
                    short_file_identifiers: selection & 0x04 != 0,
                    command_chaining: third & 0x80 != 0,
                    extended_length: third & 0x40 != 0,
                    extended_length_information: third & 0x20 != 0,
                });
            }
            (Tag(0x7F66), _) => {
                let mut lengths = element.reader();
                self.longest_command = Some(self.length(&lengths.expect(Tag::INTEGER)?)?);
                self.longest_response = Some(self.length(&lengths.expect(Tag::INTEGER)?)?);
            }
            _ => {}
        }
        Ok(())
    }

    /// A length, which cannot be below zero: `02 02 FF FF` is 65,535, with its leading zero forgotten.
    fn length(&mut self, number: &Tlv<'_>) -> Result<u32, LdsFault> {
        match number.value {
            [first @ 0x80..=0xFF, rest @ ..] if rest.len() < 4 => {
                self.deviations.push(Deviation::LengthWithoutLeadingZero);
                let add = |sum: u32, digit: &u8| sum << 8 | u32::from(*digit);
                Ok(rest.iter().fold(u32::from(*first), add))
            }
            _ => Ok(number.small_unsigned()?),
        }
    }
}
