//! Certificates (RFC 5280, 4.1).

use jiff::Timestamp;

use super::extensions::Extensions;
use super::key_usage::KeyUsage;
use super::name::Name;
use super::serial_number::SerialNumber;
use super::time::Time;
use crate::fault::{CertificateFault, Deviation, Deviations, TlvFault};
use crate::oid::known;
use crate::tlv::{Reader, Rules, Tag, Tlv};

/// A certificate as it was issued, borrowed from its bytes. Reading it says nothing about who signed it.
///
/// ```text
/// Certificate ::= SEQUENCE { tbsCertificate TBSCertificate, signatureAlgorithm AlgorithmIdentifier, signatureValue BIT STRING }
/// TBSCertificate ::= SEQUENCE {
///     version [0] EXPLICIT INTEGER DEFAULT v1, serialNumber INTEGER, signature AlgorithmIdentifier, issuer Name,
///     validity SEQUENCE { notBefore Time, notAfter Time }, subject Name, subjectPublicKeyInfo SubjectPublicKeyInfo,
///     issuerUniqueID [1] IMPLICIT BIT STRING OPTIONAL, subjectUniqueID [2] IMPLICIT BIT STRING OPTIONAL,
///     extensions [3] EXPLICIT Extensions OPTIONAL }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate<'a> {
    /// The certificate as received.
    pub raw: &'a [u8],
    /// What is signed: the TBSCertificate as received.
    pub tbs_raw: &'a [u8],
    /// The issuer's number for it.
    pub serial: SerialNumber<'a>,
    /// Who issued it.
    pub issuer: Name<'a>,
    /// Whose key it certifies.
    pub subject: Name<'a>,
    /// Valid from here on.
    pub not_before: Timestamp,
    /// Valid up to here, this second included.
    pub not_after: Timestamp,
    /// The SubjectPublicKeyInfo as received.
    pub spki_raw: &'a [u8],
    /// The AlgorithmIdentifier outside of what is signed, as received.
    pub signature_algorithm_raw: &'a [u8],
    /// The signature's bytes.
    pub signature: &'a [u8],
    /// The extensions.
    pub extensions: Extensions<'a>,
    /// The tolerances that reading it took, malformed extensions among them. For what its profile misses see
    /// [`Certificate::conformance`].
    pub deviations: Deviations,
}

/// What a certificate is for, by its own words (ICAO 9303-12, 7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A country's authority, with issuer and subject of the same name: self-signed, or a link between two of its keys.
    CscaSelfIssued,
    /// A country's authority that changes its name: a link certificate.
    CscaLink,
    /// A signer of documents, or of lists.
    Signer,
}

impl<'a> Certificate<'a> {
    /// Reads a certificate; nothing may stand behind it.
    ///
    /// Lengths and simple values that are not DER are read all the same, with [`Deviation::NotDer`]. Indefinite lengths are not:
    /// [`crate::ber::normalise`] comes first.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, CertificateFault> {
        match Self::parse_by(bytes, Rules::Der) {
            Err(fault) if fault.is_about_der() => {
                let mut certificate = Self::parse_by(bytes, Rules::Ber)?;
                certificate.deviations.push(Deviation::NotDer);
                Ok(certificate)
            }
            parsed => parsed,
        }
    }

    fn parse_by(bytes: &'a [u8], rules: Rules) -> Result<Self, CertificateFault> {
        let not_one = CertificateFault::NotACertificate;
        let mut outer = Reader::with_rules(bytes, rules);
        let whole = outer.expect(Tag::SEQUENCE).map_err(not_one)?;
        outer.finish().map_err(not_one)?;
        let mut reader = whole.reader();
        let tbs = reader.expect(Tag::SEQUENCE).map_err(not_one)?;
        let algorithm = reader
            .expect(Tag::SEQUENCE)
            .map_err(CertificateFault::SignatureAlgorithmMalformed)?;
        let signature = reader
            .expect(Tag::BIT_STRING)
            .and_then(|tlv| tlv.bit_string_bytes())
            .map_err(CertificateFault::SignatureMalformed)?;
        reader.finish().map_err(not_one)?;
        let mut certificate = Self::tbs(&tbs)?;
        if certificate.signature_algorithm_raw != algorithm.raw {
            let differs = Deviation::SignatureAlgorithmDiffers;
            certificate.deviations.push(differs);
        }
        certificate.raw = whole.raw;
        certificate.signature_algorithm_raw = algorithm.raw;
        certificate.signature = signature;
        Ok(certificate)
    }

    /// What stands in the TBSCertificate; the algorithm of the signature is the inner one.
    fn tbs(tbs: &Tlv<'a>) -> Result<Self, CertificateFault> {
        let mut deviations = Deviations::new();
        let mut reader = tbs.reader();
        if version(&mut reader).map_err(CertificateFault::VersionMalformed)? != 2 {
            deviations.push(Deviation::VersionNot3);
        }
        let serial = SerialNumber::read(&mut reader).map_err(CertificateFault::SerialMalformed)?;
        deviations.extend(serial.deviations());
        let algorithm = reader
            .expect(Tag::SEQUENCE)
            .map_err(CertificateFault::SignatureAlgorithmMalformed)?;
        let issuer = Name::read(&mut reader).map_err(CertificateFault::IssuerMalformed)?;
        let (not_before, not_after) = validity(&mut reader, &mut deviations)?;
        let subject = Name::read(&mut reader).map_err(CertificateFault::SubjectMalformed)?;
        let spki = reader
            .expect(Tag::SEQUENCE)
            .map_err(CertificateFault::PublicKeyMalformed)?;
        Ok(Self {
            raw: tbs.raw,
            tbs_raw: tbs.raw,
            serial,
            issuer,
            subject,
            not_before,
            not_after,
            spki_raw: spki.raw,
            signature_algorithm_raw: algorithm.raw,
            signature: &[],
            extensions: extensions(reader, &mut deviations),
            deviations,
        })
    }

    /// Whether issuer and subject have the same name.
    pub fn is_self_issued(&self) -> bool {
        self.issuer == self.subject || self.issuer.normalised() == self.subject.normalised()
    }

    /// What it is for. Where basic constraints and key usage are absent or malformed, one that issued itself is taken for a CSCA.
    pub fn role(&self) -> Role {
        let constraints = self.extensions.basic_constraints;
        let usage = self.extensions.key_usage;
        let signs_certificates = usage.is_some_and(|usage| usage.contains(KeyUsage::KeyCertSign));
        let silent = constraints.is_none() && usage.is_none();
        let self_issued = self.is_self_issued();
        let ca = constraints.is_some_and(|constraints| constraints.ca);
        match (
            ca || signs_certificates || (silent && self_issued),
            self_issued,
        ) {
            (true, true) => Role::CscaSelfIssued,
            (true, false) => Role::CscaLink,
            (false, _) => Role::Signer,
        }
    }

    /// What ICAO 9303-12, 7.1 asks of a certificate in its role and this one misses. None of it speaks against its signature.
    pub fn conformance(&self) -> Deviations {
        let mut missing = self.issuer.deviations();
        missing.extend(self.subject.deviations());
        let extensions = &self.extensions;
        let role = self.role();
        let absent = |oid| extensions.find(oid).is_none();
        let not_critical = |oid| extensions.find(oid).is_some_and(|found| !found.critical);
        let is_csca = role != Role::Signer;
        let constraints = extensions.basic_constraints;
        let wanted = [
            (absent(known::KEY_USAGE), Deviation::KeyUsageMissing),
            (
                not_critical(known::KEY_USAGE),
                Deviation::KeyUsageNotCritical,
            ),
            (
                role != Role::CscaSelfIssued && absent(known::AUTHORITY_KEY_IDENTIFIER),
                Deviation::AuthorityKeyIdentifierMissing,
            ),
            (
                is_csca && absent(known::SUBJECT_KEY_IDENTIFIER),
                Deviation::SubjectKeyIdentifierMissing,
            ),
            (
                is_csca && absent(known::BASIC_CONSTRAINTS),
                Deviation::BasicConstraintsMissing,
            ),
            (
                is_csca && not_critical(known::BASIC_CONSTRAINTS),
                Deviation::BasicConstraintsNotCritical,
            ),
            (
                is_csca && constraints.is_some_and(|given| given.path_length != Some(0)),
                Deviation::PathLengthNotZero,
            ),
            (
                !is_csca && !absent(known::BASIC_CONSTRAINTS),
                Deviation::BasicConstraintsInSigner,
            ),
        ];
        let wanted = wanted.into_iter();
        missing.extend(wanted.filter_map(|(is, deviation)| is.then_some(deviation)));
        missing
    }
}

