//! Data groups that are recognised and left alone: fingers and irises (DG3, DG4), what was never specified (DG6, DG8 to DG10), and what an
//! issuing state puts into DG13 by its own rules.

use std::fmt;

use super::DataGroup;
use crate::fault::{Deviation, Deviations, LdsFault, TlvFault};
use crate::tlv::{Reader, Tag};

/// A data group of any kind, not looked into. Passive authentication needs no more than its bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct UnreadDataGroup<'a> {
    /// Which one, by its tag.
    pub data_group: DataGroup,
    /// What its one element holds.
    pub value: &'a [u8],
    /// What was tolerated.
    pub deviations: Deviations,
}

impl<'a> UnreadDataGroup<'a> {
    /// Recognises a file by its tag.
    pub fn parse(file: &'a [u8]) -> Result<Self, LdsFault> {
        let mut deviations = Deviations::new();
        let mut reader = Reader::ber(file);
        let expected = Tag(0x60);
        let element = reader.read()?.ok_or(TlvFault::Missing {
            offset: 0,
            expected,
        })?;
        let unexpected = TlvFault::UnexpectedTag {
            offset: 0,
            expected,
            found: element.tag,
        };
        let data_group = DataGroup::from_tag(element.tag).ok_or(unexpected)?;
        if !reader.is_empty() {
            deviations.push(Deviation::FileTrailingBytes);
        }
        Ok(Self {
            data_group,
            value: element.value,
            deviations,
        })
    }
}

/// Says which one it is, and shows nothing of it.
impl fmt::Debug for UnreadDataGroup<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnreadDataGroup")
            .field("data_group", &self.data_group)
            .finish_non_exhaustive()
    }
}
