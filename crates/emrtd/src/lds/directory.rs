//! EF.DIR: which applications the chip has (ICAO 9303-10, 3.11.2). Nothing signs it; EF.CardSecurity may hold a signed copy.

use crate::fault::{Deviation, Deviations, LdsFault};
use crate::tlv::{Reader, Tag};

/// How many applications are read. Travel documents have up to four.
const MAX_APPLICATIONS: usize = 32;

/// The application of travel documents.
pub const EMRTD_APPLICATION: [u8; 7] = [0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01];

/// EF.DIR.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Directory<'a> {
    /// Application identifiers, in their order.
    pub applications: Vec<&'a [u8]>,
    /// What was tolerated.
    pub deviations: Deviations,
}

impl<'a> Directory<'a> {
    /// The file identifier.
    pub const FILE_ID: u16 = 0x2F00;
    /// The short file identifier, in the master file.
    pub const SHORT_FILE_ID: u8 = 0x1E;

    /// Parses the file. What follows the last template is reported.
    pub fn parse(file: &'a [u8]) -> Result<Self, LdsFault> {
        let mut directory = Self::default();
        let mut reader = Reader::ber(file);
        while let Some(template) = reader.optional(Tag(0x61))? {
            for element in template.children() {
                let element = element?;
                // Labels, paths and more are ISO/IEC 7816-4's, and of no matter here.
                if element.tag != Tag(0x4F) {
                    continue;
                }
                if directory.applications.len() == MAX_APPLICATIONS {
                    return Err(LdsFault::TooMany);
                }
                directory.applications.push(element.value);
            }
        }
        if !reader.is_empty() {
            directory.deviations.push(Deviation::FileTrailingBytes);
        }
        Ok(directory)
    }

    /// Whether the application of travel documents is listed.
    pub fn has_emrtd(&self) -> bool {
        self.applications.contains(&&EMRTD_APPLICATION[..])
    }
}
