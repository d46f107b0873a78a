//! Revocation lists (RFC 5280, 5; ICAO 9303-12, 7.1.4).

use jiff::Timestamp;

use super::extensions::{AuthorityKeyIdentifier, Extension};
use super::name::Name;
use super::serial_number::SerialNumber;
use super::time::Time;
use crate::fault::{Deviation, Deviations, RevocationListFault, TlvFault};
use crate::oid::{Oid, known};
use crate::tlv::{Reader, Rules, Tag, Tlv};

/// A revocation list as it was issued, borrowed from its bytes. Reading it says nothing about who signed it.
///
/// ```text
/// CertificateList ::= SEQUENCE { tbsCertList TBSCertList, signatureAlgorithm AlgorithmIdentifier, signatureValue BIT STRING }
/// TBSCertList ::= SEQUENCE {
///     version INTEGER OPTIONAL, signature AlgorithmIdentifier, issuer Name, thisUpdate Time, nextUpdate Time OPTIONAL,
///     revokedCertificates SEQUENCE OF SEQUENCE {
///         userCertificate INTEGER, revocationDate Time, crlEntryExtensions Extensions OPTIONAL } OPTIONAL,
///     crlExtensions [0] EXPLICIT Extensions OPTIONAL }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevocationList<'a> {
    /// The list as received.
    pub raw: &'a [u8],
    /// What is signed: the TBSCertList as received.
    pub tbs_raw: &'a [u8],
    /// Whose certificates it is about.
    pub issuer: Name<'a>,
    /// When it was issued.
    pub this_update: Timestamp,
    /// When the next one will be there at the latest.
    pub next_update: Option<Timestamp>,
    /// The AlgorithmIdentifier outside of what is signed, as received.
    pub signature_algorithm_raw: &'a [u8],
    /// The signature's bytes.
    pub signature: &'a [u8],
    /// Which key signed it.
    pub authority_key_identifier: Option<AuthorityKeyIdentifier<'a>>,
    /// The issuer's number for it: it grows from list to list.
    pub number: Option<SerialNumber<'a>>,
    /// The tolerances that reading it took.
    pub deviations: Deviations,
    /// Ordered by serial number.
    revoked: Vec<Revoked<'a>>,
}

/// One revoked certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revoked<'a> {
    /// Its serial number.
    pub serial: SerialNumber<'a>,
    /// When it was revoked.
    pub date: Timestamp,
    extensions: Option<Tlv<'a>>,
}

/// Why a certificate was revoked (RFC 5280, 5.3.1); the discriminant is the number in the encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Reason {
    /// unspecified
    Unspecified = 0,
    /// keyCompromise
    KeyCompromise = 1,
    /// cACompromise
    CaCompromise = 2,
    /// affiliationChanged
    AffiliationChanged = 3,
    /// superseded
    Superseded = 4,
    /// cessationOfOperation
    CessationOfOperation = 5,
    /// certificateHold
    CertificateHold = 6,
    /// removeFromCRL
    RemoveFromCrl = 8,
    /// privilegeWithdrawn
    PrivilegeWithdrawn = 9,
    /// aACompromise
    AaCompromise = 10,
}

impl Reason {
    const ALL: [Self; 10] = [
        Self::Unspecified,
        Self::KeyCompromise,
        Self::CaCompromise,
        Self::AffiliationChanged,
        Self::Superseded,
        Self::CessationOfOperation,
        Self::CertificateHold,
        Self::RemoveFromCrl,
        Self::PrivilegeWithdrawn,
        Self::AaCompromise,
    ];
}

impl<'a> Revoked<'a> {
    fn parse(tlv: &Tlv<'a>, deviations: &mut Deviations) -> Result<Self, RevocationListFault> {
        let malformed = RevocationListFault::RevokedMalformed;
        let mut reader = tlv.expect(Tag::SEQUENCE).map_err(malformed)?.reader();
        let serial = SerialNumber::read(&mut reader).map_err(malformed)?;
        let date = reader.any(Tag::UTC_TIME).map_err(malformed)?;
        let date = Time::parse(&date).map_err(RevocationListFault::RevocationDateNotATime)?;
        deviations.extend(date.deviations);
        let extensions = reader.optional(Tag::SEQUENCE).map_err(malformed)?;
        reader.finish().map_err(malformed)?;
        let entry = Self {
            serial,
            date: date.timestamp,
            extensions,
        };
        if entry.find(known::CERTIFICATE_ISSUER).is_some() {
            return Err(RevocationListFault::PartialList);
        }
        Ok(entry)
    }

