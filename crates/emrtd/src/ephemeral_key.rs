//! Ephemeral keys of PACE and Chip Authentication, on a curve or in a group of numbers (ICAO 9303-11, 9.4.5 and 9.6).

use zeroize::Zeroizing;

use crate::crypto::AgreementKey;
use crate::crypto::curve::{self, Curve, Point};
use crate::crypto::dh::{self, Element, Group};
use crate::fault::{Deviations, SignatureFault};
use crate::tlv::{self, Reader, Tag};

/// Where keys are agreed on: a curve or a group of numbers (ICAO 9303-11, 9.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DomainParameters {
    /// A curve.
    Curve(Curve),
    /// A group of numbers.
    Group(Group),
}

impl DomainParameters {
    /// The standardised domain parameters with this number, 0 to 2 and 8 to 18 (ICAO 9303-11, 9.5.1).
    pub fn from_parameter_id(id: u64) -> Option<Self> {
        let group = Group::from_parameter_id(id).map(Self::Group);
        group.or_else(|| Curve::from_parameter_id(id).map(Self::Curve))
    }

    /// Explicit domain parameters, an AlgorithmIdentifier with tag and length, if they are those of a known curve or group
    /// (ICAO 9303-11, 9.2.2). Others are never used (CVE-2020-0601).
    pub fn recognise(algorithm_identifier: &[u8]) -> Option<Self> {
        // A key that is the generator of a candidate can be read with these parameters only if they are the candidate's.
        let curves = Curve::ALL.into_iter().map(Self::Curve);
        let mut candidates = curves.chain(Group::ALL.into_iter().map(Self::Group));
        candidates.find(|candidate| {
            let generator = candidate.generator();
            let key = match &generator {
                AgreementKey::EllipticCurve(point) => point.encode().to_vec(),
                AgreementKey::DiffieHellman(element) => tlv::write_unsigned(element.encode()),
            };
            let key = tlv::write(Tag::BIT_STRING, &[&[0], &key]);
            let info = tlv::write(Tag::SEQUENCE, &[algorithm_identifier, &key]);
            AgreementKey::parse(&info).is_ok_and(|(key, _)| key == generator)
        })
    }

    /// Those that a key is in.
    pub fn of(key: &AgreementKey) -> Self {
        match key {
            AgreementKey::EllipticCurve(point) => Self::Curve(point.curve()),
            AgreementKey::DiffieHellman(element) => Self::Group(element.group()),
        }
    }

    /// How many random bytes an ephemeral key is made of.
    pub const fn random_bytes(self) -> usize {
        match self {
            Self::Curve(curve) => curve.random_bytes(),
            Self::Group(group) => group.random_bytes(),
        }
    }

    /// The prime of the field, big-endian.
    pub(crate) const fn prime(self) -> &'static [u8] {
        match self {
            Self::Curve(curve) => curve.prime(),
            Self::Group(group) => group.prime(),
        }
    }

    /// The tag of a public key in a public key data object (ICAO 9303-11, 9.4.3 and 9.4.4).
    pub(crate) const fn public_key_tag(self) -> Tag {
        match self {
            Self::Curve(_) => Tag(0x86),
            Self::Group(_) => Tag(0x84),
        }
    }

    /// The generator.
    pub(crate) fn generator(self) -> AgreementKey {
        match self {
            Self::Curve(curve) => AgreementKey::EllipticCurve(curve.generator()),
            Self::Group(group) => AgreementKey::DiffieHellman(group.generator()),
        }
    }

    /// A public key out of the bytes that a chip sends, checked to be on the curve or in the group. Points must be uncompressed.
    pub(crate) fn decode(self, bytes: &[u8]) -> Result<AgreementKey, SignatureFault> {
        match self {
            Self::Curve(curve) if bytes.first() == Some(&4) => {
                Point::decode(curve, bytes).map(AgreementKey::EllipticCurve)
            }
            Self::Curve(_) => Err(SignatureFault::PointMalformed),
            Self::Group(group) => Element::decode(group, bytes).map(AgreementKey::DiffieHellman),
        }
    }
}

/// A chip's static public key, out of a SubjectPublicKeyInfo with tag and length. Beside what [`AgreementKey::parse`] takes, the domain
/// parameters may be named by their number: `standardizedDomainParameters` (ICAO 9303-11, 9.5.1; TR-03110-3, A.2.1.1).
pub(crate) fn static_key(info: &[u8]) -> Option<(AgreementKey, Deviations)> {
    if let Some(key) = standardised(info) {
        return Some((key, Deviations::new()));
    }
    AgreementKey::parse(info).ok()
}

