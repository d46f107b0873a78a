//! Where the answer goes, and which faults stay here because no such place is trustworthy yet.

use serde::{Deserialize, Serialize};

use super::fault::OwnPageFault;
use crate::{client::Client, form::Form};

/// The longest `state` that is returned, in bytes. Our own number.
pub(super) const MAX_STATE: usize = 2048;

/// `response_mode` (OAuth 2.0 Multiple Response Type Encoding Practices; OAuth 2.0 Form Post Response Mode).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// In the query, the default for a code.
    #[default]
    Query,
    /// In the fragment.
    Fragment,
    /// As a form that the browser posts.
    FormPost,
}

impl ResponseMode {
    /// Every mode.
    pub const ALL: [Self; 3] = [Self::Query, Self::Fragment, Self::FormPost];

    /// The value of `response_mode`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Fragment => "fragment",
            Self::FormPost => "form_post",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == name)
    }
}

/// An address that belongs to the service, and how to speak to it. Only the checks make one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnAddress {
    redirect_uri: String,
    response_mode: ResponseMode,
    state: Option<String>,
}

impl ReturnAddress {
    /// The registered address.
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// How the answer is carried.
    pub fn response_mode(&self) -> ResponseMode {
        self.response_mode
    }

    /// What the service wants back, unread.
    pub fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }
}

/// The service exists (RFC 6749 section 4.1.2.1: else the person is told, and sent nowhere).
pub(super) fn known_client<'c>(
    form: &Form<'_>,
    client: Option<&'c Client>,
) -> Result<&'c Client, OwnPageFault> {
    let client_id = form.get("client_id").ok_or(OwnPageFault::ClientIdMissing)?;
    if !form.is_single("client_id") {
        return Err(OwnPageFault::ClientIdRepeated);
    }
    client
        .filter(|client| client.client_id == client_id)
        .ok_or(OwnPageFault::ClientUnknown)
}

/// The address is one of the service's, letter by letter (RFC 9700 section 2.1). A `response_mode` or `state` that is
/// itself at fault is left out here and refused by its own check.
pub(super) fn return_address(
    form: &Form<'_>,
    client: &Client,
) -> Result<ReturnAddress, OwnPageFault> {
    let redirect_uri = form
        .get("redirect_uri")
        .ok_or(OwnPageFault::RedirectUriMissing)?;
    if !form.is_single("redirect_uri") {
        return Err(OwnPageFault::RedirectUriRepeated);
    }
    if !client
        .redirect_uris
        .iter()
        .any(|registered| registered == redirect_uri)
    {
        return Err(OwnPageFault::RedirectUriNotRegistered);
    }
    let single = |name| form.get(name).filter(|_| form.is_single(name));
    Ok(ReturnAddress {
        redirect_uri: redirect_uri.to_owned(),
        response_mode: single("response_mode")
            .and_then(ResponseMode::from_name)
            .unwrap_or_default(),
        state: single("state")
            .filter(|state| state.len() <= MAX_STATE)
            .map(str::to_owned),
    })
}
