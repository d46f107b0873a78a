//! The verdict on a document: passive authentication of its files, and where a chip was there, whether it is a copy.

use emrtd::fault::{ChipFault, CmsFault, PassiveFault, name};
use emrtd::lds::DataGroup;
use emrtd::passive_auth::{
    Authentication, Circumstances, Outcome, Verdict, VerifiedDataGroup, authenticate,
    verify_card_security,
};
use emrtd::reader::{FileName, Reading};
use emrtd::trust::{Consequence, DocumentFacts, Match};
use emrtd::x509::Certificate;
use jiff::Timestamp;
use server::trust::Trust;

use super::super::fault_text;
use super::files::Found;
use super::report::{ChipTalk, Holder, Report, ReportedStep, Result3, Signer};
use super::sentence;

/// What is asked of the chip itself, with the data group that must be verified first.
const CHIP_STEPS: [(&str, &str); 3] = [
    (
        "pace_chip_authentication_mapping",
        "The chip is no copy: PACE with chip authentication mapping",
    ),
    (
        "chip_authentication",
        "The chip is no copy: it knows the private key of DG14",
    ),
    (
        "active_authentication",
        "The chip is no copy: it signed with the private key of DG15",
    ),
];

/// Judges a document; `reading` is there where its chip was.
pub(super) fn judge(
    found: &Found,
    reading: Option<&Reading>,
    trust: &Trust,
    now: Timestamp,
) -> Report {
    let security_object = found.get(FileName::Sod).unwrap_or_default();
    let mut report = trust.with_circumstances(security_object, now, |circumstances| {
        with(found, reading, circumstances)
    });
    if let Some(holder) = &report.holder {
        let signer = report
            .signer
            .as_ref()
            .map(|signer| signer.certificate.clone());
        let signer = signer
            .as_deref()
            .and_then(|der| Certificate::parse(der).ok());
        let country = signer.as_ref().and_then(|signer| signer.issuer.country());
        let facts = DocumentFacts {
            document_type: holder.code.trim_end_matches('<'),
            document_number: &holder.number,
            signer: signer.as_ref(),
            issued: None,
        };
        let published = trust.published_deviations(country.as_deref(), facts);
        let published = published.into_iter().map(|one| match one.how {
            Match::Certain => one.text,
            Match::Possible => format!("perhaps: {}", one.text),
        });
        report.published = published.collect();
    }
    report
}

fn with(found: &Found, reading: Option<&Reading>, circumstances: &Circumstances<'_>) -> Report {
    let groups = found.data_groups();
    let authentication = authenticate(&found.for_authentication(&groups), circumstances);
    let unexpected = PassiveFault::SignedData(CmsFault::ContentTypeUnexpected);
    if authentication.verdict.decisive_fault() == Some(unexpected) && groups.is_empty() {
        return card_security(found, circumstances);
    }
    let mut steps = reported(&authentication.verdict);
    let chip = Chip {
        reading,
        authentication: &authentication,
        circumstances,
    };
    let results = [
        chip.mapping(),
        chip.chip_authentication(),
        chip.active_authentication(),
    ];
    for ((name, sentence), result) in CHIP_STEPS.into_iter().zip(results) {
        steps.push(ReportedStep {
            name: name.to_owned(),
            sentence: sentence.to_owned(),
            result,
        });
    }
    report(found, reading, &authentication, steps, circumstances.now)
}

/// The other security object that a chip may have, EF.CardSecurity, by itself.
fn card_security(found: &Found, circumstances: &Circumstances<'_>) -> Report {
    let file = found.get(FileName::Sod).unwrap_or_default();
    let (verdict, proof) = verify_card_security(file, circumstances);
    Report {
        is_proved: proof.is_some(),
        signer: proof.map(|proof| Signer::of(proof.signer())),
        ..Report::of(&verdict, reported(&verdict))
    }
}

fn reported(verdict: &Verdict) -> Vec<ReportedStep> {
    verdict
        .steps()
        .iter()
        .map(|(step, outcome)| ReportedStep {
            name: step.to_string(),
            sentence: sentence::step(*step),
            result: match outcome {
                Outcome::Proved => Result3::Proved,
                Outcome::Failed(fault) => failed(fault, step.is_decisive()),
                Outcome::NotApplicable(reason) => Result3::NotApplicable {
                    reason: name(reason),
                    words: sentence::reason(*reason).to_owned(),
                },
            },
        })
        .collect()
}

fn report(
    found: &Found,
    reading: Option<&Reading>,
    authentication: &Authentication<'_>,
    steps: Vec<ReportedStep>,
    now: Timestamp,
) -> Report {
    let has_zone = found.data_group(DataGroup::Dg1).is_some();
    let is_signed = if has_zone {
        authentication.document.is_some()
    } else {
        authentication.security_object.is_some()
    };
    let chip_failed = steps.iter().rev().take(CHIP_STEPS.len());
    let chip_failed = chip_failed.into_iter().any(ReportedStep::has_failed);
    let object = authentication.security_object.as_ref();
    Report {
        is_proved: is_signed && !chip_failed,
        holder: Holder::of(found, now),
        signer: object.map(|object| Signer::of(object.signer())),
        chip: reading.map(ChipTalk::of),
        ..Report::of(&authentication.verdict, steps)
    }
}

