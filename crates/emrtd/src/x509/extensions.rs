//! Extensions (RFC 5280, 4.2; ICAO 9303-12, 7.1.1), each read by itself: one that is malformed takes nothing else with it.

use std::borrow::Cow;

use jiff::Timestamp;

use super::alternative_name::GeneralName;
use super::key_usage::KeyUsages;
use super::name::text;
use super::serial_number::SerialNumber;
use super::time::Time;
use crate::fault::{Deviation, Deviations, TlvFault};
use crate::oid::{Oid, known};
use crate::tlv::{Reader, Tag, Tlv};

/// How many extensions of a certificate are read. Real ones have up to fifteen.
const MAX_EXTENSIONS: usize = 64;

/// One extension as received.
///
/// ```text
/// Extension ::= SEQUENCE { extnID OBJECT IDENTIFIER, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extension<'a> {
    /// What it is.
    pub oid: Oid<'a>,
    /// Whether who does not know it must refuse the certificate.
    pub critical: bool,
    /// What the OCTET STRING holds, uninterpreted.
    pub value: &'a [u8],
}

impl<'a> Extension<'a> {
    pub(crate) fn parse(tlv: &Tlv<'a>) -> Result<Self, TlvFault> {
        let mut reader = tlv.expect(Tag::SEQUENCE)?.reader();
        let oid = reader.expect(Tag::OBJECT_IDENTIFIER)?.oid()?;
        let critical = match reader.optional(Tag::BOOLEAN)? {
            Some(critical) => critical.boolean()?,
            None => false,
        };
        let value = reader.expect(Tag::OCTET_STRING)?.value;
        reader.finish()?;
        Ok(Self {
            oid,
            critical,
            value,
        })
    }
}

/// Which key signed this (RFC 5280, 4.2.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AuthorityKeyIdentifier<'a> {
    /// The subject key identifier in the issuer's certificate.
    pub key_identifier: Option<&'a [u8]>,
    /// The issuer of the issuer's certificate: GeneralNames without their tag.
    pub issuer: Option<&'a [u8]>,
    /// The serial number of the issuer's certificate.
    pub serial: Option<SerialNumber<'a>>,
}

impl<'a> AuthorityKeyIdentifier<'a> {
    pub(crate) fn parse(value: &'a [u8]) -> Result<Self, TlvFault> {
        let mut reader = sequence(value)?;
        let key_identifier = reader.optional(Tag::context(0))?.map(|tlv| tlv.value);
        let issuer = reader.optional(Tag::context_constructed(1))?;
        let serial = reader.optional(Tag::context(2))?;
        reader.finish()?;
        Ok(Self {
            key_identifier,
            issuer: issuer.map(|tlv| tlv.value),
            serial: serial.map(|tlv| SerialNumber::of(&tlv)).transpose()?,
        })
    }
}

/// Whether the key may sign certificates, and how many may follow (RFC 5280, 4.2.1.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BasicConstraints {
    /// The subject is an authority.
    pub ca: bool,
    /// How many authorities may follow below; 0 by ICAO 9303-12, table 6.
    pub path_length: Option<u32>,
}

impl BasicConstraints {
    fn parse(value: &[u8]) -> Result<Self, TlvFault> {
        let mut reader = sequence(value)?;
        let ca = match reader.optional(Tag::BOOLEAN)? {
            Some(ca) => ca.boolean()?,
            None => false,
        };
        let path_length = reader.optional(Tag::INTEGER)?;
        reader.finish()?;
        Ok(Self {
            ca,
            path_length: path_length.map(|tlv| tlv.small_unsigned()).transpose()?,
        })
    }
}

/// When the key may sign (RFC 3280, 4.2.1.4; ICAO 9303-12, table 6): shorter than the certificate is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrivateKeyUsagePeriod {
    /// Not before this time.
    pub not_before: Option<Timestamp>,
    /// Not after this time.
    pub not_after: Option<Timestamp>,
}

impl PrivateKeyUsagePeriod {
    /// `None` where it is malformed.
    fn parse(value: &[u8]) -> Option<Self> {
        let mut reader = sequence(value).ok()?;
        let mut time = |number| match reader.optional(Tag::context(number)) {
            // UTCTime, though GeneralizedTime is due.
            Ok(Some(tlv)) if tlv.value.len() < 15 => Time::utc_time(tlv.value).ok().map(Some),
            Ok(Some(tlv)) => Time::generalized_time(tlv.value).ok().map(Some),
            Ok(None) => Some(None),
            Err(_) => None,
        };
        let (not_before, not_after) = (time(0)?, time(1)?);
        reader.finish().ok()?;
        Some(Self {
            not_before: not_before.map(|time| time.timestamp),
            not_after: not_after.map(|time| time.timestamp),
        })
    }
}

