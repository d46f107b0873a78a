//! A document whose chip was read and verified, as evidence of who its holder is (R-DOC-6): all of that rule but the face.

use std::fmt;

use emrtd::fault::MrzFault;
use emrtd::genuine_chip::{ChipProof, GenuineChip};
use emrtd::lds::{DataGroup, Dg2, Dg14};
use emrtd::mrz::Mrz;
use emrtd::passive_auth::{Notice, Outcome, Verdict};
use emrtd::security_info::Mapping;
use emrtd::tlv::{Reader, Tag};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::cpr_number::CprNumber;
use crate::secret::Pii;

/// The proof that a country issued a document, that nobody changed it, that its chip is no copy where the document can show that, and that it
/// has not expired. Only [`VerifiedDocument::of`] makes one, out of what `emrtd` proved.
#[derive(Clone)]
pub struct VerifiedDocument {
    mrz: Box<Mrz>,
    kept: Kept,
}

/// What is kept of it, sealed, until the reading is over.
#[derive(Clone, Serialize, Deserialize)]
struct Kept {
    zone: String,
    portrait: Vec<u8>,
    media_type: String,
    chip: Option<KeptProof>,
    read_at_micros: i64,
}

/// What kind of document it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentKind {
    /// A passport.
    Passport,
    /// An identity card.
    IdCard,
    /// Anything else, such as a residence permit.
    Other,
}

impl DocumentKind {
    /// The word that is told and kept.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Passport => "passport",
            Self::IdCard => "id_card",
            Self::Other => "other",
        }
    }
}

/// As `ChipProof`, in the form that is kept.
#[derive(Clone, Copy, Serialize, Deserialize)]
enum KeptProof {
    ActiveAuthentication,
    ChipAuthentication,
    ChipAuthenticationMapping,
}

/// The picture in the chip, not decoded. It is personal data, and its `Debug` shows nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Portrait<'a> {
    /// `image/jpeg`, `image/jp2`, `image/j2c` or `image/png`.
    pub media_type: &'a str,
    /// The file.
    pub bytes: &'a [u8],
}

impl VerifiedDocument {
    /// Takes what was proved for evidence. `chip` is every proof that the chip gave; `today` the day in Denmark.
    ///
    /// What the document can show is read from what was signed: a chip that keeps a signed file back has not shown it.
    pub fn of(
        document: &emrtd::passive_auth::VerifiedDocument<'_>,
        chip: &[GenuineChip],
        (now, today): (Timestamp, Date),
    ) -> Result<Self, DocumentRefused> {
        let proof = no_copy(document, chip)?;
        let mrz = &document.dg1().mrz;
        not_expired(mrz, today)?;
        let dg2 = document
            .data_group(DataGroup::Dg2)
            .ok_or(DocumentRefused::NoPortrait)?;
        let dg2 = Dg2::parse(dg2.file()).map_err(|_| DocumentRefused::NoPortrait)?;
        let portrait = dg2.faces.first().ok_or(DocumentRefused::NoPortrait)?.image;
        let header = portrait.header.map_err(|_| DocumentRefused::NoPortrait)?;
        let zone = document
            .data_group(DataGroup::Dg1)
            .and_then(|dg1| zone(dg1.file()))
            .ok_or(DocumentRefused::NoZone)?;
        Ok(Self {
            mrz: Box::new(mrz.clone()),
            kept: Kept {
                zone,
                portrait: portrait.data.to_vec(),
                media_type: header.kind.media_type().to_owned(),
                chip: proof.map(KeptProof::of),
                read_at_micros: now.as_microsecond(),
            },
        })
    }

    /// The machine readable zone of the chip.
    pub const fn mrz(&self) -> &Mrz {
        &self.mrz
    }

    /// The zone as it was signed, lines not separated.
    pub fn zone(&self) -> Pii<&str> {
        Pii::new(&self.kept.zone)
    }

