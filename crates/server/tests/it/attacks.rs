//! Attacks that a second reader thought of. Each test states what must hold.

use app::pin::Pin;
use app::randomness::SystemRandomness;
use app::{Channel, SettingsChange};
use authn::qr::QrHalf;
use jiff::SignedDuration;
use testkit::TestServer;
use testkit::browser::{Browser, bank_request, hidden, query, sealed};
use testkit::people::{FREJA, PIN};

fn wait_of(server: &TestServer, wait: &str) -> server::sealed::Wait {
    server::sealed::open(&server.segl.keys().sealed, sealed(wait)).unwrap()
}

fn halves(server: &TestServer, wait: &str) -> [String; 2] {
    let key = server.segl.keys();
    let wait = wait_of(server, wait);
    let now = u16::try_from(server.now().duration_since(wait.begun_at).as_secs()).unwrap();
    [now.max(1) - 1, now.max(1)]
        .map(|second| QrHalf::make(&key.qr, *wait.sign_in.as_bytes(), second).text())
}

/// Chromium and Firefox send `Origin: null` with a form of a page whose policy is `no-referrer` (Fetch, "append a request Origin header").
#[test]
fn a_browser_that_obeys_our_referrer_policy_can_sign_in() {
    let server = TestServer::sqlite();
    server.enrol(&FREJA);
    let mut browser = Browser::new(&server);
    let page = browser.get(&bank_request(&[]));
    let origin = match page.header("referrer-policy") {
        Some("no-referrer") => "null",
        _ => testkit::ISSUER,
    };
    let cookie = browser.cookie_header();
    let answer = server.post_form(
        "/signin",
        &[("b", &hidden(page.text(), "b")), ("user_id", "freja.holm")],
        &[("origin", origin), ("cookie", &cookie)],
    );
    assert_eq!(answer.status, 200, "{:?}", answer.fault());
}

#[test]
fn r_sig_1_an_approval_that_nobody_fetched_gives_no_code_hours_later() {
    let server = TestServer::sqlite();
    let (_, device) = server.with_app(&FREJA);
    let mut browser = Browser::new(&server);
    let wait = browser.begin(&bank_request(&[]), "freja.holm");
    server.wait(SignedDuration::from_secs(3));
    let halves = halves(&server, &wait);
    let claim = server
        .step(device.claim(Channel::Qr([&halves[0], &halves[1]])))
        .unwrap();
    server.approve(&device, &claim, PIN).unwrap();
    server.wait(SignedDuration::from_hours(3));
    let answer = browser.get(&wait.replace("/wait", "/finish"));
    let code = query(answer.header("location").unwrap_or_default(), "code");
    let status = code.map(|code| server.redeem(&code).status.as_u16());
    assert_eq!(
        status, None,
        "a code three hours after the approval, and it is redeemed"
    );
}

#[test]
fn a_removed_app_changes_no_settings_and_reads_nothing() {
    let server = TestServer::sqlite();
    let (_, device) = server.with_app(&FREJA);
    let pin = Pin::as_typed(PIN).unwrap();
    let proved = server
        .step(device.unlock(&pin, &mut SystemRandomness::new()).unwrap())
        .unwrap();
    let session = server.step(proved.open()).unwrap();
    server.step(session.clone().remove()).unwrap();
    let read = server.step(session.me()).is_ok();
    let changed = server
        .step(session.settings(SettingsChange {
            typed_code: Some(true),
            ..Default::default()
        }))
        .is_ok();
    assert_eq!((read, changed), (false, false));
}

#[test]
fn r_aut_9_a_removed_app_ends_nobodys_request_with_wrong_codes() {
    let server = TestServer::sqlite();
    let (_, device) = server.with_app(&FREJA);
    let pin = Pin::as_typed(PIN).unwrap();
    let proved = server
        .step(device.unlock(&pin, &mut SystemRandomness::new()).unwrap())
        .unwrap();
    let session = server.step(proved.open()).unwrap();
    server
        .step(session.settings(SettingsChange {
            typed_code: Some(true),
            ..Default::default()
        }))
        .unwrap();
    server.step(session.remove()).unwrap();
    server.wait(SignedDuration::from_mins(61));
    let mut browser = Browser::new(&server);
    let wait = browser.begin(&bank_request(&[]), "freja.holm");
    let right = browser.typed_code(&wait);
    let wrong = if right == "0000" { "0001" } else { "0000" };
    for _ in 0..3 {
        let error = server
            .step(device.claim(Channel::TypedCode(wrong)))
            .unwrap_err();
        eprintln!("{:?}", error.code());
    }
    let finish = browser.get(&wait.replace("/wait", "/finish"));
    assert_eq!(
        finish.header("location"),
        Some(wait.as_str()),
        "{:?}",
        finish.fault()
    );
}

