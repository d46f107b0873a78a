//! Letters as PDF: what Citizen Service prints and hands over, and what goes out by post.
//!
//! A [`Letter`] is text in an order; [`Letter::pdf`] puts it on paper so that the address stands in the envelope's window. The texts are
//! in `locales/{da,en}/letters.ftl`.

mod font;
mod layout;
mod pdf;

use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use domain::p_code::IssuedPCode;
use domain::person::Person;
use domain::policy::Policy;
use jiff::civil::Date;
use jiff::{Timestamp, Zoned};
use store::message::Message;

use crate::dates;
use crate::error::Fault;
use crate::i18n::{Lang, T};

/// A letter, in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The language of all its texts.
    pub lang: Lang,
    /// Who writes.
    pub sender: Sender,
    /// Name and address as they stand in the window, one line each.
    pub recipient: Vec<String>,
    /// The day on which it is written, in words.
    pub date: String,
    /// A case or booking number.
    pub reference: Option<String>,
    /// What it is about.
    pub subject: String,
    /// What it says.
    pub body: Vec<Block>,
}

/// Who writes a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The office, as people know it.
    pub name: String,
    /// Its address and telephone, one line each.
    pub lines: Vec<String>,
}

/// A part of a letter's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Running text.
    Paragraph(String),
    /// A heading within the letter.
    Heading(String),
    /// Something to be typed, in large letters.
    Code(String),
    /// One thing after the other.
    Items(Vec<String>),
}

/// Why no letter can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LetterFault {
    /// A font that is built in cannot be read or cut; a test sees to it that it can.
    #[error("a built-in font cannot be used")]
    Font,
}

impl From<LetterFault> for Fault {
    fn from(fault: LetterFault) -> Self {
        Self::Page(fault.to_string())
    }
}

impl Letter {
    /// The letter as a PDF.
    pub fn pdf(&self, t: T<'_>) -> Result<Vec<u8>, LetterFault> {
        pdf::write(self, t)
    }

    /// The letter as an answer that a browser shows; nobody keeps a copy of it on the way.
    pub fn answer(&self, t: T<'_>, file: &'static str) -> Result<Response, Fault> {
        let mut response = self.pdf(t)?.into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let disposition = HeaderValue::from_str(&format!("inline; filename=\"{file}.pdf\""));
        headers.insert(
            CONTENT_DISPOSITION,
            disposition.map_err(|_| Fault::Page("a file's name".to_owned()))?,
        );
        Ok(response)
    }
}

/// Name and address of a person, as they stand in the window. The address is kept one line each, the country last (R-PER-5).
pub fn recipient(person: &Person) -> Vec<String> {
    let address = person.contact.address.as_ref();
    std::iter::once(person.name.expose().clone())
        .chain(
            address
                .into_iter()
                .flat_map(|lines| lines.expose().lines().map(str::to_owned)),
        )
        .collect()
}

/// The letter that carries the paper code of an activation (R-AUT-5). The other code goes by SMS.
pub fn activation_letter(
    t: T<'_>,
    sender: Sender,
    recipient: Vec<String>,
    (given_name, code): (&str, &str),
    (now, until): (&Zoned, &Zoned),
) -> Letter {
    Letter {
        lang: t.lang(),
        sender,
        recipient,
        date: dates::day(t, now.date()),
        reference: None,
        subject: t.get("letter-activation").to_owned(),
        body: vec![
            Block::Paragraph(t.with("letter-dear", "name", given_name)),
            Block::Paragraph(t.get("letter-activation.code").to_owned()),
            Block::Code(code.to_owned()),
            Block::Paragraph(t.with(
                "letter-activation.until",
                "until",
                &dates::day_and_time(t, until),
            )),
            Block::Heading(t.get("letter-activation.how").to_owned()),
            items(
                t,
                &[
                    "letter-activation.step-open",
                    "letter-activation.step-choose",
                    "letter-activation.step-both",
                ],
            ),
            Block::Paragraph(t.get("letter-activation.wrong").to_owned()),
            Block::Heading(t.get("letter-keep-secret").to_owned()),
            Block::Paragraph(t.get("letter-keep-secret.text").to_owned()),
        ],
    }
}

/// One rule that a refusal rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusalReason {
    /// Its number, such as `R-DOC-2`.
    pub rule: String,
    /// What was not fulfilled, in plain words.
    pub reason: String,
    /// What would be enough.
    pub enough: Option<String>,
}

