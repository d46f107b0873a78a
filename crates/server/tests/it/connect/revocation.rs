use testkit::TestServer;
use testkit::browser::{Browser, bank_request, basic};
use testkit::people::FREJA;

#[test]
fn ends_a_persons_token_for_its_own_service_only() {
    let server = TestServer::sqlite();
    let (_, device) = server.with_app(&FREJA);
    let tokens = server
        .redeem(&server.code_for(&mut Browser::new(&server), &device, &bank_request(&[])))
        .json();
    let token = tokens["access_token"].as_str().unwrap();
    let bearer = format!("Bearer {token}");
    let revoke = |client: &str| {
        server.post_form(
            "/connect/revocation",
            &[("token", token)],
            &[("authorization", &basic(client))],
        )
    };
    assert_eq!(
        revoke("kommune").status,
        200,
        "others are not told whose it is"
    );
    assert_eq!(
        server
            .get("/connect/userinfo", &[("authorization", &bearer)])
            .status,
        200
    );
    assert_eq!(revoke("bank").status, 200);
    assert_eq!(
        server
            .get("/connect/userinfo", &[("authorization", &bearer)])
            .status,
        401
    );
    assert_eq!(revoke("bank").status, 200);
}
