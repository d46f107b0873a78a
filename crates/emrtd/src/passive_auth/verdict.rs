//! What came of every step (TR-03135-1, 5.6.4).

use std::fmt;

use crate::fault::{Deviations, PassiveFault};
use crate::lds::DataGroup;

/// A step of passive authentication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The security object is signed data over a list of hashes (ICAO 9303-10, 4.6.2).
    SecurityObjectStructure,
    /// The content is the one whose hash was signed (TR-03135-1, table 5.29).
    SecurityObjectHash,
    /// The signature is the document signer's (TR-03135-1, table 5.30).
    SecurityObjectSignature,
    /// The document signer's certificate was signed by an authority that is trusted (TR-03135-1, 5.6.4.3.3).
    DocumentSignerSignature,
    /// The document signer's certificate is one for signing documents (ICAO 9303-12, table 6).
    DocumentSignerUsage,
    /// The document signer was valid when it signed.
    DocumentSignerValidityAtSigning,
    /// The authority was valid when it issued the document signer's certificate.
    CscaValidityAtIssuing,
    /// The document signer is valid now (TR-03135-1, table 5.36).
    DocumentSignerValidity,
    /// The authority is valid now (TR-03135-1, table 5.35).
    CscaValidity,
    /// The document signer is not revoked (TR-03135-1, 5.6.4.3.5).
    DocumentSignerRevocation,
    /// No list says that what this document signer signed is not to be trusted (TR-03129-2, 7.3).
    DocumentSignerDefects,
    /// EF.COM lists what the security object has hashes for (TR-03135-1, 5.6.4.4.1).
    SecurityObjectAndCom,
    /// The data group is the one whose hash was signed (TR-03135-1, 5.6.4.4.2).
    DataGroupHash(DataGroup),
    /// The document signer's country is the state that the machine readable zone names (TR-03135-1, 5.6.4.5).
    IssuingState,
    /// The document signer may sign this kind of document (ICAO 9303-12, 7.1.1.6).
    DocumentType,
}

impl Step {
    /// Whether nothing is proved where this step failed. The others are for whoever decides to weigh.
    pub const fn is_decisive(self) -> bool {
        match self {
            Self::SecurityObjectStructure
            | Self::SecurityObjectHash
            | Self::SecurityObjectSignature
            | Self::DocumentSignerSignature
            | Self::DocumentSignerUsage
            | Self::DocumentSignerValidityAtSigning
            | Self::DocumentSignerRevocation
            | Self::DocumentSignerDefects
            | Self::DataGroupHash(_)
            | Self::IssuingState => true,
            Self::CscaValidityAtIssuing
            | Self::DocumentSignerValidity
            | Self::CscaValidity
            | Self::SecurityObjectAndCom
            | Self::DocumentType => false,
        }
    }
}

/// `security_object_signature`, `data_group_hash_2`: the name in reports.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SecurityObjectStructure => "security_object_structure",
            Self::SecurityObjectHash => "security_object_hash",
            Self::SecurityObjectSignature => "security_object_signature",
            Self::DocumentSignerSignature => "document_signer_signature",
            Self::DocumentSignerUsage => "document_signer_usage",
            Self::DocumentSignerValidityAtSigning => "document_signer_validity_at_signing",
            Self::CscaValidityAtIssuing => "csca_validity_at_issuing",
            Self::DocumentSignerValidity => "document_signer_validity",
            Self::CscaValidity => "csca_validity",
            Self::DocumentSignerRevocation => "document_signer_revocation",
            Self::DocumentSignerDefects => "document_signer_defects",
            Self::SecurityObjectAndCom => "security_object_and_com",
            Self::DataGroupHash(group) => return write!(f, "data_group_hash_{}", group.number()),
            Self::IssuingState => "issuing_state",
            Self::DocumentType => "document_type",
        })
    }
}

/// What came of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It holds.
    Proved,
    /// It does not hold, or what it needs is missing from the document or the store.
    Failed(PassiveFault),
    /// It could not be asked.
    NotApplicable(Reason),
}

