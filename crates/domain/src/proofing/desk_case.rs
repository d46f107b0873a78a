//! A case at Citizen Service's desk: from opening it to deciding it (R-DOC-1 to R-DOC-5, R-QUE-1, R-WIT-1).
//!
//! ```text
//! Open ──accept──► Accepted            (IAL Substantial)
//!   │ └──accept──► AwaitsSecond ──accept by a supervisor──► Accepted   (IAL High, R-DOC-5)
//!   └──refuse──► Refused ◄──refuse──┘
//! ```

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::documents::{DocumentsEnough, Missing, Presented};
use super::{NumberProved, ProofSummary, ProvenPerson, Way};
use crate::assurance::Level;
use crate::cpr_number::CprNumber;
use crate::desk::{Official, Role};
use crate::id::{DeskCaseId, IdentityId};
use crate::person::{TooYoung, old_enough};
use crate::policy::Policy;
use crate::register::RegisterMatch;
use crate::secret::Pii;

/// A case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskCase {
    /// Names it.
    pub id: DeskCaseId,
    /// Whose it is: the organisation's CVR number.
    pub cvr: String,
    /// Who opened it.
    pub opened_by: IdentityId,
    /// When.
    pub opened_at: Timestamp,
    /// Whom it is about.
    pub applicant: Applicant,
    /// What lies on the desk.
    pub documents: Vec<Presented>,
    /// What the witness brought, as the official saw it (R-WIT-1, R-WIT-3).
    pub witness_documents: Vec<Presented>,
    /// Who else says who it is, where the documents alone do not.
    pub vouched: Option<Vouched>,
    /// How far it is to reach.
    pub wanted: Level,
    /// Where it is.
    pub state: CaseState,
}

/// Somebody who stands at the desk: the number they gave, and the name on what they brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applicant {
    /// The number.
    pub cpr: CprNumber,
    /// Given names, as the documents have them.
    pub given: Pii<String>,
    /// Family name, as the documents have it.
    pub family: Pii<String>,
}

/// What says who somebody is, beside documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vouched {
    /// They answered control questions well enough (R-QUE-1).
    Questions,
    /// A witness vouched for them (R-WIT-1).
    Witness,
}

/// Where a case is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseState {
    /// Nothing is decided.
    Open,
    /// One official has accepted; High wants a second (R-DOC-5).
    AwaitsSecond {
        /// Who accepted first.
        first: IdentityId,
    },
    /// Accepted.
    Accepted {
        /// By whom, last.
        by: IdentityId,
    },
    /// Refused.
    Refused {
        /// By whom.
        by: IdentityId,
    },
}

impl CaseState {
    /// The word that is stored.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::AwaitsSecond { .. } => "awaits_second",
            Self::Accepted { .. } => "accepted",
            Self::Refused { .. } => "refused",
        }
    }
}

/// Ties between an official and whom a case is about, which keep the official away from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ties {
    /// It is the official.
    pub same_person: bool,
    /// One was witness for the other, in this case or another.
    pub witness: bool,
}

