//! What a device key signs: one flat JSON object of strings, in the canonical form of RFC 8785.
//!
//! RFC 8785 asks for I-JSON input, so for strings without lone surrogates (3.2.2.2); a Rust `String` cannot hold one, and a request
//! that carries one as an escape is refused when it is read.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::device_key::DevicePublicKey;

/// What the app showed, and that its holder approved it (R-SIG-2).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalStatement {
    /// What is asked: `LOG_ON`, `APPROVE`, `CONFIRM`, `ACCEPT` or `SIGN`.
    pub action: String,
    /// The authenticator's id.
    pub authenticator: String,
    /// `approve`.
    pub decision: String,
    /// From the claim; makes the approval good for one use.
    pub nonce: String,
    /// The reference text, empty where the service gave none.
    pub reference_text: String,
    /// The service's name, as shown.
    pub service: String,
    /// The service's `client_id`.
    pub service_id: String,
    /// The sign-in's id.
    pub sign_in: String,
    /// [`ApprovalStatement::TYP`].
    pub typ: String,
}

impl ApprovalStatement {
    /// The kind of statement, so that a signature made for one kind is good for no other.
    pub const TYP: &str = "segl-approval-v1";
    /// The decision that is signed. A rejection needs no signature.
    pub const APPROVE: &str = "approve";

    /// The bytes to sign.
    pub fn canonical(&self) -> Vec<u8> {
        canonical(&self.members())
    }

    /// The first member, by name, in which two statements differ.
    pub fn first_difference(&self, other: &Self) -> Option<&'static str> {
        self.members()
            .iter()
            .zip(other.members())
            .find(|(mine, theirs)| mine.1 != theirs.1)
            .map(|(mine, _)| mine.0)
    }

    /// Names and values, sorted by name.
    fn members(&self) -> [(&'static str, &str); 9] {
        [
            ("action", &self.action),
            ("authenticator", &self.authenticator),
            ("decision", &self.decision),
            ("nonce", &self.nonce),
            ("reference_text", &self.reference_text),
            ("service", &self.service),
            ("service_id", &self.service_id),
            ("sign_in", &self.sign_in),
            ("typ", &self.typ),
        ]
    }
}

impl fmt::Debug for ApprovalStatement {
    /// Where somebody signs in and what they approve is nobody else's business.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApprovalStatement")
            .field("sign_in", &self.sign_in)
            .finish_non_exhaustive()
    }
}

/// That this device key belongs to this activation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActivationStatement {
    /// The first 16 characters of base64url(SHA-256(activation token)).
    pub activation: String,
    /// The authenticator's id.
    pub authenticator: String,
    /// The device key's public half.
    pub device_key: String,
    /// [`ActivationStatement::TYP`].
    pub typ: String,
}

impl ActivationStatement {
    /// The kind of statement.
    pub const TYP: &str = "segl-activation-v1";

    /// The statement for an activation token, as it was sent, and the authenticator that it makes.
    pub fn new(
        activation_token: &str,
        authenticator_id: &str,
        device_key: &DevicePublicKey,
    ) -> Self {
        let mut activation = URL_SAFE_NO_PAD.encode(Sha256::digest(activation_token));
        activation.truncate(16);
        Self {
            activation,
            authenticator: authenticator_id.to_owned(),
            device_key: URL_SAFE_NO_PAD.encode(device_key.as_bytes()),
            typ: Self::TYP.to_owned(),
        }
    }

    /// The bytes to sign.
    pub fn canonical(&self) -> Vec<u8> {
        canonical(&[
            ("activation", &self.activation),
            ("authenticator", &self.authenticator),
            ("device_key", &self.device_key),
            ("typ", &self.typ),
        ])
    }
}

/// RFC 8785 for a flat object of strings whose names are ASCII, need no escape and come sorted.
fn canonical(members: &[(&str, &str)]) -> Vec<u8> {
    let length = members
        .iter()
        .map(|(name, value)| name.len() + value.len() + 6)
        .sum::<usize>();
    let mut json = Vec::with_capacity(length + 2);
    json.push(b'{');
    for (index, (name, value)) in members.iter().enumerate() {
        if index > 0 {
            json.push(b',');
        }
        write_string(&mut json, name);
        json.push(b':');
        write_string(&mut json, value);
    }
    json.push(b'}');
    json
}

