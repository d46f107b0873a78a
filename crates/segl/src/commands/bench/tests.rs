//! The load generator against a real server, over sockets.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use jiff::SignedDuration;
use server::listen::{Listener, serve};
use testkit::people::{FREJA, OSCAR};
use testkit::{SECRET, TestServer};

use super::load::{Failure, Work, block_on};
use super::person::{Person, activate_all};
use super::service::Service;
use super::signin::{Way, workers};
use super::target::{ClientCredentials, Codes, Target};
use super::token::Tokens;

/// Serves on a free port until the test's process ends.
fn listen(server: &TestServer) -> Target {
    let (tell, told) = std::sync::mpsc::channel();
    let router = server::router(Arc::clone(&server.segl));
    thread::spawn(move || {
        block_on(async {
            let listener = Listener::bind(([127, 0, 0, 1], 0).into(), None)
                .await
                .unwrap();
            tell.send(listener.socket.local_addr().unwrap()).unwrap();
            serve(listener, router, std::future::pending()).await;
        })
    });
    let url = format!("http://{}", told.recv().unwrap());
    block_on(Target::discover(&url)).flatten().unwrap()
}

fn service(target: &Target, secret: &str) -> Arc<Service> {
    let client = ClientCredentials {
        client_id: "bank".to_owned(),
        client_secret: secret.to_owned(),
        redirect_uri: "https://bank.example.dk/callback".to_owned(),
        scope: "openid mitid".to_owned(),
        api_scope: "accounts.read".to_owned(),
    };
    Service::new(target.clone(), client).unwrap()
}

fn people(server: &TestServer, target: &Target) -> Vec<Person> {
    let codes = [FREJA, OSCAR].iter().map(|somebody| {
        let enrolled = server.enrol(somebody);
        Codes {
            user_id: somebody.user_id.to_owned(),
            letter_code: enrolled.letter_code,
            sms_code: enrolled.sms_code,
        }
    });
    activate_all(&target.server, codes.collect()).unwrap()
}

#[test]
fn people_sign_in_by_link_again_and_again() {
    let server = TestServer::sqlite();
    let target = listen(&server);
    let people = people(&server, &target);
    let mut workers = workers(&service(&target, SECRET), people, Way::Link, 1);
    assert_eq!(workers.len(), 1);
    block_on(async {
        for _ in 0..5 {
            workers[0].once().await.unwrap();
        }
    })
    .unwrap();
}

#[test]
fn a_person_signs_in_by_qr_code() {
    let server = TestServer::sqlite();
    let target = listen(&server);
    let people = people(&server, &target);
    let mut workers = workers(&service(&target, SECRET), people, Way::Qr, 2);
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                // Slower than the server looks, which is once a second: it is to see each second.
                thread::sleep(Duration::from_millis(1500));
                server.wait(SignedDuration::from_secs(1));
            }
        });
        let outcome = block_on(workers[1].once()).flatten();
        done.store(true, Ordering::Relaxed);
        outcome.unwrap();
    });
}

#[test]
fn a_service_with_a_wrong_secret_fails_where_it_redeems() {
    let server = TestServer::sqlite();
    let target = listen(&server);
    let people = people(&server, &target);
    let service = service(&target, "not the secret");
    let mut workers = workers(&service, people, Way::Link, 2);
    let failure = block_on(workers[0].once()).unwrap().unwrap_err();
    assert!(
        matches!(failure, Failure::Refused { step: "redeeming the code", status, .. } if status == 401),
        "{failure}"
    );
    let failure = block_on(Tokens::new(&service).unwrap().once())
        .unwrap()
        .unwrap_err();
    assert!(
        matches!(failure, Failure::Refused { step: "asking for a token", status, .. } if status == 401),
        "{failure}"
    );
}

#[test]
fn a_service_gets_tokens_for_itself() {
    let server = TestServer::sqlite();
    let target = listen(&server);
    let mut tokens = Tokens::new(&service(&target, SECRET)).unwrap();
    block_on(async {
        for _ in 0..3 {
            tokens.once().await.unwrap();
        }
    })
    .unwrap();
}
