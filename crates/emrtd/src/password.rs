//! Passwords that open a chip (ICAO 9303-11, 9.7.3, table 14; TR-03110-3, B.1.1).

use core::fmt;

use zeroize::Zeroizing;

use crate::crypto::Digest;
use crate::fault::ChipFault;
use crate::mrz::MrzInformation;

/// Which password it is, by the reference that MSE:Set AT names it with (ICAO 9303-11, 4.4.4.1; TR-03110-3, B.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum PasswordKind {
    /// Document number, date of birth and date of expiry of the machine readable zone.
    Mrz = 1,
    /// The card access number, printed on the document.
    Can = 2,
    /// The holder's PIN. Not for travel documents; other cards have it.
    Pin = 3,
    /// The holder's PUK. Not for travel documents; other cards have it.
    Puk = 4,
}

/// A password, encoded as key derivation takes it. It is wiped when dropped and never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Password {
    kind: PasswordKind,
    encoded: Zeroizing<Vec<u8>>,
}

impl Password {
    /// The zone's password: SHA-1 over `MRZ_information`.
    pub fn mrz(information: &MrzInformation) -> Self {
        let hash = Digest::Sha1.hash(&[information.as_bytes()]);
        Self {
            kind: PasswordKind::Mrz,
            encoded: Zeroizing::new(hash.as_ref().to_vec()),
        }
    }

    /// The card access number: six digits by ICAO 9303-11, up to sixteen in the field.
    pub fn can(digits: &str) -> Result<Self, ChipFault> {
        Self::digits(PasswordKind::Can, digits)
    }

    /// The holder's PIN: digits.
    pub fn pin(digits: &str) -> Result<Self, ChipFault> {
        Self::digits(PasswordKind::Pin, digits)
    }

    /// The holder's PUK: digits.
    pub fn puk(digits: &str) -> Result<Self, ChipFault> {
        Self::digits(PasswordKind::Puk, digits)
    }

    fn digits(kind: PasswordKind, digits: &str) -> Result<Self, ChipFault> {
        let digits = digits.trim();
        if !(4..=16).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(ChipFault::PasswordMalformed);
        }
        Ok(Self {
            kind,
            encoded: Zeroizing::new(digits.as_bytes().to_vec()),
        })
    }

    /// Which password it is.
    pub const fn kind(&self) -> PasswordKind {
        self.kind
    }

    /// `f(pi)`: what the key of PACE's nonce is derived from.
    pub(crate) fn encoded(&self) -> &[u8] {
        &self.encoded
    }

    /// `K_seed` of Basic Access Control, the first 16 bytes of the hash of `MRZ_information` (ICAO 9303-11, 4.3.2). Only the zone has it.
    pub(crate) fn bac_seed(&self) -> Result<&[u8], ChipFault> {
        match self.kind {
            PasswordKind::Mrz => Ok(&self.encoded[..16]),
            PasswordKind::Can | PasswordKind::Pin | PasswordKind::Puk => {
                Err(ChipFault::PasswordNotForBac)
            }
        }
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Password({:?})", self.kind)
    }
}
