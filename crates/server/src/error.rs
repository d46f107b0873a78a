//! The one table from what went wrong to what the person, app or service outside is told.
//!
//! A fault is flat and carries no personal data. It becomes a page, a problem document (RFC 9457) or an OAuth error, by where it
//! happens; its texts are `fault-<code>` and `fault-<code>.help` in both languages.

mod desk;
mod face;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::lockout::PinRefused;
use domain::proofing::RelayRefused;
use domain::sign_in::{Ending, SignInFault};
use jiff::Timestamp;
use oidc::authorize::OwnPageFault;
use oidc::token::TokenFault;
use store::StoreError;

pub use self::desk::DeskFault;
pub use self::face::FaceFault;

/// Everything that can go wrong in a request.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Fault {
    /// The operating system gives no random numbers.
    #[error("no random numbers")]
    Randomness,
    /// Something could not be sealed.
    #[error("sealing failed")]
    Sealing,
    /// A token could not be signed.
    #[error("signing failed")]
    Signing,
    /// An OPAQUE step failed for a reason that is ours.
    #[error("the PIN exchange failed")]
    Exchange,
    /// A page could not be rendered.
    #[error("a page failed: {0}")]
    Page(String),
    /// The database says no.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something that must be there is not.
    #[error("{0} is missing")]
    Missing(&'static str),

    /// No such page or resource.
    #[error("not found")]
    NotFound,
    /// There, but not for this method.
    #[error("method not allowed")]
    MethodNotAllowed,
    /// The body is not what the interface says.
    #[error("malformed: {0}")]
    Malformed(String),
    /// The body is too large.
    #[error("too large")]
    TooLarge,
    /// The body took too long to come, or we to answer.
    #[error("too slow")]
    TooSlow,
    /// One factor failed, and nothing tells which (R-SIG-7).
    #[error("not accepted (R-SIG-7)")]
    NotAccepted,
    /// Too many from one address or app.
    #[error("too many requests")]
    TooManyRequests,
    /// A form that was sent from another site.
    #[error("a form from another site")]
    ForeignForm,
    /// A sealed link or form that is not ours, or too old.
    #[error("a link that is not ours or too old")]
    LinkOver,
    /// Another browser than the one that began (R-SIG-5).
    #[error("another browser (R-SIG-5)")]
    OtherBrowser,
    /// The app has not sent the browser back yet, or sent another (R-SIG-5).
    #[error("not sent back by the app (R-SIG-5)")]
    NotSentBack,
    /// A sign-in that is already used.
    #[error("used already")]
    SignInUsed,
    /// An authorization request that no service can be told of.
    #[error("authorization request: {0}")]
    Authorize(OwnPageFault),
    /// The token endpoint refuses.
    #[error("token request: {0}")]
    Token(TokenFault),
    /// The access token is missing, not ours, over or revoked (RFC 6750).
    #[error("access token refused")]
    AccessToken,
    /// A logout request that is wrong.
    #[error("logout request refused")]
    Logout,

    /// The app token is missing or wrong.
    #[error("the app token is refused")]
    AppUnknown,
    /// The app was not opened with the PIN, or too long ago.
    #[error("the app is locked")]
    Locked,
    /// Wrong user ID or codes, or over (R-AUT-5).
    #[error("activation refused (R-AUT-5)")]
    ActivationRefused,
    /// Three apps already.
    #[error("too many apps (R-AUT)")]
    TooManyApps,
    /// A platform that cannot be attested yet (R-AUT-10).
    #[error("platform refused (R-AUT-10)")]
    PlatformRefused,
    /// No request waits.
    #[error("nothing waits")]
    NothingWaiting,
    /// Not this person's request (R-SIG-2).
    #[error("not this person's request (R-SIG-2)")]
    NotYourRequest,
    /// A QR code, typed code or link that does not fit (R-SIG-4).
    #[error("channel refused (R-SIG-4)")]
    ChannelRefused {
        /// For a typed code.
        tries_left: Option<u32>,
    },
    /// The typed code is not turned on (R-SIG-4).
    #[error("typed code not on (R-SIG-4)")]
    TypedCodeNotOn,
    /// The request came to nothing or was answered.
    #[error("request over")]
    RequestOver {
        /// What became of it; nothing when it was answered.
        ending: Option<Ending>,
    },
    /// The service wants more than this app can prove (R-AUT-2).
    #[error("assurance too low (R-AUT-2)")]
    AssuranceTooLow,
    /// The service demands a CPR number (R-PER-4).
    #[error("CPR number demanded (R-PER-4)")]
    CprDemanded,
    /// The identity is not in use (R-PER-6).
    #[error("identity not active (R-PER-6)")]
    IdentityNotActive,
    /// The app is not in use (R-AUT-4).
    #[error("app not active (R-AUT-4)")]
    AppNotActive,
    /// Too many wrong PINs in a row (R-AUT-9).
    #[error("PIN locked (R-AUT-9)")]
    PinLocked {
        /// Until when.
        until: Timestamp,
    },
    /// Too many wrong PINs altogether (R-AUT-9).
    #[error("app blocked (R-AUT-9)")]
    AppBlocked,
    /// What the app says it showed is not what was asked (R-SIG-2).
    #[error("approval altered (R-SIG-2)")]
    ApprovalAltered {
        /// In which member.
        member: &'static str,
    },
    /// The device key did not sign this (R-SIG-2).
    #[error("signature refused (R-SIG-2)")]
    SignatureRefused,
    /// KE3 does not fit: the PIN was wrong.
    #[error("PIN refused (R-AUT-9)")]
    PinRefused,
    /// The exchange is over, used, or another's.
    #[error("exchange over")]
    ExchangeOver,

    /// What should open a chip cannot be what a document says (R-DOC-6).
    #[error("access data refused (R-DOC-6)")]
    AccessDataRefused,
    /// Not the one who began this chip reading, or its time is over.
    #[error("no such chip reading")]
    ReadingUnknown,
    /// The relay's token is not the one, or there is no such reading.
    #[error("relay refused")]
    RelayRefused,
    /// Another relay is under way.
    #[error("another relay is under way")]
    RelayBusy,
    /// The chip was read, or the time for it is over.
    #[error("chip reading over")]
    ReadingOver,
    /// Relayed as often as it may be.
    #[error("relayed as often as it may be")]
    RelaysUsedUp,
    /// No such enrolment, or its time is over (R-ENR-1).
    #[error("no such enrolment (R-ENR-1)")]
    EnrolmentUnknown,
    /// Not the enrolment's next step (R-ENR-1).
    #[error("not the enrolment's next step (R-ENR-1)")]
    EnrolmentOutOfTurn,
    /// Another device goes on with it (R-HLP-1).
    #[error("another device goes on with the enrolment (R-HLP-1)")]
    HandedOver,
    /// Nothing for a helper's device (R-HLP-1).
    #[error("nothing for a helper's device (R-HLP-1)")]
    HelpersMayNot,
    /// No such code, used, or over (R-HLP-1).
    #[error("no code to go on with (R-HLP-1)")]
    ContinuationRefused,
    /// Neither a CPR number nor a P code (R-CPR-1, R-PER-4).
    #[error("neither a CPR number nor a P code (R-CPR-1)")]
    NumberMalformed,
    /// Not the number of the person of the document (R-CPR-4).
    #[error("not the number of the document's person (R-CPR-4)")]
    NumberRefused {
        /// Numbers that may still be tried.
        tries_left: u32,
    },
    /// Another number has taken the place of the person's (R-CPR-3).
    #[error("another number stands in place of this one (R-CPR-3)")]
    NumberReplaced {
        /// Numbers that may still be tried.
        tries_left: u32,
    },
    /// Not a P code of the person of the document, used up, or too old (R-PER-4).
    #[error("P code refused (R-PER-4)")]
    PCodeRefused {
        /// Numbers that may still be tried.
        tries_left: u32,
    },
    /// Not a user ID (R-UID-1).
    #[error("user ID refused: {why} (R-UID-1)")]
    UserIdRefused {
        /// Which part of the rule.
        why: &'static str,
    },
    /// Somebody has this user ID (R-UID-1).
    #[error("user ID taken (R-UID-1)")]
    UserIdTaken,
    /// Not a phone number (R-PER-5).
    #[error("phone number refused (R-PER-5)")]
    PhoneRefused,
    /// Not an e-mail address (R-REC-3).
    #[error("e-mail address refused (R-REC-3)")]
    EmailRefused,
    /// Only one channel to tell things on (R-REC-3).
    #[error("a second channel is missing (R-REC-3)")]
    ContactMissing,
    /// The person has an identity already (R-PER-1).
    #[error("the person has an identity (R-PER-1)")]
    HasIdentity,
    /// The population register outside gives no answer.
    #[error("the population register gives no answer")]
    RegisterUnavailable,
    /// An address that only speaks WebSocket.
    #[error("not a WebSocket")]
    UpgradeRequired,

    /// At Citizen Service's desk.
    #[error("at the desk: {0}")]
    Desk(DeskFault),
    /// With comparing faces.
    #[error("with faces: {0}")]
    Face(FaceFault),
}

