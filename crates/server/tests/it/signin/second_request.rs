//! R-SIG-3: one pending request per person. R-AUT-9: a stranger who knows a user ID can keep nobody out.

use app::Channel;
use testkit::TestServer;
use testkit::browser::{Browser, bank_request, query};
use testkit::people::{FREJA, PIN};

use crate::on_both;

#[test]
fn r_sig_3_a_second_request_cancels_both_and_says_so() {
    on_both(|server| {
        let (_, device) = server.with_app(&FREJA);
        let (mut one, mut other) = (Browser::new(server), Browser::new(server));
        let first = one.begin(&bank_request(&[]), "freja.holm");
        let link = one.link(&first);
        let second = other.begin(&bank_request(&[]), "FREJA.HOLM");
        for (browser, wait) in [(&mut one, &first), (&mut other, &second)] {
            let page = browser.get(&wait.replace("/wait", "/finish"));
            assert_eq!(page.fault(), Some("second_request"));
            assert!(page.text().contains("R-SIG-3"));
            let onward = browser.get(&wait.replace("/wait", "/onward"));
            assert_eq!(
                query(onward.location(), "error").as_deref(),
                Some("access_denied")
            );
        }
        let refused = server.step(device.claim(Channel::Link(&link))).unwrap_err();
        assert_eq!(refused.code(), Some("request_over"));
        let third = one.begin(&bank_request(&[]), "freja.holm");
        let link = one.link(&third);
        assert!(
            server.step(device.claim(Channel::Link(&link))).is_ok(),
            "beginning again works at once"
        );
    });
}

#[test]
fn r_aut_9_the_holders_own_browser_is_not_kept_out_by_a_stranger() {
    let server = TestServer::sqlite();
    let (_, device) = server.with_app(&FREJA);
    let mut own = Browser::new(&server);
    let code = server.code_for(&mut own, &device, &bank_request(&[]));
    assert_eq!(server.redeem(&code).status, 200);

    let mut stranger = Browser::new(&server);
    let waiting = stranger.begin(&bank_request(&[]), "freja.holm");
    let wait = own.begin(&bank_request(&[]), "freja.holm");
    assert_eq!(
        stranger.get(&waiting.replace("/wait", "/finish")).fault(),
        Some("second_request"),
        "the stranger ends"
    );
    let late = stranger.begin(&bank_request(&[]), "freja.holm");
    assert_eq!(
        stranger.get(&late.replace("/wait", "/finish")).fault(),
        Some("second_request"),
        "and ends again"
    );
    let link = own.link(&wait);
    let claim = server.step(device.claim(Channel::Link(&link))).unwrap();
    assert!(server.approve(&device, &claim, PIN).is_ok());
}

#[test]
fn r_aut_9_a_stranger_who_never_stops_keeps_nobody_out_of_a_new_browser() {
    let server = TestServer::sqlite();
    let (_, device) = server.with_app(&FREJA);
    for _ in 0..server
        .segl
        .policy
        .limits
        .strange_starts_per_user_id_per_ten_minutes
    {
        Browser::new(&server).begin(&bank_request(&[]), "freja.holm");
    }
    let mut holder = Browser::new(&server);
    let wait = holder.begin(&bank_request(&[]), "freja.holm");
    for _ in 0..20 {
        Browser::new(&server).begin(&bank_request(&[]), "freja.holm");
    }
    let link = holder.link(&wait);
    let claim = server.step(device.claim(Channel::Link(&link))).unwrap();
    let approved = server.approve(&device, &claim, PIN).unwrap();
    assert!(query(holder.get(&approved.return_to.unwrap()).location(), "code").is_some());
}
