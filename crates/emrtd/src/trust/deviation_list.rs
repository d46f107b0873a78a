//! Deviation lists: what a state knows to be wrong with its own documents (ICAO 9303-12, 10; 9303-3, 7).

use std::borrow::Cow;

use jiff::Timestamp;

use super::signed_list::{Budget, VerifiedList, verify};
use super::store::Store;
use crate::cms::{ContentType, SignedData, SignerIdentifier};
use crate::crypto::Digest;
use crate::fault::{ListFault, TlvFault};
use crate::oid::{Oid, known};
use crate::tlv::{Reader, Tag, Tlv};
use crate::x509::{Certificate, Name, SerialNumber, Time, text};

/// How many entries, descriptions and document numbers of a list are read, together. Estonia's has 169,424.
pub const MAX_ENTRIES: usize = 500_000;

/// A deviation list, borrowed from its bytes.
///
/// ```text
/// DeviationList ::= SEQUENCE {
///     version INTEGER { v0(0) }, digestAlgorithm AlgorithmIdentifier OPTIONAL, deviations SET OF Deviation }
/// Deviation ::= SEQUENCE { documents DeviationDocuments, descriptions SET OF DeviationDescription }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviationList<'a> {
    /// The hash function of [`DocumentSigner::CertificateDigest`].
    pub digest: Option<Digest>,
    /// What deviates.
    pub entries: Vec<PublishedDeviation<'a>>,
}

/// Documents, and what is wrong with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedDeviation<'a> {
    /// Which documents.
    pub documents: DeviationDocuments<'a>,
    /// What is wrong with them.
    pub descriptions: Vec<DeviationDescription<'a>>,
}

/// A range of documents. What is given narrows it down: all of it must hold.
///
/// ```text
/// DeviationDocuments ::= SEQUENCE {
///     documentType [0] PrintableString (SIZE(2)) OPTIONAL, dscIdentifier DocumentSignerIdentifier OPTIONAL,
///     issuingDate [4] IssuancePeriod OPTIONAL, documentNumbers [5] SET OF PrintableString OPTIONAL }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviationDocuments<'a> {
    /// The document code as in the machine readable zone.
    pub document_type: Option<Cow<'a, str>>,
    /// Who signed them.
    pub signer: Option<DocumentSigner<'a>>,
    /// When the first and the last of them were issued.
    pub issued: Option<(Timestamp, Timestamp)>,
    /// Ordered, for binary search.
    numbers: Option<Vec<&'a [u8]>>,
}

/// Which document signer.
///
/// ```text
/// DocumentSignerIdentifier ::= CHOICE {
///     issuerAndSerialNumber [1] IssuerAndSerialNumber, subjectKeyIdentifier [2] SubjectKeyIdentifier, certificateDigest [3] Digest }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentSigner<'a> {
    /// The one with this name and number, or this subject key identifier.
    Identifier(SignerIdentifier<'a>),
    /// The one whose certificate has this digest.
    CertificateDigest(&'a [u8]),
}

/// One thing that is wrong.
///
/// ```text
/// DeviationDescription ::= SEQUENCE {
///     description PrintableString OPTIONAL, deviationType OBJECT IDENTIFIER, parameters [0] ANY OPTIONAL, nationalUse [1] ANY OPTIONAL }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviationDescription<'a> {
    /// In words.
    pub description: Option<Cow<'a, str>>,
    /// What it is.
    pub kind: DeviationKind<'a>,
    /// What goes with that kind, inside of `[0]`: fields of a certificate, numbers of data groups or fields; uninterpreted.
    pub parameters: Option<&'a [u8]>,
    /// For the use of the state that issued the list, inside of `[1]`.
    pub national_use: Option<&'a [u8]>,
}

/// The kinds of deviation (ICAO 9303-12, 10.2; 9303-3, table 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviationKind<'a> {
    /// A certificate or a key.
    CertificateOrKey,
    /// The signature of the document signer's certificate is wrong.
    DocumentSignerSignature,
    /// The document signer's certificate is encoded wrongly.
    DocumentSignerEncoding,
    /// The CSCA's certificate is encoded wrongly.
    CscaEncoding,
    /// The keys for active authentication may be known to others.
    ActiveAuthenticationKeyCompromised,
    /// The logical data structure.
    Lds,
    /// A data group is encoded wrongly.
    DataGroupMalformed,
    /// The hash of a data group is wrong.
    DataGroupHashWrong,
    /// The signature of the security object is wrong.
    SecurityObjectSignatureWrong,
    /// EF.COM and EF.SOD name different data groups.
    ComInconsistent,
    /// The machine readable zone.
    Mrz,
    /// A field of the machine readable zone is wrong.
    MrzDataWrong,
    /// A check digit is wrong.
    MrzCheckDigitWrong,
    /// The chip cannot be used any more.
    Chip,
    /// Something that only the state itself knows to read.
    NationalUse,
    /// Any other.
    Other(Oid<'a>),
}

