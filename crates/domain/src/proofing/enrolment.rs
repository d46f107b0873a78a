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
            expires_at,
            state,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::p_code::{IssuedPCode, PCode, PCodeName};
    use crate::proofing::FaceEvidence;
    use jiff::civil::date;
    use proptest::prelude::*;

    const NOON: Timestamp = Timestamp::constant(1_795_345_200, 0);
    const TODAY: Date = date(2026, 11, 22);
    const MICRO: SignedDuration = SignedDuration::from_micros(1);

    /// A passport of Marta Nowak, born on a day.
    fn document(birth: &str) -> VerifiedDocument {
        let zone = emrtd::mrz::Mrz::read(
            b"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10",
        );
        let mut mrz = zone.unwrap().mrz;
        mrz.birth =
            emrtd::mrz::MrzDate::from_typed(birth).unwrap_or(emrtd::mrz::MrzDate::new(*b"92<<<<"));
        mrz.name =
            emrtd::mrz::HolderName::transliterated("Nowak", "Marta", emrtd::mrz::Language::Other)
                .unwrap();
        let kept = (
            mrz.write().unwrap(),
            vec![1_u8],
            "image/jpeg",
            Some(1_u32),
            0_i64,
        );
        VerifiedDocument::dangerous_from_kept(&postcard::to_allocvec(&kept).unwrap()).unwrap()
    }

    fn face() -> FaceProved {
        FaceProved::dangerous_from_kept(FaceEvidence::Officials {
            officials: vec![IdentityId::from_bytes([7; 16])],
        })
    }

    fn number() -> NumberProved {
        let name = PCodeName::new("Marta", "Nowak").unwrap();
        let born = date(1992, 3, 14);
        let code = IssuedPCode::issue(PCode::parse("12345678").unwrap(), name, born, NOON);
        let redeemed = code.redeem(
            &document("920314").mrz().name,
            born,
            NOON,
            &Policy::builtin(),
        );
        NumberProved::by_p_code(&redeemed.unwrap().1)
    }

    fn begun() -> Enrolment {
        let id = EnrolmentId::from_bytes([1; 16]);
        Enrolment::begin(id, Way::Home, &Policy::builtin(), NOON)
    }

    fn at_number() -> Enrolment {
        let policy = Policy::builtin();
        begun()
            .document_read(document("920314"), TODAY, &policy)
            .and_then(|at| at.face_decided(FaceDecision::Proved(face()), &policy, NOON))
            .unwrap()
    }

    #[test]
    fn the_whole_way_and_what_stays_of_it() {
        let at = at_number().number_proved(number(), TODAY).unwrap();
        let at = at.owned(IdentityId::from_bytes([2; 16]), false).unwrap();
        let done = at.finished().unwrap();
        let proof = &done.state.owner().unwrap().proof;
        assert_eq!(
            (proof.way, proof.ial),
            (Way::Home, crate::assurance::Level::Substantial)
        );
        assert_eq!(
            proof.evidence,
            [
                "passport_chip",
                "chip_authentication",
                "face_by_official",
                "p_code"
            ]
        );
    }

    #[test]
    fn r_enr_1_a_day_begins_with_the_proof() {
        let begun = begun();
        assert_eq!(begun.expires_at, NOON + SignedDuration::from_mins(60));
        assert_eq!(
            at_number().expires_at,
            NOON + SignedDuration::from_hours(24)
        );
        let policy = Policy::builtin();
        let waiting = begun
            .document_read(document("920314"), TODAY, &policy)
            .and_then(|at| at.face_decided(FaceDecision::ToOfficial, &policy, NOON))
            .unwrap();
        let last = waiting.expires_at - MICRO;
        assert_eq!(waiting.expires_at, NOON + SignedDuration::from_hours(72));
        let decided = waiting
            .face_decided(FaceDecision::Proved(face()), &policy, last)
            .unwrap();
        assert_eq!(decided.expires_at, last + SignedDuration::from_hours(24));
    }

    #[test]
    fn r_age_1_the_thirteenth_birthday_passes_and_the_day_before_is_refused_with_the_date() {
        let policy = Policy::builtin();
        let read = |birth: &str, today| {
            let read = begun().document_read(document(birth), today, &policy);
            read.unwrap().state
        };
        assert!(matches!(read("131122", TODAY), EnrolmentState::Face { .. }));
        for (birth, today, from) in [
            ("131123", TODAY, date(2026, 11, 23)),
            ("120229", date(2025, 2, 28), date(2025, 3, 1)),
        ] {
            match read(birth, today) {
                EnrolmentState::Refused(refused) => {
                    assert_eq!(refused, EnrolmentRefused::TooYoung { from });
                }
                other => panic!("{other:?}"),
            }
        }
        assert!(matches!(
            read("120229", date(2025, 3, 1)),
            EnrolmentState::Face { .. }
        ));
    }

    #[test]
    fn r_doc_6_a_document_that_does_not_say_the_day_of_birth_proves_nobody() {
        let read = begun().document_read(document("unknown"), TODAY, &Policy::builtin());
        assert!(matches!(
            read.unwrap().state,
            EnrolmentState::Refused(EnrolmentRefused::BirthDateUnknown)
        ));
    }

    #[test]
    fn the_fifth_number_may_be_tried_and_the_sixth_not() {
        let policy = Policy::builtin();
        let mut at = at_number();
        for _ in 0..5 {
            at = at.number_tried(&policy).unwrap();
            assert!(matches!(at.state, EnrolmentState::Number { .. }));
        }
        assert_eq!(at.number_tries_left(&policy), 0);
        let over = at.clone().number_tried(&policy).unwrap();
        assert!(matches!(
            over.state,
            EnrolmentState::Refused(EnrolmentRefused::NumberTriesUsedUp)
        ));
        let forgiven = at.number_forgiven().number_tried(&policy).unwrap();
        assert!(matches!(forgiven.state, EnrolmentState::Number { .. }));
    }

    #[test]
    fn r_hlp_1_a_helper_is_who_began_for_somebody_else_and_nobody_later() {
        let helped = Enrolment {
            way: Way::Helper,
            ..begun()
        };
        assert!(helped.is_helpers(0));
        assert!(!helped.is_helpers(1));
        assert!(!begun().is_helpers(0));
    }

    proptest! {
        /// No order of events leads to a user ID, an identity or an app without document, face and number, each proved in its turn.
        #[test]
        fn no_order_of_events_skips_a_proof(order in prop::collection::vec(0_usize..10, 0..40)) {
            let policy = Policy::builtin();
            let mut at = begun();
            let (mut has_document, mut has_face, mut has_number, mut has_identity) = (false, false, false, false);
            for event in order {
                let before = at.clone();
                let next = match event {
                    0 => at.document_read(document("920314"), TODAY, &policy),
                    1 => at.face_decided(FaceDecision::Proved(face()), &policy, NOON),
                    2 => at.face_decided(FaceDecision::ToOfficial, &policy, NOON),
                    3 => at.face_decided(FaceDecision::Again, &policy, NOON),
                    4 => at.number_tried(&policy),
                    5 => at.number_proved(number(), TODAY),
                    6 => at.owned(IdentityId::from_bytes([2; 16]), false),
                    7 => at.finished(),
                    8 => Ok(at.number_forgiven()),
                    _ => Ok(at.number_wrong(&policy)),
                };
                if next.is_ok() {
                    has_document |= event == 0;
                    has_face |= event == 1 && has_document;
                    has_number |= event == 5 && has_face;
                    has_identity |= event == 6 && has_number;
                }
                at = next.unwrap_or(before);
                match &at.state {
                    EnrolmentState::Document | EnrolmentState::Refused(_) => {}
                    EnrolmentState::Face { .. } | EnrolmentState::WaitingForOfficial { .. } => prop_assert!(has_document),
                    EnrolmentState::Number { .. } => prop_assert!(has_document && has_face),
                    EnrolmentState::UserId { .. } => prop_assert!(has_number),
                    EnrolmentState::App(_) | EnrolmentState::Done(_) => prop_assert!(has_identity),
                }
            }
        }
    }
}
