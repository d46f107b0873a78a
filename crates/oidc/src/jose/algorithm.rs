//! Signature algorithms (RFC 7518 section 3.1, RFC 8037 section 3.1).

use std::fmt;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, RSA_PSS_2048_8192_SHA256,
    RsaPublicKeyComponents,
};
use serde::{Deserialize, Serialize};

/// How a token is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Algorithm {
    /// ECDSA with P-256 and SHA-256, `r||s`.
    #[default]
    #[serde(rename = "ES256")]
    Es256,
    /// RSASSA-PSS with SHA-256, salt of 32 bytes, at least 2048 bits.
    #[serde(rename = "PS256")]
    Ps256,
    /// Ed25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
}

impl Algorithm {
    /// Every algorithm, the default first.
    pub const ALL: [Self; 3] = [Self::Es256, Self::Ps256, Self::EdDsa];

    /// The value of `alg`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Ps256 => "PS256",
            Self::EdDsa => "EdDSA",
        }
    }

    /// The algorithm that a header's `alg` names.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.as_str() == name)
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The key's numbers, in the encodings of RFC 7518 section 6 and RFC 8037 section 2.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Material {
    /// Affine coordinates on P-256.
    P256 { x: [u8; 32], y: [u8; 32] },
    /// Modulus and exponent, big endian, without leading zeros.
    Rsa { n: Vec<u8>, e: Vec<u8> },
    /// An Ed25519 public key.
    Ed25519 { x: [u8; 32] },
}

impl Material {
    pub(crate) const fn algorithm(&self) -> Algorithm {
        match self {
            Self::P256 { .. } => Algorithm::Es256,
            Self::Rsa { .. } => Algorithm::Ps256,
            Self::Ed25519 { .. } => Algorithm::EdDsa,
        }
    }

    /// Checks that the numbers are a key (on the curve, odd modulus) and readies it for many verifications.
    pub(crate) fn parse(&self) -> Option<ParsedPublicKey> {
        match self {
            Self::P256 { x, y } => {
                let mut point = [4; 65];
                point[1..33].copy_from_slice(x);
                point[33..].copy_from_slice(y);
                ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).ok()
            }
            Self::Rsa { n, e } => RsaPublicKeyComponents { n, e }
                .to_parsed_public_key(&RSA_PSS_2048_8192_SHA256)
                .ok(),
            Self::Ed25519 { x } => ParsedPublicKey::new(&ED25519, x).ok(),
        }
    }
}
