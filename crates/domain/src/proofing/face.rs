//! The proof that the person who is there is the one on the document (R-DOC-6).

use serde::{Deserialize, Serialize};

use crate::id::IdentityId;

/// The evidence that a living face was compared with a document's portrait and is the same. Only what decides that makes one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaceProved {
    evidence: FaceEvidence,
}

/// Who decided, without anything personal of the holder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum FaceEvidence {
    /// A model that the operator configured said that both are the same person, with evidence that the face was alive.
    Model {
        /// The model's name in its manifest.
        model: String,
    },
    /// Officials compared the pictures side by side. Two different ones are needed for assurance High (R-DOC-5).
    Officials {
        /// The officials' own identities.
        officials: Vec<IdentityId>,
    },
}

impl FaceProved {
    /// For what decides within `proofing`, and for nobody else.
    pub(in crate::proofing) const fn new(evidence: FaceEvidence) -> Self {
        Self { evidence }
    }

    /// Who decided.
    pub const fn evidence(&self) -> &FaceEvidence {
        &self.evidence
    }

    /// The word for the log: `face_by_model`, `face_by_official`, `face_by_two_officials`.
    pub fn word(&self) -> &'static str {
        match &self.evidence {
            FaceEvidence::Model { .. } => "face_by_model",
            FaceEvidence::Officials { officials } if officials.len() > 1 => "face_by_two_officials",
            FaceEvidence::Officials { .. } => "face_by_official",
        }
    }

    /// From what was kept.
    ///
    /// The name says it: nothing is decided again, so this is only for what the store has opened, and for tests.
    pub const fn dangerous_from_kept(evidence: FaceEvidence) -> Self {
        Self { evidence }
    }
}

/// What came of comparing the faces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaceDecision {
    /// The same person.
    Proved(FaceProved),
    /// Not sure: an official is to look at the pictures.
    ToOfficial,
    /// The pictures are not good enough: the person takes new ones.
    Again,
    /// Not the same person.
    Refused,
}