fn version(reader: &mut Reader<'_>) -> Result<u32, TlvFault> {
    let Some(explicit) = reader.optional(Tag::context_constructed(0))? else {
        return Ok(0);
    };
    let mut inside = explicit.reader();
    let version = inside.expect(Tag::INTEGER)?.small_unsigned()?;
    inside.finish()?;
    Ok(version)
}

fn validity(
    reader: &mut Reader<'_>,
    deviations: &mut Deviations,
) -> Result<(Timestamp, Timestamp), CertificateFault> {
    let malformed = CertificateFault::ValidityMalformed;
    let validity = reader.expect(Tag::SEQUENCE).map_err(malformed)?;
    let mut inside = validity.reader();
    let mut time = || {
        let tlv = inside.any(Tag::UTC_TIME).map_err(malformed)?;
        let time = Time::parse(&tlv).map_err(CertificateFault::ValidityNotTimes)?;
        deviations.extend(time.deviations);
        Ok(time.timestamp)
    };
    let times = (time()?, time()?);
    inside.finish().map_err(malformed)?;
    Ok(times)
}

/// What follows the public key: unique identifiers that nobody uses, and the extensions.
fn extensions<'a>(mut reader: Reader<'a>, deviations: &mut Deviations) -> Extensions<'a> {
    let mut extensions = Extensions::default();
    loop {
        match reader.read() {
            Ok(None) => return extensions,
            Ok(Some(tlv)) if tlv.tag == Tag::context_constructed(3) => {
                let mut inside = tlv.reader();
                match inside.expect(Tag::SEQUENCE) {
                    Ok(list) => extensions = Extensions::parse(&list, deviations),
                    Err(_) => deviations.push(Deviation::ExtensionsMalformed),
                }
                if inside.finish().is_err() {
                    deviations.push(Deviation::ExtensionsMalformed);
                }
            }
            Ok(Some(_)) => {}
            Err(_) => {
                deviations.push(Deviation::ExtensionsMalformed);
                return extensions;
            }
        }
    }
}

impl CertificateFault {
    /// Whether BER may be read where DER could not.
    const fn is_about_der(&self) -> bool {
        let (Self::NotACertificate(fault)
        | Self::VersionMalformed(fault)
        | Self::SerialMalformed(fault)
        | Self::IssuerMalformed(fault)
        | Self::ValidityMalformed(fault)
        | Self::SubjectMalformed(fault)
        | Self::PublicKeyMalformed(fault)
        | Self::SignatureAlgorithmMalformed(fault)
        | Self::SignatureMalformed(fault)) = self
        else {
            return false;
        };
        fault.is_about_der()
    }
}
