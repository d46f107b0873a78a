//! An enrolment: from nothing to an active app, whatever interrupts it (R-ENR-1).
//!
//! The state carries its evidence, and each step consumes it: there is no user ID to be chosen without a [`ProvenPerson`], none of those
//! without document, face and number, and no app without the identity that was made of it.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::{
    BirthDateUnknown, FaceDecision, FaceProved, NumberProved, ProofSummary, ProvenPerson,
    VerifiedDocument, Way,
};
use crate::id::{EnrolmentId, IdentityId};
use crate::person::old_enough;
use crate::policy::Policy;

/// An enrolment.
#[derive(Debug, Clone)]
pub struct Enrolment {
    /// Names it.
    pub id: EnrolmentId,
    /// By which way.
    pub way: Way,
    /// Which device goes on: 0 is the one that began. Whoever sat there before is out (R-HLP-1).
    pub seat: u32,
    /// Numbers that were tried.
    pub number_tries: u32,
    /// When it began.
    pub begun_at: Timestamp,
    /// When it is over.
    pub expires_at: Timestamp,
    /// Where it stands.
    pub state: EnrolmentState,
}

/// Where an enrolment stands, with the evidence so far.
#[derive(Debug, Clone)]
pub enum EnrolmentState {
    /// A document's chip is to be read.
    Document,
    /// The face is to be compared.
    Face {
        /// The document.
        document: Box<VerifiedDocument>,
    },
    /// An official is to compare the faces.
    WaitingForOfficial {
        /// The document.
        document: Box<VerifiedDocument>,
    },
    /// The number is to be proved.
    Number {
        /// The document.
        document: Box<VerifiedDocument>,
        /// The face.
        face: FaceProved,
    },
    /// Proved who it is; the user ID is to be chosen.
    UserId {
        /// The proof.
        person: Box<ProvenPerson>,
    },
    /// There is an identity; an app is to be activated.
    App(Owned),
    /// There is an active app.
    Done(Owned),
    /// It came to nothing.
    Refused(EnrolmentRefused),
}

/// Whose the enrolment has become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owned {
    /// The identity.
    pub identity: IdentityId,
    /// Whether the person had it before (R-PER-1).
    pub had_identity: bool,
    /// What the proof rested on.
    pub proof: ProofSummary,
}

/// Why an enrolment came to nothing. It stays, without anything personal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnrolmentRefused {
    /// Younger than 13.
    #[error("an identity can be had from {from} (R-AGE-1)")]
    TooYoung {
        /// From which day.
        from: Date,
    },
    /// The document does not say the whole date of birth.
    #[error("the document does not say the whole date of birth (R-DOC-6)")]
    BirthDateUnknown,
    /// The face is not the document's.
    #[error("the face is not the one on the document (R-DOC-6)")]
    Face,
    /// The number was wrong too often.
    #[error("the number was wrong too often (R-CPR-4)")]
    NumberTriesUsedUp,
    /// The register's status allows no identity.
    #[error("the register's status allows no identity (R-CPR-3)")]
    RegisterStatus,
}

/// A step that is not the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the enrolment's next step (R-ENR-1)")]
pub struct OutOfTurn;

impl Enrolment {
    /// Begins one, with a document's chip.
    pub fn begin(id: EnrolmentId, way: Way, policy: &Policy, now: Timestamp) -> Self {
        Self {
            id,
            way,
            seat: 0,
            number_tries: 0,
            begun_at: now,
            expires_at: after(
                now,
                SignedDuration::from_mins(policy.enrolment.begin_minutes),
            ),
            state: EnrolmentState::Document,
        }
    }

    /// Begins one where it is proved already who it is, as at Citizen Service. Nobody has taken the first seat: the person goes on with a code.
    pub fn proven(id: EnrolmentId, person: ProvenPerson, policy: &Policy, now: Timestamp) -> Self {
        Self {
            id,
            way: person.summary().way,
            seat: 0,
            number_tries: 0,
            begun_at: now,
            expires_at: resumable(policy, now),
            state: EnrolmentState::UserId {
                person: Box::new(person),
            },
        }
    }

