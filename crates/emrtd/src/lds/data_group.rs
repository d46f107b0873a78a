//! Data groups by number: their files and tags (ICAO 9303-10, 4.7, tables 2 and 38).

use crate::tlv::Tag;

/// One of the sixteen data groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum DataGroup {
    /// The machine readable zone.
    Dg1 = 1,
    /// The face.
    Dg2,
    /// Fingers. Readable only after terminal authentication.
    Dg3,
    /// Irises. Readable only after terminal authentication.
    Dg4,
    /// The portrait as it is shown.
    Dg5,
    /// Reserved.
    Dg6,
    /// The signature or usual mark as it is shown.
    Dg7,
    /// Data features, never specified.
    Dg8,
    /// Structure features, never specified.
    Dg9,
    /// Substance features, never specified.
    Dg10,
    /// Additional personal details.
    Dg11,
    /// Additional details of the document.
    Dg12,
    /// Optional details, by the issuing state's own rules.
    Dg13,
    /// Which protocols the chip has.
    Dg14,
    /// The public key of active authentication.
    Dg15,
    /// Persons to notify.
    Dg16,
}

impl DataGroup {
    /// All of them, by number.
    pub const ALL: [Self; 16] = [
        Self::Dg1,
        Self::Dg2,
        Self::Dg3,
        Self::Dg4,
        Self::Dg5,
        Self::Dg6,
        Self::Dg7,
        Self::Dg8,
        Self::Dg9,
        Self::Dg10,
        Self::Dg11,
        Self::Dg12,
        Self::Dg13,
        Self::Dg14,
        Self::Dg15,
        Self::Dg16,
    ];

    /// 1 to 16.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// By its number, 1 to 16.
    pub fn from_number(number: u32) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|group| u32::from(group.number()) == number)
    }

    /// The tag that its file begins with, and that EF.COM lists.
    pub const fn tag(self) -> Tag {
        Tag(match self {
            Self::Dg1 => 0x61,
            Self::Dg2 => 0x75,
            Self::Dg3 => 0x63,
            Self::Dg4 => 0x76,
            Self::Dg5 => 0x65,
            Self::Dg6 => 0x66,
            Self::Dg7 => 0x67,
            Self::Dg8 => 0x68,
            Self::Dg9 => 0x69,
            Self::Dg10 => 0x6A,
            Self::Dg11 => 0x6B,
            Self::Dg12 => 0x6C,
            Self::Dg13 => 0x6D,
            Self::Dg14 => 0x6E,
            Self::Dg15 => 0x6F,
            Self::Dg16 => 0x70,
        })
    }

    /// By its file's tag.
    pub fn from_tag(tag: Tag) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.tag() == tag)
    }

    /// The file identifier, `0101` to `0110`.
    pub const fn file_id(self) -> u16 {
        0x0100 | self as u16
    }

    /// The short file identifier, 1 to 16.
    pub const fn short_file_id(self) -> u8 {
        self as u8
    }

    /// Whether the chip gives it only to a terminal that authenticated itself: fingers and irises.
    pub const fn needs_terminal_authentication(self) -> bool {
        matches!(self, Self::Dg3 | Self::Dg4)
    }
}

#[cfg(test)]
mod tests {
    use super::DataGroup;

    #[test]
    fn numbers_tags_and_files() {
        for group in DataGroup::ALL {
            assert_eq!(DataGroup::from_number(group.number().into()), Some(group));
            assert_eq!(DataGroup::from_tag(group.tag()), Some(group));
        }
        assert_eq!(DataGroup::from_number(0), None);
        assert_eq!(DataGroup::from_number(17), None);
        assert_eq!(
            (DataGroup::Dg16.file_id(), DataGroup::Dg16.short_file_id()),
            (0x0110, 16)
        );
    }
}
