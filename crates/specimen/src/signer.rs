//! Keys and how they sign: `SubjectPublicKeyInfo`, `AlgorithmIdentifier` and the signature, for every algorithm of Doc 9303-12, 4.

use std::sync::Arc;

use crate::{
    curve::{Curve, CurveParameters},
    der,
    digest::Digest,
    ec_key::EcKey,
    randomness::Randomness,
    rsa::{Pss, RsaKey},
};

/// What kind of key to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// RSA.
    Rsa {
        /// Bits of the modulus.
        bits: u64,
        /// The public exponent.
        exponent: u32,
    },
    /// A point on a curve.
    Ec(Curve, CurveParameters),
}

/// A private key.
#[derive(Debug, Clone)]
pub enum PrivateKey {
    /// RSA.
    Rsa(Arc<RsaKey>),
    /// A number for a curve, and how the curve is told.
    Ec(EcKey, CurveParameters),
}

/// How a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// RSASSA-PKCS1-v1_5 (RFC 8017, 8.2).
    Pkcs1(Digest),
    /// The same, without the `NULL` in `DigestInfo`, as ICAO's own list is signed.
    Pkcs1WithoutNull(Digest),
    /// The same, announced only as `rsaEncryption` (RFC 3370, 3.2): for CMS, where the digest stands beside it.
    RsaEncryption(Digest),
    /// RSASSA-PSS (RFC 8017, 8.1).
    Pss(Pss),
    /// RSASSA-PSS is announced, and PKCS#1 v1.5 was done, as some Turkish documents have it.
    PssAnnouncedOnly(Pss),
    /// ECDSA (RFC 5758, 3.2), the signature as `Ecdsa-Sig-Value`.
    Ecdsa(Digest),
}

/// A key with its scheme.
#[derive(Debug, Clone)]
pub struct Signer {
    /// The key.
    pub key: PrivateKey,
    /// How it signs.
    pub scheme: Scheme,
}

impl PrivateKey {
    /// A new key.
    pub fn generate(kind: KeyKind, randomness: &mut Randomness) -> Self {
        match kind {
            KeyKind::Rsa { bits, exponent } => {
                Self::Rsa(RsaKey::from_seed(&randomness.array::<32>(), bits, exponent))
            }
            KeyKind::Ec(curve, parameters) => Self::Ec(curve.key_pair(randomness), parameters),
        }
    }

    /// `SubjectPublicKeyInfo` (RFC 5280, 4.1.2.7).
    pub fn public_key_info(&self) -> Vec<u8> {
        match self {
            Self::Rsa(key) => der::sequence([
                der::algorithm("1.2.840.113549.1.1.1", Some(der::null())),
                der::bits(&key.public_key()),
            ]),
            Self::Ec(key, parameters) => der::sequence([
                der::algorithm(
                    "1.2.840.10045.2.1",
                    Some(key.curve.parameters_over(*parameters, &key.generator)),
                ),
                der::bits(&self.public_bits()),
            ]),
        }
    }

    /// A key that looks like this one's public key and is not (CVE-2020-0601): for elliptic curves.
    pub fn forge(&self) -> Option<Self> {
        let Self::Ec(key, _) = self else { return None };
        let forged = EcKey::forged(key.curve, &key.public, 2_u8.into())?;
        Some(Self::Ec(forged, CurveParameters::Explicit))
    }

    /// SHA-1 over the key's bits: the usual key identifier (RFC 5280, 4.2.1.2, method 1).
    pub fn identifier(&self) -> Vec<u8> {
        Digest::Sha1.hash(&[&self.public_bits()])
    }

    fn public_bits(&self) -> Vec<u8> {
        match self {
            Self::Rsa(key) => key.public_key(),
            Self::Ec(key, _) => key.curve.encode(&key.public),
        }
    }
}

impl Scheme {
    /// The scheme that goes with a kind of key, by default.
    pub fn usual(kind: KeyKind, digest: Digest) -> Self {
        match kind {
            KeyKind::Rsa { .. } => Self::Pkcs1(digest),
            KeyKind::Ec(..) => Self::Ecdsa(digest),
        }
    }

    /// The hash of what is signed.
    pub fn digest(self) -> Digest {
        match self {
            Self::Pkcs1(digest)
            | Self::Pkcs1WithoutNull(digest)
            | Self::RsaEncryption(digest)
            | Self::Ecdsa(digest) => digest,
            Self::Pss(pss) | Self::PssAnnouncedOnly(pss) => pss.digest,
        }
    }

    /// The signature's `AlgorithmIdentifier` (RFC 4055, RFC 5758).
    pub fn algorithm(self) -> Vec<u8> {
        match self {
            Self::Pkcs1(digest) | Self::Pkcs1WithoutNull(digest) => {
                let number = match digest {
                    Digest::Sha1 => 5,
                    Digest::Sha224 => 14,
                    Digest::Sha256 => 11,
                    Digest::Sha384 => 12,
                    Digest::Sha512 => 13,
                };
                der::algorithm(&format!("1.2.840.113549.1.1.{number}"), Some(der::null()))
            }
            Self::RsaEncryption(_) => der::algorithm("1.2.840.113549.1.1.1", Some(der::null())),
            Self::Pss(pss) | Self::PssAnnouncedOnly(pss) => pss.algorithm(),
            Self::Ecdsa(digest) => {
                let arcs = match digest {
                    Digest::Sha1 => "1",
                    Digest::Sha224 => "3.1",
                    Digest::Sha256 => "3.2",
                    Digest::Sha384 => "3.3",
                    Digest::Sha512 => "3.4",
                };
                der::algorithm(&format!("1.2.840.10045.4.{arcs}"), None)
            }
        }
    }
}

impl Signer {
    /// A signer with a new key.
    pub fn generate(kind: KeyKind, scheme: Scheme, randomness: &mut Randomness) -> Self {
        Self {
            key: PrivateKey::generate(kind, randomness),
            scheme,
        }
    }

    /// The signature over a message. A scheme that does not belong to the key gives an empty one.
    pub fn sign(&self, message: &[u8], randomness: &mut Randomness) -> Vec<u8> {
        let digest = self.scheme.digest();
        let hash = digest.hash(&[message]);
        match (&self.key, self.scheme) {
            (PrivateKey::Rsa(key), Scheme::Pkcs1WithoutNull(_)) => {
                key.sign_pkcs1(digest, &hash, false)
            }
            (PrivateKey::Rsa(key), Scheme::Pss(pss)) => key.sign_pss(pss, &hash, randomness),
            (
                PrivateKey::Rsa(key),
                Scheme::Pkcs1(_) | Scheme::RsaEncryption(_) | Scheme::PssAnnouncedOnly(_),
            ) => key.sign_pkcs1(digest, &hash, true),
            (PrivateKey::Ec(key, _), Scheme::Ecdsa(_)) => {
                let (r, s) = key.sign(&hash, randomness);
                der::sequence([der::unsigned(&r), der::unsigned(&s)])
            }
            _ => Vec::new(),
        }
    }
}
