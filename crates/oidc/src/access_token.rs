//! Access tokens of services that act for themselves (RFC 9068). A person's access token is opaque instead: random, and kept by
//! the server as a hash.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use crate::{
    jose::{JoseFault, JwkSet, SigningKey, TokenType, verify_compact},
    scope::ScopeSet,
};

/// How long an access token is valid, in seconds (R-SVC-5).
pub const ACCESS_TOKEN_LIFETIME: i64 = 3 * 3600;

/// The claims, to write (RFC 9068 section 2.2).
#[derive(Serialize)]
struct Claims<'t> {
    iss: &'t str,
    sub: &'t str,
    aud: &'t str,
    client_id: &'t str,
    exp: i64,
    iat: i64,
    jti: &'t str,
    scope: &'t ScopeSet,
}

/// Issues a token to a service, valid from `now` for [`ACCESS_TOKEN_LIFETIME`]. `jti` is 16 random bytes; the audience is the
/// issuer's interfaces.
pub fn issue(
    key: &SigningKey,
    issuer: &str,
    client_id: &str,
    scope: &ScopeSet,
    now: i64,
    jti: [u8; 16],
) -> Result<String, JoseFault> {
    let mut name = [0; 22];
    let length = URL_SAFE_NO_PAD
        .encode_slice(jti, &mut name)
        .map_err(|_| JoseFault::ClaimsNotJson)?;
    let claims = Claims {
        iss: issuer,
        sub: client_id,
        aud: issuer,
        client_id,
        exp: now + ACCESS_TOKEN_LIFETIME,
        iat: now,
        jti: std::str::from_utf8(&name[..length]).map_err(|_| JoseFault::ClaimsNotJson)?,
        scope,
    };
    key.sign(TokenType::AccessToken, &claims)
}

/// An access token of ours that was verified.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct VerifiedAccessToken {
    iss: String,
    /// Whom it acts for.
    pub sub: String,
    /// The client.
    pub client_id: String,
    /// Until when, in unix seconds.
    pub exp: i64,
    /// Since when.
    pub iat: i64,
    /// Its name.
    pub jti: String,
    /// What for.
    pub scope: ScopeSet,
}

/// Verifies a token that [`issue`] made: ours, of this type, and valid at `now`.
pub fn verify(
    token: &str,
    keys: &JwkSet,
    issuer: &str,
    now: i64,
) -> Result<VerifiedAccessToken, AccessTokenFault> {
    let claims: VerifiedAccessToken =
        verify_compact(token, keys, TokenType::AccessToken)?.into_claims();
    if claims.iss != issuer {
        return Err(AccessTokenFault::NotOurs);
    }
    if claims.exp <= now {
        return Err(AccessTokenFault::Expired);
    }
    Ok(claims)
}

/// Why an access token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AccessTokenFault {
    /// No valid token.
    #[error("the access token is no valid token")]
    Token(#[from] JoseFault),
    /// Another issuer's.
    #[error("the access token is another issuer's")]
    NotOurs,
    /// Out of date.
    #[error("the access token has expired")]
    Expired,
}
