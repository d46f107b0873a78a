//! An authenticator and its life (R-AUT-4). This is the app; displays, readers and chips join it here.

use std::str::FromStr;

use jiff::Timestamp;

use crate::assurance::Level;
use crate::id::{AuthenticatorId, IdentityId};
use crate::identity::UnknownState;
use crate::lockout::PinGuesses;
use crate::policy::Policy;

/// The app on one device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authenticator {
    /// Names it.
    pub id: AuthenticatorId,
    /// Whose it is.
    pub identity: IdentityId,
    /// What the holder calls it.
    pub name: String,
    /// What it runs on.
    pub platform: Platform,
    /// Where it is in its life.
    pub state: AuthenticatorState,
    /// The key that signs approvals: an uncompressed P-256 point.
    pub device_key: Vec<u8>,
    /// Wrong PINs.
    pub guesses: PinGuesses,
    /// Since when.
    pub activated_at: Timestamp,
    /// The last approval.
    pub last_used_at: Option<Timestamp>,
}

/// R-AUT-4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AuthenticatorState {
    /// On its way to the holder.
    Ordered,
    /// There, not yet activated.
    Delivered,
    /// In use.
    Active,
    /// Stopped for a while.
    Suspended,
    /// Stopped; an app wants a new PIN, a chip may be enrolled anew, a display or reader is never used again.
    Blocked,
    /// Taken out of use for good.
    Replaced,
}

/// What happens to an authenticator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthenticatorEvent {
    /// It was sent and arrived.
    Deliver,
    /// The holder proved to have it.
    Activate,
    /// Stopped for a while, or let go again.
    Suspend,
    /// The end of a suspension.
    Resume,
    /// Too many wrong PINs, or reported lost.
    Block,
    /// A new PIN after a fresh identification.
    NewPin,
    /// Removed by its holder, or another took its place.
    Replace,
}

impl AuthenticatorState {
    /// The state after an event, or nothing where the rulebook knows no such step.
    pub const fn after(self, event: AuthenticatorEvent) -> Option<Self> {
        use AuthenticatorEvent as E;
        match (self, event) {
            (Self::Ordered, E::Deliver) => Some(Self::Delivered),
            (Self::Delivered, E::Activate)
            | (Self::Suspended, E::Resume)
            | (Self::Blocked, E::NewPin) => Some(Self::Active),
            (Self::Active, E::Suspend) => Some(Self::Suspended),
            (Self::Delivered | Self::Active | Self::Suspended, E::Block) => Some(Self::Blocked),
            (
                Self::Ordered | Self::Delivered | Self::Active | Self::Suspended | Self::Blocked,
                E::Replace,
            ) => Some(Self::Replaced),
            _ => None,
        }
    }

    /// The word that is stored.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ordered => "ordered",
            Self::Delivered => "delivered",
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Blocked => "blocked",
            Self::Replaced => "replaced",
        }
    }
}

impl FromStr for AuthenticatorState {
    type Err = UnknownState;
    fn from_str(word: &str) -> Result<Self, UnknownState> {
        [
            Self::Ordered,
            Self::Delivered,
            Self::Active,
            Self::Suspended,
            Self::Blocked,
            Self::Replaced,
        ]
        .into_iter()
        .find(|state| state.word() == word)
        .ok_or(UnknownState)
    }
}

/// What an app runs on, which decides what its key is worth (R-AUT-10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Platform {
    /// A browser: the key is non-extractable and unattested.
    Web,
    /// The Rust app of the tests, the load generator and the PC/SC station: unattested.
    Rust,
}

impl Platform {
    /// The word that is stored and spoken in the app protocol.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Rust => "rust",
        }
    }

    /// The AAL of an approval with PIN: without an attested key it is what the policy grants (DESIGN, "The app").
    pub const fn aal(self, policy: &Policy) -> Level {
        match self {
            Self::Web | Self::Rust => policy.app.unattested_aal,
        }
    }
}

impl FromStr for Platform {
    type Err = UnknownPlatform;
    fn from_str(word: &str) -> Result<Self, UnknownPlatform> {
        [Self::Web, Self::Rust]
            .into_iter()
            .find(|platform| platform.word() == word)
            .ok_or(UnknownPlatform)
    }
}

/// A platform for which this version knows no attestation; it is refused and never taken for another (R-AUT-10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this platform cannot be attested yet (R-AUT-10)")]
pub struct UnknownPlatform;

/// Checks that one more app may be had (R-AUT, the table: three apps).
pub const fn room_for_another_app(active_apps: u32, policy: &Policy) -> Result<(), TooManyApps> {
    if active_apps < policy.app.at_most {
        Ok(())
    } else {
        Err(TooManyApps)
    }
}

/// Three apps at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there are as many apps as there may be (R-AUT)")]
pub struct TooManyApps;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn r_aut_three_apps_and_not_four() {
        let policy = Policy::builtin();
        assert_eq!(room_for_another_app(2, &policy), Ok(()));
        assert_eq!(room_for_another_app(3, &policy), Err(TooManyApps));
    }

    #[test]
    fn r_aut_10_an_unknown_platform_is_never_taken_for_another() {
        assert_eq!("android".parse::<Platform>(), Err(UnknownPlatform));
        assert_eq!("web".parse::<Platform>(), Ok(Platform::Web));
    }

    proptest! {
        /// Nothing leaves `replaced`, and nothing comes out of `blocked` but through a new PIN (R-AUT-4, R-AUT-9).
        #[test]
        fn r_aut_4_no_order_of_events_revives(order in prop::collection::vec(0usize..7, 0..30)) {
            use AuthenticatorEvent as E;
            let events = [E::Deliver, E::Activate, E::Suspend, E::Resume, E::Block, E::NewPin, E::Replace];
            let mut state = AuthenticatorState::Ordered;
            let mut delivered = false;
            for event in order.into_iter().map(|index| events[index]) {
                let next = state.after(event).unwrap_or(state);
                delivered |= next == AuthenticatorState::Delivered;
                if state == AuthenticatorState::Replaced {
                    prop_assert_eq!(next, state);
                }
                if state == AuthenticatorState::Blocked && next == AuthenticatorState::Active {
                    prop_assert_eq!(event, E::NewPin);
                }
                if next == AuthenticatorState::Active {
                    prop_assert!(delivered);
                }
                prop_assert_eq!(next.word().parse(), Ok(next));
                state = next;
            }
        }
    }
}
