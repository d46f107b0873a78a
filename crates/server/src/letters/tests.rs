use domain::p_code::{PCode, PCodeName};
use domain::secret::Pii;
use jiff::civil::date;
use store::message::{Body, MessageChannel};

use super::*;
use crate::i18n::Texts;

const NOW: Timestamp = Timestamp::constant(1_795_345_200, 0);

fn sender() -> Sender {
    Sender {
        name: "Borgerservice Havby".into(),
        lines: vec!["Torvet 1".into(), "9999 Havby".into(), "70 10 10 10".into()],
    }
}

fn abroad() -> Vec<String> {
    [
        "Łukasz Žižek-Østergård",
        "ul. Świętojańska 15/4",
        "31-123 Kraków",
        "POLEN",
    ]
    .map(str::to_owned)
    .to_vec()
}

fn refusal(t: T<'_>, reasons: usize) -> Letter {
    let reason = RefusalReason {
        rule: "R-DOC-2".into(),
        reason: "Du viste et sundhedskort, og det er ét dokument, hvor der skal to til.".into(),
        enough: Some("Et pas, eller sundhedskortet sammen med en årsopgørelse, der er højst tre måneder gammel.".into()),
    };
    let reasons = vec![reason; reasons];
    let decided = ("2026-1042", date(2026, 11, 22));
    refusal_letter(t, sender(), abroad(), decided, &reasons, &Policy::builtin())
}

fn activation(t: T<'_>) -> Letter {
    let now = dates::in_denmark(NOW);
    let until = dates::in_denmark(NOW + jiff::SignedDuration::from_hours(48));
    activation_letter(
        t,
        sender(),
        abroad(),
        ("Łukasz", "K7M-4QX-9TB"),
        (&now, &until),
    )
}

fn p_code(t: T<'_>) -> Letter {
    let name = PCodeName::new("Łukasz", "Žižek").unwrap();
    let code = PCode::parse("01234567").unwrap();
    let issued = IssuedPCode::issue(code, name, date(1990, 4, 9), NOW);
    p_code_letter(t, sender(), &issued, &Policy::builtin(), NOW)
}

fn booking(t: T<'_>) -> Letter {
    let confirmation = Confirmation {
        service: "Ny identitet",
        office: "Borgerservice Havby",
        address: "Torvet 1, 9999 Havby",
        at: dates::in_denmark(NOW),
        reference: "0123 4567",
        bring: vec!["Dit pas".into(), "Dit sundhedskort".into()],
    };
    booking_confirmation(t, sender(), abroad(), confirmation, NOW)
}

