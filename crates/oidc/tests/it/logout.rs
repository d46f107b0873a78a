//! Ending a session at a service's wish.

use oidc::{
    form::FormFault,
    jose::{Algorithm, JoseFault, JwkSet, SigningKey, TokenType},
    logout::{EndSession, EndSessionFault, EndSessionRequest},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::registered::{bank, with};

const ISSUER: &str = "https://segl.example";
const SESSION: Uuid = Uuid::from_u128(7);

struct Issuer {
    key: SigningKey,
    keys: JwkSet,
}

impl Issuer {
    fn new() -> Self {
        let (key, _) = SigningKey::generate(Algorithm::Es256).unwrap();
        let keys = JwkSet::new(vec![key.public().clone()]);
        Self { key, keys }
    }

    /// An ID token that expired long ago.
    fn id_token(&self, issuer: &str) -> String {
        let claims =
            json!({"iss":issuer,"aud":"demo-bank","sub":Uuid::from_u128(1),"sid":SESSION,"exp":1});
        self.key.sign(TokenType::Jwt, &claims).unwrap()
    }

    fn end(&self, members: &[(&str, &str)]) -> Result<EndSession, EndSessionFault> {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(members)
            .finish();
        let request = EndSessionRequest::parse(&query)?;
        let hint = request.hint(&self.keys, ISSUER)?;
        request.check(hint.as_ref(), Some(&bank()))
    }
}

#[test]
fn an_expired_hint_ends_its_session_and_returns_to_a_registered_address() {
    let issuer = Issuer::new();
    let hint = issuer.id_token(ISSUER);
    let hint = ("id_token_hint", &*hint);
    let ended = |return_to: Option<&str>| {
        Ok(EndSession {
            session_id: Some(SESSION),
            return_to: return_to.map(str::to_owned),
        })
    };
    assert_eq!(issuer.end(&[hint]), ended(None));
    let bye = ("post_logout_redirect_uri", "https://bank.example/bye");
    assert_eq!(
        issuer.end(&[hint, bye]),
        ended(Some("https://bank.example/bye"))
    );
    let state = ("state", "a&b");
    assert_eq!(
        issuer.end(&[hint, bye, state, ("client_id", "demo-bank")]),
        ended(Some("https://bank.example/bye?state=a%26b"))
    );
    let again = (
        "post_logout_redirect_uri",
        "https://bank.example/bye?again=1",
    );
    assert_eq!(
        issuer.end(&[hint, again, state]),
        ended(Some("https://bank.example/bye?again=1&state=a%26b"))
    );
}

#[test]
fn without_a_hint_nothing_ends_and_nobody_is_sent_away() {
    let issuer = Issuer::new();
    let nothing = Ok(EndSession {
        session_id: None,
        return_to: None,
    });
    assert_eq!(issuer.end(&[]), nothing);
    let bye = ("post_logout_redirect_uri", "https://bank.example/bye");
    assert_eq!(issuer.end(&[bye, ("client_id", "demo-bank")]), nothing);
}

#[test]
fn every_fault() {
    use EndSessionFault as F;
    let issuer = Issuer::new();
    let (ours, theirs) = (
        issuer.id_token(ISSUER),
        issuer.id_token("https://other.example"),
    );
    let forged = Issuer::new().id_token(ISSUER);
    let hint = ("id_token_hint", &*ours);
    assert_eq!(
        EndSessionRequest::parse("a=%").err(),
        Some(F::Malformed(FormFault::BrokenEscape))
    );
    assert_eq!(
        EndSessionRequest::parse("state=1&state=2").err(),
        Some(F::ParameterRepeated)
    );
    assert_eq!(
        issuer.end(&[("id_token_hint", &forged)]),
        Err(F::HintRefused(JoseFault::NoSuchKey))
    );
    assert_eq!(
        issuer.end(&[("id_token_hint", &theirs)]),
        Err(F::HintNotOurs)
    );
    assert_eq!(
        issuer.end(&[hint, ("client_id", "other")]),
        Err(F::ClientIdMismatch)
    );
    let elsewhere = ("post_logout_redirect_uri", "https://bank.example/bye/");
    assert_eq!(
        issuer.end(&[hint, elsewhere]),
        Err(F::RedirectUriNotRegistered)
    );
    let bye = ("post_logout_redirect_uri", "https://bank.example/bye");
    assert!(
        issuer
            .end(&[hint, bye, ("state", &"x".repeat(2048))])
            .is_ok()
    );
    assert_eq!(
        issuer.end(&[hint, bye, ("state", &"x".repeat(2049))]),
        Err(F::StateTooLong)
    );
    let query = format!("id_token_hint={ours}");
    let request = EndSessionRequest::parse(&query).unwrap();
    let hint = request.hint(&issuer.keys, ISSUER).unwrap();
    assert_eq!(
        hint.as_ref().map(oidc::logout::IdTokenHint::client_id),
        Some("demo-bank")
    );
    assert_eq!(request.check(hint.as_ref(), None), Err(F::ClientUnknown));
    let other = with(|client| client.client_id = "other".into());
    assert_eq!(
        request.check(hint.as_ref(), Some(&other)),
        Err(F::ClientUnknown)
    );
    let access_token = issuer
        .key
        .sign(TokenType::AccessToken, &Value::Null)
        .unwrap();
    assert_eq!(
        issuer.end(&[("id_token_hint", &access_token)]),
        Err(F::HintRefused(JoseFault::WrongType))
    );
}
