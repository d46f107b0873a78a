//! Who speaks to the token endpoint (RFC 6749 section 2.3; OpenID Connect Core section 9).

use std::borrow::Cow;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::{
    assertion::{self, ASSERTION_TYPE, AssertionFault, AssertionUse},
    fault::TokenFault,
};
use crate::{
    client::{Client, ClientAuthentication},
    form::{self, Form},
    jose::dangerous_unverified_payload,
};

/// What assertions are checked against.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'e> {
    /// The audiences that mean us: the issuer and the token endpoint.
    pub audiences: &'e [&'e str],
    /// The time, in unix seconds.
    pub now: i64,
}

/// Who a request says it is from, and what it brings as proof. Nothing is believed yet.
pub struct ClientCredentials<'f> {
    client_id: Cow<'f, str>,
    proof: Proof<'f>,
}

enum Proof<'f> {
    None,
    Secret(&'f str),
    BasicSecret(Zeroizing<String>),
    Assertion(&'f str),
}

/// A service that has proven who it is. Only [`ClientCredentials::authenticate`] makes one.
#[derive(Debug, PartialEq, Eq)]
pub struct AuthenticatedClient<'c> {
    client: &'c Client,
    assertion: Option<AssertionUse>,
}

impl<'c> AuthenticatedClient<'c> {
    /// The service.
    pub fn client(&self) -> &'c Client {
        self.client
    }

    /// The assertion it used, to be recorded so that it is used once: if it is known already, the request is refused with
    /// [`AssertionFault::Replayed`].
    pub fn assertion(&self) -> Option<&AssertionUse> {
        self.assertion.as_ref()
    }
}

impl<'f> ClientCredentials<'f> {
    /// Reads the header, then the form; more than one way is refused. A `client_id` beside them must say the same.
    pub fn read(authorization: Option<&str>, form: &'f Form<'_>) -> Result<Self, TokenFault> {
        let secret = form.get("client_secret");
        let assertion = form.get("client_assertion");
        let ways = [
            authorization.is_some(),
            secret.is_some(),
            assertion.is_some(),
        ];
        if ways.iter().filter(|way| **way).count() > 1 {
            return Err(TokenFault::SeveralMethods);
        }
        let named = form.get("client_id");
        let credentials = match (authorization, secret, assertion) {
            (Some(header), ..) => basic(header)?,
            (_, Some(secret), _) => Self {
                client_id: named.ok_or(TokenFault::ClientIdMissing)?.into(),
                proof: Proof::Secret(secret),
            },
            (.., Some(assertion)) => Self {
                client_id: assertion_client(assertion, form)?.into(),
                proof: Proof::Assertion(assertion),
            },
            _ => Self {
                client_id: named.ok_or(TokenFault::ClientIdMissing)?.into(),
                proof: Proof::None,
            },
        };
        if named.is_some_and(|named| named != credentials.client_id) {
            return Err(TokenFault::ClientIdMismatch);
        }
        Ok(credentials)
    }

    /// The `client_id` to look the service up with.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// Checks the proof against the registration.
    pub fn authenticate<'c>(
        &self,
        client: Option<&'c Client>,
        expected: &Expected<'_>,
    ) -> Result<AuthenticatedClient<'c>, TokenFault> {
        let client = client
            .filter(|client| client.client_id == self.client_id)
            .ok_or(TokenFault::ClientUnknown)?;
        let assertion = match (&client.authentication, &self.proof) {
            (ClientAuthentication::None, Proof::None) => None,
            (ClientAuthentication::Secret { sha256 }, Proof::Secret(secret))
                if sha256.matches(secret) =>
            {
                None
            }
            (ClientAuthentication::Secret { sha256 }, Proof::BasicSecret(secret))
                if sha256.matches(secret) =>
            {
                None
            }
            (ClientAuthentication::Secret { .. }, Proof::Secret(_) | Proof::BasicSecret(_)) => {
                return Err(TokenFault::SecretWrong);
            }
            (ClientAuthentication::PrivateKeyJwt { jwks }, Proof::Assertion(assertion)) => Some(
                assertion::verify(assertion, &client.client_id, jwks, expected)?,
            ),
            _ => return Err(TokenFault::MethodNotRegistered),
        };
        Ok(AuthenticatedClient { client, assertion })
    }
}

/// `Basic base64(form-encoded id ":" form-encoded secret)` (RFC 6749 section 2.3.1).
fn basic<'f>(header: &str) -> Result<ClientCredentials<'f>, TokenFault> {
    let malformed = TokenFault::AuthorizationMalformed;
    let (scheme, encoded) = header.split_once(' ').ok_or(malformed)?;
    if !scheme.eq_ignore_ascii_case("basic") || encoded.len() > 4096 {
        return Err(malformed);
    }
    let decoded = STANDARD.decode(encoded.trim()).map_err(|_| malformed)?;
    let pair = Zeroizing::new(String::from_utf8(decoded).map_err(|_| malformed)?);
    let (client_id, secret) = pair.split_once(':').ok_or(malformed)?;
    let decode = |part| form::decode(part).map_err(|_| malformed);
    Ok(ClientCredentials {
        client_id: decode(client_id)?.into_owned().into(),
        proof: Proof::BasicSecret(Zeroizing::new(decode(secret)?.into_owned())),
    })
}

/// Whom an assertion claims to be from, to find the keys that check it.
fn assertion_client(assertion: &str, form: &Form<'_>) -> Result<String, TokenFault> {
    #[derive(Deserialize)]
    struct Subject {
        sub: String,
    }
    if form.get("client_assertion_type") != Some(ASSERTION_TYPE) {
        return Err(AssertionFault::TypeUnsupported.into());
    }
    let Subject { sub } = dangerous_unverified_payload(assertion).map_err(AssertionFault::Token)?;
    Ok(sub)
}
