//! Round trips, progress, limits, and a connection that breaks.

use emrtd::fault::{ChipFault, Finding};
use emrtd::lds::DataGroup;
use emrtd::reader::{
    Access, ExtendedLength, FileName, Limits, ReadingPlan, Session, SessionStep, Transport,
};
use specimen::cipher::Cipher;
use specimen::document::{ChipPlan, DocumentPlan, Mapping, PaceVariant, Persona};
use specimen::group::{DomainForm, Group, Modp};
use specimen::misbehaviour::Misbehaviour;

use super::{
    chip, go_on, is_true, issued, old_passport, random, read, session, specimens, talk, zone,
};

const DG2: FileName = FileName::DataGroup(DataGroup::Dg2);

/// How many commands it takes, by the longest answer of the chip. The files have about 25 kB together.
#[test]
fn reads_in_as_few_commands_as_the_block_size_allows() {
    for (extended_length, access) in [(None, 10), (Some(4096), 10), (Some(65_535), 10)] {
        let document = issued(&DocumentPlan {
            extended_length,
            ..specimens().plan(Persona::Dane)
        });
        let plan = ReadingPlan {
            chip_authentication: false,
            active_authentication: false,
            ..ReadingPlan::identification()
        };
        let reading = read(&document, plan);
        let block = extended_length.map_or(223, |length| usize::from(length) - 2 - 34);
        let files = [0x011E, 0x011D, 0x0101, 0x0102].map(|file| document.application[&file].len());
        let least: usize = files.iter().map(|length| length.div_ceil(block)).sum();
        let commands = usize::try_from(reading.commands).unwrap();
        assert!(
            commands <= least + access,
            "{commands} commands, {least} for the files"
        );
    }
}

#[test]
fn says_how_far_it_is() {
    let document = issued(&old_passport());
    let mut chip = chip(&document, Vec::new());
    let mut session = session(&document, ReadingPlan::identification());
    let (mut seen, mut last) = (Vec::new(), 0);
    let mut step = session.start().unwrap();
    while let SessionStep::Send(command) = step {
        if let Some(progress) = session.progress() {
            if seen.last() != Some(&progress.file) {
                seen.push(progress.file);
                last = 0;
            }
            assert!(progress.read >= last);
            assert!(
                progress
                    .expected
                    .is_none_or(|expected| progress.read < expected)
            );
            last = progress.read;
        }
        step = session.respond(&chip.process(&command)).unwrap();
    }
    assert!(seen.ends_with(&[FileName::Sod, FileName::DataGroup(DataGroup::Dg1), DG2]));
    assert_eq!(session.start(), Err(ChipFault::NotWaiting));
    assert_eq!(session.respond(&[0x90, 0]), Err(ChipFault::NotWaiting));
}

#[test]
fn a_lost_connection_is_taken_up_again() {
    for plan in [specimens().plan(Persona::Dane), old_passport()] {
        let document = issued(&plan);
        let whole = read(&document, ReadingPlan::identification()).commands;
        for at in 1..=whole.min(40) {
            let mut torn = chip(&document, vec![Misbehaviour::TornAt(at)]);
            let mut session = session(&document, ReadingPlan::identification());
            let lost = talk(&mut session, &mut torn, &mut Vec::new());
            assert_eq!(lost, Err(ChipFault::ConnectionLost), "{at}");
            let before = session.progress();
            let mut again = chip(&document, Vec::new());
            let step = session.resume();
            go_on(step, &mut session, &mut again, &mut Vec::new()).unwrap();
            let reading = session.into_reading();
            assert!(reading.findings.contains(&Finding::ConnectionResumed));
            is_true(&reading, &document);
            assert!(reading.files.contains_key(&DG2), "{at}: {before:?}");
            // What was read is not read again, only access is had anew.
            assert!(reading.commands <= whole + 14, "{at}");
        }
    }
}

#[test]
fn a_session_can_be_told_that_the_connection_is_lost() {
    let document = issued(&old_passport());
    let mut session = session(&document, ReadingPlan::identification());
    assert_eq!(session.resume(), Err(ChipFault::NotWaiting));
    session.start().unwrap();
    session.connection_lost();
    assert_eq!(session.respond(&[0x90, 0]), Err(ChipFault::NotWaiting));
    session.resume().unwrap();
}