#[test]
fn r_aut_9_an_exchange_forgives_guesses_once() {
    let server = TestServer::sqlite();
    let (_, device) = server.with_app(&FREJA);
    let pin = Pin::as_typed(PIN).unwrap();
    let proved = server
        .step(device.unlock(&pin, &mut SystemRandomness::new()).unwrap())
        .unwrap();
    let (finish, _) = proved.open();
    assert_eq!(server.carry(finish.clone()).status, 200);
    let wrong = Pin::as_typed("141421").unwrap();
    let mut guessed = 0;
    for _ in 0..10 {
        for _ in 0..3 {
            let start = device.unlock(&wrong, &mut SystemRandomness::new()).unwrap();
            if matches!(server.step(start), Err(app::AppError::WrongPin { .. })) {
                guessed += 1;
            }
        }
        server.carry(finish.clone());
    }
    assert!(
        guessed <= 3,
        "{guessed} wrong PINs were tried within one moment"
    );
}

#[test]
fn r_sig_4_two_requests_with_the_same_digits_are_not_told_apart_by_guessing() {
    let server = TestServer::sqlite();
    let (_, device) = server.with_app(&FREJA);
    let pin = Pin::as_typed(PIN).unwrap();
    let proved = server
        .step(device.unlock(&pin, &mut SystemRandomness::new()).unwrap())
        .unwrap();
    let session = server.step(proved.open()).unwrap();
    server
        .step(session.settings(SettingsChange {
            typed_code: Some(true),
            ..Default::default()
        }))
        .unwrap();
    server.wait(SignedDuration::from_mins(61));
    let keys = server.segl.keys();
    let mut seen = std::collections::HashMap::new();
    for _ in 0..2000 {
        server.wait(SignedDuration::from_millis(1));
        let wait = Browser::new(&server).begin(&bank_request(&[]), "freja.holm");
        let wait = wait_of(&server, &wait);
        let waiting = server
            .segl
            .store
            .read_blocking({
                let (identity, now) = (wait.identity, server.now());
                move |tx| store::sign_in::waiting(tx, identity, now)
            })
            .unwrap();
        if !waiting.iter().any(|(id, _)| *id == wait.sign_in) {
            continue;
        }
        let code = authn::code::TypedCode::of_sign_in(&keys.typed_code, wait.sign_in.as_bytes());
        if let Some(first) = seen.insert(code.expose().to_owned(), wait.sign_in) {
            let outcome = server.step(device.claim(Channel::TypedCode(code.expose())));
            let shown = outcome.map(|claim| claim.sign_in);
            assert!(
                shown.is_err(),
                "{} wait; the holder's own was {:?}, shown is the stranger's newer one {:?}",
                waiting.len(),
                domain::sign_in::wire_id(first),
                shown
            );
            return;
        }
    }
    panic!("no two with the same digits");
}

#[test]
fn r_msg_1_the_name_of_an_app_brings_no_link_into_a_message() {
    let server = TestServer::sqlite();
    let enrolled = server.enrol(&FREJA);
    let rng = &mut SystemRandomness::new();
    let start = app::Activation::start("freja.holm", &enrolled.letter_code, &enrolled.sms_code);
    let choosing = server
        .step(start)
        .unwrap()
        .stretching(app::Stretch::Kept(app::StretchCache::default()));
    let registering = server.step(choosing.choose(PIN, rng).unwrap()).unwrap();
    let named = server.step(
        registering
            .finish("x. Stop it: https://evil.example", rng)
            .unwrap(),
    );
    assert!(named.is_err(), "the SMS and the e-mail now carry a link");
}

/// A page elsewhere sends a form to the authorization endpoint; the browser's Lax cookie stays at home, and ours is set anew.
#[test]
fn r_sig_5_a_foreign_form_does_not_take_a_browsers_cookie_away() {
    let server = TestServer::sqlite();
    let request = bank_request(&[]);
    let query = request.split_once('?').unwrap().1;
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    let fields: Vec<(&str, &str)> = pairs
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    let answer = server.post_form(
        "/connect/authorize",
        &fields,
        &[
            ("origin", "https://evil.example"),
            ("sec-fetch-site", "cross-site"),
        ],
    );
    let replaced = answer.headers.get_all("set-cookie").iter().any(|cookie| {
        cookie
            .to_str()
            .unwrap()
            .starts_with(server.segl.settings.browser_cookie())
    });
    assert!(!replaced, "{}", answer.status);
}
