//! The holder's own pages: R-SIG-6.

use app::pin::Pin;
use app::randomness::SystemRandomness;
use app::{Device, Session, SettingsChange};
use jiff::SignedDuration;
use testkit::TestServer;
use testkit::browser::{Browser, bank_request};
use testkit::people::{FREJA, PIN};

use crate::on_both;

fn open(server: &TestServer, device: &Device) -> Session {
    let pin = Pin::as_typed(PIN).unwrap();
    let proved = server
        .step(device.unlock(&pin, &mut SystemRandomness::new()).unwrap())
        .unwrap();
    server.step(proved.open()).unwrap()
}

#[test]
fn r_sig_6_every_use_is_in_the_log_and_names_can_be_hidden() {
    on_both(|server| {
        let (_, device) = server.with_app(&FREJA);
        let mut browser = Browser::new(server);
        for _ in 0..2 {
            server.wait(SignedDuration::from_secs(1));
            server.code_for(&mut browser, &device, &bank_request(&[]));
        }
        let session = open(server, &device);
        let log = server.step(session.activity(None)).unwrap();
        let whats: Vec<_> = log
            .entries
            .iter()
            .map(|entry| entry.what.as_str())
            .collect();
        assert_eq!(
            whats,
            ["sign_in_approved", "sign_in_approved", "app_activated"]
        );
        assert_eq!(log.entries[0].service.as_deref(), Some("Nordbanken"));
        server
            .step(session.settings(SettingsChange {
                hide_service_names: Some(true),
                ..Default::default()
            }))
            .unwrap();
        let hidden = server.step(session.activity(None)).unwrap();
        assert!(
            hidden
                .entries
                .iter()
                .all(|entry| entry.service.is_none() && entry.reference_text.is_none())
        );
    });
}

#[test]
fn the_log_turns_pages() {
    let server = TestServer::sqlite();
    let (_, device) = server.with_app(&FREJA);
    let mut browser = Browser::new(&server);
    for _ in 0..25 {
        server.wait(SignedDuration::from_secs(1));
        server.code_for(&mut browser, &device, &bank_request(&[]));
    }
    let session = open(&server, &device);
    let first = server.step(session.activity(None)).unwrap();
    let second = server
        .step(session.activity(first.next.as_deref()))
        .unwrap();
    assert_eq!(
        (first.entries.len(), second.entries.len(), second.next),
        (20, 6, None)
    );
    assert!(first.entries.last().unwrap().at > second.entries[0].at);
}

#[test]
fn the_pin_opens_for_fifteen_minutes() {
    let server = TestServer::sqlite();
    let (_, device) = server.with_app(&FREJA);
    let session = open(&server, &device);
    server.wait(SignedDuration::from_mins(15) - SignedDuration::from_secs(1));
    let me = server.step(session.me()).unwrap();
    assert_eq!(
        (me.name.as_str(), me.user_id.as_str()),
        ("Freja Holm", "freja.holm")
    );
    assert!(me.remind_second_authenticator, "R-AUT-3");
    server.wait(SignedDuration::from_secs(1));
    assert_eq!(
        server.step(session.me()).unwrap_err().code(),
        Some("locked")
    );
}

#[test]
fn a_removed_app_is_an_authenticator_no_more() {
    on_both(|server| {
        let (_, device) = server.with_app(&FREJA);
        let session = open(server, &device);
        server.step(session.remove()).unwrap();
        let mut browser = Browser::new(server);
        let wait = browser.begin(&bank_request(&[]), "freja.holm");
        let link = browser.link(&wait);
        assert_eq!(
            server
                .step(device.claim(app::Channel::Link(&link)))
                .unwrap_err()
                .code(),
            Some("app_not_active")
        );
    });
}

#[test]
fn r_sig_1_what_nobody_answered_is_ended_logged_and_forgotten() {
    on_both(|server| {
        let (_, device) = server.with_app(&FREJA);
        let mut browser = Browser::new(server);
        browser.begin(&bank_request(&[]), "freja.holm");
        Browser::new(server).begin(&bank_request(&[]), "nobody.at.all");
        server.wait(SignedDuration::from_secs(300));
        server.block_on(server::jobs::once(&server.segl)).unwrap();
        let session = open(server, &device);
        let log = server.step(session.activity(None)).unwrap();
        assert_eq!(log.entries[0].what, "sign_in_timed_out");
        let count = |sql| {
            server
                .segl
                .store
                .read_blocking(move |tx| tx.query_one(sql, &[], |row| row.bigint(0)))
                .unwrap()
        };
        assert_eq!(
            count("SELECT count(*) FROM events"),
            2,
            "nothing is written of somebody who does not exist"
        );
        assert_eq!(count("SELECT count(*) FROM sign_ins"), 2);
        server.wait(SignedDuration::from_hours(5));
        server.block_on(server::jobs::once(&server.segl)).unwrap();
        assert_eq!(count("SELECT count(*) FROM sign_ins"), 0);
    });
}
