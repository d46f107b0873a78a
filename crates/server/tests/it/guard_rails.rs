//! What protects people whatever they ask for: forms from elsewhere, limits, and a database that tells nothing.

use server::error::{DeskFault, FaceFault, Fault};
use testkit::browser::{Browser, bank_request, hidden};
use testkit::people::{FREJA, PIN};
use testkit::{TestServer, demo_policy};

#[test]
fn a_form_from_another_site_is_not_used() {
    let server = TestServer::sqlite();
    let mut browser = Browser::new(&server);
    let sealed = hidden(browser.get(&bank_request(&[])).text(), "b");
    let cookie = browser.cookie_header();
    let fields = [("b", sealed.as_str()), ("user_id", "freja.holm")];
    let foreign = server.post_form(
        "/signin",
        &fields,
        &[("origin", "https://evil.example"), ("cookie", &cookie)],
    );
    assert_eq!(
        (foreign.status.as_u16(), foreign.fault()),
        (403, Some("foreign_form"))
    );
    let without_cookie = server.post_form("/signin", &fields, &[("origin", testkit::ISSUER)]);
    assert_eq!(without_cookie.fault(), Some("other_browser"));
}

#[test]
fn one_address_waits_when_it_asks_too_often_and_nobody_else_does() {
    let mut policy = demo_policy();
    policy.limits.starts_per_address_per_minute = 3;
    let server = TestServer::with_policy(policy);
    let mut browser = Browser::new(&server);
    for _ in 0..3 {
        browser.begin(&bank_request(&[]), "somebody");
    }
    let sealed = hidden(browser.get(&bank_request(&[])).text(), "b");
    let answer = browser.post("/signin", &[("b", &sealed), ("user_id", "somebody")]);
    assert_eq!(
        (answer.status.as_u16(), answer.fault()),
        (429, Some("too_many_requests"))
    );
}

#[test]
fn every_page_of_a_fault_exists_in_both_languages() {
    let server = TestServer::sqlite();
    for code in Fault::PAGES
        .into_iter()
        .chain(DeskFault::PAGES)
        .chain(FaceFault::PAGES)
    {
        for lang in ["da", "en"] {
            let page = server.get(&format!("/problem/{code}?lang={lang}"), &[]);
            assert_eq!(page.status, 200, "{code}");
            assert!(page.text().contains(&format!("<html lang=\"{lang}\">")));
            assert!(
                !page.text().contains("fault-"),
                "{code} has no text in {lang}"
            );
        }
    }
}

/// R-SEC-1, R-CPR-5: whoever has only the database has nothing.
#[test]
fn a_database_shows_no_number_name_pin_code_token_or_key() {
    let folder = std::env::temp_dir().join(format!("segl-dump-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("segl.db");
    let server = TestServer::on_file(&path);
    let (freja, device) = server.with_app(&FREJA);
    let code = server.code_for(
        &mut Browser::new(&server),
        &device,
        &bank_request(&[("login_hint", "freja.holm")]),
    );
    let tokens = server.redeem(&code).json();
    let stored = serde_json::to_value(device.to_stored().unwrap()).unwrap();
    let mut secrets: Vec<String> = vec![
        FREJA.number.into(),
        FREJA.name.into(),
        "freja.holm".into(),
        "1985-04-12".into(),
        "someone@example.dk".into(),
        PIN.into(),
        freja.letter_code.replace('-', ""),
        freja.letter_code.clone(),
        freja.sms_code.clone(),
        code,
        testkit::SECRET.into(),
    ];
    secrets
        .extend(["access_token", "id_token"].map(|name| tokens[name].as_str().unwrap().to_owned()));
    secrets.extend(
        stored
            .as_object()
            .unwrap()
            .values()
            .filter_map(|value| value.as_str())
            .filter(|text| text.len() > 40)
            .map(str::to_owned),
    );
    assert!(secrets.len() >= 14);
    let bytes: Vec<u8> = std::fs::read_dir(&folder)
        .unwrap()
        .flat_map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .collect();
    assert!(
        contains(&bytes, b"CREATE TABLE persons"),
        "the dump is read"
    );
    for secret in secrets {
        assert!(
            !contains(&bytes, secret.as_bytes()),
            "{secret} lies in clear"
        );
    }
    drop(server);
    std::fs::remove_dir_all(&folder).unwrap();
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
