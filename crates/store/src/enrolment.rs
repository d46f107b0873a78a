//! Enrolments (R-ENR-1). What was read and proved lies sealed to its row, and goes with the state that needed it.

use domain::id::{ChipReadingId, EnrolmentId};
use domain::proofing::enrolment::{Enrolment, EnrolmentRefused, EnrolmentState, Owned};
use domain::proofing::{
    ContinuationCode, FaceEvidence, FaceProved, ProofSummary, ProvenPerson, VerifiedDocument,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::sealing::DataKeys;
use crate::stored::Place;
use crate::{Row, StoreError, Tx, Value};

/// Where an enrolment stood when it was read: what an update expects to find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Before {
    id: EnrolmentId,
    state: &'static str,
    /// Nothing where it does not matter who has it.
    seat: Option<u32>,
    number_tries: u32,
}

impl Before {
    /// As an enrolment is now.
    pub const fn of(enrolment: &Enrolment) -> Self {
        Self {
            id: enrolment.id,
            state: enrolment.state.word(),
            seat: Some(enrolment.seat),
            number_tries: enrolment.number_tries,
        }
    }

    /// The same, whichever device goes on meanwhile: for what is decided elsewhere, as by an official.
    #[must_use]
    pub const fn in_any_seat(self) -> Self {
        Self { seat: None, ..self }
    }

    fn seat(&self) -> Value<'static> {
        self.seat
            .map_or(Value::Null, |seat| Value::BigInt(seat.into()))
    }
}

/// What is sealed of an enrolment.
#[derive(Serialize, Deserialize)]
enum Kept {
    Document(Vec<u8>),
    Face {
        document: Vec<u8>,
        face: FaceEvidence,
    },
    Person(Vec<u8>),
    From(jiff::civil::Date),
}

/// What stays of an enrolment: nothing personal.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Decision {
    Proof {
        proof: ProofSummary,
        had_identity: bool,
    },
    Refused {
        rule: String,
        code: String,
    },
}

/// Adds an enrolment.
pub fn insert(tx: &mut Tx<'_>, keys: &DataKeys, enrolment: &Enrolment) -> Result<(), StoreError> {
    let columns = Columns::of(keys, enrolment)?;
    tx.execute(
        "INSERT INTO enrolments (id, way, state, seat, number_tries, evidence_sealed, identity_id, decision, begun_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[
            Value::Bytes(enrolment.id.as_bytes()),
            Value::Text(enrolment.way.word()),
            Value::Text(enrolment.state.word()),
            Value::BigInt(enrolment.seat.into()),
            Value::BigInt(enrolment.number_tries.into()),
            Value::from(columns.evidence.as_ref()),
            Value::from(columns.identity.as_ref()),
            Value::from(columns.decision.as_ref()),
            Value::BigInt(enrolment.begun_at.as_microsecond()),
            Value::BigInt(enrolment.expires_at.as_microsecond()),
        ],
    )?;
    Ok(())
}

/// An enrolment that is not over.
pub fn find(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    id: EnrolmentId,
    now: Timestamp,
) -> Result<Option<Enrolment>, StoreError> {
    tx.query_opt(
        "SELECT id, way, state, seat, number_tries, evidence_sealed, identity_id, decision, begun_at, expires_at FROM enrolments \
         WHERE id = $1 AND expires_at > $2",
        &[Value::Bytes(id.as_bytes()), Value::BigInt(now.as_microsecond())],
        |row| read(keys, row),
    )
}

/// The enrolment that a reading of a chip is for, if it is its newest.
pub fn of_reading(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    reading: ChipReadingId,
    now: Timestamp,
) -> Result<Option<Enrolment>, StoreError> {
    tx.query_opt(
        "SELECT id, way, state, seat, number_tries, evidence_sealed, identity_id, decision, begun_at, expires_at FROM enrolments \
         WHERE reading_id = $1 AND expires_at > $2",
        &[Value::Bytes(reading.as_bytes()), Value::BigInt(now.as_microsecond())],
        |row| read(keys, row),
    )
}

