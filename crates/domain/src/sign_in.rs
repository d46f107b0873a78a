//! A sign-in: one authentication for one service, from the user ID to the token (R-SIG-1 to R-SIG-7).
//!
//! ```text
//!            approve                redeem               redeem again
//! Waiting ────────────► Approved ───────────► Redeemed ───────────────► Revoked
//!    │                     │
//!    └──── end ────► Ended ◄┘ (time)
//! ```
//!
//! Each state carries its evidence, and each transition consumes the state before it. The store repeats the expected state in the
//! `UPDATE`, so two transitions that race cannot both win.

mod asked;
mod meeting;

pub use asked::{Action, Asked};
pub use meeting::{Browser, Meeting, meeting};

use std::str::FromStr;

use authn::approval::VerifiedApproval;
use authn::secret::SecretProved;
use authn::statement::ApprovalStatement;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::assurance::Assurance;
use crate::authenticator::{Authenticator, AuthenticatorState};
use crate::id::{AuthenticatorId, Id, IdentityId, SignInId};
use crate::identity::{Identity, IdentityState, UnknownState};
use crate::policy::Policy;

/// One authentication for one service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// Names it.
    pub id: SignInId,
    /// Whose user ID was typed; for a user ID that does not exist, an identity that does not exist (R-UID-2).
    pub identity: IdentityId,
    /// What the service asks.
    pub asked: Asked,
    /// How the browser that began is known to the holder.
    pub browser: Browser,
    /// When the user ID was typed.
    pub begun_at: Timestamp,
    /// When it is too late (R-SIG-1).
    pub expires_at: Timestamp,
    /// Where it is.
    pub state: SignInState,
}

/// Where a sign-in is, with what proves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignInState {
    /// The person has not answered yet.
    Waiting {
        /// Wrong typed codes so far (R-SIG-4).
        wrong_codes: u32,
    },
    /// The person said yes.
    Approved(Approval),
    /// The service has its tokens.
    Redeemed(Approval),
    /// The service had its tokens; they are worth nothing any more.
    Revoked,
    /// It came to nothing.
    Ended(Ending),
}

/// That the person said yes, how, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Approval {
    /// With which authenticator.
    pub by: AuthenticatorId,
    /// How the app found this request.
    pub channel: Channel,
    /// What it proved.
    pub assurance: Assurance,
    /// When.
    pub at: Timestamp,
}

/// How the app found the request (R-SIG-4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// It scanned the animated QR code.
    Qr,
    /// The person typed the four digits.
    TypedCode,
    /// It was opened by link on the same device, and must return to the same browser (R-SIG-5).
    Link,
}

impl Channel {
    /// The word that is stored.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Qr => "qr",
            Self::TypedCode => "typed_code",
            Self::Link => "link",
        }
    }
}

impl FromStr for Channel {
    type Err = UnknownState;
    fn from_str(word: &str) -> Result<Self, UnknownState> {
        [Self::Qr, Self::TypedCode, Self::Link]
            .into_iter()
            .find(|channel| channel.word() == word)
            .ok_or(UnknownState)
    }
}

/// Why a sign-in came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ending {
    /// The person said no in the app.
    Rejected,
    /// The person said in the app that somebody else began it.
    Reported,
    /// The person stopped in the browser.
    Aborted,
    /// Five minutes went by (R-SIG-1).
    TimedOut,
    /// Another request for the same person came at the same time (R-SIG-3).
    SecondRequest,
    /// Three wrong typed codes (R-SIG-4).
    WrongCodes,
    /// What the person has cannot reach what the service wants.
    AssuranceTooLow,
    /// The service demands a CPR number, and the person has none (R-PER-4).
    CprDemanded,
}

impl Ending {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Rejected,
        Self::Reported,
        Self::Aborted,
        Self::TimedOut,
        Self::SecondRequest,
        Self::WrongCodes,
        Self::AssuranceTooLow,
        Self::CprDemanded,
    ];

    /// The word that is stored.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Rejected => "rejected",
            Self::Reported => "reported",
            Self::Aborted => "aborted",
            Self::TimedOut => "timed_out",
            Self::SecondRequest => "second_request",
            Self::WrongCodes => "wrong_codes",
            Self::AssuranceTooLow => "assurance_too_low",
            Self::CprDemanded => "cpr_demanded",
        }
    }
}

impl FromStr for Ending {
    type Err = UnknownState;
    fn from_str(word: &str) -> Result<Self, UnknownState> {
        Self::ALL
            .into_iter()
            .find(|ending| ending.word() == word)
            .ok_or(UnknownState)
    }
}

