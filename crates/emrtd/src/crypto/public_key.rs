//! SubjectPublicKeyInfo of keys that sign (RFC 5280, 4.1.2.7; RFC 3279, 2.3; RFC 5480).

use crate::crypto::algorithm::identifier;
use crate::crypto::curve::{Curve, Point};
use crate::crypto::ecdsa::EcdsaPublicKey;
use crate::crypto::rsa::RsaPublicKey;
use crate::fault::{Deviations, SignatureFault, TlvFault};
use crate::oid::{Oid, known};
use crate::tlv::{Reader, Tag, Tlv};

/// A public key that checks signatures: read once, used often.
#[derive(Debug, Clone)]
pub struct PublicKey {
    key: Key,
    deviations: Deviations,
}

#[derive(Debug, Clone)]
enum Key {
    Rsa(RsaPublicKey),
    Ecdsa(EcdsaPublicKey),
}

/// What kind of key one is, for judging its strength.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// RSA with a modulus of so many bits.
    Rsa {
        /// Bits of the modulus.
        bits: usize,
    },
    /// A point on a curve.
    EllipticCurve(Curve),
}

impl PublicKey {
    /// The key that a SubjectPublicKeyInfo, tag and length included, holds: RSA (also one that is for PSS only), or a point on a
    /// known curve, named or by explicit parameters.
    pub fn parse(spki: &[u8]) -> Result<Self, SignatureFault> {
        let info = KeyInfo::read(spki).map_err(SignatureFault::KeyMalformed)?;
        let mut deviations = Deviations::new();
        let key = match info.algorithm {
            known::RSA_ENCRYPTION | known::RSA_PSS => {
                Key::Rsa(RsaPublicKey::parse(info.key, &mut deviations)?)
            }
            known::EC_PUBLIC_KEY | known::EC_DH => {
                Key::Ecdsa(EcdsaPublicKey::new(info.point(&mut deviations)?))
            }
            _ => return Err(SignatureFault::KeyKindUnknown),
        };
        Ok(Self { key, deviations })
    }

    /// What is unusual about the key itself.
    pub const fn deviations(&self) -> &Deviations {
        &self.deviations
    }

    /// What kind of key this is.
    pub fn kind(&self) -> KeyKind {
        match &self.key {
            Key::Rsa(key) => KeyKind::Rsa { bits: key.bits() },
            Key::Ecdsa(key) => KeyKind::EllipticCurve(key.point().curve()),
        }
    }

    /// The key, if it is an RSA key.
    pub const fn rsa(&self) -> Option<&RsaPublicKey> {
        match &self.key {
            Key::Rsa(key) => Some(key),
            Key::Ecdsa(_) => None,
        }
    }

    /// The point, if the key is one on a curve.
    pub const fn point(&self) -> Option<&Point> {
        match &self.key {
            Key::Rsa(_) => None,
            Key::Ecdsa(key) => Some(key.point()),
        }
    }

    pub(super) const fn ecdsa(&self) -> Option<&EcdsaPublicKey> {
        match &self.key {
            Key::Rsa(_) => None,
            Key::Ecdsa(key) => Some(key),
        }
    }
}

/// `SubjectPublicKeyInfo ::= SEQUENCE { algorithm AlgorithmIdentifier, subjectPublicKey BIT STRING }`.
pub(super) struct KeyInfo<'a> {
    pub(super) algorithm: Oid<'a>,
    pub(super) parameters: Option<Tlv<'a>>,
    pub(super) key: &'a [u8],
}

impl<'a> KeyInfo<'a> {
    pub(super) fn read(spki: &'a [u8]) -> Result<Self, TlvFault> {
        let mut outer = Reader::ber(spki);
        let mut fields = outer.expect(Tag::SEQUENCE)?.reader();
        outer.finish()?;
        let (algorithm, parameters) = identifier(fields.expect(Tag::SEQUENCE)?.raw)?;
        let key = fields.expect(Tag::BIT_STRING)?.bit_string_bytes()?;
        fields.finish()?;
        Ok(Self {
            algorithm,
            parameters,
            key,
        })
    }

    /// The point of a key on a curve.
    pub(super) fn point(&self, deviations: &mut Deviations) -> Result<Point, SignatureFault> {
        let curve = Curve::from_parameters(self.parameters, deviations)?;
        Point::from_key(curve, self.key, deviations)
    }
}
