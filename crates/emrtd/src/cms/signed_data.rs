//! SignedData (RFC 5652, 5.1).

use super::signer_info::SignerInfo;
use crate::ber::Normalised;
use crate::fault::{CertificateFault, CmsFault, Deviation, Deviations, TlvFault};
use crate::oid::{Oid, known};
use crate::tlv::{Reader, Tag, Tlv};
use crate::x509::Certificate;

/// How many certificates are read beside the content. Security objects have one, lists two or three.
pub const MAX_CERTIFICATES: usize = 64;

/// How many signers are read. Security objects have one; ICAO 9303-12, 9.1 recommends one for lists.
pub const MAX_SIGNERS: usize = 8;

/// Signed content as received, borrowed from its bytes. Reading it says nothing about the signature: see
/// [`SignedData::verify_signer`].
///
/// ```text
/// ContentInfo ::= SEQUENCE { contentType OBJECT IDENTIFIER, content [0] EXPLICIT SignedData }
/// SignedData ::= SEQUENCE {
///     version INTEGER, digestAlgorithms SET OF AlgorithmIdentifier,
///     encapContentInfo SEQUENCE { eContentType OBJECT IDENTIFIER, eContent [0] EXPLICIT OCTET STRING OPTIONAL },
///     certificates [0] IMPLICIT CertificateSet OPTIONAL, crls [1] IMPLICIT RevocationInfoChoices OPTIONAL,
///     signerInfos SET OF SignerInfo }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedData<'a> {
    /// The version: 3 by ICAO 9303, or else 1, 4 or 5.
    pub version: u32,
    /// What the content is.
    pub content_type: Oid<'a>,
    /// The content.
    pub content: &'a [u8],
    /// The certificates beside it.
    pub certificates: Vec<Certificate<'a>>,
    /// What stands where a certificate would, but cannot be read as one.
    pub rejected_certificates: Vec<RejectedCertificate<'a>>,
    /// Revocation lists beside the content, each as received (ICAO 9303 has none).
    pub revocation_lists: Vec<&'a [u8]>,
    /// Who signed.
    pub signer_infos: Vec<SignerInfo<'a>>,
    /// The tolerances that reading it took.
    pub deviations: Deviations,
}

/// What stands in a set of certificates and cannot be read as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RejectedCertificate<'a> {
    /// As received.
    pub raw: &'a [u8],
    /// What is wrong.
    pub fault: CertificateFault,
}

impl<'a> SignedData<'a> {
    /// Reads a ContentInfo with SignedData; nothing may stand behind it.
    pub fn parse(normalised: &'a Normalised<'_>) -> Result<Self, CmsFault> {
        let mut reader = Reader::ber(&normalised.bytes);
        let signed_data = Self::read(&mut reader, &normalised.deviations)?;
        reader.finish().map_err(CmsFault::NotContentInfo)?;
        Ok(signed_data)
    }

    /// Reads EF.SOD (ICAO 9303-10, 4.6.2): a ContentInfo with SignedData within the tag `77`. Bytes behind it, which a chip may have
    /// given along, do not matter. A bare ContentInfo is read too, with [`Deviation::SecurityObjectUnwrapped`].
    pub fn parse_security_object(normalised: &'a Normalised<'_>) -> Result<Self, CmsFault> {
        let mut reader = Reader::ber(&normalised.bytes);
        if reader.peek() == Some(Tag::SEQUENCE) {
            let mut bare = Self::parse(normalised)?;
            bare.deviations.push(Deviation::SecurityObjectUnwrapped);
            return Ok(bare);
        }
        let file = reader.expect(Tag(0x77)).map_err(CmsFault::NotContentInfo)?;
        let mut inside = file.reader();
        let signed_data = Self::read(&mut inside, &normalised.deviations)?;
        inside.finish().map_err(CmsFault::NotContentInfo)?;
        Ok(signed_data)
    }

