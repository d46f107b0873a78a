//! What a relay sees of a whole session: with the session's keys in hand the holder is there, without them nobody is (R-DOC-6, R-HLP-1).

use std::collections::HashSet;

use app::relay::{Carried, RelayMessage, RelaySocket};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use specimen::cipher::Cipher;
use specimen::curve::Curve;
use specimen::document::{Document, Mapping, PaceVariant, Persona};
use specimen::group::{Group, Modp};
use testkit::TestServer;

use super::{Client, Site, begin, chip, issued, look, outcome, portrait, specimens, trust};

/// All that a relay sees: what it says and hears, and what its chip gets and answers, which is the same.
#[derive(Default)]
struct Transcript {
    heard: Vec<RelayMessage>,
    said: Vec<RelayMessage>,
}

struct Recorded<'a>(&'a mut Client, &'a mut Transcript);

impl RelaySocket for Recorded<'_> {
    fn say(&mut self, message: RelayMessage) -> Option<()> {
        self.1.said.push(message.clone());
        self.0.say(message)
    }

    fn hear(&mut self) -> Option<RelayMessage> {
        let message = self.0.hear()?;
        self.1.heard.push(message.clone());
        Some(message)
    }
}

impl Transcript {
    fn bytes(&self) -> Vec<u8> {
        let all = self.heard.iter().chain(&self.said);
        all.flat_map(|message| match message {
            RelayMessage::Apdu(bytes) => bytes.clone(),
            RelayMessage::Text(text) => text.clone().into_bytes(),
        })
        .collect()
    }

    fn apdus(messages: &[RelayMessage]) -> impl Iterator<Item = &[u8]> {
        messages.iter().filter_map(|message| match message {
            RelayMessage::Apdu(bytes) => Some(bytes.as_slice()),
            RelayMessage::Text(_) => None,
        })
    }
}

/// A whole session. Gives what the relay saw, and what the chip's keys open of it.
fn session(document: &Document, way: &str) -> (Transcript, Vec<u8>) {
    let server = TestServer::sqlite();
    trust(&server.segl);
    let site = Site::open(&server.segl);
    let reading = begin(&server, document);
    let relay = reading.relay();
    let mut client = site.connect(&relay).unwrap();
    let mut chip = chip(document);
    let mut plain = Vec::new();
    let mut transcript = Transcript::default();
    // The relay has its own address and token too.
    let [_, token] = &relay.subprotocols;
    transcript.said.push(RelayMessage::Text(relay.path.clone()));
    transcript.said.push(RelayMessage::Text(token.clone()));
    let carried = {
        let mut socket = Recorded(&mut client, &mut transcript);
        let transmit = |command: &[u8]| {
            let answer = chip.process(command);
            let opened = chip
                .session_keys()
                .and_then(|keys| keys.open_answer(&answer));
            plain.extend(opened.unwrap_or_default());
            answer
        };
        let way = app::relay::ChipWay::default();
        app::relay::carry(
            &mut app::relay::Relay::default(),
            way,
            &mut socket,
            transmit,
            || false,
        )
        .unwrap()
    };
    assert_eq!(carried, Carried::Done);
    let shown = look(&server, &reading);
    assert_eq!(shown.state, "verified", "{shown:?}");
    assert_eq!(outcome(&shown, "access"), ("proved", Some(way)));
    (transcript, plain)
}

/// Everything about the holder and the document that is printed or signed.
fn personal(document: &Document) -> Vec<String> {
    let mrz = &document.mrz;
    let zone = mrz.text();
    let mut items = vec![
        mrz.number.clone(),
        mrz.birth.clone(),
        mrz.expiry.strftime("%y%m%d").to_string(),
        mrz.expiry.strftime("%Y%m%d").to_string(),
        mrz.surname.clone(),
        mrz.given_names.clone(),
        mrz.optional.clone(),
        mrz.information(),
        "Specimen Kommune".to_owned(),
    ];
    items.extend(zone.split('<').map(str::to_owned));
    items.extend(mrz.given_names.split(' ').map(str::to_owned));
    items.extend(document.can.clone());
    items.push(zone);
    items.retain(|item| item.chars().count() >= 5);
    items
}

