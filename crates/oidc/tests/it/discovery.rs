//! The discovery document says nothing that is not so.

use std::collections::BTreeSet;

use oidc::{
    authorize::{AuthorizeRequest, Language},
    claims::{Amr, Date, Facts, IdToken, Recipient, SubjectKey, Userinfo},
    discovery::{Discovery, path},
    jose::{Algorithm, JwkSet, SigningKey},
    level::Level,
    scope::ScopeSet,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::registered::bank;

const ISSUER: &str = "https://segl.example";

fn document(algorithms: &[Algorithm]) -> Value {
    let keys = algorithms
        .iter()
        .map(|algorithm| SigningKey::generate(*algorithm).unwrap().0.public().clone())
        .collect();
    let discovery = Discovery::new(ISSUER, &JwkSet::new(keys), &[Language::Da, Language::En]);
    serde_json::from_str(&discovery.to_json().unwrap()).unwrap()
}

fn strings(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|value| value.as_str().unwrap())
        .collect()
}

#[test]
fn endpoints_are_where_the_dialect_has_them() {
    let document = document(&[Algorithm::Es256]);
    assert_eq!(document["issuer"], ISSUER);
    for (member, path) in [
        ("authorization_endpoint", "/connect/authorize"),
        ("token_endpoint", "/connect/token"),
        ("userinfo_endpoint", "/connect/userinfo"),
        ("introspection_endpoint", "/connect/introspect"),
        ("revocation_endpoint", "/connect/revocation"),
        ("end_session_endpoint", "/connect/endsession"),
        ("jwks_uri", "/.well-known/openid-configuration/jwks"),
    ] {
        assert_eq!(document[member], format!("{ISSUER}{path}"));
    }
    assert_eq!(path::CONFIGURATION, "/.well-known/openid-configuration");
}

#[test]
fn only_algorithms_with_a_key_are_advertised() {
    let algorithms =
        |keys: &[Algorithm]| document(keys)["id_token_signing_alg_values_supported"].clone();
    assert_eq!(algorithms(&[Algorithm::Es256]), json!(["ES256"]));
    assert_eq!(
        algorithms(&[Algorithm::EdDsa, Algorithm::Es256]),
        json!(["ES256", "EdDSA"])
    );
}

/// Every advertised value of a request parameter passes the checks (`prompt=none` ends, as it must, in `login_required`).
#[test]
fn what_is_advertised_is_accepted() {
    let document = document(&[Algorithm::Es256]);
    let good = "client_id=demo-bank&redirect_uri=https://bank.example/callback&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let passes = |rest: &str| {
        let query = format!("{good}&{rest}");
        AuthorizeRequest::parse(&query)
            .unwrap()
            .check(Some(&bank()))
            .is_ok()
    };
    let each = |member: &str| {
        strings(&document[member])
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    for response_type in each("response_types_supported") {
        for response_mode in each("response_modes_supported") {
            for method in each("code_challenge_methods_supported") {
                for scope in each("scopes_supported") {
                    let scope = if scope == "age_verify" {
                        "age_verify:18".to_owned()
                    } else {
                        scope
                    };
                    for prompt in each("prompt_values_supported")
                        .iter()
                        .filter(|prompt| *prompt != "none")
                    {
                        let rest = format!(
                            "response_type={response_type}&response_mode={response_mode}&code_challenge_method={method}&scope=openid+{scope}&prompt={prompt}"
                        );
                        assert!(passes(&rest), "{rest}");
                    }
                }
            }
        }
    }
    for acr in each("acr_values_supported") {
        assert!(Level::from_uri(&acr).is_some());
    }
}

/// The claims that are advertised are those that can come, no more and no fewer.
#[test]
fn advertised_claims_are_those_that_are_made() {
    let facts = Facts {
        identity_uuid: Uuid::from_u128(1),
        transaction_id: Uuid::from_u128(2),
        session_id: Uuid::from_u128(3),
        auth_time: 0,
        session_expiry: 0,
        amr: vec![Amr::CodeApp],
        ial: Level::High,
        aal: Level::High,
        birth_date: Date {
            year: 1985,
            month: 1,
            day: 1,
        },
        name: "A".into(),
        name_protected: false,
        has_cpr: true,
        cpr: Some("0101850000".into()),
        psd2: true,
    };
    let (bank, subject_key) = (bank(), SubjectKey::new(&[0; 32]));
    let today = Date {
        year: 2026,
        month: 1,
        day: 1,
    };
    let mut made = BTreeSet::new();
    for scope in ["openid mitid ssn age", "openid age_verify:18"] {
        let scope = ScopeSet::parse(scope).unwrap();
        let recipient = Recipient {
            issuer: ISSUER,
            client: &bank,
            scope: &scope,
            subject_key: &subject_key,
        };
        let id_token = IdToken::new(&recipient, &facts, today, 0)
            .with_nonce(Some("n"))
            .with_access_token("t", Algorithm::Es256);
        let userinfo = Userinfo::new(&recipient, &facts, today);
        for claims in [
            serde_json::to_value(&id_token).unwrap(),
            serde_json::to_value(&userinfo).unwrap(),
        ] {
            made.extend(claims.as_object().unwrap().keys().cloned());
        }
    }
    made.remove("idbrokerdk_age_verify_18");
    let document = document(&[Algorithm::Es256]);
    let advertised: BTreeSet<String> = strings(&document["claims_supported"])
        .into_iter()
        .map(str::to_owned)
        .collect();
    assert_eq!(advertised, made);
}
