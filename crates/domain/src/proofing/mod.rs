//! Proving who somebody is: with a document's chip (R-DOC-6) and what else that takes, until an identity may be made (R-ENR-1).

mod chip_reading;
mod continuation;
pub mod control_questions;
pub mod desk_case;
pub mod documents;
pub mod enrolment;
mod face;
mod face_case;
mod face_challenge;
mod face_judgement;
mod new_identity;
mod proven_person;
mod verified_document;
pub mod witness;

pub use chip_reading::{ChipReading, ChipReadingState, RelayLease, RelayRefused};
pub use continuation::{ContinuationCode, NoContinuationCode};
pub use face::{FaceDecision, FaceEvidence, FaceProved};
pub use face_case::{
    FaceCase, FaceLease, FaceReason, OfficialView, ViewLeads, ViewRefused, is_of_person,
};
pub use face_challenge::{ChallengeRefused, FaceChallenge, FaceStep};
pub use face_judgement::{Advice, FaceJudgement, StepSeen, judge};
pub use new_identity::{Chosen, ContactMissing, NewIdentity};
pub use proven_person::{BirthDateUnknown, NumberProved, ProofSummary, ProvenPerson, Way};
pub use verified_document::{
    DocumentKind, DocumentRefused, KeptFault, KeptStep, Portrait, VerifiedDocument, kept_steps,
};
