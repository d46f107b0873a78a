//! SubjectPublicKeyInfo of keys that agree on secrets: those of chip authentication (ICAO 9303-11, 6.2; TR-03110-3, A.1).

use crate::crypto::curve::Point;
use crate::crypto::dh::{Element, Group};
use crate::crypto::public_key::KeyInfo;
use crate::fault::{Deviations, SignatureFault, TlvFault};
use crate::oid::known;
use crate::tlv::{Reader, Tag, Tlv};

/// A chip's public key for key agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AgreementKey {
    /// A point on a curve.
    EllipticCurve(Point),
    /// An element of a group.
    DiffieHellman(Element),
}

impl AgreementKey {
    /// The key that a SubjectPublicKeyInfo, tag and length included, holds, and what is unusual about it. Group and curve must be known
    /// ones, named or by explicit parameters.
    pub fn parse(spki: &[u8]) -> Result<(Self, Deviations), SignatureFault> {
        let malformed = SignatureFault::KeyMalformed;
        let info = KeyInfo::read(spki).map_err(malformed)?;
        let mut deviations = Deviations::new();
        let key = match info.algorithm {
            known::EC_PUBLIC_KEY | known::EC_DH => {
                Self::EllipticCurve(info.point(&mut deviations)?)
            }
            known::DH_KEY_AGREEMENT | known::DH_PUBLIC_NUMBER => {
                let has_order = info.algorithm == known::DH_PUBLIC_NUMBER;
                let group = group(info.parameters, has_order).map_err(malformed)?;
                let group = group.ok_or(SignatureFault::GroupUnknown)?;
                let number = number(info.key).map_err(malformed)?;
                Self::DiffieHellman(Element::decode(group, number)?)
            }
            _ => return Err(SignatureFault::KeyKindUnknown),
        };
        Ok((key, deviations))
    }
}

/// The group of `DHParameter ::= SEQUENCE { prime, base, privateValueLength OPTIONAL }` (PKCS#3, 9), or, with the order,
/// `DomainParameters ::= SEQUENCE { p, g, q, .. }` (RFC 3279, 2.3.3).
fn group(parameters: Option<Tlv<'_>>, has_order: bool) -> Result<Option<Group>, TlvFault> {
    let Some(parameters) = parameters else {
        return Ok(None);
    };
    let mut numbers = parameters.expect(Tag::SEQUENCE)?.reader();
    let p = numbers.expect(Tag::INTEGER)?.unsigned()?;
    let g = numbers.expect(Tag::INTEGER)?.unsigned()?;
    let q = if has_order {
        Some(numbers.expect(Tag::INTEGER)?.unsigned()?)
    } else {
        None
    };
    Ok(Group::from_numbers(p, g, q))
}

fn number(key: &[u8]) -> Result<&[u8], TlvFault> {
    let mut reader = Reader::ber(key);
    let number = reader.expect(Tag::INTEGER)?.unsigned()?;
    reader.finish()?;
    Ok(number)
}