/// Writes a step, if the enrolment is still where it was read. Gives whether it was.
pub fn advance(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    before: Before,
    after: &Enrolment,
) -> Result<bool, StoreError> {
    let columns = Columns::of(keys, after)?;
    let hit = tx.execute(
        "UPDATE enrolments SET state = $1, number_tries = $2, evidence_sealed = $3, identity_id = $4, decision = $5, expires_at = $6 \
         WHERE id = $7 AND state = $8 AND seat = COALESCE($9, seat) AND number_tries = $10",
        &[
            Value::Text(after.state.word()),
            Value::BigInt(after.number_tries.into()),
            Value::from(columns.evidence.as_ref()),
            Value::from(columns.identity.as_ref()),
            Value::from(columns.decision.as_ref()),
            Value::BigInt(after.expires_at.as_microsecond()),
            Value::Bytes(before.id.as_bytes()),
            Value::Text(before.state),
            before.seat(),
            Value::BigInt(before.number_tries.into()),
        ],
    )?;
    Ok(hit == 1)
}

/// Says which reading of a chip an enrolment waits for, if it still waits for one.
pub fn bind_reading(
    tx: &mut Tx<'_>,
    before: Before,
    reading: ChipReadingId,
) -> Result<bool, StoreError> {
    let hit = tx.execute(
        "UPDATE enrolments SET reading_id = $1 WHERE id = $2 AND state = 'document' AND seat = COALESCE($3, seat)",
        &[
            Value::Bytes(reading.as_bytes()),
            Value::Bytes(before.id.as_bytes()),
            before.seat(),
        ],
    )?;
    Ok(hit == 1)
}

/// Forgets the reading of a chip that an enrolment has taken over, before its own time: the document is kept nowhere else, and whoever began the
/// reading hears no more of it (R-HLP-1).
pub fn forget_reading(tx: &mut Tx<'_>, id: EnrolmentId) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM chip_readings WHERE id IN (SELECT reading_id FROM enrolments WHERE id = $1 AND reading_id IS NOT NULL)",
        &[Value::Bytes(id.as_bytes())],
    )?;
    Ok(())
}

/// Takes one code in the place of any before it by which another device may go on. `leave` also takes the seat from whoever has it: from then
/// on nobody has it until the code is used.
pub fn set_continuation(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    before: Before,
    code: &ContinuationCode,
    leave: bool,
) -> Result<bool, StoreError> {
    let hit = tx.execute(
        "UPDATE enrolments SET continuation_index = $1, seat = seat + $2 WHERE id = $3 AND seat = COALESCE($4, seat) AND state = $5",
        &[
            Value::Bytes(&continuation_index(keys, code)),
            Value::BigInt(leave.into()),
            Value::Bytes(before.id.as_bytes()),
            before.seat(),
            Value::Text(before.state),
        ],
    )?;
    Ok(hit == 1)
}

/// Uses a code up, once, and gives the seat to whoever brought it. Nothing where there is no such code.
pub fn take_seat(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    code: &ContinuationCode,
    now: Timestamp,
) -> Result<Option<Enrolment>, StoreError> {
    tx.query_opt(
        "UPDATE enrolments SET continuation_index = NULL, seat = seat + 1 WHERE continuation_index = $1 AND expires_at > $2 \
         AND state NOT IN ('done', 'refused') RETURNING id, way, state, seat, number_tries, evidence_sealed, identity_id, decision, begun_at, expires_at",
        &[
            Value::Bytes(&continuation_index(keys, code)),
            Value::BigInt(now.as_microsecond()),
        ],
        |row| read(keys, row),
    )
}

