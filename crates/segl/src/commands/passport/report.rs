//! The verdict as a person reads it, and as JSON.

use std::path::Path;

use emrtd::fault::{Deviation, Finding};
use emrtd::lds::{DataGroup, Dg1, Dg2, Dg11, Dg12, split_name};
use emrtd::mrz::{PartialDate, Sex};
use emrtd::passive_auth::DocumentSigner;
use emrtd::reader::{Access, FileName, Reading};
use emrtd::x509::Certificate;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::fault_text;
use super::files::{Found, word};
use super::picture;

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
    surname: String,
    given_names: String,
    nationality: String,
    birth: String,
    sex: &'static str,
    expiry: String,
    has_expired: bool,
    wrong_check_digits: Vec<String>,
    /// In national characters, where DG11 has it.
    full_name: Option<String>,
    issued: Option<String>,
}

/// Who signed.
pub(super) struct Signer {
    pub(super) certificate: Vec<u8>,
    country: Option<String>,
    subject: String,
    issuer: String,
    sources: Vec<String>,
    signed: Option<Timestamp>,
}

/// How the talk with the chip went.
pub(super) struct ChipTalk {
    access: Option<Access>,
    findings: Vec<Finding>,
    files: Vec<(FileName, usize)>,
    missing: Vec<(FileName, String)>,
    commands: u32,
}

/// The portrait that was written, or why it was not.
pub(super) struct Portrait {
    file: String,
    result: Result<(u32, u32), picture::PictureFault>,
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

    fn line(&self) -> String {
        let sentence = &self.sentence;
        match &self.result {
            Result3::Proved => format!("ok    {sentence}"),
            Result3::Failed {
                words, is_decisive, ..
            } => format!(
                "{}  {sentence}: NO, {words}",
                if *is_decisive { "FAIL" } else { "note" }
            ),
            Result3::NotApplicable { words, .. } => format!("-     {sentence}: not asked, {words}"),
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

    fn print(&self, is_proved: bool) {
        println!(
            "What the document says{}",
            if is_proved { "" } else { " (NOT PROVED)" }
        );
        let line = |what: &str, value: &str| println!("  {what:<16}{value}");
        line(
            "document",
            &format!(
                "{} of {}, number {}",
                self.code.trim_end_matches('<'),
                self.state,
                self.number
            ),
        );
        line("name", &format!("{}, {}", self.surname, self.given_names));
        if let Some(full) = &self.full_name {
            line("in full", full);
        }
        line("nationality", &self.nationality);
        line("date of birth", &self.birth);
        line("sex", self.sex);
        if let Some(issued) = &self.issued {
            line("issued", issued);
        }
        let over = if self.has_expired {
            ": THE DOCUMENT HAS EXPIRED"
        } else {
            ""
        };
        line("valid until", &format!("{}{over}", self.expiry));
        for field in &self.wrong_check_digits {
            line("check digit", &format!("of the {field} is wrong"));
        }
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
                .map(|(name, fault)| (*name, fault_text::name(fault)))
                .collect(),
            commands: reading.commands,
        }
    }

    fn access(&self) -> String {
        match self.access {
            None => "none".to_owned(),
            Some(Access::Bac) => "BAC".to_owned(),
            Some(Access::Pace(offer)) => {
                format!("PACE, {:?}, {:?}", offer.protocol, offer.parameters)
            }
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
            "findings": self.findings.iter().map(fault_text::name).collect::<Vec<_>>(),
            "files": self.files.iter().map(|(name, bytes)| (word(*name), json!(bytes))).collect::<serde_json::Map<_, _>>(),
            "missing": self.missing.iter().map(|(name, fault)| (word(*name), json!(fault))).collect::<serde_json::Map<_, _>>(),
            "commands": self.commands,
        })
    }

    fn print(&self) {
        let bytes: usize = self.files.iter().map(|(_, bytes)| bytes).sum();
        let names: Vec<_> = self.files.iter().map(|(name, _)| word(*name)).collect();
        println!("The chip");
        println!("  opened with     {}", self.access());
        println!(
            "  read            {} ({bytes} bytes, {} commands)",
            names.join(", "),
            self.commands
        );
        for finding in &self.findings {
            println!("  noticed         {}", fault_text::words(finding));
        }
    }
}

impl Report {
    pub(super) const fn is_proved(&self) -> bool {
        self.is_proved
    }

