//! What can be wrong with a token request, and how it is told (RFC 6749 section 5.2).

use super::assertion::AssertionFault;
use crate::{
    error::{ErrorBody, ErrorCode},
    form::FormFault,
    pkce::PkceFault,
    scope::ScopeFault,
};

/// Why a token request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenFault {
    /// The body is not a form.
    #[error("the body is not a form")]
    Malformed(#[source] FormFault),
    /// RFC 6749 section 3.2.
    #[error("a parameter comes more than once")]
    ParameterRepeated,
    /// A parameter that the request cannot do without (of introspection and revocation: `token`).
    #[error("a required parameter is missing")]
    ParameterMissing,
    /// RFC 6749 section 2.3: one method a request.
    #[error("the client authenticates in more than one way")]
    SeveralMethods,
    /// `client_id` in the body differs from the one that is proven.
    #[error("client_id differs from the authenticated client")]
    ClientIdMismatch,
    /// Neither a header, nor `client_id`, nor an assertion.
    #[error("the client does not say who it is")]
    ClientIdMissing,
    /// Not `Basic` with base64 of two parts.
    #[error("the Authorization header is malformed")]
    AuthorizationMalformed,
    /// No such service.
    #[error("the client is unknown")]
    ClientUnknown,
    /// Another method than the registered one, or none where one is due.
    #[error("the client must authenticate in its registered way")]
    MethodNotRegistered,
    /// Not the registered secret.
    #[error("the client's secret is wrong")]
    SecretWrong,
    /// `private_key_jwt` fails.
    #[error("the client's assertion is refused")]
    Assertion(#[from] AssertionFault),
    /// No `grant_type`.
    #[error("grant_type is missing")]
    GrantTypeMissing,
    /// One that is not implemented.
    #[error("grant_type is not supported")]
    GrantTypeUnsupported,
    /// One that the service is not registered for.
    #[error("the client may not use this grant_type")]
    GrantTypeNotAllowed,
    /// No `code`.
    #[error("code is missing")]
    CodeMissing,
    /// Never issued, out of date, or used already; for the server to say.
    #[error("the code is invalid")]
    CodeInvalid,
    /// Issued to another service.
    #[error("the code was issued to another client")]
    CodeOfAnotherClient,
    /// Missing, or not the one of the authorization request (RFC 6749 section 4.1.3).
    #[error("redirect_uri differs from the one of the authorization request")]
    RedirectUriMismatch,
    /// The code has a challenge, the request no verifier.
    #[error("code_verifier is missing")]
    VerifierMissing,
    /// The request has a verifier, the code no challenge (RFC 9700 section 4.8.2).
    #[error("code_verifier was not announced by a code_challenge")]
    VerifierUnexpected,
    /// The verifier does not fit.
    #[error("code_verifier is refused")]
    Verifier(#[source] PkceFault),
    /// Not a list of scopes.
    #[error("scope is malformed")]
    ScopeMalformed(#[source] ScopeFault),
    /// More than the service may have.
    #[error("scope has a value that the client may not have")]
    ScopeNotAllowed,
}

impl TokenFault {
    /// The `error`.
    pub const fn code(self) -> ErrorCode {
        match self {
            Self::Malformed(_)
            | Self::ParameterRepeated
            | Self::ParameterMissing
            | Self::SeveralMethods
            | Self::ClientIdMismatch
            | Self::GrantTypeMissing
            | Self::CodeMissing => ErrorCode::InvalidRequest,
            Self::ClientIdMissing
            | Self::AuthorizationMalformed
            | Self::ClientUnknown
            | Self::MethodNotRegistered
            | Self::SecretWrong
            | Self::Assertion(_) => ErrorCode::InvalidClient,
            Self::GrantTypeUnsupported => ErrorCode::UnsupportedGrantType,
            Self::GrantTypeNotAllowed => ErrorCode::UnauthorizedClient,
            Self::CodeInvalid
            | Self::CodeOfAnotherClient
            | Self::RedirectUriMismatch
            | Self::VerifierMissing
            | Self::VerifierUnexpected
            | Self::Verifier(_) => ErrorCode::InvalidGrant,
            Self::ScopeMalformed(_) | Self::ScopeNotAllowed => ErrorCode::InvalidScope,
        }
    }

    /// The HTTP status.
    pub const fn status(self) -> u16 {
        match self.code() {
            ErrorCode::InvalidClient => 401,
            _ => 400,
        }
    }

    /// The `WWW-Authenticate` header, which a 401 must have (RFC 9110 section 11.6.1).
    pub const fn www_authenticate(self) -> Option<&'static str> {
        match self.code() {
            ErrorCode::InvalidClient => Some("Basic realm=\"token\", charset=\"UTF-8\""),
            _ => None,
        }
    }

    /// The JSON body. Whoever fails to prove who they are, or presents a code that is not theirs, is not told why.
    pub const fn body(self) -> ErrorBody {
        let error_description = match self {
            Self::Malformed(_) => "the body is not a form",
            Self::ParameterRepeated => "a parameter comes more than once",
            Self::ParameterMissing => "a required parameter is missing",
            Self::SeveralMethods => "authenticate in one way only",
            Self::ClientIdMismatch => "client_id differs from the authenticated client",
            Self::GrantTypeMissing => "grant_type is missing",
            Self::CodeMissing => "code is missing",
            Self::GrantTypeUnsupported => "grant_type is not supported",
            Self::GrantTypeNotAllowed => "the client may not use this grant_type",
            Self::RedirectUriMismatch => {
                "redirect_uri differs from the one of the authorization request"
            }
            Self::VerifierMissing => "code_verifier is missing",
            Self::VerifierUnexpected => "code_verifier was not announced by a code_challenge",
            Self::Verifier(_) => "code_verifier does not fit",
            Self::CodeInvalid | Self::CodeOfAnotherClient => {
                "the code is invalid, out of date or used"
            }
            Self::ScopeMalformed(_) => "scope is malformed",
            Self::ScopeNotAllowed => "scope has a value that the client may not have",
            Self::ClientIdMissing
            | Self::AuthorizationMalformed
            | Self::ClientUnknown
            | Self::MethodNotRegistered
            | Self::SecretWrong
            | Self::Assertion(_) => "client authentication failed",
        };
        ErrorBody {
            error: self.code(),
            error_description,
        }
    }
}
