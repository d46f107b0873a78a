//! Everything that can be wrong with an authorization request.

use super::{address::ReturnAddress, idp_params::IdpParamsFault};
use crate::{error::ErrorCode, form::FormFault, scope::ScopeFault};

/// Where a fault is told (R-SVC-4).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthorizeFault {
    /// On our own page, and nowhere else.
    #[error("the request stays here")]
    OwnPage(#[from] OwnPageFault),
    /// To the service, at its registered address.
    #[error("the request is refused")]
    ToClient(#[source] Box<ReturnedFault>),
}

/// A refusal with the address to tell it to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{refusal}")]
pub struct ReturnedFault {
    address: ReturnAddress,
    refusal: Refusal,
}

impl ReturnedFault {
    /// The service's address.
    pub fn address(&self) -> &ReturnAddress {
        &self.address
    }

    /// What is wrong.
    pub fn refusal(&self) -> Refusal {
        self.refusal
    }
}

/// Why a check stopped: at its own place or at the service's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    OwnPage(OwnPageFault),
    Refuse(Refusal),
}

impl Stop {
    pub(super) fn at(self, address: &ReturnAddress) -> AuthorizeFault {
        match self {
            Self::OwnPage(fault) => AuthorizeFault::OwnPage(fault),
            Self::Refuse(refusal) => AuthorizeFault::ToClient(Box::new(ReturnedFault {
                address: address.clone(),
                refusal,
            })),
        }
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refuse(refusal)
    }
}

/// A fault that must not be told to any address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OwnPageFault {
    /// Not a form.
    #[error("the request is not a form")]
    Malformed(#[source] FormFault),
    /// No `client_id`.
    #[error("client_id is missing")]
    ClientIdMissing,
    /// Several.
    #[error("client_id comes more than once")]
    ClientIdRepeated,
    /// Registered nowhere.
    #[error("no service is registered with this client_id")]
    ClientUnknown,
    /// No `redirect_uri`.
    #[error("redirect_uri is missing")]
    RedirectUriMissing,
    /// Several.
    #[error("redirect_uri comes more than once")]
    RedirectUriRepeated,
    /// Not one of the service's.
    #[error("redirect_uri is not registered for this service")]
    RedirectUriNotRegistered,
    /// `idp_values` names an identity provider that does not exist: the dialect keeps this here.
    #[error("idp_values names an unknown identity provider")]
    IdpUnknown,
}

/// A fault that is told to the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// RFC 6749 section 3.1.
    #[error("a parameter comes more than once")]
    ParameterRepeated,
    /// OpenID Connect Core section 6: none are read.
    #[error("request objects are not supported")]
    RequestNotSupported,
    /// OpenID Connect Core section 6.2.
    #[error("request_uri is not supported")]
    RequestUriNotSupported,
    /// OpenID Connect Core section 7.2.1.
    #[error("registration is not supported")]
    RegistrationNotSupported,
    /// The service is not registered for this grant.
    #[error("the service may not ask for a code")]
    GrantTypeNotAllowed,
    /// Not `query`, `fragment` or `form_post`.
    #[error("response_mode is unknown")]
    ResponseModeUnknown,
    /// Absent.
    #[error("response_type is missing")]
    ResponseTypeMissing,
    /// Not `code`.
    #[error("response_type is not supported, only code is")]
    ResponseTypeNotSupported,
    /// Longer than 2048 bytes.
    #[error("state is too long")]
    StateTooLong,
    /// Absent.
    #[error("scope is missing")]
    ScopeMissing,
    /// Not a list of scopes.
    #[error("scope is malformed: {0}")]
    ScopeMalformed(ScopeFault),
    /// Not OpenID Connect.
    #[error("scope lacks openid")]
    ScopeWithoutOpenid,
    /// A scope that the service may not have, or that does not exist.
    #[error("scope has a value that the service may not have")]
    ScopeNotAllowed,
    /// RFC 7636 section 4.4.1.
    #[error("code_challenge is missing")]
    CodeChallengeMissing,
    /// `plain`, also when it is meant by leaving the method out (RFC 9700 section 2.1.1).
    #[error("code_challenge_method is not S256")]
    CodeChallengeMethodNotSupported,
    /// Not 43 characters of base64url.
    #[error("code_challenge is malformed")]
    CodeChallengeMalformed,
    /// The registration demands one.
    #[error("nonce is missing")]
    NonceMissing,
    /// Longer than 512 bytes.
    #[error("nonce is too long")]
    NonceTooLong,
    /// Not `none`, `login`, `consent` or `select_account`.
    #[error("prompt has an unknown value")]
    PromptUnknown,
    /// OpenID Connect Core section 3.1.2.1.
    #[error("prompt has none beside another value")]
    PromptNoneWithOthers,
    /// Not a number of seconds.
    #[error("max_age is not a number of seconds")]
    MaxAgeMalformed,
    /// Longer than 256 bytes.
    #[error("login_hint is too long")]
    LoginHintTooLong,
    /// The dialect's own parameter.
    #[error("idp_params is refused: {0}")]
    IdpParams(IdpParamsFault),
    /// `prompt=none`: every sign-in is approved anew, so there is always a person to ask.
    #[error("login_required")]
    LoginRequired,
}

impl Refusal {
    /// The `error`.
    pub fn code(self) -> ErrorCode {
        match self {
            Self::RequestNotSupported => ErrorCode::RequestNotSupported,
            Self::RequestUriNotSupported => ErrorCode::RequestUriNotSupported,
            Self::RegistrationNotSupported => ErrorCode::RegistrationNotSupported,
            Self::GrantTypeNotAllowed => ErrorCode::UnauthorizedClient,
            Self::ResponseTypeNotSupported => ErrorCode::UnsupportedResponseType,
            Self::ScopeMissing
            | Self::ScopeMalformed(_)
            | Self::ScopeWithoutOpenid
            | Self::ScopeNotAllowed => ErrorCode::InvalidScope,
            Self::LoginRequired => ErrorCode::LoginRequired,
            _ => ErrorCode::InvalidRequest,
        }
    }

    /// The `error_description`: ASCII, without anything that was sent.
    pub fn description(self) -> String {
        self.to_string()
    }
}