/// All extensions of a certificate. Those that decide about a path are read at once; the others when they are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Extensions<'a> {
    all: Vec<Extension<'a>>,
    /// Which key signed this; `None` where it is absent or malformed, as below.
    pub authority_key_identifier: Option<AuthorityKeyIdentifier<'a>>,
    /// Names the key (RFC 5280, 4.2.1.2).
    pub subject_key_identifier: Option<&'a [u8]>,
    /// What the key may be used for.
    pub key_usage: Option<KeyUsages>,
    /// Whether the key may sign certificates.
    pub basic_constraints: Option<BasicConstraints>,
    /// When the key may sign.
    pub private_key_usage_period: Option<PrivateKeyUsagePeriod>,
}

impl<'a> Extensions<'a> {
    /// Reads `Extensions ::= SEQUENCE OF Extension`, and says into `deviations` what is malformed.
    pub(crate) fn parse(list: &Tlv<'a>, deviations: &mut Deviations) -> Self {
        let mut extensions = Self {
            all: Vec::with_capacity(10),
            ..Self::default()
        };
        for (index, tlv) in list.children().enumerate() {
            if index == MAX_EXTENSIONS {
                deviations.push(Deviation::ExtensionsMalformed);
                break;
            }
            match tlv.and_then(|tlv| Extension::parse(&tlv)) {
                Ok(extension) if extensions.find(extension.oid).is_some() => {
                    deviations.push(Deviation::ExtensionTwice);
                }
                Ok(extension) => extensions.take(extension, deviations),
                Err(_) => deviations.push(Deviation::ExtensionsMalformed),
            }
        }
        extensions
    }

    fn take(&mut self, extension: Extension<'a>, deviations: &mut Deviations) {
        let value = extension.value;
        let fault = match extension.oid {
            known::AUTHORITY_KEY_IDENTIFIER => {
                self.authority_key_identifier = AuthorityKeyIdentifier::parse(value).ok();
                let read = self.authority_key_identifier.is_some();
                (!read).then_some(Deviation::AuthorityKeyIdentifierMalformed)
            }
            known::SUBJECT_KEY_IDENTIFIER => {
                self.subject_key_identifier = octets(value);
                let read = self.subject_key_identifier.is_some();
                (!read).then_some(Deviation::SubjectKeyIdentifierMalformed)
            }
            known::KEY_USAGE => {
                self.key_usage = KeyUsages::parse(value).ok();
                self.key_usage
                    .is_none()
                    .then_some(Deviation::KeyUsageMalformed)
            }
            known::BASIC_CONSTRAINTS => {
                self.basic_constraints = BasicConstraints::parse(value).ok();
                let read = self.basic_constraints.is_some();
                (!read).then_some(Deviation::BasicConstraintsMalformed)
            }
            known::PRIVATE_KEY_USAGE_PERIOD => {
                self.private_key_usage_period = PrivateKeyUsagePeriod::parse(value);
                let read = self.private_key_usage_period.is_some();
                (!read).then_some(Deviation::PrivateKeyUsagePeriodMalformed)
            }
            _ => rarely_needed(&extension),
        };
        deviations.extend(fault);
        self.all.push(extension);
    }

    /// All of them, in the certificate's order, whether they could be read or not.
    pub fn iter(&self) -> std::slice::Iter<'_, Extension<'a>> {
        self.all.iter()
    }

    /// The extension of this kind.
    pub fn find(&self, oid: Oid<'_>) -> Option<&Extension<'a>> {
        self.all.iter().find(|extension| extension.oid == oid)
    }

    fn value(&self, oid: Oid<'_>) -> Option<&'a [u8]> {
        self.find(oid).map(|extension| extension.value)
    }

    /// The purposes that the certificate is limited to (RFC 5280, 4.2.1.12); `None` where it is not, or where they are malformed.
    pub fn extended_key_usage(&self) -> Option<Vec<Oid<'a>>> {
        extended_key_usage(self.value(known::EXTENDED_KEY_USAGE)?).ok()
    }

    /// Other names of the subject: contact, and the country as in the machine readable zone (ICAO 9303-12, 7.1.1.2).
    pub fn subject_alternative_names(&self) -> Vec<GeneralName<'a>> {
        self.alternative_names(known::SUBJECT_ALT_NAME)
    }

    /// Other names of the issuer.
    pub fn issuer_alternative_names(&self) -> Vec<GeneralName<'a>> {
        self.alternative_names(known::ISSUER_ALT_NAME)
    }

    fn alternative_names(&self, oid: Oid<'_>) -> Vec<GeneralName<'a>> {
        self.value(oid)
            .and_then(|value| GeneralName::list(value).ok())
            .unwrap_or_default()
    }

    /// Where the issuer's revocation list can be had: addresses (RFC 5280, 4.2.1.13; ICAO 9303-12, 7.1.1.4).
    pub fn crl_distribution_points(&self) -> Vec<Cow<'a, str>> {
        self.value(known::CRL_DISTRIBUTION_POINTS)
            .and_then(|value| crl_distribution_points(value).ok())
            .unwrap_or_default()
    }

    /// The kinds of document that a document signer may sign, as in the machine readable zone: one or two letters, a single one for
    /// all that begin with it (ICAO 9303-12, 7.1.1.6). `None` where it is not limited, or where the list is malformed.
    pub fn document_types(&self) -> Option<Vec<Cow<'a, str>>> {
        document_types(self.value(known::DOCUMENT_TYPE_LIST)?).ok()
    }

    /// Whether the certificate says that the name of the CSCA has changed (ICAO 9303-12, 7.1.1.5).
    pub fn name_change(&self) -> bool {
        self.find(known::NAME_CHANGE).is_some()
    }
}