impl SignInState {
    /// The word that is stored.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Waiting { .. } => "waiting",
            Self::Approved(_) => "approved",
            Self::Redeemed(_) => "redeemed",
            Self::Revoked => "revoked",
            Self::Ended(ending) => ending.word(),
        }
    }
}

/// The holder's side of an approval: who approves and with what.
#[derive(Debug, Clone, Copy)]
pub struct Holder<'a> {
    /// Whose identity.
    pub identity: &'a Identity,
    /// Which of its authenticators.
    pub authenticator: &'a Authenticator,
}

impl Holder<'_> {
    /// What an approval with this authenticator proves (R-AUT-2).
    pub fn assurance(&self, policy: &Policy) -> Assurance {
        Assurance {
            ial: self.identity.ial,
            aal: self.authenticator.platform.aal(policy),
        }
    }

    /// Whether this holder may use this authenticator at all.
    pub fn may_act(&self) -> Result<(), SignInFault> {
        if self.authenticator.identity != self.identity.id {
            return Err(SignInFault::NotYours);
        }
        if self.identity.state != IdentityState::Active {
            return Err(SignInFault::IdentityNotActive);
        }
        if self.authenticator.state != AuthenticatorState::Active {
            return Err(SignInFault::AuthenticatorNotActive);
        }
        Ok(())
    }
}

/// The proofs that an approval rests on: what was signed, and that the PIN was right.
#[derive(Debug)]
pub struct Proofs<'a> {
    /// The device key signed exactly what was asked.
    pub approval: &'a VerifiedApproval,
    /// The PIN's OPAQUE exchange ended well.
    pub pin: &'a SecretProved,
    /// How the app found the request.
    pub channel: Channel,
}

impl SignIn {
    /// A sign-in that waits for its person.
    pub fn begin(
        id: SignInId,
        identity: IdentityId,
        asked: Asked,
        browser: Browser,
        policy: &Policy,
        now: Timestamp,
    ) -> Self {
        let life = SignedDuration::from_secs(policy.sign_in.seconds);
        Self {
            id,
            identity,
            asked,
            browser,
            begun_at: now,
            expires_at: now.saturating_add(life).unwrap_or(Timestamp::MAX),
            state: SignInState::Waiting { wrong_codes: 0 },
        }
    }

    /// Whether the person can still answer, and if not, what became of it.
    pub fn open(&self, now: Timestamp) -> Result<(), SignInFault> {
        match &self.state {
            SignInState::Waiting { .. } if now < self.expires_at => Ok(()),
            SignInState::Waiting { .. } => Err(SignInFault::Over(Ending::TimedOut)),
            SignInState::Ended(ending) => Err(SignInFault::Over(*ending)),
            SignInState::Approved(_) | SignInState::Redeemed(_) | SignInState::Revoked => {
                Err(SignInFault::Answered)
            }
        }
    }

    /// Whether a holder may be shown this request (R-SIG-2): theirs, open, and within what they can reach.
    pub fn show_to(
        &self,
        holder: Holder<'_>,
        policy: &Policy,
        now: Timestamp,
    ) -> Result<(), SignInFault> {
        holder.may_act()?;
        if self.identity != holder.identity.id {
            return Err(SignInFault::NotYours);
        }
        self.open(now)?;
        if !holder.assurance(policy).satisfies(self.asked.wanted) {
            return Err(SignInFault::AssuranceTooLow);
        }
        Ok(())
    }

    /// The person says yes. What was signed must name this very sign-in (R-SIG-2).
    pub fn approve(
        self,
        holder: Holder<'_>,
        proofs: &Proofs<'_>,
        policy: &Policy,
        now: Timestamp,
    ) -> Result<Self, SignInFault> {
        self.show_to(holder, policy, now)?;
        let signed = proofs.approval.statement();
        if signed.sign_in != wire_id(self.id)
            || signed.authenticator != wire_id(holder.authenticator.id)
        {
            return Err(SignInFault::NotYours);
        }
        let approval = Approval {
            by: holder.authenticator.id,
            channel: proofs.channel,
            assurance: holder.assurance(policy),
            at: now,
        };
        Ok(Self {
            state: SignInState::Approved(approval),
            ..self
        })
    }

    /// What the device key must sign to approve this (R-SIG-2): the server's own record of what was asked, in the app protocol's form.
    pub fn approval_statement(
        &self,
        authenticator: AuthenticatorId,
        service_name: &str,
        nonce: &[u8; 16],
    ) -> ApprovalStatement {
        ApprovalStatement {
            action: self.asked.action.word().to_owned(),
            authenticator: wire_id(authenticator),
            decision: ApprovalStatement::APPROVE.to_owned(),
            nonce: URL_SAFE_NO_PAD.encode(nonce),
            reference_text: self.asked.reference_text.expose().clone(),
            service: service_name.to_owned(),
            service_id: self.asked.service.clone(),
            sign_in: wire_id(self.id),
            typ: ApprovalStatement::TYP.to_owned(),
        }
    }

