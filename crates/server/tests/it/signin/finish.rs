//! Back to the service: R-SIG-5 and R-SVC-4.

use app::{Channel, RejectReason};
use authn::qr::QrHalf;
use jiff::SignedDuration;
use testkit::TestServer;
use testkit::browser::{Browser, bank_request, hidden, query, request, sealed};
use testkit::people::{FREJA, MARTA, PIN};

use crate::on_both;

/// The two newest halves of the animated code, as a camera sees them.
fn halves(server: &TestServer, wait: &str) -> [String; 2] {
    let key = &server.segl.keys();
    let wait: server::sealed::Wait = server::sealed::open(&key.sealed, sealed(wait)).unwrap();
    let now = u16::try_from(server.now().duration_since(wait.begun_at).as_secs()).unwrap();
    [now.max(1) - 1, now.max(1)]
        .map(|second| QrHalf::make(&key.qr, *wait.sign_in.as_bytes(), second).text())
}

#[test]
fn by_qr_code_the_browser_that_began_gets_the_result() {
    on_both(|server| {
        let (_, device) = server.with_app(&FREJA);
        let mut browser = Browser::new(server);
        let wait = browser.begin(&bank_request(&[]), "Freja.Holm");
        let finish = wait.replace("/wait", "/finish");
        assert_eq!(browser.get(&finish).location(), wait, "not approved yet");
        server.wait(SignedDuration::from_secs(3));
        let halves = halves(server, &wait);
        let claim = server
            .step(device.claim(Channel::Qr([&halves[0], &halves[1]])))
            .unwrap();
        assert_eq!(
            (claim.service.as_str(), claim.action.as_str()),
            ("Nordbanken", "LOG_ON")
        );
        server.approve(&device, &claim, PIN).unwrap();
        let thief = Browser::new(server).get(&finish);
        assert_eq!(
            (thief.status.as_u16(), thief.fault()),
            (403, Some("other_browser"))
        );
        let address = browser.get(&finish);
        assert!(query(address.location(), "code").is_some());
        assert_eq!(query(address.location(), "state").as_deref(), Some("xyz"));
        assert_eq!(
            query(address.location(), "iss").as_deref(),
            Some(testkit::ISSUER)
        );
    });
}

#[test]
fn a_finished_sign_in_cannot_be_finished_again() {
    let server = TestServer::sqlite();
    let (_, device) = server.with_app(&FREJA);
    let mut browser = Browser::new(&server);
    let wait = browser.begin(&bank_request(&[]), "freja.holm");
    let link = browser.link(&wait);
    let claim = server.step(device.claim(Channel::Link(&link))).unwrap();
    let return_to = server
        .approve(&device, &claim, PIN)
        .unwrap()
        .return_to
        .unwrap();
    let code = query(browser.get(&return_to).location(), "code").unwrap();
    assert_eq!(server.redeem(&code).status, 200);
    assert_eq!(browser.get(&return_to).fault(), Some("sign_in_used"));
}

/// Somebody sends their own link to another, who opens it and approves: the sender's browser gains nothing.
#[test]
fn r_sig_5_a_link_that_was_sent_to_somebody_else_gains_its_sender_nothing() {
    let server = TestServer::sqlite();
    let (_, device) = server.with_app(&FREJA);
    let mut thief = Browser::new(&server);
    let wait = thief.begin(&bank_request(&[]), "freja.holm");
    let link = thief.link(&wait);
    let claim = server.step(device.claim(Channel::Link(&link))).unwrap();
    let return_to = server
        .approve(&device, &claim, PIN)
        .unwrap()
        .return_to
        .unwrap();
    let refused = thief.get(&wait.replace("/wait", "/finish"));
    assert_eq!(
        (refused.status.as_u16(), refused.fault()),
        (403, Some("not_sent_back"))
    );
    let forged = format!(
        "/signin/return?s={}&proof={}",
        sealed(&wait),
        "A".repeat(43)
    );
    assert_eq!(thief.get(&forged).fault(), Some("not_sent_back"));
    assert_eq!(
        Browser::new(&server).get(&return_to).fault(),
        Some("other_browser"),
        "the victim's browser has the proof and no cookie"
    );
}

