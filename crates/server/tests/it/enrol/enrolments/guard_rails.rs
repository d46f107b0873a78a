//! What holds of every step of an enrolment.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use app::enrolment::{Enrolment, Way};
use server::i18n::Lang;
use specimen::document::Persona;
use testkit::TestServer;

use super::*;
use crate::enrol::portrait;

/// R-CPR-5, R-SEC-1: whoever has only the database has neither the document, nor the person, nor what goes on with the enrolment.
#[test]
fn a_database_shows_nothing_of_whom_it_enrols() {
    let folder = std::env::temp_dir().join(format!("segl-enrol-dump-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let server = TestServer::on_file(&folder.join("segl.db"));
    ready(&server);
    let document = specimens().document(Persona::Dane);
    // One at each state that keeps something.
    let at_face = server.step(Enrolment::begin(Way::Home)).unwrap();
    read(&server, &at_face, &document);
    decide(
        &server,
        the_one_in(&server, "face"),
        &domain::proofing::FaceDecision::ToOfficial,
    )
    .unwrap();
    let helped = up_to_number(&server, Way::Helper, &document);
    let handed_over = server.step(helped.hand_over()).unwrap();
    let proven = up_to_user_id(&server);
    let named = up_to_user_id(&server);
    let soren = named.choose("den.store.søren", "+4520987654", Some("soren@example.dk"));
    server.step(soren).unwrap();
    assert_eq!(look(&server, &proven).state, "user_id");
    let bytes: Vec<u8> = std::fs::read_dir(&folder)
        .unwrap()
        .flat_map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .collect();
    let shows = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    assert!(shows(b"CREATE TABLE enrolments"), "the dump is read");
    let code = handed_over.code.replace('-', "");
    for item in [
        CPR,
        "OESTERGAARD",
        "Østergård",
        "Søren",
        "840229",
        "1984-02-29",
        "120000001",
        "Strandvej",
        "den.store",
        "20987654",
        "soren@",
        &handed_over.code,
        &code,
        &handed_over.link[40..],
    ] {
        assert!(!shows(item.as_bytes()), "{item} lies in clear");
    }
    for piece in portrait(&document)[200..]
        .chunks(64)
        .filter(|piece| piece[0] != piece[1])
    {
        assert!(!shows(piece), "a piece of the portrait lies in clear");
    }
    drop(server);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn every_refusal_has_its_words_in_both_languages() {
    let server = TestServer::sqlite();
    let tries_left = 1;
    let why = "taken";
    let faults = [
        Fault::EnrolmentUnknown,
        Fault::EnrolmentOutOfTurn,
        Fault::HandedOver,
        Fault::HelpersMayNot,
        Fault::ContinuationRefused,
        Fault::NumberMalformed,
        Fault::NumberRefused { tries_left },
        Fault::NumberReplaced { tries_left },
        Fault::PCodeRefused { tries_left },
        Fault::UserIdRefused { why },
        Fault::UserIdTaken,
        Fault::PhoneRefused,
        Fault::EmailRefused,
        Fault::ContactMissing,
        Fault::HasIdentity,
    ];
    for fault in faults {
        assert!(fault.row().rule.is_some(), "{fault} names its rule");
        let key = format!("fault-{}", fault.row().code.replace('_', "-"));
        for lang in Lang::ALL {
            let t = server.segl.texts.of(lang);
            assert!(t.has(&key) && t.has(&format!("{key}.help")), "{key}");
        }
    }
}

#[test]
fn the_interface_is_in_the_open_api_document() {
    let server = TestServer::sqlite();
    let document = server.get("/app/openapi.json", &[]).json();
    for step in [
        "",
        "/events",
        "/chip",
        "/number",
        "/user-id",
        "/app",
        "/hand-over",
    ] {
        let path = format!("/enrol/v1/enrolments{step}");
        assert!(document["paths"][&path].is_object(), "{path}");
    }
    assert!(document["paths"]["/enrol/v1/continue"].is_object());
}

#[test]
fn forms_from_other_sites_and_members_that_nobody_knows_are_refused() {
    let server = TestServer::sqlite();
    let post = |path: &str, body: &str, origin: &str| {
        let request = Request::post(path)
            .header("content-type", "application/json")
            .header("origin", origin)
            .body(Body::from(body.to_owned()));
        let answer = server.send(request.unwrap());
        (
            answer.status.as_u16(),
            answer.json()["code"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
        )
    };
    for (path, body) in [
        ("/enrol/v1/enrolments", r#"{"way":"home"}"#),
        ("/enrol/v1/continue", r#"{"code":"0000-0000-0000"}"#),
    ] {
        let foreign = post(path, body, "https://evil.example");
        assert_eq!(foreign, (403, "foreign_form".to_owned()));
    }
    for body in [r#"{"way":"desk"}"#, r#"{"way":"home","seat":1}"#, "{}"] {
        let wrong = post("/enrol/v1/enrolments", body, testkit::ISSUER);
        assert_eq!(wrong, (400, "malformed".to_owned()), "{body}");
    }
    let both = r#"{"code":"0000-0000-0000","link":"x"}"#;
    assert_eq!(post("/enrol/v1/continue", both, testkit::ISSUER).0, 400);
}

/// The next event's data, as JSON.
fn next_event(lines: &mut impl Iterator<Item = std::io::Result<String>>) -> serde_json::Value {
    let data = lines.find_map(|line| line.unwrap().strip_prefix("data: ").map(str::to_owned));
    serde_json::from_str(&data.unwrap()).unwrap()
}

#[test]
fn whoever_waits_hears_of_each_state_at_once() {
    let server = TestServer::sqlite();
    ready(&server);
    let document = specimens().document(Persona::Dane);
    let enrolment = server.step(Enrolment::begin(Way::Home)).unwrap();
    let site = Site::open(&server.segl);
    let mut stream = TcpStream::connect(site.address).unwrap();
    let timeout = std::time::Duration::from_secs(30);
    stream.set_read_timeout(Some(timeout)).unwrap();
    write!(
        stream,
        "GET /enrol/v1/enrolments/events HTTP/1.1\r\nhost: id.example.dk\r\nauthorization: Segl-Enrolment {}\r\n\r\n",
        enrolment.owner()
    )
    .unwrap();
    let mut lines = BufReader::new(stream).lines();
    assert_eq!(next_event(&mut lines)["state"], "document");
    read(&server, &enrolment, &document);
    assert_eq!(next_event(&mut lines)["state"], "face");
    let id = the_one_in(&server, "face");
    decide(&server, id, &domain::proofing::FaceDecision::ToOfficial).unwrap();
    assert_eq!(next_event(&mut lines)["state"], "waiting_for_official");
    decide(&server, id, &domain::proofing::FaceDecision::Refused).unwrap();
    let last = next_event(&mut lines);
    assert_eq!(
        (last["state"].as_str(), last["refusal"]["rule"].as_str()),
        (Some("refused"), Some("R-DOC-6"))
    );
}
