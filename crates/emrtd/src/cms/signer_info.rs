//! A signer (RFC 5652, 5.3).

use super::attributes::SignedAttributes;
use crate::crypto::Digest;
use crate::fault::TlvFault;
use crate::oid::known;
use crate::tlv::{Reader, Tag, Tlv};
use crate::x509::{Certificate, Name, SerialNumber};

/// One signer, as received.
///
/// ```text
/// SignerInfo ::= SEQUENCE {
///     version INTEGER, sid SignerIdentifier, digestAlgorithm AlgorithmIdentifier, signedAttrs [0] IMPLICIT SET OF Attribute OPTIONAL,
///     signatureAlgorithm AlgorithmIdentifier, signature OCTET STRING, unsignedAttrs [1] IMPLICIT SET OF Attribute OPTIONAL }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignerInfo<'a> {
    /// Whose certificate has the key.
    pub identifier: SignerIdentifier<'a>,
    /// The AlgorithmIdentifier of the digest of the content, as received.
    pub digest_algorithm_raw: &'a [u8],
    /// What is signed along with the digest of the content; absent, the content is signed itself.
    pub signed_attributes: Option<SignedAttributes<'a>>,
    /// The AlgorithmIdentifier of the signature, as received.
    pub signature_algorithm_raw: &'a [u8],
    /// The signature.
    pub signature: &'a [u8],
}

/// Which certificate is the signer's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignerIdentifier<'a> {
    /// The one with this issuer and serial number.
    IssuerAndSerialNumber {
        /// The issuer.
        issuer: Name<'a>,
        /// The serial number.
        serial: SerialNumber<'a>,
    },
    /// The one with this subject key identifier.
    SubjectKeyIdentifier(&'a [u8]),
}

/// How well a certificate fits a signer's identifier; the better, the smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// As the standard asks.
    Exact,
    /// Serial number, and the same attributes of the name, but written otherwise, or in another order.
    NameOtherwise,
    /// In nothing; the signature alone would decide.
    None,
}

impl<'a> SignerInfo<'a> {
    pub(super) fn parse(tlv: &Tlv<'a>) -> Result<Self, TlvFault> {
        let mut reader = tlv.expect(Tag::SEQUENCE)?.reader();
        reader.expect(Tag::INTEGER)?;
        let identifier = SignerIdentifier::read(&mut reader)?;
        let digest_algorithm = reader.expect(Tag::SEQUENCE)?;
        let attributes = reader.optional(Tag::context_constructed(0))?;
        let signature_algorithm = reader.expect(Tag::SEQUENCE)?;
        let signature = reader.expect(Tag::OCTET_STRING)?;
        reader.optional(Tag::context_constructed(1))?;
        reader.finish()?;
        Ok(Self {
            identifier,
            digest_algorithm_raw: digest_algorithm.raw,
            signed_attributes: attributes.map(|tlv| SignedAttributes { tlv }),
            signature_algorithm_raw: signature_algorithm.raw,
            signature: signature.value,
        })
    }
}

impl<'a> SignerIdentifier<'a> {
    /// `SignerIdentifier ::= CHOICE { issuerAndSerialNumber SEQUENCE { issuer, serialNumber }, subjectKeyIdentifier [0] OCTET STRING }`
    pub(crate) fn read(reader: &mut Reader<'a>) -> Result<Self, TlvFault> {
        if let Some(key) = reader.optional(Tag::context(0))? {
            return Ok(Self::SubjectKeyIdentifier(key.value));
        }
        let mut inside = reader.expect(Tag::SEQUENCE)?.reader();
        let identifier = Self::IssuerAndSerialNumber {
            issuer: Name::read(&mut inside)?,
            serial: SerialNumber::read(&mut inside)?,
        };
        inside.finish()?;
        Ok(identifier)
    }

    /// Whether this means that certificate, names compared in their normalised form and in any order.
    pub fn fits(&self, certificate: &Certificate<'_>) -> bool {
        self.fit(certificate) != Fit::None
    }

    pub(super) fn fit(&self, certificate: &Certificate<'_>) -> Fit {
        match self {
            Self::SubjectKeyIdentifier(wanted) => {
                let stated = certificate.extensions.subject_key_identifier;
                let has = match stated {
                    Some(stated) => stated == *wanted,
                    None => has_key_digest(certificate, wanted),
                };
                if has { Fit::Exact } else { Fit::None }
            }
            Self::IssuerAndSerialNumber { serial, .. } if *serial != certificate.serial => {
                Fit::None
            }
            Self::IssuerAndSerialNumber { issuer, .. } => {
                let other = &certificate.issuer;
                if issuer == other {
                    return Fit::Exact;
                }
                let same = issuer.normalised() == other.normalised()
                    || issuer.normalised_in_any_order() == other.normalised_in_any_order();
                if same { Fit::NameOtherwise } else { Fit::None }
            }
        }
    }
}

/// Whether `wanted` is the SHA-1 of the key's bits (RFC 5280, 4.2.1.2, method 1), for a certificate without an identifier, or whose
/// own is malformed.
fn has_key_digest(certificate: &Certificate<'_>, wanted: &[u8]) -> bool {
    let malformed = certificate
        .extensions
        .find(known::SUBJECT_KEY_IDENTIFIER)
        .is_some_and(|extension| extension.value == wanted);
    let key = || -> Result<&[u8], TlvFault> {
        let mut reader = Reader::ber(certificate.spki_raw)
            .expect(Tag::SEQUENCE)?
            .reader();
        reader.expect(Tag::SEQUENCE)?;
        reader.expect(Tag::BIT_STRING)?.bit_string_bytes()
    };
    malformed || key().is_ok_and(|key| Digest::Sha1.hash(&[key]).as_ref() == wanted)
}
