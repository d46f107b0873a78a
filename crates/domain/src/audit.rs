//! What happened, for the holder's activity log (R-SIG-6) and for whoever must account for it.
//!
//! An event is a value of one enum, appended and never changed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::assurance::Assurance;
use crate::id::{AuthenticatorId, IdentityId, SignInId};
use crate::proofing::ProofSummary;
use crate::register::RegisterChange;
use crate::sign_in::{Action, Ending, SignIn};

/// One thing that happened to one identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// To which identity.
    pub identity: IdentityId,
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: What,
}

impl Event {
    /// A sign-in came to nothing.
    pub fn sign_in_ended(sign_in: &SignIn, ending: Ending, at: Timestamp) -> Self {
        let what = What::SignInEnded {
            sign_in: sign_in.id,
            service: sign_in.asked.service.clone(),
            action: sign_in.asked.action,
            ending: ending.into(),
        };
        Self {
            identity: sign_in.identity,
            at,
            what,
        }
    }
}

/// What happened. It is stored as JSON, so a variant or member may be added and none may be renamed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum What {
    /// An app was activated with two codes (R-AUT-5).
    AppActivated {
        /// Which.
        authenticator: AuthenticatorId,
        /// What the holder calls it.
        name: String,
    },
    /// The identity was made for somebody of whom it was proved who they are (R-ENR-1).
    Enrolled {
        /// What that rests on.
        proof: ProofSummary,
    },
    /// The holder was identified anew (R-PER-1).
    Identified {
        /// What that rests on.
        proof: ProofSummary,
    },
    /// An app was removed by its holder.
    AppRemoved {
        /// Which.
        authenticator: AuthenticatorId,
    },
    /// The holder approved what a service asked.
    SignInApproved {
        /// Which sign-in.
        sign_in: SignInId,
        /// The service's `client_id`.
        service: String,
        /// What was asked.
        action: Action,
        /// What was shown.
        reference_text: String,
        /// With which authenticator.
        authenticator: AuthenticatorId,
        /// What it proved.
        assurance: Assurance,
    },
    /// A sign-in came to nothing.
    SignInEnded {
        /// Which sign-in.
        sign_in: SignInId,
        /// The service's `client_id`.
        service: String,
        /// What was asked.
        action: Action,
        /// Why it ended.
        ending: EndingWord,
    },
    /// Three wrong PINs (R-AUT-9).
    PinLocked {
        /// On which app.
        authenticator: AuthenticatorId,
        /// Until when.
        until: Timestamp,
    },
    /// Nine wrong PINs (R-AUT-9).
    AppBlocked {
        /// Which app.
        authenticator: AuthenticatorId,
    },
    /// The holder changed a setting.
    SettingChanged {
        /// Its name in the app protocol.
        setting: String,
        /// Whether it is on now.
        on: bool,
    },
    /// The population register says something else than before, and the identity follows (R-PER-6).
    RegisterFollowed {
        /// What is new.
        changes: Vec<RegisterChange>,
    },
}

/// An [`Ending`] as it is written into the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndingWord {
    /// Rejected in the app.
    Rejected,
    /// Reported as begun by somebody else.
    Reported,
    /// Stopped in the browser.
    Aborted,
    /// Too late.
    TimedOut,
    /// Met another request.
    SecondRequest,
    /// Wrong typed codes.
    WrongCodes,
    /// More assurance wanted than there is.
    AssuranceTooLow,
    /// A CPR number demanded of somebody who has none.
    CprDemanded,
}

impl From<Ending> for EndingWord {
    fn from(ending: Ending) -> Self {
        match ending {
            Ending::Rejected => Self::Rejected,
            Ending::Reported => Self::Reported,
            Ending::Aborted => Self::Aborted,
            Ending::TimedOut => Self::TimedOut,
            Ending::SecondRequest => Self::SecondRequest,
            Ending::WrongCodes => Self::WrongCodes,
            Ending::AssuranceTooLow => Self::AssuranceTooLow,
            Ending::CprDemanded => Self::CprDemanded,
        }
    }
}

impl What {
    /// The name in the app protocol's activity log.
    pub const fn activity(&self) -> &'static str {
        match self {
            Self::AppActivated { .. } => "app_activated",
            Self::Enrolled { .. } => "enrolled",
            Self::Identified { .. } => "identified",
            Self::AppRemoved { .. } => "app_removed",
            Self::SignInApproved { .. } => "sign_in_approved",
            Self::SignInEnded { ending, .. } => match ending {
                EndingWord::Rejected | EndingWord::Aborted => "sign_in_rejected",
                EndingWord::Reported => "sign_in_reported",
                EndingWord::TimedOut => "sign_in_timed_out",
                EndingWord::SecondRequest
                | EndingWord::WrongCodes
                | EndingWord::AssuranceTooLow
                | EndingWord::CprDemanded => "sign_in_cancelled",
            },
            Self::PinLocked { .. } => "pin_locked",
            Self::AppBlocked { .. } => "app_blocked",
            Self::SettingChanged { .. } => "setting_changed",
            Self::RegisterFollowed { .. } => "register_followed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_reads_back() {
        let what = What::SignInEnded {
            sign_in: SignInId::from_bytes([7; 16]),
            service: "demo-bank".into(),
            action: Action::Approve,
            ending: Ending::SecondRequest.into(),
        };
        let json = serde_json::to_string(&what).unwrap();
        assert_eq!(
            json,
            r#"{"what":"sign_in_ended","sign_in":"07070707-0707-0707-0707-070707070707","service":"demo-bank","action":"APPROVE","ending":"second_request"}"#
        );
        assert_eq!(serde_json::from_str::<What>(&json).unwrap(), what);
    }
}