fn failed<F: std::error::Error + 'static>(fault: &F, is_decisive: bool) -> Result3 {
    Result3::Failed {
        fault: name(fault),
        words: fault_text::words(fault),
        is_decisive,
    }
}

fn not_applicable(reason: &str, words: &str) -> Result3 {
    Result3::NotApplicable {
        reason: reason.to_owned(),
        words: words.to_owned(),
    }
}

/// What the chip showed of itself.
struct Chip<'c> {
    reading: Option<&'c Reading>,
    authentication: &'c Authentication<'c>,
    circumstances: &'c Circumstances<'c>,
}

impl Chip<'_> {
    fn mapping(&self) -> Result3 {
        let Some(reading) = self.reading else {
            return no_chip();
        };
        let Some(mapping) = &reading.chip_authentication_mapping else {
            return not_offered();
        };
        let Some(file) = reading.file(FileName::CardSecurity) else {
            let fault = reading.missing.get(&FileName::CardSecurity);
            return failed(fault.unwrap_or(&ChipFault::FileNotFound), true);
        };
        let (verdict, proof) = verify_card_security(file, self.circumstances);
        match (proof, verdict.decisive_fault()) {
            (Some(proof), _) if proof.signer().is_void(Consequence::ChipAuthenticationVoid) => {
                failed(&PassiveFault::KnownDefect, true)
            }
            (Some(proof), _) => shown(mapping.verify(&proof)),
            (None, Some(fault)) => failed(&fault, true),
            (None, None) => not_reached(),
        }
    }

    fn chip_authentication(&self) -> Result3 {
        let Some(reading) = self.reading else {
            return no_chip();
        };
        let consequence = Consequence::ChipAuthenticationVoid;
        match self.key(reading, DataGroup::Dg14, consequence) {
            Err(result) => result,
            Ok(dg14) => match &reading.chip_authentication {
                None if reading.chip_authentication_mapping.is_some() => not_applicable(
                    "shown_otherwise",
                    "PACE with chip authentication mapping shows it",
                ),
                None => not_offered(),
                Some(Err(ChipFault::ChipAuthenticationUnsupported)) => {
                    not_applicable("unsupported", "the chip offers none that is known")
                }
                Some(Err(fault)) => failed(fault, true),
                Some(Ok(key)) => shown(key.verify(&dg14)),
            },
        }
    }

    fn active_authentication(&self) -> Result3 {
        let Some(reading) = self.reading else {
            return no_chip();
        };
        let consequence = Consequence::ActiveAuthenticationVoid;
        match self.key(reading, DataGroup::Dg15, consequence) {
            Err(result) => result,
            Ok(dg15) => match &reading.active_authentication {
                None => not_offered(),
                Some(Err(fault)) => failed(fault, true),
                Some(Ok(signature)) => {
                    let dg14 = self.verified(DataGroup::Dg14);
                    shown(signature.verify(&dg15, dg14.as_ref()))
                }
            },
        }
    }

    /// The verified data group that holds the chip's key. A document that has one and a chip that hides it is a copy's way out.
    fn key(
        &self,
        reading: &Reading,
        group: DataGroup,
        consequence: Consequence,
    ) -> Result<VerifiedDataGroup<'_>, Result3> {
        let object = self.authentication.security_object.as_ref();
        let object = object.ok_or_else(not_reached)?;
        if object.hash(group).is_none() {
            return Err(not_offered());
        }
        if object.signer().is_void(consequence) {
            return Err(failed(&PassiveFault::KnownDefect, true));
        }
        if let Some(fault) = reading.missing.get(&FileName::DataGroup(group)) {
            return Err(failed(fault, true));
        }
        self.verified(group).ok_or_else(not_reached)
    }

    fn verified(&self, group: DataGroup) -> Option<VerifiedDataGroup<'_>> {
        let mut groups = self.authentication.data_groups.iter();
        groups
            .find(|verified| verified.data_group() == group)
            .copied()
    }
}

fn shown<T>(result: Result<T, ChipFault>) -> Result3 {
    match result {
        Ok(_) => Result3::Proved,
        Err(fault) => failed(&fault, true),
    }
}

fn no_chip() -> Result3 {
    not_applicable("no_chip", "only files are here, not the chip")
}

fn not_offered() -> Result3 {
    not_applicable("not_offered", "this document does not offer it")
}

fn not_reached() -> Result3 {
    not_applicable("not_reached", "a step before it failed")
}
