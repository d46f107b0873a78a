//! The ID token (OpenID Connect Core section 2; the dialect of R-SVC-1).

use aws_lc_rs::digest;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use uuid::Uuid;

use super::{Amr, Date, Facts, Recipient};
use crate::{
    authorize::Idp,
    jose::{Algorithm, JoseFault, SigningKey, TokenType},
};

/// How long an ID token is valid, in seconds (R-SVC-5).
pub const ID_TOKEN_LIFETIME: i64 = 300;

/// The claims of an ID token.
#[derive(Serialize)]
pub struct IdToken<'t> {
    iss: &'t str,
    sub: Uuid,
    aud: &'t str,
    exp: i64,
    iat: i64,
    nbf: i64,
    auth_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'t str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_hash: Option<String>,
    sid: Uuid,
    amr: &'t [Amr],
    acr: &'static str,
    idp: &'static str,
    identity_type: &'static str,
    transaction_id: Uuid,
    loa: &'static str,
    aal: &'static str,
    ial: &'static str,
    session_expiry: String,
    #[serde(rename = "mitid.psd2", skip_serializing_if = "Option::is_none")]
    psd2: Option<&'static str>,
    #[serde(rename = "idbrokerdk_age", skip_serializing_if = "Option::is_none")]
    age: Option<String>,
    #[serde(
        rename = "idbrokerdk_age_verified",
        skip_serializing_if = "Option::is_none"
    )]
    age_verified: Option<String>,
}

impl<'t> IdToken<'t> {
    /// Makes the claims for one service. `today` is the date in Denmark, for ages; `now` is in unix seconds.
    pub fn new(recipient: &Recipient<'t>, facts: &'t Facts, today: Date, now: i64) -> Self {
        let asked = AgeAnswers::new(recipient, facts, today);
        let loa = facts.loa().uri();
        Self {
            iss: recipient.issuer,
            sub: recipient.subject(facts),
            aud: &recipient.client.client_id,
            exp: now + ID_TOKEN_LIFETIME,
            iat: now,
            nbf: now,
            auth_time: facts.auth_time,
            nonce: None,
            at_hash: None,
            sid: facts.session_id,
            amr: &facts.amr,
            acr: loa,
            idp: Idp::Mitid.as_str(),
            identity_type: "private",
            transaction_id: facts.transaction_id,
            loa,
            aal: facts.aal.uri(),
            ial: facts.ial.uri(),
            session_expiry: facts.session_expiry.to_string(),
            psd2: facts.psd2.then_some("true"),
            age: asked.age.map(|age| age.to_string()),
            age_verified: asked
                .verified
                .map(|(age, reached)| format!("{age}:{reached}")),
        }
    }

    /// Binds the token to the service's own request.
    #[must_use]
    pub fn with_nonce(mut self, nonce: Option<&'t str>) -> Self {
        self.nonce = nonce;
        self
    }

    /// Binds the access token to this one, which will be signed with `algorithm`.
    #[must_use]
    pub fn with_access_token(mut self, access_token: &str, algorithm: Algorithm) -> Self {
        self.at_hash = Some(token_hash(algorithm, access_token));
        self
    }

    /// The subject.
    pub fn subject(&self) -> Uuid {
        self.sub
    }

    /// Signs it.
    pub fn sign(&self, key: &SigningKey) -> Result<String, JoseFault> {
        key.sign(TokenType::Jwt, self)
    }
}

/// What the scopes ask about the person's age.
pub(super) struct AgeAnswers {
    /// `age`.
    pub(super) age: Option<u16>,
    /// `age_verify:NN`: NN, and whether the person is that old.
    pub(super) verified: Option<(u8, bool)>,
}

impl AgeAnswers {
    pub(super) fn new(recipient: &Recipient<'_>, facts: &Facts, today: Date) -> Self {
        let age = facts.birth_date.age_on(today);
        Self {
            age: recipient
                .scope
                .contains(&crate::scope::Scope::Age)
                .then_some(age),
            verified: recipient
                .scope
                .verified_age()
                .map(|asked| (asked, age >= u16::from(asked))),
        }
    }
}

/// `at_hash`: the left half of the token's hash, by the hash function of the signature algorithm (OpenID Connect Core section
/// 3.1.3.6). Ed25519 hashes with SHA-512.
pub fn token_hash(algorithm: Algorithm, token: &str) -> String {
    let function = match algorithm {
        Algorithm::Es256 | Algorithm::Ps256 => &digest::SHA256,
        Algorithm::EdDsa => &digest::SHA512,
    };
    let hash = digest::digest(function, token.as_bytes());
    let hash = hash.as_ref();
    URL_SAFE_NO_PAD.encode(&hash[..hash.len() / 2])
}