impl<'a> DeviationKind<'a> {
    /// By what follows the arc of deviation lists.
    fn of(oid: Oid<'a>) -> Self {
        match oid.below(known::DEVIATION_LIST) {
            Some([1]) => Self::CertificateOrKey,
            Some([1, 1]) => Self::DocumentSignerSignature,
            Some([1, 2]) => Self::DocumentSignerEncoding,
            Some([1, 3]) => Self::CscaEncoding,
            Some([1, 4]) => Self::ActiveAuthenticationKeyCompromised,
            Some([2]) => Self::Lds,
            Some([2, 1]) => Self::DataGroupMalformed,
            Some([2, 2]) => Self::DataGroupHashWrong,
            Some([2, 3]) => Self::SecurityObjectSignatureWrong,
            Some([2, 4]) => Self::ComInconsistent,
            Some([3]) => Self::Mrz,
            Some([3, 1]) => Self::MrzDataWrong,
            Some([3, 2]) => Self::MrzCheckDigitWrong,
            Some([4]) => Self::Chip,
            Some([5]) => Self::NationalUse,
            _ => Self::Other(oid),
        }
    }
}

/// What is known of a document, to look it up.
#[derive(Debug, Clone, Copy)]
pub struct DocumentFacts<'d> {
    /// The document code of the machine readable zone: `P`, `ID`.
    pub document_type: &'d str,
    /// The document number of the machine readable zone, without fillers.
    pub document_number: &'d str,
    /// The certificate of the document signer, where the security object was read.
    pub signer: Option<&'d Certificate<'d>>,
    /// When the document was issued, where that is known: DG12 says it, the machine readable zone does not.
    pub issued: Option<Timestamp>,
}

/// Whether an entry is about a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// Everything that the entry gives holds.
    Certain,
    /// Nothing that is known speaks against it, but something is not known.
    Possible,
}

impl<'a> DeviationList<'a> {
    /// Reads the content of a list. Nothing is verified here: see [`DeviationList::verify`].
    pub fn dangerous_parse(content: &'a [u8]) -> Result<Self, ListFault> {
        let mut outer = Reader::ber(content);
        let mut reader = outer.expect(Tag::SEQUENCE)?.reader();
        outer.finish()?;
        if reader.expect(Tag::INTEGER)?.small_unsigned()? != 0 {
            return Err(ListFault::VersionUnknown);
        }
        let digest = reader.optional(Tag::SEQUENCE)?;
        let digest = digest.map(|tlv| Digest::parse(tlv.raw)).transpose();
        let entries = reader.expect(Tag::SET)?;
        reader.finish()?;
        let mut list = Self {
            digest: digest.map_err(ListFault::DigestUnknown)?,
            entries: Vec::new(),
        };
        let mut budget = Budget(MAX_ENTRIES);
        for tlv in entries.children() {
            budget.take()?;
            list.entries
                .push(PublishedDeviation::parse(&tlv?, &mut budget)?);
        }
        Ok(list)
    }

    /// Verifies a list: its signature, that its signer is a deviation list signer, and that an authority among `anchors` vouches for
    /// that signer.
    pub fn verify(
        signed_data: &SignedData<'a>,
        anchors: &Store,
    ) -> Result<VerifiedList<'a, Self>, ListFault> {
        verify(signed_data, ContentType::DeviationList, &[], anchors)?.map(Self::dangerous_parse)
    }

    /// The entries that are about a document.
    pub fn about<'l>(
        &'l self,
        facts: DocumentFacts<'l>,
    ) -> impl Iterator<Item = (Match, &'l PublishedDeviation<'a>)> {
        self.entries.iter().filter_map(move |entry| {
            let found = entry.documents.matches(facts, self.digest)?;
            Some((found, entry))
        })
    }
}

impl<'a> PublishedDeviation<'a> {
    fn parse(tlv: &Tlv<'a>, budget: &mut Budget) -> Result<Self, ListFault> {
        let mut reader = tlv.expect(Tag::SEQUENCE)?.reader();
        let documents = DeviationDocuments::parse(&reader.expect(Tag::SEQUENCE)?, budget)?;
        let descriptions = reader.expect(Tag::SET)?;
        reader.finish()?;
        let descriptions = descriptions.children().map(|tlv| {
            budget.take()?;
            Ok(DeviationDescription::parse(&tlv?)?)
        });
        Ok(Self {
            documents,
            descriptions: descriptions.collect::<Result<_, ListFault>>()?,
        })
    }
}

