//! Pictures of faces, decoded: JPEG, JPEG 2000 in its file or as a bare codestream. PNG is only passed on.
//!
//! The bytes are a stranger's. Their size is judged before memory is taken for it; decoding happens on a thread of its own that may take
//! only so long, and whose end, be it a panic, is no end of the program.

use std::borrow::Cow;
use std::fmt;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use emrtd::fault::Deviations;
use emrtd::lds::{ImageHeader, ImageKind};
use hayro_jpeg2000::{ColorSpace as Jpeg2000Colours, DecodeSettings, Image};
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use crate::png;

/// The largest width and height; portraits in the field have at most some 1,300 by 1,700 pixels.
const MAX_SIDE: u32 = 4096;
/// The most pixels.
const MAX_PIXELS: u32 = 8 << 20;
/// How long decoding may take. A portrait takes some ten milliseconds.
const PATIENCE: Duration = Duration::from_secs(10);

/// A picture: rows from the top, each pixel one value (grey) or three (red, green, blue). Its `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    width: u32,
    height: u32,
    channels: u8,
    values: Vec<u8>,
}

/// A picture as a PNG file, which every browser shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Png<'a> {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// The file.
    pub file: Cow<'a, [u8]>,
}

/// Why there is no picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PictureFault {
    /// The document holds no image.
    #[error("there is no portrait")]
    NoPortrait,
    /// Neither JPEG nor JPEG 2000 nor PNG, or broken in its first bytes.
    #[error("the portrait is no image that can be read")]
    Unreadable,
    /// Larger than any portrait.
    #[error("the portrait is larger than a portrait can be")]
    TooLarge,
    /// Colours that are none of grey and red, green, blue.
    #[error("the portrait has colours of an unknown kind")]
    UnknownColours,
    /// The image is broken.
    #[error("the portrait cannot be decoded")]
    Broken,
    /// It takes longer than any portrait.
    #[error("decoding the portrait takes too long")]
    TooSlow,
    /// PNG is shown as it is, and not compared.
    #[error("the portrait is PNG, which is not compared")]
    NotCompared,
}

impl Picture {
    /// A picture of `width` times `height` pixels, of one or three values each.
    pub fn new(
        width: u32,
        height: u32,
        channels: u8,
        values: Vec<u8>,
    ) -> Result<Self, PictureFault> {
        check_size(width, height)?;
        let fits = [1, 3].contains(&channels)
            && values.len() == width as usize * height as usize * usize::from(channels);
        if !fits {
            return Err(PictureFault::Broken);
        }
        Ok(Self {
            width,
            height,
            channels,
            values,
        })
    }

    /// Decodes JPEG and JPEG 2000.
    pub fn decode(data: &[u8]) -> Result<Self, PictureFault> {
        let header = header(data)?;
        if header.kind == ImageKind::Png {
            return Err(PictureFault::NotCompared);
        }
        let data = data.to_owned();
        let (send, receive) = mpsc::sync_channel(1);
        thread::spawn(move || {
            let picture = match header.kind {
                ImageKind::Jpeg => jpeg(&data),
                _ => jpeg2000(&data),
            };
            // Whoever no longer waits needs no answer.
            let _ = send.send(picture);
        });
        match receive.recv_timeout(PATIENCE) {
            Ok(picture) => picture,
            Err(mpsc::RecvTimeoutError::Timeout) => Err(PictureFault::TooSlow),
            Err(mpsc::RecvTimeoutError::Disconnected) => Err(PictureFault::Broken),
        }
    }

    /// Pixels in a row.
    pub const fn width(&self) -> u32 {
        self.width
    }

    /// Rows.
    pub const fn height(&self) -> u32 {
        self.height
    }

    /// Red, green and blue of a pixel; black outside.
    pub(crate) fn pixel(&self, x: i64, y: i64) -> [u8; 3] {
        let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else {
            return [0; 3];
        };
        if x >= self.width as usize || y >= self.height as usize {
            return [0; 3];
        }
        let at = (y * self.width as usize + x) * usize::from(self.channels);
        match self.values.get(at..at + usize::from(self.channels)) {
            Some([red, green, blue]) => [*red, *green, *blue],
            Some([grey]) => [*grey; 3],
            _ => [0; 3],
        }
    }

    /// As a PNG file.
    pub fn to_png(&self) -> Vec<u8> {
        png::encode(self.width, self.height, self.channels, &self.values)
    }
}

impl<'a> Png<'a> {
    /// Of JPEG, JPEG 2000, or PNG, which stays as it is.
    pub fn of(data: &'a [u8]) -> Result<Self, PictureFault> {
        let header = header(data)?;
        if header.kind == ImageKind::Png {
            return Ok(Self {
                width: header.width,
                height: header.height,
                file: Cow::Borrowed(data),
            });
        }
        let picture = Picture::decode(data)?;
        Ok(Self {
            width: picture.width,
            height: picture.height,
            file: Cow::Owned(picture.to_png()),
        })
    }
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Picture(..)")
    }
}

