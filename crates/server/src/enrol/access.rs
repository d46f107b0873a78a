//! What opens a chip: the document's machine readable zone, or the number on its front (ICAO 9303-11, 4.1).

use emrtd::mrz::{Mrz, MrzInformation};
use emrtd::password::Password;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::error::Fault;

/// What opens the chip: exactly one of the three.
#[derive(Deserialize, ToSchema, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub struct AccessData {
    /// Three fields of the zone, as typed.
    mrz: Option<MrzFields>,
    /// The whole zone, two or three lines, as typed or scanned.
    zone: Option<String>,
    /// The card access number.
    can: Option<String>,
}

/// Three fields of the zone.
#[derive(Clone, Serialize, Deserialize, ToSchema, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub struct MrzFields {
    /// The document number, in either case.
    document_number: String,
    /// `YYMMDD`.
    birth_date: String,
    /// `YYMMDD`.
    expiry_date: String,
}

/// The same, checked, as it is sealed beside the reading.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub(super) enum Access {
    Mrz(MrzFields),
    Can(String),
}

impl AccessData {
    /// Checks what can be checked without the chip.
    pub(super) fn check(mut self) -> Result<Access, Fault> {
        let access = match (self.mrz.take(), self.zone.take(), self.can.take()) {
            (Some(fields), None, None) => Access::Mrz(fields),
            (None, Some(zone), None) => Access::Mrz(fields(&Zeroizing::new(zone))?),
            (None, None, Some(can)) => Access::Can(can),
            _ => {
                let what = "exactly one of mrz, zone and can".to_owned();
                return Err(Fault::Malformed(what));
            }
        };
        access.password().map(|_| access)
    }
}

/// The fields of a zone whose check digits fit.
fn fields(zone: &str) -> Result<MrzFields, Fault> {
    let mrz = Mrz::from_typed(zone)
        .map_err(|_| Fault::AccessDataRefused)?
        .mrz;
    let date = |bytes: &[u8; 6]| bytes.iter().copied().map(char::from).collect();
    Ok(MrzFields {
        document_number: mrz.document_number.expose().clone(),
        birth_date: date(mrz.birth.as_bytes()),
        expiry_date: date(mrz.expiry.as_bytes()),
    })
}

impl Access {
    /// The password that the chip is opened with.
    pub(super) fn password(&self) -> Result<Password, Fault> {
        match self {
            Self::Mrz(fields) => MrzInformation::from_typed(
                &fields.document_number,
                &fields.birth_date,
                &fields.expiry_date,
            )
            .map(|information| Password::mrz(&information))
            .map_err(|_| Fault::AccessDataRefused),
            Self::Can(can) => Password::can(can).map_err(|_| Fault::AccessDataRefused),
        }
    }

    pub(super) fn to_bytes(&self) -> Result<Zeroizing<Vec<u8>>, Fault> {
        postcard::to_allocvec(self)
            .map(Zeroizing::new)
            .map_err(|_| Fault::Sealing)
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, Fault> {
        postcard::from_bytes(bytes).map_err(|_| Fault::Missing("what opens a chip"))
    }
}
