//! One person's appointment, from booked to done.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::office::OfficeId;
use super::{ServiceKind, Slot, UnknownWord, minutes_before};
use crate::id::BookingId;
use crate::policy::Policy;
use crate::secret::Pii;

/// An appointment, or somebody who came without one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    /// Names it.
    pub id: BookingId,
    /// What people say when they call.
    pub reference: Reference,
    /// Where.
    pub office: OfficeId,
    /// On which day, in Denmark.
    pub day: Date,
    /// What for.
    pub service: ServiceKind,
    /// At which time; nothing for somebody who came without an appointment.
    pub slot: Option<Slot>,
    /// Who.
    pub guest: Guest,
    /// How far it is.
    pub state: BookingState,
    /// When it was booked, or when somebody came without an appointment.
    pub made_at: Timestamp,
}

/// Who comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    /// The name.
    pub name: Pii<String>,
    /// E.164 (R-PER-5); nothing for somebody who came without an appointment.
    pub phone: Option<Pii<String>>,
    /// An e-mail address.
    pub email: Option<Pii<String>>,
    /// The language in which they are told things: `da` or `en`.
    pub language: String,
}

/// Eight digits that name a booking to people. It is personal and its `Debug` shows nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Reference([u8; 8]);

impl Reference {
    /// From 64 random bits.
    pub fn from_random(random: [u8; 8]) -> Self {
        let mut rest = u64::from_be_bytes(random);
        let mut digits = [b'0'; 8];
        for digit in digits.iter_mut().rev() {
            *digit = b"0123456789"[usize::try_from(rest % 10).unwrap_or(0)];
            rest /= 10;
        }
        Self(digits)
    }

    /// Reads eight digits, with or without a space or hyphen between.
    pub fn parse(text: &str) -> Result<Self, ReferenceFault> {
        let digits: Vec<u8> = text
            .bytes()
            .filter(|byte| !matches!(byte, b' ' | b'-'))
            .collect();
        let digits: [u8; 8] = digits.try_into().map_err(|_| ReferenceFault)?;
        digits
            .iter()
            .all(u8::is_ascii_digit)
            .then_some(Self(digits))
            .ok_or(ReferenceFault)
    }

    /// The eight digits, as they are stored.
    pub fn expose(&self) -> String {
        self.0.iter().copied().map(char::from).collect()
    }

    /// Four and four, as people read them.
    pub fn spaced(&self) -> String {
        let digits = self.expose();
        format!("{} {}", &digits[..4], &digits[4..])
    }
}

impl fmt::Debug for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reference(..)")
    }
}

/// Not eight digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a booking number has eight digits")]
pub struct ReferenceFault;

/// Where a booking is between booked and done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BookingState {
    /// Somebody will come.
    Booked,
    /// They are here and wait.
    Arrived {
        /// Since when.
        at: Timestamp,
    },
    /// They sit at a desk.
    InService {
        /// Since when.
        at: Timestamp,
    },
    /// They have been served.
    Done {
        /// When.
        at: Timestamp,
    },
    /// They did not come.
    NoShow {
        /// When that was noted.
        at: Timestamp,
    },
    /// They do not want to come any more.
    Cancelled {
        /// When they said so.
        at: Timestamp,
    },
}

