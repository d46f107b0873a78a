//! The token endpoint: who speaks, what they want, and each refusal.

use base64::{Engine, engine::general_purpose::STANDARD};
use oidc::{
    access_token::{self, ACCESS_TOKEN_LIFETIME, AccessTokenFault},
    client::{Client, ClientAuthentication, GrantType},
    error::ErrorCode,
    form::FormFault,
    introspection::{ActiveToken, Introspection, TokenQuestion},
    jose::{Algorithm, JoseFault, JwkSet, SigningKey, TokenType},
    pkce::{CodeChallenge, PkceFault},
    scope::ScopeSet,
    token::{
        AssertionFault, AssertionUse, AuthenticatedClient, CodeBinding, Expected, TokenFault,
        TokenForm, TokenRequest, TokenResponse, client_credentials_scope,
    },
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::registered::{SECRET, bank, with};

const ISSUER: &str = "https://segl.example";
const NOW: i64 = 1_800_000_000;
const EXPECTED: Expected<'static> = Expected {
    audiences: &[ISSUER, "https://segl.example/connect/token"],
    now: NOW,
};
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

fn encode(members: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(members)
        .finish()
}

/// As RFC 6749 section 2.3.1 wants it: each part form-encoded, then both in base64.
fn basic(client_id: &str, secret: &str) -> String {
    let encoded =
        |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!(
        "Basic {}",
        STANDARD.encode(format!("{}:{}", encoded(client_id), encoded(secret)))
    )
}

fn authenticate<'c>(
    client: &'c Client,
    authorization: Option<&str>,
    members: &[(&str, &str)],
) -> Result<AuthenticatedClient<'c>, TokenFault> {
    let body = encode(members);
    let form = TokenForm::parse(&body)?;
    form.credentials(authorization)?
        .authenticate(Some(client), &EXPECTED)
}

fn public() -> Client {
    with(|client| {
        client.authentication = ClientAuthentication::None;
        client.grant_types = vec![GrantType::AuthorizationCode];
    })
}

#[test]
fn a_secret_comes_in_the_header_or_in_the_body() {
    let bank = bank();
    let who = authenticate(&bank, Some(&basic("demo-bank", SECRET)), &[]).unwrap();
    assert_eq!((who.client(), who.assertion()), (&bank, None));
    let body = [("client_id", "demo-bank"), ("client_secret", SECRET)];
    assert!(authenticate(&bank, None, &body).is_ok());
    let lower = basic("demo-bank", SECRET).replace("Basic", "basic");
    assert!(authenticate(&bank, Some(&lower), &[("client_id", "demo-bank")]).is_ok());
    assert!(authenticate(&public(), None, &[("client_id", "demo-bank")]).is_ok());
}

#[test]
fn every_failure_to_say_who_one_is() {
    use TokenFault as F;
    let (bank, public) = (bank(), public());
    let good = basic("demo-bank", SECRET);
    let id = ("client_id", "demo-bank");
    let secret = ("client_secret", SECRET);
    let table: &[(&Client, Option<&str>, &[(&str, &str)], TokenFault)] = &[
        (&bank, Some(&good), &[secret], F::SeveralMethods),
        (
            &bank,
            Some(&good),
            &[("client_assertion", "x")],
            F::SeveralMethods,
        ),
        (
            &bank,
            None,
            &[id, secret, ("client_assertion", "x")],
            F::SeveralMethods,
        ),
        (
            &bank,
            Some(&good),
            &[("client_id", "other")],
            F::ClientIdMismatch,
        ),
        (&bank, None, &[], F::ClientIdMissing),
        (&bank, None, &[secret], F::ClientIdMissing),
        (
            &bank,
            None,
            &[("client_id", "other"), secret],
            F::ClientUnknown,
        ),
        (&bank, None, &[id], F::MethodNotRegistered),
        (
            &bank,
            None,
            &[id, ("client_secret", "wrong")],
            F::SecretWrong,
        ),
        (
            &bank,
            Some(&basic("demo-bank", "wrong")),
            &[],
            F::SecretWrong,
        ),
        (&public, Some(&good), &[], F::MethodNotRegistered),
        (&public, None, &[id, secret], F::MethodNotRegistered),
        (&bank, Some("Basic"), &[], F::AuthorizationMalformed),
        (&bank, Some("Basic ####"), &[], F::AuthorizationMalformed),
        (
            &bank,
            Some("Basic bm9jb2xvbg=="),
            &[],
            F::AuthorizationMalformed,
        ),
        (&bank, Some("Basic /zo="), &[], F::AuthorizationMalformed),
        (&bank, Some("Bearer abc"), &[], F::AuthorizationMalformed),
        (
            &bank,
            None,
            &[id, ("client_assertion", "x")],
            F::Assertion(AssertionFault::TypeUnsupported),
        ),
    ];
    for (client, header, members, expected) in table {
        let found = authenticate(client, *header, members).err();
        assert_eq!(found, Some(*expected), "{header:?} {members:?}");
    }
}