    /// A document's chip was read and verified: the face is next, if its holder is old enough in Denmark today (R-AGE-1).
    pub fn document_read(
        self,
        document: VerifiedDocument,
        today: Date,
        policy: &Policy,
    ) -> Result<Self, OutOfTurn> {
        let EnrolmentState::Document = self.state else {
            return Err(OutOfTurn);
        };
        let state = match document.birth_date(today) {
            None => EnrolmentState::Refused(EnrolmentRefused::BirthDateUnknown),
            Some(born) => match old_enough(born, today, policy) {
                Err(young) => {
                    EnrolmentState::Refused(EnrolmentRefused::TooYoung { from: young.from })
                }
                Ok(()) => EnrolmentState::Face {
                    document: Box::new(document),
                },
            },
        };
        Ok(Self { state, ..self })
    }

    /// The faces were compared, or are to be. Once they are the same, 24 hours begin in which nothing is to be proved again (R-ENR-1).
    pub fn face_decided(
        self,
        decision: FaceDecision,
        policy: &Policy,
        now: Timestamp,
    ) -> Result<Self, OutOfTurn> {
        let (EnrolmentState::Face { document } | EnrolmentState::WaitingForOfficial { document }) =
            self.state
        else {
            return Err(OutOfTurn);
        };
        let official = SignedDuration::from_hours(policy.enrolment.official_hours);
        let begin = SignedDuration::from_mins(policy.enrolment.begin_minutes);
        let (state, expires_at) = match decision {
            FaceDecision::Proved(face) => (
                EnrolmentState::Number { document, face },
                resumable(policy, now),
            ),
            FaceDecision::ToOfficial => (
                EnrolmentState::WaitingForOfficial { document },
                after(now, official),
            ),
            FaceDecision::Again => (
                EnrolmentState::Face { document },
                self.expires_at.max(after(now, begin)),
            ),
            FaceDecision::Refused => (
                EnrolmentState::Refused(EnrolmentRefused::Face),
                self.expires_at,
            ),
        };
        Ok(Self {
            state,
            expires_at,
            ..self
        })
    }

    /// A number is tried: counted before it is checked. The try after the last ends the enrolment.
    pub fn number_tried(self, policy: &Policy) -> Result<Self, OutOfTurn> {
        let EnrolmentState::Number { .. } = self.state else {
            return Err(OutOfTurn);
        };
        if self.number_tries >= policy.enrolment.number_tries {
            let state = EnrolmentState::Refused(EnrolmentRefused::NumberTriesUsedUp);
            return Ok(Self { state, ..self });
        }
        Ok(Self {
            number_tries: self.number_tries + 1,
            ..self
        })
    }

    /// Numbers that may still be tried.
    pub fn number_tries_left(&self, policy: &Policy) -> u32 {
        let all = policy.enrolment.number_tries;
        all.saturating_sub(self.number_tries)
    }

    /// A try that was not looked up after all is taken back.
    #[must_use]
    pub fn number_forgiven(self) -> Self {
        Self {
            number_tries: self.number_tries.saturating_sub(1),
            ..self
        }
    }

    /// The number was wrong, and none is left.
    #[must_use]
    pub fn number_wrong(self, policy: &Policy) -> Self {
        if self.number_tries_left(policy) > 0 {
            return self;
        }
        self.refused(EnrolmentRefused::NumberTriesUsedUp)
    }

    /// The number belongs to the person of the document: who it is has been proved.
    pub fn number_proved(self, number: NumberProved, today: Date) -> Result<Self, OutOfTurn> {
        let EnrolmentState::Number { document, face } = self.state else {
            return Err(OutOfTurn);
        };
        let person = ProvenPerson::by_document(self.way, &document, &face, number, today);
        let state = match person {
            Ok(person) => EnrolmentState::UserId {
                person: Box::new(person),
            },
            Err(BirthDateUnknown) => EnrolmentState::Refused(EnrolmentRefused::BirthDateUnknown),
        };
        Ok(Self { state, ..self })
    }

