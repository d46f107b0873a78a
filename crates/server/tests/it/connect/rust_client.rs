//! Signing in with the Rust crate `openidconnect`, which nobody here wrote: discovery, keys, code with PKCE, ID token, userinfo.

use std::convert::Infallible;

use openidconnect::core::{CoreClient, CoreProviderMetadata, CoreResponseType};
use openidconnect::{
    AuthenticationFlow, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    EmptyAdditionalClaims, HttpRequest, HttpResponse, IssuerUrl, Nonce, OAuth2TokenResponse,
    PkceCodeChallenge, RedirectUrl, Scope, SyncHttpClient, TokenResponse, UserInfoClaims,
};
use testkit::browser::Browser;
use testkit::people::FREJA;
use testkit::{SECRET, TestServer};

/// Carries the crate's requests to the test server.
struct Carrier<'a>(&'a TestServer);

impl SyncHttpClient for Carrier<'_> {
    type Error = Infallible;

    fn call(&self, request: HttpRequest) -> Result<HttpResponse, Infallible> {
        let (mut parts, body) = request.into_parts();
        parts.uri = parts
            .uri
            .path_and_query()
            .unwrap()
            .as_str()
            .parse()
            .unwrap();
        let answer = self.0.send(axum::http::Request::from_parts(
            parts,
            axum::body::Body::from(body),
        ));
        let mut response = HttpResponse::new(answer.body);
        (*response.status_mut(), *response.headers_mut()) = (answer.status, answer.headers);
        Ok(response)
    }
}

#[test]
fn signs_in_and_verifies_everything_by_its_own_rules() {
    let server = TestServer::sqlite();
    let (_, device) = server.with_app(&FREJA);
    let carrier = Carrier(&server);
    let issuer = IssuerUrl::new(testkit::ISSUER.to_owned()).unwrap();
    let metadata = CoreProviderMetadata::discover(&issuer, &carrier).unwrap();
    let client = CoreClient::from_provider_metadata(
        metadata,
        ClientId::new("bank".into()),
        Some(ClientSecret::new(SECRET.into())),
    )
    .set_redirect_uri(RedirectUrl::new("https://bank.example.dk/callback".into()).unwrap());
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (address, _state, nonce) = client
        .authorize_url(
            AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
            CsrfToken::new_random,
            Nonce::new_random,
        )
        .add_scope(Scope::new("mitid".into()))
        .set_pkce_challenge(challenge)
        .url();

    let request = address.as_str().strip_prefix(testkit::ISSUER).unwrap();
    let code = server.code_for(&mut Browser::new(&server), &device, request);
    let code = AuthorizationCode::new(code);
    let tokens = client
        .exchange_code(code)
        .unwrap()
        .set_pkce_verifier(verifier)
        .request(&carrier)
        .unwrap();
    let now = server.now();
    let verifier = client
        .id_token_verifier()
        .set_time_fn(move || std::time::SystemTime::from(now).into());
    let id_token = tokens.id_token().unwrap();
    let claims = id_token.claims(&verifier, &nonce).unwrap();
    let userinfo: UserInfoClaims<EmptyAdditionalClaims, openidconnect::core::CoreGenderClaim> =
        client
            .user_info(
                tokens.access_token().clone(),
                Some(claims.subject().clone()),
            )
            .unwrap()
            .request(&carrier)
            .unwrap();
    assert_eq!(userinfo.subject(), claims.subject());
}
