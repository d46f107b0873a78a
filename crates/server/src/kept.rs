//! What is kept of an authorization request until its tokens have ended.

use oidc::authorize::CheckedAuthorizeRequest;
use serde::{Deserialize, Serialize};
use store::sign_in::StoredSignIn;

use crate::error::Fault;

/// The checked request, and what the browser that brought it calls itself.
#[derive(Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) request: CheckedAuthorizeRequest,
    pub(crate) browser: String,
}

impl Kept {
    /// Reads it beside its sign-in.
    pub(crate) fn of(stored: &StoredSignIn) -> Result<Self, Fault> {
        postcard::from_bytes(&stored.request)
            .map_err(|_| Fault::Missing("the request of a sign-in"))
    }

    /// The bytes to keep.
    pub(crate) fn bytes(&self) -> Result<Vec<u8>, Fault> {
        postcard::to_allocvec(self).map_err(|_| Fault::Sealing)
    }
}