impl<'a> DeviationDescription<'a> {
    fn parse(tlv: &Tlv<'a>) -> Result<Self, TlvFault> {
        let mut reader = tlv.expect(Tag::SEQUENCE)?.reader();
        let description = match reader.peek() {
            Some(Tag::PRINTABLE_STRING | Tag::UTF8_STRING | Tag::IA5_STRING) => reader.read()?,
            _ => None,
        };
        let kind = reader.expect(Tag::OBJECT_IDENTIFIER)?.oid()?;
        let parameters = reader.optional(Tag::context_constructed(0))?;
        let national_use = reader.optional(Tag::context_constructed(1))?;
        reader.finish()?;
        Ok(Self {
            description: description.map(|tlv| text(tlv.tag, tlv.value)),
            kind: DeviationKind::of(kind),
            parameters: parameters.map(|tlv| tlv.value),
            national_use: national_use.map(|tlv| tlv.value),
        })
    }
}

impl<'a> DeviationDocuments<'a> {
    fn parse(tlv: &Tlv<'a>, budget: &mut Budget) -> Result<Self, ListFault> {
        let mut reader = tlv.reader();
        let document_type = reader.optional(Tag::context(0))?;
        let signer = DocumentSigner::read(&mut reader)?;
        let issued = match reader.optional(Tag::context_constructed(4))? {
            Some(period) => Some(issuance_period(&period)?),
            None => None,
        };
        let numbers = match reader.optional(Tag::context_constructed(5))? {
            Some(numbers) => Some(document_numbers(&numbers, budget)?),
            None => None,
        };
        reader.finish()?;
        Ok(Self {
            document_type: document_type.map(|tlv| text(Tag::PRINTABLE_STRING, tlv.value)),
            signer,
            issued,
            numbers,
        })
    }

    /// How many document numbers are given; `None` where the range is not of numbers.
    pub fn number_count(&self) -> Option<usize> {
        self.numbers.as_ref().map(Vec::len)
    }

    fn matches(&self, facts: DocumentFacts<'_>, digest: Option<Digest>) -> Option<Match> {
        let criteria = [
            self.document_type
                .as_ref()
                .map(|kind| Some(same_type(kind, facts.document_type))),
            self.signer
                .map(|signer| facts.signer.map(|facts| signer.is(facts, digest))),
            self.issued
                .map(|(first, last)| facts.issued.map(|issued| first <= issued && issued <= last)),
            self.numbers.as_ref().map(|numbers| {
                let number = facts.document_number.as_bytes();
                Some(numbers.binary_search(&number).is_ok())
            }),
        ];
        let mut found = Match::Certain;
        for holds in criteria.into_iter().flatten() {
            match holds {
                Some(true) => {}
                Some(false) => return None,
                None => found = Match::Possible,
            }
        }
        Some(found)
    }
}

/// Document codes, without fillers. A single letter stands for all that begin with it, as it does for a document signer (7.1.1.6).
fn same_type(listed: &str, of_document: &str) -> bool {
    let trim = |code: &str| code.trim_end_matches(['<', ' ']).to_ascii_uppercase();
    let (listed, of_document) = (trim(listed), trim(of_document));
    if listed.len() == 1 {
        return of_document.starts_with(&listed);
    }
    listed == of_document
}

/// `IssuancePeriod ::= SEQUENCE { firstIssued GeneralizedTime, lastIssued GeneralizedTime }`
fn issuance_period(period: &Tlv<'_>) -> Result<(Timestamp, Timestamp), ListFault> {
    let mut reader = period.reader();
    let mut time = || {
        let tlv = reader.any(Tag::GENERALIZED_TIME)?;
        let time = Time::parse(&tlv).map_err(ListFault::PeriodMalformed)?;
        Ok::<_, ListFault>(time.timestamp)
    };
    let times = (time()?, time()?);
    reader.finish()?;
    Ok(times)
}

fn document_numbers<'a>(set: &Tlv<'a>, budget: &mut Budget) -> Result<Vec<&'a [u8]>, ListFault> {
    let mut numbers = Vec::new();
    for tlv in set.children() {
        budget.take()?;
        numbers.push(tlv?.value);
    }
    numbers.sort_unstable();
    Ok(numbers)
}

impl<'a> DocumentSigner<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Option<Self>, TlvFault> {
        if let Some(tlv) = reader.optional(Tag::context_constructed(1))? {
            let mut inside = tlv.reader();
            let identifier = SignerIdentifier::IssuerAndSerialNumber {
                issuer: Name::read(&mut inside)?,
                serial: SerialNumber::read(&mut inside)?,
            };
            inside.finish()?;
            return Ok(Some(Self::Identifier(identifier)));
        }
        if let Some(tlv) = reader.optional(Tag::context(2))? {
            let identifier = SignerIdentifier::SubjectKeyIdentifier(tlv.value);
            return Ok(Some(Self::Identifier(identifier)));
        }
        let digest = reader.optional(Tag::context(3))?;
        Ok(digest.map(|tlv| Self::CertificateDigest(tlv.value)))
    }

    fn is(&self, certificate: &Certificate<'_>, digest: Option<Digest>) -> bool {
        match self {
            Self::Identifier(identifier) => identifier.fits(certificate),
            Self::CertificateDigest(wanted) => {
                digest.is_some_and(|digest| digest.hash(&[certificate.raw]).as_ref() == *wanted)
            }
        }
    }
}