/// What is told outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The HTTP status.
    pub status: StatusCode,
    /// The stable name, of a text and of a problem.
    pub code: &'static str,
    /// The rule that decided.
    pub rule: Option<&'static str>,
}

const fn row(status: StatusCode, code: &'static str, rule: Option<&'static str>) -> Row {
    Row { status, code, rule }
}

impl Fault {
    /// The table.
    pub fn row(&self) -> Row {
        use StatusCode as S;
        match self {
            Self::Store(StoreError::Busy | StoreError::Closed) => {
                row(S::SERVICE_UNAVAILABLE, "busy", None)
            }
            Self::RegisterUnavailable => row(S::SERVICE_UNAVAILABLE, "register_unavailable", None),
            Self::Randomness
            | Self::Sealing
            | Self::Signing
            | Self::Exchange
            | Self::Page(_)
            | Self::Missing(_)
            | Self::Store(_) => row(S::INTERNAL_SERVER_ERROR, "internal", None),
            Self::NotFound => row(S::NOT_FOUND, "not_found", None),
            Self::MethodNotAllowed => row(S::METHOD_NOT_ALLOWED, "method_not_allowed", None),
            Self::Malformed(_) => row(S::BAD_REQUEST, "malformed", None),
            Self::TooSlow => row(S::REQUEST_TIMEOUT, "too_slow", None),
            Self::NotAccepted => row(S::FORBIDDEN, "not_accepted", Some("R-SIG-7")),
            Self::TooLarge => row(S::PAYLOAD_TOO_LARGE, "too_large", None),
            Self::TooManyRequests => row(S::TOO_MANY_REQUESTS, "too_many_requests", None),
            Self::ForeignForm => row(S::FORBIDDEN, "foreign_form", None),
            Self::LinkOver => row(S::BAD_REQUEST, "link_over", None),
            Self::OtherBrowser => row(S::FORBIDDEN, "other_browser", Some("R-SIG-5")),
            Self::NotSentBack => row(S::FORBIDDEN, "not_sent_back", Some("R-SIG-5")),
            Self::SignInUsed => row(S::CONFLICT, "sign_in_used", None),
            Self::Authorize(fault) => row(S::BAD_REQUEST, own_page(*fault), Some("R-SVC-4")),
            Self::Token(fault) => row(
                StatusCode::from_u16(fault.status()).unwrap_or(S::BAD_REQUEST),
                "token",
                None,
            ),
            Self::AccessToken => row(S::UNAUTHORIZED, "access_token", None),
            Self::Logout => row(S::BAD_REQUEST, "logout", None),
            Self::AppUnknown => row(S::UNAUTHORIZED, "app_unknown", None),
            Self::Locked => row(S::UNAUTHORIZED, "locked", None),
            Self::ActivationRefused => row(S::FORBIDDEN, "activation_refused", Some("R-AUT-5")),
            Self::TooManyApps => row(S::CONFLICT, "too_many_apps", Some("R-AUT")),
            Self::PlatformRefused => row(S::FORBIDDEN, "platform_refused", Some("R-AUT-10")),
            Self::NothingWaiting => row(S::NOT_FOUND, "nothing_waiting", Some("R-SIG-3")),
            Self::NotYourRequest => row(S::FORBIDDEN, "not_your_request", Some("R-SIG-2")),
            Self::ChannelRefused { .. } => row(S::FORBIDDEN, "channel_refused", Some("R-SIG-4")),
            Self::TypedCodeNotOn => row(S::FORBIDDEN, "typed_code_not_on", Some("R-SIG-4")),
            Self::RequestOver { .. } => row(S::CONFLICT, "request_over", Some("R-SIG-1")),
            Self::AssuranceTooLow => row(S::FORBIDDEN, "assurance_too_low", Some("R-AUT-2")),
            Self::CprDemanded => row(S::FORBIDDEN, "cpr_demanded", Some("R-PER-4")),
            Self::IdentityNotActive => row(S::FORBIDDEN, "identity_not_active", Some("R-PER-6")),
            Self::AppNotActive => row(S::FORBIDDEN, "app_not_active", Some("R-AUT-4")),
            Self::PinLocked { .. } => row(S::LOCKED, "pin_locked", Some("R-AUT-9")),
            Self::AppBlocked => row(S::FORBIDDEN, "app_blocked", Some("R-AUT-9")),
            Self::ApprovalAltered { .. } => row(S::FORBIDDEN, "approval_altered", Some("R-SIG-2")),
            Self::SignatureRefused => row(S::FORBIDDEN, "signature_refused", Some("R-SIG-2")),
            Self::PinRefused => row(S::FORBIDDEN, "pin_refused", Some("R-AUT-9")),
            Self::ExchangeOver => row(S::CONFLICT, "exchange_over", None),
            Self::Desk(fault) => fault.row(),
            Self::Face(fault) => fault.row(),
            _ => self.chip_row(),
        }
    }

