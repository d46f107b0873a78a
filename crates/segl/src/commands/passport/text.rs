//! The verdict as a person reads it.

use super::super::fault_text;
use super::super::say::joined;
use super::files::word;
use super::report::{ChipTalk, Holder, Portrait, Report, ReportedStep, Result3, Signer};

/// The steps that tell a chip from a copy.
const COPY_STEPS: [&str; 3] = [
    "pace_chip_authentication_mapping",
    "chip_authentication",
    "active_authentication",
];

impl Report {
    /// All of it, each line ended.
    pub(super) fn text(&self) -> String {
        let mut lines = Vec::new();
        if let Some(holder) = &self.holder {
            lines.extend(holder.lines(self.is_proved));
        }
        lines.extend(self.portrait.as_ref().map(Portrait::line));
        if let Some(signer) = &self.signer {
            lines.extend(signer.lines());
        }
        if let Some(chip) = &self.chip {
            lines.extend(chip.lines());
        }
        lines.push("Step by step".to_owned());
        lines.extend(self.steps.iter().map(ReportedStep::line));
        lines.extend(self.remarks());
        lines.push(self.conclusion());
        joined(&lines)
    }

    fn remarks(&self) -> Vec<String> {
        let published = self
            .published
            .iter()
            .map(|text| format!("  the issuing state has published: {text}"));
        let notices = self.notices.iter().map(|text| format!("  {text}"));
        let deviations = self
            .deviations
            .iter()
            .map(|one| format!("  tolerated: {one}"));
        let mut remarks: Vec<String> = notices.chain(published).chain(deviations).collect();
        if !remarks.is_empty() {
            remarks.insert(0, "To be known".to_owned());
        }
        remarks
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
        let is_genuine = self.steps.iter().any(|step| {
            COPY_STEPS.contains(&step.name.as_str()) && matches!(step.result, Result3::Proved)
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

/// What something is, in a column, and its value.
fn entry(what: &str, value: &str) -> String {
    format!("  {what:<16}{value}")
}

impl ReportedStep {
    fn line(&self) -> String {
        let sentence = &self.sentence;
        match &self.result {
            Result3::Proved => format!("  ok    {sentence}"),
            Result3::Failed {
                words, is_decisive, ..
            } => format!(
                "  {}  {sentence}: NO, {words}",
                if *is_decisive { "FAIL" } else { "note" }
            ),
            Result3::NotApplicable { words, .. } => {
                format!("  -     {sentence}: not asked, {words}")
            }
        }
    }
}

impl Holder {
    fn lines(&self, is_proved: bool) -> Vec<String> {
        let heading = if is_proved {
            "What the document says"
        } else {
            "What the document says (NOT PROVED)"
        };
        let code = self.code.trim_end_matches('<');
        let document = format!("{code} of {}, number {}", self.state, self.number);
        let mut lines = vec![
            heading.to_owned(),
            entry("document", &document),
            entry("name", &format!("{}, {}", self.surname, self.given_names)),
        ];
        lines.extend(self.full_name.as_deref().map(|full| entry("in full", full)));
        lines.push(entry("nationality", &self.nationality));
        lines.push(entry("date of birth", &self.birth));
        lines.push(entry("sex", self.sex));
        lines.extend(self.issued.as_deref().map(|issued| entry("issued", issued)));
        let over = if self.has_expired {
            ": THE DOCUMENT HAS EXPIRED"
        } else {
            ""
        };
        lines.push(entry("valid until", &format!("{}{over}", self.expiry)));
        for field in &self.wrong_check_digits {
            lines.push(entry("check digit", &format!("of the {field} is wrong")));
        }
        lines
    }
}

impl Portrait {
    fn line(&self) -> String {
        entry(
            "portrait",
            &match &self.result {
                Ok((width, height)) => format!("{width} x {height}, written to {}", self.file),
                Err(fault) => format!("not written: {fault}"),
            },
        )
    }
}

impl Signer {
    fn lines(&self) -> Vec<String> {
        let mut lines = vec![
            "Who signed it".to_owned(),
            entry("signer", &self.subject),
            entry("issued by", &self.issuer),
            entry("known from", &self.sources.join(", ")),
        ];
        lines.extend(
            self.signed
                .map(|signed| entry("signed", &signed.to_string())),
        );
        lines
    }
}

impl ChipTalk {
    fn lines(&self) -> Vec<String> {
        let bytes: usize = self.files.iter().map(|(_, bytes)| bytes).sum();
        let names: Vec<_> = self.files.iter().map(|(name, _)| word(*name)).collect();
        let read = format!(
            "{} ({bytes} bytes, {} commands)",
            names.join(", "),
            self.commands
        );
        let mut lines = vec![
            "The chip".to_owned(),
            entry("opened with", &self.access()),
            entry("read", &read),
        ];
        for (name, fault) in &self.missing {
            lines.push(entry("not read", &format!("{}: {fault}", word(*name))));
        }
        for finding in &self.findings {
            lines.push(entry("noticed", &fault_text::words(finding)));
        }
        lines
    }
}
