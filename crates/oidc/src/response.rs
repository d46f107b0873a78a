//! The answer to an authorization request (RFC 6749 section 4.1.2; RFC 9207; OAuth 2.0 Form Post Response Mode).

use crate::{
    authorize::{ResponseMode, ReturnAddress, ReturnedFault},
    error::{ErrorCode, SignInFailure},
    form,
};

/// What the browser is told to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthorizeResponse {
    /// Go there (303 with `Location`).
    Redirect(String),
    /// Post these fields there.
    FormPost {
        /// The form's action.
        action: String,
        /// Its hidden fields.
        fields: Vec<(&'static str, String)>,
    },
}

impl AuthorizeResponse {
    /// A code for the service.
    pub fn code(address: &ReturnAddress, issuer: &str, code: &str) -> Self {
        Self::build(address, issuer, &[("code", code)])
    }

    /// The request was wrong.
    pub fn refused(fault: &ReturnedFault, issuer: &str) -> Self {
        Self::error(
            fault.address(),
            issuer,
            fault.refusal().code(),
            &fault.refusal().description(),
        )
    }

    /// The request was right, and the sign-in failed.
    pub fn failed(address: &ReturnAddress, issuer: &str, failure: SignInFailure) -> Self {
        Self::error(address, issuer, failure.code(), failure.description())
    }

    /// Any error. The description is for developers: ASCII without `"` and `\`.
    pub fn error(
        address: &ReturnAddress,
        issuer: &str,
        code: ErrorCode,
        description: &str,
    ) -> Self {
        Self::build(
            address,
            issuer,
            &[("error", code.as_str()), ("error_description", description)],
        )
    }

    fn build(address: &ReturnAddress, issuer: &str, outcome: &[(&'static str, &str)]) -> Self {
        let state = address.state().map(|state| ("state", state));
        let members = outcome
            .iter()
            .copied()
            .chain(state)
            .chain([("iss", issuer)]);
        let uri = address.redirect_uri();
        let joint = match address.response_mode() {
            ResponseMode::FormPost => {
                return Self::FormPost {
                    action: uri.to_owned(),
                    fields: members
                        .map(|(name, value)| (name, value.to_owned()))
                        .collect(),
                };
            }
            ResponseMode::Fragment => "#",
            ResponseMode::Query if uri.ends_with(['?', '&']) => "",
            ResponseMode::Query if uri.contains('?') => "&",
            ResponseMode::Query => "?",
        };
        Self::Redirect([uri, joint, &form::encode(members)].concat())
    }
}
