//! A chip that answers anything: the session ends with a fault or is done, within its limits.

use emrtd::mrz::MrzInformation;
use emrtd::password::Password;
use emrtd::reader::{Downgrade, Limits, ReadingPlan, Session, SessionStep};
use proptest::prelude::*;
use specimen::document::Persona;
use specimen::misbehaviour::Misbehaviour;

use super::{chip, is_true, issued, old_passport, random, session, specimens};

const LIMITS: Limits = Limits {
    file_bytes: 4096,
    commands: 200,
    restarts: 2,
};

/// An answer of a chip that has no key: statuses, and what looks like the right data.
fn answer() -> impl Strategy<Value = Vec<u8>> {
    let statuses = prop::sample::select(vec![
        0x9000_u16, 0x9000, 0x9000, 0x6282, 0x6300, 0x63C2, 0x6700, 0x6982, 0x6988, 0x6A82, 0x6A86,
        0x6B00, 0x6C00, 0x6C10, 0x6D00,
    ]);
    let data = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..40),
        Just(vec![
            0x31, 0x14, 0x30, 0x12, 0x06, 0x0A, 4, 0, 0x7F, 0, 7, 2, 2, 4, 2, 2, 2, 1, 2, 2, 1, 13
        ]),
        Just([&[0x7C, 0x12, 0x80, 0x10][..], &[7; 16]].concat()),
        Just(vec![1; 8]),
        (any::<u8>(), any::<u8>()).prop_map(|(tag, length)| vec![tag, 0x82, length, 0xFF, 0, 0]),
        Just(vec![
            0x47, 3, 0x84, 0x01, 0xE0, 0x7F, 0x66, 8, 2, 2, 0xFF, 0xFF, 2, 2, 0xFF, 0xFF
        ]),
    ];
    (data, statuses).prop_map(|(data, status)| [&data[..], &status.to_be_bytes()].concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_answers_come_to_an_end(answers in prop::collection::vec(answer(), 1..40), reported: bool) {
        let zone = MrzInformation::from_typed("L898902C", "690806", "940623").unwrap();
        let downgrade = if reported { Downgrade::Reported } else { Downgrade::Refused };
        let plan = ReadingPlan { downgrade, ..ReadingPlan::everything() };
        let mut session = Session::new(Password::mrz(&zone), plan, random()).with_limits(LIMITS);
        let mut step = session.start();
        let mut sent = 0;
        for answer in answers.iter().cycle() {
            match step {
                Ok(SessionStep::Send(_)) => step = session.respond(answer),
                Ok(SessionStep::Done) | Err(_) => break,
            }
            sent += 1;
            prop_assert!(sent <= 201);
        }
        prop_assert!(session.reading().files.values().all(|file| file.len() <= LIMITS.file_bytes));
    }
}

/// 200 single changes to answers of generated documents: none is taken for what the chip holds.
#[test]
fn no_change_to_an_answer_under_secure_messaging_is_taken() {
    let documents = [specimens().document(Persona::Dane), issued(&old_passport())];
    let mut seed = 1_u64;
    let mut draw = |below: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % below
    };
    for document in &documents {
        for _ in 0..100 {
            let step = u32::try_from(1 + draw(24)).unwrap();
            let bit = 1_u8 << draw(8);
            let changed = Misbehaviour::AnswerChanged(step, draw(4096), bit);
            let plan = ReadingPlan::identification();
            let mut session = session(document, plan);
            let mut chip = chip(document, vec![changed]);
            let _ = super::talk(&mut session, &mut chip, &mut Vec::new());
            is_true(session.reading(), document);
        }
    }
}