/// A secret with a `%` that no client encoded is not repaired.
#[test]
fn basic_parts_are_percent_decoded() {
    let raw = format!("Basic {}", STANDARD.encode("demo-bank:a%zz"));
    assert_eq!(
        authenticate(&bank(), Some(&raw), &[]).err(),
        Some(TokenFault::AuthorizationMalformed)
    );
    let decoded = format!(
        "Basic {}",
        STANDARD.encode("demo%2Dbank:p%2520ss%3Aw%C3%B8rd%2B")
    );
    assert!(authenticate(&bank(), Some(&decoded), &[]).is_ok());
}

fn assertion_client() -> (Client, SigningKey) {
    let (key, _) = SigningKey::generate(Algorithm::Es256).unwrap();
    let jwks = JwkSet::new(vec![key.public().clone()]);
    let client =
        with(|client| client.authentication = ClientAuthentication::PrivateKeyJwt { jwks });
    (client, key)
}

fn claims() -> Value {
    json!({"iss":"demo-bank","sub":"demo-bank","aud":ISSUER,"exp":NOW + 60,"iat":NOW,"jti":"j1"})
}

fn assert_with(claims: &Value, token_type: TokenType) -> Result<Option<AssertionUse>, TokenFault> {
    let (client, key) = assertion_client();
    let assertion = key.sign(token_type, claims).unwrap();
    let members = [
        ("client_assertion", &*assertion),
        ("client_assertion_type", ASSERTION_TYPE),
    ];
    authenticate(&client, None, &members).map(|who| who.assertion().cloned())
}

#[test]
fn an_assertion_passes_and_names_what_to_remember() {
    let used = assert_with(&claims(), TokenType::Jwt).unwrap().unwrap();
    assert_eq!(
        used,
        AssertionUse {
            jti: "j1".into(),
            forget_after: NOW + 90
        }
    );
    let mut several = claims();
    several["aud"] = json!([
        "https://other.example",
        "https://segl.example/connect/token"
    ]);
    assert!(assert_with(&several, TokenType::ClientAssertion).is_ok());
}

#[test]
fn assertions_at_their_boundaries() {
    use AssertionFault as F;
    let table = [
        ("iss", json!("other"), Some(F::IssuerWrong)),
        (
            "aud",
            json!("https://segl.example/"),
            Some(F::AudienceWrong),
        ),
        ("aud", json!([]), Some(F::AudienceWrong)),
        ("exp", json!(NOW - 29), None),
        ("exp", json!(NOW - 30), Some(F::Expired)),
        ("exp", json!(i64::MIN), Some(F::Expired)),
        ("exp", json!(NOW + 3630), None),
        ("exp", json!(NOW + 3631), Some(F::LivesTooLong)),
        ("exp", json!(i64::MAX), Some(F::LivesTooLong)),
        ("iat", json!(NOW + 30), None),
        ("iat", json!(NOW + 31), Some(F::NotYetValid)),
        ("nbf", json!(NOW + 31), Some(F::NotYetValid)),
        ("jti", Value::Null, Some(F::JtiMissing)),
        ("jti", json!(""), Some(F::JtiMissing)),
        ("jti", json!("j".repeat(256)), None),
        ("jti", json!("j".repeat(257)), Some(F::JtiMissing)),
        (
            "exp",
            Value::Null,
            Some(F::Token(JoseFault::ClaimsMalformed)),
        ),
    ];
    for (member, value, expected) in table {
        let mut claims = claims();
        claims[member] = value.clone();
        let found = assert_with(&claims, TokenType::Jwt).err();
        assert_eq!(
            found,
            expected.map(TokenFault::Assertion),
            "{member} {value}"
        );
    }
    let other = json!({"iss":"demo-bank","sub":"other","aud":ISSUER,"exp":NOW + 60,"jti":"j"});
    assert_eq!(
        assert_with(&other, TokenType::Jwt),
        Err(TokenFault::ClientUnknown)
    );
    assert_eq!(
        assert_with(&claims(), TokenType::AccessToken),
        Err(TokenFault::Assertion(F::Token(JoseFault::WrongType)))
    );
}