    /// It ends without an approval. Only what waits can end.
    pub fn end(self, ending: Ending, now: Timestamp) -> Result<Self, SignInFault> {
        self.open(now).or_else(|fault| {
            if ending == Ending::TimedOut && fault == SignInFault::Over(Ending::TimedOut) {
                Ok(())
            } else {
                Err(fault)
            }
        })?;
        Ok(Self {
            state: SignInState::Ended(ending),
            ..self
        })
    }

    /// A wrong typed code: counted, and the third ends the request (R-SIG-4).
    pub fn wrong_typed_code(self, policy: &Policy, now: Timestamp) -> Result<Self, SignInFault> {
        self.open(now)?;
        let SignInState::Waiting { wrong_codes } = self.state else {
            return Err(SignInFault::Answered);
        };
        let state = match wrong_codes.saturating_add(1) {
            wrong_codes if wrong_codes < policy.sign_in.typed_code_tries => {
                SignInState::Waiting { wrong_codes }
            }
            _ => SignInState::Ended(Ending::WrongCodes),
        };
        Ok(Self { state, ..self })
    }

    /// Whether a code may be given for it now: it was approved, and the five minutes are not over (R-SIG-1).
    pub fn may_give_code(&self, now: Timestamp) -> Result<(), SignInFault> {
        match &self.state {
            SignInState::Approved(_) if now < self.expires_at => Ok(()),
            SignInState::Approved(_) => Err(SignInFault::Over(Ending::TimedOut)),
            SignInState::Ended(ending) => Err(SignInFault::Over(*ending)),
            _ => Err(SignInFault::Answered),
        }
    }

    /// The service turns its code in for tokens, once (RFC 6749 section 4.1.2).
    pub fn redeem(
        self,
        code_issued_at: Timestamp,
        policy: &Policy,
        now: Timestamp,
    ) -> Result<Self, RedeemFault> {
        let life = SignedDuration::from_secs(policy.tokens.code_seconds);
        match self.state {
            SignInState::Approved(approval) => {
                // However late the code was given: nothing is redeemed that could not have been given in time.
                let ends = |from: Timestamp| from.saturating_add(life).unwrap_or(Timestamp::MAX);
                if now >= ends(code_issued_at).min(ends(self.expires_at)) {
                    return Err(RedeemFault::TooLate);
                }
                Ok(Self {
                    state: SignInState::Redeemed(approval),
                    ..self
                })
            }
            SignInState::Redeemed(_) | SignInState::Revoked => Err(RedeemFault::Again),
            SignInState::Waiting { .. } | SignInState::Ended(_) => Err(RedeemFault::NotApproved),
        }
    }

    /// What the service got is worth nothing any more.
    #[must_use]
    pub fn revoke(self) -> Self {
        match self.state {
            SignInState::Redeemed(_) => Self {
                state: SignInState::Revoked,
                ..self
            },
            _ => self,
        }
    }
}

/// An identifier as the app protocol writes it: 16 bytes in base64url.
pub fn wire_id<K>(id: Id<K>) -> String {
    URL_SAFE_NO_PAD.encode(id.as_bytes())
}

/// Why a person cannot answer a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignInFault {
    /// Begun with another person's user ID, or approved with another's authenticator.
    #[error("this request is for another person (R-SIG-2)")]
    NotYours,
    /// It came to nothing before.
    #[error("this request is over: {0:?} (R-SIG-1)")]
    Over(Ending),
    /// It has been answered before.
    #[error("this request has been answered (R-SIG-2)")]
    Answered,
    /// The identity is not in use (R-PER-6).
    #[error("the identity is not active (R-PER-6)")]
    IdentityNotActive,
    /// The app is not in use (R-AUT-4).
    #[error("the authenticator is not active (R-AUT-4)")]
    AuthenticatorNotActive,
    /// The service wants more than this app can prove (R-AUT-2).
    #[error("the service wants a higher assurance (R-AUT-2)")]
    AssuranceTooLow,
}

/// Why a code gives no tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RedeemFault {
    /// It gave tokens before; those end.
    #[error("the code has been redeemed before (RFC 6749 section 4.1.2)")]
    Again,
    /// The code is too old.
    #[error("the code is too old")]
    TooLate,
    /// Nobody approved.
    #[error("the sign-in was not approved")]
    NotApproved,
}

#[cfg(test)]
mod tests;
