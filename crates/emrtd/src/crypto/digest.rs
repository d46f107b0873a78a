//! Hash functions (FIPS 180-4) that travel documents use (ICAO 9303-12, 4.1).

use aws_lc_rs::digest;

use crate::oid::{Oid, known};

/// A hash function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Digest {
    /// SHA-1, 20 bytes. Broken for signatures over what others choose; old documents still have it.
    Sha1,
    /// SHA-224, 28 bytes.
    Sha224,
    /// SHA-256, 32 bytes.
    Sha256,
    /// SHA-384, 48 bytes.
    Sha384,
    /// SHA-512, 64 bytes.
    Sha512,
}

impl Digest {
    /// Every hash function, by length of its value.
    pub const ALL: [Self; 5] = [
        Self::Sha1,
        Self::Sha224,
        Self::Sha256,
        Self::Sha384,
        Self::Sha512,
    ];

    /// The hash value of `parts`, one behind the other.
    pub fn hash(self, parts: &[&[u8]]) -> DigestValue {
        if let [whole] = parts {
            return DigestValue(digest::digest(self.algorithm(), whole));
        }
        let mut context = digest::Context::new(self.algorithm());
        for part in parts {
            context.update(part);
        }
        DigestValue(context.finish())
    }

    /// Bytes of a hash value.
    pub const fn length(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha224 => 28,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// The hash function of an object identifier (RFC 8017, B.1; RFC 5754, 2).
    pub fn from_oid(oid: Oid<'_>) -> Option<Self> {
        Self::ALL.into_iter().find(|digest| digest.oid() == oid)
    }

    /// Its object identifier.
    pub const fn oid(self) -> Oid<'static> {
        match self {
            Self::Sha1 => known::SHA1,
            Self::Sha224 => known::SHA224,
            Self::Sha256 => known::SHA256,
            Self::Sha384 => known::SHA384,
            Self::Sha512 => known::SHA512,
        }
    }

    fn algorithm(self) -> &'static digest::Algorithm {
        match self {
            Self::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha224 => &digest::SHA224,
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        }
    }
}

/// A hash value, 20 to 64 bytes.
#[derive(Clone, Copy)]
pub struct DigestValue(digest::Digest);

impl AsRef<[u8]> for DigestValue {
    fn as_ref(&self) -> &[u8] {
        self.0.as_ref()
    }
}

impl PartialEq for DigestValue {
    fn eq(&self, other: &Self) -> bool {
        self.as_ref() == other.as_ref()
    }
}

impl Eq for DigestValue {}

impl PartialEq<[u8]> for DigestValue {
    fn eq(&self, other: &[u8]) -> bool {
        self.as_ref() == other
    }
}

impl std::fmt::Debug for DigestValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
