//! What a face is to do before the camera, so that a photograph held up to it does not do it (R-DOC-6). Limited evidence: a video made for
//! the purpose, or somebody who alters the camera's pictures, may pass; see `docs/face.md`.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::policy::FacePolicy;

/// One picture that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaceStep {
    /// Looking straight ahead.
    Straight,
    /// The head turned to the person's left.
    TurnLeft,
    /// The head turned to the person's right.
    TurnRight,
    /// Straight ahead, nearer than before.
    Approach,
}

impl FaceStep {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Straight,
        Self::TurnLeft,
        Self::TurnRight,
        Self::Approach,
    ];

    /// The word that is told and stored.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Straight => "straight",
            Self::TurnLeft => "turn_left",
            Self::TurnRight => "turn_right",
            Self::Approach => "approach",
        }
    }
}

impl std::str::FromStr for FaceStep {
    type Err = crate::identity::UnknownState;
    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|step| step.word() == word)
            .ok_or(crate::identity::UnknownState)
    }
}

/// Pictures in an order that nobody knew before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaceChallenge {
    /// What is asked for, in order.
    pub steps: Vec<FaceStep>,
    /// From when on it is too late.
    pub expires_at: Timestamp,
}

/// Why pictures are no answer to a challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChallengeRefused {
    /// It came too late, or was answered before.
    #[error("the challenge is over")]
    Over,
    /// Not every step, or not in its order.
    #[error("the pictures are not the steps of the challenge in their order")]
    Steps,
}

impl FaceChallenge {
    /// All four steps, or without one of the turns, in a random order.
    pub fn new(policy: &FacePolicy, random: [u8; 8], now: Timestamp) -> Self {
        let mut draws = random.into_iter();
        let mut below = |bound: usize| usize::from(draws.next().unwrap_or_default()) % bound.max(1);
        let mut steps = FaceStep::ALL.to_vec();
        if policy.turns < 2 {
            steps.remove(1 + below(2));
        }
        // Fisher and Yates. A byte is not quite even below three, by less than a hundredth.
        for last in (1..steps.len()).rev() {
            let other = below(last + 1);
            steps.swap(last, other);
        }
        let life = SignedDuration::from_secs(policy.challenge_seconds);
        Self {
            steps,
            expires_at: now.saturating_add(life).unwrap_or(Timestamp::MAX),
        }
    }

    /// Whether pictures of these steps answer it.
    pub fn answered(&self, steps: &[FaceStep], now: Timestamp) -> Result<(), ChallengeRefused> {
        if now >= self.expires_at {
            return Err(ChallengeRefused::Over);
        }
        if self.steps == steps {
            Ok(())
        } else {
            Err(ChallengeRefused::Steps)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::policy::Policy;

    const NOON: Timestamp = Timestamp::constant(1_795_345_200, 0);

    fn challenge(random: u64) -> FaceChallenge {
        FaceChallenge::new(&Policy::builtin().face, random.to_le_bytes(), NOON)
    }

    #[test]
    fn every_order_comes_up_and_each_has_all_steps() {
        let orders: HashSet<Vec<FaceStep>> = (0..4096u64)
            .map(|seed| challenge(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15)).steps)
            .collect();
        assert_eq!(orders.len(), 24);
        for steps in &orders {
            assert_eq!(steps.iter().collect::<HashSet<_>>().len(), 4);
        }
    }

    #[test]
    fn r_doc_6_a_challenge_is_answered_in_its_order_and_its_time() {
        let challenge = challenge(7);
        let last = challenge.expires_at - SignedDuration::from_micros(1);
        assert_eq!(challenge.answered(&challenge.steps, last), Ok(()));
        assert_eq!(
            challenge.answered(&challenge.steps, challenge.expires_at),
            Err(ChallengeRefused::Over)
        );
        let mut swapped = challenge.steps.clone();
        swapped.swap(0, 1);
        assert_eq!(
            challenge.answered(&swapped, NOON),
            Err(ChallengeRefused::Steps)
        );
        assert_eq!(
            challenge.answered(&challenge.steps[..3], NOON),
            Err(ChallengeRefused::Steps)
        );
    }

    #[test]
    fn with_one_turn_there_are_three_steps() {
        let policy = FacePolicy {
            turns: 1,
            ..Policy::builtin().face
        };
        for seed in 0..64u64 {
            let random = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_le_bytes();
            let steps = FaceChallenge::new(&policy, random, NOON).steps;
            assert_eq!(steps.len(), 3);
            assert!(steps.contains(&FaceStep::Straight) && steps.contains(&FaceStep::Approach));
        }
    }
}
