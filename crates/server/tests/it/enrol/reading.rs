//! What comes of documents that are in order, and of those that are not.

use app::relay::{Carried, ChipAccess, ChipReading, ChipWay, Relay, carry};
use emrtd::genuine_chip::ChipProof;
use jiff::SignedDuration;
use specimen::chip::Chip;
use specimen::document::{Document, Persona};
use specimen::misbehaviour::{File, Misbehaviour};
use specimen::randomness::Randomness;
use testkit::TestServer;

use super::{Site, begin, chip, kept, look, outcome, portrait, specimens, trust};
use crate::on_both;

pub(super) fn read(
    server: &TestServer,
    chip: &mut Chip,
) -> (ChipReading, app::relay::ReadingShown) {
    let site = Site::open(&server.segl);
    let reading = begin(server, chip.document());
    let mut client = site.connect(&reading.relay()).unwrap();
    let carried = client.relay(|command| chip.process(command));
    assert_eq!(carried, Carried::Done);
    let shown = look(server, &reading);
    (reading, shown)
}

#[test]
fn documents_in_order_are_verified_with_every_proof_of_their_chip() {
    on_both(|server| {
        trust(&server.segl);
        for (persona, way, proof) in [
            (Persona::Dane, "pace", ChipProof::ChipAuthentication),
            (Persona::Foreigner, "bac", ChipProof::ActiveAuthentication),
            (
                Persona::CardHolder,
                "pace",
                ChipProof::ChipAuthenticationMapping,
            ),
        ] {
            let document = specimens().document(persona);
            let (reading, shown) = read(server, &mut chip(&document));
            assert_eq!(shown.state, "verified", "{persona:?} {shown:?}");
            assert_eq!(outcome(&shown, "access"), ("proved", Some(way)));
            assert_eq!(outcome(&shown, "evidence"), ("proved", None));
            let kept = kept(server, &reading.relay()).unwrap();
            assert_eq!(*kept.zone().expose(), document.mrz.text());
            assert_eq!(kept.chip_proof(), Some(proof));
            assert_eq!(kept.read_at(), server.now());
            let image = kept.portrait();
            assert_eq!(image.media_type, "image/jpeg");
            assert!(portrait(&document).ends_with(image.bytes));
        }
    });
}

#[test]
fn r_doc_6_what_is_not_in_order_is_refused_with_the_step_that_failed() {
    let server = TestServer::sqlite();
    trust(&server.segl);
    for (persona, step, why) in [
        (Persona::Expired, "evidence", "expired"),
        (Persona::Clone, "evidence", "chip_not_shown_genuine"),
        (Persona::Revoked, "document_signer_revocation", "revoked"),
    ] {
        let document = specimens().document(persona);
        let (reading, shown) = read(&server, &mut chip(&document));
        assert_eq!(shown.state, "refused", "{persona:?} {shown:?}");
        assert_eq!(outcome(&shown, step), ("failed", Some(why)), "{persona:?}");
        assert!(kept(&server, &reading.relay()).is_none());
    }
}

#[test]
fn a_document_of_a_country_that_nobody_vouches_for_is_refused() {
    let server = TestServer::sqlite();
    let document = specimens().document(Persona::Dane);
    let (_, shown) = read(&server, &mut chip(&document));
    assert_eq!(shown.state, "refused");
    let (outcome, why) = outcome(&shown, "document_signer_signature");
    assert_eq!(outcome, "failed");
    assert!(why.unwrap().starts_with("path."), "{why:?}");
}

#[test]
fn r_doc_6_a_chip_that_misbehaves_is_refused_with_the_step_that_failed() {
    let server = TestServer::sqlite();
    trust(&server.segl);
    let dane = specimens().document(Persona::Dane);
    let foreigner = specimens().document(Persona::Foreigner);
    let portrait = File::data_group(2);
    let cases: [(&Document, Misbehaviour, &str, &str); 5] = [
        (
            &dane,
            Misbehaviour::Tampered(portrait, 100),
            "data_group_hash_2",
            "data_group_hash_wrong",
        ),
        (
            &dane,
            Misbehaviour::Clone,
            "chip_authentication",
            "chip_authentication_failed",
        ),
        (
            &foreigner,
            Misbehaviour::Clone,
            "active_authentication",
            "active_authentication_failed",
        ),
        (
            &dane,
            Misbehaviour::FileMissing(File::data_group(14)),
            "evidence",
            "chip_not_shown_genuine",
        ),
        (
            &foreigner,
            Misbehaviour::FileMissing(File::data_group(15)),
            "evidence",
            "chip_not_shown_genuine",
        ),
    ];
    for (document, misbehaviour, step, why) in cases {
        let randomness = Randomness::from_seed(b"misbehaving");
        let case = format!("{misbehaviour:?}");
        let mut chip = Chip::misbehaving(document.clone(), randomness, vec![misbehaviour]);
        let (_, shown) = read(&server, &mut chip);
        assert_eq!(shown.state, "refused", "{case} {shown:?}");
        let found = outcome(&shown, step);
        assert_eq!(found, ("failed", Some(why)), "{case}");
    }
}

