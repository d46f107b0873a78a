//! The token endpoint (RFC 6749 section 3.2; OpenID Connect Core section 3.1.3).
//!
//! The order: read the form, read who speaks ([`ClientCredentials`]), look the service up, authenticate it
//! ([`AuthenticatedClient`]), read what it wants ([`TokenRequest`]), check that.

mod assertion;
mod client_authentication;
mod fault;
mod grant;

pub use assertion::{AssertionFault, AssertionUse};
pub use client_authentication::{AuthenticatedClient, ClientCredentials, Expected};
pub use fault::TokenFault;
pub use grant::{
    AuthorizationCodeGrant, CodeBinding, TokenRequest, TokenResponse, client_credentials_scope,
};

use crate::form::Form;

/// The body of a token request.
pub struct TokenForm<'a> {
    form: Form<'a>,
}

impl<'a> TokenForm<'a> {
    /// Reads a body. A parameter that comes twice is refused (RFC 6749 section 3.2).
    pub fn parse(body: &'a str) -> Result<Self, TokenFault> {
        let form = Form::parse(body).map_err(TokenFault::Malformed)?;
        match form.repeated() {
            Some(_) => Err(TokenFault::ParameterRepeated),
            None => Ok(Self { form }),
        }
    }

    /// Who speaks, from the `Authorization` header's value and the form.
    pub fn credentials(
        &self,
        authorization: Option<&str>,
    ) -> Result<ClientCredentials<'_>, TokenFault> {
        ClientCredentials::read(authorization, &self.form)
    }

    /// What is wanted, of an authenticated service that may want it.
    pub fn request(
        &self,
        client: &AuthenticatedClient<'_>,
    ) -> Result<TokenRequest<'_>, TokenFault> {
        TokenRequest::read(&self.form, client.client())
    }
}
