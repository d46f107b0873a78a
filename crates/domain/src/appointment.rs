//! Appointments at Citizen Service (R-BOK-1): booked people are served at their time, others as capacity allows.
//!
//! An [`Office`] says when it is open, what it does and at how many desks. Its [`Day`] knows every booking of one day; it gives the times that
//! are free, and lets no booking in that no desk is left for.

mod booking;
mod day;
mod office;

use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};

pub use booking::{Booking, BookingRefused, BookingState, Guest, Reference, ReferenceFault, Step};
pub use day::{Day, Next, SlotRefused};
pub use office::{Closed, Hours, Name, Office, OfficeFault, OfficeId, SpecialDay};

/// What a person comes for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ServiceKind {
    /// A first identity, with documents.
    NewIdentity,
    /// A first identity, with a witness (R-WIT).
    WithWitness,
    /// Help to somebody who has lost the way into an identity (R-REC).
    LostAccess,
    /// A P code for somebody without a CPR number (R-PER-4).
    PCode,
}

impl ServiceKind {
    /// All, as people choose among them.
    pub const ALL: [Self; 4] = [
        Self::NewIdentity,
        Self::WithWitness,
        Self::LostAccess,
        Self::PCode,
    ];

    /// The word that is stored, and that stands in addresses and in an office's file.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NewIdentity => "new_identity",
            Self::WithWitness => "with_witness",
            Self::LostAccess => "lost_access",
            Self::PCode => "p_code",
        }
    }
}

impl FromStr for ServiceKind {
    type Err = UnknownWord;
    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.word() == word)
            .ok_or(UnknownWord)
    }
}

/// A word that names nothing here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a word of appointments")]
pub struct UnknownWord;

/// A time at a desk, from its start to just before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot {
    /// When it begins.
    pub starts_at: Timestamp,
    /// When the next may begin.
    pub ends_at: Timestamp,
}

impl Slot {
    /// The time of some minutes from a moment on.
    pub fn new(starts_at: Timestamp, minutes: i64) -> Self {
        let ends_at = starts_at
            .saturating_add(SignedDuration::from_mins(minutes))
            .unwrap_or(Timestamp::MAX);
        Self { starts_at, ends_at }
    }

    /// Whether both take a desk at some moment.
    pub fn meets(&self, other: &Self) -> bool {
        self.starts_at < other.ends_at && other.starts_at < self.ends_at
    }
}

/// A moment some minutes before another.
fn minutes_before(at: Timestamp, minutes: i64) -> Timestamp {
    at.saturating_sub(SignedDuration::from_mins(minutes))
        .unwrap_or(Timestamp::MIN)
}
