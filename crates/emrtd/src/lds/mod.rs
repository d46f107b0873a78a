//! The Logical Data Structure: the files of a document's chip (ICAO 9303-10).
//!
//! Each `parse` takes a file as it is read off the chip, borrows from it, and follows only what it must. Bytes behind a file's element,
//! and other departures that were seen on documents, are tolerated and reported as [`Deviation`]s. Nothing here says that a file is
//! genuine: that is passive authentication's.

mod com;
mod data_group;
mod dg1;
mod security_object;

pub use com::{Com, LdsVersion};
pub use data_group::DataGroup;
pub use dg1::Dg1;
pub use security_object::{DataGroupHash, LdsSecurityObject, LdsVersionInfo, Sod};

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
