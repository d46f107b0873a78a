//! Published vectors, our own keys, and every way to be refused.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use oidc::jose::{
    Algorithm, JoseFault, JwkFault, JwkSet, PublicJwk, SigningKey, TokenType,
    dangerous_unverified_payload, verify_compact, verify_payload,
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// RFC 7515 appendix A.1 to A.3: one payload.
const PAYLOAD: &str = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
const A1_SIGNATURE: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const A2_MODULUS: &str = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
const A2_SIGNATURE: &str = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
const A3_SIGNATURE: &str =
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
/// RFC 7638 section 3.1.
const THUMBPRINT_MODULUS: &str = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => panic!("not an object"),
    }
}

fn jwk(value: Value) -> Result<PublicJwk, JwkFault> {
    PublicJwk::try_from(object(value))
}

fn set(value: Value) -> JwkSet {
    JwkSet::new(vec![jwk(value).unwrap()])
}

/// RFC 7515 appendix A.3.1.
fn a3_key() -> Value {
    json!({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})
}

/// RFC 8037 appendix A.2.
fn ed25519_key() -> Value {
    json!({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})
}

fn b64(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

#[test]
fn rfc_7515_a3_es256() {
    let token = format!("eyJhbGciOiJFUzI1NiJ9.{PAYLOAD}.{A3_SIGNATURE}");
    let verified = verify_compact::<Value>(&token, &set(a3_key()), TokenType::Jwt).unwrap();
    assert_eq!(
        verified.claims(),
        &json!({"iss":"joe","exp":1_300_819_380,"http://example.com/is_root":true})
    );
    assert_eq!(
        dangerous_unverified_payload::<Value>(&token).as_ref(),
        Ok(verified.claims())
    );
}

#[test]
fn rfc_7515_a1_a2_a5_are_refused_for_their_algorithm() {
    let keys = set(json!({"kty":"RSA","n":A2_MODULUS,"e":"AQAB"}));
    for token in [
        format!("eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.{PAYLOAD}.{A1_SIGNATURE}"),
        format!("eyJhbGciOiJSUzI1NiJ9.{PAYLOAD}.{A2_SIGNATURE}"),
        format!("eyJhbGciOiJub25lIn0.{PAYLOAD}."),
        format!("{}.{PAYLOAD}.", b64(r#"{"alg":"None"}"#)),
    ] {
        let refused = verify_compact::<Value>(&token, &keys, TokenType::Jwt);
        assert_eq!(
            refused.err(),
            Some(JoseFault::AlgorithmNotSupported),
            "{token}"
        );
    }
    // The PKCS#1 v1.5 signature does not pass as PSS either.
    let token = format!("{}.{PAYLOAD}.{A2_SIGNATURE}", b64(r#"{"alg":"PS256"}"#));
    let refused = verify_compact::<Value>(&token, &keys, TokenType::Jwt);
    assert_eq!(refused.err(), Some(JoseFault::SignatureWrong));
}

#[test]
fn rfc_8037_a4_ed25519() {
    let token = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    let keys = set(ed25519_key());
    let verified = verify_payload(token, &keys, TokenType::Jwt).unwrap();
    assert_eq!(verified.claims(), b"Example of Ed25519 signing");
    let refused = verify_compact::<Value>(token, &keys, TokenType::Jwt);
    assert_eq!(refused.err(), Some(JoseFault::ClaimsMalformed));
}

#[test]
fn rfc_7638_and_rfc_8037_thumbprints() {
    let rsa = jwk(json!({"kty":"RSA","n":THUMBPRINT_MODULUS,"e":"AQAB"})).unwrap();
    assert_eq!(
        rsa.thumbprint(),
        "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    );
    assert_eq!(rsa.kid(), rsa.thumbprint());
    let named =
        jwk(json!({"kty":"RSA","n":THUMBPRINT_MODULUS,"e":"AQAB","kid":"2011-04-29"})).unwrap();
    assert_eq!(named.kid(), "2011-04-29");
    assert_eq!(named.thumbprint(), rsa.thumbprint());
    let ed25519 = jwk(ed25519_key()).unwrap();
    assert_eq!(
        ed25519.thumbprint(),
        "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    );
}

#[test]
fn our_keys_sign_are_read_back_and_verify() {
    for algorithm in Algorithm::ALL {
        let (key, pkcs8) = SigningKey::generate(algorithm).unwrap();
        let again = SigningKey::from_pkcs8(algorithm, &pkcs8).unwrap();
        assert_eq!(key.public(), again.public());
        assert_eq!(
            (key.algorithm(), key.kid()),
            (algorithm, &*key.public().thumbprint())
        );
        let published = serde_json::to_string(&JwkSet::new(vec![key.public().clone()])).unwrap();
        let keys: JwkSet = serde_json::from_str(&published).unwrap();
        let token = again.sign(TokenType::Jwt, &json!({"a":1})).unwrap();
        let verified = verify_compact::<Value>(&token, &keys, TokenType::Jwt).unwrap();
        assert_eq!(verified.into_claims(), json!({"a":1}));
        let header: Value = serde_json::from_slice(
            &URL_SAFE_NO_PAD
                .decode(token.split('.').next().unwrap())
                .unwrap(),
        )
        .unwrap();
        assert_eq!(
            header,
            json!({"alg":algorithm.as_str(),"kid":key.kid(),"typ":"JWT"})
        );
        let other = SigningKey::generate(algorithm).unwrap().0.public().clone();
        let refused = verify_compact::<Value>(&token, &JwkSet::new(vec![other]), TokenType::Jwt);
        assert_eq!(refused.err(), Some(JoseFault::NoSuchKey));
        for wrong in Algorithm::ALL
            .into_iter()
            .filter(|wrong| *wrong != algorithm)
        {
            assert!(SigningKey::from_pkcs8(wrong, &pkcs8).is_err());
        }
        assert!(!format!("{key:?}").contains("pair"));
    }
}

#[test]
fn a_key_is_never_used_for_another_algorithm() {
    let (key, _) = SigningKey::generate(Algorithm::Es256).unwrap();
    let keys = JwkSet::new(vec![key.public().clone()]);
    let token = key.sign(TokenType::Jwt, &json!({})).unwrap();
    let (_, rest) = token.split_once('.').unwrap();
    for (header, expected) in [
        (json!({"alg":"EdDSA","kid":key.kid()}), JoseFault::NoSuchKey),
        (json!({"alg":"PS256"}), JoseFault::NoSuchKey),
        (json!({"alg":"HS256"}), JoseFault::AlgorithmNotSupported),
        (json!({"alg":"none"}), JoseFault::AlgorithmNotSupported),
        (json!({"alg":"ES256","kid":"x"}), JoseFault::NoSuchKey),
        (
            json!({"alg":"ES256","crit":["exp"],"exp":1}),
            JoseFault::CriticalExtension,
        ),
        (
            json!({"alg":"ES256","crit":null}),
            JoseFault::CriticalExtension,
        ),
        (json!({"alg":"ES256","typ":"at+jwt"}), JoseFault::WrongType),
        (json!({"alg":"ES256"}), JoseFault::SignatureWrong),
        (json!({"kid":key.kid()}), JoseFault::HeaderMalformed),
        (json!(["ES256", null, null]), JoseFault::HeaderMalformed),
    ] {
        let forged = format!("{}.{rest}", b64(&header.to_string()));
        let refused = verify_compact::<Value>(&forged, &keys, TokenType::Jwt);
        assert_eq!(refused.err(), Some(expected), "{header}");
    }
    let twice = format!("{}.{rest}", b64(r#"{"alg":"none","alg":"ES256"}"#));
    let refused = verify_compact::<Value>(&twice, &keys, TokenType::Jwt);
    assert_eq!(refused.err(), Some(JoseFault::HeaderMalformed));
}

#[test]
fn types_do_not_pass_for_each_other() {
    let (key, _) = SigningKey::generate(Algorithm::EdDsa).unwrap();
    let keys = JwkSet::new(vec![key.public().clone()]);
    for signed in TokenType::ALL {
        for wanted in TokenType::ALL {
            let token = key.sign(signed, &json!({})).unwrap();
            let passes = verify_compact::<Value>(&token, &keys, wanted).is_ok();
            let expected = signed == wanted
                || (signed, wanted) == (TokenType::Jwt, TokenType::ClientAssertion);
            assert_eq!(passes, expected, "{signed:?} as {wanted:?}");
        }
    }
}

#[test]
fn a_flipped_bit_anywhere_is_noticed() {
    for algorithm in Algorithm::ALL {
        let (key, _) = SigningKey::generate(algorithm).unwrap();
        let keys = JwkSet::new(vec![key.public().clone()]);
        let token = key.sign(TokenType::Jwt, &json!({"sub":"anna"})).unwrap();
        for i in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[i] = if bytes[i] == b'A' { b'B' } else { b'A' };
            let altered = String::from_utf8(bytes).unwrap();
            assert!(
                verify_compact::<Value>(&altered, &keys, TokenType::Jwt).is_err(),
                "{algorithm} {i}"
            );
        }
    }
}

#[test]
fn shapes_that_are_no_token() {
    let keys = set(a3_key());
    let header = b64(r#"{"alg":"ES256"}"#);
    for token in [
        String::new(),
        "a".into(),
        "a.b".into(),
        format!("{header}.{PAYLOAD}.{A3_SIGNATURE}.x"),
        format!("{header}.{PAYLOAD}.{A3_SIGNATURE}="),
        format!("{header}=.{PAYLOAD}.{A3_SIGNATURE}"),
        format!("{header}.{PAYLOAD}.{A3_SIGNATURE} "),
    ] {
        let refused = verify_compact::<Value>(&token, &keys, TokenType::Jwt);
        assert_eq!(refused.err(), Some(JoseFault::Malformed), "{token}");
    }
    let long = "a".repeat(16 * 1024 + 1);
    assert_eq!(
        verify_compact::<Value>(&long, &keys, TokenType::Jwt).err(),
        Some(JoseFault::TooLong)
    );
}

#[test]
fn keys_that_are_refused() {
    let mut private = a3_key();
    private["d"] = "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI".into();
    assert_eq!(jwk(private), Err(JwkFault::Private));
    assert_eq!(jwk(json!({"kty":"oct","k":"AAAA"})), Err(JwkFault::Private));
    assert_eq!(
        jwk(json!({"kty":"EC","crv":"P-384","x":"AA","y":"AA"})),
        Err(JwkFault::Unsupported)
    );
    assert_eq!(
        jwk(json!({"kty":"OKP","crv":"X25519","x":"AA"})),
        Err(JwkFault::Unsupported)
    );
    assert_eq!(jwk(json!({"crv":"P-256"})), Err(JwkFault::MemberMissing));
    assert_eq!(
        jwk(json!({"kty":"EC","crv":"P-256","x":"AA"})),
        Err(JwkFault::NotAKey)
    );
    assert_eq!(
        jwk(json!({"kty":"OKP","crv":"Ed25519","x":"A+"})),
        Err(JwkFault::NotBase64Url)
    );
    let mut off_curve = a3_key();
    off_curve["x"] = off_curve["y"].clone();
    assert_eq!(jwk(off_curve), Err(JwkFault::NotAKey));
    for (member, value) in [("use", "enc"), ("alg", "RS256"), ("alg", "EdDSA")] {
        let mut key = a3_key();
        key[member] = value.into();
        assert_eq!(jwk(key), Err(JwkFault::Unsupported), "{member} {value}");
    }
    // 2047 and 2048 bits; a leading zero; an exponent of one.
    let modulus = |first: u8| {
        let mut n = URL_SAFE_NO_PAD.decode(A2_MODULUS).unwrap();
        n[0] = first;
        URL_SAFE_NO_PAD.encode(n)
    };
    assert!(jwk(json!({"kty":"RSA","n":modulus(0x80),"e":"AQAB"})).is_ok());
    assert_eq!(
        jwk(json!({"kty":"RSA","n":modulus(0x7f),"e":"AQAB"})),
        Err(JwkFault::RsaTooShort)
    );
    assert_eq!(
        jwk(json!({"kty":"RSA","n":modulus(0),"e":"AQAB"})),
        Err(JwkFault::RsaTooShort)
    );
    for exponent in ["", "AQ", "Ag", "AAEAAQ"] {
        let key = jwk(json!({"kty":"RSA","n":A2_MODULUS,"e":exponent}));
        assert_eq!(key, Err(JwkFault::NotAKey), "{exponent}");
    }
}

#[test]
fn a_set_passes_over_what_it_does_not_know() {
    let read = |value: Value| serde_json::from_value::<JwkSet>(value);
    let set =
        read(json!({"keys":[{"kty":"EC","crv":"P-384","x":"AA","y":"AA"}, a3_key()]})).unwrap();
    assert_eq!(set.keys().len(), 1);
    assert!(read(json!({"keys":[]})).is_err());
    assert!(read(json!({"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}, a3_key()]})).is_err());
    assert!(read(json!({"keys":vec![a3_key(); 33]})).is_err());
    assert_eq!(
        read(json!({"keys":vec![a3_key(); 32]}))
            .unwrap()
            .keys()
            .len(),
        32
    );
}

proptest! {
    #[test]
    fn nothing_makes_verifying_panic(token in "[A-Za-z0-9_.=-]{0,200}") {
        let keys = set(a3_key());
        prop_assert!(verify_compact::<Value>(&token, &keys, TokenType::Jwt).is_err());
    }

    #[test]
    fn nothing_makes_a_key_panic(kty in "EC|RSA|OKP|oct", crv in "P-256|Ed25519", x in "[A-Za-z0-9_-]{0,90}", y in "[A-Za-z0-9_-]{0,90}") {
        let _ = jwk(json!({"kty":kty,"crv":crv,"x":x,"y":y,"n":x,"e":y}));
    }
}
