//! JPEG's segments up to the frame header (ISO/IEC 10918-1, B.2.2).

use super::{ImageHeader, ImageKind, number};
use crate::fault::{Deviation, Deviations, ImageFault};

/// Follows the segments to the first start of frame.
pub(super) fn header(data: &[u8], deviations: &mut Deviations) -> Result<ImageHeader, ImageFault> {
    let mut rest = data.get(2..).ok_or(ImageFault::Truncated)?;
    let mut is_a_file = false;
    loop {
        let (marker, content, behind) = segment(rest)?;
        match marker {
            // Start of frame, but for what else has these numbers: tables of Huffman and arithmetic codes, and an extension.
            0xC0..=0xCF if !matches!(marker, 0xC4 | 0xC8 | 0xCC) => {
                if !is_a_file {
                    deviations.push(Deviation::ImageWithoutJfif);
                }
                return frame(content);
            }
            // JFIF and Exif.
            0xE0 | 0xE1 => is_a_file = true,
            // Start of scan or end of image before any frame.
            0xDA | 0xD9 => return Err(ImageFault::JpegSegments),
            _ => {}
        }
        rest = behind;
    }
}

/// The marker of the segment at the start, what it holds, and what follows. Any number of `FF` may precede a marker (B.1.1.2).
fn segment(bytes: &[u8]) -> Result<(u8, &[u8], &[u8]), ImageFault> {
    let fill = bytes.iter().take_while(|byte| **byte == 0xFF).count();
    if fill == 0 {
        return Err(if bytes.is_empty() {
            ImageFault::Truncated
        } else {
            ImageFault::JpegSegments
        });
    }
    let [marker, rest @ ..] = &bytes[fill..] else {
        return Err(ImageFault::Truncated);
    };
    if matches!(marker, 0x00 | 0xD8) {
        return Err(ImageFault::JpegSegments);
    }
    // Markers without a segment.
    if matches!(marker, 0x01 | 0xD0..=0xD7 | 0xD9) {
        return Ok((*marker, &[], rest));
    }
    let length = number(rest.get(..2).ok_or(ImageFault::Truncated)?) as usize;
    if length < 2 {
        return Err(ImageFault::JpegSegments);
    }
    let content = rest.get(2..length).ok_or(ImageFault::Truncated)?;
    Ok((*marker, content, &rest[length..]))
}

/// The frame header: precision, lines, samples in a line, components.
fn frame(content: &[u8]) -> Result<ImageHeader, ImageFault> {
    let header = content.get(..6).ok_or(ImageFault::Truncated)?;
    let [height, width] = [1, 3].map(|at| number(&header[at..at + 2]));
    Ok(ImageHeader {
        kind: ImageKind::Jpeg,
        width,
        height,
        components: header[5].into(),
        depth: header[0],
    })
}
