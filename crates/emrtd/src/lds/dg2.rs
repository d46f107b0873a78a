//! DG2: the face (ICAO 9303-10, 4.7.2), by ISO/IEC 19794-5 or ISO/IEC 39794-5.

use std::fmt;

use super::biometric::{BiometricHeader, templates};
use super::image::ImageHeader;
use super::{DataGroup, face_19794, face_39794, open};
use crate::fault::{Deviation, Deviations, ImageFault, LdsFault};
use crate::tlv::Tag;

/// How many images are read in all.
pub const MAX_FACE_IMAGES: usize = 16;

/// DG2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dg2<'a> {
    /// At least one; the first is the one to compare with the holder.
    pub faces: Vec<Face<'a>>,
    /// What was tolerated, also within images.
    pub deviations: Deviations,
}

/// One image of the face.
#[derive(Clone, PartialEq, Eq)]
pub struct Face<'a> {
    /// The header of the biometric template that holds it.
    pub header: BiometricHeader<'a>,
    /// Which standard its record follows.
    pub standard: FaceStandard,
    /// The image.
    pub image: Image<'a>,
}

/// The standard of a face record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaceStandard {
    /// ISO/IEC 19794-5:2005.
    Iso19794,
    /// ISO/IEC 39794-5:2019.
    Iso39794,
}

/// An image as the file holds it, not decoded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Image<'a> {
    /// All bytes, with what may follow the image itself.
    pub data: &'a [u8],
    /// What the first bytes say, or why they say nothing.
    pub header: Result<ImageHeader, ImageFault>,
}

impl<'a> Image<'a> {
    /// Looks at the first bytes.
    pub fn new(data: &'a [u8], deviations: &mut Deviations) -> Self {
        Self {
            data,
            header: ImageHeader::parse(data, deviations),
        }
    }
}

impl<'a> Dg2<'a> {
    /// Parses the file. An image whose first bytes are wrong is no fault of the file's: the image says so itself.
    pub fn parse(file: &'a [u8]) -> Result<Self, LdsFault> {
        let mut deviations = Deviations::new();
        let mut reader = open(file, DataGroup::Dg2.tag(), &mut deviations)?.reader();
        let group = reader.expect(Tag(0x7F61))?;
        if !reader.is_empty() {
            deviations.push(Deviation::FileUnknownElement);
        }
        let mut faces = Vec::new();
        for template in templates(group, &mut deviations)? {
            let (standard, images) = if template.data.tag == Tag(0x7F2E) {
                (FaceStandard::Iso39794, face_39794::images(template.data)?)
            } else {
                (
                    FaceStandard::Iso19794,
                    face_19794::images(template.data.value, &mut deviations)?,
                )
            };
            for data in images {
                if faces.len() == MAX_FACE_IMAGES {
                    return Err(LdsFault::TooMany);
                }
                let image = Image::new(data, &mut deviations);
                faces.push(Face {
                    header: template.header,
                    standard,
                    image,
                });
            }
        }
        if faces.is_empty() {
            return Err(LdsFault::NoImage);
        }
        Ok(Self { faces, deviations })
    }
}

/// Says what image it is, and shows nothing of it.
impl fmt::Debug for Image<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Image")
            .field("header", &self.header)
            .finish_non_exhaustive()
    }
}

/// Says what image it is, and shows nothing of it.
impl fmt::Debug for Face<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Face")
            .field("standard", &self.standard)
            .field("image", &self.image)
            .finish_non_exhaustive()
    }
}