impl fmt::Debug for Png<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Png(..)")
    }
}

/// What the first bytes say, of a size that is allowed.
fn header(data: &[u8]) -> Result<ImageHeader, PictureFault> {
    let header =
        ImageHeader::parse(data, &mut Deviations::new()).map_err(|_| PictureFault::Unreadable)?;
    check_size(header.width, header.height)?;
    Ok(header)
}

fn check_size(width: u32, height: u32) -> Result<(), PictureFault> {
    let is_portrait = width <= MAX_SIDE
        && height <= MAX_SIDE
        && width.saturating_mul(height) <= MAX_PIXELS
        && width.min(height) > 0;
    if is_portrait {
        Ok(())
    } else {
        Err(PictureFault::TooLarge)
    }
}

fn jpeg(data: &[u8]) -> Result<Picture, PictureFault> {
    let options = DecoderOptions::new_safe()
        .set_max_width(MAX_SIDE as usize)
        .set_max_height(MAX_SIDE as usize)
        .set_strict_mode(false)
        .jpeg_set_max_scans(64);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(data), options);
    decoder.decode_headers().map_err(|_| PictureFault::Broken)?;
    let info = decoder.info().ok_or(PictureFault::Broken)?;
    let (width, height) = (u32::from(info.width), u32::from(info.height));
    check_size(width, height)?;
    let is_grey = decoder.input_colorspace() == Some(ColorSpace::Luma);
    let (colours, channels) = if is_grey {
        (ColorSpace::Luma, 1)
    } else {
        (ColorSpace::RGB, 3)
    };
    decoder.set_options(options.jpeg_set_out_colorspace(colours));
    let values = decoder.decode().map_err(|_| PictureFault::Broken)?;
    Picture::new(width, height, channels, values)
}

fn jpeg2000(data: &[u8]) -> Result<Picture, PictureFault> {
    let image =
        Image::new(data, &DecodeSettings::default()).map_err(|_| PictureFault::Unreadable)?;
    let (width, height) = (image.width(), image.height());
    check_size(width, height)?;
    let channels = match image.color_space() {
        Jpeg2000Colours::Gray => 1,
        Jpeg2000Colours::RGB => 3,
        Jpeg2000Colours::Icc { num_channels, .. } | Jpeg2000Colours::Unknown { num_channels }
            if [1, 3].contains(num_channels) =>
        {
            *num_channels
        }
        _ => return Err(PictureFault::UnknownColours),
    };
    let mut values = image.decode().map_err(|_| PictureFault::Broken)?;
    if image.has_alpha() {
        let pixel = usize::from(channels) + 1;
        values = values
            .chunks_exact(pixel)
            .flat_map(|pixel| pixel.iter().copied().take(usize::from(channels)))
            .collect();
    }
    Picture::new(width, height, channels, values)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use specimen::document::{Document, DocumentPlan, Persona, Portrait, Specimens};
    use specimen::randomness::Randomness;

    use super::*;

    /// The portrait of a specimen document.
    fn face(portrait: Portrait) -> Picture {
        let specimens = Specimens::new(b"pictures", Timestamp::UNIX_EPOCH);
        let plan = DocumentPlan {
            portrait,
            ..specimens.plan(Persona::Dane)
        };
        let signer = specimens.signer(Persona::Dane);
        let document = Document::issue(&plan, signer, &mut Randomness::from_seed(b"pictures"));
        let dg2 = emrtd::lds::Dg2::parse(document.data_group(2).unwrap()).unwrap();
        Picture::decode(dg2.faces[0].image.data).unwrap()
    }

    #[test]
    fn every_kind_that_documents_hold() {
        for portrait in [
            Portrait::Jpeg { bytes: 20_000 },
            Portrait::Jpeg2000,
            Portrait::Jpeg2000Codestream,
        ] {
            let picture = face(portrait);
            assert!(picture.width() >= 100, "{portrait:?}");
            assert_eq!(picture.to_png()[..4], *b"\x89PNG");
        }
    }

    #[test]
    fn what_is_too_large_is_not_even_tried() {
        // A JPEG 2000 codestream that says it is 60,000 pixels wide and high.
        let mut stream = vec![0xFF, 0x4F, 0xFF, 0x51, 0x00, 0x29, 0x00, 0x00];
        for number in [60_000_u32, 60_000, 0, 0, 60_000, 60_000, 0, 0] {
            stream.extend_from_slice(&number.to_be_bytes());
        }
        stream.extend_from_slice(&[0, 1, 7, 1, 1, 0xFF, 0xD9]);
        assert_eq!(Picture::decode(&stream).err(), Some(PictureFault::TooLarge));
        assert_eq!(
            Picture::decode(b"no image").err(),
            Some(PictureFault::Unreadable)
        );
        let cut = [
            0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, 0, 16, 0, 16, 1, 1, 0x11, 0,
        ];
        assert_eq!(Picture::decode(&cut).err(), Some(PictureFault::Broken));
    }
}