/// The letter that refuses an identity: which rules, why, what would be enough, and how to complain.
pub fn refusal_letter(
    t: T<'_>,
    sender: Sender,
    recipient: Vec<String>,
    (case, decided_on): (&str, Date),
    reasons: &[RefusalReason],
    policy: &Policy,
) -> Letter {
    let complaint = &policy.complaint;
    let (authority, address) = match t.lang() {
        Lang::Da => (&complaint.authority_da, &complaint.address_da),
        Lang::En => (&complaint.authority_en, &complaint.address_en),
    };
    let mut body = vec![
        Block::Paragraph(t.get("letter-refusal.decision").to_owned()),
        Block::Heading(t.get("letter-refusal.why").to_owned()),
    ];
    for reason in reasons {
        let why = [("rule", reason.rule.as_str()), ("reason", &reason.reason)];
        body.push(Block::Paragraph(t.with_all("letter-refusal.reason", &why)));
        if let Some(enough) = &reason.enough {
            let enough = t.with("letter-refusal.enough", "enough", enough);
            body.push(Block::Paragraph(enough));
        }
    }
    let days = complaint.days.to_string();
    let last = decided_on.saturating_add(
        jiff::Span::new()
            .try_days(complaint.days)
            .unwrap_or_default(),
    );
    let how = [
        ("authority", authority.as_str()),
        ("address", address.as_str()),
        ("days", days.as_str()),
        ("last", &dates::day(t, last)),
    ];
    body.extend([
        Block::Paragraph(t.get("letter-refusal.again").to_owned()),
        Block::Heading(t.get("letter-refusal.complain").to_owned()),
        Block::Paragraph(t.with_all("letter-refusal.complain-how", &how)),
        Block::Paragraph(t.get("letter-refusal.complain-rest").to_owned()),
        Block::Paragraph(t.get("letter-regards").to_owned()),
        Block::Paragraph(sender.name.clone()),
    ]);
    Letter {
        lang: t.lang(),
        recipient,
        date: dates::day(t, decided_on),
        reference: Some(t.with("letter-case", "case", case)),
        subject: t.get("letter-refusal").to_owned(),
        body,
        sender,
    }
}

/// The letter that carries a P code (R-PER-4).
pub fn p_code_letter(
    t: T<'_>,
    sender: Sender,
    issued: &IssuedPCode,
    policy: &Policy,
    now: Timestamp,
) -> Letter {
    let uses = policy.p_code.uses.to_string();
    let days = policy.p_code.days.to_string();
    let until = dates::in_denmark(issued.ends(policy));
    let life = [
        ("until", dates::day_and_time(t, &until)),
        ("uses", uses),
        ("days", days),
    ];
    let life: Vec<_> = life
        .iter()
        .map(|(key, value)| (*key, value.as_str()))
        .collect();
    Letter {
        lang: t.lang(),
        sender,
        recipient: vec![issued.name.whole()],
        date: dates::day(t, dates::in_denmark(now).date()),
        reference: None,
        subject: t.get("letter-p-code").to_owned(),
        body: vec![
            Block::Paragraph(t.with("letter-dear", "name", &issued.name.whole())),
            Block::Paragraph(t.get("letter-p-code.what").to_owned()),
            Block::Code(issued.code.expose()),
            Block::Paragraph(t.with_all("letter-p-code.life", &life)),
            Block::Heading(t.get("letter-p-code.how").to_owned()),
            items(
                t,
                &[
                    "letter-p-code.step-open",
                    "letter-p-code.step-passport",
                    "letter-p-code.step-number",
                ],
            ),
            Block::Heading(t.get("letter-p-code.limits").to_owned()),
            Block::Paragraph(t.get("letter-p-code.limits-text").to_owned()),
        ],
    }
}

/// What a confirmation of a booking says.
pub struct Confirmation<'a> {
    /// What is booked, in the letter's language.
    pub service: &'a str,
    /// Where.
    pub office: &'a str,
    /// The way there.
    pub address: &'a str,
    /// When it begins.
    pub at: Zoned,
    /// What to say when calling.
    pub reference: &'a str,
    /// What to bring, in the letter's language.
    pub bring: Vec<String>,
}

/// The letter that confirms a booking (R-BOK-1), for whoever wants it on paper.
pub fn booking_confirmation(
    t: T<'_>,
    sender: Sender,
    recipient: Vec<String>,
    confirmation: Confirmation<'_>,
    now: Timestamp,
) -> Letter {
    let facts = [
        ("service", confirmation.service),
        ("office", confirmation.office),
        ("address", confirmation.address),
    ];
    Letter {
        lang: t.lang(),
        sender,
        recipient,
        date: dates::day(t, dates::in_denmark(now).date()),
        reference: Some(t.with("letter-booking.number", "number", confirmation.reference)),
        subject: t.get("letter-booking").to_owned(),
        body: vec![
            Block::Paragraph(t.get("letter-booking.when").to_owned()),
            Block::Code(dates::day_and_time(t, &confirmation.at)),
            Block::Paragraph(t.with_all("letter-booking.where", &facts)),
            Block::Heading(t.get("letter-booking.bring").to_owned()),
            Block::Items(confirmation.bring),
            Block::Paragraph(t.get("letter-booking.change").to_owned()),
        ],
    }
}

/// A message of the channel `letter` as it is printed: what stands alone and has digits is a code.
pub fn from_message(t: T<'_>, sender: Sender, message: &Message) -> Letter {
    let body = message.body.expose();
    let paragraphs = body.text.split("\n\n").map(str::trim);
    let is_code = |text: &str| {
        (6..=24).contains(&text.len())
            && text.bytes().any(|byte| byte.is_ascii_digit())
            && text.bytes().all(|byte| {
                byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"- ".contains(&byte)
            })
    };
    Letter {
        lang: t.lang(),
        sender,
        recipient: body.to.lines().map(str::to_owned).collect(),
        date: dates::day(t, dates::in_denmark(message.created_at).date()),
        reference: None,
        subject: body.subject.clone(),
        body: paragraphs
            .filter(|text| !text.is_empty())
            .map(|text| {
                if is_code(text) {
                    Block::Code(text.to_owned())
                } else {
                    Block::Paragraph(text.to_owned())
                }
            })
            .collect(),
    }
}

fn items(t: T<'_>, keys: &[&str]) -> Block {
    Block::Items(keys.iter().map(|key| t.get(key).to_owned()).collect())
}

#[cfg(test)]
mod tests;
