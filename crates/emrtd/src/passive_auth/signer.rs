//! The document signer: its path, its purpose, its validity and its revocation (TR-03135-1, 5.6.4.3).

use jiff::Timestamp;

use crate::crypto::{Digest, KeyKind, PublicKey, SignatureAlgorithm};
use crate::fault::PassiveFault;
use crate::oid::known;
use crate::passive_auth::{Circumstances, Notice, Reason, Step, Verdict};
use crate::trust::{Consequence, Defect, Revocation, Source, VerifiedPath, valid_at};
use crate::x509::{Certificate, KeyUsage, KeyUsages};

/// The steps that are about a signer's certificate.
pub(super) const STEPS: [Step; 8] = [
    Step::DocumentSignerSignature,
    Step::DocumentSignerUsage,
    Step::DocumentSignerValidityAtSigning,
    Step::CscaValidityAtIssuing,
    Step::DocumentSignerValidity,
    Step::CscaValidity,
    Step::DocumentSignerRevocation,
    Step::DocumentSignerDefects,
];

/// Who signed: a certificate with a path to an authority that is trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentSigner {
    certificate: Box<[u8]>,
    country: Option<String>,
    document_types: Option<Vec<String>>,
    issuer: [u8; 32],
    issuer_sources: Vec<Source>,
    signed: Option<Timestamp>,
    consequences: Vec<Consequence>,
    com_defect: bool,
}

impl DocumentSigner {
    /// Its certificate's bytes.
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// The country of its issuer, as in [`crate::trust::StoredCertificate::country`]; where a defect list knows better, what that says.
    pub fn country(&self) -> Option<&str> {
        self.country.as_deref()
    }

    /// The kinds of document that it may sign; `None` where it is not limited.
    pub fn document_types(&self) -> Option<&[String]> {
        self.document_types.as_deref()
    }

    /// The SHA-256 of its issuer's certificate.
    pub const fn issuer_fingerprint(&self) -> [u8; 32] {
        self.issuer
    }

    /// Who vouches for its issuer.
    pub fn issuer_sources(&self) -> &[Source] {
        &self.issuer_sources
    }

    /// When it signed, where this is known.
    pub const fn signed(&self) -> Option<Timestamp> {
        self.signed
    }

    /// Whether EF.COM is known to be wrong in this signer's documents.
    pub(super) const fn has_com_defect(&self) -> bool {
        self.com_defect
    }

    /// Whether a defect list says that something which the chips of this signer's documents show counts for nothing.
    pub fn is_void(&self, shown: Consequence) -> bool {
        self.consequences.contains(&shown)
    }
}

/// Takes all steps about the certificate of a signer; `None` where it has no path.
pub(super) fn check(
    certificate: &Certificate<'_>,
    signing_time: Option<Timestamp>,
    circumstances: &Circumstances<'_>,
    verdict: &mut Verdict,
) -> Option<DocumentSigner> {
    let path = match circumstances.store.path(certificate) {
        Ok(path) => path,
        Err(fault) => {
            verdict.failed(Step::DocumentSignerSignature, PassiveFault::Path(fault));
            verdict.not_reached(&STEPS[1..]);
            return None;
        }
    };
    verdict.proved(Step::DocumentSignerSignature);
    verdict.deviations.extend(path.deviations());
    verdict.deviations.extend(&certificate.deviations);
    verdict.deviations.extend(certificate.conformance());
    verdict.checked(Step::DocumentSignerUsage, usage(certificate));
    let signed = signing_time.or(circumstances.signed);
    let defects = circumstances.defects(certificate);
    let times = Times {
        signed,
        now: circumstances.now,
    };
    validity(certificate, &path, times, &defects, verdict);
    revocation(certificate, &path, circumstances, verdict);
    weigh(&defects, circumstances, verdict);
    let country = defects.iter().find_map(|defect| match defect {
        Defect::IssuingCountryWrong(right) => Some(right.trim().to_ascii_uppercase()),
        _ => None,
    });
    strength(certificate, &path, verdict);
    let issuer = path.issuer();
    let types = certificate.extensions.document_types();
    Some(DocumentSigner {
        certificate: certificate.raw.into(),
        country: country.or_else(|| certificate.issuer.country()),
        document_types: types.map(|types| types.iter().map(ToString::to_string).collect()),
        issuer: issuer.fingerprint(),
        issuer_sources: issuer.sources().to_vec(),
        signed,
        com_defect: defects.contains(&&Defect::ComInconsistent),
        consequences: defects.iter().map(|defect| defect.consequence()).collect(),
    })
}