#[test]
fn a_wrong_zone_opens_nothing_and_can_be_tried_again_only_so_often() {
    let server = TestServer::sqlite();
    trust(&server.segl);
    let site = Site::open(&server.segl);
    let document = specimens().document(Persona::Foreigner);
    let access = ChipAccess::Mrz {
        document_number: "AA0000018",
        birth_date: "900517",
        expiry_date: "331122",
    };
    let reading = server.step(ChipReading::begin(access)).unwrap();
    let relays = server.segl.policy.chip.relays;
    for used in 1..=relays {
        let request = server.step(reading.another_relay()).unwrap();
        let mut client = site.connect(&request).unwrap();
        let mut chip = chip(&document);
        let carried = client.relay(|command| chip.process(command));
        assert_eq!(carried, Carried::Refused("bac_refused".to_owned()));
        let shown = look(&server, &reading);
        assert_eq!(shown.fault.as_deref(), Some("bac_refused"));
        assert_eq!(shown.relays_left, relays - used);
    }
    let request = server.step(reading.another_relay()).unwrap();
    let refused = site.connect(&request).err().unwrap();
    assert_eq!(refused, (403, "relays_used_up".to_owned()));
}

/// A socket that notes every word.
struct Noting<'a>(&'a mut super::Client, &'a mut Vec<String>);
impl app::relay::RelaySocket for Noting<'_> {
    fn say(&mut self, message: app::relay::RelayMessage) -> Option<()> {
        self.0.say(message)
    }
    fn hear(&mut self) -> Option<app::relay::RelayMessage> {
        let heard = self.0.hear();
        if let Some(app::relay::RelayMessage::Text(text)) = &heard {
            self.1.push(text.clone());
        }
        heard
    }
}

#[test]
fn progress_is_told_to_the_relay_and_to_the_owner_and_the_end_to_the_owner_alone() {
    let server = TestServer::sqlite();
    trust(&server.segl);
    let site = Site::open(&server.segl);
    let document = specimens().document(Persona::Dane);
    let reading = begin(&server, &document);
    assert_eq!(look(&server, &reading).state, "waiting");
    let mut client = site.connect(&reading.relay()).unwrap();
    assert_eq!(look(&server, &reading).state, "relayed");
    let mut chip = chip(&document);
    let mut files = Vec::new();
    let mut relay = Relay::default();
    let mut slow = true;
    let mut seen = None;
    let transmit = |command: &[u8]| {
        let answer = chip.process(command);
        if answer.len() > 2000 && std::mem::take(&mut slow) {
            std::thread::sleep(std::time::Duration::from_millis(1500));
            seen = look(&server, &reading).progress;
        }
        answer
    };
    let carried = {
        let mut socket = Noting(&mut client, &mut files);
        carry(
            &mut relay,
            ChipWay::default(),
            &mut socket,
            transmit,
            || false,
        )
        .unwrap()
    };
    assert_eq!(carried, Carried::Done);
    assert!(
        files.iter().any(|text| text.contains("\"DG2\"")),
        "{files:?}"
    );
    assert!(relay.next_token().is_some());
    assert!(seen.is_some_and(|progress| !progress.file.is_empty()));
    let shown = look(&server, &reading);
    assert_eq!(shown.state, "verified");
    for text in files {
        assert!(
            !text.contains("verified") && !text.contains("proved"),
            "{text}"
        );
    }
}

#[test]
fn everything_is_forgotten_when_the_reading_is_over() {
    on_both(|server| {
        trust(&server.segl);
        let document = specimens().document(Persona::Dane);
        let (reading, shown) = read(server, &mut chip(&document));
        assert_eq!(shown.state, "verified");
        let minutes = server.segl.policy.chip.reading_minutes;
        server.wait(SignedDuration::from_mins(minutes) - SignedDuration::from_micros(1));
        assert_eq!(look(server, &reading).state, "verified");
        server.wait(SignedDuration::from_micros(1));
        let refused = server.step(reading.look()).unwrap_err();
        assert_eq!(refused.code(), Some("reading_unknown"));
        assert!(kept(server, &reading.relay()).is_none());
        server.block_on(server::jobs::once(&server.segl)).unwrap();
        let rows = server.segl.store.write_blocking(b"count", |tx| {
            store::chip_reading::forget_before(tx, jiff::Timestamp::MAX)
        });
        assert_eq!(rows, Ok(0));
    });
}
