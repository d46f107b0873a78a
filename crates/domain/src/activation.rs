//! Activating an app from outside a fresh identification (R-AUT-5): two codes over two channels.

use jiff::{SignedDuration, Timestamp};

use crate::id::{ActivationId, IdentityId};
use crate::policy::Policy;

/// One pair of codes that was sent. The codes themselves are kept only as keyed hashes, by the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activation {
    /// Names it.
    pub id: ActivationId,
    /// Whose it is.
    pub identity: IdentityId,
    /// Wrong entries so far, whichever of the two codes was wrong.
    pub wrong_entries: u32,
    /// When the codes were sent.
    pub sent_at: Timestamp,
    /// Whether they were used up.
    pub used: bool,
}

/// Whether the two codes that were entered are right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entered {
    /// The letter code fits.
    pub letter: bool,
    /// The SMS code fits.
    pub sms: bool,
}

impl Activation {
    /// When the letter code ends: 48 hours (R-AUT-5).
    pub fn letter_ends(&self, policy: &Policy) -> Timestamp {
        later(
            self.sent_at,
            SignedDuration::from_hours(policy.activation.paper_code_hours),
        )
    }

    /// When the SMS code ends: 30 minutes (R-AUT-5).
    pub fn sms_ends(&self, policy: &Policy) -> Timestamp {
        later(
            self.sent_at,
            SignedDuration::from_mins(policy.activation.sms_code_minutes),
        )
    }

    /// Whether an entry can still be made.
    pub fn alive(&self, policy: &Policy, now: Timestamp) -> Result<(), ActivationFault> {
        if self.used {
            return Err(ActivationFault::Used);
        }
        if self.wrong_entries >= policy.activation.wrong_entries {
            return Err(ActivationFault::Blocked);
        }
        if now >= self.letter_ends(policy).min(self.sms_ends(policy)) {
            return Err(ActivationFault::Expired);
        }
        Ok(())
    }

    /// Judges an entry. On a wrong one the count to store goes up by one.
    pub fn enter(
        &self,
        entered: Entered,
        policy: &Policy,
        now: Timestamp,
    ) -> Result<CodesProved, ActivationFault> {
        self.alive(policy, now)?;
        if entered.letter && entered.sms {
            return Ok(CodesProved {
                activation: self.id,
                identity: self.identity,
            });
        }
        Err(ActivationFault::Wrong)
    }
}

fn later(time: Timestamp, span: SignedDuration) -> Timestamp {
    time.saturating_add(span).unwrap_or(Timestamp::MAX)
}

/// Evidence that both codes were right; only [`Activation::enter`] makes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodesProved {
    activation: ActivationId,
    identity: IdentityId,
}

impl CodesProved {
    /// Which activation.
    pub const fn activation(&self) -> ActivationId {
        self.activation
    }

    /// Whose.
    pub const fn identity(&self) -> IdentityId {
        self.identity
    }
}

/// Why codes are refused. All of them look the same from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ActivationFault {
    /// One of the codes is wrong; this entry counts.
    #[error("a code is wrong (R-AUT-5)")]
    Wrong,
    /// Three entries were wrong.
    #[error("the codes are blocked after wrong entries (R-AUT-5)")]
    Blocked,
    /// A code is too old.
    #[error("a code is too old (R-AUT-5)")]
    Expired,
    /// They have activated an app already.
    #[error("the codes have been used (R-AUT-5)")]
    Used,
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: Timestamp = Timestamp::constant(1_790_000_000, 0);
    const RIGHT: Entered = Entered {
        letter: true,
        sms: true,
    };

    fn activation(wrong_entries: u32) -> Activation {
        Activation {
            id: ActivationId::from_bytes([1; 16]),
            identity: IdentityId::from_bytes([2; 16]),
            wrong_entries,
            sent_at: SENT,
            used: false,
        }
    }

    #[test]
    fn r_aut_5_both_codes_must_be_right() {
        let policy = Policy::builtin();
        assert!(activation(0).enter(RIGHT, &policy, SENT).is_ok());
        for entered in [
            Entered {
                letter: true,
                sms: false,
            },
            Entered {
                letter: false,
                sms: true,
            },
        ] {
            assert_eq!(
                activation(0).enter(entered, &policy, SENT),
                Err(ActivationFault::Wrong)
            );
        }
    }

    #[test]
    fn r_aut_5_the_third_wrong_entry_blocks() {
        let policy = Policy::builtin();
        assert!(activation(2).enter(RIGHT, &policy, SENT).is_ok());
        assert_eq!(
            activation(3).enter(RIGHT, &policy, SENT),
            Err(ActivationFault::Blocked)
        );
    }

    #[test]
    fn r_aut_5_an_sms_code_lives_thirty_minutes_and_a_paper_code_forty_eight_hours() {
        let policy = Policy::builtin();
        let half_hour = SignedDuration::from_mins(30);
        let micro = SignedDuration::from_micros(1);
        assert!(
            activation(0)
                .enter(RIGHT, &policy, SENT + half_hour - micro)
                .is_ok()
        );
        assert_eq!(
            activation(0).enter(RIGHT, &policy, SENT + half_hour),
            Err(ActivationFault::Expired)
        );
        assert_eq!(
            activation(0).letter_ends(&policy),
            SENT + SignedDuration::from_hours(48)
        );
    }

    #[test]
    fn used_codes_are_over() {
        let used = Activation {
            used: true,
            ..activation(0)
        };
        assert_eq!(
            used.enter(RIGHT, &Policy::builtin(), SENT),
            Err(ActivationFault::Used)
        );
    }
}
