//! Defect lists: what an inspecting state knows to be wrong with the documents of some signers (BSI TR-03129-2, 7).

use std::borrow::Cow;

use super::signed_list::{Budget, VerifiedList, verify};
use super::store::Store;
use crate::cms::{ContentType, SignedData, SignerIdentifier};
use crate::crypto::Digest;
use crate::fault::{ListFault, TlvFault};
use crate::oid::{Oid, known};
use crate::tlv::{Reader, Tag, Tlv};
use crate::x509::{Certificate, text};

/// How many signers and defects of a list are read, together.
pub const MAX_DEFECTS: usize = 100_000;

/// How many data groups of a defect are read. There are sixteen.
const MAX_DATA_GROUPS: usize = 64;

/// A defect list, borrowed from its bytes.
///
/// ```text
/// DefectList ::= SEQUENCE { version INTEGER { v1(0), v2(1) }, hashAlg OBJECT IDENTIFIER, defects SET OF Defect }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefectList<'a> {
    /// The hash function of [`SignerDefects::certificate_hash`], where it is known.
    pub digest: Option<Digest>,
    /// The signers and what is wrong with their documents.
    pub entries: Vec<SignerDefects<'a>>,
}

/// A document signer, and what is wrong with its documents.
///
/// ```text
/// Defect ::= SEQUENCE {
///     signerIdentifier SignerIdentifier OPTIONAL, certificateHash OCTET STRING OPTIONAL, knownDefects SET OF VersionedKnownDefect,
///     description UTF8String OPTIONAL }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignerDefects<'a> {
    /// Which signer.
    pub signer: Option<SignerIdentifier<'a>>,
    /// The hash of its certificate, where the identifier does not say enough.
    pub certificate_hash: Option<&'a [u8]>,
    /// What is wrong.
    pub defects: Vec<Defect<'a>>,
    /// The same in words.
    pub description: Option<Cow<'a, str>>,
}

