use testkit::TestServer;
use testkit::browser::{Browser, bank_request, query};

#[test]
fn a_request_that_holds_asks_for_the_user_id_and_stores_nothing() {
    let server = TestServer::sqlite();
    let page = Browser::new(&server).get(&bank_request(&[]));
    assert_eq!(page.status, 200);
    assert!(page.text().contains("Nordbanken"));
    let sign_ins = server.segl.store.read_blocking(|tx| {
        tx.query_one("SELECT count(*) FROM sign_ins", &[], |row| row.bigint(0))
    });
    assert_eq!(sign_ins, Ok(0));
}

#[test]
fn r_svc_4_a_request_without_a_trustworthy_address_ends_on_our_own_page() {
    let server = TestServer::sqlite();
    for (change, code) in [
        (("client_id", "nobody"), "client_unknown"),
        (("client_id", ""), "client_unknown"),
        (
            ("redirect_uri", "https://bank.example.dk/other"),
            "redirect_uri",
        ),
        (
            ("redirect_uri", "https://bank.example.dk/callback/"),
            "redirect_uri",
        ),
        (
            ("redirect_uri", "https://evil.example/callback"),
            "redirect_uri",
        ),
        (("redirect_uri", ""), "redirect_uri"),
        (("idp_values", "facebook"), "idp_unknown"),
    ] {
        let answer = Browser::new(&server).get(&bank_request(&[change]));
        assert_eq!(
            (answer.status.as_u16(), answer.fault()),
            (400, Some(code)),
            "{change:?}"
        );
        assert_eq!(answer.header("location"), None);
    }
}

#[test]
fn other_faults_are_told_to_the_service_with_its_state() {
    let server = TestServer::sqlite();
    for (change, error) in [
        (("response_type", "token"), "unsupported_response_type"),
        (("scope", "mitid"), "invalid_scope"),
        (("scope", "openid ssn"), "invalid_scope"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("prompt", "none"), "login_required"),
        (("request", "eyJ"), "request_not_supported"),
        (
            ("idp_params", "{\"mitid\":{\"reference_text\":\"???\"}}"),
            "invalid_request",
        ),
    ] {
        let answer = Browser::new(&server).get(&bank_request(&[change]));
        let address = answer.location();
        assert!(
            address.starts_with("https://bank.example.dk/callback?"),
            "{address}"
        );
        assert_eq!(
            query(address, "error").as_deref(),
            Some(error),
            "{change:?}"
        );
        assert_eq!(query(address, "state").as_deref(), Some("xyz"));
        assert_eq!(query(address, "iss").as_deref(), Some(testkit::ISSUER));
    }
}

#[test]
fn the_language_of_the_request_is_the_language_of_the_page_until_the_person_chooses() {
    let server = TestServer::sqlite();
    let mut browser = Browser::new(&server);
    assert!(
        browser
            .get(&bank_request(&[("language", "da")]))
            .text()
            .contains("<html lang=\"da\">")
    );
    assert!(
        browser
            .get(&format!("{}&lang=en", bank_request(&[("language", "da")])))
            .text()
            .contains("<html lang=\"en\">")
    );
    assert!(
        browser
            .get(&bank_request(&[("language", "da")]))
            .text()
            .contains("<html lang=\"en\">"),
        "the choice is remembered"
    );
}

#[test]
fn the_page_keeps_scripts_and_frames_out() {
    let server = TestServer::sqlite();
    let page = Browser::new(&server).get(&bank_request(&[]));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    assert!(
        policy.contains("form-action 'self' https://bank.example.dk"),
        "{policy}"
    );
    assert!(!policy.contains("unsafe"));
    assert_eq!(page.header("referrer-policy"), Some("same-origin"));
    let cookie = page
        .headers
        .get_all("set-cookie")
        .iter()
        .next()
        .unwrap()
        .to_str()
        .unwrap();
    assert!(
        cookie.starts_with("__Host-segl=") && cookie.contains("HttpOnly; SameSite=Lax; Secure"),
        "{cookie}"
    );
}