/// An item in every way that it may be written: any case, UTF-8, Latin-1, UTF-16, digits in halves of bytes, hexadecimal, base64.
fn written(item: &str) -> Vec<Vec<u8>> {
    let lower = item.to_lowercase();
    let latin = lower
        .chars()
        .map(|letter| u8::try_from(letter).unwrap_or(b'?'));
    let latin: Vec<u8> = latin.collect();
    let utf16: Vec<u16> = lower.encode_utf16().collect();
    let mut ways = vec![
        lower.clone().into_bytes(),
        latin,
        utf16.iter().flat_map(|unit| unit.to_be_bytes()).collect(),
        utf16.iter().flat_map(|unit| unit.to_le_bytes()).collect(),
    ];
    for text in [item.to_owned(), item.to_uppercase()] {
        let hexadecimal: Vec<String> = text.bytes().map(|byte| format!("{byte:02x}")).collect();
        ways.push(hexadecimal.concat().into_bytes());
        for before in 0..3 {
            // The characters that depend on the item alone.
            let padded = [vec![0; before], text.clone().into_bytes()].concat();
            let encoded = STANDARD.encode(&padded).to_lowercase();
            let inner = encoded.trim_end_matches('=').as_bytes();
            let from = (before * 8).div_ceil(6);
            ways.push(inner[from..inner.len() - 1].to_vec());
        }
    }
    if item.bytes().all(|byte| byte.is_ascii_digit()) && item.len() >= 8 {
        let digits: Vec<u8> = item.bytes().map(|byte| byte - b'0').collect();
        let pairs = digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]);
        ways.push(pairs.collect());
    }
    ways.retain(|way| way.len() >= 4);
    ways
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// How many of the portrait's pieces are among the bytes.
fn pieces(document: &Document, bytes: &[u8]) -> (usize, usize) {
    let windows: HashSet<&[u8]> = bytes.windows(8).collect();
    let file = portrait(document);
    let all = file.windows(8).count();
    let found = file.windows(8).filter(|piece| windows.contains(piece));
    (found.count(), all)
}

/// What may be told to a relay in words.
fn words(transcript: &Transcript) {
    for message in &transcript.heard {
        let RelayMessage::Text(text) = message else {
            continue;
        };
        let word: serde_json::Value = serde_json::from_str(text).unwrap();
        let members: Vec<&str> = word
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        assert!(
            [&["token"][..], &["file", "of", "read"], &["done"]].contains(&members.as_slice()),
            "{text}"
        );
    }
}

/// From the first protected command on, all that is not enciphered is headers, lengths, statuses and MACs.
fn only_secure_messaging(transcript: &Transcript) {
    let commands = Transcript::apdus(&transcript.heard);
    let answers = Transcript::apdus(&transcript.said);
    let mut protected = 0;
    for (command, answer) in commands.zip(answers) {
        if command[0] & 0x0C != 0x0C {
            assert_eq!(protected, 0, "a plain command after access");
            continue;
        }
        protected += 1;
        let (data, status) = answer.split_at(answer.len() - 2);
        let objects = objects(data);
        let tags: Vec<u8> = objects.iter().map(|(tag, _)| *tag).collect();
        assert!(tags.ends_with(&[0x99, 0x8E]), "{tags:02X?}");
        assert!(tags.len() <= 3, "{tags:02X?}");
        for (tag, value) in objects {
            match tag {
                0x87 => assert!(value[0] == 1 && (value.len() - 1).is_multiple_of(8)),
                0x85 => assert!(value.len().is_multiple_of(8)),
                0x99 => assert_eq!(value, status),
                0x8E => assert_eq!(value.len(), 8),
                other => panic!("{other:02X} within secure messaging"),
            }
        }
    }
    assert!(protected > 5, "{protected} protected commands");
}

