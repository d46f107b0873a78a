//! Cases at a desk. Every change repeats the version that it rests on, so of two officials who decide at once, one wins.

use domain::cpr_number::CprNumber;
use domain::id::{DeskCaseId, IdentityId};
use domain::proofing::desk_case::{Applicant, CaseState, DeskCase, Vouched};
use domain::proofing::documents::Presented;
use domain::secret::Pii;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::person::cpr_index;
use crate::sealing::DataKeys;
use crate::stored::Place;
use crate::{Row, StoreError, Tx, Value};

/// What is sealed of a case.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    cpr: String,
    given: String,
    family: String,
    documents: Vec<Presented>,
    witness_documents: Vec<Presented>,
    vouched: Option<Vouched>,
}

/// A case and its version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCase {
    /// The case.
    pub case: DeskCase,
    /// How often it was changed.
    pub version: i64,
}

/// Adds a case that was just opened.
pub fn insert(tx: &mut Tx<'_>, keys: &DataKeys, case: &DeskCase) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO desk_cases (id, cvr, opened_by, opened_at, person_index, body_sealed, wanted, state, version) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)",
        &[
            Value::Bytes(case.id.as_bytes()),
            Value::Text(&case.cvr),
            Value::Bytes(case.opened_by.as_bytes()),
            Value::BigInt(case.opened_at.as_microsecond()),
            Value::Bytes(&cpr_index(keys, &case.applicant.cpr)),
            Value::Bytes(&sealed(keys, case)?),
            Value::Text(case.wanted.word()),
            Value::Text(case.state.word()),
        ],
    )?;
    Ok(())
}

/// The case with an id.
pub fn find(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    id: DeskCaseId,
) -> Result<Option<StoredCase>, StoreError> {
    tx.query_opt(
        "SELECT id, cvr, opened_by, opened_at, body_sealed, wanted, state, state_by, version FROM desk_cases WHERE id = $1",
        &[Value::Bytes(id.as_bytes())],
        |row| read(keys, row),
    )
}

/// An organisation's newest cases.
pub fn of_organisation(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    cvr: &str,
    limit: u32,
) -> Result<Vec<StoredCase>, StoreError> {
    tx.query(
        "SELECT id, cvr, opened_by, opened_at, body_sealed, wanted, state, state_by, version FROM desk_cases WHERE cvr = $1 \
         ORDER BY opened_at DESC LIMIT $2",
        &[Value::Text(cvr), Value::BigInt(limit.into())],
        |row| read(keys, row),
    )
}

/// Writes a change, if nobody has changed the case since it was read. Gives whether that was so.
pub fn update(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    before: &StoredCase,
    after: &DeskCase,
) -> Result<bool, StoreError> {
    let by = match &after.state {
        CaseState::Open => None,
        CaseState::AwaitsSecond { first: by }
        | CaseState::Accepted { by }
        | CaseState::Refused { by } => Some(by.as_bytes()),
    };
    let hit = tx.execute(
        "UPDATE desk_cases SET body_sealed = $1, wanted = $2, state = $3, state_by = $4, version = version + 1 \
         WHERE id = $5 AND version = $6 AND state = $7",
        &[
            Value::Bytes(&sealed(keys, after)?),
            Value::Text(after.wanted.word()),
            Value::Text(after.state.word()),
            by.map_or(Value::Null, |by| Value::Bytes(by)),
            Value::Bytes(after.id.as_bytes()),
            Value::BigInt(before.version),
            Value::Text(before.case.state.word()),
        ],
    )?;
    Ok(hit == 1)
}

fn sealed(keys: &DataKeys, case: &DeskCase) -> Result<Vec<u8>, StoreError> {
    let place = place(case.id.as_bytes());
    let body = Body {
        cpr: case.applicant.cpr.expose(),
        given: case.applicant.given.expose().clone(),
        family: case.applicant.family.expose().clone(),
        documents: case.documents.clone(),
        witness_documents: case.witness_documents.clone(),
        vouched: case.vouched,
    };
    let json = Zeroizing::new(
        serde_json::to_vec(&body).map_err(|error| place.corrupt("body_sealed", error))?,
    );
    keys.seal
        .seal(&sealed_place(case.id), &json)
        .map_err(|error| place.corrupt("body_sealed", error))
}

fn read(keys: &DataKeys, row: &Row<'_>) -> Result<StoredCase, StoreError> {
    let bytes = row.bytes(0)?;
    let place = place(bytes);
    let id: DeskCaseId = place.id("id", bytes)?;
    let json = keys
        .seal
        .open(&sealed_place(id), row.bytes(4)?)
        .map_err(|error| place.corrupt("body_sealed", error))?;
    let body: Body =
        serde_json::from_slice(&json).map_err(|error| place.corrupt("body_sealed", error))?;
    let cpr = CprNumber::parse(&body.cpr).map_err(|error| place.corrupt("body_sealed", error))?;
    Ok(StoredCase {
        case: DeskCase {
            id,
            cvr: row.text(1)?.to_owned(),
            opened_by: place.id("opened_by", row.bytes(2)?)?,
            opened_at: place.time("opened_at", row.bigint(3)?)?,
            applicant: Applicant {
                cpr,
                given: Pii::new(body.given),
                family: Pii::new(body.family),
            },
            documents: body.documents,
            witness_documents: body.witness_documents,
            vouched: body.vouched,
            wanted: place.word("wanted", row.text(5)?)?,
            state: state(place, row)?,
        },
        version: row.bigint(8)?,
    })
}

fn state(place: Place<'_>, row: &Row<'_>) -> Result<CaseState, StoreError> {
    let by: Option<IdentityId> = row
        .opt_bytes(7)?
        .map(|by| place.id("state_by", by))
        .transpose()?;
    match (row.text(6)?, by) {
        ("open", None) => Ok(CaseState::Open),
        ("awaits_second", Some(first)) => Ok(CaseState::AwaitsSecond { first }),
        ("accepted", Some(by)) => Ok(CaseState::Accepted { by }),
        ("refused", Some(by)) => Ok(CaseState::Refused { by }),
        _ => Err(place.corrupt("state", "not a state of a case")),
    }
}

const fn place(id: &[u8]) -> Place<'_> {
    Place {
        table: "desk_cases",
        id,
    }
}

fn sealed_place(id: DeskCaseId) -> Vec<u8> {
    [b"desk_cases.body ".as_slice(), id.as_bytes()].concat()
}
