//! What a service asks a person to do (R-SIG-2).

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::assurance::Wanted;
use crate::identity::UnknownState;
use crate::secret::Pii;

/// What a service asks a person to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The service's `client_id`.
    pub service: String,
    /// What the person is asked to do.
    pub action: Action,
    /// What the person is shown, at most 130 characters; empty when the service gave none (R-SIG-2).
    pub reference_text: Pii<String>,
    /// How sure the service must be.
    pub wanted: Wanted,
    /// Nothing may tell which factor failed (R-SIG-7).
    pub psd2: bool,
}

/// `action_text` of the dialect (R-SIG-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Action {
    /// Sign in.
    #[default]
    LogOn,
    /// Approve, as a payment.
    Approve,
    /// Confirm.
    Confirm,
    /// Accept, as terms.
    Accept,
    /// Sign, as a contract.
    Sign,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::LogOn,
        Self::Approve,
        Self::Confirm,
        Self::Accept,
        Self::Sign,
    ];

    /// The word of the dialect, which is also what the approval signs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::LogOn => "LOG_ON",
            Self::Approve => "APPROVE",
            Self::Confirm => "CONFIRM",
            Self::Accept => "ACCEPT",
            Self::Sign => "SIGN",
        }
    }
}

impl FromStr for Action {
    type Err = UnknownState;
    fn from_str(word: &str) -> Result<Self, UnknownState> {
        Self::ALL
            .into_iter()
            .find(|action| action.word() == word)
            .ok_or(UnknownState)
    }
}