impl BookingState {
    /// The word that is stored.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::Arrived { .. } => "arrived",
            Self::InService { .. } => "in_service",
            Self::Done { .. } => "done",
            Self::NoShow { .. } => "no_show",
            Self::Cancelled { .. } => "cancelled",
        }
    }

    /// Since when, where that is known.
    pub const fn since(self) -> Option<Timestamp> {
        match self {
            Self::Booked => None,
            Self::Arrived { at }
            | Self::InService { at }
            | Self::Done { at }
            | Self::NoShow { at }
            | Self::Cancelled { at } => Some(at),
        }
    }

    /// From what was stored.
    pub fn from_stored(word: &str, at: Option<Timestamp>) -> Result<Self, UnknownWord> {
        match (word, at) {
            ("booked", None) => Ok(Self::Booked),
            ("arrived", Some(at)) => Ok(Self::Arrived { at }),
            ("in_service", Some(at)) => Ok(Self::InService { at }),
            ("done", Some(at)) => Ok(Self::Done { at }),
            ("no_show", Some(at)) => Ok(Self::NoShow { at }),
            ("cancelled", Some(at)) => Ok(Self::Cancelled { at }),
            _ => Err(UnknownWord),
        }
    }

    /// Whether a booking in this state keeps its desk.
    pub const fn keeps_its_desk(self) -> bool {
        matches!(
            self,
            Self::Booked | Self::Arrived { .. } | Self::InService { .. }
        )
    }
}

/// What an official notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The person has come.
    Arrive,
    /// The person is called to a desk.
    Call,
    /// The person has been served.
    Finish,
    /// The person has not come.
    NoShow,
}

impl FromStr for Step {
    type Err = UnknownWord;
    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        match word {
            "arrive" => Ok(Self::Arrive),
            "call" => Ok(Self::Call),
            "finish" => Ok(Self::Finish),
            "no_show" => Ok(Self::NoShow),
            _ => Err(UnknownWord),
        }
    }
}

impl Booking {
    /// Whether its holder can still move or cancel it: until an hour before it begins.
    pub fn changeable(&self, policy: &Policy, now: Timestamp) -> Result<Slot, BookingRefused> {
        let (BookingState::Booked, Some(slot)) = (self.state, self.slot) else {
            return Err(BookingRefused::Over);
        };
        let last = minutes_before(slot.starts_at, policy.appointments.change_until_minutes);
        if now > last {
            return Err(BookingRefused::TooLate);
        }
        Ok(slot)
    }

    /// Cancelled by its holder.
    pub fn cancel(self, policy: &Policy, now: Timestamp) -> Result<Self, BookingRefused> {
        self.changeable(policy, now)?;
        Ok(Self {
            state: BookingState::Cancelled { at: now },
            ..self
        })
    }

    /// Moved by its holder to a time that [`super::Day::admit`] has let in.
    pub fn moved(
        self,
        (day, slot): (Date, Slot),
        policy: &Policy,
        now: Timestamp,
    ) -> Result<Self, BookingRefused> {
        self.changeable(policy, now)?;
        Ok(Self {
            day,
            slot: Some(slot),
            ..self
        })
    }

    /// What an official notes at the desk.
    pub fn step(self, step: Step, policy: &Policy, now: Timestamp) -> Result<Self, BookingRefused> {
        use BookingState as S;
        let state = match (step, self.state) {
            (Step::Arrive, S::Booked | S::NoShow { .. }) => S::Arrived { at: now },
            (Step::Call, S::Arrived { .. }) => S::InService { at: now },
            (Step::Finish, S::InService { .. }) => S::Done { at: now },
            (Step::NoShow, S::Arrived { .. }) => S::NoShow { at: now },
            (Step::NoShow, S::Booked) => {
                let patience = SignedDuration::from_mins(policy.appointments.no_show_minutes);
                let due = self.slot.map(|slot| {
                    slot.starts_at
                        .saturating_add(patience)
                        .unwrap_or(Timestamp::MAX)
                });
                if due.is_some_and(|due| now < due) {
                    return Err(BookingRefused::MayStillCome);
                }
                S::NoShow { at: now }
            }
            _ => return Err(BookingRefused::Over),
        };
        Ok(Self { state, ..self })
    }
}

/// Why a booking cannot be changed like this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BookingRefused {
    /// It is further on than this can be done, or over.
    #[error("the booking is over or further on (R-BOK-1)")]
    Over,
    /// It begins too soon.
    #[error("it is too late to change the booking (R-BOK-1)")]
    TooLate,
    /// Its time has only just begun.
    #[error("the person may still come (R-BOK-1)")]
    MayStillCome,
}