    /// The picture in the chip.
    pub fn portrait(&self) -> Portrait<'_> {
        Portrait {
            media_type: &self.kept.media_type,
            bytes: &self.kept.portrait,
        }
    }

    /// How the chip showed that it is no copy; nothing where the document has no way to show it.
    pub fn chip_proof(&self) -> Option<ChipProof> {
        self.kept.chip.map(KeptProof::proof)
    }

    /// How the chip showed that it is no copy, in the log's words.
    pub fn chip_proof_word(&self) -> Option<&'static str> {
        self.chip_proof().map(|proof| match proof {
            ChipProof::ActiveAuthentication => "active_authentication",
            ChipProof::ChipAuthentication => "chip_authentication",
            ChipProof::ChipAuthenticationMapping => "chip_authentication_mapping",
        })
    }

    /// The holder's day of birth, where the document says the whole of it.
    pub fn birth_date(&self, today: Date) -> Option<Date> {
        self.mrz.birth.birth(today).exact()
    }

    /// The holder's CPR number, where a Danish document has it as optional data of its zone.
    pub fn cpr_in_zone(&self) -> Option<CprNumber> {
        (self.mrz.issuing_state.as_bytes() == b"DNK")
            .then(|| CprNumber::parse(self.mrz.optional_data.expose()).ok())
            .flatten()
    }

    /// What it is, as far as its code says (ICAO 9303-4, 4.2.2; 9303-5, 4.2.2).
    pub fn kind(&self) -> DocumentKind {
        match self.mrz.document_code {
            [b'P', _] => DocumentKind::Passport,
            [b'I' | b'A' | b'C', second] if second != b'V' => DocumentKind::IdCard,
            _ => DocumentKind::Other,
        }
    }

    /// When it was verified.
    pub fn read_at(&self) -> Timestamp {
        Timestamp::from_microsecond(self.kept.read_at_micros).unwrap_or(Timestamp::MIN)
    }

    /// The bytes to keep. They are personal data: only the store takes them, and seals them to their row.
    pub fn to_kept(&self) -> Result<Zeroizing<Vec<u8>>, KeptFault> {
        postcard::to_allocvec(&self.kept)
            .map(Zeroizing::new)
            .map_err(|_| KeptFault::Unwritable)
    }

    /// From what was kept.
    ///
    /// The name says it: nothing is verified again, so this is only for what the store has opened, sealed to the reading that it was made for.
    pub fn dangerous_from_kept(bytes: &[u8]) -> Result<Self, KeptFault> {
        let kept: Kept = postcard::from_bytes(bytes).map_err(|_| KeptFault::Unreadable)?;
        let mrz = Mrz::read(kept.zone.as_bytes())?.mrz;
        Ok(Self {
            mrz: Box::new(mrz),
            kept,
        })
    }
}

/// The zone within DG1 (ICAO 9303-10, 4.7.1).
fn zone(dg1: &[u8]) -> Option<String> {
    let mut group = Reader::ber(dg1).expect(DataGroup::Dg1.tag()).ok()?.reader();
    let zone = group.expect(Tag(0x5F1F)).ok()?;
    String::from_utf8(zone.value.to_vec()).ok()
}

/// R-DOC-6: "proof that the chip is no clone where it supports one".
fn no_copy(
    document: &emrtd::passive_auth::VerifiedDocument<'_>,
    chip: &[GenuineChip],
) -> Result<Option<ChipProof>, DocumentRefused> {
    let notices = &document.verdict().notices;
    let is_void = |proof: ChipProof| {
        notices.contains(match proof {
            ChipProof::ActiveAuthentication => &Notice::ActiveAuthenticationVoid,
            ChipProof::ChipAuthentication | ChipProof::ChipAuthenticationMapping => {
                &Notice::ChipAuthenticationVoid
            }
        })
    };
    if let Some(genuine) = chip.iter().find(|genuine| !is_void(genuine.proof())) {
        return Ok(Some(genuine.proof()));
    }
    if !chip.is_empty() {
        return Err(DocumentRefused::ChipKeyVoid);
    }
    if can_show(document) {
        return Err(DocumentRefused::ChipNotShownGenuine);
    }
    Ok(None)
}

/// Whether the signed files say that the chip can show that it is no copy.
fn can_show(document: &emrtd::passive_auth::VerifiedDocument<'_>) -> bool {
    let is_signed = |group| {
        document
            .security_object()
            .data_groups()
            .any(|signed| signed == group)
    };
    if is_signed(DataGroup::Dg15) {
        return true;
    }
    if !is_signed(DataGroup::Dg14) {
        return false;
    }
    let Some(dg14) = document.data_group(DataGroup::Dg14) else {
        return true;
    };
    Dg14::parse(dg14.file()).map_or(true, |dg14| {
        let infos = dg14.security_infos;
        let mut mappings = infos.pace.iter().map(|info| info.protocol.mapping);
        !infos.chip_authentication_keys.is_empty()
            || mappings.any(|mapping| mapping == Mapping::ChipAuthentication)
    })
}