#[test]
fn the_answer_travels_as_the_service_asked() {
    let server = TestServer::sqlite();
    let (_, device) = server.with_app(&FREJA);
    let mut browser = Browser::new(&server);
    for mode in ["query", "fragment", "form_post"] {
        let wait = browser.begin(&bank_request(&[("response_mode", mode)]), "freja.holm");
        let link = browser.link(&wait);
        let claim = server.step(device.claim(Channel::Link(&link))).unwrap();
        let answer = browser.get(
            &server
                .approve(&device, &claim, PIN)
                .unwrap()
                .return_to
                .unwrap(),
        );
        let code = if mode == "form_post" {
            assert!(
                answer
                    .text()
                    .contains("action=\"https://bank.example.dk/callback\"")
            );
            let policy = answer.header("content-security-policy").unwrap();
            assert!(
                policy.contains("form-action 'self' https://bank.example.dk;"),
                "{policy}"
            );
            hidden(answer.text(), "code")
        } else {
            let joint = if mode == "fragment" { '#' } else { '?' };
            assert!(
                answer
                    .location()
                    .starts_with(&format!("https://bank.example.dk/callback{joint}"))
            );
            query(answer.location(), "code").unwrap()
        };
        assert_eq!(server.redeem(&code).status, 200, "{mode}");
    }
}

#[test]
fn a_person_who_stops_gives_access_denied() {
    on_both(|server| {
        let (_, device) = server.with_app(&FREJA);
        let mut browser = Browser::new(server);
        let outcome = |address: &str| {
            (
                query(address, "error").unwrap(),
                query(address, "error_description").unwrap(),
            )
        };

        let page = browser.get(&bank_request(&[]));
        let answer = browser.post("/signin/cancel", &[("b", &hidden(page.text(), "b"))]);
        assert_eq!(
            outcome(answer.location()),
            ("access_denied".into(), "user_aborted".into()),
            "before the user ID"
        );

        let wait = browser.begin(&bank_request(&[]), "freja.holm");
        let answer = browser.post("/signin/cancel", &[("s", sealed(&wait))]);
        assert_eq!(
            outcome(answer.location()),
            ("access_denied".into(), "user_aborted".into()),
            "while waiting"
        );

        let wait = browser.begin(&bank_request(&[]), "freja.holm");
        let link = browser.link(&wait);
        let claim = server.step(device.claim(Channel::Link(&link))).unwrap();
        let rejected = server
            .step(device.reject(&claim, RejectReason::Abort))
            .unwrap();
        let answer = browser.get(&rejected.return_to.unwrap());
        assert_eq!(
            outcome(answer.location()),
            ("access_denied".into(), "mitid_user_aborted".into()),
            "in the app"
        );
    });
}

#[test]
fn r_sig_1_after_five_minutes_it_is_a_timeout() {
    let server = TestServer::sqlite();
    server.enrol(&FREJA);
    let mut browser = Browser::new(&server);
    let wait = browser.begin(&bank_request(&[]), "freja.holm");
    let finish = wait.replace("/wait", "/finish");
    server.wait(SignedDuration::from_secs(300) - SignedDuration::from_micros(1));
    assert_eq!(browser.get(&finish).location(), wait);
    server.wait(SignedDuration::from_micros(1));
    let answer = browser.get(&finish);
    assert_eq!(
        query(answer.location(), "error_description").as_deref(),
        Some("mitid_timeout")
    );
}

#[test]
fn r_per_4_a_person_without_a_cpr_number_is_told_why_a_service_refuses() {
    let server = TestServer::sqlite();
    let (_, device) = server.with_app(&MARTA);
    let asked = request(
        &[
            ("client_id", "kommune"),
            ("redirect_uri", "https://kommune.example.dk/callback"),
            ("response_type", "code"),
            ("scope", "openid mitid"),
            ("code_challenge", testkit::browser::CHALLENGE),
            ("code_challenge_method", "S256"),
        ],
        &[],
    );
    let mut browser = Browser::new(&server);
    let wait = browser.begin(&asked, "marta_k");
    let link = browser.link(&wait);
    let refused = server.step(device.claim(Channel::Link(&link))).unwrap_err();
    assert_eq!(refused.code(), Some("cpr_demanded"));
    let page = browser.get(&wait.replace("/wait", "/finish"));
    assert_eq!(page.fault(), Some("cpr_demanded"));
    assert!(page.text().contains("R-PER-4"));
    let onward = browser.get(&wait.replace("/wait", "/onward"));
    assert_eq!(
        query(onward.location(), "error").as_deref(),
        Some("access_denied")
    );
}

#[test]
fn r_aut_2_a_service_that_wants_high_is_not_served_by_less() {
    let server = TestServer::sqlite();
    let (_, device) = server.with_app(&FREJA);
    let mut browser = Browser::new(&server);
    let wait = browser.begin(
        &bank_request(&[("idp_params", r#"{"mitid":{"loa_value":"high"}}"#)]),
        "freja.holm",
    );
    let link = browser.link(&wait);
    assert_eq!(
        server
            .step(device.claim(Channel::Link(&link)))
            .unwrap_err()
            .code(),
        Some("assurance_too_low")
    );
    assert_eq!(
        browser.get(&wait.replace("/wait", "/finish")).fault(),
        Some("assurance_too_low")
    );
}
