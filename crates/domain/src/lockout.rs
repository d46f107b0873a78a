//! Wrong PINs (R-AUT-9): a total function of what happened and now.
//!
//! A guess is counted before it is checked: [`PinGuesses::count_one`] gives the facts to store *before* the server answers, and only a
//! right PIN ([`PinGuesses::forgiven`]) takes them back. So guessing in parallel gains nothing. Each app has its own count, and only
//! whoever holds that app's token reaches it, so a stranger who knows a user ID can lock nobody out.

use jiff::Timestamp;

use crate::policy::PinPolicy;

/// How often in a row a wrong PIN may have been given, and when the last one was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PinGuesses {
    /// Guesses counted and not forgiven.
    pub count: u32,
    /// The latest of them.
    pub last: Option<Timestamp>,
}

/// Whether a PIN may be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PinState {
    /// Yes.
    Open,
    /// Not before this moment.
    LockedUntil(Timestamp),
    /// Not before a new PIN has been made.
    Blocked,
}

impl PinGuesses {
    /// Whether a PIN may be tried now.
    pub fn state(self, policy: &PinPolicy, now: Timestamp) -> PinState {
        let rounds = self.count / policy.guesses_per_round.max(1);
        if self.count == 0 || !self.count.is_multiple_of(policy.guesses_per_round.max(1)) {
            return if usize::try_from(rounds).is_ok_and(|done| done > policy.lock_minutes.len()) {
                PinState::Blocked
            } else {
                PinState::Open
            };
        }
        let lock = usize::try_from(rounds - 1)
            .ok()
            .and_then(|round| policy.lock_minutes.get(round));
        let (Some(minutes), Some(last)) = (lock, self.last) else {
            return PinState::Blocked;
        };
        let until = last
            .saturating_add(jiff::SignedDuration::from_mins(*minutes))
            .unwrap_or(Timestamp::MAX);
        if now < until {
            PinState::LockedUntil(until)
        } else {
            PinState::Open
        }
    }

    /// Counts a guess before it is checked.
    pub fn count_one(self, policy: &PinPolicy, now: Timestamp) -> Result<Self, PinRefused> {
        match self.state(policy, now) {
            PinState::Open => Ok(Self {
                count: self.count.saturating_add(1),
                last: Some(now),
            }),
            PinState::LockedUntil(until) => Err(PinRefused::Locked { until }),
            PinState::Blocked => Err(PinRefused::Blocked),
        }
    }

    /// After a right PIN.
    #[must_use]
    pub const fn forgiven(self) -> Self {
        Self {
            count: 0,
            last: None,
        }
    }

    /// How many more wrong guesses there are before the next lock.
    pub fn tries_left(self, policy: &PinPolicy) -> u32 {
        let round = policy.guesses_per_round.max(1);
        match self.count % round {
            0 if self.count > 0 => 0,
            used => round - used,
        }
    }
}

/// Why a PIN may not be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PinRefused {
    /// Too many wrong ones in a row.
    #[error("the PIN is locked until {until} (R-AUT-9)")]
    Locked {
        /// When it opens again.
        until: Timestamp,
    },
    /// Too many wrong ones altogether.
    #[error("the app is blocked until a new PIN is made (R-AUT-9)")]
    Blocked,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;
    use jiff::SignedDuration;
    use proptest::prelude::*;

    const START: Timestamp = Timestamp::constant(1_790_000_000, 0);

    fn after(guesses: u32) -> PinGuesses {
        PinGuesses {
            count: guesses,
            last: (guesses > 0).then_some(START),
        }
    }

    #[test]
    fn r_aut_9_three_then_ten_minutes_then_a_day_then_blocked() {
        let pin = &Policy::builtin().pin;
        let ten = SignedDuration::from_mins(10);
        let day = SignedDuration::from_hours(24);
        let micro = SignedDuration::from_micros(1);
        for open in [0, 1, 2, 4, 5, 7, 8] {
            assert_eq!(after(open).state(pin, START), PinState::Open, "{open}");
        }
        assert_eq!(
            after(3).state(pin, START + ten - micro),
            PinState::LockedUntil(START + ten)
        );
        assert_eq!(after(3).state(pin, START + ten), PinState::Open);
        assert_eq!(
            after(6).state(pin, START + day - micro),
            PinState::LockedUntil(START + day)
        );
        assert_eq!(after(6).state(pin, START + day), PinState::Open);
        assert_eq!(after(9).state(pin, START + day * 1000), PinState::Blocked);
        assert_eq!(after(10).state(pin, START + day * 1000), PinState::Blocked);
    }

    #[test]
    fn r_aut_9_tries_left_counts_down_to_the_lock() {
        let pin = &Policy::builtin().pin;
        let left: Vec<u32> = (0..=9).map(|count| after(count).tries_left(pin)).collect();
        assert_eq!(left, [3, 2, 1, 0, 2, 1, 0, 2, 1, 0]);
    }

    proptest! {
        /// However guesses are spread over time, at most 3 fall within any 10 minutes, at most 6 within any 24 hours, and 9 in all.
        #[test]
        fn r_aut_9_no_order_of_guesses_beats_the_count(gaps in prop::collection::vec(0i64..200_000, 1..60)) {
            let pin = &Policy::builtin().pin;
            let (mut guesses, mut now, mut made) = (PinGuesses::default(), START, Vec::new());
            for gap in gaps {
                now += SignedDuration::from_secs(gap);
                if let Ok(counted) = guesses.count_one(pin, now) {
                    guesses = counted;
                    made.push(now);
                }
            }
            prop_assert!(made.len() <= 9);
            for window in made.windows(4).enumerate().filter(|(first, _)| first % 3 == 0) {
                prop_assert!(window.1[3].duration_since(window.1[2]) >= SignedDuration::from_mins(10));
            }
            if let Some(seventh) = made.get(6) {
                prop_assert!(seventh.duration_since(made[5]) >= SignedDuration::from_hours(24));
            }
        }
    }
}