#[test]
fn an_assertion_by_another_key_is_refused() {
    let (client, key) = assertion_client();
    let (_, stranger) = assertion_client();
    for (signer, expected) in [(&key, None), (&stranger, Some(JoseFault::NoSuchKey))] {
        let assertion = signer.sign(TokenType::Jwt, &claims()).unwrap();
        let members = [
            ("client_assertion", &*assertion),
            ("client_assertion_type", ASSERTION_TYPE),
        ];
        let found = authenticate(&client, None, &members).err();
        assert_eq!(
            found,
            expected.map(|fault| TokenFault::Assertion(fault.into()))
        );
        let named = [members[0], members[1], ("client_id", "other")];
        assert_eq!(
            authenticate(&client, None, &named).err(),
            Some(TokenFault::ClientIdMismatch)
        );
    }
    assert_eq!(
        authenticate(
            &bank(),
            None,
            &[
                ("client_assertion", "x.y"),
                ("client_assertion_type", ASSERTION_TYPE)
            ]
        )
        .err(),
        Some(TokenFault::Assertion(JoseFault::Malformed.into()))
    );
}

fn request_fault(client: &Client, members: &[(&str, &str)]) -> Option<TokenFault> {
    let who = authenticate(client, Some(&basic("demo-bank", SECRET)), &[]).unwrap();
    let body = encode(members);
    let form = TokenForm::parse(&body).unwrap();
    form.request(&who).err()
}

#[test]
fn what_may_be_asked_for() {
    let bank = bank();
    let who = authenticate(&bank, Some(&basic("demo-bank", SECRET)), &[]).unwrap();
    let body = encode(&[
        ("grant_type", "client_credentials"),
        ("scope", "payments:read"),
    ]);
    let form = TokenForm::parse(&body).unwrap();
    assert_eq!(
        form.request(&who),
        Ok(TokenRequest::ClientCredentials {
            scope: Some("payments:read")
        })
    );
    assert_eq!(
        request_fault(&bank, &[]),
        Some(TokenFault::GrantTypeMissing)
    );
    assert_eq!(
        request_fault(&bank, &[("grant_type", "password")]),
        Some(TokenFault::GrantTypeUnsupported)
    );
    assert_eq!(
        request_fault(&bank, &[("grant_type", "refresh_token")]),
        Some(TokenFault::GrantTypeUnsupported)
    );
    assert_eq!(
        request_fault(&bank, &[("grant_type", "authorization_code")]),
        Some(TokenFault::CodeMissing)
    );
    let no_machine = with(|c| c.grant_types = vec![GrantType::AuthorizationCode]);
    assert_eq!(
        request_fault(&no_machine, &[("grant_type", "client_credentials")]),
        Some(TokenFault::GrantTypeNotAllowed)
    );
    assert_eq!(
        TokenForm::parse("a=1&a=2").err(),
        Some(TokenFault::ParameterRepeated)
    );
    assert_eq!(
        TokenForm::parse("a=%").err(),
        Some(TokenFault::Malformed(FormFault::BrokenEscape))
    );
}