/// What is wrong with the documents of a signer (TR-03129-2, 7.3; those of the eID application: TR-03127, annex D).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Defect<'a> {
    /// id-CertRevoked: the key of the document signer may be known to others. The status: 0 no details, 1 under investigation, 2 used
    /// for testing, 3 revoked by the issuer, 4 revoked by the signer, 5 inadequate, from 32 on internal.
    CertificateRevoked(u32),
    /// id-CertReplaced: the document signer's certificate cannot be read; this one is to be used instead.
    CertificateReplaced(&'a [u8]),
    /// id-ChipAuthKeyRevoked: the keys for chip authentication may be known to others.
    ChipAuthenticationKeyRevoked,
    /// id-ActiveAuthKeyRevoked: the keys for active authentication may be known to others.
    ActiveAuthenticationKeyRevoked,
    /// id-AuthenticationProtocolFailure: chips are known to fail some protocols.
    AuthenticationProtocolFailure {
        /// Chip authentication.
        chip_authentication: bool,
        /// Active authentication.
        active_authentication: bool,
        /// PACE with chip authentication mapping.
        pace_cam: bool,
    },
    /// id-ValidityPeriodIncorrect: the validity of a certificate is wrong.
    ValidityPeriodIncorrect {
        /// That of the CSCA.
        csca: bool,
        /// That of the document signer.
        document_signer: bool,
    },
    /// id-ePassportDGMalformed: these data groups may be encoded wrongly.
    DataGroupsMalformed(Vec<u32>),
    /// id-SODInvalid: the security object may not verify. The status: 0 no details, 1 signature, 2 hash, 3 encoding, 4 hashes of data
    /// groups, from 32 on internal.
    SecurityObjectInvalid(Option<u32>),
    /// id-COMSODDiscrepancy: EF.COM and EF.SOD name different data groups.
    ComInconsistent,
    /// id-sodWrongSignerIdentifier: the security object names a wrong signer; this is the right one.
    SignerIdentifierWrong(SignerIdentifier<'a>),
    /// id-IssuingCountryDefect: the country in the signer's certificate is missing or wrong; this is the right one.
    IssuingCountryWrong(Cow<'a, str>),
    /// id-CardSecurityMalformed: EF.CardSecurity may be encoded wrongly; this is a right one.
    CardSecurityMalformed(&'a [u8]),
    /// id-ChipSecurityMalformed: EF.ChipSecurity may be encoded wrongly.
    ChipSecurityMalformed,
    /// id-PowerDownReq: the chip must lose power between two authentications.
    PowerDownRequired,
    /// id-DSMalformed: the document signer's certificate cannot be used. The status: 0 no details, 1 algorithm unknown, 2 encoding,
    /// from 32 on internal.
    DocumentSignerMalformed(u32),
    /// id-eIDDefect and what is below: about the eID application, which is not read here.
    EidApplication(Oid<'a>),
    /// Any other.
    Other(Oid<'a>),
}

/// What a defect means for a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Consequence {
    /// It explains a fault, or how to read the document; what was proved stays proved.
    Explains,
    /// What active authentication shows counts for nothing.
    ActiveAuthenticationVoid,
    /// What chip authentication shows counts for nothing, nor what PACE with chip authentication mapping shows.
    ChipAuthenticationVoid,
    /// The chip must not be believed at all: what passive authentication proved counts for nothing.
    ChipNotTrusted,
}

impl Defect<'_> {
    /// What it means for a verdict. Of general defects that are not known, and only of those, TR-03129-2, 7.3.3 says that the chip
    /// should not be used.
    pub fn consequence(&self) -> Consequence {
        match self {
            Self::CertificateRevoked(_) | Self::DocumentSignerMalformed(_) => {
                Consequence::ChipNotTrusted
            }
            Self::Other(oid) if oid.starts_with(known::DOCUMENT_DEFECT) => {
                Consequence::ChipNotTrusted
            }
            Self::ChipAuthenticationKeyRevoked => Consequence::ChipAuthenticationVoid,
            Self::ActiveAuthenticationKeyRevoked => Consequence::ActiveAuthenticationVoid,
            _ => Consequence::Explains,
        }
    }
}

impl<'a> DefectList<'a> {
    /// Reads the content of a list. Nothing is verified here: see [`DefectList::verify`].
    pub fn dangerous_parse(content: &'a [u8]) -> Result<Self, ListFault> {
        let mut outer = Reader::ber(content);
        let mut reader = outer.expect(Tag::SEQUENCE)?.reader();
        outer.finish()?;
        if reader.expect(Tag::INTEGER)?.small_unsigned()? > 1 {
            return Err(ListFault::VersionUnknown);
        }
        let digest = hash_function(&mut reader)?;
        let entries = reader.expect(Tag::SET)?;
        reader.finish()?;
        let mut list = Self {
            digest,
            entries: Vec::new(),
        };
        let mut budget = Budget(MAX_DEFECTS);
        for tlv in entries.children() {
            budget.take()?;
            list.entries.push(SignerDefects::parse(&tlv?, &mut budget)?);
        }
        Ok(list)
    }

    /// Verifies a list: its signature, that its signer may sign such lists, and that an authority among `anchors` vouches for that
    /// signer.
    ///
    /// A defect list speaks about the documents of all countries, and can replace the key of a signer. So `anchors` are not the store
    /// of all authorities, but those few whose word about others counts. A signer whose certificate does not say what it is for must be
    /// among them itself.
    pub fn verify(
        signed_data: &SignedData<'a>,
        anchors: &Store,
    ) -> Result<VerifiedList<'a, Self>, ListFault> {
        verify(signed_data, ContentType::DefectList, &[], anchors)?.map(Self::dangerous_parse)
    }

    /// What is wrong with the documents of a signer.
    pub fn of<'l>(
        &'l self,
        signer: &'l Certificate<'_>,
    ) -> impl Iterator<Item = &'l Defect<'a>> + use<'l, 'a> {
        self.entries
            .iter()
            .filter(move |entry| entry.is_about(signer, self.digest))
            .flat_map(|entry| &entry.defects)
    }
}

/// `hashAlg OBJECT IDENTIFIER`; an AlgorithmIdentifier is read too.
fn hash_function(reader: &mut Reader<'_>) -> Result<Option<Digest>, TlvFault> {
    if let Some(algorithm) = reader.optional(Tag::SEQUENCE)? {
        return Ok(Digest::parse(algorithm.raw).ok());
    }
    let oid = reader.expect(Tag::OBJECT_IDENTIFIER)?.oid()?;
    Ok(Digest::from_oid(oid))
}

impl<'a> SignerDefects<'a> {
    fn parse(tlv: &Tlv<'a>, budget: &mut Budget) -> Result<Self, ListFault> {
        let mut reader = tlv.expect(Tag::SEQUENCE)?.reader();
        let signer = match reader.peek() {
            Some(Tag(0x30 | 0x80)) => Some(SignerIdentifier::read(&mut reader)?),
            _ => None,
        };
        let certificate_hash = reader.optional(Tag::OCTET_STRING)?;
        let defects = reader.expect(Tag::SET)?;
        let description = reader.optional(Tag::UTF8_STRING)?;
        reader.finish()?;
        let defects = defects.children().map(|tlv| {
            budget.take()?;
            Ok(Defect::parse(&tlv?)?)
        });
        Ok(Self {
            signer,
            certificate_hash: certificate_hash.map(|tlv| tlv.value),
            defects: defects.collect::<Result<_, ListFault>>()?,
            description: description.map(|tlv| text(tlv.tag, tlv.value)),
        })
    }

    /// Whether everything that is given of the signer fits. Where nothing is given, no signer is meant.
    fn is_about(&self, signer: &Certificate<'_>, digest: Option<Digest>) -> bool {
        let by_name = self.signer.map(|identifier| identifier.fits(signer));
        let by_hash = self.certificate_hash.map(|wanted| {
            digest.is_some_and(|digest| digest.hash(&[signer.raw]).as_ref() == wanted)
        });
        match (by_name, by_hash) {
            (None, None) => false,
            (by_name, by_hash) => by_name.unwrap_or(true) && by_hash.unwrap_or(true),
        }
    }
}

impl<'a> Defect<'a> {
    /// ```text
    /// VersionedKnownDefect ::= CHOICE { knownDefect KnownDefect, knownDefectV2 [0] KnownDefectV2 }
    /// KnownDefect ::= SEQUENCE { defectType OBJECT IDENTIFIER, parameters ANY DEFINED BY defectType OPTIONAL }
    /// KnownDefectV2 ::= SEQUENCE {
    ///     defectType OBJECT IDENTIFIER, parameters [0] ANY DEFINED BY defectType OPTIONAL, description [1] UTF8String OPTIONAL }
    /// ```
    fn parse(tlv: &Tlv<'a>) -> Result<Self, TlvFault> {
        let mut reader = tlv.reader();
        if tlv.tag == Tag::context_constructed(0) {
            // The module does not say whether its tags are implicit; both are read.
            if reader.peek() == Some(Tag::SEQUENCE) {
                reader = reader.expect(Tag::SEQUENCE)?.reader();
            }
            let kind = reader.expect(Tag::OBJECT_IDENTIFIER)?.oid()?;
            let parameters = reader.optional(Tag::context_constructed(0))?;
            let parameters = parameters.map(|tlv| tlv.reader().read()).transpose()?;
            return Self::of(kind, parameters.flatten());
        }
        tlv.expect(Tag::SEQUENCE)?;
        let kind = reader.expect(Tag::OBJECT_IDENTIFIER)?.oid()?;
        let parameters = reader.read()?;
        reader.finish()?;
        Self::of(kind, parameters)
    }

    /// The defect of this type. Parameters that are mandatory and missing are a fault.
    fn of(kind: Oid<'a>, given: Option<Tlv<'a>>) -> Result<Self, TlvFault> {
        let needed = |tag| {
            given.ok_or(TlvFault::Missing {
                offset: 0,
                expected: tag,
            })
        };
        let status = || needed(Tag::ENUMERATED)?.small_unsigned();
        Ok(match kind.below(known::DEFECT_LIST) {
            Some([1, 1]) => Self::CertificateRevoked(status()?),
            Some([1, 2]) => Self::CertificateReplaced(needed(Tag::OCTET_STRING)?.value),
            Some([1, 3]) => Self::ChipAuthenticationKeyRevoked,
            Some([1, 4]) => Self::ActiveAuthenticationKeyRevoked,
            Some([1, 5]) => Self::protocol_failure(status()?),
            Some([1, 6]) => {
                let status = status()?;
                Self::ValidityPeriodIncorrect {
                    csca: status != 1,
                    document_signer: status != 0,
                }
            }
            Some([2, 1]) => {
                let groups = needed(Tag::SET)?
                    .children()
                    .take(MAX_DATA_GROUPS)
                    .map(|tlv| tlv?.small_unsigned());
                Self::DataGroupsMalformed(groups.collect::<Result<_, _>>()?)
            }
            Some([2, 2]) => Self::SecurityObjectInvalid(
                given.map(|status| status.small_unsigned()).transpose()?,
            ),
            Some([2, 3]) => Self::ComInconsistent,
            Some([2, 4]) => {
                let identifier = needed(Tag::SEQUENCE)?.raw;
                let identifier = SignerIdentifier::read(&mut Reader::ber(identifier))?;
                Self::SignerIdentifierWrong(identifier)
            }
            Some([2, 5]) => {
                let country = needed(Tag::PRINTABLE_STRING)?;
                Self::IssuingCountryWrong(text(country.tag, country.value))
            }
            Some([4, 1]) => Self::CardSecurityMalformed(needed(Tag::SEQUENCE)?.raw),
            Some([4, 2]) => Self::ChipSecurityMalformed,
            Some([4, 3]) => Self::PowerDownRequired,
            Some([4, 4]) => Self::DocumentSignerMalformed(status()?),
            Some([3, ..]) => Self::EidApplication(kind),
            _ => Self::Other(kind),
        })
    }

    /// 0 chip, 1 active, 2 both, 3 PACE-CAM, 4 chip and PACE-CAM, 5 active and PACE-CAM, 6 all; others that are not known count as all.
    const fn protocol_failure(status: u32) -> Self {
        Self::AuthenticationProtocolFailure {
            chip_authentication: !matches!(status, 1 | 3 | 5),
            active_authentication: !matches!(status, 0 | 3 | 4),
            pace_cam: status > 2,
        }
    }
}
