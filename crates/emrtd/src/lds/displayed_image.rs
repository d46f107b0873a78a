//! DG5 and DG7: the portrait and the signature as they are shown (ICAO 9303-10, 4.7.5 and 4.7.7).

use super::dg2::Image;
use super::{DataGroup, MAX_FACE_IMAGES, open};
use crate::fault::{Deviation, Deviations, LdsFault};
use crate::tlv::Tag;

/// DG5: portraits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dg5<'a> {
    /// At least one.
    pub images: Vec<Image<'a>>,
    /// What was tolerated, also within images.
    pub deviations: Deviations,
}

/// DG7: signatures or usual marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dg7<'a> {
    /// At least one.
    pub images: Vec<Image<'a>>,
    /// What was tolerated, also within images.
    pub deviations: Deviations,
}

impl<'a> Dg5<'a> {
    /// Parses the file.
    pub fn parse(file: &'a [u8]) -> Result<Self, LdsFault> {
        let (images, deviations) = images(file, DataGroup::Dg5, Tag(0x5F40))?;
        Ok(Self { images, deviations })
    }
}

impl<'a> Dg7<'a> {
    /// Parses the file.
    pub fn parse(file: &'a [u8]) -> Result<Self, LdsFault> {
        let (images, deviations) = images(file, DataGroup::Dg7, Tag(0x5F43))?;
        Ok(Self { images, deviations })
    }
}

/// A count, then images.
fn images(
    file: &[u8],
    data_group: DataGroup,
    tag: Tag,
) -> Result<(Vec<Image<'_>>, Deviations), LdsFault> {
    let mut deviations = Deviations::new();
    let mut reader = open(file, data_group.tag(), &mut deviations)?.reader();
    let count = reader
        .optional(Tag::INTEGER)?
        .map(|count| count.small_unsigned())
        .transpose()?;
    let mut images = Vec::new();
    while let Some(element) = reader.read()? {
        if element.tag != tag {
            deviations.push(Deviation::FileUnknownElement);
            continue;
        }
        if images.len() == MAX_FACE_IMAGES {
            return Err(LdsFault::TooMany);
        }
        images.push(Image::new(element.value, &mut deviations));
    }
    if count.and_then(|count| usize::try_from(count).ok()) != Some(images.len()) {
        deviations.push(Deviation::CountWrong);
    }
    if images.is_empty() {
        Err(LdsFault::NoImage)
    } else {
        Ok((images, deviations))
    }
}
