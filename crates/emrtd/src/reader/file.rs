//! The files of a chip (ICAO 9303-10, 3.11 and 4.6 to 4.7).

use crate::lds::{AtrInfo, Com, DataGroup, Sod};
use crate::tlv::Tag;

/// A file of a chip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileName {
    /// EF.CardAccess, in the master file: which PACE there is.
    CardAccess,
    /// EF.ATR/INFO, in the master file: how long commands and answers may be.
    AtrInfo,
    /// EF.CardSecurity, in the master file: signed keys of chip authentication mapping.
    CardSecurity,
    /// EF.COM: which data groups there are.
    Com,
    /// EF.SOD: what the document signer signed.
    Sod,
    /// A data group.
    DataGroup(DataGroup),
}

impl FileName {
    /// The file identifier.
    pub const fn file_id(self) -> u16 {
        match self {
            Self::CardAccess => 0x011C,
            Self::AtrInfo => AtrInfo::FILE_ID,
            Self::CardSecurity => 0x011D,
            Self::Com => Com::FILE_ID,
            Self::Sod => Sod::FILE_ID,
            Self::DataGroup(group) => group.file_id(),
        }
    }

    /// The short file identifier.
    pub const fn short_file_id(self) -> u8 {
        match self {
            Self::CardAccess => 0x1C,
            Self::AtrInfo => AtrInfo::SHORT_FILE_ID,
            Self::CardSecurity => 0x1D,
            Self::Com => Com::SHORT_FILE_ID,
            Self::Sod => Sod::SHORT_FILE_ID,
            Self::DataGroup(group) => group.short_file_id(),
        }
    }

    /// The tag that the file begins with. EF.ATR/INFO is a row of data objects, and has none.
    pub const fn tag(self) -> Option<Tag> {
        match self {
            Self::CardAccess => Some(Tag::SET),
            Self::AtrInfo => None,
            Self::CardSecurity => Some(Tag::SEQUENCE),
            Self::Com => Some(Com::TAG),
            Self::Sod => Some(Sod::TAG),
            Self::DataGroup(group) => Some(group.tag()),
        }
    }
}