impl<'e, 'a> IntoIterator for &'e Extensions<'a> {
    type Item = &'e Extension<'a>;
    type IntoIter = std::slice::Iter<'e, Extension<'a>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Whether an extension that is read later can be read, or is critical and unknown.
fn rarely_needed(extension: &Extension<'_>) -> Option<Deviation> {
    let value = extension.value;
    let (read, deviation) = match extension.oid {
        known::EXTENDED_KEY_USAGE => (
            extended_key_usage(value).is_ok(),
            Deviation::ExtendedKeyUsageMalformed,
        ),
        known::SUBJECT_ALT_NAME | known::ISSUER_ALT_NAME => (
            GeneralName::list(value).is_ok(),
            Deviation::AlternativeNameMalformed,
        ),
        known::CRL_DISTRIBUTION_POINTS => (
            crl_distribution_points(value).is_ok(),
            Deviation::CrlDistributionPointsMalformed,
        ),
        known::DOCUMENT_TYPE_LIST => (
            document_types(value).is_ok(),
            Deviation::DocumentTypeListMalformed,
        ),
        known::NAME_CHANGE => (
            matches!(value, [] | [0x05, 0x00]),
            Deviation::NameChangeMalformed,
        ),
        // They narrow down what the certificates below may say of policies, which nobody asks here.
        known::CERTIFICATE_POLICIES => (true, Deviation::ExtensionCriticalUnknown),
        _ => (!extension.critical, Deviation::ExtensionCriticalUnknown),
    };
    (!read).then_some(deviation)
}

/// The inside of a SEQUENCE that is the whole value.
fn sequence(value: &[u8]) -> Result<Reader<'_>, TlvFault> {
    let mut reader = Reader::ber(value);
    let sequence = reader.expect(Tag::SEQUENCE)?;
    reader.finish()?;
    Ok(sequence.reader())
}

fn octets(value: &[u8]) -> Option<&[u8]> {
    let mut reader = Reader::ber(value);
    let octets = reader.expect(Tag::OCTET_STRING).ok()?;
    reader.finish().ok()?;
    Some(octets.value)
}

/// `ExtKeyUsageSyntax ::= SEQUENCE SIZE (1..MAX) OF KeyPurposeId`
fn extended_key_usage(value: &[u8]) -> Result<Vec<Oid<'_>>, TlvFault> {
    sequence(value)?
        .into_children()
        .map(|purpose| purpose?.expect(Tag::OBJECT_IDENTIFIER)?.oid())
        .collect()
}

/// ```text
/// CRLDistributionPoints ::= SEQUENCE SIZE (1..MAX) OF DistributionPoint
/// DistributionPoint ::= SEQUENCE { distributionPoint [0] DistributionPointName OPTIONAL, .. }
/// DistributionPointName ::= CHOICE { fullName [0] GeneralNames, nameRelativeToCRLIssuer [1] .. }
/// ```
fn crl_distribution_points(value: &[u8]) -> Result<Vec<Cow<'_, str>>, TlvFault> {
    let mut addresses = Vec::new();
    for point in sequence(value)?.into_children() {
        let mut point = point?.expect(Tag::SEQUENCE)?.reader();
        let Some(name) = point.optional(Tag::context_constructed(0))? else {
            continue;
        };
        let Some(full_name) = name.reader().optional(Tag::context_constructed(0))? else {
            continue;
        };
        for name in full_name.children() {
            if let GeneralName::Uri(address) = GeneralName::parse(&name?)? {
                addresses.push(address);
            }
        }
    }
    Ok(addresses)
}

/// ```text
/// DocumentTypeListSyntax ::= SEQUENCE { version INTEGER, docTypeList SET OF DocumentType }
/// DocumentType ::= PrintableString (SIZE (1..2))
/// ```
fn document_types(value: &[u8]) -> Result<Vec<Cow<'_, str>>, TlvFault> {
    let mut reader = sequence(value)?;
    reader.expect(Tag::INTEGER)?.small_unsigned()?;
    let types = reader.expect(Tag::SET)?;
    reader.finish()?;
    types
        .children()
        .map(|kind| {
            let kind = kind?;
            Ok(text(kind.tag, kind.value))
        })
        .collect()
}
