//! Where answers go, and in which form.

use oidc::{
    authorize::{AuthorizeFault, AuthorizeRequest, ReturnAddress},
    error::{ErrorCode, SignInFailure},
    response::AuthorizeResponse,
};

use crate::registered::bank;

const ISSUER: &str = "https://segl.example";
const PKCE: &str =
    "code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";

fn address(redirect_uri: &str, rest: &str) -> ReturnAddress {
    let query = format!(
        "client_id=demo-bank&response_type=code&scope=openid&{PKCE}&redirect_uri={redirect_uri}{rest}"
    );
    let request = AuthorizeRequest::parse(&query).unwrap();
    request.check(Some(&bank())).unwrap().address().clone()
}

fn redirect(response: AuthorizeResponse) -> String {
    match response {
        AuthorizeResponse::Redirect(to) => to,
        AuthorizeResponse::FormPost { .. } => panic!("not a redirect"),
    }
}

#[test]
fn a_code_in_each_mode() {
    let plain = "https://bank.example/callback";
    let query = AuthorizeResponse::code(&address(plain, "&state=a%20%26b"), ISSUER, "c0de");
    assert_eq!(
        redirect(query),
        "https://bank.example/callback?code=c0de&state=a+%26b&iss=https%3A%2F%2Fsegl.example"
    );
    let fragment =
        AuthorizeResponse::code(&address(plain, "&response_mode=fragment"), ISSUER, "c0de");
    assert_eq!(
        redirect(fragment),
        "https://bank.example/callback#code=c0de&iss=https%3A%2F%2Fsegl.example"
    );
    let posted = AuthorizeResponse::code(
        &address(plain, "&response_mode=form_post&state=%22%3E"),
        ISSUER,
        "c0de",
    );
    assert_eq!(
        posted,
        AuthorizeResponse::FormPost {
            action: plain.into(),
            fields: vec![
                ("code", "c0de".into()),
                ("state", "\">".into()),
                ("iss", ISSUER.into())
            ],
        }
    );
}

#[test]
fn a_registered_query_is_kept() {
    let address = address("http%3A%2F%2F127.0.0.1%3A8081%2Fcallback%3Ffrom%3Dsegl", "");
    assert_eq!(
        redirect(AuthorizeResponse::code(&address, ISSUER, "c")),
        "http://127.0.0.1:8081/callback?from=segl&code=c&iss=https%3A%2F%2Fsegl.example"
    );
}

#[test]
fn the_dialect_of_failures() {
    let address = address("https://bank.example/callback", "&state=xyz");
    let failed = AuthorizeResponse::failed(&address, ISSUER, SignInFailure::MitidUserAborted);
    assert_eq!(
        redirect(failed),
        "https://bank.example/callback?error=access_denied&error_description=mitid_user_aborted&state=xyz&iss=https%3A%2F%2Fsegl.example"
    );
    let descriptions = SignInFailure::ALL.map(SignInFailure::description);
    assert_eq!(
        descriptions,
        [
            "mitid_user_aborted",
            "user_aborted",
            "mitid_timeout",
            "mitid_identity_not_found",
            "mitid_core_client_error"
        ]
    );
    let broken = AuthorizeResponse::error(&address, ISSUER, ErrorCode::ServerError, "try again");
    assert!(redirect(broken).contains("error=server_error&error_description=try+again&state=xyz"));
}

#[test]
fn a_refusal_is_told_with_its_state() {
    let query = "client_id=demo-bank&redirect_uri=https://bank.example/callback&response_type=token&state=s";
    let Err(AuthorizeFault::ToClient(fault)) =
        AuthorizeRequest::parse(query).unwrap().check(Some(&bank()))
    else {
        panic!("not refused");
    };
    assert_eq!(
        redirect(AuthorizeResponse::refused(&fault, ISSUER)),
        "https://bank.example/callback?error=unsupported_response_type&error_description=response_type+is+not+supported%2C+only+code+is&state=s&iss=https%3A%2F%2Fsegl.example"
    );
}