#[test]
fn limits_hold() {
    let document = issued(&old_passport());
    let limits = Limits {
        commands: 12,
        ..Limits::default()
    };
    let mut few = session(&document, ReadingPlan::identification()).with_limits(limits);
    let result = talk(&mut few, &mut chip(&document, Vec::new()), &mut Vec::new());
    assert_eq!(result, Err(ChipFault::TooManyCommands));
    let limits = Limits {
        file_bytes: 10_000,
        ..Limits::default()
    };
    let mut short = session(&document, ReadingPlan::identification()).with_limits(limits);
    talk(
        &mut short,
        &mut chip(&document, Vec::new()),
        &mut Vec::new(),
    )
    .unwrap();
    assert_eq!(
        short.reading().missing.get(&DG2),
        Some(&ChipFault::FileTooLong)
    );
}

#[test]
fn a_narrow_transport_is_respected() {
    let document = specimens().document(Persona::Dane);
    for (extended_length, longest_answer) in [
        (ExtendedLength::Promised, 1000),
        (ExtendedLength::Never, 65_538),
        (ExtendedLength::Promised, 258),
        (ExtendedLength::Tried, 2000),
    ] {
        let transport = Transport {
            longest_answer,
            extended_length,
        };
        let plan = ReadingPlan::identification();
        let mut session = Session::new(zone(&document), plan, random()).with_transport(transport);
        let mut transcript = Vec::new();
        talk(
            &mut session,
            &mut chip(&document, Vec::new()),
            &mut transcript,
        )
        .unwrap();
        let longest = transcript
            .iter()
            .map(|(_, answer)| answer.len())
            .max()
            .unwrap();
        assert!(
            longest <= longest_answer.max(258),
            "{longest} of {longest_answer}"
        );
        is_true(session.reading(), &document);
    }
}

/// Keys of 2048 bits are longer than a short command or answer holds: they go in chains, and come in parts by GET RESPONSE.
#[test]
fn without_extended_length_long_keys_go_in_chains_and_come_in_parts() {
    let group = Group::Modp(Modp::Bits2048Order256);
    for cipher in [Cipher::TripleDes, Cipher::Aes256] {
        for mapping in [Mapping::Generic, Mapping::Integrated] {
            let usual = specimens().plan(Persona::Dane);
            let chip_key = ChipPlan {
                group,
                form: DomainForm::Explicit,
                ciphers: vec![cipher],
                ..usual.chip[0].clone()
            };
            let document = issued(&DocumentPlan {
                extended_length: None,
                pace: vec![PaceVariant {
                    mapping,
                    group,
                    cipher,
                }],
                chip: vec![chip_key],
                ..usual
            });
            let transport = Transport {
                longest_answer: 258,
                extended_length: ExtendedLength::Never,
            };
            let plan = ReadingPlan::identification();
            let mut session =
                Session::new(zone(&document), plan, random()).with_transport(transport);
            let mut transcript = Vec::new();
            let mut chip = chip(&document, Vec::new());
            talk(&mut session, &mut chip, &mut transcript).unwrap();
            is_true(session.reading(), &document);
            assert!(matches!(session.reading().access, Some(Access::Pace(_))));
            assert!(matches!(session.reading().chip_authentication, Some(Ok(_))));
            let commands = || transcript.iter().map(|(command, _)| command);
            assert!(commands().all(|command| command.len() <= 261));
            assert!(commands().any(|command| command[..2] == [0, 0xC0]));
            // Chained under secure messaging too.
            assert!(commands().any(|command| command[0] == 0x1C));
        }
    }
}

/// A chip that always has more to come is not listened to for ever.
#[test]
fn an_answer_without_end_ends_the_session() {
    let document = specimens().document(Persona::Dane);
    let mut session = session(&document, ReadingPlan::identification());
    let part = [&[0x5A; 256][..], &[0x61, 0x00]].concat();
    let mut step = session.start();
    let mut sent = 0;
    while let Ok(SessionStep::Send(_)) = step {
        sent += 1;
        step = session.respond(&part);
    }
    assert_eq!(step, Err(ChipFault::AnswerTooLong));
    assert_eq!(sent, 257);
}
