//! A reading of a document's chip: begun by one, relayed by another, and over in a few minutes (R-DOC-6).

use jiff::{SignedDuration, Timestamp};

use super::{KeptStep, VerifiedDocument};
use crate::id::{ChipReadingId, RelayId};
use crate::policy::ChipPolicy;

/// A reading.
#[derive(Debug, Clone)]
pub struct ChipReading {
    /// Names it.
    pub id: ChipReadingId,
    /// When it began.
    pub begun_at: Timestamp,
    /// When it and everything that was read is over.
    pub expires_at: Timestamp,
    /// Relays so far, torn ones too.
    pub relays: u32,
    /// Where it stands.
    pub state: ChipReadingState,
}

/// Where a reading stands.
#[derive(Debug, Clone)]
pub enum ChipReadingState {
    /// The chip is to be read.
    Open {
        /// Who relays.
        lease: Option<RelayLease>,
    },
    /// The chip was read, and its document holds.
    Verified {
        /// The proof.
        document: Box<VerifiedDocument>,
        /// What came of each step.
        steps: Vec<KeptStep>,
    },
    /// The chip was read, and its document does not hold.
    Refused {
        /// What came of each step.
        steps: Vec<KeptStep>,
    },
}

/// A relay that is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RelayLease {
    /// Which.
    pub relay: RelayId,
    /// Until when it keeps others out without a further sign of life.
    pub until: Timestamp,
}

impl ChipReading {
    /// Begins one.
    pub fn begin(id: ChipReadingId, policy: &ChipPolicy, now: Timestamp) -> Self {
        let life = SignedDuration::from_mins(policy.reading_minutes);
        Self {
            id,
            begun_at: now,
            expires_at: now.saturating_add(life).unwrap_or(Timestamp::MAX),
            relays: 0,
            state: ChipReadingState::Open { lease: None },
        }
    }

    /// Whether a relay may begin, and the reading with it: one at a time, and not for ever.
    pub fn relayed_by(
        &self,
        relay: RelayId,
        policy: &ChipPolicy,
        now: Timestamp,
    ) -> Result<Self, RelayRefused> {
        let ChipReadingState::Open { lease } = &self.state else {
            return Err(RelayRefused::Over);
        };
        if now >= self.expires_at {
            return Err(RelayRefused::Over);
        }
        if lease.is_some_and(|lease| now < lease.until) {
            return Err(RelayRefused::Busy);
        }
        if self.relays >= policy.relays {
            return Err(RelayRefused::UsedUp);
        }
        Ok(Self {
            relays: self.relays + 1,
            state: ChipReadingState::Open {
                lease: Some(RelayLease::new(relay, policy, now)),
            },
            ..self.clone()
        })
    }

    /// The word that is stored.
    pub const fn word(&self) -> &'static str {
        match self.state {
            ChipReadingState::Open { .. } => "open",
            ChipReadingState::Verified { .. } => "verified",
            ChipReadingState::Refused { .. } => "refused",
        }
    }
}

impl RelayLease {
    /// A lease from now on.
    pub fn new(relay: RelayId, policy: &ChipPolicy, now: Timestamp) -> Self {
        let life = SignedDuration::from_secs(policy.lease_seconds);
        Self {
            relay,
            until: now.saturating_add(life).unwrap_or(Timestamp::MAX),
        }
    }
}

/// Why a relay may not begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RelayRefused {
    /// The reading has ended, or its time is over.
    #[error("the reading is over")]
    Over,
    /// Another relay is under way.
    #[error("another relay is under way")]
    Busy,
    /// It has been relayed as often as it may be.
    #[error("the reading has been relayed as often as it may be")]
    UsedUp,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;

    const NOON: Timestamp = Timestamp::constant(1_795_345_200, 0);

    fn relay(number: u8) -> RelayId {
        RelayId::from_random([number; 16])
    }

    #[test]
    fn one_relay_at_a_time_as_long_as_it_lives() {
        let policy = Policy::builtin().chip;
        let begun = ChipReading::begin(ChipReadingId::from_random([1; 16]), &policy, NOON);
        let first = begun.relayed_by(relay(1), &policy, NOON).unwrap();
        let lease = SignedDuration::from_secs(policy.lease_seconds);
        let last = NOON + lease - SignedDuration::from_micros(1);
        let refused = first.relayed_by(relay(2), &policy, last).unwrap_err();
        assert_eq!(refused, RelayRefused::Busy);
        assert_eq!(
            first
                .relayed_by(relay(2), &policy, NOON + lease)
                .unwrap()
                .relays,
            2
        );
    }

    #[test]
    fn the_last_moment_and_the_last_relay() {
        let policy = Policy::builtin().chip;
        let begun = ChipReading::begin(ChipReadingId::from_random([1; 16]), &policy, NOON);
        let last = begun.expires_at - SignedDuration::from_micros(1);
        assert!(begun.relayed_by(relay(1), &policy, last).is_ok());
        let over = begun.relayed_by(relay(1), &policy, begun.expires_at);
        assert_eq!(over.unwrap_err(), RelayRefused::Over);
        let worn = |relays| ChipReading {
            relays,
            ..begun.clone()
        };
        assert!(
            worn(policy.relays - 1)
                .relayed_by(relay(1), &policy, NOON)
                .is_ok()
        );
        let used_up = worn(policy.relays).relayed_by(relay(1), &policy, NOON);
        assert_eq!(used_up.unwrap_err(), RelayRefused::UsedUp);
    }
}
