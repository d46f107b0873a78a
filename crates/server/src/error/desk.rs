//! The part of the table that is about Citizen Service's desk.

use axum::http::StatusCode as S;
use domain::proofing::desk_case::CaseRefused;
use domain::proofing::documents::Missing;
use domain::proofing::witness::WitnessRefused;
use domain::register::RegisterMismatch;

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
    /// Neither ten digits nor a date in them.
    #[error("not a CPR number (R-CPR-1)")]
    NoNumber,
    /// The register does not have this person under this number and name.
    #[error("not in the register under this number and name (R-CPR-3)")]
    NotInRegister,
    /// Another number stands in place of this one.
    #[error("another number stands in place of this one (R-CPR-3)")]
    NumberReplaced,
    /// No identity with this status in the register.
    #[error("no identity with this status in the register (R-CPR-3)")]
    RegisterStatus,
    /// The official's own case.
    #[error("an official does not handle their own case")]
    OwnCase,
    /// Of somebody for whom the official was witness, or who was theirs.
    #[error("an official does not handle the case of their witness")]
    WitnessTie,
    /// Somebody else changed or decided the case in the meantime.
    #[error("the case has changed or is decided")]
    CaseDecided,
    /// Younger than 13.
    #[error("too young (R-AGE-1)")]
    TooYoung,
    /// The documents are not enough.
    #[error("the documents are not enough")]
    Documents(Missing),
    /// Questions or a witness are needed.
    #[error("control questions or a witness are needed (R-QUE-1)")]
    NobodyVouched,
    /// The second official is not another one who is a supervisor.
    #[error("the second must be a supervisor (R-DOC-5)")]
    SecondMustBeSupervisor,
    /// Questions were asked today.
    #[error("one round of control questions a day (R-QUE-1)")]
    RoundToday,
    /// Too little data for questions.
    #[error("too little data for control questions (R-QUE-1)")]
    TooLittleData,
    /// Answered already, or not asked.
    #[error("the round is answered (R-QUE-1)")]
    RoundOver,
    /// The witness is refused.
    #[error("witness refused: {0}")]
    Witness(WitnessRefused),
    /// A refusal without a reason.
    #[error("a reason is missing")]
    ReasonMissing,
}

impl DeskFault {
    /// Every code, each of which has a page of its own.
    pub const PAGES: [&'static str; 31] = [
        "desk_sign_in_needed",
        "desk_visit_over",
        "desk_sign_in_stopped",
        "not_an_official",
        "not_a_supervisor",
        "no_number",
        "not_in_register",
        "desk_number_replaced",
        "desk_register_status",
        "own_case",
        "witness_tie",
        "case_decided",
        "desk_too_young",
        "documents_all",
        "documents_second_half",
        "documents_cpr_number",
        "documents_high",
        "nobody_vouched",
        "second_must_be_supervisor",
        "round_today",
        "too_little_data",
        "round_over",
        "reason_missing",
        "witness_themselves",
        "witness_official",
        "witness_too_young",
        "witness_not_active",
        "witness_too_new",
        "witness_no_photo",
        "witness_too_many",
        "witness_nothing_beside",
    ];

    /// Its row of the table.
    pub(super) const fn row(self) -> Row {
        match self {
            Self::SignInNeeded => row(S::UNAUTHORIZED, "desk_sign_in_needed", None),
            Self::VisitOver => row(S::FORBIDDEN, "desk_visit_over", None),
            Self::SignInStopped => row(S::FORBIDDEN, "desk_sign_in_stopped", None),
            Self::NotAnOfficial => row(S::FORBIDDEN, "not_an_official", None),
            Self::NotASupervisor => row(S::FORBIDDEN, "not_a_supervisor", Some("R-DOC-5")),
            Self::NoNumber => row(S::UNPROCESSABLE_ENTITY, "no_number", Some("R-CPR-1")),
            Self::NotInRegister => row(S::FORBIDDEN, "not_in_register", Some("R-CPR-3")),
            Self::NumberReplaced => row(S::FORBIDDEN, "desk_number_replaced", Some("R-CPR-3")),
            Self::RegisterStatus => row(S::FORBIDDEN, "desk_register_status", Some("R-CPR-3")),
            Self::OwnCase => row(S::FORBIDDEN, "own_case", None),
            Self::WitnessTie => row(S::FORBIDDEN, "witness_tie", None),
            Self::CaseDecided => row(S::CONFLICT, "case_decided", None),
            Self::TooYoung => row(S::FORBIDDEN, "desk_too_young", Some("R-AGE-1")),
            Self::Documents(missing) => row(S::CONFLICT, documents(missing), Some(missing.rule())),
            Self::NobodyVouched => row(S::CONFLICT, "nobody_vouched", Some("R-QUE-1")),
            Self::SecondMustBeSupervisor => {
                row(S::FORBIDDEN, "second_must_be_supervisor", Some("R-DOC-5"))
            }
            Self::RoundToday => row(S::CONFLICT, "round_today", Some("R-QUE-1")),
            Self::TooLittleData => row(S::CONFLICT, "too_little_data", Some("R-QUE-1")),
            Self::RoundOver => row(S::CONFLICT, "round_over", Some("R-QUE-1")),
            Self::Witness(refused) => row(S::FORBIDDEN, witness(refused), Some(refused.rule())),
            Self::ReasonMissing => row(S::UNPROCESSABLE_ENTITY, "reason_missing", None),
        }
    }
}

impl DeskFault {
    /// What the register says against a number.
    pub(crate) const fn of_mismatch(mismatch: RegisterMismatch) -> Self {
        match mismatch {
            RegisterMismatch::Name | RegisterMismatch::BirthDate => Self::NotInRegister,
            RegisterMismatch::Replaced => Self::NumberReplaced,
            RegisterMismatch::Status(_) => Self::RegisterStatus,
        }
    }
}

const fn documents(missing: Missing) -> &'static str {
    match missing {
        Missing::All => "documents_all",
        Missing::SecondHalf => "documents_second_half",
        Missing::CprNumber => "documents_cpr_number",
        Missing::High => "documents_high",
    }
}

const fn witness(refused: WitnessRefused) -> &'static str {
    match refused {
        WitnessRefused::Themselves => "witness_themselves",
        WitnessRefused::Official => "witness_official",
        WitnessRefused::TooYoung => "witness_too_young",
        WitnessRefused::NotActive => "witness_not_active",
        WitnessRefused::TooNew => "witness_too_new",
        WitnessRefused::NoPhoto => "witness_no_photo",
        WitnessRefused::TooMany => "witness_too_many",
        WitnessRefused::NothingBeside => "witness_nothing_beside",
    }
}

impl From<CaseRefused> for Fault {
    fn from(refused: CaseRefused) -> Self {
        Self::Desk(match refused {
            // Another organisation's case does not exist for an official.
            CaseRefused::NotTheirs => return Self::NotFound,
            CaseRefused::OwnCase => DeskFault::OwnCase,
            CaseRefused::WitnessTie => DeskFault::WitnessTie,
            CaseRefused::Decided => DeskFault::CaseDecided,
            CaseRefused::TooYoung(_) => DeskFault::TooYoung,
            CaseRefused::Documents(missing) => DeskFault::Documents(missing),
            CaseRefused::NobodyVouched => DeskFault::NobodyVouched,
            CaseRefused::SecondMustBeSupervisor => DeskFault::SecondMustBeSupervisor,
        })
    }
}

impl From<DeskFault> for Fault {
    fn from(fault: DeskFault) -> Self {
        Self::Desk(fault)
    }
}
