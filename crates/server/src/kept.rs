//! What is kept of an authorization request until its tokens have ended.

use oidc::authorize::CheckedAuthorizeRequest;
use serde::{Deserialize, Serialize};
use store::sign_in::StoredSignIn;

use crate::error::Fault;

/// The checked request, and what the browser that brought it calls itself.
pub(crate) struct Kept {
    pub(crate) request: CheckedAuthorizeRequest,
    pub(crate) browser: String,
}

/// As it is written: the request as JSON, which its own crate reads.
#[derive(Serialize, Deserialize)]
struct Written<'a> {
    request: &'a str,
    browser: &'a str,
}

impl Kept {
    /// Reads it beside its sign-in.
    pub(crate) fn of(stored: &StoredSignIn) -> Result<Self, Fault> {
        let missing = Fault::Missing("the request of a sign-in");
        let written: Written<'_> =
            postcard::from_bytes(&stored.request).map_err(|_| missing.clone())?;
        let request = serde_json::from_str(written.request).map_err(|_| missing)?;
        Ok(Self {
            request,
            browser: written.browser.to_owned(),
        })
    }

    /// The bytes to keep.
    pub(crate) fn bytes(request: &str, browser: &str) -> Result<Vec<u8>, Fault> {
        postcard::to_allocvec(&Written { request, browser }).map_err(|_| Fault::Sealing)
    }
}