    /// The part of the table about reading a chip.
    fn chip_row(&self) -> Row {
        use StatusCode as S;
        match self {
            Self::AccessDataRefused => row(S::BAD_REQUEST, "access_data", Some("R-DOC-6")),
            Self::ReadingUnknown => row(S::UNAUTHORIZED, "reading_unknown", None),
            Self::RelayRefused => row(S::FORBIDDEN, "relay_refused", None),
            Self::RelayBusy => row(S::CONFLICT, "relay_busy", None),
            Self::ReadingOver => row(S::CONFLICT, "reading_over", None),
            Self::RelaysUsedUp => row(S::FORBIDDEN, "relays_used_up", None),
            Self::EnrolmentUnknown => row(S::UNAUTHORIZED, "enrolment_unknown", Some("R-ENR-1")),
            Self::EnrolmentOutOfTurn => row(S::CONFLICT, "enrolment_out_of_turn", Some("R-ENR-1")),
            Self::HandedOver => row(S::CONFLICT, "handed_over", Some("R-HLP-1")),
            Self::HelpersMayNot => row(S::FORBIDDEN, "helpers_may_not", Some("R-HLP-1")),
            Self::ContinuationRefused => row(S::FORBIDDEN, "continuation_refused", Some("R-HLP-1")),
            Self::NumberMalformed => row(S::BAD_REQUEST, "number_malformed", Some("R-CPR-1")),
            Self::NumberRefused { .. } => row(S::FORBIDDEN, "number_refused", Some("R-CPR-4")),
            Self::NumberReplaced { .. } => row(S::FORBIDDEN, "number_replaced", Some("R-CPR-3")),
            Self::PCodeRefused { .. } => row(S::FORBIDDEN, "p_code_refused", Some("R-PER-4")),
            Self::UserIdRefused { .. } => row(S::BAD_REQUEST, "user_id_refused", Some("R-UID-1")),
            Self::UserIdTaken => row(S::CONFLICT, "user_id_taken", Some("R-UID-1")),
            Self::PhoneRefused => row(S::BAD_REQUEST, "phone_refused", Some("R-PER-5")),
            Self::EmailRefused => row(S::BAD_REQUEST, "email_refused", Some("R-REC-3")),
            Self::ContactMissing => row(S::BAD_REQUEST, "contact_missing", Some("R-REC-3")),
            Self::HasIdentity => row(S::CONFLICT, "has_identity", Some("R-PER-1")),
            Self::UpgradeRequired => row(S::UPGRADE_REQUIRED, "upgrade_required", None),
            _ => row(S::INTERNAL_SERVER_ERROR, "internal", None),
        }
    }

