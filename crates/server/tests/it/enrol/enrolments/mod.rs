//! From nothing to an active app, over HTTP and with virtual passports (R-ENR-1).

mod face;
mod face_queue;
mod guard_rails;
mod hand_over;
mod home;
mod number;
mod user_id;

use std::sync::Arc;

use app::enrolment::{Enrolment, EnrolmentShown, Way};
use app::relay::{Carried, ChipAccess};
use app::{AppError, ChoosePin, Device, HttpRequest, Stretch, StretchCache};
use axum::body::{Body, to_bytes};
use axum::http::Request;
use domain::id::{EnrolmentId, IdentityId};
use domain::proofing::{FaceDecision, FaceEvidence, FaceProved};
use domain::register::RegisterEntry;
use server::Segl;
use server::enrol::accept::face_decided;
use server::error::Fault;
use specimen::document::{Document, Persona};
use testkit::TestServer;
use testkit::browser::{Browser, bank_request};
use testkit::people::PIN;
use testkit::register::registered;
use tower::ServiceExt;

use super::{Site, chip, issued, specimens, trust};

/// The Dane's CPR number: the passport says 29 February 1984.
const CPR: &str = "2902840002";

fn the_dane() -> RegisterEntry {
    registered("Søren Æbelø", "Østergård", CPR)
}

/// A server that trusts the specimens and whose register has the Dane.
fn ready(server: &TestServer) {
    trust(&server.segl);
    server.register(&[the_dane()]);
}

/// A passport of somebody else.
fn passport(surname: &str, given_names: &str, birth: &str) -> Document {
    issued(Persona::Dane, |plan| {
        surname.clone_into(&mut plan.mrz.surname);
        given_names.clone_into(&mut plan.mrz.given_names);
        birth.clone_into(&mut plan.mrz.birth);
    })
}

/// Reads a document's chip for an enrolment.
fn read(server: &TestServer, enrolment: &Enrolment, document: &Document) {
    let zone = document.mrz.text();
    let reading = server
        .step(enrolment.read_chip(ChipAccess::Zone(&zone)))
        .unwrap();
    let site = Site::open(&server.segl);
    let mut chip = chip(document);
    let mut client = site.connect(&reading.relay()).unwrap();
    assert_eq!(client.relay(|command| chip.process(command)), Carried::Done);
}

fn look(server: &TestServer, enrolment: &Enrolment) -> EnrolmentShown {
    server.step(enrolment.look()).unwrap()
}

/// The only enrolment in a state.
fn the_one_in(server: &TestServer, state: &'static str) -> EnrolmentId {
    let sql = "SELECT id FROM enrolments WHERE state = $1";
    let found = server.segl.store.read_blocking(move |tx| {
        tx.query_one(sql, &[store::Value::Text(state)], |row| {
            Ok(EnrolmentId::try_from(row.bytes(0)?).unwrap())
        })
    });
    found.unwrap_or_else(|error: store::StoreError| panic!("{error}"))
}

fn decide(
    server: &TestServer,
    enrolment: EnrolmentId,
    decision: &FaceDecision,
) -> Result<(), Fault> {
    let (segl, now, decision) = (Arc::clone(&server.segl), server.now(), decision.clone());
    server
        .segl
        .store
        .write_blocking(enrolment.as_bytes(), move |tx| {
            face_decided(tx, &segl, enrolment, decision.clone(), now).map(drop)
        })
}

fn same_face() -> FaceDecision {
    let officials = vec![IdentityId::from_bytes([7; 16])];
    FaceDecision::Proved(FaceProved::dangerous_from_kept(FaceEvidence::Officials {
        officials,
    }))
}

/// Proves the document and the face.
fn up_to_number(server: &TestServer, way: Way, document: &Document) -> Enrolment {
    let enrolment = server.step(Enrolment::begin(way)).unwrap();
    read(server, &enrolment, document);
    decide(server, the_one_in(server, "face"), &same_face()).unwrap();
    enrolment
}

/// Proves who the Dane is.
fn up_to_user_id(server: &TestServer) -> Enrolment {
    let document = specimens().document(Persona::Dane);
    let enrolment = up_to_number(server, Way::Home, &document);
    let shown = server.step(enrolment.number(CPR)).unwrap();
    assert_eq!(shown.state, "user_id");
    enrolment
}

/// The PIN and the device key.
fn activate(server: &TestServer, choosing: ChoosePin) -> Result<Device, AppError> {
    let rng = &mut authn::randomness::SystemRandomness::new();
    let choosing = choosing.stretching(Stretch::Kept(StretchCache::default()));
    let registering = server.step(choosing.choose(PIN, rng)?)?;
    Ok(server.step(registering.finish("Phone", rng)?)?.device)
}

/// Signs in at the bank.
fn sign_in(server: &TestServer, device: &Device, user_id: &str) {
    let mut browser = Browser::new(server);
    let wait = browser.begin(&bank_request(&[]), user_id);
    let link = browser.link(&wait);
    let claim = server
        .step(device.claim(app::Channel::Link(&link)))
        .unwrap();
    let approved = server.approve(device, &claim, PIN).unwrap();
    let back = browser.get(&approved.return_to.unwrap());
    assert!(back.location().contains("code="), "{}", back.location());
}

/// The code and the rule of a refusal.
fn refused<T: std::fmt::Debug>(result: Result<T, AppError>) -> (String, Option<String>) {
    match result {
        Err(AppError::Refused(problem)) => (problem.code.clone(), problem.rule.clone()),
        other => panic!("{other:?}"),
    }
}

fn refusal(code: &str, rule: &str) -> (String, Option<String>) {
    (code.to_owned(), Some(rule.to_owned()))
}

/// Sends requests in the same moment, each to a server of its own with the same database. Gives status and body of each.
fn at_once(server: &TestServer, requests: Vec<HttpRequest>) -> Vec<(u16, serde_json::Value)> {
    let start = std::sync::Barrier::new(requests.len());
    let servers: Vec<Arc<Segl>> = requests.iter().map(|_| server.beside()).collect();
    std::thread::scope(|scope| {
        let sent: Vec<_> = requests
            .into_iter()
            .zip(servers)
            .map(|(request, segl)| {
                let start = &start;
                scope.spawn(move || {
                    let router = server::router(segl);
                    let runtime = tokio::runtime::Builder::new_current_thread()
                        .enable_all()
                        .build()
                        .unwrap();
                    let mut builder = Request::builder()
                        .method(request.method.as_str())
                        .uri(&request.path);
                    for (name, value) in &request.headers {
                        builder = builder.header(*name, value);
                    }
                    let request = builder.body(Body::from(request.body)).unwrap();
                    start.wait();
                    runtime.block_on(async {
                        let answer = router.oneshot(request).await.unwrap();
                        let status = answer.status().as_u16();
                        let body = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
                        (status, serde_json::from_slice(&body).unwrap_or_default())
                    })
                })
            })
            .collect();
        sent.into_iter().map(|one| one.join().unwrap()).collect()
    })
}

/// What lies in the row of an enrolment: state, whether evidence is there, and the decision.
fn row(server: &TestServer, state: &'static str) -> (bool, String) {
    let sql = "SELECT evidence_sealed, decision FROM enrolments WHERE state = $1";
    let found = server.segl.store.read_blocking(move |tx| {
        tx.query_one(sql, &[store::Value::Text(state)], |row| {
            let decision = row.opt_text(1)?.unwrap_or_default().to_owned();
            Ok((row.opt_bytes(0)?.is_some(), decision))
        })
    });
    found.unwrap_or_else(|error: store::StoreError| panic!("{error}"))
}
