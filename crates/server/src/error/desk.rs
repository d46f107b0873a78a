//! The part of the table that is about Citizen Service's desk.

use axum::http::StatusCode as S;

use super::{Fault, Row, row};

/// Everything that can go wrong at a desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DeskFault {
    /// Nobody is signed in, or too long ago.
    #[error("an official's recent sign-in is needed")]
    SignInNeeded,
    /// An answer to a sign-in that this browser did not begin, or too long ago.
    #[error("not the sign-in that this browser began at the desk")]
    VisitOver,
    /// The sign-in was stopped, or came to nothing.
    #[error("the sign-in at the desk came to nothing")]
    SignInStopped,
    /// An identity that has no role at any desk.
    #[error("not an official")]
    NotAnOfficial,
    /// Only a supervisor may do this.
    #[error("not a supervisor (R-DOC-5)")]
    NotASupervisor,
}

impl DeskFault {
    /// Every code, each of which has a page of its own.
    pub const PAGES: [&'static str; 5] = [
        "desk_sign_in_needed",
        "desk_visit_over",
        "desk_sign_in_stopped",
        "not_an_official",
        "not_a_supervisor",
    ];

    /// Its row of the table.
    pub(super) const fn row(self) -> Row {
        match self {
            Self::SignInNeeded => row(S::UNAUTHORIZED, "desk_sign_in_needed", None),
            Self::VisitOver => row(S::FORBIDDEN, "desk_visit_over", None),
            Self::SignInStopped => row(S::FORBIDDEN, "desk_sign_in_stopped", None),
            Self::NotAnOfficial => row(S::FORBIDDEN, "not_an_official", None),
            Self::NotASupervisor => row(S::FORBIDDEN, "not_a_supervisor", Some("R-DOC-5")),
        }
    }
}

impl From<DeskFault> for Fault {
    fn from(fault: DeskFault) -> Self {
        Self::Desk(fault)
    }
}
