//! `SecurityInfos` (Doc 9303-11, 9.2) and the choice of protocols that they tell of.

use crate::{
    cipher::Cipher,
    curve::Curve,
    der,
    digest::Digest,
    group::{DomainForm, Element, Group, Modp},
};

/// `bsi-de protocols(2) smartcard(2)`.
const SMARTCARD: &str = "0.4.0.127.0.7.2.2";

/// How PACE maps the nonce (Doc 9303-11, 4.4.3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mapping {
    /// Generic mapping.
    Generic,
    /// Integrated mapping.
    Integrated,
    /// Generic mapping that also authenticates the chip.
    ChipAuthentication,
}

/// One variant of PACE.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PaceVariant {
    /// The mapping.
    pub mapping: Mapping,
    /// The group.
    pub group: Group,
    /// The cipher.
    pub cipher: Cipher,
}

impl PaceVariant {
    /// What most documents have.
    pub const USUAL: Self = Self {
        mapping: Mapping::Generic,
        group: Group::Curve(Curve::BrainpoolP256r1),
        cipher: Cipher::Aes128,
    };

    /// The protocol's object identifier, dotted (Doc 9303-11, 9.2.3).
    pub fn oid(self) -> String {
        let arc = match (self.mapping, self.group) {
            (Mapping::Generic, Group::Modp(_)) => 1,
            (Mapping::Generic, Group::Curve(_)) => 2,
            (Mapping::Integrated, Group::Modp(_)) => 3,
            (Mapping::Integrated, Group::Curve(_)) => 4,
            (Mapping::ChipAuthentication, _) => 6,
        };
        format!("{SMARTCARD}.4.{arc}.{}", self.cipher.arc())
    }

    /// `PACEInfo` (Doc 9303-11, 9.2.1).
    pub fn info(self) -> Vec<u8> {
        der::sequence([
            der::oid(&self.oid()),
            der::small(2),
            der::small(self.group.parameter_id()),
        ])
    }

    /// Every variant of Doc 9303-11, tables 2 and 3, each on a group that it can have.
    pub fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for cipher in Cipher::ALL {
            for mapping in [Mapping::Generic, Mapping::Integrated] {
                for group in [
                    Group::Modp(Modp::Bits2048Order256),
                    Group::Curve(Curve::BrainpoolP256r1),
                ] {
                    all.push(Self {
                        mapping,
                        group,
                        cipher,
                    });
                }
            }
            if cipher != Cipher::TripleDes {
                let group = Group::Curve(Curve::BrainpoolP256r1);
                all.push(Self {
                    mapping: Mapping::ChipAuthentication,
                    group,
                    cipher,
                });
            }
        }
        all
    }
}

/// `ChipAuthenticationInfo` (Doc 9303-11, 9.2.5).
pub(super) fn chip_authentication(group: Group, cipher: Cipher, key_id: Option<u8>) -> Vec<u8> {
    let oid = format!("{SMARTCARD}.3.{}.{}", agreement_arc(group), cipher.arc());
    der::sequence([der::oid(&oid), der::small(1), optional_number(key_id)])
}

/// The same protocol as used in MSE:Set AT.
pub(crate) fn chip_authentication_oid(group: Group, cipher: Cipher) -> Vec<u8> {
    der::oid_content(&format!(
        "{SMARTCARD}.3.{}.{}",
        agreement_arc(group),
        cipher.arc()
    ))
}

/// `ChipAuthenticationPublicKeyInfo` (Doc 9303-11, 9.2.6).
pub(super) fn chip_public_key(
    group: Group,
    public: &Element,
    form: DomainForm,
    key_id: Option<u8>,
) -> Vec<u8> {
    let oid = format!("{SMARTCARD}.1.{}", agreement_arc(group));
    der::sequence([
        der::oid(&oid),
        group.public_key_info(public, form),
        optional_number(key_id),
    ])
}

/// `ActiveAuthenticationInfo` (Doc 9303-11, 9.2.4) with TR-03111's `ecdsa-plain-SHA..`.
pub(super) fn active_authentication(digest: Digest) -> Vec<u8> {
    let arc = match digest {
        Digest::Sha1 => 1,
        Digest::Sha224 => 2,
        Digest::Sha256 => 3,
        Digest::Sha384 => 4,
        Digest::Sha512 => 5,
    };
    let algorithm = der::oid(&format!("0.4.0.127.0.7.1.1.4.1.{arc}"));
    der::sequence([der::oid("2.23.136.1.1.5"), der::small(1), algorithm])
}

/// `TerminalAuthenticationInfo` (Doc 9303-11, 9.2.8), as European documents have it.
pub(super) fn terminal_authentication() -> Vec<u8> {
    der::sequence([der::oid(&format!("{SMARTCARD}.2")), der::small(1)])
}

fn agreement_arc(group: Group) -> u8 {
    match group {
        Group::Modp(_) => 1,
        Group::Curve(_) => 2,
    }
}

fn optional_number(key_id: Option<u8>) -> Vec<u8> {
    key_id
        .map(|number| der::small(u32::from(number)))
        .unwrap_or_default()
}
