//! Face records by ISO/IEC 39794-5:2019 in their tagged binary form, as far as the images (ICAO 9303-10, 4.5.6).
//!
//! ```text
//! FaceImageDataBlock     ::= [APPLICATION 5] SEQUENCE {
//!     versionBlock           [0] VersionBlock,
//!     representationBlocks   [1] SEQUENCE OF RepresentationBlock }
//! RepresentationBlock    ::= SEQUENCE {
//!     representationId       [0] INTEGER,
//!     imageRepresentation    [1] ImageRepresentation, .. }
//! ImageRepresentation    ::= CHOICE { base [0] CHOICE { imageRepresentation2DBlock [0] .., shapeRepresentation3DBlock [1] .. }, .. }
//! ImageRepresentation2DBlock ::= SEQUENCE { representationData2D [0] OCTET STRING, .. }
//! ```

use super::dg2::MAX_FACE_IMAGES;
use crate::fault::LdsFault;
use crate::tlv::{Tag, Tlv};

/// The two-dimensional images of a biometric data template `7F2E`, each its data. Three-dimensional ones are left out.
pub(super) fn images(template: Tlv<'_>) -> Result<Vec<&[u8]>, LdsFault> {
    let standardised =
        child(template, Tag::context_constructed(1))?.ok_or(LdsFault::NoBiometricData)?;
    let block = child(standardised, Tag(0x65))?.ok_or(LdsFault::FaceFormatUnknown)?;
    let representations =
        child(block, Tag::context_constructed(1))?.ok_or(LdsFault::FaceFormatUnknown)?;
    let mut images = Vec::new();
    for (count, representation) in representations.children().enumerate() {
        if count == MAX_FACE_IMAGES {
            return Err(LdsFault::TooMany);
        }
        if let Some(data) = image(representation?)? {
            images.push(data);
        }
    }
    Ok(images)
}

/// The image of one representation.
fn image(representation: Tlv<'_>) -> Result<Option<&[u8]>, LdsFault> {
    let Some(image) = child(representation, Tag::context_constructed(1))? else {
        return Ok(None);
    };
    let Some(base) = child(image, Tag::context_constructed(0))? else {
        return Ok(None);
    };
    let Some(flat) = child(base, Tag::context_constructed(0))? else {
        return Ok(None);
    };
    let data = child(flat, Tag::context(0))?
        .map(|data| data.value)
        .filter(|data| !data.is_empty());
    data.ok_or(LdsFault::NoImage).map(Some)
}

/// The first child with this tag.
fn child(parent: Tlv<'_>, tag: Tag) -> Result<Option<Tlv<'_>>, LdsFault> {
    for child in parent.children() {
        let child = child?;
        if child.tag == tag {
            return Ok(Some(child));
        }
    }
    Ok(None)
}
