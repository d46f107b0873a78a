//! Reading the virtual chip of `specimen`, which was written apart from this crate.

mod documents;
mod hostile;
mod misbehaviour;
mod reading;
mod tampering;
mod transcript;

use std::sync::OnceLock;

use emrtd::fault::ChipFault;
use emrtd::mrz::MrzInformation;
use emrtd::password::Password;
use emrtd::reader::{FileName, Randomness, Reading, ReadingPlan, Session, SessionStep};
use jiff::Timestamp;
use specimen::chip::Chip;
use specimen::document::{Document, DocumentPlan, Persona, Specimens};
use specimen::misbehaviour::Misbehaviour;

pub(crate) fn now() -> Timestamp {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

pub(crate) fn specimens() -> &'static Specimens {
    static SPECIMENS: OnceLock<Specimens> = OnceLock::new();
    SPECIMENS.get_or_init(|| Specimens::new(b"reader", now()))
}

fn issued(plan: &DocumentPlan) -> Document {
    let mut random = specimen::randomness::Randomness::from_seed(b"issued");
    Document::issue(plan, specimens().signer(Persona::Dane), &mut random)
}

/// The Dane's plan with short length only, and BAC only.
fn old_passport() -> DocumentPlan {
    DocumentPlan {
        extended_length: None,
        pace: Vec::new(),
        chip: Vec::new(),
        ..specimens().plan(Persona::Dane)
    }
}

fn zone(document: &Document) -> Password {
    let expiry = document.mrz.expiry.strftime("%y%m%d").to_string();
    let zone = MrzInformation::from_typed(&document.mrz.number, &document.mrz.birth, &expiry);
    Password::mrz(&zone.unwrap())
}

fn chip(document: &Document, misbehaviours: Vec<Misbehaviour>) -> Chip {
    let random = specimen::randomness::Randomness::from_seed(b"chip");
    Chip::misbehaving(document.clone(), random, misbehaviours)
}

/// Random bytes that are the same in every run of the test.
fn random() -> Randomness {
    let mut random = specimen::randomness::Randomness::from_seed(b"terminal");
    Randomness::new(move |bytes| bytes.copy_from_slice(&random.bytes(bytes.len())))
}

fn session(document: &Document, plan: ReadingPlan) -> Session {
    Session::new(zone(document), plan, random())
}

/// Talks until the session is done. What was sent and answered is put into `transcript`.
fn talk(
    session: &mut Session,
    chip: &mut Chip,
    transcript: &mut Vec<(Vec<u8>, Vec<u8>)>,
) -> Result<(), ChipFault> {
    let step = session.start();
    go_on(step, session, chip, transcript)
}

fn go_on(
    step: Result<SessionStep, ChipFault>,
    session: &mut Session,
    chip: &mut Chip,
    transcript: &mut Vec<(Vec<u8>, Vec<u8>)>,
) -> Result<(), ChipFault> {
    let mut step = step?;
    while let SessionStep::Send(command) = step {
        let answer = chip.process(&command);
        transcript.push((command, answer.clone()));
        step = session.respond(&answer)?;
    }
    Ok(())
}

/// Reads a document whose chip misbehaves so.
fn read_misbehaving(
    document: &Document,
    plan: ReadingPlan,
    misbehaviours: Vec<Misbehaviour>,
) -> (Result<(), ChipFault>, Reading) {
    let mut chip = chip(document, misbehaviours);
    let mut session = session(document, plan);
    let result = talk(&mut session, &mut chip, &mut Vec::new());
    (result, session.into_reading())
}

/// Reads a document whose chip keeps to the standard.
fn read(document: &Document, plan: ReadingPlan) -> Reading {
    let (result, reading) = read_misbehaving(document, plan, Vec::new());
    assert_eq!(result, Ok(()));
    reading
}

/// Every file that was read is as the chip holds it. What is read before access is not authenticated on its way, and is left out.
fn is_true(reading: &Reading, document: &Document) {
    for (name, file) in &reading.files {
        let files = match name {
            FileName::CardAccess | FileName::AtrInfo => continue,
            FileName::CardSecurity => &document.master_file,
            FileName::Com | FileName::Sod | FileName::DataGroup(_) => &document.application,
        };
        assert!(files[&name.file_id()].starts_with(file), "{name:?}");
    }
}
