//! A relay that does not carry what it was given: whatever it alters, drops, repeats, reorders or invents, nothing false is verified.

use app::relay::{Carried, ReadingShown};
use specimen::chip::Chip;
use specimen::document::{Document, Persona};
use specimen::randomness::Randomness;
use testkit::TestServer;

use super::{Site, begin, chip, kept, look, outcome, specimens, trust};

/// What a relay does to the answer to a command, counted from 1.
type Deed<'a> = &'a mut dyn FnMut(usize, &[u8], &mut Chip) -> Vec<u8>;

struct Tried {
    carried: Carried,
    shown: ReadingShown,
    is_kept: bool,
    commands: usize,
}

fn relayed(server: &TestServer, document: &Document, deed: Deed<'_>) -> Tried {
    let site = Site::open(&server.segl);
    let reading = begin(server, document);
    let mut client = site.connect(&reading.relay()).unwrap();
    let mut chip = chip(document);
    let mut commands = 0;
    let carried = client.relay(|command| {
        commands += 1;
        deed(commands, command, &mut chip)
    });
    Tried {
        carried,
        shown: look(server, &reading),
        is_kept: kept(server, &reading.relay()).is_some(),
        commands,
    }
}

fn server() -> TestServer {
    let server = TestServer::sqlite();
    trust(&server.segl);
    server
}

/// The first command under secure messaging: from there on a change must be noticed at once.
fn first_protected(server: &TestServer, document: &Document) -> (usize, usize) {
    let mut first = None;
    let tried = relayed(server, document, &mut |step, command, chip| {
        if command[0] & 0x0C == 0x0C {
            first.get_or_insert(step);
        }
        chip.process(command)
    });
    assert!(tried.is_kept, "{:?}", tried.shown);
    (first.unwrap(), tried.commands)
}

fn refused(tried: &Tried, code: &str, deed: &str) {
    assert_eq!(tried.carried, Carried::Refused(code.to_owned()), "{deed}");
    assert_eq!(tried.shown.fault.as_deref(), Some(code), "{deed}");
    assert_eq!(tried.shown.state, "waiting", "{deed}");
    assert!(!tried.is_kept, "{deed}");
}

#[test]
fn an_altered_answer_is_named_wherever_it_is() {
    let server = server();
    for persona in [Persona::Dane, Persona::Foreigner] {
        let document = specimens().document(persona);
        let (first, all) = first_protected(&server, &document);
        for at in [first, first + 2, all - 1, all] {
            let tried = relayed(&server, &document, &mut |step, command, chip| {
                let mut answer = chip.process(command);
                if step == at {
                    // The last byte of the MAC, before the status.
                    let place = answer.len() - 3;
                    answer[place] ^= 1;
                }
                answer
            });
            let deed = format!("{persona:?}, answer {at} of {all}");
            refused(&tried, "mac_wrong", &deed);
        }
    }
}

#[test]
fn an_altered_command_a_repeated_and_a_reordered_answer_are_named() {
    let server = server();
    let document = specimens().document(Persona::Dane);
    let (first, all) = first_protected(&server, &document);
    let at = first + 3;
    assert!(at < all);

    let mut before = Vec::new();
    let repeated = relayed(&server, &document, &mut |step, command, chip| {
        let answer = chip.process(command);
        if step == at {
            return before.clone();
        }
        before.clone_from(&answer);
        answer
    });
    refused(&repeated, "mac_wrong", "repeated");

    let mut later: Option<Vec<u8>> = None;
    let reordered = relayed(&server, &document, &mut |step, command, chip| {
        // Two commands reach the chip in the wrong order: the second is one that was seen before.
        if step == at {
            let earlier = later.clone().unwrap();
            chip.process(&earlier);
        }
        later = Some(command.to_vec());
        chip.process(command)
    });
    assert!(!reordered.is_kept || reordered.shown.state == "verified");
    assert_ne!(reordered.carried, Carried::Torn);

    let dropped = relayed(&server, &document, &mut |step, command, chip| {
        let answer = chip.process(command);
        if step == at {
            // The command reached the chip, and its answer is kept back: the next one is given instead.
            return chip.process(command);
        }
        answer
    });
    assert!(!dropped.is_kept || dropped.shown.state == "verified");
}

#[test]
fn an_invented_answer_is_named() {
    let server = server();
    let document = specimens().document(Persona::Dane);
    let (first, _) = first_protected(&server, &document);
    for (invented, code) in [
        (&[0x90, 0x00][..], "success_without_mac"),
        (&[0x61, 0x10][..], "success_without_mac"),
        (&[0x12, 0x34, 0x90, 0x00][..], "success_without_mac"),
        (&[0x90][..], "answer_too_short"),
    ] {
        let tried = relayed(&server, &document, &mut |step, command, chip| {
            if step == first + 2 {
                return invented.to_vec();
            }
            chip.process(command)
        });
        let deed = format!("{invented:02X?}");
        if code == "success_without_mac" && invented[0] == 0x61 {
            assert!(!tried.is_kept || tried.shown.state == "verified", "{deed}");
            continue;
        }
        refused(&tried, code, &deed);
    }
}