/// The text of a PDF as a program that we did not write finds it, where there is one.
fn extracted(pdf: &[u8]) -> Option<String> {
    use std::io::Write as _;
    use std::process::{Command, Stdio};
    let mut reader = Command::new("pdftotext")
        .args(["-layout", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| eprintln!("skipped: pdftotext: {error}"))
        .ok()?;
    reader.stdin.take().unwrap().write_all(pdf).unwrap();
    let output = reader.wait_with_output().unwrap();
    assert!(output.status.success());
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert_eq!(complaints, "", "pdftotext complains");
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn every_letter_is_a_pdf_whose_text_can_be_found_and_whose_names_are_right() {
    let texts = Texts::builtin().unwrap();
    for lang in Lang::ALL {
        let t = texts.of(lang);
        for (letter, word) in [
            (activation(t), "K7M-4QX-9TB"),
            (refusal(t, 1), "R-DOC-2"),
            (p_code(t), "01234567"),
            (booking(t), "0123 4567"),
        ] {
            let pdf = letter.pdf(t).unwrap();
            assert!(pdf.starts_with(b"%PDF-1."));
            assert!(pdf.len() < 60_000, "{} bytes", pdf.len());
            let Some(text) = extracted(&pdf) else { return };
            assert!(text.contains(word), "{text}");
            assert!(text.contains("Łukasz Žižek"), "{text}");
            assert!(text.contains(&letter.subject), "{text}");
            for block in &letter.body {
                let said = match block {
                    Block::Paragraph(text) | Block::Heading(text) | Block::Code(text) => text,
                    Block::Items(items) => &items[0],
                };
                // In running text, line breaks are where they fall.
                let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
                assert!(words(&text).contains(&words(said)), "{said}\n{text}");
            }
        }
    }
}

#[test]
fn an_address_abroad_keeps_its_order_and_ends_in_the_country() {
    let texts = Texts::builtin().unwrap();
    let t = texts.of(Lang::Da);
    let Some(text) = extracted(&activation(t).pdf(t).unwrap()) else {
        return;
    };
    let places: Vec<_> = abroad()
        .iter()
        .map(|line| text.find(line).unwrap())
        .collect();
    assert!(places.is_sorted(), "{text}");
}

#[test]
fn a_long_letter_goes_on_on_the_next_page_and_says_so() {
    let texts = Texts::builtin().unwrap();
    let t = texts.of(Lang::Da);
    let Some(text) = extracted(&refusal(t, 8).pdf(t).unwrap()) else {
        return;
    };
    let pages: Vec<_> = text
        .split('\u{c}')
        .filter(|page| !page.is_empty())
        .collect();
    assert!(pages.len() > 1);
    for (number, page) in pages.iter().enumerate() {
        let foot = format!("Side {} af {}", number + 1, pages.len());
        assert!(page.contains(&foot), "{page}");
    }
    assert_eq!(text.matches("R-DOC-2").count(), 8);
}

#[test]
fn a_complaint_can_be_made_until_four_weeks_after_the_decision() {
    let texts = Texts::builtin().unwrap();
    let letter = refusal(texts.of(Lang::Da), 1);
    let how = letter
        .body
        .iter()
        .find_map(|block| match block {
            Block::Paragraph(text) if text.contains("klage til") => Some(text),
            _ => None,
        })
        .unwrap();
    assert!(
        how.contains("28 dage, altså senest den 20. december 2026"),
        "{how}"
    );
}

#[test]
fn a_code_in_a_message_is_printed_large_and_nothing_else_is() {
    let texts = Texts::builtin().unwrap();
    let message = Message {
        id: store::message::id(NOW, [0; 8]),
        identity: domain::id::IdentityId::from_bytes([1; 16]),
        channel: MessageChannel::Letter,
        created_at: NOW,
        body: Pii::new(Body {
            to: "Ida Holm\nBirkevej 2\n9999 Havby".into(),
            subject: "Din brevkode".into(),
            text: "Kære Ida\n\nHer er koden:\n\nK7M-4QX-9TB\n\nDen gælder i 48 timer.".into(),
        }),
    };
    let letter = from_message(texts.of(Lang::Da), sender(), &message);
    assert_eq!(letter.recipient.len(), 3);
    let codes: Vec<_> = letter
        .body
        .iter()
        .filter(|block| matches!(block, Block::Code(_)))
        .collect();
    assert_eq!(codes, [&Block::Code("K7M-4QX-9TB".into())]);
    assert_eq!(letter.body.len(), 4);
}

/// Writes every letter into a folder, to be looked at: `SEGL_LETTERS=/somewhere cargo test -p server --lib letters_to_look_at`.
#[test]
fn letters_to_look_at() {
    let Some(folder) = std::env::var_os("SEGL_LETTERS") else {
        return;
    };
    let texts = Texts::builtin().unwrap();
    for lang in Lang::ALL {
        let t = texts.of(lang);
        for (name, letter) in [
            ("activation", activation(t)),
            ("refusal", refusal(t, 1)),
            ("refusal-long", refusal(t, 8)),
            ("p-code", p_code(t)),
            ("booking", booking(t)),
        ] {
            let file = std::path::Path::new(&folder).join(format!("{name}-{}.pdf", lang.tag()));
            std::fs::write(file, letter.pdf(t).unwrap()).unwrap();
        }
    }
}