/// Why an official may not touch a case, or a case cannot be decided so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CaseRefused {
    /// Another organisation's.
    #[error("another organisation's case")]
    NotTheirs,
    /// Their own.
    #[error("an official does not handle their own case")]
    OwnCase,
    /// Of somebody for whom they were witness, or who was theirs.
    #[error("an official does not handle the case of their witness")]
    WitnessTie,
    /// Decided already: another official was first.
    #[error("the case is decided")]
    Decided,
    /// The person is younger than 13.
    #[error(transparent)]
    TooYoung(#[from] TooYoung),
    /// The documents are not enough.
    #[error(transparent)]
    Documents(#[from] Missing),
    /// The documents want questions or a witness beside them.
    #[error("control questions or a witness are needed (R-QUE-1)")]
    NobodyVouched,
    /// High wants a second official, who is a supervisor and another than the first.
    #[error("a supervisor who is another person must be the second (R-DOC-5)")]
    SecondMustBeSupervisor,
}

/// What accepting leads to.
#[derive(Debug)]
pub enum Accepting {
    /// The person is proved.
    Done(DeskCase, Box<ProvenPerson>),
    /// A supervisor must accept, too.
    ToSecond(DeskCase),
}

impl DeskCase {
    /// Checks that an official may handle the case at all.
    pub fn may_handle(&self, official: &Official, ties: Ties) -> Result<(), CaseRefused> {
        if self.cvr != official.organisation.cvr {
            return Err(CaseRefused::NotTheirs);
        }
        may_open(ties)
    }

    /// Whether something may still be changed: nobody has accepted or refused.
    pub fn is_open(&self) -> Result<(), CaseRefused> {
        match self.state {
            CaseState::Open => Ok(()),
            _ => Err(CaseRefused::Decided),
        }
    }

    /// Whether the documents are enough for what the case is to reach.
    pub fn documents_enough(
        &self,
        policy: &Policy,
        today: Date,
    ) -> Result<DocumentsEnough, Missing> {
        policy
            .documents
            .judge(&self.documents, (self.wanted, true), today)
    }

    /// An official accepts. `number` proves that the register has the person under this number today.
    pub fn accept(
        mut self,
        official: &Official,
        number: RegisterMatch,
        (policy, today): (&Policy, Date),
    ) -> Result<Accepting, CaseRefused> {
        let first = match self.state {
            CaseState::Open => None,
            CaseState::AwaitsSecond { first } => Some(first),
            _ => return Err(CaseRefused::Decided),
        };
        let born = *number.entry().birth_date.expose();
        old_enough(born, today, policy)?;
        let enough = self.documents_enough(policy, today)?;
        if !enough.has_one() && self.vouched.is_none() {
            return Err(CaseRefused::NobodyVouched);
        }
        match (self.wanted, first) {
            (Level::High, None) => {
                self.state = CaseState::AwaitsSecond {
                    first: official.identity,
                };
                return Ok(Accepting::ToSecond(self));
            }
            (Level::High, Some(first))
                if official.role != Role::Supervisor || first == official.identity =>
            {
                return Err(CaseRefused::SecondMustBeSupervisor);
            }
            _ => {}
        }
        self.state = CaseState::Accepted {
            by: official.identity,
        };
        let number = NumberProved::by_register(number, today);
        let summary = ProofSummary {
            way: Way::Desk,
            ial: self.wanted,
            evidence: self.evidence(&enough),
        };
        let person = ProvenPerson::new(number, born, summary);
        Ok(Accepting::Done(self, Box::new(person)))
    }

    /// An official refuses.
    pub fn refuse(mut self, official: &Official) -> Result<Self, CaseRefused> {
        match self.state {
            CaseState::Open | CaseState::AwaitsSecond { .. } => {
                self.state = CaseState::Refused {
                    by: official.identity,
                };
                Ok(self)
            }
            _ => Err(CaseRefused::Decided),
        }
    }

    /// What the proof rests on, without anything personal.
    fn evidence(&self, enough: &DocumentsEnough) -> Vec<String> {
        let mut evidence = enough.kinds().to_vec();
        evidence.extend(self.vouched.map(|vouched| {
            match vouched {
                Vouched::Questions => "control_questions",
                Vouched::Witness => "witness",
            }
            .to_owned()
        }));
        if self.wanted == Level::High {
            evidence.push("two_officials".to_owned());
        }
        evidence.push("register".to_owned());
        evidence
    }
}

/// Checks that an official may open a case about somebody.
pub const fn may_open(ties: Ties) -> Result<(), CaseRefused> {
    if ties.same_person {
        return Err(CaseRefused::OwnCase);
    }
    if ties.witness {
        return Err(CaseRefused::WitnessTie);
    }
    Ok(())
}
