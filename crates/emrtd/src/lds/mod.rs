//! The Logical Data Structure: the files of a document's chip (ICAO 9303-10).
//!
//! Each `parse` takes a file as it is read off the chip, borrows from it, and follows only what it must. Bytes behind a file's element,
//! and other departures that were seen on documents, are tolerated and reported as [`Deviation`]s. Nothing here says that a file is
//! genuine: that is passive authentication's.

mod atr_info;
mod biometric;
mod com;
mod data_group;
mod dg1;
mod dg11;
mod dg12;
mod dg14;
mod dg15;
mod dg16;
mod dg2;
mod directory;
mod displayed_image;
mod elements;
mod face_19794;
mod face_39794;
mod image;
mod security_object;
mod text;
mod unread;

pub use atr_info::{AtrInfo, CardCapabilities};
pub use biometric::{BiometricHeader, MAX_TEMPLATES};
pub use com::{Com, LdsVersion};
pub use data_group::DataGroup;
pub use dg1::Dg1;
pub use dg2::{Dg2, Face, FaceStandard, Image, MAX_FACE_IMAGES};
pub use dg11::Dg11;
pub use dg12::Dg12;
pub use dg14::Dg14;
pub use dg15::Dg15;
pub use dg16::{Dg16, PersonToNotify};
pub use directory::{Directory, EMRTD_APPLICATION};
pub use displayed_image::{Dg5, Dg7};
pub use image::{ImageHeader, ImageKind};
pub use security_object::{DataGroupHash, LdsSecurityObject, LdsVersionInfo, Sod};
pub use text::{Text, split_name};
pub use unread::UnreadDataGroup;

use crate::fault::{Deviation, Deviations, LdsFault};
use crate::tlv::{Reader, Tag, Tlv};

/// The file's one element. Bytes behind it are reported: chips pad files.
fn open<'a>(file: &'a [u8], tag: Tag, deviations: &mut Deviations) -> Result<Tlv<'a>, LdsFault> {
    let mut reader = Reader::ber(file);
    let element = reader.expect(tag)?;
    if !reader.is_empty() {
        deviations.push(Deviation::FileTrailingBytes);
    }
    Ok(element)
}
