//! What an image's first bytes say of it: kind, size, colour. Nothing is decoded.
//!
//! The kind is what the bytes are, not what the record around them declares: documents were issued that declare the wrong one, and that
//! hold JPEG 2000 as a bare codestream.

mod jpeg;
mod jpeg2000;

use crate::fault::{Deviation, Deviations, ImageFault};

/// A kind of image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ImageKind {
    /// JPEG (ISO/IEC 10918-1), as a rule in a JFIF file.
    Jpeg,
    /// JPEG 2000 in a JP2 file (ISO/IEC 15444-1, annex I).
    Jpeg2000,
    /// JPEG 2000 without a file around it (ISO/IEC 15444-1, annex A).
    Jpeg2000Codestream,
    /// PNG, which ISO/IEC 39794-5 allows.
    Png,
}

impl ImageKind {
    /// The media type; a bare codestream has none of its own.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Jpeg2000 => "image/jp2",
            Self::Jpeg2000Codestream => "image/j2c",
            Self::Png => "image/png",
        }
    }

    /// By the first bytes.
    pub fn sniff(data: &[u8]) -> Option<Self> {
        Some(match data {
            [0xFF, 0xD8, ..] => Self::Jpeg,
            [0x00, 0x00, 0x00, 0x0C, b'j', b'P', b' ', b' ', ..] => Self::Jpeg2000,
            [0xFF, 0x4F, 0xFF, 0x51, ..] => Self::Jpeg2000Codestream,
            [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Self::Png,
            _ => return None,
        })
    }
}

/// What the first bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ImageHeader {
    /// The kind that the bytes are.
    pub kind: ImageKind,
    /// Pixels in a row, at least 1.
    pub width: u32,
    /// Rows, at least 1.
    pub height: u32,
    /// Values for each pixel: 1 is grey, 3 are colours.
    pub components: u16,
    /// Bits for each value, 8 as a rule.
    pub depth: u8,
}

impl ImageHeader {
    /// Reads the first bytes; adds to `deviations` what is unusual, also at the image's end.
    pub fn parse(data: &[u8], deviations: &mut Deviations) -> Result<Self, ImageFault> {
        let kind = ImageKind::sniff(data).ok_or(ImageFault::Unknown)?;
        let header = match kind {
            ImageKind::Jpeg => jpeg::header(data, deviations),
            ImageKind::Jpeg2000 => jpeg2000::file(data, deviations),
            ImageKind::Jpeg2000Codestream => {
                deviations.push(Deviation::ImageBareCodestream);
                jpeg2000::codestream(data)
            }
            ImageKind::Png => png(data),
        }?;
        // JPEG and JPEG 2000 end with the same marker.
        if matches!(kind, ImageKind::Jpeg | ImageKind::Jpeg2000Codestream)
            && !data.ends_with(&[0xFF, 0xD9])
        {
            deviations.push(Deviation::ImageTrailingBytes);
        }
        if !(1..=MAX_SIZE).contains(&header.width) || !(1..=MAX_SIZE).contains(&header.height) {
            return Err(ImageFault::Size);
        }
        Ok(header)
    }

    /// Whether each pixel has one value.
    pub const fn is_grey(&self) -> bool {
        self.components == 1
    }
}

/// The largest width and height.
const MAX_SIZE: u32 = 0xFFFF;

/// PNG's header chunk (ISO/IEC 15948, 11.2.2).
fn png(data: &[u8]) -> Result<ImageHeader, ImageFault> {
    let chunk = data.get(8..26).ok_or(ImageFault::Truncated)?;
    let components = match (&chunk[4..8], chunk[17]) {
        (b"IHDR", 0) => 1,
        (b"IHDR", 2 | 3) => 3,
        (b"IHDR", 4) => 2,
        (b"IHDR", 6) => 4,
        _ => return Err(ImageFault::Unknown),
    };
    let [width, height] = [8, 12].map(|at| number(&chunk[at..at + 4]));
    Ok(ImageHeader {
        kind: ImageKind::Png,
        width,
        height,
        components,
        depth: chunk[16],
    })
}

/// Up to four bytes, big-endian.
fn number(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .fold(0, |value, byte| (value << 8) | u32::from(*byte))
}