#[test]
fn a_code_is_redeemed_by_whom_it_was_issued_to() {
    use TokenFault as F;
    let bank = bank();
    let who = authenticate(&bank, Some(&basic("demo-bank", SECRET)), &[]).unwrap();
    let uri = "https://bank.example/callback";
    let binding = CodeBinding {
        client_id: "demo-bank".into(),
        redirect_uri: uri.into(),
        code_challenge: Some(CodeChallenge::of(VERIFIER).unwrap()),
    };
    let json = serde_json::to_string(&binding).unwrap();
    assert_eq!(serde_json::from_str::<CodeBinding>(&json).unwrap(), binding);
    let check = |binding: &CodeBinding, uri: &str, verifier: &str| {
        let body = encode(&[
            ("grant_type", "authorization_code"),
            ("code", "c"),
            ("redirect_uri", uri),
            ("code_verifier", verifier),
        ]);
        let form = TokenForm::parse(&body).unwrap();
        match form.request(&who).unwrap() {
            TokenRequest::AuthorizationCode(grant) => binding.check(&grant, who.client()),
            TokenRequest::ClientCredentials { .. } => panic!("another grant"),
        }
    };
    assert_eq!(check(&binding, uri, VERIFIER), Ok(()));
    assert_eq!(check(&binding, "", VERIFIER), Err(F::RedirectUriMismatch));
    assert_eq!(
        check(&binding, "https://bank.example/callback2", VERIFIER),
        Err(F::RedirectUriMismatch)
    );
    assert_eq!(check(&binding, uri, ""), Err(F::VerifierMissing));
    assert_eq!(
        check(&binding, uri, "short"),
        Err(F::Verifier(PkceFault::VerifierMalformed))
    );
    assert_eq!(
        check(&binding, uri, &"x".repeat(43)),
        Err(F::Verifier(PkceFault::VerifierWrong))
    );
    let bare = CodeBinding {
        code_challenge: None,
        ..binding.clone()
    };
    assert_eq!(check(&bare, uri, ""), Ok(()));
    assert_eq!(check(&bare, uri, VERIFIER), Err(F::VerifierUnexpected));
    let other = CodeBinding {
        client_id: "other".into(),
        ..binding
    };
    assert_eq!(check(&other, uri, VERIFIER), Err(F::CodeOfAnotherClient));
}

#[test]
fn client_credentials_get_scopes_of_interfaces_only() {
    let bank = bank();
    let scope = |list| client_credentials_scope(&bank, list).map(|scope| scope.to_string());
    assert_eq!(scope(None).unwrap(), "payments:read payments:write");
    assert_eq!(scope(Some("payments:write")).unwrap(), "payments:write");
    assert_eq!(scope(Some("openid")), Err(TokenFault::ScopeNotAllowed));
    assert_eq!(
        scope(Some("payments:read mitid")),
        Err(TokenFault::ScopeNotAllowed)
    );
    assert_eq!(
        scope(Some("payments:delete")),
        Err(TokenFault::ScopeNotAllowed)
    );
    assert!(matches!(
        scope(Some("\"")),
        Err(TokenFault::ScopeMalformed(_))
    ));
}

#[test]
fn access_tokens_of_services() {
    let (key, _) = SigningKey::generate(Algorithm::Es256).unwrap();
    let keys = JwkSet::new(vec![key.public().clone()]);
    let scope = ScopeSet::parse("payments:read").unwrap();
    let token = access_token::issue(&key, ISSUER, "demo-bank", &scope, NOW, [255; 16]).unwrap();
    let verify = |issuer, now| access_token::verify(&token, &keys, issuer, now);
    let verified = verify(ISSUER, NOW).unwrap();
    assert_eq!(
        (&*verified.sub, &*verified.client_id, &*verified.jti),
        ("demo-bank", "demo-bank", "_____________________w")
    );
    assert_eq!(
        (verified.iat, verified.exp, &verified.scope),
        (NOW, NOW + 10800, &scope)
    );
    assert!(verify(ISSUER, NOW + ACCESS_TOKEN_LIFETIME - 1).is_ok());
    assert_eq!(
        verify(ISSUER, NOW + ACCESS_TOKEN_LIFETIME),
        Err(AccessTokenFault::Expired)
    );
    assert_eq!(
        verify("https://other.example", NOW),
        Err(AccessTokenFault::NotOurs)
    );
    let id_token = key.sign(TokenType::Jwt, &json!({"iss":ISSUER})).unwrap();
    assert_eq!(
        access_token::verify(&id_token, &keys, ISSUER, NOW),
        Err(AccessTokenFault::Token(JoseFault::WrongType))
    );
    let response =
        serde_json::to_value(TokenResponse::bearer("t", ACCESS_TOKEN_LIFETIME, &scope)).unwrap();
    assert_eq!(
        response,
        json!({"access_token":"t","token_type":"Bearer","expires_in":10800,"scope":"payments:read"})
    );
}