/// What known defects of a signer's documents mean (TR-03129-2, 7.3).
fn weigh(defects: &[&Defect<'_>], circumstances: &Circumstances<'_>, verdict: &mut Verdict) {
    let mut result = Ok(());
    for defect in defects {
        match defect.consequence() {
            Consequence::Explains => verdict.notice(Notice::KnownDefect),
            Consequence::ActiveAuthenticationVoid => {
                verdict.notice(Notice::ActiveAuthenticationVoid);
            }
            Consequence::ChipAuthenticationVoid => verdict.notice(Notice::ChipAuthenticationVoid),
            Consequence::ChipNotTrusted => result = Err(PassiveFault::KnownDefect),
        }
    }
    if circumstances.defect_lists.is_empty() {
        verdict.not_applicable(Step::DocumentSignerDefects, Reason::NoDefectList);
    } else {
        verdict.checked(Step::DocumentSignerDefects, result);
    }
}

/// What is absent is no fault here, but a deviation: many document signers have no key usage.
fn usage(certificate: &Certificate<'_>) -> Result<(), PassiveFault> {
    let signs = |usage: KeyUsages| usage.contains(KeyUsage::DigitalSignature);
    let extensions = &certificate.extensions;
    if !extensions.key_usage.is_none_or(signs) {
        return Err(PassiveFault::KeyUsage);
    }
    let purposes = extensions.extended_key_usage().unwrap_or_default();
    let for_lists = [
        known::CSCA_MASTER_LIST_SIGNING_KEY,
        known::DEVIATION_LIST_SIGNING_KEY,
    ];
    let is_for_lists = purposes.iter().any(|purpose| for_lists.contains(purpose));
    let issues = |usage: KeyUsages| usage.contains(KeyUsage::KeyCertSign);
    let is_authority = extensions
        .basic_constraints
        .is_some_and(|constraints| constraints.ca);
    if is_for_lists || is_authority || extensions.key_usage.is_some_and(issues) {
        return Err(PassiveFault::NotADocumentSigner);
    }
    Ok(())
}

/// The times that a validity is asked for.
#[derive(Clone, Copy)]
struct Times {
    signed: Option<Timestamp>,
    now: Timestamp,
}

fn validity(
    certificate: &Certificate<'_>,
    path: &VerifiedPath<'_>,
    times: Times,
    defects: &[&Defect<'_>],
    verdict: &mut Verdict,
) {
    let wrong = |of: fn(&Defect<'_>) -> bool| defects.iter().any(|defect| of(defect));
    let signer_wrong = wrong(|defect| {
        matches!(
            defect,
            Defect::ValidityPeriodIncorrect {
                document_signer: true,
                ..
            }
        )
    });
    let csca_wrong =
        wrong(|defect| matches!(defect, Defect::ValidityPeriodIncorrect { csca: true, .. }));
    let signer_at = |time| valid_at(certificate.not_before, certificate.not_after, time);
    match times.signed {
        Some(signed) => verdict.checked_unless(
            signer_wrong,
            Step::DocumentSignerValidityAtSigning,
            signer_at(signed).map_err(PassiveFault::Validity),
        ),
        None => verdict.not_applicable(
            Step::DocumentSignerValidityAtSigning,
            Reason::SigningTimeUnknown,
        ),
    }
    let others = [
        (
            csca_wrong,
            Step::CscaValidityAtIssuing,
            path.valid_at(certificate.not_before),
        ),
        (
            signer_wrong,
            Step::DocumentSignerValidity,
            signer_at(times.now),
        ),
        (csca_wrong, Step::CscaValidity, path.valid_at(times.now)),
    ];
    for (defect, step, result) in others {
        verdict.checked_unless(defect, step, result.map_err(PassiveFault::Validity));
    }
}

fn revocation(
    certificate: &Certificate<'_>,
    path: &VerifiedPath<'_>,
    circumstances: &Circumstances<'_>,
    verdict: &mut Verdict,
) {
    let step = Step::DocumentSignerRevocation;
    match circumstances
        .store
        .revocation(certificate, path.issuer(), circumstances.now)
    {
        Revocation::Good { outdated, .. } => {
            verdict.proved(step);
            if outdated {
                verdict.notice(Notice::RevocationListOutdated);
            }
        }
        Revocation::Revoked { .. } => verdict.failed(step, PassiveFault::Revoked),
        Revocation::Unknown { fault } => {
            verdict.not_applicable(step, Reason::NoRevocationList);
            if fault.is_some() {
                verdict.notice(Notice::RevocationListRefused);
            }
        }
    }
}

/// The strength of the keys and hash functions that the path stands on (ICAO 9303-12, 4.1.6).
fn strength(certificate: &Certificate<'_>, path: &VerifiedPath<'_>, verdict: &mut Verdict) {
    let is_short = |kind| match kind {
        KeyKind::Rsa { bits } => bits < 2048,
        KeyKind::EllipticCurve(curve) => curve.bits() < 224,
    };
    let signer = PublicKey::parse(certificate.spki_raw).map(|key| key.kind());
    let issuer = path.issuer().key().map(PublicKey::kind);
    if signer.is_ok_and(is_short) || issuer.is_ok_and(is_short) {
        verdict.notice(Notice::ShortKey);
    }
    let algorithm = SignatureAlgorithm::parse(certificate.signature_algorithm_raw);
    if algorithm.is_ok_and(|algorithm| algorithm.digest() == Some(Digest::Sha1)) {
        verdict.notice(Notice::Sha1);
    }
}
