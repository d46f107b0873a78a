//! The part of the table that is about comparing faces.

use axum::http::StatusCode as S;
use domain::proofing::{ChallengeRefused, ViewRefused};

use super::{Fault, Row, row};

/// Everything that can go wrong with faces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FaceFault {
    /// A challenge that is not ours, too old, or answered already.
    #[error("the challenge is over (R-DOC-6)")]
    ChallengeOver,
    /// Pictures that are not the steps of the challenge, or no JPEG of the size that is allowed.
    #[error("the pictures do not answer the challenge (R-DOC-6)")]
    Pictures,
    /// An official came too late: the case is decided, or over.
    #[error("the case is decided or over (R-DOC-6)")]
    CaseOver,
    /// Another official looks at the case.
    #[error("another official looks at the case (R-DOC-6)")]
    CaseTaken,
    /// The case was kept for this official only so long.
    #[error("the case is no longer kept for this official (R-DOC-6)")]
    LeaseOver,
    /// The same official cannot be the second (R-DOC-5).
    #[error("a second official is needed (R-DOC-5)")]
    SecondNeeded,
    /// It is about the official.
    #[error("an official's own case (R-DOC-6)")]
    OwnCase,
    /// A view without a reason, or with one that does not go with it.
    #[error("a reason is needed that goes with the view (R-DOC-6)")]
    ReasonNeeded,
}

impl FaceFault {
    /// Every code that has a page of its own.
    pub const PAGES: [&'static str; 6] = [
        "face_case_over",
        "face_case_taken",
        "face_lease_over",
        "face_second_needed",
        "face_own_case",
        "face_reason_needed",
    ];

    /// Its row of the table.
    pub(super) const fn row(self) -> Row {
        match self {
            Self::ChallengeOver => row(S::CONFLICT, "face_challenge_over", Some("R-DOC-6")),
            Self::Pictures => row(S::BAD_REQUEST, "face_pictures", Some("R-DOC-6")),
            Self::CaseOver => row(S::CONFLICT, "face_case_over", Some("R-DOC-6")),
            Self::CaseTaken => row(S::CONFLICT, "face_case_taken", Some("R-DOC-6")),
            Self::LeaseOver => row(S::CONFLICT, "face_lease_over", Some("R-DOC-6")),
            Self::SecondNeeded => row(S::FORBIDDEN, "face_second_needed", Some("R-DOC-5")),
            Self::OwnCase => row(S::FORBIDDEN, "face_own_case", Some("R-DOC-6")),
            Self::ReasonNeeded => row(S::BAD_REQUEST, "face_reason_needed", Some("R-DOC-6")),
        }
    }
}

impl From<FaceFault> for Fault {
    fn from(fault: FaceFault) -> Self {
        Self::Face(fault)
    }
}

impl From<ChallengeRefused> for Fault {
    fn from(refused: ChallengeRefused) -> Self {
        Self::Face(match refused {
            ChallengeRefused::Over => FaceFault::ChallengeOver,
            ChallengeRefused::Steps => FaceFault::Pictures,
        })
    }
}

impl From<ViewRefused> for Fault {
    fn from(refused: ViewRefused) -> Self {
        Self::Face(match refused {
            ViewRefused::Over => FaceFault::CaseOver,
            ViewRefused::Leased => FaceFault::CaseTaken,
            ViewRefused::LeaseOver => FaceFault::LeaseOver,
            ViewRefused::SecondNeeded => FaceFault::SecondNeeded,
            ViewRefused::Own => FaceFault::OwnCase,
            ViewRefused::ReasonNeeded | ViewRefused::ReasonUnfit => FaceFault::ReasonNeeded,
        })
    }
}