    /// Every code that has a page of its own, so that the page can be had in the other language.
    pub const PAGES: [&'static str; 19] = [
        "busy",
        "internal",
        "not_found",
        "method_not_allowed",
        "malformed",
        "too_large",
        "too_slow",
        "too_many_requests",
        "foreign_form",
        "link_over",
        "other_browser",
        "not_sent_back",
        "sign_in_used",
        "logout",
        "request_malformed",
        "client_unknown",
        "redirect_uri",
        "idp_unknown",
        "access_token",
    ];
}

const fn own_page(fault: OwnPageFault) -> &'static str {
    match fault {
        OwnPageFault::Malformed(_) => "request_malformed",
        OwnPageFault::ClientIdMissing
        | OwnPageFault::ClientIdRepeated
        | OwnPageFault::ClientUnknown => "client_unknown",
        OwnPageFault::RedirectUriMissing
        | OwnPageFault::RedirectUriRepeated
        | OwnPageFault::RedirectUriNotRegistered => "redirect_uri",
        OwnPageFault::IdpUnknown => "idp_unknown",
    }
}

impl From<PinRefused> for Fault {
    fn from(refused: PinRefused) -> Self {
        match refused {
            PinRefused::Locked { until } => Self::PinLocked { until },
            PinRefused::Blocked => Self::AppBlocked,
        }
    }
}

