//! Who may begin, who may relay, and what a relay may not do.

use app::HttpRequest;
use app::relay::{Carried, ChipAccess, ChipReading, RelayMessage, RelaySocket};
use axum::body::Body;
use axum::http::Request;
use domain::policy::Policy;
use jiff::SignedDuration;
use specimen::document::Persona;
use testkit::{Answer, ISSUER, TestServer, demo_policy};
use tokio_tungstenite::tungstenite::Message;

use super::{Client, Site, begin, chip, look, portrait, specimens, trust};

fn post(server: &TestServer, path: &str, body: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::post(path).header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    server.send(request.body(Body::from(body.to_owned())).unwrap())
}

fn code(answer: &Answer) -> (u16, String) {
    let problem = answer.json();
    let code = problem["code"].as_str().unwrap_or_default().to_owned();
    (answer.status.as_u16(), code)
}

fn dane() -> specimen::document::Document {
    specimens().document(Persona::Dane)
}

#[test]
fn only_what_a_document_can_say_begins_a_reading() {
    let server = TestServer::sqlite();
    let path = "/enrol/v1/chip";
    let right = r#"{"can":"123456"}"#;
    assert_eq!(post(&server, path, right, &[]).status, 200);
    assert_eq!(
        post(&server, path, right, &[("origin", ISSUER)]).status,
        200
    );
    let foreign = post(&server, path, right, &[("origin", "https://evil.example")]);
    assert_eq!(code(&foreign), (403, "foreign_form".to_owned()));
    let mrz = |number: &str, birth: &str, expiry: &str| {
        format!(
            r#"{{"mrz":{{"document_number":"{number}","birth_date":"{birth}","expiry_date":"{expiry}"}}}}"#
        )
    };
    assert_eq!(
        post(&server, path, &mrz("l898902c", "690806", "940623"), &[]).status,
        200
    );
    for wrong in [
        r#"{"can":"12"}"#.to_owned(),
        r#"{"can":"12345a"}"#.to_owned(),
        r#"{"zone":"P<DNK"}"#.to_owned(),
        mrz("", "690806", "940623"),
        mrz("L898902C", "691306", "940623"),
        mrz("L898902C", "690806", "94062"),
        mrz("L8989\u{f8}2C", "690806", "940623"),
    ] {
        let answer = post(&server, path, &wrong, &[]);
        assert_eq!(code(&answer), (400, "access_data".to_owned()), "{wrong}");
        assert!(!answer.text().contains("8989"), "{}", answer.text());
    }
    for wrong in [
        "{}",
        r#"{"can":"123456","zone":"x"}"#,
        r#"{"can":"123456","name":"x"}"#,
        r#"{"mrz":{"document_number":"L898902C"}}"#,
        "[]",
    ] {
        let answer = post(&server, path, wrong, &[]);
        assert_eq!(code(&answer), (400, "malformed".to_owned()), "{wrong}");
    }
}

#[test]
fn one_address_begins_only_so_many() {
    let mut policy = demo_policy();
    policy.limits.starts_per_address_per_minute = 2;
    let server = TestServer::with_policy(policy);
    let body = r#"{"can":"123456"}"#;
    for _ in 0..2 {
        assert_eq!(post(&server, "/enrol/v1/chip", body, &[]).status, 200);
    }
    let answer = post(&server, "/enrol/v1/chip", body, &[]);
    assert_eq!(code(&answer), (429, "too_many_requests".to_owned()));
}

#[test]
fn only_the_owner_is_told_and_only_in_time() {
    let server = TestServer::sqlite();
    let reading = begin(&server, &dane());
    let (HttpRequest { headers, .. }, _) = reading.look();
    let owner = headers[0].1.clone();
    let other = begin(&server, &dane());
    let token = &other.relay().subprotocols[1];
    for path in ["/enrol/v1/chip/reading", "/enrol/v1/chip/events"] {
        for header in [
            "",
            "Segl-Reading ",
            "Segl-Reading AAAA",
            &owner[..owner.len() - 2],
            &owner.replace("Segl-Reading", "Bearer"),
            &format!("Segl-Reading {token}"),
        ] {
            let answer = server.get(path, &[("authorization", header)]);
            assert_eq!(
                code(&answer),
                (401, "reading_unknown".to_owned()),
                "{header}"
            );
        }
    }
    let foreign = [
        ("authorization", owner.as_str()),
        ("origin", "https://evil.example"),
    ];
    let answer = post(&server, "/enrol/v1/chip/relay", "{}", &foreign);
    assert_eq!(code(&answer), (403, "foreign_form".to_owned()));
    let minutes = server.segl.policy.chip.reading_minutes;
    server.wait(SignedDuration::from_mins(minutes));
    let late = server.step(reading.look()).unwrap_err();
    assert_eq!(late.code(), Some("reading_unknown"));
    let late = server.step(reading.another_relay()).unwrap_err();
    assert_eq!(late.code(), Some("reading_unknown"));
}

