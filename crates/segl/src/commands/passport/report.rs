//! The verdict, and its form as JSON.

use std::path::Path;

use emrtd::fault::{Deviation, Finding, name as fault_name};
use emrtd::lds::{DataGroup, Dg1, Dg2, Dg11, Dg12, split_name};
use emrtd::mrz::{PartialDate, Sex};
use emrtd::passive_auth::{DocumentSigner, Verdict};
use emrtd::reader::{Access, FileName, Reading};
use emrtd::x509::Certificate;
use face::picture::{PictureFault, Png};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::say::say;
use super::files::{Found, word};
use super::sentence;

/// What came of everything.
pub(super) struct Report {
    pub(super) is_proved: bool,
    pub(super) steps: Vec<ReportedStep>,
    pub(super) holder: Option<Holder>,
    pub(super) signer: Option<Signer>,
    pub(super) deviations: Vec<Deviation>,
    pub(super) notices: Vec<&'static str>,
    /// What the issuing state has published about such documents.
    pub(super) published: Vec<String>,
    pub(super) chip: Option<ChipTalk>,
    pub(super) portrait: Option<Portrait>,
}

/// One step.
pub(super) struct ReportedStep {
    pub(super) name: String,
    pub(super) sentence: String,
    pub(super) result: Result3,
}

/// What came of a step.
pub(super) enum Result3 {
    Proved,
    Failed {
        fault: String,
        words: String,
        is_decisive: bool,
    },
    NotApplicable {
        reason: String,
        words: String,
    },
}

/// What the document says of its holder and itself.
pub(super) struct Holder {
    pub(super) code: String,
    pub(super) state: String,
    pub(super) number: String,
    pub(super) surname: String,
    pub(super) given_names: String,
    pub(super) nationality: String,
    pub(super) birth: String,
    pub(super) sex: &'static str,
    pub(super) expiry: String,
    pub(super) has_expired: bool,
    pub(super) wrong_check_digits: Vec<String>,
    /// In national characters, where DG11 has it.
    pub(super) full_name: Option<String>,
    pub(super) issued: Option<String>,
}

/// Who signed.
pub(super) struct Signer {
    pub(super) certificate: Vec<u8>,
    pub(super) country: Option<String>,
    pub(super) subject: String,
    pub(super) issuer: String,
    pub(super) sources: Vec<String>,
    pub(super) signed: Option<Timestamp>,
}

/// How the talk with the chip went.
pub(super) struct ChipTalk {
    pub(super) access: Option<Access>,
    pub(super) findings: Vec<Finding>,
    pub(super) files: Vec<(FileName, usize)>,
    pub(super) missing: Vec<(FileName, String)>,
    pub(super) commands: u32,
}

/// The portrait that was written, or why it was not.
pub(super) struct Portrait {
    pub(super) file: String,
    pub(super) result: Result<(u32, u32), PictureFault>,
}

impl ReportedStep {
    pub(super) fn has_failed(&self) -> bool {
        matches!(self.result, Result3::Failed { .. })
    }

    fn json(&self) -> Value {
        match &self.result {
            Result3::Proved => json!({ "step": self.name, "outcome": "proved" }),
            Result3::Failed {
                fault,
                words,
                is_decisive,
            } => json!({
                "step": self.name, "outcome": "failed", "fault": fault, "message": words, "decisive": is_decisive,
            }),
            Result3::NotApplicable { reason, words } => json!({
                "step": self.name, "outcome": "not_applicable", "reason": reason, "message": words,
            }),
        }
    }
}

impl Holder {
    pub(super) fn of(found: &Found, now: Timestamp) -> Option<Self> {
        let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
        let dg1 = Dg1::parse(found.data_group(DataGroup::Dg1)?).ok()?;
        let mrz = &dg1.mrz;
        let dg11 = found.data_group(DataGroup::Dg11);
        let dg11 = dg11.and_then(|file| Dg11::parse(file).ok());
        let dg12 = found.data_group(DataGroup::Dg12);
        let dg12 = dg12.and_then(|file| Dg12::parse(file).ok());
        let expiry = mrz.expiry.expiry(today);
        let full_name = dg11.and_then(|dg11| dg11.full_name).map(|name| {
            let (primary, secondary) = split_name(name.expose());
            format!("{primary}, {secondary}")
        });
        Some(Self {
            code: String::from_utf8_lossy(&mrz.document_code).into_owned(),
            state: mrz.issuing_state.code(),
            number: mrz.document_number.expose().clone(),
            surname: mrz.name.primary().join(" "),
            given_names: mrz.name.secondary().join(" "),
            nationality: mrz.nationality.code(),
            birth: date(mrz.birth.birth(today)),
            sex: match mrz.sex {
                Sex::Female => "female",
                Sex::Male => "male",
                Sex::Unspecified => "unspecified",
            },
            expiry: date(expiry),
            has_expired: expiry.latest().is_some_and(|last| last < today),
            wrong_check_digits: dg1
                .wrong_check_digits
                .iter()
                .map(ToString::to_string)
                .collect(),
            full_name,
            issued: dg12.and_then(|dg12| dg12.date_of_issue).map(date),
        })
    }

    fn json(&self) -> Value {
        json!({
            "document_code": self.code.trim_end_matches('<'),
            "issuing_state": self.state,
            "document_number": self.number,
            "surname": self.surname,
            "given_names": self.given_names,
            "full_name": self.full_name,
            "nationality": self.nationality,
            "date_of_birth": self.birth,
            "sex": self.sex,
            "date_of_issue": self.issued,
            "date_of_expiry": self.expiry,
            "expired": self.has_expired,
            "wrong_check_digits": self.wrong_check_digits,
        })
    }
}

