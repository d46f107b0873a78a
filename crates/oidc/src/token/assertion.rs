//! `private_key_jwt` (RFC 7523 section 3; OpenID Connect Core section 9).

use serde::Deserialize;

use super::client_authentication::Expected;
use crate::jose::{Audience, JoseFault, JwkSet, TokenType, verify_compact};

/// The value of `client_assertion_type`.
pub(super) const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How far clocks may differ, in seconds. Our own number.
const LEEWAY: i64 = 30;
/// How far ahead `exp` may lie, in seconds: a used `jti` is remembered that long. Our own number.
const MAX_LIFETIME: i64 = 3600;
/// The longest `jti`, in bytes. Our own number.
const MAX_JTI: usize = 256;

/// An assertion that was used: the server accepts each `(client, jti)` once until it has expired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssertionUse {
    /// Its identifier, unique for the client.
    pub jti: String,
    /// From when it may be forgotten, in unix seconds: the leeway is already added.
    pub forget_after: i64,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: i64,
    jti: Option<String>,
    iat: Option<i64>,
    nbf: Option<i64>,
}

pub(super) fn verify(
    assertion: &str,
    client_id: &str,
    jwks: &JwkSet,
    expected: &Expected<'_>,
) -> Result<AssertionUse, AssertionFault> {
    let claims: Claims = verify_compact(assertion, jwks, TokenType::ClientAssertion)?.into_claims();
    if claims.iss != client_id {
        return Err(AssertionFault::IssuerWrong);
    }
    if claims.sub != client_id {
        return Err(AssertionFault::SubjectWrong);
    }
    if !expected
        .audiences
        .iter()
        .any(|audience| claims.aud.contains(audience))
    {
        return Err(AssertionFault::AudienceWrong);
    }
    let now = expected.now;
    if claims.exp.saturating_add(LEEWAY) <= now {
        return Err(AssertionFault::Expired);
    }
    if claims.exp > now + MAX_LIFETIME + LEEWAY {
        return Err(AssertionFault::LivesTooLong);
    }
    if claims
        .nbf
        .or(claims.iat)
        .is_some_and(|begin| begin > now + LEEWAY)
    {
        return Err(AssertionFault::NotYetValid);
    }
    let jti = claims
        .jti
        .filter(|jti| (1..=MAX_JTI).contains(&jti.len()))
        .ok_or(AssertionFault::JtiMissing)?;
    Ok(AssertionUse {
        jti,
        forget_after: claims.exp + LEEWAY,
    })
}

/// Why an assertion is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AssertionFault {
    /// `client_assertion_type` is not the JWT bearer's.
    #[error("client_assertion_type is not supported")]
    TypeUnsupported,
    /// The token itself.
    #[error("the assertion is no valid token")]
    Token(#[from] JoseFault),
    /// `iss` is not the client.
    #[error("the assertion's issuer is not the client")]
    IssuerWrong,
    /// `sub` is not the client.
    #[error("the assertion's subject is not the client")]
    SubjectWrong,
    /// `aud` does not name us.
    #[error("the assertion is meant for somebody else")]
    AudienceWrong,
    /// `exp` is past.
    #[error("the assertion has expired")]
    Expired,
    /// `exp` is more than an hour ahead.
    #[error("the assertion lives too long")]
    LivesTooLong,
    /// `nbf` or `iat` is ahead.
    #[error("the assertion is not valid yet")]
    NotYetValid,
    /// No `jti`, or a very long one.
    #[error("the assertion has no usable jti")]
    JtiMissing,
    /// Used before; for the server to say.
    #[error("the assertion was used before")]
    Replayed,
}
