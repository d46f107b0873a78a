use jiff::SignedDuration;
use testkit::TestServer;
use testkit::browser::{Browser, CHALLENGE, VERIFIER, bank_request, basic, request};
use testkit::people::{FREJA, SIGNE, Somebody};

use crate::on_both;

fn userinfo(server: &TestServer, somebody: &Somebody) -> serde_json::Value {
    let (_, device) = server.with_app(somebody);
    let tokens = server
        .redeem(&server.code_for(&mut Browser::new(server), &device, &bank_request(&[])))
        .json();
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    server
        .get("/connect/userinfo", &[("authorization", &bearer)])
        .json()
}

#[test]
fn tells_what_the_dialect_says_and_every_value_as_a_string() {
    on_both(|server| {
        let told = userinfo(server, &FREJA);
        assert_eq!(told["mitid.identity_name"], "Freja Holm");
        assert_eq!(told["mitid.date_of_birth"], "1985-04-12");
        assert_eq!(told["mitid.age"], "41");
        assert_eq!(told["mitid.has_cpr"], "true");
        assert_eq!(told["idp_identity_id"], told["mitid.uuid"]);
        assert_eq!(
            told.get("dk.cpr"),
            None,
            "a private service has no CPR number"
        );
        assert!(
            told.as_object()
                .unwrap()
                .values()
                .all(serde_json::Value::is_string)
        );
    });
}

#[test]
fn r_svc_7_a_protected_name_is_withheld_from_a_private_service() {
    let server = TestServer::sqlite();
    assert_eq!(
        userinfo(&server, &SIGNE)["mitid.identity_name"],
        "NAVNE & ADRESSEBESKYTTET"
    );
}

#[test]
fn r_svc_3_a_public_service_has_the_cpr_number_and_the_protected_name() {
    let server = TestServer::sqlite();
    let (_, device) = server.with_app(&SIGNE);
    let asked = request(
        &[
            ("client_id", "kommune"),
            ("redirect_uri", "https://kommune.example.dk/callback"),
            ("response_type", "code"),
            ("scope", "openid mitid ssn"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ],
        &[],
    );
    let code = server.code_for(&mut Browser::new(&server), &device, &asked);
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", "https://kommune.example.dk/callback"),
        ("code_verifier", VERIFIER),
    ];
    let tokens = server
        .post_form(
            "/connect/token",
            &fields,
            &[("authorization", &basic("kommune"))],
        )
        .json();
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let told = server
        .get("/connect/userinfo", &[("authorization", &bearer)])
        .json();
    assert_eq!(told["dk.cpr"], SIGNE.number);
    assert_eq!(told["mitid.identity_name"], "Signe Ravn");
}

#[test]
fn an_access_token_that_is_missing_forged_or_over_is_refused() {
    let server = TestServer::sqlite();
    let (_, device) = server.with_app(&FREJA);
    let tokens = server
        .redeem(&server.code_for(&mut Browser::new(&server), &device, &bank_request(&[])))
        .json();
    let token = tokens["access_token"].as_str().unwrap();
    let ask = |header: &str| server.get("/connect/userinfo", &[("authorization", header)]);
    for header in [
        "",
        "Bearer ",
        "Bearer x",
        &format!("Basic {token}"),
        &format!("Bearer {}", &token[1..]),
    ] {
        let answer = ask(header);
        assert_eq!(answer.status, 401, "{header}");
        assert!(
            answer
                .header("www-authenticate")
                .unwrap()
                .contains("invalid_token")
        );
    }
    server.wait(SignedDuration::from_secs(3 * 3600 - 1));
    assert_eq!(ask(&format!("Bearer {token}")).status, 200);
    server.wait(SignedDuration::from_secs(1));
    assert_eq!(ask(&format!("Bearer {token}")).status, 401);
}