fn standardised(info: &[u8]) -> Option<AgreementKey> {
    let mut reader = Reader::ber(info).expect(Tag::SEQUENCE).ok()?.reader();
    let mut algorithm = reader.expect(Tag::SEQUENCE).ok()?.reader();
    if algorithm.expect(Tag::OBJECT_IDENTIFIER).ok()?.value != STANDARDISED {
        return None;
    }
    let id = algorithm.expect(Tag::INTEGER).ok()?.small_unsigned().ok()?;
    let parameters = DomainParameters::from_parameter_id(u64::from(id))?;
    let [0, key @ ..] = reader.expect(Tag::BIT_STRING).ok()?.value else {
        return None;
    };
    match parameters {
        DomainParameters::Curve(_) => parameters.decode(key).ok(),
        DomainParameters::Group(_) => {
            let number = Reader::ber(key)
                .expect(Tag::INTEGER)
                .ok()?
                .unsigned()
                .ok()?;
            parameters.decode(number).ok()
        }
    }
}

/// `standardizedDomainParameters`, 0.4.0.127.0.7.1.2.
const STANDARDISED: [u8; 7] = [0x04, 0x00, 0x7F, 0x00, 0x07, 0x01, 0x02];

/// The bytes of a public key: an uncompressed point, or a number without leading zeros (ICAO 9303-11, 9.4.1 and 9.4.5).
pub(crate) fn encode(key: &AgreementKey) -> &[u8] {
    match key {
        AgreementKey::EllipticCurve(point) => point.encode(),
        AgreementKey::DiffieHellman(element) => {
            let number = element.encode();
            let zeros = number.iter().take_while(|byte| **byte == 0).count();
            &number[zeros..]
        }
    }
}

/// An ephemeral secret with its public key. The secret is wiped when dropped.
#[derive(Debug, Clone)]
pub(crate) struct EphemeralKey(Pair);

#[derive(Debug, Clone)]
enum Pair {
    EllipticCurve(curve::KeyPair, AgreementKey),
    DiffieHellman(dh::KeyPair, AgreementKey),
}

impl EphemeralKey {
    /// A key on `generator`, out of [`DomainParameters::random_bytes`] random bytes.
    pub(crate) fn new(generator: &AgreementKey, random: &[u8]) -> Result<Self, SignatureFault> {
        Ok(Self(match generator {
            AgreementKey::EllipticCurve(generator) => {
                let secret = curve::Secret::from_random(generator.curve(), random)?;
                let pair = curve::KeyPair::with_generator(secret, generator)?;
                let public = AgreementKey::EllipticCurve(pair.public().clone());
                Pair::EllipticCurve(pair, public)
            }
            AgreementKey::DiffieHellman(generator) => {
                let secret = dh::Secret::from_random(generator.group(), random)?;
                let pair = dh::KeyPair::with_generator(secret, generator)?;
                let public = AgreementKey::DiffieHellman(pair.public().clone());
                Pair::DiffieHellman(pair, public)
            }
        }))
    }

    /// The public key.
    pub(crate) const fn public(&self) -> &AgreementKey {
        match &self.0 {
            Pair::EllipticCurve(_, public) | Pair::DiffieHellman(_, public) => public,
        }
    }

    /// What both sides agree on, as a point or an element.
    pub(crate) fn agree(&self, other: &AgreementKey) -> Result<AgreementKey, SignatureFault> {
        match (&self.0, other) {
            (Pair::EllipticCurve(pair, _), AgreementKey::EllipticCurve(other)) => {
                pair.agree(other).map(AgreementKey::EllipticCurve)
            }
            (Pair::DiffieHellman(pair, _), AgreementKey::DiffieHellman(other)) => {
                pair.agree(other).map(AgreementKey::DiffieHellman)
            }
            _ => Err(SignatureFault::GroupMismatch),
        }
    }

    /// The shared secret that keys are derived from: the x coordinate, or the number as long as the prime.
    pub(crate) fn shared_secret(
        &self,
        other: &AgreementKey,
    ) -> Result<Zeroizing<Vec<u8>>, SignatureFault> {
        match (&self.0, other) {
            (Pair::EllipticCurve(pair, _), AgreementKey::EllipticCurve(other)) => {
                pair.diffie_hellman(other)
            }
            (Pair::DiffieHellman(pair, _), AgreementKey::DiffieHellman(other)) => {
                pair.diffie_hellman(other)
            }
            _ => Err(SignatureFault::GroupMismatch),
        }
    }
}