    /// There is an identity now: made of the proof, or found as the one that the person had (R-PER-1).
    pub fn owned(self, identity: IdentityId, had_identity: bool) -> Result<Self, OutOfTurn> {
        let EnrolmentState::UserId { person } = self.state else {
            return Err(OutOfTurn);
        };
        let state = EnrolmentState::App(Owned {
            identity,
            had_identity,
            proof: person.summary().clone(),
        });
        Ok(Self { state, ..self })
    }

    /// The app is active: the enrolment is used up.
    pub fn finished(self) -> Result<Self, OutOfTurn> {
        let EnrolmentState::App(owned) = self.state else {
            return Err(OutOfTurn);
        };
        Ok(Self {
            state: EnrolmentState::Done(owned),
            ..self
        })
    }

    /// It comes to nothing; what was read goes.
    #[must_use]
    pub fn refused(self, refused: EnrolmentRefused) -> Self {
        Self {
            state: EnrolmentState::Refused(refused),
            ..self
        }
    }

    /// Whether another device may go on from here: as soon as document and pictures are there, and until it is over (R-HLP-1).
    pub const fn may_hand_over(&self) -> Result<(), OutOfTurn> {
        match self.state {
            EnrolmentState::WaitingForOfficial { .. }
            | EnrolmentState::Number { .. }
            | EnrolmentState::UserId { .. }
            | EnrolmentState::App(_) => Ok(()),
            _ => Err(OutOfTurn),
        }
    }

    /// Whether a device is a helper's: it began, for somebody else (R-HLP-1).
    pub fn is_helpers(&self, seat: u32) -> bool {
        self.way == Way::Helper && seat == 0
    }
}

impl EnrolmentState {
    /// The word that is stored and told.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Face { .. } => "face",
            Self::WaitingForOfficial { .. } => "waiting_for_official",
            Self::Number { .. } => "number",
            Self::UserId { .. } => "user_id",
            Self::App(_) => "app",
            Self::Done(_) => "done",
            Self::Refused(_) => "refused",
        }
    }

    /// The document, as long as it is kept.
    pub fn document(&self) -> Option<&VerifiedDocument> {
        match self {
            Self::Face { document }
            | Self::WaitingForOfficial { document }
            | Self::Number { document, .. } => Some(document),
            _ => None,
        }
    }

    /// Whose it has become.
    pub const fn owner(&self) -> Option<&Owned> {
        match self {
            Self::App(owned) | Self::Done(owned) => Some(owned),
            _ => None,
        }
    }
}

impl EnrolmentRefused {
    /// The code that is stored and told.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooYoung { .. } => "too_young",
            Self::BirthDateUnknown => "birth_date_unknown",
            Self::Face => "face_refused",
            Self::NumberTriesUsedUp => "number_tries_used_up",
            Self::RegisterStatus => "register_status",
        }
    }

    /// The rule that decided.
    pub const fn rule(self) -> &'static str {
        match self {
            Self::TooYoung { .. } => "R-AGE-1",
            Self::BirthDateUnknown | Self::Face => "R-DOC-6",
            Self::NumberTriesUsedUp => "R-CPR-4",
            Self::RegisterStatus => "R-CPR-3",
        }
    }
}

/// From the proof on, 24 hours (R-ENR-1).
fn resumable(policy: &Policy, now: Timestamp) -> Timestamp {
    after(
        now,
        SignedDuration::from_hours(policy.enrolment.resume_hours),
    )
}

fn after(now: Timestamp, span: SignedDuration) -> Timestamp {
    now.saturating_add(span).unwrap_or(Timestamp::MAX)
}
