//! The five layouts of a machine readable zone, as places in its lines joined (9303-4, 9303-5 and 9303-6: 4.2.2; 9303-7: 4.2.2, 7.2.2).

use std::ops::Range;

/// The layout of a machine readable zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Cards: three lines of 30 (9303-5).
    Td1,
    /// Larger cards: two lines of 36 (9303-6).
    Td2,
    /// Passports: two lines of 44 (9303-4).
    Td3,
    /// Visas of a passport page's size: two lines of 44 (9303-7, section 4).
    MrvA,
    /// Smaller visas: two lines of 36 (9303-7, section 7).
    MrvB,
}

impl Format {
    /// By the zone's length and its first character, which is `V` on visas only.
    pub(super) fn of(zone: &[u8]) -> Option<Self> {
        match (zone.len(), zone.first()) {
            (90, _) => Some(Self::Td1),
            (72, Some(b'V')) => Some(Self::MrvB),
            (72, _) => Some(Self::Td2),
            (88, Some(b'V')) => Some(Self::MrvA),
            (88, _) => Some(Self::Td3),
            _ => None,
        }
    }

    /// Characters in a line.
    pub const fn width(self) -> usize {
        match self {
            Self::Td1 => 30,
            Self::Td2 | Self::MrvB => 36,
            Self::Td3 | Self::MrvA => 44,
        }
    }

    /// Characters in all lines.
    pub const fn length(self) -> usize {
        match self {
            Self::Td1 => 90,
            Self::Td2 | Self::MrvB => 72,
            Self::Td3 | Self::MrvA => 88,
        }
    }

    /// Whether the standard has this document code for the layout: `A`, `C` or `I` for cards, `P` for passports, `V` for visas.
    pub const fn allows(self, document_code: [u8; 2]) -> bool {
        match self {
            Self::Td1 | Self::Td2 => {
                matches!(document_code[0], b'A' | b'C' | b'I') && document_code[1] != b'V'
            }
            Self::Td3 => document_code[0] == b'P',
            Self::MrvA | Self::MrvB => document_code[0] == b'V',
        }
    }

    /// Whether a document number of more than nine characters goes on in the optional data.
    pub(super) const fn has_long_numbers(self) -> bool {
        matches!(self, Self::Td1 | Self::Td2)
    }

    /// Where each field stands.
    pub(super) const fn layout(self) -> Layout {
        match self {
            Self::Td1 => Layout {
                name: 60..90,
                number: 5..14,
                nationality: 45..48,
                birth: 30..36,
                sex: 37,
                expiry: 38..44,
                optional: 15..30,
                personal_check: None,
                second_optional: 48..59,
                composite: Some((59, [5..30, 30..37, 38..45, 48..59])),
            },
            Self::Td2 => Layout {
                composite: Some((71, [36..46, 49..56, 57..71, 0..0])),
                ..Layout::of_two_lines(36, 7)
            },
            Self::Td3 => Layout {
                personal_check: Some(86),
                composite: Some((87, [44..54, 57..64, 65..87, 0..0])),
                ..Layout::of_two_lines(44, 14)
            },
            Self::MrvA => Layout::of_two_lines(44, 16),
            Self::MrvB => Layout::of_two_lines(36, 8),
        }
    }
}

/// Where each field stands. The check digits of the document number and of the dates follow them.
pub(super) struct Layout {
    pub(super) name: Range<usize>,
    pub(super) number: Range<usize>,
    pub(super) nationality: Range<usize>,
    pub(super) birth: Range<usize>,
    pub(super) sex: usize,
    pub(super) expiry: Range<usize>,
    pub(super) optional: Range<usize>,
    /// The check digit of TD3's personal number.
    pub(super) personal_check: Option<usize>,
    pub(super) second_optional: Range<usize>,
    /// The composite check digit, and what it is over.
    pub(super) composite: Option<(usize, [Range<usize>; 4])>,
}

impl Layout {
    /// What the layouts of two lines have in common: the name ends the upper line, all else is on the lower one.
    const fn of_two_lines(width: usize, optional: usize) -> Self {
        Self {
            name: 5..width,
            number: width..width + 9,
            nationality: width + 10..width + 13,
            birth: width + 13..width + 19,
            sex: width + 20,
            expiry: width + 21..width + 27,
            optional: width + 28..width + 28 + optional,
            personal_check: None,
            second_optional: 0..0,
            composite: None,
        }
    }
}