    /// The extensions of the entry (RFC 5280, 5.3), up to the first that cannot be read.
    pub fn extensions(&self) -> impl Iterator<Item = Extension<'a>> + use<'a> {
        let list = self.extensions.map(|list| list.children());
        list.into_iter()
            .flatten()
            .map_while(|tlv| tlv.and_then(|tlv| Extension::parse(&tlv)).ok())
    }

    fn find(&self, oid: Oid<'_>) -> Option<Extension<'a>> {
        self.extensions().find(|extension| extension.oid == oid)
    }

    /// Why it was revoked; `None` where the list does not say, or not in a way that is known.
    pub fn reason(&self) -> Option<Reason> {
        let value = self.find(known::CRL_REASON)?.value;
        let [0x0A, 0x01, number] = value else {
            return None;
        };
        Reason::ALL
            .into_iter()
            .find(|reason| *reason as u8 == *number)
    }

    /// From when on the key is known or suspected to be no longer good (RFC 5280, 5.3.2), which may be before the date of revocation.
    pub fn invalidity_date(&self) -> Option<Timestamp> {
        let value = self.find(known::INVALIDITY_DATE)?.value;
        let tlv = Reader::ber(value).read().ok().flatten()?;
        Some(Time::parse(&tlv).ok()?.timestamp)
    }
}

impl<'a> RevocationList<'a> {
    /// Reads a list; nothing may stand behind it.
    ///
    /// A list whose meaning is not sure is refused: one of changes, one of some certificates only, one with a critical extension that
    /// is not known, one whose entries cannot all be read.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, RevocationListFault> {
        match Self::parse_by(bytes, Rules::Der) {
            Err(fault) if fault.is_about_der() => {
                let mut list = Self::parse_by(bytes, Rules::Ber)?;
                list.deviations.push(Deviation::NotDer);
                Ok(list)
            }
            parsed => parsed,
        }
    }

    fn parse_by(bytes: &'a [u8], rules: Rules) -> Result<Self, RevocationListFault> {
        let not_one = RevocationListFault::NotARevocationList;
        let mut outer = Reader::with_rules(bytes, rules);
        let whole = outer.expect(Tag::SEQUENCE).map_err(not_one)?;
        outer.finish().map_err(not_one)?;
        let mut reader = whole.reader();
        let tbs = reader.expect(Tag::SEQUENCE).map_err(not_one)?;
        let algorithm = reader.expect(Tag::SEQUENCE).map_err(not_one)?;
        let signature = reader.expect(Tag::BIT_STRING).map_err(not_one)?;
        reader.finish().map_err(not_one)?;
        let mut list = Self::tbs(&tbs)?;
        if list.signature_algorithm_raw != algorithm.raw {
            list.deviations.push(Deviation::SignatureAlgorithmDiffers);
        }
        list.raw = whole.raw;
        list.signature_algorithm_raw = algorithm.raw;
        list.signature = signature.bit_string_bytes().map_err(not_one)?;
        Ok(list)
    }

    fn tbs(tbs: &Tlv<'a>) -> Result<Self, RevocationListFault> {
        let not_one = RevocationListFault::NotARevocationList;
        let mut deviations = Deviations::new();
        let mut reader = tbs.reader();
        reader.optional(Tag::INTEGER).map_err(not_one)?;
        let algorithm = reader.expect(Tag::SEQUENCE).map_err(not_one)?;
        let issuer = Name::read(&mut reader).map_err(RevocationListFault::IssuerMalformed)?;
        let this_update = reader.any(Tag::UTC_TIME).map_err(not_one)?;
        let this_update = update(&this_update, &mut deviations)?;
        let next_update = match reader.peek() {
            Some(Tag::UTC_TIME | Tag::GENERALIZED_TIME) => reader.read().map_err(not_one)?,
            _ => None,
        };
        let next_update = next_update
            .map(|tlv| update(&tlv, &mut deviations))
            .transpose()?;
        let revoked = reader.optional(Tag::SEQUENCE);
        let revoked = revoked.map_err(RevocationListFault::RevokedMalformed)?;
        let mut list = Self {
            raw: tbs.raw,
            tbs_raw: tbs.raw,
            issuer,
            this_update,
            next_update,
            signature_algorithm_raw: algorithm.raw,
            signature: &[],
            authority_key_identifier: None,
            number: None,
            revoked: entries(revoked, &mut deviations)?,
            deviations,
        };
        list.read_extensions(&mut reader)?;
        reader.finish().map_err(not_one)?;
        Ok(list)
    }

