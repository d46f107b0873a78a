//! `/enrol/v1/enrolments/face`: pictures that answer a challenge, with and without a model.

use app::enrolment::{Enrolment, Way};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use axum::body::Body;
use axum::http::Request;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use domain::proofing::FaceStep;
use face::Matcher;
use face::manifest::VerifiedManifest;
use jiff::SignedDuration;
use serde_json::{Value, json};
use specimen::document::{Persona, Portrait};
use specimen::drawn_face::{self, Pose};
use specimen::network;
use store::{StoreError, Value as Sql};
use testkit::{Answer, ISSUER, TestServer};

use super::{look, read, ready, the_one_in};
use crate::enrol::issued;
use crate::on_both;

const SEED: &[u8] = b"drawn";

/// The networks for drawn faces, with thresholds.
fn model(threshold: (f32, f32)) -> Matcher {
    let manifest = network::manifest(SEED, threshold, true);
    let key = Ed25519KeyPair::from_seed_unchecked(&[9; 32]).unwrap();
    let info = [
        0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
    ];
    let body = STANDARD.encode([&info, key.public_key().as_ref()].concat());
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n");
    let signature = key.sign(manifest.as_bytes());
    let manifest = VerifiedManifest::open(manifest.as_bytes(), signature.as_ref(), &pem).unwrap();
    Matcher::load(&manifest, 1, |name| match name {
        network::RECOGNITION_FILE => Some(network::recognition(SEED)),
        network::DETECTOR_FILE => Some(network::detector()),
        _ => None,
    })
    .unwrap()
}

/// An enrolment whose document has the portrait of drawn person 1.
pub(super) fn up_to_face(server: &TestServer, way: Way) -> Enrolment {
    ready(server);
    let document = issued(Persona::Dane, |plan| {
        plan.portrait = Portrait::Drawn { person: 1 };
    });
    let enrolment = server.step(Enrolment::begin(way)).unwrap();
    read(server, &enrolment, &document);
    enrolment
}

fn send(server: &TestServer, enrolment: &Enrolment, path: &str, body: &Value) -> Answer {
    let request = Request::post(path)
        .header("content-type", "application/json")
        .header("origin", ISSUER)
        .header("accept-language", "en")
        .header(
            "authorization",
            format!("Segl-Enrolment {}", enrolment.owner()),
        )
        .body(Body::from(body.to_string()))
        .unwrap();
    server.send(request)
}

/// A challenge: the sealed text, and the steps.
pub(super) fn challenged(server: &TestServer, enrolment: &Enrolment) -> (String, Vec<FaceStep>) {
    let path = "/enrol/v1/enrolments/face/challenge";
    let answer = send(server, enrolment, path, &json!({}));
    assert_eq!(answer.status, 200, "{}", answer.text());
    let answer = answer.json();
    let steps = answer["steps"].as_array().unwrap().iter();
    let steps = steps.map(|step| step["step"].as_str().unwrap().parse().unwrap());
    (
        answer["challenge"].as_str().unwrap().to_owned(),
        steps.collect(),
    )
}

/// What a person who does as asked looks like.
fn pose(step: FaceStep) -> Pose {
    let take = match step {
        FaceStep::Straight => 1,
        FaceStep::TurnLeft => 2,
        FaceStep::TurnRight => 3,
        FaceStep::Approach => 4,
    };
    let (turn, eye_distance) = match step {
        FaceStep::Straight => (0.0, 72.0),
        FaceStep::TurnLeft => (0.35, 72.0),
        FaceStep::TurnRight => (-0.35, 72.0),
        FaceStep::Approach => (0.0, 95.0),
    };
    Pose {
        turn,
        eye_distance,
        aside: 0.0,
        take,
    }
}

pub(super) fn jpeg(person: u8, step: FaceStep) -> Vec<u8> {
    drawn_face::jpeg(person, pose(step))
}

fn answered(
    server: &TestServer,
    enrolment: &Enrolment,
    challenge: &str,
    pictures: &[(FaceStep, Vec<u8>)],
) -> Answer {
    let pictures: Vec<Value> = pictures
        .iter()
        .map(|(step, jpeg)| json!({"step": step.word(), "jpeg": URL_SAFE_NO_PAD.encode(jpeg)}))
        .collect();
    let body = json!({"challenge": challenge, "pictures": pictures});
    send(server, enrolment, "/enrol/v1/enrolments/face", &body)
}

