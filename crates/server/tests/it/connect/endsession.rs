use testkit::TestServer;
use testkit::browser::{Browser, bank_request};
use testkit::people::FREJA;

#[test]
fn ends_the_tokens_of_the_sign_in_and_returns_to_a_registered_address_only() {
    let server = TestServer::sqlite();
    let (_, device) = server.with_app(&FREJA);
    let tokens = server
        .redeem(&server.code_for(&mut Browser::new(&server), &device, &bank_request(&[])))
        .json();
    let hint = tokens["id_token"].as_str().unwrap();
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let ask = |query: &str| {
        server.get(
            &format!("/connect/endsession?id_token_hint={hint}&{query}"),
            &[],
        )
    };
    let elsewhere = ask("post_logout_redirect_uri=https%3A%2F%2Fevil.example%2F");
    assert_eq!(
        (elsewhere.status.as_u16(), elsewhere.fault()),
        (400, Some("logout"))
    );
    assert_eq!(
        server
            .get("/connect/userinfo", &[("authorization", &bearer)])
            .status,
        200,
        "nothing changed"
    );
    let answer = ask("post_logout_redirect_uri=https%3A%2F%2Fbank.example.dk%2F&state=s1");
    assert_eq!(answer.location(), "https://bank.example.dk/?state=s1");
    assert_eq!(
        server
            .get("/connect/userinfo", &[("authorization", &bearer)])
            .status,
        401
    );
    assert_eq!(server.get("/connect/endsession", &[]).status, 200);
}
