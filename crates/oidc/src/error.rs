//! The error codes that leave this system, and the dialect's descriptions of a person's failures.

use serde::{Serialize, Serializer};

/// An OAuth or OpenID Connect error code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// RFC 6749 section 4.1.2.1 and 5.2.
    InvalidRequest,
    /// RFC 6749 section 4.1.2.1 and 5.2.
    UnauthorizedClient,
    /// RFC 6749 section 4.1.2.1: the person, or the system on their behalf, said no.
    AccessDenied,
    /// RFC 6749 section 4.1.2.1.
    UnsupportedResponseType,
    /// RFC 6749 section 4.1.2.1 and 5.2.
    InvalidScope,
    /// RFC 6749 section 4.1.2.1.
    ServerError,
    /// RFC 6749 section 4.1.2.1.
    TemporarilyUnavailable,
    /// OpenID Connect Core section 3.1.2.6.
    LoginRequired,
    /// OpenID Connect Core section 3.1.2.6.
    RequestNotSupported,
    /// OpenID Connect Core section 3.1.2.6.
    RequestUriNotSupported,
    /// OpenID Connect Core section 3.1.2.6.
    RegistrationNotSupported,
    /// RFC 6749 section 5.2.
    InvalidClient,
    /// RFC 6749 section 5.2.
    InvalidGrant,
    /// RFC 6749 section 5.2.
    UnsupportedGrantType,
    /// RFC 6750 section 3.1.
    InvalidToken,
    /// RFC 6750 section 3.1.
    InsufficientScope,
}

impl ErrorCode {
    /// The code as it stands in a response.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::AccessDenied => "access_denied",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::ServerError => "server_error",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::LoginRequired => "login_required",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::RegistrationNotSupported => "registration_not_supported",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidToken => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
        }
    }
}

impl Serialize for ErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// How a sign-in that was well asked for ended without success (R-SVC-4). All are `access_denied`;
/// the description is what Danish services branch on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignInFailure {
    /// The person said no in the app, or stopped while the authenticator was at work.
    MitidUserAborted,
    /// The person stopped on our own pages.
    UserAborted,
    /// The five minutes of R-SIG-1 ran out.
    MitidTimeout,
    /// No identity that may be used for this request.
    MitidIdentityNotFound,
    /// The authenticator could not finish: blocked, cancelled by a second request (R-SIG-3), too weak.
    MitidCoreClientError,
}

impl SignInFailure {
    /// Every failure.
    pub const ALL: [Self; 5] = [
        Self::MitidUserAborted,
        Self::UserAborted,
        Self::MitidTimeout,
        Self::MitidIdentityNotFound,
        Self::MitidCoreClientError,
    ];

    /// The `error_description` of the dialect.
    pub const fn description(self) -> &'static str {
        match self {
            Self::MitidUserAborted => "mitid_user_aborted",
            Self::UserAborted => "user_aborted",
            Self::MitidTimeout => "mitid_timeout",
            Self::MitidIdentityNotFound => "mitid_identity_not_found",
            Self::MitidCoreClientError => "mitid_core_client_error",
        }
    }

    /// The `error`.
    pub const fn code(self) -> ErrorCode {
        ErrorCode::AccessDenied
    }
}

/// The JSON body of an error answer (RFC 6749 section 5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ErrorBody {
    /// The code.
    pub error: ErrorCode,
    /// A text for the developer, in ASCII.
    pub error_description: &'static str,
}
