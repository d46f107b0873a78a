//! An identity and its life (R-PER-1, R-PER-6).

use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};

use crate::assurance::Level;
use crate::id::{IdentityId, PersonId};
use crate::policy::Policy;
use crate::user_id::UserId;

/// What a person signs in with: one for each person (R-PER-1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Its own UUID, `mitid.uuid` in the dialect.
    pub id: IdentityId,
    /// Whose it is.
    pub person: PersonId,
    /// What the holder types.
    pub user_id: UserId,
    /// Where it is in its life.
    pub state: IdentityState,
    /// How well the holder was identified.
    pub ial: Level,
    /// What the holder has chosen.
    pub settings: Settings,
    /// Since when.
    pub created_at: Timestamp,
}

/// R-PER-6. `Closed` and `Deceased` are final.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IdentityState {
    /// Identified, without an authenticator yet.
    Pending,
    /// In use.
    Active,
    /// Temporarily stopped, by the holder, staff or the fraud rules.
    Blocked,
    /// Closed by its holder (R-PER-2).
    Closed,
    /// The holder has died.
    Deceased,
}

/// What happens to an identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentityEvent {
    /// The first authenticator was activated.
    AuthenticatorActivated,
    /// Somebody who may do so stopped it.
    Block,
    /// The holder was identified anew (R-REC-2).
    Reopen,
    /// The holder wants it closed.
    Close,
    /// The register says that the holder died.
    Death,
}

impl IdentityState {
    /// The state after an event, or nothing where the rulebook knows no such step.
    pub const fn after(self, event: IdentityEvent) -> Option<Self> {
        use IdentityEvent as E;
        match (self, event) {
            (Self::Pending | Self::Active, E::AuthenticatorActivated)
            | (Self::Blocked, E::Reopen) => Some(Self::Active),
            (Self::Pending | Self::Active, E::Block) => Some(Self::Blocked),
            (Self::Pending | Self::Active | Self::Blocked, E::Close) => Some(Self::Closed),
            (Self::Pending | Self::Active | Self::Blocked | Self::Closed, E::Death) => {
                Some(Self::Deceased)
            }
            _ => None,
        }
    }

    /// The word that is stored.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Blocked => "blocked",
            Self::Closed => "closed",
            Self::Deceased => "deceased",
        }
    }
}

impl FromStr for IdentityState {
    type Err = UnknownState;
    fn from_str(word: &str) -> Result<Self, UnknownState> {
        [
            Self::Pending,
            Self::Active,
            Self::Blocked,
            Self::Closed,
            Self::Deceased,
        ]
        .into_iter()
        .find(|state| state.word() == word)
        .ok_or(UnknownState)
    }
}

/// A stored word that names no state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a state")]
pub struct UnknownState;

/// What the holder has chosen about their identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Settings {
    /// From when on the four-digit code may be typed (R-SIG-4); nothing when it is off.
    pub typed_code_from: Option<Timestamp>,
    /// Leave the names of services out of the activity log (R-SIG-6).
    pub hide_service_names: bool,
}

impl Settings {
    /// Turns typing the code on, which takes effect after a while (R-SIG-4), or off, which does at once. Turning on what is on
    /// changes nothing, so the wait cannot be begun again by mistake.
    #[must_use]
    pub fn with_typed_code(self, on: bool, policy: &Policy, now: Timestamp) -> Self {
        let wait = SignedDuration::from_mins(policy.sign_in.typed_code_wait_minutes);
        let typed_code_from = match (on, self.typed_code_from) {
            (true, Some(from)) => Some(from),
            (true, None) => Some(now.saturating_add(wait).unwrap_or(Timestamp::MAX)),
            (false, _) => None,
        };
        Self {
            typed_code_from,
            ..self
        }
    }

    /// Whether the code may be typed now.
    pub fn typed_code_on(self, now: Timestamp) -> bool {
        self.typed_code_from.is_some_and(|from| from <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const EVENTS: [IdentityEvent; 5] = [
        IdentityEvent::AuthenticatorActivated,
        IdentityEvent::Block,
        IdentityEvent::Reopen,
        IdentityEvent::Close,
        IdentityEvent::Death,
    ];

    #[test]
    fn r_sig_4_the_typed_code_works_sixty_minutes_after_the_opt_in() {
        let now = Timestamp::constant(1_790_000_000, 0);
        let settings = Settings::default().with_typed_code(true, &Policy::builtin(), now);
        let hour = SignedDuration::from_mins(60);
        assert!(!settings.typed_code_on(now + hour - SignedDuration::from_micros(1)));
        assert!(settings.typed_code_on(now + hour));
        let again = settings.with_typed_code(true, &Policy::builtin(), now + hour);
        assert!(
            again.typed_code_on(now + hour),
            "asking twice does not begin the wait anew"
        );
        assert!(
            !again
                .with_typed_code(false, &Policy::builtin(), now + hour)
                .typed_code_on(now + hour)
        );
    }

    proptest! {
        /// No order of events wakes the dead, opens what was closed, or unblocks without identification (R-PER-6, R-REC-2).
        #[test]
        fn r_per_6_no_order_of_events_leads_back(order in prop::collection::vec(0usize..5, 0..30)) {
            let mut state = IdentityState::Pending;
            for event in order.into_iter().map(|index| EVENTS[index]) {
                let next = state.after(event).unwrap_or(state);
                match state {
                    IdentityState::Deceased => prop_assert_eq!(next, IdentityState::Deceased),
                    IdentityState::Closed => prop_assert!(matches!(next, IdentityState::Closed | IdentityState::Deceased)),
                    IdentityState::Blocked if next == IdentityState::Active => prop_assert_eq!(event, IdentityEvent::Reopen),
                    _ => {}
                }
                prop_assert_eq!(next.word().parse(), Ok(next));
                state = next;
            }
        }
    }
}
