//! What is kept of an authorization request until its tokens have ended.

use oidc::authorize::CheckedAuthorizeRequest;
use serde::{Deserialize, Serialize};
use store::sign_in::StoredSignIn;

use crate::error::Fault;

/// The checked request, and what the browser that brought it calls itself.
#[derive(Serialize, Deserialize)]
pub(crate) struct Kept {
    #[serde(rename = "q")]
    pub(crate) request: CheckedAuthorizeRequest,
    #[serde(rename = "w")]
    pub(crate) browser: String,
}

impl Kept {
    /// Reads it beside its sign-in.
    pub(crate) fn of(stored: &StoredSignIn) -> Result<Self, Fault> {
        serde_json::from_slice(&stored.request)
            .map_err(|_| Fault::Missing("the request of a sign-in"))
    }
}

/// As [`Kept`], to be written.
#[derive(Serialize)]
pub(crate) struct ToKeep<'a> {
    #[serde(rename = "q")]
    pub(crate) request: &'a CheckedAuthorizeRequest,
    #[serde(rename = "w")]
    pub(crate) browser: String,
}
