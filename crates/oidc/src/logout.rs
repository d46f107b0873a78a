//! Logging out at a service's wish (OpenID Connect RP-Initiated Logout 1.0).

use serde::Deserialize;
use uuid::Uuid;

use crate::{
    client::Client,
    form::{self, Form, FormFault},
    jose::{JoseFault, JwkSet, TokenType, verify_compact},
};

/// The longest `state` that is returned, in bytes. Our own number.
const MAX_STATE: usize = 2048;

/// An end-session request as it came.
pub struct EndSessionRequest<'a> {
    form: Form<'a>,
}

/// What an ID token of ours says, once its signature was checked. It may have expired: it only tells which session is meant.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct IdTokenHint {
    iss: String,
    aud: String,
    sub: Uuid,
    sid: Uuid,
}

impl IdTokenHint {
    /// The service it was issued to.
    pub fn client_id(&self) -> &str {
        &self.aud
    }

    /// The session to end.
    pub fn session_id(&self) -> Uuid {
        self.sid
    }

    /// Who the person is to that service.
    pub fn subject(&self) -> Uuid {
        self.sub
    }
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndSession {
    /// The session to end, where the request proves that it is the service's.
    pub session_id: Option<Uuid>,
    /// Where to send the browser then. Without it: our own page.
    pub return_to: Option<String>,
}

impl<'a> EndSessionRequest<'a> {
    /// Reads the query of a GET or the body of a POST.
    pub fn parse(encoded: &'a str) -> Result<Self, EndSessionFault> {
        let form = Form::parse(encoded).map_err(EndSessionFault::Malformed)?;
        match form.repeated() {
            Some(_) => Err(EndSessionFault::ParameterRepeated),
            None => Ok(Self { form }),
        }
    }

    /// The verified `id_token_hint`, if one came.
    pub fn hint(
        &self,
        keys: &JwkSet,
        issuer: &str,
    ) -> Result<Option<IdTokenHint>, EndSessionFault> {
        let Some(token) = self.form.get("id_token_hint") else {
            return Ok(None);
        };
        let hint: IdTokenHint = verify_compact(token, keys, TokenType::Jwt)
            .map_err(EndSessionFault::HintRefused)?
            .into_claims();
        if hint.iss != issuer {
            return Err(EndSessionFault::HintNotOurs);
        }
        Ok(Some(hint))
    }

    /// Decides. `client` is the service registered under the hint's [`IdTokenHint::client_id`]. As in the dialect, without a hint
    /// nobody is sent anywhere: any page can link here.
    pub fn check(
        &self,
        hint: Option<&IdTokenHint>,
        client: Option<&Client>,
    ) -> Result<EndSession, EndSessionFault> {
        let Some(hint) = hint else {
            return Ok(EndSession {
                session_id: None,
                return_to: None,
            });
        };
        let client = client
            .filter(|client| client.client_id == hint.aud)
            .ok_or(EndSessionFault::ClientUnknown)?;
        if self
            .form
            .get("client_id")
            .is_some_and(|named| named != hint.aud)
        {
            return Err(EndSessionFault::ClientIdMismatch);
        }
        Ok(EndSession {
            session_id: Some(hint.sid),
            return_to: self.return_to(client)?,
        })
    }

    fn return_to(&self, client: &Client) -> Result<Option<String>, EndSessionFault> {
        let Some(uri) = self.form.get("post_logout_redirect_uri") else {
            return Ok(None);
        };
        if !client
            .post_logout_redirect_uris
            .iter()
            .any(|registered| registered == uri)
        {
            return Err(EndSessionFault::RedirectUriNotRegistered);
        }
        let Some(state) = self.form.get("state") else {
            return Ok(Some(uri.to_owned()));
        };
        if state.len() > MAX_STATE {
            return Err(EndSessionFault::StateTooLong);
        }
        let joint = if uri.contains('?') { "&" } else { "?" };
        Ok(Some(
            [uri, joint, &form::encode([("state", state)])].concat(),
        ))
    }
}

/// Why an end-session request ends on our own page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EndSessionFault {
    /// Not a form.
    #[error("the request is not a form")]
    Malformed(#[source] FormFault),
    /// A parameter comes twice.
    #[error("a parameter comes more than once")]
    ParameterRepeated,
    /// Not an ID token that we signed.
    #[error("id_token_hint is refused")]
    HintRefused(#[source] JoseFault),
    /// Signed with our key for another issuer.
    #[error("id_token_hint is another issuer's")]
    HintNotOurs,
    /// The service is no longer registered.
    #[error("the service of id_token_hint is unknown")]
    ClientUnknown,
    /// `client_id` is not whom the hint was issued to.
    #[error("client_id differs from that of id_token_hint")]
    ClientIdMismatch,
    /// Not one of the service's.
    #[error("post_logout_redirect_uri is not registered for this service")]
    RedirectUriNotRegistered,
    /// Longer than 2048 bytes.
    #[error("state is too long")]
    StateTooLong,
}