/// Forgets what was read and proved for enrolments that are over; of those that were decided the decision stays. Gives how many.
pub fn forget_before(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, StoreError> {
    let forgotten = tx.execute(
        "DELETE FROM enrolments WHERE expires_at <= $1 AND state NOT IN ('done', 'refused')",
        &[Value::BigInt(now.as_microsecond())],
    )?;
    tx.execute(
        "UPDATE enrolments SET evidence_sealed = NULL, reading_id = NULL, continuation_index = NULL WHERE expires_at <= $1 \
         AND (evidence_sealed IS NOT NULL OR reading_id IS NOT NULL OR continuation_index IS NOT NULL)",
        &[Value::BigInt(now.as_microsecond())],
    )?;
    Ok(forgotten)
}

/// What a state writes into the row.
struct Columns {
    evidence: Option<Vec<u8>>,
    identity: Option<Vec<u8>>,
    decision: Option<String>,
}

impl Columns {
    fn of(keys: &DataKeys, enrolment: &Enrolment) -> Result<Self, StoreError> {
        let place = place(enrolment.id.as_bytes());
        let evidence = kept(&enrolment.state)
            .map_err(|error| place.corrupt("evidence_sealed", error))?
            .map(|kept| seal(keys, enrolment.id, &kept))
            .transpose()?;
        let owned = enrolment.state.owner();
        let decision = match (&enrolment.state, owned) {
            (EnrolmentState::Refused(refused), _) => Some(Decision::Refused {
                rule: refused.rule().to_owned(),
                code: refused.code().to_owned(),
            }),
            (_, Some(owned)) => Some(Decision::Proof {
                proof: owned.proof.clone(),
                had_identity: owned.had_identity,
            }),
            _ => None,
        };
        let decision = decision
            .map(|decision| serde_json::to_string(&decision))
            .transpose()
            .map_err(|error| place.corrupt("decision", error))?;
        Ok(Self {
            evidence,
            identity: owned.map(|owned| owned.identity.as_bytes().to_vec()),
            decision,
        })
    }
}

fn kept(state: &EnrolmentState) -> Result<Option<Kept>, domain::proofing::KeptFault> {
    Ok(Some(match state {
        EnrolmentState::Face { document } | EnrolmentState::WaitingForOfficial { document } => {
            Kept::Document(document.to_kept()?.to_vec())
        }
        EnrolmentState::Number { document, face } => Kept::Face {
            document: document.to_kept()?.to_vec(),
            face: face.evidence().clone(),
        },
        EnrolmentState::UserId { person } => Kept::Person(person.to_kept()?.to_vec()),
        EnrolmentState::Refused(EnrolmentRefused::TooYoung { from }) => Kept::From(*from),
        EnrolmentState::Document
        | EnrolmentState::App(_)
        | EnrolmentState::Done(_)
        | EnrolmentState::Refused(_) => return Ok(None),
    }))
}

fn seal(keys: &DataKeys, id: EnrolmentId, kept: &Kept) -> Result<Vec<u8>, StoreError> {
    let place = place(id.as_bytes());
    let bytes = postcard::to_allocvec(kept)
        .map(Zeroizing::new)
        .map_err(|error| place.corrupt("evidence_sealed", error))?;
    keys.seal
        .seal(&sealed_place(id), &bytes)
        .map_err(|error| place.corrupt("evidence_sealed", error))
}

fn read(keys: &DataKeys, row: &Row<'_>) -> Result<Enrolment, StoreError> {
    let bytes = row.bytes(0)?;
    let place = place(bytes);
    let id: EnrolmentId = place.id("id", bytes)?;
    Ok(Enrolment {
        id,
        way: place.word("way", row.text(1)?)?,
        seat: place.count("seat", row.bigint(3)?)?,
        number_tries: place.count("number_tries", row.bigint(4)?)?,
        begun_at: place.time("begun_at", row.bigint(8)?)?,
        expires_at: place.time("expires_at", row.bigint(9)?)?,
        state: state(keys, place, id, row)?,
    })
}

fn state(
    keys: &DataKeys,
    place: Place<'_>,
    id: EnrolmentId,
    row: &Row<'_>,
) -> Result<EnrolmentState, StoreError> {
    let corrupt = |detail: &str| place.corrupt("evidence_sealed", detail);
    let kept = row
        .opt_bytes(5)?
        .map(|sealed| {
            let bytes = keys
                .seal
                .open(&sealed_place(id), sealed)
                .map_err(|error| place.corrupt("evidence_sealed", error))?;
            postcard::from_bytes::<Kept>(&bytes).map_err(|_| corrupt("unreadable"))
        })
        .transpose()?;
    let decision = row
        .opt_text(7)?
        .map(serde_json::from_str::<Decision>)
        .transpose()
        .map_err(|error| place.corrupt("decision", error))?;
    Ok(match (row.text(2)?, kept, decision) {
        ("document", None, None) => EnrolmentState::Document,
        ("face", Some(Kept::Document(bytes)), None) => EnrolmentState::Face {
            document: document(place, bytes)?,
        },
        ("waiting_for_official", Some(Kept::Document(bytes)), None) => {
            EnrolmentState::WaitingForOfficial {
                document: document(place, bytes)?,
            }
        }
        (
            "number",
            Some(Kept::Face {
                document: bytes,
                face,
            }),
            None,
        ) => EnrolmentState::Number {
            document: document(place, bytes)?,
            face: FaceProved::dangerous_from_kept(face),
        },
        ("user_id", Some(Kept::Person(bytes)), None) => EnrolmentState::UserId {
            person: Box::new(
                ProvenPerson::dangerous_from_kept(&Zeroizing::new(bytes))
                    .map_err(|_| corrupt("unreadable"))?,
            ),
        },
        ("app", None, Some(decision)) => EnrolmentState::App(owned(place, row, decision)?),
        ("done", None, Some(decision)) => EnrolmentState::Done(owned(place, row, decision)?),
        ("refused", kept, Some(Decision::Refused { code, .. })) => {
            EnrolmentState::Refused(refused(place, &code, kept)?)
        }
        _ => return Err(place.corrupt("state", "not a state with its evidence")),
    })
}

fn document(place: Place<'_>, bytes: Vec<u8>) -> Result<Box<VerifiedDocument>, StoreError> {
    VerifiedDocument::dangerous_from_kept(&Zeroizing::new(bytes))
        .map(Box::new)
        .map_err(|_| place.corrupt("evidence_sealed", "unreadable"))
}

fn owned(place: Place<'_>, row: &Row<'_>, decision: Decision) -> Result<Owned, StoreError> {
    let identity = row
        .opt_bytes(6)?
        .ok_or_else(|| place.corrupt("identity_id", "missing"))?;
    let Decision::Proof {
        proof,
        had_identity,
    } = decision
    else {
        return Err(place.corrupt("decision", "not what a proof rests on"));
    };
    Ok(Owned {
        identity: place.id("identity_id", identity)?,
        had_identity,
        proof,
    })
}

fn refused(
    place: Place<'_>,
    code: &str,
    kept: Option<Kept>,
) -> Result<EnrolmentRefused, StoreError> {
    if let Some(Kept::From(from)) = kept {
        return Ok(EnrolmentRefused::TooYoung { from });
    }
    [
        EnrolmentRefused::BirthDateUnknown,
        EnrolmentRefused::Face,
        EnrolmentRefused::NumberTriesUsedUp,
        EnrolmentRefused::RegisterStatus,
    ]
    .into_iter()
    .find(|refused| refused.code() == code)
    .ok_or_else(|| place.corrupt("decision", "not a refusal"))
}

const fn place(id: &[u8]) -> Place<'_> {
    Place {
        table: "enrolments",
        id,
    }
}

fn sealed_place(id: EnrolmentId) -> Vec<u8> {
    [b"enrolments.evidence ", id.as_bytes().as_slice()].concat()
}

fn continuation_index(keys: &DataKeys, code: &ContinuationCode) -> [u8; 32] {
    keys.index.mac(&[b"continuation", code.as_bytes()])
}
