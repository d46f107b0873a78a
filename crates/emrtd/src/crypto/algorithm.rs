//! AlgorithmIdentifier of a signature (RFC 5280, 4.1.1.2; RFC 4055; RFC 5758; TR-03111, 5.2.1).

use crate::crypto::Digest;
use crate::fault::{Deviation, Deviations, SignatureFault, TlvFault};
use crate::oid::{Oid, known};
use crate::tlv::{Reader, Tag, Tlv};

/// How a signature was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5 (RFC 8017, 8.2).
    RsaPkcs1(Digest),
    /// `rsaEncryption`: PKCS#1 v1.5 with a hash function that is told elsewhere (RFC 3370, 3.2).
    RsaEncryption,
    /// RSASSA-PSS (RFC 8017, 8.1).
    RsaPss(PssParameters),
    /// ECDSA, the signature in DER (RFC 3279, 2.2.3; TR-03111, 5.2.2).
    Ecdsa(Digest),
    /// ECDSA, the signature in plain format (TR-03111, 5.2.1).
    EcdsaPlain(Digest),
    /// `ecPublicKey`, which names a key and no signature: ECDSA with a hash function that is told elsewhere.
    EcPublicKey,
}

/// RSASSA-PSS-params (RFC 4055, 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PssParameters {
    /// The hash function of the message.
    pub digest: Digest,
    /// The hash function of MGF1.
    pub mask_digest: Digest,
    /// Bytes of the salt.
    pub salt_length: u16,
}

impl SignatureAlgorithm {
    /// The algorithm that an AlgorithmIdentifier, tag and length included, stands for.
    pub fn parse(algorithm_identifier: &[u8]) -> Result<Self, SignatureFault> {
        let (oid, parameters) =
            identifier(algorithm_identifier).map_err(SignatureFault::AlgorithmMalformed)?;
        if oid == known::RSA_PSS {
            return pss_parameters(parameters).map(Self::RsaPss);
        }
        NAMED
            .iter()
            .find(|(named, _)| *named == oid)
            .map(|(_, algorithm)| *algorithm)
            .ok_or(SignatureFault::AlgorithmUnknown)
    }

    /// The hash function of the message; `None` where it is told elsewhere.
    pub const fn digest(&self) -> Option<Digest> {
        match self {
            Self::RsaPkcs1(digest) | Self::Ecdsa(digest) | Self::EcdsaPlain(digest) => {
                Some(*digest)
            }
            Self::RsaPss(parameters) => Some(parameters.digest),
            Self::RsaEncryption | Self::EcPublicKey => None,
        }
    }

    /// The same, with the hash function that is told elsewhere (the digest algorithm of a CMS signer info) where this tells none.
    #[must_use]
    pub const fn or_digest(self, digest: Digest) -> Self {
        match self {
            Self::RsaEncryption => Self::RsaPkcs1(digest),
            Self::EcPublicKey => Self::Ecdsa(digest),
            told => told,
        }
    }

    /// What is unusual about the algorithm itself.
    pub fn deviations(&self) -> Deviations {
        match self {
            Self::RsaEncryption | Self::EcPublicKey => Deviation::DigestToldElsewhere.into(),
            Self::RsaPss(parameters) => parameters.deviations(),
            _ => Deviations::new(),
        }
    }
}

impl PssParameters {
    fn deviations(self) -> Deviations {
        let salt = usize::from(self.salt_length) != self.digest.length();
        let mask = self.mask_digest != self.digest;
        [(salt, Deviation::SaltLength), (mask, Deviation::MaskDigest)]
            .into_iter()
            .filter_map(|(unusual, deviation)| unusual.then_some(deviation))
            .collect()
    }
}