    fn read_extensions(&mut self, reader: &mut Reader<'a>) -> Result<(), RevocationListFault> {
        let malformed = RevocationListFault::ExtensionsMalformed;
        let explicit = reader.optional(Tag::context_constructed(0));
        let Some(explicit) = explicit.map_err(malformed)? else {
            return Ok(());
        };
        let mut inside = explicit.reader();
        let list = inside.expect(Tag::SEQUENCE).map_err(malformed)?;
        inside.finish().map_err(malformed)?;
        for tlv in list.children() {
            let extension = tlv.and_then(|tlv| Extension::parse(&tlv));
            self.take(&extension.map_err(malformed)?)?;
        }
        Ok(())
    }

    fn take(&mut self, extension: &Extension<'a>) -> Result<(), RevocationListFault> {
        match extension.oid {
            known::AUTHORITY_KEY_IDENTIFIER => {
                self.authority_key_identifier = AuthorityKeyIdentifier::parse(extension.value).ok();
                if self.authority_key_identifier.is_none() {
                    let malformed = Deviation::AuthorityKeyIdentifierMalformed;
                    self.deviations.push(malformed);
                }
            }
            known::CRL_NUMBER => {
                self.number = SerialNumber::read(&mut Reader::ber(extension.value)).ok();
            }
            known::DELTA_CRL_INDICATOR => return Err(RevocationListFault::DeltaList),
            known::ISSUING_DISTRIBUTION_POINT if is_partial(extension.value) => {
                return Err(RevocationListFault::PartialList);
            }
            known::ISSUING_DISTRIBUTION_POINT => {}
            _ if extension.critical => {
                return Err(RevocationListFault::UnknownCriticalExtension);
            }
            _ => {}
        }
        Ok(())
    }

    /// All revoked certificates, ordered by serial number in the order of [`SerialNumber`].
    pub fn revoked(&self) -> &[Revoked<'a>] {
        &self.revoked
    }

    /// The entry of this serial number. Where there are several, the one that was revoked first.
    pub fn find(&self, serial: SerialNumber<'_>) -> Option<&Revoked<'a>> {
        let at = self.revoked.partition_point(|entry| entry.serial < serial);
        self.revoked.get(at).filter(|entry| entry.serial == serial)
    }
}

fn update(tlv: &Tlv<'_>, deviations: &mut Deviations) -> Result<Timestamp, RevocationListFault> {
    let time = Time::parse(tlv).map_err(RevocationListFault::UpdateNotATime)?;
    deviations.extend(time.deviations);
    Ok(time.timestamp)
}

fn entries<'a>(
    list: Option<Tlv<'a>>,
    deviations: &mut Deviations,
) -> Result<Vec<Revoked<'a>>, RevocationListFault> {
    let list = list.into_iter().flat_map(|list| list.children());
    let mut revoked = list
        .map(|tlv| {
            let tlv = tlv.map_err(RevocationListFault::RevokedMalformed)?;
            Revoked::parse(&tlv, deviations)
        })
        .collect::<Result<Vec<_>, _>>()?;
    revoked.sort_by(|one, other| (one.serial, one.date).cmp(&(other.serial, other.date)));
    Ok(revoked)
}

/// Whether an issuing distribution point says more than where the list can be had: `[1]` to `[5]` (RFC 5280, 5.2.5), each of which
/// is a restriction where it is there and not false.
fn is_partial(value: &[u8]) -> bool {
    let Ok(sequence) = Reader::ber(value).expect(Tag::SEQUENCE) else {
        return true;
    };
    sequence.children().any(|part| match part {
        Ok(part) if part.tag == Tag::context_constructed(0) => false,
        Ok(part) => part.value != [0],
        Err(_) => true,
    })
}

impl RevocationListFault {
    const fn is_about_der(&self) -> bool {
        let (Self::NotARevocationList(fault)
        | Self::IssuerMalformed(fault)
        | Self::RevokedMalformed(fault)
        | Self::ExtensionsMalformed(fault)) = self
        else {
            return false;
        };
        fault.is_about_der()
    }
}

impl TlvFault {
    /// Whether BER may be read where DER could not.
    pub(crate) const fn is_about_der(self) -> bool {
        matches!(
            self,
            Self::LengthNotMinimal { .. }
                | Self::BooleanMalformed { .. }
                | Self::IntegerMalformed { .. }
        )
    }
}