/// Why a step could not be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// A step before it failed.
    NotReached,
    /// Neither the signer nor anybody else says when it signed.
    SigningTimeUnknown,
    /// No revocation list of the authority is in the store, or none whose signature holds.
    NoRevocationList,
    /// A defect list says that this is wrong in the documents of this signer, so that a failure says nothing.
    KnownDefect,
    /// No defect list was given.
    NoDefectList,
    /// EF.COM was not given: documents need not have it any more.
    NoCom,
    /// The machine readable zone was not given.
    NoMachineReadableZone,
    /// The data group was not given.
    NotRead,
    /// The certificate does not limit the kinds of document.
    NotLimited,
}

/// Something that whoever decides should know, and that no step failed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// SHA-1 was used, for which two inputs with one hash can be made.
    Sha1,
    /// A key is shorter than what is called safe today: RSA under 2048 bits, a curve under 224 bits (ICAO 9303-12, 4.1.6).
    ShortKey,
    /// The newest revocation list should have been followed by another one.
    RevocationListOutdated,
    /// A defect list knows of something in the documents of this signer, which explains a fault or how to read them (TR-03129-2, 7.3).
    KnownDefect,
    /// A defect list says that the keys for chip authentication may be known to others: what it shows counts for nothing.
    ChipAuthenticationVoid,
    /// A defect list says that the keys for active authentication may be known to others: what it shows counts for nothing.
    ActiveAuthenticationVoid,
    /// There is a revocation list whose signature could not be verified, so that it does not count.
    RevocationListRefused,
}

/// The outcome of every step, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    steps: Vec<(Step, Outcome)>,
    /// The tolerances that were used.
    pub deviations: Deviations,
    /// What else should be known.
    pub notices: Vec<Notice>,
}

impl Verdict {
    /// Every step that was asked, in order.
    pub fn steps(&self) -> &[(Step, Outcome)] {
        &self.steps
    }

    /// What came of a step; a step that was never asked was not reached.
    pub fn outcome(&self, step: Step) -> Outcome {
        self.steps.iter().find(|(asked, _)| *asked == step).map_or(
            Outcome::NotApplicable(Reason::NotReached),
            |(_, outcome)| *outcome,
        )
    }

    /// The first fault of a decisive step, see [`Step::is_decisive`].
    pub fn decisive_fault(&self) -> Option<PassiveFault> {
        self.steps.iter().find_map(|(step, outcome)| match outcome {
            Outcome::Failed(fault) if step.is_decisive() => Some(*fault),
            _ => None,
        })
    }

    /// All faults, those that decide nothing too.
    pub fn faults(&self) -> impl Iterator<Item = (Step, PassiveFault)> {
        self.steps
            .iter()
            .filter_map(|(step, outcome)| match outcome {
                Outcome::Failed(fault) => Some((*step, *fault)),
                _ => None,
            })
    }

    pub(super) fn say(&mut self, step: Step, outcome: Outcome) {
        self.steps.push((step, outcome));
    }

    pub(super) fn proved(&mut self, step: Step) {
        self.say(step, Outcome::Proved);
    }

    pub(super) fn failed(&mut self, step: Step, fault: PassiveFault) {
        self.say(step, Outcome::Failed(fault));
    }

    /// What a check found; a failure that a defect list has told of says nothing.
    pub(super) fn checked_unless(
        &mut self,
        defect: bool,
        step: Step,
        result: Result<(), PassiveFault>,
    ) {
        if defect && result.is_err() {
            self.not_applicable(step, Reason::KnownDefect);
        } else {
            self.checked(step, result);
        }
    }

    /// What a check found.
    pub(super) fn checked(&mut self, step: Step, result: Result<(), PassiveFault>) {
        self.say(
            step,
            result.map_or_else(Outcome::Failed, |()| Outcome::Proved),
        );
    }

    pub(super) fn not_applicable(&mut self, step: Step, reason: Reason) {
        self.say(step, Outcome::NotApplicable(reason));
    }

    /// Steps that could not be asked because one before them failed.
    pub(super) fn not_reached(&mut self, steps: &[Step]) {
        for step in steps {
            self.not_applicable(*step, Reason::NotReached);
        }
    }

    pub(super) fn notice(&mut self, notice: Notice) {
        if !self.notices.contains(&notice) {
            self.notices.push(notice);
        }
    }
}
