//! EF.COM: which version and which data groups (ICAO 9303-10, 4.6.1). Nothing signs it; the security object says the same under signature.

use super::{DataGroup, open};
use crate::fault::{Deviation, Deviations, LdsFault};
use crate::tlv::Tag;

/// EF.COM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Com {
    /// `5F01`: the version of the Logical Data Structure.
    pub lds_version: Option<LdsVersion>,
    /// `5F36`: major, minor and update version of Unicode, such as 4, 0, 0.
    pub unicode_version: Option<[u8; 3]>,
    /// `5C`: the data groups that it lists, in its order.
    pub data_groups: Vec<DataGroup>,
    /// What was tolerated.
    pub deviations: Deviations,
}

impl Com {
    /// The tag that the file begins with.
    pub const TAG: Tag = Tag(0x60);
    /// The file identifier.
    pub const FILE_ID: u16 = 0x011E;
    /// The short file identifier.
    pub const SHORT_FILE_ID: u8 = 0x1E;

    /// Parses the file. Versions that are missing or not well-formed, and unknown or repeated tags, are reported.
    pub fn parse(file: &[u8]) -> Result<Self, LdsFault> {
        let mut deviations = Deviations::new();
        let mut reader = open(file, Self::TAG, &mut deviations)?.reader();
        let (mut lds_version, mut unicode_version, mut data_groups) = (None, None, Vec::new());
        while let Some(element) = reader.read()? {
            match element.tag {
                Tag(0x5F01) => {
                    lds_version = LdsVersion::parse(element.value);
                }
                Tag(0x5F36) => unicode_version = pairs(element.value),
                Tag(0x5C) => data_groups = listed(element.value, &mut deviations),
                _ => deviations.push(Deviation::FileUnknownElement),
            }
        }
        if lds_version.is_none() || unicode_version.is_none() {
            deviations.push(Deviation::ComVersionMissing);
        }
        Ok(Self {
            lds_version,
            unicode_version,
            data_groups,
            deviations,
        })
    }
}

/// A version of the Logical Data Structure, such as 1.7 or 1.8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LdsVersion {
    /// 1.
    pub major: u8,
    /// 7 or 8.
    pub minor: u8,
}

impl LdsVersion {
    /// Of `aabb`, two decimal digits each.
    pub fn parse(digits: &[u8]) -> Option<Self> {
        pairs(digits).map(|[major, minor]| Self { major, minor })
    }
}

/// Pairs of decimal digits as numbers, where there are exactly `N`.
pub(super) fn pairs<const N: usize>(digits: &[u8]) -> Option<[u8; N]> {
    let mut numbers = [0; N];
    if digits.len() != 2 * N || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    for (number, pair) in numbers.iter_mut().zip(digits.chunks_exact(2)) {
        *number = (pair[0] - b'0') * 10 + (pair[1] - b'0');
    }
    Some(numbers)
}

/// The data groups of a tag list, each once.
fn listed(tags: &[u8], deviations: &mut Deviations) -> Vec<DataGroup> {
    let mut groups = Vec::new();
    for tag in tags {
        match DataGroup::from_tag(Tag((*tag).into())) {
            Some(group) if !groups.contains(&group) => groups.push(group),
            _ => deviations.push(Deviation::ComTagListUnusual),
        }
    }
    groups
}
