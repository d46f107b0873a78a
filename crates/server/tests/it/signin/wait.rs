//! The waiting page and its events.

use testkit::TestServer;
use testkit::browser::{Browser, bank_request, sealed};
use testkit::people::FREJA;

#[test]
fn r_sig_5_the_page_is_for_the_browser_that_began() {
    let server = TestServer::sqlite();
    server.enrol(&FREJA);
    let wait = Browser::new(&server).begin(&bank_request(&[]), "freja.holm");
    for address in [
        wait.clone(),
        wait.replace("/wait", "/events"),
        wait.replace("/wait", "/finish"),
        wait.replace("/wait", "/onward"),
    ] {
        let answer = Browser::new(&server).get(&address);
        assert_eq!(
            (answer.status.as_u16(), answer.fault()),
            (403, Some("other_browser")),
            "{address}"
        );
    }
    let cancelled = Browser::new(&server).post("/signin/cancel", &[("s", sealed(&wait))]);
    assert_eq!(cancelled.fault(), Some("other_browser"));
}

#[test]
fn an_altered_or_foreign_link_is_none_of_ours() {
    let server = TestServer::sqlite();
    let mut browser = Browser::new(&server);
    let wait = browser.begin(&bank_request(&[]), "freja.holm");
    let altered = format!("{}A{}", &wait[..30], &wait[31..]);
    for address in [
        "/signin/wait",
        "/signin/wait?s=",
        "/signin/wait?s=x",
        &altered,
        "/signin?b=x",
        "/signin",
    ] {
        let answer = browser.get(address);
        assert_eq!(
            (answer.status.as_u16(), answer.fault()),
            (400, Some("link_over")),
            "{address}"
        );
    }
}

#[test]
fn events_end_at_once_when_it_is_over() {
    let server = TestServer::sqlite();
    server.enrol(&FREJA);
    let mut browser = Browser::new(&server);
    let wait = browser.begin(&bank_request(&[]), "freja.holm");
    Browser::new(&server).begin(&bank_request(&[]), "freja.holm");
    let events = browser.get(&wait.replace("/wait", "/events"));
    assert_eq!(events.header("content-type"), Some("text/event-stream"));
    assert_eq!(events.text(), "event: state\ndata: second_request\n\n");
}
