//! Random changes of one byte to what a chip answers, before access and under secure messaging.

use std::collections::BTreeMap;

use emrtd::fault::ChipFault;
use emrtd::genuine_chip::ChipProof;
use emrtd::lds::DataGroup;
use emrtd::reader::{FileName, Reading, ReadingPlan, SessionStep};
use specimen::document::{Document, DocumentPlan, Persona, Portrait};

use super::documents::{genuine, with_verified};
use super::{chip, issued, old_passport, session, specimens};
use crate::tampering::{Draw, Facts, SEED};

/// A change to the answer to one of the commands.
struct Change {
    answer: usize,
    place: usize,
    pattern: u8,
}

/// What came of a session.
struct Talk {
    result: Result<(), ChipFault>,
    reading: Reading,
    transcript: Vec<(Vec<u8>, Vec<u8>)>,
}

fn talk(document: &Document, change: Option<&Change>) -> Talk {
    let mut chip = chip(document, Vec::new());
    let mut session = session(document, ReadingPlan::identification());
    let mut transcript: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    let mut step = session.start();
    while let Ok(SessionStep::Send(command)) = step {
        let mut answer = chip.process(&command);
        if let Some(change) = change.filter(|change| change.answer == transcript.len()) {
            answer[change.place] ^= change.pattern;
        }
        step = session.respond(&answer);
        transcript.push((command, answer));
    }
    Talk {
        result: step.map(drop),
        reading: session.into_reading(),
        transcript,
    }
}

/// What is told of a document that is accepted: the facts, and how the chip proved itself.
type Told = (Facts, Vec<Result<ChipProof, ChipFault>>);

fn told(reading: &Reading) -> Option<Told> {
    let facts = with_verified(reading, |document| document.map(Facts::of))?;
    let proofs = genuine(reading).into_iter();
    Some((facts, proofs.map(|it| it.map(|it| it.proof())).collect()))
}

/// Which answer it was, and whether its data or its status was changed.
fn kind(command: &[u8], answer: &[u8], place: usize) -> String {
    let name = match command[1] {
        0xA4 => "SELECT",
        0xB0 | 0xB1 => "READ BINARY",
        0x84 => "GET CHALLENGE",
        0x82 => "EXTERNAL AUTHENTICATE",
        0x22 => "MANAGE SECURITY ENVIRONMENT",
        0x86 => "GENERAL AUTHENTICATE",
        0x88 => "INTERNAL AUTHENTICATE",
        _ => "other",
    };
    let secure = if command[0] & 0x0C == 0 {
        "plain"
    } else {
        "secure"
    };
    let part = if place + 2 < answer.len() {
        "data"
    } else {
        "status"
    };
    format!("{secure} {name} {part}")
}

/// 4,000 changes. Sessions that end well in spite of one are named by the answer that was changed: what they tell is what the unchanged
/// session tells.
#[test]
fn no_change_to_an_answer_is_accepted() {
    let small = |plan: DocumentPlan| DocumentPlan {
        portrait: Portrait::Jpeg2000Codestream,
        ..plan
    };
    let mut card = specimens().plan(Persona::CardHolder);
    card.can = None;
    let cases = [
        ("BAC", small(old_passport()), 2400),
        (
            "BAC and AA",
            small(DocumentPlan {
                active: specimens().plan(Persona::Foreigner).active,
                ..old_passport()
            }),
            800,
        ),
        ("PACE and CA", small(specimens().plan(Persona::Dane)), 400),
        ("PACE-CAM", small(card), 400),
    ];
    let mut draw = Draw(SEED);
    let mut tolerated: BTreeMap<String, u32> = BTreeMap::new();
    for (name, plan, count) in cases {
        let document = issued(&plan);
        let untouched = talk(&document, None);
        let wanted = told(&untouched.reading).unwrap();
        for number in 0..count {
            let answer = draw.below(untouched.transcript.len());
            let (command, bytes) = &untouched.transcript[answer];
            let change = Change {
                answer,
                place: draw.below(bytes.len()),
                pattern: u8::try_from(1 + draw.below(255)).unwrap(),
            };
            let talk = talk(&document, Some(&change));
            if talk.result.is_err() {
                continue;
            }
            let Some((facts, proofs)) = told(&talk.reading) else {
                continue;
            };
            let kind = kind(command, bytes, change.place);
            let at = format!("{SEED} {name} {number}: {answer} {} {kind}", change.place);
            // A file that could not be read is said to be missing; no other file is anything but what was issued.
            let missing = &talk.reading.missing;
            let kept = |file: &DataGroup| !missing.contains_key(&FileName::DataGroup(*file));
            let mut left = wanted.0.clone();
            left.files.retain(|(file, _)| kept(file));
            assert_eq!(facts, left, "{at}");
            // A chip that is proved is the genuine one, be it by another way that it offers; or it is not proved.
            let is_read = left.files.len() == wanted.0.files.len();
            let is_proved = proofs.iter().any(Result::is_ok);
            let outcome = match (is_read, is_proved) {
                (false, _) => "file missing",
                (true, _) if proofs == wanted.1 => "same",
                (true, false) => "no proof of the chip",
                (true, true) => "another proof of the chip",
            };
            *tolerated
                .entry(format!("{name}: {kind}: {outcome}"))
                .or_default() += 1;
        }
    }
    // Before access nothing is authenticated, so a change there may make the reader take another of the chip's offers, and the chip is then
    // proved by chip authentication in the place of the mapping (status of MANAGE SECURITY ENVIRONMENT: that offer is not known; data of
    // READ BINARY: EF.CardAccess names it no more). "No proof" is what is left where the one that was begun is spoilt: the data of the
    // mapping (GENERAL AUTHENTICATE), or the first answer under the keys of chip authentication, which confirms them. The document is
    // then authentic and its chip is not shown to be genuine, which `domain` refuses (its test `r_doc_6_a_signed_promise_..`).
    let wanted = [
        ("BAC and AA: plain READ BINARY status: same", 95),
        ("BAC and AA: plain SELECT status: same", 48),
        ("BAC: plain READ BINARY status: same", 334),
        ("BAC: plain SELECT status: same", 158),
        ("PACE and CA: plain READ BINARY data: same", 39),
        ("PACE and CA: plain READ BINARY status: same", 3),
        (
            "PACE and CA: secure READ BINARY data: no proof of the chip",
            36,
        ),
        (
            "PACE-CAM: plain GENERAL AUTHENTICATE data: no proof of the chip",
            6,
        ),
        (
            "PACE-CAM: plain MANAGE SECURITY ENVIRONMENT status: another proof of the chip",
            37,
        ),
        (
            "PACE-CAM: plain READ BINARY data: another proof of the chip",
            13,
        ),
        ("PACE-CAM: plain READ BINARY data: same", 25),
        ("PACE-CAM: plain READ BINARY status: same", 5),
    ];
    let wanted = wanted.map(|(kind, count)| (kind.to_owned(), count));
    assert_eq!(tolerated, BTreeMap::from(wanted));
}