/// The day of expiry is the last on which a document holds (ICAO 9303-3, 4.8).
fn not_expired(mrz: &Mrz, today: Date) -> Result<(), DocumentRefused> {
    match mrz.expiry.expiry(today).latest() {
        Some(last) if today <= last => Ok(()),
        Some(_) => Err(DocumentRefused::Expired),
        None => Err(DocumentRefused::ExpiryUnknown),
    }
}

impl KeptProof {
    const fn of(proof: ChipProof) -> Self {
        match proof {
            ChipProof::ActiveAuthentication => Self::ActiveAuthentication,
            ChipProof::ChipAuthentication => Self::ChipAuthentication,
            ChipProof::ChipAuthenticationMapping => Self::ChipAuthenticationMapping,
        }
    }

    const fn proof(self) -> ChipProof {
        match self {
            Self::ActiveAuthentication => ChipProof::ActiveAuthentication,
            Self::ChipAuthentication => ChipProof::ChipAuthentication,
            Self::ChipAuthenticationMapping => ChipProof::ChipAuthenticationMapping,
        }
    }
}

impl fmt::Debug for VerifiedDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VerifiedDocument(..)")
    }
}

impl fmt::Debug for Portrait<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Portrait(..)")
    }
}

/// A step of the verification and what came of it, in words for reports: nothing in it is personal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptStep {
    /// Such as `security_object_signature`.
    pub step: String,
    /// `proved`, `failed` or `not_applicable`.
    pub outcome: String,
    /// Why it failed, or could not be asked.
    pub why: Option<String>,
}

impl KeptStep {
    /// A step that is no part of passive authentication.
    pub fn new(step: &str, outcome: Result<(), String>) -> Self {
        let (outcome, why) = match outcome {
            Ok(()) => ("proved", None),
            Err(why) => ("failed", Some(why)),
        };
        Self {
            step: step.to_owned(),
            outcome: outcome.to_owned(),
            why,
        }
    }
}

/// What came of every step of passive authentication. `word` names a fault or a reason.
pub fn kept_steps(verdict: &Verdict, word: impl Fn(&dyn fmt::Debug) -> String) -> Vec<KeptStep> {
    let step = |(step, outcome): &(emrtd::passive_auth::Step, Outcome)| {
        let (outcome, why) = match outcome {
            Outcome::Proved => ("proved", None),
            Outcome::Failed(fault) => ("failed", Some(word(fault))),
            Outcome::NotApplicable(reason) => ("not_applicable", Some(word(reason))),
        };
        KeptStep {
            step: step.to_string(),
            outcome: outcome.to_owned(),
            why,
        }
    };
    verdict.steps().iter().map(step).collect()
}

/// Why a document that passive authentication accepts is no evidence (R-DOC-6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DocumentRefused {
    /// The document can show that its chip is no copy, and this chip did not.
    #[error("the chip did not show that it is no copy (R-DOC-6)")]
    ChipNotShownGenuine,
    /// The keys with which the chip showed it may be known to others.
    #[error("the chip's keys may be known to others (R-DOC-6)")]
    ChipKeyVoid,
    /// The document has expired.
    #[error("the document has expired (R-DOC-6)")]
    Expired,
    /// The document does not say when it expires.
    #[error("the document does not say when it expires (R-DOC-6)")]
    ExpiryUnknown,
    /// There is no portrait to compare a face with.
    #[error("the chip has no portrait that can be read (R-DOC-6)")]
    NoPortrait,
    /// The machine readable zone is not of the characters that its standard has.
    #[error("the machine readable zone cannot be kept")]
    NoZone,
}

/// Why what was kept cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeptFault {
    /// It could not be written.
    #[error("a verified document could not be written")]
    Unwritable,
    /// It is not what was written.
    #[error("a kept document cannot be read")]
    Unreadable,
    /// The zone is none.
    #[error(transparent)]
    Zone(#[from] MrzFault),
}