/// Answers a new challenge with pictures of a person who does as asked.
pub(super) fn try_as(server: &TestServer, enrolment: &Enrolment, person: u8) -> Value {
    let (challenge, steps) = challenged(server, enrolment);
    let pictures: Vec<_> = steps
        .iter()
        .map(|step| (*step, jpeg(person, *step)))
        .collect();
    let answer = answered(server, enrolment, &challenge, &pictures);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

/// How many pictures lie in the database, and the state and outcome of the only case.
pub(super) fn kept(server: &TestServer) -> (i64, String, String) {
    let found = server.segl.store.read_blocking(|tx| {
        let pictures = tx.query_one("SELECT COUNT(*) FROM face_pictures", &[], |row| {
            row.bigint(0)
        })?;
        let case = tx.query_one("SELECT state, outcome FROM face_cases", &[], |row| {
            let outcome = row.opt_text(1)?.unwrap_or_default().to_owned();
            Ok((row.text(0)?.to_owned(), outcome))
        })?;
        Ok((pictures, case.0, case.1))
    });
    found.unwrap_or_else(|error: StoreError| panic!("{error}"))
}

fn refused(answer: &Answer) -> (u16, String) {
    let code = answer.json()["code"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    (answer.status.as_u16(), code)
}

#[test]
fn r_doc_6_a_model_that_is_sure_proves_the_face_and_no_picture_is_kept() {
    on_both(|server| {
        server.segl.faces.replace(Some(model((0.75, 0.6))));
        let enrolment = up_to_face(server, Way::Home);
        let outcome = try_as(server, &enrolment, 1);
        assert_eq!(outcome, json!({"outcome": "proved", "why": []}));
        assert_eq!(look(server, &enrolment).state, "number");
        let decided = ("decided".to_owned(), "proved_by_model".to_owned());
        assert_eq!(kept(server), (0, decided.0, decided.1));
    });
}

#[test]
fn r_doc_6_a_model_refuses_nobody_whom_it_takes_for_another_an_official_sees_at_the_last_try() {
    on_both(|server| {
        server.segl.faces.replace(Some(model((0.75, 0.6))));
        let enrolment = up_to_face(server, Way::Home);
        for _ in 1..server.segl.policy.face.tries {
            let outcome = try_as(server, &enrolment, 9);
            assert_eq!(outcome["outcome"], "again");
            assert_eq!(outcome["why"], json!(["not_alike"]));
            assert_eq!(kept(server).0, 0);
        }
        let last = try_as(server, &enrolment, 9);
        assert_eq!(last, json!({"outcome": "to_official", "why": []}));
        assert_eq!(look(server, &enrolment).state, "waiting_for_official");
        assert_eq!(kept(server), (4, "waiting".to_owned(), String::new()));
    });
}

#[test]
fn r_doc_6_what_the_model_is_not_sure_of_goes_to_an_official_at_once() {
    let server = TestServer::sqlite();
    server.segl.faces.replace(Some(model((0.9999, 0.2))));
    let enrolment = up_to_face(&server, Way::Home);
    assert_eq!(try_as(&server, &enrolment, 1)["outcome"], "to_official");
    let id = the_one_in(&server, "waiting_for_official");
    let now = server.now();
    let found = server
        .segl
        .store
        .read_blocking(move |tx| store::face_case::find_waiting(tx, id, now));
    let (_, advice) = found.unwrap().unwrap();
    assert_eq!(advice.verdict.as_deref(), Some("unsure"));
    assert_eq!(advice.model.as_deref(), Some("drawn faces 1"));
    assert!(
        advice
            .similarity
            .is_some_and(|hundredths| (20..100).contains(&hundredths))
    );
}

#[test]
fn r_doc_6_a_photograph_held_up_for_every_step_is_no_living_face() {
    let server = TestServer::sqlite();
    server.segl.faces.replace(Some(model((0.75, 0.6))));
    let enrolment = up_to_face(&server, Way::Home);
    let (challenge, steps) = challenged(&server, &enrolment);
    let still = jpeg(1, FaceStep::Straight);
    let pictures: Vec<_> = steps.iter().map(|step| (*step, still.clone())).collect();
    let outcome = answered(&server, &enrolment, &challenge, &pictures).json();
    assert_eq!(outcome["outcome"], "again");
    let why: Vec<&str> = outcome["why"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    for word in [
        "not_turned_left",
        "not_turned_right",
        "not_closer",
        "same_picture",
    ] {
        assert!(why.contains(&word), "{why:?}");
    }
}

#[test]
fn r_doc_6_the_chips_own_portrait_is_no_picture_of_a_living_face() {
    let server = TestServer::sqlite();
    let enrolment = up_to_face(&server, Way::Home);
    let (challenge, steps) = challenged(&server, &enrolment);
    let portrait = drawn_face::jpeg(1, Pose::default());
    let pictures: Vec<_> = steps
        .iter()
        .map(|step| match step {
            FaceStep::Straight => (*step, portrait.clone()),
            other => (*step, jpeg(1, *other)),
        })
        .collect();
    let outcome = answered(&server, &enrolment, &challenge, &pictures).json();
    assert_eq!(
        outcome,
        json!({"outcome": "again", "why": ["same_picture"]})
    );
}

#[test]
fn r_doc_6_a_challenge_is_answered_once_in_its_order_and_in_its_time() {
    on_both(|server| {
        let enrolment = up_to_face(server, Way::Home);
        let pictures = |steps: &[FaceStep]| -> Vec<_> {
            steps.iter().map(|step| (*step, jpeg(1, *step))).collect()
        };
        let over = (409, "face_challenge_over".to_owned());
        let (challenge, steps) = challenged(server, &enrolment);
        let mut swapped = steps.clone();
        swapped.swap(0, 1);
        let answer = answered(server, &enrolment, &challenge, &pictures(&swapped));
        assert_eq!(refused(&answer), (400, "face_pictures".to_owned()));
        let short = answered(server, &enrolment, &challenge, &pictures(&steps[..3]));
        assert_eq!(refused(&short), (400, "face_pictures".to_owned()));
        // A newer challenge makes the one before worthless.
        let (newer, newer_steps) = challenged(server, &enrolment);
        let old = answered(server, &enrolment, &challenge, &pictures(&steps));
        assert_eq!(refused(&old), over);
        let life = SignedDuration::from_secs(server.segl.policy.face.challenge_seconds);
        server.wait(life);
        let late = answered(server, &enrolment, &newer, &pictures(&newer_steps));
        assert_eq!(refused(&late), over);
        let (last, steps) = challenged(server, &enrolment);
        server.wait(life - SignedDuration::from_micros(1));
        let pictures = pictures(&steps);
        let in_time = answered(server, &enrolment, &last, &pictures);
        assert_eq!(in_time.json()["outcome"], "to_official");
        let again = answered(server, &enrolment, &last, &pictures);
        assert_eq!(refused(&again), (409, "enrolment_out_of_turn".to_owned()));
    });
}

#[test]
fn pictures_that_are_none_are_told_and_too_large_ones_refused() {
    let server = TestServer::sqlite();
    let enrolment = up_to_face(&server, Way::Home);
    let all = |bytes: &[u8]| {
        let (challenge, steps) = challenged(&server, &enrolment);
        let pictures: Vec<_> = steps.iter().map(|step| (*step, bytes.to_vec())).collect();
        answered(&server, &enrolment, &challenge, &pictures)
    };
    assert_eq!(refused(&all(b"GIF89a")), (400, "face_pictures".to_owned()));
    let broken = all(&[0xFF, 0xD8, 0xFF, 0xD9]).json();
    assert_eq!(broken, json!({"outcome": "again", "why": ["unreadable"]}));
    let limit = server.segl.policy.face.picture_bytes;
    let mut large = jpeg(1, FaceStep::Straight);
    large.resize(limit + 1, 0);
    assert_eq!(refused(&all(&large)), (400, "face_pictures".to_owned()));
    large.resize(limit * 2, 0);
    assert_eq!(all(&large).status, 413);
}

#[test]
fn r_hlp_1_a_helper_takes_the_pictures_and_hears_nothing_of_the_person() {
    let server = TestServer::sqlite();
    let enrolment = up_to_face(&server, Way::Helper);
    let outcome = try_as(&server, &enrolment, 1);
    assert_eq!(outcome, json!({"outcome": "to_official", "why": []}));
    let shown = look(&server, &enrolment);
    assert_eq!(shown.state, "waiting_for_official");
    assert!(shown.document.is_none());
}

#[test]
fn pictures_lie_sealed_and_go_when_their_time_is_over() {
    on_both(|server| {
        let enrolment = up_to_face(server, Way::Home);
        assert_eq!(try_as(server, &enrolment, 1)["outcome"], "to_official");
        let sealed = server.segl.store.read_blocking(|tx| {
            tx.query("SELECT picture_sealed FROM face_pictures", &[], |row| {
                Ok(row.bytes(0)?.to_vec())
            })
        });
        let sealed = sealed.unwrap_or_else(|error: StoreError| panic!("{error}"));
        let portrait = jpeg(1, FaceStep::Straight);
        let part = &portrait[portrait.len() / 2..][..24];
        for picture in &sealed {
            assert!(!picture.starts_with(&[0xFF, 0xD8]));
            assert!(!picture.windows(24).any(|bytes| bytes == part));
        }
        let life = SignedDuration::from_hours(server.segl.policy.enrolment.official_hours);
        server.wait(life - SignedDuration::from_micros(1));
        server.block_on(server::jobs::once(&server.segl)).unwrap();
        assert_eq!(kept(server).0, 4);
        server.wait(SignedDuration::from_micros(1));
        server.block_on(server::jobs::once(&server.segl)).unwrap();
        assert_eq!(kept(server), (0, "expired".to_owned(), String::new()));
    });
}

/// Sets how well the person is to be proved, as no way at a distance does.
pub(super) fn want_high(server: &TestServer) {
    let set = server.segl.store.write_blocking(b"x", |tx| {
        tx.execute("UPDATE face_cases SET wanted = $1", &[Sql::Text("high")])
    });
    assert_eq!(set.unwrap_or_else(|error: StoreError| panic!("{error}")), 1);
}
