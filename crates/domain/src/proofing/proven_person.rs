//! The proof of who somebody is: no identity is made without one (R-ENR-1).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{FaceProved, KeptFault, VerifiedDocument};
use crate::assurance::Level;
use crate::cpr_number::CprNumber;
use crate::p_code::{PCode, PCodeRedeemed};
use crate::person::PersonNumber;
use crate::register::{Address, ForeignAddress, RegisterMatch};
use crate::secret::Pii;

/// The proof that a number belongs to the person of a document: the register has both (R-CPR-3), or a P code was redeemed for them (R-PER-4).
///
/// Made of a [`RegisterMatch`] or a [`PCodeRedeemed`], and of nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberProved {
    number: PersonNumber,
    name: Pii<String>,
    protected: bool,
    address: Option<Pii<String>>,
}

impl NumberProved {
    /// By the register: the name as it has it, Danish letters and all, and the address that letters go to (R-CPR-3).
    pub fn by_register(proved: RegisterMatch, today: Date) -> Self {
        let entry = proved.into_entry();
        let at_home = |address: &Address| address.lines().expose().join("\n");
        let abroad = |address: &ForeignAddress| address.lines.expose().join("\n");
        let address = entry
            .address
            .as_ref()
            .map(at_home)
            .or_else(|| entry.abroad.as_ref().map(abroad))
            .filter(|address| !address.trim().is_empty());
        Self {
            number: PersonNumber::Cpr(entry.cpr),
            protected: entry.is_protected_on(today),
            name: entry.name.full(),
            address: address.map(Pii::new),
        }
    }

    /// By a P code: nobody knows an address (R-PER-4).
    pub fn by_p_code(redeemed: &PCodeRedeemed) -> Self {
        Self {
            number: redeemed.number(),
            name: redeemed.name().clone(),
            protected: false,
            address: None,
        }
    }

    /// The number.
    pub const fn number(&self) -> &PersonNumber {
        &self.number
    }

    const fn word(&self) -> &'static str {
        match self.number {
            PersonNumber::Cpr(_) => "register",
            PersonNumber::PCode(_) => "p_code",
        }
    }
}

/// By which way a person was proved to be who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// With a document's chip, on a device of their own (R-DOC-6).
    Home,
    /// The same on a helper's device (R-HLP-1).
    Helper,
    /// At Citizen Service.
    Desk,
}

/// What a proof rests on, without anything personal: it goes into the log and stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProofSummary {
    /// The way.
    pub way: Way,
    /// How well the person is proved.
    pub ial: Level,
    /// The pieces of evidence, such as `passport_chip`, `chip_authentication`, `face_by_official`, `register`.
    pub evidence: Vec<String>,
}

/// Somebody of whom it is proved who they are. Made by [`ProvenPerson::by_document`] and by a decided case of Citizen Service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvenPerson {
    number: PersonNumber,
    name: Pii<String>,
    birth_date: Pii<Date>,
    protected: bool,
    address: Option<Pii<String>>,
    summary: ProofSummary,
}

impl ProvenPerson {
    /// By a document's chip, the face of who holds it, and the number that belongs to both (R-DOC-6). Assurance High wants the person to be
    /// there (R-DOC-5), so this is Substantial.
    pub fn by_document(
        way: Way,
        document: &VerifiedDocument,
        face: &FaceProved,
        number: NumberProved,
        today: Date,
    ) -> Result<Self, BirthDateUnknown> {
        let birth_date = document.birth_date(today).ok_or(BirthDateUnknown)?;
        let mut evidence = vec![format!("{}_chip", document.kind().word())];
        if let Some(proof) = document.chip_proof_word() {
            evidence.push(proof.to_owned());
        }
        evidence.push(face.word().to_owned());
        evidence.push(number.word().to_owned());
        let summary = ProofSummary {
            way,
            ial: Level::Substantial,
            evidence,
        };
        Ok(Self::new(number, birth_date, summary))
    }