    /// Writes the first portrait of DG2 as PNG. That there is none, or that it cannot be read, is said in the report.
    pub(super) fn write_portrait(&mut self, found: &Found, path: &Path) -> Result<(), String> {
        let result = found
            .data_group(DataGroup::Dg2)
            .and_then(|file| Dg2::parse(file).ok())
            .and_then(|dg2| {
                dg2.faces
                    .first()
                    .map(|face| picture::decode(face.image.data))
            })
            .unwrap_or(Err(picture::PictureFault::NoPortrait));
        let result = match result {
            Ok(picture) => {
                let png = picture.png();
                std::fs::write(path, png)
                    .map_err(|error| format!("{}: {error}", path.display()))?;
                Ok((picture.width, picture.height))
            }
            Err(fault) => Err(fault),
        };
        self.portrait = Some(Portrait {
            file: path.display().to_string(),
            result,
        });
        Ok(())
    }

    pub(super) fn show(&self, as_json: bool) -> Result<(), serde_json::Error> {
        if as_json {
            println!("{}", serde_json::to_string_pretty(&self.json())?);
        } else {
            self.print();
        }
        Ok(())
    }

    fn json(&self) -> Value {
        json!({
            "proved": self.is_proved,
            "steps": self.steps.iter().map(ReportedStep::json).collect::<Vec<_>>(),
            "document": self.holder.as_ref().map(Holder::json),
            "signer": self.signer.as_ref().map(Signer::json),
            "deviations": self.deviations.iter().map(|one| format!("{one:?}")).collect::<Vec<_>>(),
            "notices": self.notices,
            "published_deviations": self.published,
            "chip": self.chip.as_ref().map(ChipTalk::json),
            "portrait": self.portrait.as_ref().map(|portrait| match &portrait.result {
                Ok((width, height)) => json!({ "file": portrait.file, "width": width, "height": height }),
                Err(fault) => json!({ "fault": fault_text::name(fault), "message": fault.to_string() }),
            }),
        })
    }

    fn print(&self) {
        if let Some(holder) = &self.holder {
            holder.print(self.is_proved);
        }
        if let Some(portrait) = &self.portrait {
            match &portrait.result {
                Ok((width, height)) => println!(
                    "  {:<16}{width} x {height}, written to {}",
                    "portrait", portrait.file
                ),
                Err(fault) => println!("  {:<16}not written: {fault}", "portrait"),
            }
        }
        if let Some(signer) = &self.signer {
            println!("Who signed it");
            println!("  {:<16}{}", "signer", signer.subject);
            println!("  {:<16}{}", "issued by", signer.issuer);
            println!("  {:<16}{}", "known from", signer.sources.join(", "));
            if let Some(signed) = signer.signed {
                println!("  {:<16}{signed}", "signed");
            }
        }
        if let Some(chip) = &self.chip {
            chip.print();
        }
        println!("Step by step");
        for step in &self.steps {
            println!("  {}", step.line());
        }
        self.print_remarks();
        println!("{}", self.conclusion());
    }

    fn print_remarks(&self) {
        let published = self
            .published
            .iter()
            .map(|text| format!("the issuing state has published: {text}"));
        let notices = self.notices.iter().map(|text| (*text).to_owned());
        let deviations = self
            .deviations
            .iter()
            .map(|one| format!("tolerated: {one}"));
        let remarks: Vec<String> = notices.chain(published).chain(deviations).collect();
        if !remarks.is_empty() {
            println!("To be known");
            for remark in remarks {
                println!("  {remark}");
            }
        }
    }

    fn conclusion(&self) -> String {
        if !self.is_proved {
            let fault = self.steps.iter().find_map(|step| match &step.result {
                Result3::Failed {
                    words,
                    is_decisive: true,
                    ..
                } => Some(words.as_str()),
                _ => None,
            });
            let fault = fault.unwrap_or("a step that is needed could not be asked");
            return format!("NOT PROVED: {fault}.");
        }
        let copy = [
            "pace_chip_authentication_mapping",
            "chip_authentication",
            "active_authentication",
        ];
        let is_genuine = self.steps.iter().any(|step| {
            copy.contains(&step.name.as_str()) && matches!(step.result, Result3::Proved)
        });
        let what = if self.holder.is_some() {
            "the state that the document names has signed this, and nobody has changed it"
        } else {
            "a trusted authority's document signer has signed this, and nobody has changed it"
        };
        match (&self.chip, is_genuine) {
            (_, true) => format!("PROVED: {what}; the chip is no copy."),
            (Some(_), false) => format!(
                "PROVED: {what}. Whether the chip is a copy cannot be known: it offers no proof."
            ),
            (None, false) => {
                format!("PROVED: {what}. Whether the chip was a copy cannot be known from files.")
            }
        }
    }
}
