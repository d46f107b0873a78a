//! The hash functions of Doc 9303.

use sha1::Sha1;
use sha2_11::{Sha224, Sha256, Sha384, Sha512};

use crate::der;

/// A hash function that documents use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Digest {
    /// SHA-1: old documents, and active authentication of many newer ones.
    Sha1,
    /// SHA-224.
    Sha224,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Digest {
    /// Every one.
    pub const ALL: [Self; 5] = [
        Self::Sha1,
        Self::Sha224,
        Self::Sha256,
        Self::Sha384,
        Self::Sha512,
    ];

    /// The hash of the parts, one after the other.
    pub fn hash(self, parts: &[&[u8]]) -> Vec<u8> {
        fn of<D: sha2_11::Digest>(parts: &[&[u8]]) -> Vec<u8> {
            let mut state = D::new();
            for part in parts {
                state.update(part);
            }
            state.finalize().to_vec()
        }
        match self {
            Self::Sha1 => of::<Sha1>(parts),
            Self::Sha224 => of::<Sha224>(parts),
            Self::Sha256 => of::<Sha256>(parts),
            Self::Sha384 => of::<Sha384>(parts),
            Self::Sha512 => of::<Sha512>(parts),
        }
    }

    /// Bytes of a hash.
    pub fn length(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha224 => 28,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// The object identifier, dotted (RFC 8017, B.1).
    pub fn oid(self) -> &'static str {
        match self {
            Self::Sha1 => "1.3.14.3.2.26",
            Self::Sha224 => "2.16.840.1.101.3.4.2.4",
            Self::Sha256 => "2.16.840.1.101.3.4.2.1",
            Self::Sha384 => "2.16.840.1.101.3.4.2.2",
            Self::Sha512 => "2.16.840.1.101.3.4.2.3",
        }
    }

    /// `AlgorithmIdentifier` with or without the `NULL` that RFC 8017 wants and RFC 5754 does not.
    pub fn algorithm(self, with_null: bool) -> Vec<u8> {
        der::algorithm(self.oid(), with_null.then(der::null))
    }
}