/// RFC 8785, 3.2.2.2: two-character escapes where JSON has them, `\u00xx` in lower case for other control characters, and every other
/// character as itself, in UTF-8. (So is U+007F, and so are U+2028 and U+2029.)
fn write_string(json: &mut Vec<u8>, text: &str) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    json.push(b'"');
    for byte in text.bytes() {
        match byte {
            b'"' => json.extend_from_slice(br#"\""#),
            b'\\' => json.extend_from_slice(br"\\"),
            0x08 => json.extend_from_slice(br"\b"),
            b'\t' => json.extend_from_slice(br"\t"),
            b'\n' => json.extend_from_slice(br"\n"),
            0x0c => json.extend_from_slice(br"\f"),
            b'\r' => json.extend_from_slice(br"\r"),
            0x00..0x20 => {
                json.extend_from_slice(br"\u00");
                json.push(HEX[usize::from(byte >> 4)]);
                json.push(HEX[usize::from(byte & 0x0f)]);
            }
            _ => json.push(byte),
        }
    }
    json.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device_key::DeviceKey;
    use proptest::prelude::*;

    #[derive(Deserialize)]
    struct Vector {
        statement: serde_json::Value,
        canonical: String,
    }

    /// The canonical forms were made by ECMAScript's `JSON.stringify`, to which RFC 8785 refers.
    #[test]
    fn vectors() {
        let vectors: Vec<Vector> =
            serde_json::from_str(include_str!("../testdata/statements.json")).unwrap();
        for vector in &vectors {
            let canonical = if vector.statement["typ"] == ActivationStatement::TYP {
                serde_json::from_value::<ActivationStatement>(vector.statement.clone())
                    .unwrap()
                    .canonical()
            } else {
                serde_json::from_value::<ApprovalStatement>(vector.statement.clone())
                    .unwrap()
                    .canonical()
            };
            assert_eq!(String::from_utf8(canonical).unwrap(), vector.canonical);
        }
        assert!(vectors.len() >= 10);
    }

    #[test]
    fn the_activation_is_named_by_a_hash() {
        let key = DeviceKey::generate().unwrap().public().unwrap();
        let statement = ActivationStatement::new("abc", "AAECAwQFBgcICQoLDA0ODw", &key);
        // SHA-256("abc") = ba7816bf 8f01cfea 414140de .. (FIPS 180-2, B.1).
        assert_eq!(statement.activation, "ungWv48Bz-pBQUDe");
        assert_eq!(statement.device_key.len(), 87);
    }

    fn statement(values: &[String; 9]) -> ApprovalStatement {
        let [
            action,
            authenticator,
            decision,
            nonce,
            reference_text,
            service,
            service_id,
            sign_in,
            typ,
        ] = values.clone();
        ApprovalStatement {
            action,
            authenticator,
            decision,
            nonce,
            reference_text,
            service,
            service_id,
            sign_in,
            typ,
        }
    }

    #[test]
    fn a_difference_is_named_in_every_member() {
        let names = [
            "action",
            "authenticator",
            "decision",
            "nonce",
            "reference_text",
            "service",
            "service_id",
            "sign_in",
            "typ",
        ];
        let values: [String; 9] = names.map(str::to_owned);
        let one = statement(&values);
        assert_eq!(one.first_difference(&one.clone()), None);
        for (index, name) in names.iter().enumerate() {
            let mut altered = values.clone();
            altered[index].push(' ');
            assert_eq!(one.first_difference(&statement(&altered)), Some(*name));
        }
    }

    #[test]
    fn unknown_missing_and_ill_formed_members_are_refused() {
        let good = serde_json::to_value(statement(&Default::default())).unwrap();
        let read = |value: &serde_json::Value| {
            serde_json::from_value::<ApprovalStatement>(value.clone()).is_ok()
        };
        assert!(read(&good));
        let mut extra = good.clone();
        extra["amount"] = "1".into();
        assert!(!read(&extra));
        let mut missing = good.clone();
        missing.as_object_mut().unwrap().remove("nonce");
        assert!(!read(&missing));
        let lone_surrogate = good
            .to_string()
            .replacen(r#""action":"""#, r#""action":"\ud800""#, 1);
        assert!(lone_surrogate.contains("ud800"));
        assert!(serde_json::from_str::<ApprovalStatement>(&lone_surrogate).is_err());
    }

    #[test]
    fn debug_shows_neither_service_nor_text() {
        let mut values: [String; 9] = Default::default();
        values[4] = "2.000 kr. til Ida".to_owned();
        values[5] = "Nordbanken".to_owned();
        let shown = format!("{:?}", statement(&values));
        assert!(
            !shown.contains("Ida") && !shown.contains("Nordbanken"),
            "{shown}"
        );
    }

    proptest! {
        #[test]
        fn canonical_bytes_are_json_of_the_same_statement(values in proptest::array::uniform9(any::<String>())) {
            let statement = statement(&values);
            let canonical = statement.canonical();
            prop_assert!(serde_json::from_slice::<ApprovalStatement>(&canonical).unwrap() == statement);
            prop_assert_eq!(canonical, serde_json::to_vec(&statement).unwrap());
        }

        #[test]
        fn different_statements_have_different_bytes(
            one in proptest::array::uniform9("[\"\\\\,:a]{0,3}"),
            other in proptest::array::uniform9("[\"\\\\,:a]{0,3}"),
        ) {
            let (one, other) = (statement(&one), statement(&other));
            prop_assert_eq!(one.canonical() == other.canonical(), one.first_difference(&other).is_none());
        }
    }
}
