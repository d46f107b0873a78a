//! What is exchanged for tokens (RFC 6749 section 4.1.3 and 4.4.2).

use serde::{Deserialize, Serialize};

use super::fault::TokenFault;
use crate::{
    client::{Client, GrantType},
    form::Form,
    pkce::CodeChallenge,
    scope::{Scope, ScopeSet},
};

/// A token request of an authenticated service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenRequest<'f> {
    /// `authorization_code`.
    AuthorizationCode(AuthorizationCodeGrant<'f>),
    /// `client_credentials`.
    ClientCredentials {
        /// The scopes, as listed.
        scope: Option<&'f str>,
    },
}

/// `grant_type=authorization_code`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AuthorizationCodeGrant<'f> {
    /// The code.
    pub code: &'f str,
    /// The address of the authorization request, again.
    pub redirect_uri: Option<&'f str>,
    /// The proof key.
    pub code_verifier: Option<&'f str>,
}

impl std::fmt::Debug for AuthorizationCodeGrant<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AuthorizationCodeGrant(..)")
    }
}

impl<'f> TokenRequest<'f> {
    pub(super) fn read(form: &'f Form<'_>, client: &Client) -> Result<Self, TokenFault> {
        let (grant_type, request) = match form.get("grant_type") {
            Some("authorization_code") => {
                let grant = AuthorizationCodeGrant {
                    code: form.get("code").ok_or(TokenFault::CodeMissing)?,
                    redirect_uri: form.get("redirect_uri"),
                    code_verifier: form.get("code_verifier"),
                };
                (GrantType::AuthorizationCode, Self::AuthorizationCode(grant))
            }
            Some("client_credentials") => {
                let scope = form.get("scope");
                (
                    GrantType::ClientCredentials,
                    Self::ClientCredentials { scope },
                )
            }
            Some(_) => return Err(TokenFault::GrantTypeUnsupported),
            None => return Err(TokenFault::GrantTypeMissing),
        };
        if !client.may_use(grant_type) {
            return Err(TokenFault::GrantTypeNotAllowed);
        }
        Ok(request)
    }
}

/// What a code was bound to when it was issued. The server keeps it with the code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeBinding {
    /// The service.
    #[serde(rename = "c")]
    pub client_id: String,
    /// The address that it went to.
    #[serde(rename = "r")]
    pub redirect_uri: String,
    /// The proof key.
    #[serde(rename = "cc", default, skip_serializing_if = "Option::is_none")]
    pub code_challenge: Option<CodeChallenge>,
}

impl CodeBinding {
    /// Checks that whoever redeems a code is who it was issued to (RFC 6749 section 4.1.3; RFC 7636 section 4.6).
    pub fn check(
        &self,
        grant: &AuthorizationCodeGrant<'_>,
        client: &Client,
    ) -> Result<(), TokenFault> {
        if self.client_id != client.client_id {
            return Err(TokenFault::CodeOfAnotherClient);
        }
        if grant.redirect_uri != Some(self.redirect_uri.as_str()) {
            return Err(TokenFault::RedirectUriMismatch);
        }
        match (&self.code_challenge, grant.code_verifier) {
            (Some(challenge), Some(verifier)) => {
                challenge.verify(verifier).map_err(TokenFault::Verifier)
            }
            (Some(_), None) => Err(TokenFault::VerifierMissing),
            (None, Some(_)) => Err(TokenFault::VerifierUnexpected),
            (None, None) => Ok(()),
        }
    }
}

/// The scopes of a client credentials token: those asked for, or all that the service may have. Only scopes of interfaces
/// count: there is no person here.
pub fn client_credentials_scope(
    client: &Client,
    list: Option<&str>,
) -> Result<ScopeSet, TokenFault> {
    let Some(list) = list else {
        return Ok(client
            .scopes
            .iter()
            .filter(|name| !Scope::IDENTITY_NAMES.contains(&name.as_str()))
            .map(|name| Scope::Api(name.as_str().into()))
            .collect());
    };
    let scope = ScopeSet::parse(list).map_err(TokenFault::ScopeMalformed)?;
    let allowed = |scope: &Scope| matches!(scope, Scope::Api(_)) && client.may_have(scope);
    if !scope.iter().all(allowed) {
        return Err(TokenFault::ScopeNotAllowed);
    }
    Ok(scope)
}

/// A successful answer (RFC 6749 section 5.1; OpenID Connect Core section 3.1.3.3).
#[derive(Serialize)]
pub struct TokenResponse<'t> {
    /// The access token.
    pub access_token: &'t str,
    /// Always `Bearer`.
    pub token_type: &'static str,
    /// Its lifetime, in seconds.
    pub expires_in: i64,
    /// What it is good for.
    pub scope: &'t ScopeSet,
    /// The ID token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<&'t str>,
    /// The userinfo claims, signed, with the scope `userinfo_token`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo_token: Option<&'t str>,
}

impl<'t> TokenResponse<'t> {
    /// An answer with a bearer token alone.
    pub fn bearer(access_token: &'t str, expires_in: i64, scope: &'t ScopeSet) -> Self {
        Self {
            access_token,
            token_type: "Bearer",
            expires_in,
            scope,
            id_token: None,
            userinfo_token: None,
        }
    }
}
