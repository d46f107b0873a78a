//! Who may sit at a desk, and for how long.

use domain::desk::Role;
use jiff::SignedDuration;
use testkit::browser::{Browser, query};
use testkit::people::{ANNE, FREJA};
use testkit::{DESK, TestServer};

use super::{HAVBY, at_the_desk};
use crate::on_both;

fn fault(answer: &testkit::Answer) -> (u16, Option<&str>) {
    (answer.status.as_u16(), answer.fault())
}

#[test]
fn an_official_signs_in_with_their_own_identity_and_is_recorded() {
    on_both(|server| {
        let (anne, device) = server.with_official(&ANNE, (HAVBY, Role::Official));
        let mut browser = at_the_desk(server, &device);
        let front = browser.desk("/");
        assert_eq!(front.status, 200);
        assert!(front.text().contains("Anne Vester") && front.text().contains("Havby Kommune"));
        let segl = std::sync::Arc::clone(&server.segl);
        let acts = server.segl.store.read_blocking(move |tx| {
            store::desk::of_official(tx, &segl.keys().data, anne.identity, 10)
        });
        let acts: Vec<_> = acts.unwrap().into_iter().map(|act| act.act).collect();
        assert_eq!(acts, ["signed_in"]);
    });
}

#[test]
fn an_identity_without_a_role_gets_nothing() {
    on_both(|server| {
        let (_, device) = server.with_app(&FREJA);
        let mut browser = Browser::new(server);
        let authorize = browser.desk("/sign-in").location().to_owned();
        let back = server.sign_in_for_desk(&mut browser, &device, &authorize);
        assert_eq!(fault(&back), (403, Some("not_an_official")));
        assert!(browser.desk("/").text().contains("/sign-in"));
    });
}

#[test]
fn a_role_that_is_taken_away_is_gone_at_once() {
    on_both(|server| {
        let (anne, device) = server.with_official(&ANNE, (HAVBY, Role::Official));
        let mut browser = at_the_desk(server, &device);
        let removed = server
            .segl
            .store
            .write_blocking(b"x", move |tx| store::official::remove(tx, anne.identity));
        assert_eq!(removed, Ok(true));
        assert_eq!(fault(&browser.desk("/")), (403, Some("not_an_official")));
    });
}

#[test]
fn a_sign_in_is_recent_for_as_long_as_policy_says_and_no_longer() {
    let server = TestServer::sqlite();
    let (_, device) = server.with_official(&ANNE, (HAVBY, Role::Official));
    let mut browser = at_the_desk(&server, &device);
    let life = SignedDuration::from_mins(server.segl.policy.desk.signed_in_minutes);
    server.wait(life - SignedDuration::from_micros(1));
    assert!(browser.desk("/").text().contains("Anne Vester"));
    server.wait(SignedDuration::from_micros(1));
    assert!(!browser.desk("/").text().contains("Anne Vester"));
    let refused = browser.desk_post("/sign-out", &[]);
    assert_eq!(fault(&refused), (401, Some("desk_sign_in_needed")));
}

#[test]
fn signing_out_ends_the_session_for_whoever_holds_its_cookie() {
    on_both(|server| {
        let (_, device) = server.with_official(&ANNE, (HAVBY, Role::Official));
        let mut browser = at_the_desk(server, &device);
        let cookies = browser.cookie_header();
        assert_eq!(browser.desk_post("/sign-out", &[]).location(), "/");
        let headers = [("host", "desk.example.dk"), ("cookie", cookies.as_str())];
        let page = server.get("/", &headers);
        assert!(!page.text().contains("Anne Vester"));
    });
}

#[test]
fn a_form_from_another_site_is_not_used() {
    let server = TestServer::sqlite();
    let (_, device) = server.with_official(&ANNE, (HAVBY, Role::Official));
    let browser = at_the_desk(&server, &device);
    let cookie = browser.cookie_header();
    for origin in [testkit::ISSUER, "https://evil.example"] {
        let headers = [
            ("host", "desk.example.dk"),
            ("origin", origin),
            ("cookie", &cookie),
        ];
        let foreign = server.post_form("/sign-out", &[], &headers);
        assert_eq!(fault(&foreign), (403, Some("foreign_form")));
    }
}

#[test]
fn the_answer_goes_to_the_browser_that_began_and_once() {
    let server = TestServer::sqlite();
    let (_, device) = server.with_official(&ANNE, (HAVBY, Role::Official));
    let mut browser = Browser::new(&server);
    let authorize = browser.desk("/sign-in").location().to_owned();
    let state = query(&authorize, "state").unwrap();
    let mut thief = Browser::new(&server);
    let stolen = thief.desk(&format!("/callback?code=x&state={state}"));
    assert_eq!(fault(&stolen), (403, Some("desk_visit_over")));
    let wrong = browser.desk("/callback?code=x&state=another");
    assert_eq!(fault(&wrong), (403, Some("desk_visit_over")));
    let stopped = browser.desk(&format!("/callback?error=access_denied&state={state}"));
    assert_eq!(fault(&stopped), (403, Some("desk_sign_in_stopped")));
    assert_eq!(
        query(&authorize, "redirect_uri"),
        Some(format!("{DESK}/callback"))
    );
    let back = server.sign_in_for_desk(&mut browser, &device, &authorize);
    assert_eq!(back.location(), "/");
}

#[test]
fn the_desk_has_no_secret_with_which_its_codes_could_be_redeemed_elsewhere() {
    let server = TestServer::sqlite();
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", "segl-desk"),
        ("code", "x"),
        ("redirect_uri", "https://desk.example.dk/callback"),
    ];
    let answer = server.post_form("/connect/token", &fields, &[]);
    assert_eq!(answer.json()["error"], "invalid_client");
}