#[test]
fn a_relay_is_let_in_by_its_token_once_and_from_this_site_alone() {
    let server = TestServer::sqlite();
    let site = Site::open(&server.segl);
    let reading = begin(&server, &dane());
    let request = reading.relay();
    let refused = |result: Result<Client, (u16, String)>| result.err().unwrap();
    let relay_refused = (403, "relay_refused".to_owned());

    let foreign = site.connect_from(&request, Some("https://evil.example"));
    assert_eq!(refused(foreign), (403, "foreign_form".to_owned()));
    let null = site.connect_from(&request, Some("null"));
    assert_eq!(refused(null), (403, "foreign_form".to_owned()));
    let wrong = request.again("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    assert_eq!(refused(site.connect(&wrong)), relay_refused);
    let other = begin(&server, &dane()).relay();
    let mut crossed = request.clone();
    crossed.path.clone_from(&other.path);
    assert_eq!(refused(site.connect(&crossed)), relay_refused);
    crossed.path = "/enrol/chip/nothing".to_owned();
    assert_eq!(refused(site.connect(&crossed)), relay_refused);
    let mut unspoken = request.clone();
    unspoken.subprotocols[0] = "other.v1".to_owned();
    assert_eq!(refused(site.connect(&unspoken)), relay_refused);

    let first = site.connect_from(&request, Some(ISSUER)).unwrap();
    assert_eq!(refused(site.connect(&request)), relay_refused, "used");
    drop(first);

    // Another token takes the place of the one before.
    let reading = begin(&server, &dane());
    let newer = server.step(reading.another_relay()).unwrap();
    assert_eq!(refused(site.connect(&reading.relay())), relay_refused);
    assert!(site.connect(&newer).is_ok());

    let minutes = server.segl.policy.chip.reading_minutes;
    let late = begin(&server, &dane()).relay();
    server.wait(SignedDuration::from_mins(minutes));
    assert_eq!(refused(site.connect(&late)), relay_refused, "late");
}

#[test]
fn the_address_speaks_web_socket_only() {
    let server = TestServer::sqlite();
    let path = begin(&server, &dane()).relay().path;
    let plain = server.get(&path, &[]);
    assert_eq!(code(&plain), (426, "upgrade_required".to_owned()));
    let half = [
        ("connection", "upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "8"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ];
    assert_eq!(code(&server.get(&path, &half)).0, 426);
}

fn short_policy() -> Policy {
    let mut policy = demo_policy();
    policy.chip.idle_seconds = 1;
    policy.chip.messages_per_second = 50;
    policy
}

const CHIP: &str = r#"{"chip":{}}"#;

fn text(text: &str) -> Message {
    Message::Text(text.to_owned().into())
}

fn apdu(bytes: &[u8]) -> Message {
    Message::Binary(bytes.to_vec().into())
}

#[test]
fn what_the_protocol_has_not_ends_the_relay_by_its_name() {
    let server = TestServer::with_policy(short_policy());
    let site = Site::open(&server.segl);
    let cases: Vec<(Vec<Message>, &str)> = vec![
        (vec![], "idle"),
        (vec![text(CHIP)], "idle"),
        (vec![text("chip")], "malformed"),
        (vec![text(r#"{"chip":{"name":"x"}}"#)], "malformed"),
        (vec![text(r#"{"chip":{"longest_answer":10}}"#)], "malformed"),
        (
            vec![text(r#"{"chip":{"longest_answer":65539}}"#)],
            "malformed",
        ),
        (vec![text(r#"{"lost":true}"#)], "out_of_turn"),
        (vec![apdu(&[0x90, 0x00])], "out_of_turn"),
        (vec![text(CHIP), text(CHIP)], "out_of_turn"),
        (vec![text(CHIP), text(r#"{"done":true}"#)], "malformed"),
        (vec![text(CHIP), apdu(&[0x90])], "answer_too_short"),
        (
            vec![text(CHIP), apdu(&vec![0; 65_539])],
            "message_too_large",
        ),
        (
            vec![Message::Ping(Vec::new().into()); 200],
            "too_many_messages",
        ),
    ];
    for (messages, why) in cases {
        let reading = begin(&server, &dane());
        let mut client = site.connect(&reading.relay()).unwrap();
        assert!(client.text().unwrap().starts_with(r#"{"token":""#));
        let case = format!("{} messages, {why}", messages.len());
        for message in messages {
            // The server may have closed already.
            drop(client.socket.send(message));
        }
        let told = client.text();
        if !["message_too_large", "too_many_messages"].contains(&why) {
            let expected = format!(r#"{{"refused":"{why}"}}"#);
            assert_eq!(told.as_deref(), Some(expected.as_str()), "{case}");
        }
        let fault = super::until_fault(&server, &reading);
        assert_eq!(fault, why, "{case}");
        assert_eq!(look(&server, &reading).state, "waiting", "{case}");
    }
}

#[test]
fn a_relay_takes_only_so_long() {
    let mut policy = demo_policy();
    policy.chip.relay_seconds = 1;
    let server = TestServer::with_policy(policy);
    let site = Site::open(&server.segl);
    let reading = begin(&server, &dane());
    let mut client = site.connect(&reading.relay()).unwrap();
    let mut chip = chip(&dane());
    let carried = client.relay(|command| {
        std::thread::sleep(std::time::Duration::from_millis(300));
        chip.process(command)
    });
    assert_eq!(carried, Carried::Refused("too_long".to_owned()));
}

#[test]
fn a_chip_without_end_is_read_only_so_far() {
    let mut policy = demo_policy();
    policy.chip.commands = 12;
    let server = TestServer::with_policy(policy);
    let site = Site::open(&server.segl);
    let reading = begin(&server, &specimens().document(Persona::Foreigner));
    let mut client = site.connect(&reading.relay()).unwrap();
    let mut chip = chip(&specimens().document(Persona::Foreigner));
    let carried = client.relay(|command| chip.process(command));
    assert_eq!(carried, Carried::Refused("too_many_commands".to_owned()));
    assert_eq!(chip.steps(), 12);
}

#[test]
fn a_chip_that_is_there_twice_is_only_told_of_once() {
    let server = TestServer::sqlite();
    let site = Site::open(&server.segl);
    let reading = begin(&server, &dane());
    let mut client = site.connect(&reading.relay()).unwrap();
    let lost = RelayMessage::Text(r#"{"lost":false}"#.to_owned());
    client.say(RelayMessage::Text(CHIP.to_owned())).unwrap();
    client.say(lost).unwrap();
    drop(client.text());
    assert_eq!(client.text().as_deref(), Some(r#"{"refused":"malformed"}"#));
}

/// R-SEC-1: whoever has only the database has neither the document nor what opens it, nor a relay's token.
#[test]
fn a_database_shows_nothing_of_a_document() {
    let folder = std::env::temp_dir().join(format!("segl-chip-dump-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let server = TestServer::on_file(&folder.join("segl.db"));
    trust(&server.segl);
    let document = dane();
    let open = begin(&server, &document);
    let read = begin(&server, &document);
    let site = Site::open(&server.segl);
    let mut client = site.connect(&read.relay()).unwrap();
    let mut chip = chip(&document);
    assert_eq!(client.relay(|command| chip.process(command)), Carried::Done);
    assert_eq!(look(&server, &read).state, "verified");
    let bytes: Vec<u8> = std::fs::read_dir(&folder)
        .unwrap()
        .flat_map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .collect();
    let shows = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    assert!(shows(b"CREATE TABLE chip_readings"), "the dump is read");
    let zone = document.mrz.text();
    for item in [
        &document.mrz.number,
        &document.mrz.birth,
        "OESTERGAARD",
        &zone[..44],
        &zone[44..],
        open.relay().subprotocols[1].strip_prefix("token.").unwrap(),
    ] {
        assert!(!shows(item.as_bytes()), "{item} lies in clear");
    }
    let image = portrait(&document);
    for piece in image[200..].chunks(64).filter(|piece| piece[0] != piece[1]) {
        assert!(!shows(piece), "a piece of the portrait lies in clear");
    }
    drop(site);
    drop(server);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn every_refusal_has_its_words_in_both_languages() {
    use server::error::Fault;
    let server = TestServer::sqlite();
    let faults = [
        Fault::AccessDataRefused,
        Fault::ReadingUnknown,
        Fault::RelayRefused,
        Fault::RelayBusy,
        Fault::ReadingOver,
        Fault::RelaysUsedUp,
        Fault::UpgradeRequired,
    ];
    for fault in faults {
        let key = format!("fault-{}", fault.row().code.replace('_', "-"));
        for lang in [server::i18n::Lang::Da, server::i18n::Lang::En] {
            let text = server.segl.texts.of(lang).get(&key);
            assert!(!text.is_empty() && !text.contains("fault-"), "{key}");
        }
    }
}

#[test]
fn the_interface_is_in_the_open_api_document() {
    let server = TestServer::sqlite();
    let document = server.get("/app/openapi.json", &[]).json();
    for path in [
        "/enrol/v1/chip",
        "/enrol/v1/chip/reading",
        "/enrol/v1/chip/events",
        "/enrol/v1/chip/relay",
        "/enrol/chip/{case}",
    ] {
        assert!(document["paths"][path].is_object(), "{path}");
    }
    // What opens a chip is never printed by accident.
    assert_eq!(format!("{:?}", ChipAccess::Can("123456")), "ChipAccess(..)");
    let (request, _) = ChipReading::begin(ChipAccess::Can("123456"));
    assert!(!format!("{request:?}").contains("123456"));
}
