//! What the object identifiers of PACE and chip authentication say (ICAO 9303-11, 9.2.3 and 9.2.7; TR-03110-3, A.1.1).

use crate::crypto::symmetric::Cipher;
use crate::oid::{Oid, known};

/// How two sides agree on a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyAgreement {
    /// Diffie-Hellman in a group of numbers.
    Dh,
    /// Diffie-Hellman on an elliptic curve.
    Ecdh,
}

/// How PACE turns the nonce into a generator (ICAO 9303-11, 4.4.3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mapping {
    /// Generic mapping.
    Generic,
    /// Integrated mapping.
    Integrated,
    /// Chip authentication mapping: generic, and proves the chip's key at once.
    ChipAuthentication,
}

/// A variant of PACE.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PaceProtocol {
    /// How two sides agree on a key.
    pub key_agreement: KeyAgreement,
    /// How the nonce is mapped.
    pub mapping: Mapping,
    /// The cipher of the session, which also encrypts the nonce.
    pub cipher: Cipher,
}

impl PaceProtocol {
    /// Of `id-PACE-(DH|ECDH)-(GM|IM|CAM)-..`. `None` for anything else; chip authentication mapping is with ECDH and AES only.
    pub fn from_oid(oid: Oid<'_>) -> Option<Self> {
        let [variant, cipher] = *oid.below(known::PACE)? else {
            return None;
        };
        let (key_agreement, mapping) = variant_of(variant)?;
        let cipher = cipher_of(cipher)?;
        let allowed = mapping != Mapping::ChipAuthentication || cipher != Cipher::TripleDes;
        allowed.then_some(Self {
            key_agreement,
            mapping,
            cipher,
        })
    }

    /// The content bytes of its object identifier. `None` for combinations that have none: chip authentication mapping with numbers
    /// or with 3DES.
    pub fn oid(self) -> Option<Vec<u8>> {
        let variant = match (self.key_agreement, self.mapping) {
            (KeyAgreement::Dh, Mapping::Generic) => 1,
            (KeyAgreement::Ecdh, Mapping::Generic) => 2,
            (KeyAgreement::Dh, Mapping::Integrated) => 3,
            (KeyAgreement::Ecdh, Mapping::Integrated) => 4,
            (KeyAgreement::Ecdh, Mapping::ChipAuthentication)
                if self.cipher != Cipher::TripleDes =>
            {
                6
            }
            (_, Mapping::ChipAuthentication) => return None,
        };
        Some([known::PACE.0, &[variant, number_of(self.cipher)]].concat())
    }
}

/// A variant of chip authentication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChipAuthenticationProtocol {
    /// How two sides agree on a key.
    pub key_agreement: KeyAgreement,
    /// The cipher of the session that follows.
    pub cipher: Cipher,
}

impl ChipAuthenticationProtocol {
    /// Of `id-CA-(DH|ECDH)-..`. `None` for anything else.
    pub fn from_oid(oid: Oid<'_>) -> Option<Self> {
        let [variant, cipher] = *oid.below(known::CA)? else {
            return None;
        };
        Some(Self {
            key_agreement: agreement_of(variant)?,
            cipher: cipher_of(cipher)?,
        })
    }

    /// What a key without a ChipAuthenticationInfo stands for: 3DES.
    pub const fn assumed(key_agreement: KeyAgreement) -> Self {
        Self {
            key_agreement,
            cipher: Cipher::TripleDes,
        }
    }

    /// The content bytes of its object identifier.
    pub fn oid(self) -> Vec<u8> {
        let variant = match self.key_agreement {
            KeyAgreement::Dh => 1,
            KeyAgreement::Ecdh => 2,
        };
        [known::CA.0, &[variant, number_of(self.cipher)]].concat()
    }
}

/// `id-PACE-DH-GM`, `-ECDH-GM`, `-DH-IM`, `-ECDH-IM`, `-ECDH-CAM`.
pub(super) fn pace_domain_parameters(oid: Oid<'_>) -> Option<(KeyAgreement, Mapping)> {
    let [variant] = *oid.below(known::PACE)? else {
        return None;
    };
    variant_of(variant)
}

/// `id-PK-DH`, `id-PK-ECDH`.
pub(super) fn public_key(oid: Oid<'_>) -> Option<KeyAgreement> {
    let [variant] = *oid.below(known::PK)? else {
        return None;
    };
    agreement_of(variant)
}

/// The arc below id-PACE.
fn variant_of(arc: u8) -> Option<(KeyAgreement, Mapping)> {
    Some(match arc {
        1 => (KeyAgreement::Dh, Mapping::Generic),
        2 => (KeyAgreement::Ecdh, Mapping::Generic),
        3 => (KeyAgreement::Dh, Mapping::Integrated),
        4 => (KeyAgreement::Ecdh, Mapping::Integrated),
        6 => (KeyAgreement::Ecdh, Mapping::ChipAuthentication),
        _ => return None,
    })
}

/// The arc below id-PK and id-CA.
fn agreement_of(arc: u8) -> Option<KeyAgreement> {
    match arc {
        1 => Some(KeyAgreement::Dh),
        2 => Some(KeyAgreement::Ecdh),
        _ => None,
    }
}

/// The last arc.
fn cipher_of(arc: u8) -> Option<Cipher> {
    Some(match arc {
        1 => Cipher::TripleDes,
        2 => Cipher::Aes128,
        3 => Cipher::Aes192,
        4 => Cipher::Aes256,
        _ => return None,
    })
}

/// The last arc of a cipher.
const fn number_of(cipher: Cipher) -> u8 {
    match cipher {
        Cipher::TripleDes => 1,
        Cipher::Aes128 => 2,
        Cipher::Aes192 => 3,
        Cipher::Aes256 => 4,
    }
}
