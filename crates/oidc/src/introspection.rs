//! Token introspection (RFC 7662).

use serde::Serialize;
use uuid::Uuid;

use crate::{
    form::Form,
    scope::ScopeSet,
    token::{ClientCredentials, TokenFault},
};

/// The body of an introspection or revocation request: a token, and who asks. `token_type_hint` is passed over: what a token is
/// shows by itself.
pub struct TokenQuestion<'a> {
    form: Form<'a>,
}

impl<'a> TokenQuestion<'a> {
    /// Reads a body.
    pub fn parse(body: &'a str) -> Result<Self, TokenFault> {
        let form = Form::parse(body).map_err(TokenFault::Malformed)?;
        if form.repeated().is_some() {
            return Err(TokenFault::ParameterRepeated);
        }
        Ok(Self { form })
    }

    /// Who asks.
    pub fn credentials(
        &self,
        authorization: Option<&str>,
    ) -> Result<ClientCredentials<'_>, TokenFault> {
        ClientCredentials::read(authorization, &self.form)
    }

    /// The token asked about.
    pub fn token(&self) -> Result<&str, TokenFault> {
        self.form.get("token").ok_or(TokenFault::ParameterMissing)
    }
}

/// The answer. An unknown token, an expired one and somebody else's are alike: not active (RFC 7662 section 2.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Introspection<'i> {
    /// A token that works.
    Active(ActiveToken<'i>),
    /// Anything else.
    Inactive {
        /// Always `false`.
        active: bool,
    },
}

impl Introspection<'_> {
    /// The answer for whatever is not a token of the asker's that works.
    pub const INACTIVE: Self = Self::Inactive { active: false };
}

/// What is told about a token that works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActiveToken<'i> {
    active: bool,
    iss: &'i str,
    client_id: &'i str,
    sub: String,
    scope: &'i ScopeSet,
    token_type: &'static str,
    exp: i64,
    iat: i64,
}

impl<'i> ActiveToken<'i> {
    /// A person's token: `sub` is what the asker knows the person by.
    pub fn of_person(
        issuer: &'i str,
        client_id: &'i str,
        sub: Uuid,
        scope: &'i ScopeSet,
        (iat, exp): (i64, i64),
    ) -> Self {
        Self::new(issuer, client_id, sub.to_string(), scope, (iat, exp))
    }

    /// A service's own token.
    pub fn of_client(
        issuer: &'i str,
        client_id: &'i str,
        scope: &'i ScopeSet,
        (iat, exp): (i64, i64),
    ) -> Self {
        Self::new(issuer, client_id, client_id.to_owned(), scope, (iat, exp))
    }

    fn new(
        iss: &'i str,
        client_id: &'i str,
        sub: String,
        scope: &'i ScopeSet,
        (iat, exp): (i64, i64),
    ) -> Self {
        Self {
            active: true,
            iss,
            client_id,
            sub,
            scope,
            token_type: "Bearer",
            exp,
            iat,
        }
    }
}
