//! JPEG 2000: the boxes of a JP2 file up to its codestream, and the codestream's size marker (ISO/IEC 15444-1, annexes I and A).

use super::{ImageHeader, ImageKind, number};
use crate::fault::{Deviation, Deviations, ImageFault};

/// Boxes that are looked at in one file. A JP2 file has about ten.
const MAX_BOXES: usize = 64;

/// A JP2 file: its image header box.
pub(super) fn file(data: &[u8], deviations: &mut Deviations) -> Result<ImageHeader, ImageFault> {
    let mut rest = data;
    let mut header = None;
    for _ in 0..MAX_BOXES {
        if rest.is_empty() {
            break;
        }
        let Some((kind, content, behind)) = next_box(rest) else {
            // Behind the codestream it is of no matter.
            if header.is_none() {
                return Err(ImageFault::Truncated);
            }
            deviations.push(Deviation::ImageTrailingBytes);
            break;
        };
        match &kind {
            b"jp2h" => header = Some(image_header(content)?),
            b"jp2c" if header.is_none() => return Err(ImageFault::Jpeg2000Header),
            _ => {}
        }
        rest = behind;
    }
    header.ok_or(ImageFault::Jpeg2000Header)
}

/// A bare codestream: SOC, then SIZ (A.5.1).
pub(super) fn codestream(data: &[u8]) -> Result<ImageHeader, ImageFault> {
    let size = data.get(4..43).ok_or(ImageFault::Truncated)?;
    let field = |at: usize| number(&size[at..at + 4]);
    let difference = |upper: usize, lower: usize| {
        field(upper)
            .checked_sub(field(lower))
            .ok_or(ImageFault::Jpeg2000Codestream)
    };
    let components = u16::from_be_bytes([size[36], size[37]]);
    if components == 0 {
        return Err(ImageFault::Jpeg2000Codestream);
    }
    Ok(ImageHeader {
        kind: ImageKind::Jpeg2000Codestream,
        width: difference(4, 12)?,
        height: difference(8, 16)?,
        components,
        depth: (size[38] & 0x7F) + 1,
    })
}

/// The image header box, first in the JP2 header box (I.5.3.1): height, width, components, bits.
fn image_header(boxes: &[u8]) -> Result<ImageHeader, ImageFault> {
    let (kind, content, _) = next_box(boxes).ok_or(ImageFault::Jpeg2000Header)?;
    let (b"ihdr", Some(header)) = (&kind, content.get(..11)) else {
        return Err(ImageFault::Jpeg2000Header);
    };
    Ok(ImageHeader {
        kind: ImageKind::Jpeg2000,
        width: number(&header[4..8]),
        height: number(&header[..4]),
        components: u16::from_be_bytes([header[8], header[9]]),
        depth: (header[10] & 0x7F).wrapping_add(1),
    })
}

/// The box at the start: its type, what it holds, and what follows. A length of 0 reaches to the end, and 1 says that eight bytes with
/// the length follow (I.4). `None` where it does not fit.
fn next_box(bytes: &[u8]) -> Option<([u8; 4], &[u8], &[u8])> {
    let kind = bytes.get(4..8)?.try_into().ok()?;
    let (start, length) = match number(&bytes[..4]) {
        0 => (8, bytes.len()),
        1 => (
            16,
            usize::try_from(u64::from_be_bytes(bytes.get(8..16)?.try_into().ok()?)).ok()?,
        ),
        length => (8, usize::try_from(length).ok()?),
    };
    let content = bytes.get(start..length)?;
    Some((kind, content, &bytes[length..]))
}