/// A date of which parts may be unknown: `1974-XX-XX`.
fn date(date: PartialDate) -> String {
    let part = |number: Option<u8>| number.map_or("XX".to_owned(), |number| format!("{number:02}"));
    let year = date
        .year
        .map_or("XXXX".to_owned(), |year| format!("{year:04}"));
    format!("{year}-{}-{}", part(date.month), part(date.day))
}

impl Signer {
    pub(super) fn of(signer: &DocumentSigner) -> Self {
        let certificate = Certificate::parse(signer.certificate());
        let name = |name: &dyn Fn(&Certificate<'_>) -> String| {
            certificate.as_ref().map(name).unwrap_or_default()
        };
        Self {
            certificate: signer.certificate().to_owned(),
            country: signer.country().map(str::to_owned),
            subject: name(&|certificate| certificate.subject.to_string()),
            issuer: name(&|certificate| certificate.issuer.to_string()),
            sources: signer
                .issuer_sources()
                .iter()
                .map(|source| source.name().to_owned())
                .collect(),
            signed: signer.signed(),
        }
    }

    fn json(&self) -> Value {
        json!({
            "country": self.country,
            "subject": self.subject,
            "issuer": self.issuer,
            "issuer_sources": self.sources,
            "signed": self.signed.map(|time| time.to_string()),
        })
    }
}

impl ChipTalk {
    pub(super) fn of(reading: &Reading) -> Self {
        Self {
            access: reading.access,
            findings: reading.findings.clone(),
            files: reading
                .files
                .iter()
                .map(|(name, bytes)| (*name, bytes.len()))
                .collect(),
            missing: reading
                .missing
                .iter()
                .map(|(file, fault)| (*file, fault_name(fault)))
                .collect(),
            commands: reading.commands,
        }
    }

    pub(super) fn access(&self) -> String {
        match self.access {
            None => "none".to_owned(),
            Some(Access::Bac) => "BAC".to_owned(),
            Some(Access::Pace(offer)) => format!(
                "PACE ({:?}, {:?}, {:?}, {:?})",
                offer.protocol.key_agreement,
                offer.protocol.mapping,
                offer.protocol.cipher,
                offer.parameters
            ),
        }
    }

    fn json(&self) -> Value {
        json!({
            "access": match self.access {
                None => Value::Null,
                Some(Access::Bac) => json!("bac"),
                Some(Access::Pace(_)) => json!("pace"),
            },
            "access_detail": self.access(),
            "findings": self.findings.iter().map(|finding| fault_name(finding)).collect::<Vec<_>>(),
            "files": self.files.iter().map(|(name, bytes)| (word(*name), json!(bytes))).collect::<serde_json::Map<_, _>>(),
            "missing": self.missing.iter().map(|(name, fault)| (word(*name), json!(fault))).collect::<serde_json::Map<_, _>>(),
            "commands": self.commands,
        })
    }
}

impl Report {
    /// Of a verdict alone, and nothing proved.
    pub(super) fn of(verdict: &Verdict, steps: Vec<ReportedStep>) -> Self {
        let notices = verdict.notices.iter();
        Self {
            is_proved: false,
            steps,
            holder: None,
            signer: None,
            deviations: verdict.deviations.iter().collect(),
            notices: notices.map(|notice| sentence::notice(*notice)).collect(),
            published: Vec::new(),
            chip: None,
            portrait: None,
        }
    }

    pub(super) const fn is_proved(&self) -> bool {
        self.is_proved
    }

    /// Writes the first portrait of DG2 as PNG. That there is none, or that it cannot be read, is said in the report.
    pub(super) fn write_portrait(&mut self, found: &Found, path: &Path) -> Result<(), String> {
        let dg2 = found
            .data_group(DataGroup::Dg2)
            .and_then(|file| Dg2::parse(file).ok());
        let image = dg2
            .as_ref()
            .and_then(|dg2| dg2.faces.first())
            .map(|face| face.image.data);
        let png = image.map_or(Err(PictureFault::NoPortrait), Png::of);
        let result = match png {
            Ok(png) => {
                std::fs::write(path, &png.file)
                    .map_err(|error| format!("{}: {error}", path.display()))?;
                Ok((png.width, png.height))
            }
            Err(fault) => Err(fault),
        };
        self.portrait = Some(Portrait {
            file: path.display().to_string(),
            result,
        });
        Ok(())
    }

    pub(super) fn show(&self, as_json: bool) -> std::io::Result<()> {
        say(&if as_json {
            format!("{:#}\n", self.json())
        } else {
            self.text()
        })
    }

    fn json(&self) -> Value {
        json!({
            "proved": self.is_proved,
            "steps": self.steps.iter().map(ReportedStep::json).collect::<Vec<_>>(),
            "document": self.holder.as_ref().map(Holder::json),
            "signer": self.signer.as_ref().map(Signer::json),
            "deviations": self.deviations.iter().map(|one| fault_name(one)).collect::<Vec<_>>(),
            "notices": self.notices,
            "published_deviations": self.published,
            "chip": self.chip.as_ref().map(ChipTalk::json),
            "portrait": self.portrait.as_ref().map(|portrait| match &portrait.result {
                Ok((width, height)) => json!({ "file": portrait.file, "width": width, "height": height }),
                Err(fault) => json!({ "fault": fault_name(fault), "message": fault.to_string() }),
            }),
        })
    }
}
