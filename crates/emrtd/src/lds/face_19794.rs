//! Face records by ISO/IEC 19794-5:2005, section 5: a record header, then for each image its information, feature points and data.

use super::dg2::MAX_FACE_IMAGES;
use super::image::ImageKind;
use crate::fault::{Deviation, Deviations, LdsFault};

/// Bytes of the record header: `FAC`, version, length, number of images.
const RECORD_HEADER: usize = 14;
/// Bytes of an image's facial information block.
const FACIAL_INFORMATION: usize = 20;
/// Bytes of a feature point.
const FEATURE_POINT: usize = 8;
/// Bytes of an image's image information block.
const IMAGE_INFORMATION: usize = 12;

/// The images of a record, each its data.
///
/// Lengths that are zero or do not fit are reported, and the image then takes what is left. That is safe for one image, and refused where
/// others should follow.
pub(super) fn images<'a>(
    record: &'a [u8],
    deviations: &mut Deviations,
) -> Result<Vec<&'a [u8]>, LdsFault> {
    let header = record
        .get(..RECORD_HEADER)
        .ok_or(LdsFault::FaceRecordMalformed)?;
    if !header.starts_with(b"FAC\0") {
        return Err(LdsFault::FaceFormatUnknown);
    }
    if number(&header[8..12]) != record.len() {
        deviations.push(Deviation::FaceRecordLength);
    }
    let count = number(&header[12..14]);
    if count > MAX_FACE_IMAGES {
        return Err(LdsFault::TooMany);
    }
    let mut rest = &record[RECORD_HEADER..];
    let mut images = Vec::with_capacity(count);
    for index in 0..count {
        let is_last = index + 1 == count;
        let declared = number(rest.get(..4).ok_or(LdsFault::FaceRecordMalformed)?);
        let length = if (FACIAL_INFORMATION..=rest.len()).contains(&declared) {
            declared
        } else if is_last {
            deviations.push(Deviation::FaceRecordLength);
            rest.len()
        } else {
            return Err(LdsFault::FaceRecordMalformed);
        };
        let (block, behind) = rest.split_at(length);
        images.push(image(block, deviations)?);
        rest = behind;
    }
    if !rest.is_empty() {
        deviations.push(Deviation::FaceRecordLength);
    }
    Ok(images)
}

/// The image's data, behind information and feature points.
fn image<'a>(block: &'a [u8], deviations: &mut Deviations) -> Result<&'a [u8], LdsFault> {
    let points = number(block.get(4..6).ok_or(LdsFault::FaceRecordMalformed)?);
    let start = FACIAL_INFORMATION + points * FEATURE_POINT;
    let (information, data) = block
        .get(start..)
        .and_then(|rest| rest.split_at_checked(IMAGE_INFORMATION))
        .ok_or(LdsFault::FaceRecordMalformed)?;
    if data.is_empty() {
        return Err(LdsFault::NoImage);
    }
    let fits = match ImageKind::sniff(data) {
        Some(ImageKind::Jpeg) => information[1] == 0,
        Some(ImageKind::Jpeg2000 | ImageKind::Jpeg2000Codestream) => information[1] == 1,
        Some(ImageKind::Png) => false,
        None => true,
    };
    if !fits {
        deviations.push(Deviation::ImageKindDeclaredWrong);
    }
    Ok(data)
}

/// Up to four bytes, big-endian.
fn number(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .fold(0, |value, byte| (value << 8) | usize::from(*byte))
}
