//! Reads the virtual chip and says what that takes on our side: commands, and time outside the chip.
//!
//! `cargo run --release -p emrtd --example read_virtual_chip`
//!
//! The time of a reading is the sum of what passed between an answer and the next command. Told is the fastest reading of all: a longer one
//! was kept waiting by what else the machine does.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "it measures, and stops where it cannot go on"
)]

use std::time::{Duration, Instant};

use emrtd::mrz::MrzInformation;
use emrtd::password::Password;
use emrtd::reader::{Randomness, ReadingPlan, Session, SessionStep};
use specimen::chip::Chip;
use specimen::document::{Document, DocumentPlan, PaceVariant, Persona, Specimens};

const RUNS: u32 = 60;

fn main() {
    let specimens = Specimens::new(b"example", "2026-11-24T12:00:00Z".parse().unwrap());
    let plan = specimens.plan(Persona::Dane);
    let bac = DocumentPlan {
        pace: Vec::new(),
        chip: Vec::new(),
        ..plan.clone()
    };
    let aes_256 = DocumentPlan {
        pace: vec![PaceVariant {
            cipher: specimen::cipher::Cipher::Aes256,
            ..PaceVariant::USUAL
        }],
        ..plan.clone()
    };
    for (name, plan) in [
        ("PACE, AES-128", plan),
        ("PACE, AES-256", aes_256),
        ("BAC, 3DES", bac),
    ] {
        for extended_length in [None, Some(4096), Some(65_535)] {
            let plan = DocumentPlan {
                extended_length,
                ..plan.clone()
            };
            let mut random = specimen::randomness::Randomness::from_seed(b"issued");
            let document = Document::issue(&plan, specimens.signer(Persona::Dane), &mut random);
            measure(name, extended_length, &document);
        }
    }
}

fn measure(name: &str, extended_length: Option<u16>, document: &Document) {
    let expiry = document.mrz.expiry.strftime("%y%m%d").to_string();
    let (mut fastest, mut commands, mut bytes) = (Duration::MAX, 0, 0);
    for _ in 0..RUNS {
        let mut random = specimen::randomness::Randomness::from_seed(b"terminal");
        let random = Randomness::new(move |out| out.copy_from_slice(&random.bytes(out.len())));
        let noise = specimen::randomness::Randomness::from_seed(b"chip");
        let mut chip = Chip::new(document.clone(), noise);
        let begun = Instant::now();
        let zone = MrzInformation::from_typed(&document.mrz.number, &document.mrz.birth, &expiry);
        let password = Password::mrz(&zone.unwrap());
        let mut session = Session::new(password, ReadingPlan::identification(), random);
        let mut step = session.start().unwrap();
        let mut ours = begun.elapsed();
        while let SessionStep::Send(command) = step {
            let answer = chip.process(&command);
            let begun = Instant::now();
            step = session.respond(&answer).unwrap();
            ours += begun.elapsed();
        }
        fastest = fastest.min(ours);
        commands = session.reading().commands;
        bytes = session.reading().files.values().map(Vec::len).sum();
    }
    let longest = extended_length.map_or("short length".to_owned(), |length| {
        format!("{length} bytes")
    });
    println!("{name}, {longest}: {commands} commands, {bytes} bytes, {fastest:?} on our side");
}