impl From<RelayRefused> for Fault {
    fn from(refused: RelayRefused) -> Self {
        match refused {
            RelayRefused::Over => Self::ReadingOver,
            RelayRefused::Busy => Self::RelayBusy,
            RelayRefused::UsedUp => Self::RelaysUsedUp,
        }
    }
}

impl From<domain::proofing::enrolment::OutOfTurn> for Fault {
    fn from(_: domain::proofing::enrolment::OutOfTurn) -> Self {
        Self::EnrolmentOutOfTurn
    }
}

impl From<SignInFault> for Fault {
    fn from(fault: SignInFault) -> Self {
        match fault {
            SignInFault::NotYours => Self::NotYourRequest,
            SignInFault::Over(ending) => Self::RequestOver {
                ending: Some(ending),
            },
            SignInFault::Answered => Self::RequestOver { ending: None },
            SignInFault::IdentityNotActive => Self::IdentityNotActive,
            SignInFault::AuthenticatorNotActive => Self::AppNotActive,
            SignInFault::AssuranceTooLow => Self::AssuranceTooLow,
        }
    }
}

impl From<authn::ApprovalFault> for Fault {
    fn from(fault: authn::ApprovalFault) -> Self {
        match fault {
            authn::ApprovalFault::Altered { member } => Self::ApprovalAltered { member },
            authn::ApprovalFault::SignatureMalformed | authn::ApprovalFault::SignatureRefused => {
                Self::SignatureRefused
            }
        }
    }
}

/// A fault leaves its handler as a marked response; `around` renders it for whoever asked.
impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let mut response = self.row().status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
