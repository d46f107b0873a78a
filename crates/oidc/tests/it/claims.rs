//! Who is told what, claim by claim.

use oidc::{
    claims::{
        Amr, Date, Facts, ID_TOKEN_LIFETIME, IdToken, PROTECTED_NAME, Recipient, SubjectKey,
        Userinfo, token_hash, userinfo_token,
    },
    client::{Client, Sector},
    jose::{Algorithm, JwkSet, SigningKey, TokenType, verify_compact},
    level::Level,
    scope::ScopeSet,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::registered::{bank, with};

const ISSUER: &str = "https://segl.example";
const NOW: i64 = 1_800_000_000;
const TODAY: Date = Date {
    year: 2026,
    month: 11,
    day: 22,
};
const IDENTITY: &str = "7027a386-aa7c-4dd6-93de-ebffd670f8b5";
const TRANSACTION: &str = "90aceda9-da54-40aa-97ac-cd99eca38332";
const SESSION: &str = "19712d37-0c76-4aaa-b049-bacd585f484f";

fn facts() -> Facts {
    Facts {
        identity_uuid: Uuid::parse_str(IDENTITY).unwrap(),
        transaction_id: Uuid::parse_str(TRANSACTION).unwrap(),
        session_id: Uuid::parse_str(SESSION).unwrap(),
        auth_time: NOW - 7,
        session_expiry: NOW + 3600,
        amr: vec![Amr::CodeApp],
        ial: Level::High,
        aal: Level::Substantial,
        birth_date: Date {
            year: 1985,
            month: 4,
            day: 12,
        },
        name: "Anna Andersen".into(),
        name_protected: false,
        has_cpr: true,
        cpr: Some("1204851234".into()),
        psd2: false,
    }
}

/// The ID token and userinfo of one service.
fn told(client: &Client, scope: &str, facts: &Facts) -> (Value, Value) {
    let scope = ScopeSet::parse(scope).unwrap();
    let key = SubjectKey::new(&[7; 32]);
    let recipient = Recipient {
        issuer: ISSUER,
        client,
        scope: &scope,
        subject_key: &key,
    };
    let id_token = IdToken::new(&recipient, facts, TODAY, NOW).with_nonce(Some("n-0S6_WzA2Mj"));
    let userinfo = Userinfo::new(&recipient, facts, TODAY);
    assert_eq!(userinfo.get("sub"), Some(&*id_token.subject().to_string()));
    (
        serde_json::to_value(&id_token).unwrap(),
        serde_json::to_value(&userinfo).unwrap(),
    )
}

#[test]
fn an_id_token_claim_by_claim() {
    let (id_token, _) = told(&bank(), "openid", &facts());
    let substantial = "https://data.gov.dk/concept/core/nsis/Substantial";
    assert_eq!(
        id_token,
        json!({
            "iss": ISSUER, "sub": id_token["sub"], "aud": "demo-bank", "exp": NOW + ID_TOKEN_LIFETIME, "iat": NOW, "nbf": NOW,
            "auth_time": NOW - 7, "nonce": "n-0S6_WzA2Mj", "sid": SESSION, "amr": ["code_app"], "acr": substantial, "idp": "mitid",
            "identity_type": "private", "transaction_id": TRANSACTION, "loa": substantial, "aal": substantial,
            "ial": "https://data.gov.dk/concept/core/nsis/High", "session_expiry": "1800003600",
        })
    );
    assert_ne!(id_token["sub"], IDENTITY);
}

#[test]
fn userinfo_claim_by_claim_and_every_value_a_string() {
    let (id_token, userinfo) = told(&bank(), "openid mitid ssn", &facts());
    assert_eq!(
        userinfo,
        json!({
            "sub": id_token["sub"], "mitid.uuid": IDENTITY, "mitid.date_of_birth": "1985-04-12", "mitid.age": "41",
            "mitid.has_cpr": "true", "mitid.identity_name": "Anna Andersen", "mitid.transaction_id": TRANSACTION,
            "mitid.psd2": "false", "idp_identity_id": IDENTITY, "dk.cpr": "1204851234",
        })
    );
}

#[test]
fn a_scope_that_was_not_asked_for_tells_nothing() {
    let (_, userinfo) = told(&bank(), "openid", &facts());
    assert_eq!(userinfo.as_object().unwrap().len(), 1);
    let (_, userinfo) = told(&bank(), "openid mitid", &facts());
    assert_eq!(userinfo.get("dk.cpr"), None);
    let (_, userinfo) = told(&bank(), "openid ssn", &facts());
    assert_eq!(userinfo["dk.cpr"], "1204851234");
    assert_eq!(userinfo.get("mitid.uuid"), None);
    let withheld = Facts {
        cpr: None,
        ..facts()
    };
    let (_, userinfo) = told(&bank(), "openid ssn", &withheld);
    assert_eq!(userinfo.get("dk.cpr"), None);
}

/// R-SVC-2.
#[test]
fn sub_is_shared_within_an_organisation_only() {
    let sub = |client: &Client| told(client, "openid mitid", &facts()).0["sub"].clone();
    let sister = with(|c| c.client_id = "other-service".into());
    let stranger = with(|c| c.organisation.id = "87654321".into());
    assert_eq!(sub(&bank()), sub(&sister));
    assert_ne!(sub(&bank()), sub(&stranger));
    assert_eq!(sub(&bank()).as_str().unwrap().len(), 36);
}

/// R-SVC-7.
#[test]
fn a_protected_name_is_withheld_from_services_that_are_not_public() {
    let protected = Facts {
        name_protected: true,
        ..facts()
    };
    let name =
        |client: &Client| told(client, "openid mitid", &protected).1["mitid.identity_name"].clone();
    assert_eq!(name(&bank()), PROTECTED_NAME);
    assert_eq!(PROTECTED_NAME, "NAVNE & ADRESSEBESKYTTET");
    assert_eq!(name(&with(|c| c.sector = Sector::Public)), "Anna Andersen");
    assert!(!format!("{protected:?}").contains("Anna"));
}

#[test]
fn ages_are_told_as_the_dialect_tells_them() {
    let born = |year, month, day| Facts {
        birth_date: Date { year, month, day },
        ..facts()
    };
    let (id_token, userinfo) = told(&bank(), "openid age_verify:18", &born(2008, 11, 22));
    assert_eq!(id_token["idbrokerdk_age_verified"], "18:true");
    assert_eq!(userinfo["idbrokerdk_age_verify_18"], "true");
    let (id_token, userinfo) = told(&bank(), "openid age_verify:18", &born(2008, 11, 23));
    assert_eq!(id_token["idbrokerdk_age_verified"], "18:false");
    assert_eq!(userinfo["idbrokerdk_age_verify_18"], "false");
    let (id_token, userinfo) = told(&bank(), "openid minimal age", &born(2008, 11, 23));
    assert_eq!(
        (&id_token["idbrokerdk_age"], &userinfo["idbrokerdk_age"]),
        (&json!("17"), &json!("17"))
    );
}

#[test]
fn an_age_check_gives_nothing_that_lasts() {
    let first = facts();
    let second = Facts {
        transaction_id: Uuid::from_u128(2),
        session_id: Uuid::from_u128(3),
        ..facts()
    };
    let scope = "openid minimal age_verify:18";
    let (id_token, userinfo) = told(&bank(), scope, &first);
    let (again, _) = told(&bank(), scope, &first);
    let (later, _) = told(&bank(), scope, &second);
    assert_eq!(id_token["sub"], again["sub"]);
    assert_ne!(id_token["sub"], later["sub"]);
    let lasting = told(&bank(), "openid", &first).0["sub"].clone();
    for text in [id_token.to_string(), userinfo.to_string()] {
        for secret in [
            lasting.as_str().unwrap(),
            IDENTITY,
            "Anna",
            "1985",
            "1204851234",
        ] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
    assert_eq!(userinfo.as_object().unwrap().len(), 2);
}

#[test]
fn assurance_and_authenticators() {
    for ial in Level::ALL {
        for aal in Level::ALL {
            let (id_token, _) = told(
                &bank(),
                "openid",
                &Facts {
                    ial,
                    aal,
                    ..facts()
                },
            );
            assert_eq!(id_token["loa"], ial.min(aal).uri());
            assert_eq!(id_token["acr"], id_token["loa"]);
            assert_eq!(
                (&id_token["ial"], &id_token["aal"]),
                (&json!(ial.uri()), &json!(aal.uri()))
            );
        }
    }
    let all = [
        Amr::CodeApp,
        Amr::CodeAppEnhanced,
        Amr::CodeToken,
        Amr::CodeReader,
        Amr::U2fToken,
        Amr::Password,
    ];
    let (id_token, userinfo) = told(
        &bank(),
        "openid mitid",
        &Facts {
            amr: all.to_vec(),
            psd2: true,
            ..facts()
        },
    );
    assert_eq!(
        id_token["amr"],
        json!([
            "code_app",
            "code_app_enchanced",
            "code_token",
            "code_reader",
            "u2f_token",
            "password"
        ])
    );
    assert_eq!(
        (&id_token["mitid.psd2"], &userinfo["mitid.psd2"]),
        (&json!("true"), &json!("true"))
    );
}

#[test]
fn a_signed_id_token_binds_the_access_token() {
    let (bank, facts) = (bank(), facts());
    let scope = ScopeSet::parse("openid mitid userinfo_token").unwrap();
    let subject_key = SubjectKey::new(&[7; 32]);
    let recipient = Recipient {
        issuer: ISSUER,
        client: &bank,
        scope: &scope,
        subject_key: &subject_key,
    };
    for algorithm in Algorithm::ALL {
        let (key, _) = SigningKey::generate(algorithm).unwrap();
        let keys = JwkSet::new(vec![key.public().clone()]);
        let id_token = IdToken::new(&recipient, &facts, TODAY, NOW)
            .with_access_token("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", algorithm);
        let signed = id_token.sign(&key).unwrap();
        let claims = verify_compact::<Value>(&signed, &keys, TokenType::Jwt)
            .unwrap()
            .into_claims();
        let hash = claims["at_hash"].as_str().unwrap();
        assert_eq!(
            hash.len(),
            if algorithm == Algorithm::EdDsa {
                43
            } else {
                22
            }
        );
        assert_eq!(claims.get("nonce"), None);
        let userinfo = Userinfo::new(&recipient, &facts, TODAY);
        let all = userinfo_token(&id_token, &userinfo).unwrap();
        assert_eq!(
            (&all["iss"], &all["mitid.uuid"], &all["sub"]),
            (&json!(ISSUER), &json!(IDENTITY), &claims["sub"])
        );
    }
    // The widely used example pair for SHA-256.
    assert_eq!(
        token_hash(
            Algorithm::Es256,
            "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"
        ),
        "77QmUPtjPfzWtF2AnpK9RQ"
    );
}

#[test]
fn facts_survive_sealing() {
    let json = serde_json::to_string(&facts()).unwrap();
    assert!(serde_json::from_str::<Facts>(&json).unwrap() == facts());
}
