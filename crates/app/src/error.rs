//! Why a step did not lead to the next one.

use authn::Fault;
use domain::pin::PinFault;
use jiff::Timestamp;
use serde::Deserialize;

/// Why a step failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AppError {
    /// The server refused.
    #[error("refused: {}", .0.code)]
    Refused(Box<Problem>),
    /// The PIN was wrong, as the app found by itself; the server had counted the guess before.
    #[error("the PIN is wrong; {tries_left} tries are left (R-AUT-9)")]
    WrongPin {
        /// Guesses left before the PIN is locked.
        tries_left: u32,
    },
    /// Not accepted, where the service asked that nothing tells which factor failed (R-SIG-7).
    #[error("not accepted; {tries_left} tries are left (R-AUT-9)")]
    NotAccepted {
        /// Tries left before a lock.
        tries_left: u32,
    },
    /// The PIN cannot be used.
    #[error(transparent)]
    Pin(#[from] PinFault),
    /// A message of the server's, or the device's own key, failed a check.
    #[error(transparent)]
    Authn(#[from] Fault),
    /// The server's answer is not what the protocol says.
    #[error("the server's answer cannot be read")]
    MalformedAnswer,
    /// An answer that is neither success nor a problem of the protocol, so from something between the app and the server.
    #[error("an answer with status {0}, and no reason")]
    UnexpectedStatus(u16),
    /// What was stored of the device cannot be read.
    #[error("the stored device cannot be read")]
    MalformedDevice,
}

impl AppError {
    /// The code of the server's refusal, where it refused.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused(problem) => Some(&problem.code),
            _ => None,
        }
    }
}

/// A refusal as the server words it (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Problem {
    /// The status code.
    pub status: u16,
    /// The name to branch on, such as `pin_locked`.
    pub code: String,
    /// For people, in the language that was asked for.
    pub title: String,
    /// The rulebook's number, where a rule decided.
    pub rule: Option<String>,
    /// When it will be possible again.
    pub until: Option<Timestamp>,
    /// Tries left before a lock.
    pub tries_left: Option<u32>,
    /// With `request_over`: how the request ended.
    pub outcome: Option<String>,
    /// With `approval_altered`: the member that differs.
    pub member: Option<String>,
}
