use testkit::TestServer;
use testkit::browser::{Browser, bank_request, basic};
use testkit::people::FREJA;

fn ask(server: &TestServer, client: &str, token: &str) -> serde_json::Value {
    server
        .post_form(
            "/connect/introspect",
            &[("token", token)],
            &[("authorization", &basic(client))],
        )
        .json()
}

#[test]
fn a_service_hears_of_its_own_tokens_only() {
    let server = TestServer::sqlite();
    let (_, device) = server.with_app(&FREJA);
    let tokens = server
        .redeem(&server.code_for(&mut Browser::new(&server), &device, &bank_request(&[])))
        .json();
    let token = tokens["access_token"].as_str().unwrap();
    let own = ask(&server, "bank", token);
    assert_eq!(
        (&own["active"], &own["client_id"]),
        (&true.into(), &"bank".into())
    );
    assert_eq!(
        ask(&server, "kommune", token),
        serde_json::json!({ "active": false })
    );
    assert_eq!(
        ask(&server, "bank", "nonsense"),
        serde_json::json!({ "active": false })
    );
}

#[test]
fn a_services_own_token_is_active_until_it_is_revoked() {
    let server = TestServer::sqlite();
    let given = server
        .post_form(
            "/connect/token",
            &[("grant_type", "client_credentials")],
            &[("authorization", &basic("bank"))],
        )
        .json();
    let token = given["access_token"].as_str().unwrap();
    assert_eq!(ask(&server, "bank", token)["active"], true);
    assert_eq!(ask(&server, "kommune", token)["active"], false);
    let revoked = server.post_form(
        "/connect/revocation",
        &[("token", token)],
        &[("authorization", &basic("bank"))],
    );
    assert_eq!(revoked.status, 200);
    assert_eq!(ask(&server, "bank", token)["active"], false);
}

#[test]
fn whoever_cannot_prove_who_they_are_hears_nothing() {
    let server = TestServer::sqlite();
    let answer = server.post_form(
        "/connect/introspect",
        &[("token", "x"), ("client_id", "app")],
        &[],
    );
    assert_eq!(answer.status, 401);
}