    /// For what proves a person within `proofing`, and for nobody else.
    pub(in crate::proofing) fn new(
        number: NumberProved,
        birth_date: Date,
        summary: ProofSummary,
    ) -> Self {
        Self {
            number: number.number,
            name: number.name,
            birth_date: Pii::new(birth_date),
            protected: number.protected,
            address: number.address,
            summary,
        }
    }

    /// The CPR number or P code.
    pub const fn number(&self) -> &PersonNumber {
        &self.number
    }

    /// Given names, then the family name.
    pub const fn name(&self) -> &Pii<String> {
        &self.name
    }

    /// The day of birth.
    pub const fn birth_date(&self) -> &Pii<Date> {
        &self.birth_date
    }

    /// Name and address protection (R-CPR-3).
    pub const fn protected(&self) -> bool {
        self.protected
    }

    /// The postal address, one line each, where one is known.
    pub const fn address(&self) -> Option<&Pii<String>> {
        self.address.as_ref()
    }

    /// What the proof rests on.
    pub const fn summary(&self) -> &ProofSummary {
        &self.summary
    }

    /// The bytes to keep. They are personal data: only the store takes them, and seals them to their row.
    pub fn to_kept(&self) -> Result<Zeroizing<Vec<u8>>, KeptFault> {
        let (cpr, p_code) = match &self.number {
            PersonNumber::Cpr(cpr) => (Some(cpr.expose()), None),
            PersonNumber::PCode(code) => (None, Some(code.expose())),
        };
        let kept = Kept {
            cpr,
            p_code,
            name: self.name.expose().clone(),
            birth_date: self.birth_date.expose().to_string(),
            protected: self.protected,
            address: self
                .address
                .as_ref()
                .map(|address| address.expose().clone()),
            summary: self.summary.clone(),
        };
        postcard::to_allocvec(&kept)
            .map(Zeroizing::new)
            .map_err(|_| KeptFault::Unwritable)
    }

    /// From what was kept.
    ///
    /// The name says it: nothing is proved again, so this is only for what the store has opened, sealed to the enrolment that it was made for.
    pub fn dangerous_from_kept(bytes: &[u8]) -> Result<Self, KeptFault> {
        let kept: Kept = postcard::from_bytes(bytes).map_err(|_| KeptFault::Unreadable)?;
        let number = match (kept.cpr, kept.p_code) {
            (Some(cpr), None) => CprNumber::parse(&cpr).ok().map(PersonNumber::Cpr),
            (None, Some(code)) => PCode::parse(&code).ok().map(PersonNumber::PCode),
            _ => None,
        };
        Ok(Self {
            number: number.ok_or(KeptFault::Unreadable)?,
            name: Pii::new(kept.name),
            birth_date: Pii::new(kept.birth_date.parse().map_err(|_| KeptFault::Unreadable)?),
            protected: kept.protected,
            address: kept.address.map(Pii::new),
            summary: kept.summary,
        })
    }
}

/// What is kept of it, sealed.
#[derive(Serialize, Deserialize)]
struct Kept {
    cpr: Option<String>,
    p_code: Option<String>,
    name: String,
    birth_date: String,
    protected: bool,
    address: Option<String>,
    summary: ProofSummary,
}

/// The document does not say on which day its holder was born.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the document does not say the whole date of birth (R-DOC-6)")]
pub struct BirthDateUnknown;

impl Way {
    /// The word that is stored and told.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Helper => "helper",
            Self::Desk => "desk",
        }
    }
}

impl std::str::FromStr for Way {
    type Err = crate::identity::UnknownState;
    fn from_str(word: &str) -> Result<Self, Self::Err> {
        [Self::Home, Self::Helper, Self::Desk]
            .into_iter()
            .find(|way| way.word() == word)
            .ok_or(crate::identity::UnknownState)
    }
}