    fn read(reader: &mut Reader<'a>, deviations: &Deviations) -> Result<Self, CmsFault> {
        let not_one = CmsFault::NotContentInfo;
        let mut info = reader.expect(Tag::SEQUENCE).map_err(not_one)?.reader();
        let kind = info.expect(Tag::OBJECT_IDENTIFIER).map_err(not_one)?;
        if kind.value != known::SIGNED_DATA.0 {
            return Err(CmsFault::NotSignedData);
        }
        let explicit = info.expect(Tag::context_constructed(0)).map_err(not_one)?;
        info.finish().map_err(not_one)?;
        let malformed = CmsFault::SignedDataMalformed;
        let mut inside = explicit.reader();
        let sequence = inside.expect(Tag::SEQUENCE).map_err(malformed)?;
        inside.finish().map_err(malformed)?;
        Self::elements(sequence.reader(), deviations.clone())
    }

    fn elements(mut reader: Reader<'a>, mut deviations: Deviations) -> Result<Self, CmsFault> {
        let malformed = CmsFault::SignedDataMalformed;
        let version = reader.expect(Tag::INTEGER).map_err(malformed)?;
        reader.expect(Tag::SET).map_err(malformed)?;
        let encapsulated = reader.expect(Tag::SEQUENCE).map_err(malformed)?;
        let certificates = reader
            .optional(Tag::context_constructed(0))
            .map_err(malformed)?;
        let lists = reader
            .optional(Tag::context_constructed(1))
            .map_err(malformed)?;
        let signers = reader.expect(Tag::SET).map_err(malformed)?;
        reader.finish().map_err(malformed)?;
        let version = version.small_unsigned().map_err(malformed)?;
        match version {
            3 => {}
            1 | 4 | 5 => deviations.push(Deviation::SignedDataVersionUnusual),
            _ => return Err(CmsFault::VersionUnknown),
        }
        let (content_type, content) = content(&encapsulated)?;
        let (certificates, rejected_certificates) = read_certificates(certificates)?;
        let lists: Result<Vec<&[u8]>, TlvFault> = lists
            .iter()
            .flat_map(Tlv::children)
            .map(|tlv| tlv.map(|tlv| tlv.raw))
            .collect();
        Ok(Self {
            version,
            content_type,
            content,
            certificates,
            rejected_certificates,
            revocation_lists: lists.map_err(malformed)?,
            signer_infos: signer_infos(&signers)?,
            deviations,
        })
    }
}

fn content<'a>(encapsulated: &Tlv<'a>) -> Result<(Oid<'a>, &'a [u8]), CmsFault> {
    let malformed = CmsFault::ContentMalformed;
    let mut reader = encapsulated.reader();
    let kind = reader.expect(Tag::OBJECT_IDENTIFIER).map_err(malformed)?;
    let kind = kind.oid().map_err(malformed)?;
    let explicit = reader
        .optional(Tag::context_constructed(0))
        .map_err(malformed)?;
    reader.finish().map_err(malformed)?;
    let explicit = explicit.ok_or(CmsFault::ContentMissing)?;
    let mut inside = explicit.reader();
    let octets = inside.expect(Tag::OCTET_STRING).map_err(malformed)?;
    inside.finish().map_err(malformed)?;
    Ok((kind, octets.value))
}

type Certificates<'a> = (Vec<Certificate<'a>>, Vec<RejectedCertificate<'a>>);

/// `CertificateSet ::= SET OF CertificateChoices`, of which only certificates are of use here.
fn read_certificates(set: Option<Tlv<'_>>) -> Result<Certificates<'_>, CmsFault> {
    let (mut read, mut rejected) = (Vec::new(), Vec::new());
    for tlv in set.iter().flat_map(Tlv::children) {
        let tlv = tlv.map_err(CmsFault::SignedDataMalformed)?;
        if read.len() + rejected.len() == MAX_CERTIFICATES {
            return Err(CmsFault::TooManyCertificates);
        }
        match Certificate::parse(tlv.raw) {
            Ok(certificate) => read.push(certificate),
            Err(fault) => rejected.push(RejectedCertificate {
                raw: tlv.raw,
                fault,
            }),
        }
    }
    Ok((read, rejected))
}

fn signer_infos<'a>(set: &Tlv<'a>) -> Result<Vec<SignerInfo<'a>>, CmsFault> {
    let mut signers = Vec::with_capacity(1);
    for tlv in set.children() {
        if signers.len() == MAX_SIGNERS {
            return Err(CmsFault::TooManySigners);
        }
        let signer = tlv.and_then(|tlv| SignerInfo::parse(&tlv));
        signers.push(signer.map_err(CmsFault::SignerInfoMalformed)?);
    }
    Ok(signers)
}