fn objects(mut data: &[u8]) -> Vec<(u8, &[u8])> {
    let mut objects = Vec::new();
    while let [tag, length, rest @ ..] = data {
        let (length, rest) = match length {
            0x81 => (usize::from(rest[0]), &rest[1..]),
            0x82 => (usize::from(rest[0]) << 8 | usize::from(rest[1]), &rest[2..]),
            short => (usize::from(*short), rest),
        };
        let (value, after) = rest.split_at(length);
        objects.push((*tag, value));
        data = after;
    }
    objects
}

fn nobody_is_there_without_the_keys(document: &Document, way: &str) {
    let (transcript, plain) = session(document, way);
    let lower = plain.to_ascii_lowercase();
    let zone = document.mrz.text().to_lowercase();
    assert!(contains(&lower, zone.as_bytes()), "the keys open the zone");
    let (found, all) = pieces(document, &plain);
    assert!(
        found * 100 >= all * 95,
        "the keys open the portrait: {found} of {all}"
    );

    let seen = transcript.bytes();
    assert!(seen.len() > plain.len(), "the whole session was recorded");
    let lower = seen.to_ascii_lowercase();
    for item in personal(document) {
        for way in written(&item) {
            assert!(
                !contains(&seen, &way) && !contains(&lower, &way),
                "{item} as {way:02x?}"
            );
        }
    }
    let (found, all) = pieces(document, &seen);
    assert_eq!(found, 0, "of {all} pieces of the portrait");
    words(&transcript);
    only_secure_messaging(&transcript);
}

#[test]
fn after_basic_access_control() {
    let document = specimens().document(Persona::Foreigner);
    nobody_is_there_without_the_keys(&document, "bac");
}

#[test]
fn after_pace_with_generic_mapping_and_chip_authentication() {
    let document = specimens().document(Persona::Dane);
    nobody_is_there_without_the_keys(&document, "pace");
}

#[test]
fn after_pace_with_chip_authentication_mapping_and_a_card_access_number() {
    let document = specimens().document(Persona::CardHolder);
    nobody_is_there_without_the_keys(&document, "pace");
}

#[test]
fn after_pace_with_every_other_mapping_cipher_and_kind_of_group() {
    let curve = Group::Curve(Curve::BrainpoolP256r1);
    let numbers = Group::Modp(Modp::Bits2048Order256);
    for (mapping, group, cipher) in [
        (Mapping::Generic, curve, Cipher::TripleDes),
        (Mapping::Generic, numbers, Cipher::Aes256),
        (Mapping::Integrated, curve, Cipher::Aes192),
        (Mapping::Integrated, numbers, Cipher::TripleDes),
    ] {
        let variant = PaceVariant {
            mapping,
            group,
            cipher,
        };
        let document = issued(Persona::Dane, |plan| plan.pace = vec![variant]);
        nobody_is_there_without_the_keys(&document, "pace");
    }
}

/// The search finds what is there: it is not the search that keeps the other tests quiet.
#[test]
fn the_search_finds_every_way_of_writing() {
    let seen = b"xxAA0000017xx".to_ascii_lowercase();
    assert!(written("AA0000017").iter().any(|way| contains(&seen, way)));
    for text in [
        STANDARD.encode("?AA0000017?").to_lowercase(),
        STANDARD.encode("??AA0000017").to_lowercase(),
        "414130303030303137".to_owned(),
    ] {
        let found = written("AA0000017");
        let found = found.iter().any(|way| contains(text.as_bytes(), way));
        assert!(found, "{text}");
    }
    let bcd = [0x19, 0x90, 0x05, 0x17];
    assert!(written("19900517").iter().any(|way| contains(&bcd, way)));
}