/// Algorithms whose object identifier says everything.
const NAMED: [(Oid<'static>, SignatureAlgorithm); 18] = [
    (known::RSA_SHA1, SignatureAlgorithm::RsaPkcs1(Digest::Sha1)),
    (
        known::OIW_RSA_SHA1,
        SignatureAlgorithm::RsaPkcs1(Digest::Sha1),
    ),
    (
        known::RSA_SHA224,
        SignatureAlgorithm::RsaPkcs1(Digest::Sha224),
    ),
    (
        known::RSA_SHA256,
        SignatureAlgorithm::RsaPkcs1(Digest::Sha256),
    ),
    (
        known::RSA_SHA384,
        SignatureAlgorithm::RsaPkcs1(Digest::Sha384),
    ),
    (
        known::RSA_SHA512,
        SignatureAlgorithm::RsaPkcs1(Digest::Sha512),
    ),
    (known::RSA_ENCRYPTION, SignatureAlgorithm::RsaEncryption),
    (known::ECDSA_SHA1, SignatureAlgorithm::Ecdsa(Digest::Sha1)),
    (
        known::ECDSA_SHA224,
        SignatureAlgorithm::Ecdsa(Digest::Sha224),
    ),
    (
        known::ECDSA_SHA256,
        SignatureAlgorithm::Ecdsa(Digest::Sha256),
    ),
    (
        known::ECDSA_SHA384,
        SignatureAlgorithm::Ecdsa(Digest::Sha384),
    ),
    (
        known::ECDSA_SHA512,
        SignatureAlgorithm::Ecdsa(Digest::Sha512),
    ),
    (
        known::ECDSA_PLAIN_SHA1,
        SignatureAlgorithm::EcdsaPlain(Digest::Sha1),
    ),
    (
        known::ECDSA_PLAIN_SHA224,
        SignatureAlgorithm::EcdsaPlain(Digest::Sha224),
    ),
    (
        known::ECDSA_PLAIN_SHA256,
        SignatureAlgorithm::EcdsaPlain(Digest::Sha256),
    ),
    (
        known::ECDSA_PLAIN_SHA384,
        SignatureAlgorithm::EcdsaPlain(Digest::Sha384),
    ),
    (
        known::ECDSA_PLAIN_SHA512,
        SignatureAlgorithm::EcdsaPlain(Digest::Sha512),
    ),
    (known::EC_PUBLIC_KEY, SignatureAlgorithm::EcPublicKey),
];

/// Object identifier and parameters of an AlgorithmIdentifier.
pub(super) fn identifier(bytes: &[u8]) -> Result<(Oid<'_>, Option<Tlv<'_>>), TlvFault> {
    let mut outer = Reader::ber(bytes);
    let sequence = outer.expect(Tag::SEQUENCE)?;
    outer.finish()?;
    let mut inner = sequence.reader();
    let oid = inner.expect(Tag::OBJECT_IDENTIFIER)?.oid()?;
    let parameters = inner.read()?;
    inner.finish()?;
    Ok((oid, parameters))
}

/// `RSASSA-PSS-params ::= SEQUENCE { hashAlgorithm [0], maskGenAlgorithm [1], saltLength [2], trailerField [3] }`, each with a
/// default: SHA-1, MGF1 with SHA-1, 20, 1. Parameters that are not there have all the defaults.
fn pss_parameters(parameters: Option<Tlv<'_>>) -> Result<PssParameters, SignatureFault> {
    let mut read = PssParameters {
        digest: Digest::Sha1,
        mask_digest: Digest::Sha1,
        salt_length: 20,
    };
    let Some(parameters) = parameters.filter(|parameters| parameters.tag != Tag::NULL) else {
        return Ok(read);
    };
    let malformed = SignatureFault::AlgorithmMalformed;
    let mut fields = parameters
        .expect(Tag::SEQUENCE)
        .map_err(malformed)?
        .reader();
    let mut field = |number| {
        fields
            .optional(Tag::context_constructed(number))
            .map_err(malformed)
    };
    if let Some(hash) = field(0)? {
        read.digest = digest(hash.value)?;
    }
    if let Some(mask) = field(1)? {
        let (oid, mask_digest) = identifier(mask.value).map_err(malformed)?;
        if oid != known::MGF1 {
            return Err(SignatureFault::MaskFunctionUnknown);
        }
        let mask_digest = mask_digest.ok_or(SignatureFault::DigestUnknown)?;
        read.mask_digest = digest(mask_digest.raw)?;
    }
    if let Some(salt) = field(2)? {
        let length = small_number(salt).map_err(malformed)?;
        read.salt_length = u16::try_from(length).map_err(|_| SignatureFault::SaltTooLong)?;
    }
    if let Some(trailer) = field(3)?
        && small_number(trailer).map_err(malformed)? != 1
    {
        return Err(SignatureFault::TrailerUnknown);
    }
    fields.finish().map_err(malformed)?;
    Ok(read)
}

fn small_number(explicit: Tlv<'_>) -> Result<u32, TlvFault> {
    let mut reader = explicit.reader();
    let number = reader.expect(Tag::INTEGER)?.small_unsigned()?;
    reader.finish()?;
    Ok(number)
}

/// The hash function of an AlgorithmIdentifier; NULL as parameters or none are the same (RFC 4055, 2.1).
fn digest(algorithm_identifier: &[u8]) -> Result<Digest, SignatureFault> {
    let (oid, _) = identifier(algorithm_identifier).map_err(SignatureFault::AlgorithmMalformed)?;
    Digest::from_oid(oid).ok_or(SignatureFault::DigestUnknown)
}

impl Digest {
    /// The hash function that an AlgorithmIdentifier, tag and length included, stands for.
    pub fn parse(algorithm_identifier: &[u8]) -> Result<Self, SignatureFault> {
        digest(algorithm_identifier)
    }
}