#[test]
fn faults_as_they_are_told() {
    let told = |fault: TokenFault| {
        (
            fault.status(),
            fault.code(),
            fault.www_authenticate().is_some(),
        )
    };
    assert_eq!(
        told(TokenFault::SecretWrong),
        (401, ErrorCode::InvalidClient, true)
    );
    assert_eq!(
        told(TokenFault::SeveralMethods),
        (400, ErrorCode::InvalidRequest, false)
    );
    assert_eq!(
        told(TokenFault::CodeInvalid),
        (400, ErrorCode::InvalidGrant, false)
    );
    assert_eq!(
        told(TokenFault::GrantTypeNotAllowed),
        (400, ErrorCode::UnauthorizedClient, false)
    );
    assert_eq!(
        told(TokenFault::GrantTypeUnsupported),
        (400, ErrorCode::UnsupportedGrantType, false)
    );
    assert_eq!(
        told(TokenFault::ScopeNotAllowed),
        (400, ErrorCode::InvalidScope, false)
    );
    // Who fails to prove who they are is not told how.
    assert_eq!(
        TokenFault::SecretWrong.body(),
        TokenFault::ClientUnknown.body()
    );
    assert_eq!(
        TokenFault::CodeInvalid.body(),
        TokenFault::CodeOfAnotherClient.body()
    );
    assert_eq!(
        serde_json::to_value(TokenFault::SecretWrong.body()).unwrap(),
        json!({"error":"invalid_client","error_description":"client authentication failed"})
    );
}

#[test]
fn introspection_and_revocation() {
    let body = encode(&[("token", "t"), ("token_type_hint", "access_token")]);
    let question = TokenQuestion::parse(&body).unwrap();
    assert_eq!(question.token(), Ok("t"));
    let bank = bank();
    let header = basic("demo-bank", SECRET);
    assert!(
        question
            .credentials(Some(&header))
            .unwrap()
            .authenticate(Some(&bank), &EXPECTED)
            .is_ok()
    );
    assert_eq!(
        TokenQuestion::parse("x=1").unwrap().token(),
        Err(TokenFault::ParameterMissing)
    );
    assert_eq!(
        TokenQuestion::parse("token=1&token=2").err(),
        Some(TokenFault::ParameterRepeated)
    );
    let inactive = serde_json::to_value(Introspection::INACTIVE).unwrap();
    assert_eq!(inactive, json!({"active":false}));
    let scope = ScopeSet::parse("openid mitid").unwrap();
    let active = ActiveToken::of_client(ISSUER, "demo-bank", &scope, (NOW, NOW + 1));
    assert_eq!(
        serde_json::to_value(Introspection::Active(active)).unwrap(),
        json!({"active":true,"iss":ISSUER,"client_id":"demo-bank","sub":"demo-bank","scope":"openid mitid",
            "token_type":"Bearer","exp":NOW + 1,"iat":NOW})
    );
}

proptest! {
    #[test]
    fn nothing_makes_it_panic(header in "\\PC{0,60}", body in "\\PC{0,80}") {
        let bank = bank();
        if let Ok(form) = TokenForm::parse(&body) {
            for header in [None, Some(header.clone()), Some(format!("Basic {}", STANDARD.encode(&header)))] {
                if let Ok(credentials) = form.credentials(header.as_deref()) {
                    prop_assert!(credentials.authenticate(Some(&bank), &EXPECTED).is_err());
                }
            }
        }
    }

    #[test]
    fn any_secret_survives_basic(secret in "\\PC{1,40}") {
        let client = with(|client| {
            client.authentication = ClientAuthentication::Secret { sha256: oidc::client::SecretHash::of(&secret) };
        });
        prop_assert!(authenticate(&client, Some(&basic("demo-bank", &secret)), &[]).is_ok());
    }
}