/// A forged app without any chip, that has seen a whole session before and plays it back.
#[test]
fn a_session_that_is_played_back_opens_nothing() {
    let server = server();
    for persona in [Persona::Dane, Persona::Foreigner] {
        let document = specimens().document(persona);
        let mut seen = Vec::new();
        relayed(&server, &document, &mut |_, command, chip| {
            let answer = chip.process(command);
            seen.push(answer.clone());
            answer
        });
        let played = relayed(&server, &document, &mut |step, _, _| {
            seen.get(step - 1).cloned().unwrap_or(vec![0x6F, 0x00])
        });
        assert!(!played.is_kept, "{persona:?}");
        assert_eq!(played.shown.state, "waiting");
        assert!(
            played.shown.fault.is_some(),
            "{persona:?} {:?}",
            played.carried
        );
    }
}

/// A forged app that knows the zone, and so can open and close any channel, but has no state's signature and no chip's key.
#[test]
fn a_forged_chip_forges_nothing() {
    let server = server();
    let genuine = specimens().document(Persona::Dane);
    // The holder's portrait is exchanged for another's, under the genuine signature.
    let other = specimens().document(Persona::Expired);
    let mut forged = genuine.clone();
    let portrait = other.application[&0x0102].clone();
    forged.application.insert(0x0102, portrait);
    let tried = relayed(&server, &forged, &mut |_, command, chip| {
        chip.process(command)
    });
    assert_eq!(tried.carried, Carried::Done);
    assert_eq!(
        outcome(&tried.shown, "data_group_hash_2"),
        ("failed", Some("data_group_hash_wrong"))
    );
    assert!(!tried.is_kept);

    // A country of the forger's own signs everything anew.
    let own = specimen::document::Specimens::new(b"forger", testkit::NOON);
    let forged = own.document(Persona::Dane);
    let tried = relayed(&server, &forged, &mut |_, command, chip| {
        chip.process(command)
    });
    assert_eq!(outcome(&tried.shown, "evidence").0, "failed");
    let signer = outcome(&tried.shown, "document_signer_signature");
    assert_eq!(signer.0, "failed");
    assert!(!tried.is_kept);
}

/// Who hides EF.CardAccess has BAC done in the place of PACE: what is then said could be read by whoever knows the zone.
#[test]
fn pace_cannot_be_hidden_until_anything_personal_is_said() {
    let server = server();
    let document = specimens().document(Persona::Dane);
    let mut personal = false;
    let tried = relayed(&server, &document, &mut |_, command, chip| {
        // EF.CardAccess by its short identifier or by its own.
        let asks = command[..3] == [0x00, 0xB0, 0x9C]
            || (command[..2] == [0x00, 0xA4] && command.ends_with(&[0x01, 0x1C]));
        if asks {
            return vec![0x6A, 0x82];
        }
        let answer = chip.process(command);
        personal |= answer.len() > 3000;
        answer
    });
    refused(&tried, "pace_hidden", "EF.CardAccess hidden");
    assert!(!personal, "the portrait was asked for");
}

/// Changes at random places, in answers before access too: either nothing is verified, or just the document that is there.
#[test]
fn no_change_at_random_is_taken_for_true() {
    let server = server();
    let document = specimens().document(Persona::Dane);
    let zone = document.mrz.text();
    let (_, all) = first_protected(&server, &document);
    let mut random = Randomness::from_seed(b"hostile");
    for _ in 0..40 {
        let bytes = random.bytes(4);
        let at = usize::from(bytes[0]) % all + 1;
        let site = Site::open(&server.segl);
        let reading = begin(&server, &document);
        let mut client = site.connect(&reading.relay()).unwrap();
        let mut chip = chip(&document);
        let mut step = 0;
        client.relay(|command| {
            step += 1;
            let mut answer = chip.process(command);
            if step == at {
                let place = usize::from(bytes[1]) << 8 | usize::from(bytes[2]);
                let place = place % answer.len();
                answer[place] ^= bytes[3].max(1);
            }
            answer
        });
        if let Some(kept) = kept(&server, &reading.relay()) {
            assert_eq!(*kept.zone().expose(), zone, "{bytes:02X?}");
            let image = kept.portrait();
            assert!(document.application[&0x0102].ends_with(image.bytes));
        }
    }
}
