//! The steps about signed data that a chip holds (TR-03135-1, 5.6.4.2 and 5.6.4.3).

use crate::ber;
use crate::cms::{ContentType, SignedData, VerifiedSignedData};
use crate::crypto::Digest;
use crate::fault::{CmsFault, Deviation, PassiveFault};

use crate::passive_auth::security_object::LdsContent;
use crate::passive_auth::{Circumstances, DocumentSigner, Notice, Step, Verdict, signer};
use crate::trust::Defect;
use crate::x509::Certificate;

/// What was signed, and by whom where the signer is trusted.
#[derive(Debug, Clone)]
pub(super) struct SignedContent<T> {
    pub(super) signer: Option<DocumentSigner>,
    pub(super) content: T,
}

impl SignedContent<LdsContent> {
    /// All steps about EF.SOD; `None` where its structure, hash or signature failed.
    pub(super) fn security_object(
        file: &[u8],
        circumstances: &Circumstances<'_>,
        verdict: &mut Verdict,
    ) -> Option<Self> {
        let signed = (file, ContentType::LdsSecurityObject);
        take_steps(signed, circumstances, verdict, LdsContent::read)
    }
}

impl SignedContent<Box<[u8]>> {
    /// All steps about EF.CardSecurity; `None` where its structure, hash or signature failed.
    pub(super) fn card_security(
        file: &[u8],
        circumstances: &Circumstances<'_>,
        verdict: &mut Verdict,
    ) -> Option<Self> {
        let signed = (file, ContentType::SecurityInfos);
        take_steps(signed, circumstances, verdict, |content, _| {
            Ok(content.into())
        })
    }
}

fn take_steps<T>(
    (file, content_type): (&[u8], ContentType),
    circumstances: &Circumstances<'_>,
    verdict: &mut Verdict,
    read: impl FnOnce(&[u8], &mut Verdict) -> Result<T, PassiveFault>,
) -> Option<SignedContent<T>> {
    let taken = ber::normalise(file)
        .map_err(PassiveFault::Unreadable)
        .and_then(|normalised| {
            let signed =
                SignedData::parse_security_object(&normalised).map_err(PassiveFault::SignedData)?;
            let (verified, original) = verify_signer(&signed, circumstances)?;
            let (content, deviations) = verified
                .content_as(content_type)
                .map_err(PassiveFault::SignedData)?;
            verdict.deviations.extend(deviations);
            let content = read(content, verdict)?;
            verdict.proved(Step::SecurityObjectStructure);
            verdict.proved(Step::SecurityObjectHash);
            verdict.proved(Step::SecurityObjectSignature);
            verdict.deviations.extend(verified.deviations());
            verdict
                .deviations
                .extend(original.is_some().then_some(Deviation::SignerKeyReplaced));
            if verified.digest() == Digest::Sha1
                || verified.signature_algorithm().digest() == Some(Digest::Sha1)
            {
                verdict.notice(Notice::Sha1);
            }
            let signer = signer::check(
                original.as_ref().unwrap_or(verified.certificate()),
                verified.signing_time(),
                circumstances,
                verdict,
            );
            Ok(SignedContent { signer, content })
        });
    taken.map_err(|fault| failed(fault, verdict)).ok()
}

/// Who signed. Where the signature does not hold with the signer's certificate, and a defect list has a certificate in its place, that one's
/// key decides (TR-03135-1, 5.8.2.1.2): Lithuania has signers whose certificate names another curve than their key is on. The
/// certificate that was replaced comes along, since it is the one that has a path.
fn verify_signer<'a>(
    signed: &SignedData<'a>,
    circumstances: &Circumstances<'a>,
) -> Result<(VerifiedSignedData<'a>, Option<Certificate<'a>>), PassiveFault> {
    let fault = match signed.verify_signer_among(circumstances.document_signers) {
        Ok(verified) => return Ok((verified, None)),
        Err(fault) => PassiveFault::SignedData(fault),
    };
    for original in &signed.certificates {
        let replacement =
            circumstances
                .defects(original)
                .into_iter()
                .find_map(|defect| match defect {
                    Defect::CertificateReplaced(der) => Certificate::parse(der).ok(),
                    _ => None,
                });
        let Some(replacement) = replacement else {
            continue;
        };
        let verified = signed.verify_signer_among(std::slice::from_ref(&replacement));
        if let Some(verified) = verified
            .ok()
            .filter(|verified| verified.certificate() == &replacement)
        {
            return Ok((verified, Some(original.clone())));
        }
    }
    Err(fault)
}

/// Puts a fault down at the step that it is about.
fn failed(fault: PassiveFault, verdict: &mut Verdict) {
    let steps = [
        Step::SecurityObjectStructure,
        Step::SecurityObjectHash,
        Step::SecurityObjectSignature,
    ];
    let at = match fault {
        PassiveFault::SignedData(fault) => step_of(fault),
        _ => 0,
    };
    for step in &steps[..at] {
        verdict.proved(*step);
    }
    verdict.failed(steps[at], fault);
    verdict.not_reached(&steps[at + 1..]);
    verdict.not_reached(&signer::STEPS);
}

/// Which of the three steps a fault is about: structure, hash or signature.
const fn step_of(fault: CmsFault) -> usize {
    match fault {
        CmsFault::DigestAlgorithmUnknown(_)
        | CmsFault::SignedAttributesMissing
        | CmsFault::MessageDigestMissing
        | CmsFault::ContentDigestWrong
        | CmsFault::ContentTypeDiffers => 1,
        CmsFault::SignatureAlgorithmUnknown(_)
        | CmsFault::SignerCertificateMissing
        | CmsFault::SignerCertificateMalformed(_)
        | CmsFault::SignerKeyRefused(_)
        | CmsFault::SignatureRefused(_) => 2,
        _ => 0,
    }
}
