//! What was done at a desk: appended under the official's identity, and never changed.

use domain::desk::Official;
use domain::id::{DeskCaseId, IdentityId};
use jiff::Timestamp;

use crate::sealing::DataKeys;
use crate::stored::Place;
use crate::{Row, StoreError, Tx, Value};

/// One act of an official.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Act<'a> {
    /// What was done, in one word of ours: `case_opened`, `document_added`, `case_accepted`.
    pub act: &'static str,
    /// In which case.
    pub case: Option<DeskCaseId>,
    /// The rule under which it was done, where one decided.
    pub rule: Option<&'a str>,
    /// Why, in the official's own words or ours. It may be personal, and is sealed.
    pub reason: Option<&'a str>,
}

impl Act<'_> {
    /// An act in a case, without more to say.
    pub const fn in_case(act: &'static str, case: DeskCaseId) -> Self {
        Self {
            act,
            case: Some(case),
            rule: None,
            reason: None,
        }
    }

    /// An act that belongs to no case.
    pub const fn alone(act: &'static str) -> Self {
        Self {
            act,
            case: None,
            rule: None,
            reason: None,
        }
    }
}

/// One act, as it is read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedAct {
    /// Who did it.
    pub official: IdentityId,
    /// For which organisation.
    pub cvr: String,
    /// When.
    pub at: Timestamp,
    /// What.
    pub act: String,
    /// In which case.
    pub case: Option<DeskCaseId>,
    /// Under which rule.
    pub rule: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

/// Appends an act under the official's identity. `random` makes two acts of one microsecond differ.
pub fn record(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    official: &Official,
    act: &Act<'_>,
    (now, random): (Timestamp, [u8; 8]),
) -> Result<(), StoreError> {
    let at = now.as_microsecond();
    let mut id = [0; 16];
    id[..8].copy_from_slice(&at.to_be_bytes());
    id[8..].copy_from_slice(&random);
    let place = place(&id);
    let reason = act
        .reason
        .map(|reason| {
            keys.seal
                .seal(&sealed_place(official.identity, &id), reason.as_bytes())
        })
        .transpose()
        .map_err(|error| place.corrupt("reason_sealed", error))?;
    tx.execute(
        "INSERT INTO desk_acts (official_id, id, cvr, case_id, act, rule, reason_sealed, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            Value::Bytes(official.identity.as_bytes()),
            Value::Bytes(&id),
            Value::Text(&official.organisation.cvr),
            act.case.as_ref().map_or(Value::Null, |case| Value::Bytes(case.as_bytes())),
            Value::Text(act.act),
            Value::from(act.rule),
            reason.as_deref().map_or(Value::Null, Value::Bytes),
            Value::BigInt(at),
        ],
    )?;
    Ok(())
}

/// What was done in a case, oldest first.
pub fn of_case(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    case: DeskCaseId,
) -> Result<Vec<RecordedAct>, StoreError> {
    tx.query(
        "SELECT official_id, id, cvr, case_id, act, rule, reason_sealed, at FROM desk_acts WHERE case_id = $1 ORDER BY id",
        &[Value::Bytes(case.as_bytes())],
        |row| read(keys, row),
    )
}

/// What an official did, newest first.
pub fn of_official(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    official: IdentityId,
    limit: u32,
) -> Result<Vec<RecordedAct>, StoreError> {
    tx.query(
        "SELECT official_id, id, cvr, case_id, act, rule, reason_sealed, at FROM desk_acts WHERE official_id = $1 ORDER BY id DESC LIMIT $2",
        &[Value::Bytes(official.as_bytes()), Value::BigInt(limit.into())],
        |row| read(keys, row),
    )
}

fn read(keys: &DataKeys, row: &Row<'_>) -> Result<RecordedAct, StoreError> {
    let id = row.bytes(1)?;
    let place = place(id);
    let official: IdentityId = place.id("official_id", row.bytes(0)?)?;
    let key: [u8; 16] = id.try_into().map_err(|error| place.corrupt("id", error))?;
    let corrupt = |error: &dyn std::fmt::Display| place.corrupt("reason_sealed", error);
    let reason = row
        .opt_bytes(6)?
        .map(|sealed| {
            let bytes = keys
                .seal
                .open(&sealed_place(official, &key), sealed)
                .map_err(|error| corrupt(&error))?;
            String::from_utf8(bytes.to_vec()).map_err(|error| corrupt(&error))
        })
        .transpose()?;
    Ok(RecordedAct {
        official,
        cvr: row.text(2)?.to_owned(),
        at: place.time("at", row.bigint(7)?)?,
        act: row.text(4)?.to_owned(),
        case: row
            .opt_bytes(3)?
            .map(|case| place.id("case_id", case))
            .transpose()?,
        rule: row.opt_text(5)?.map(str::to_owned),
        reason,
    })
}

const fn place(id: &[u8]) -> Place<'_> {
    Place {
        table: "desk_acts",
        id,
    }
}

fn sealed_place(official: IdentityId, id: &[u8; 16]) -> Vec<u8> {
    [
        b"desk_acts.reason ".as_slice(),
        official.as_bytes(),
        b" ",
        id,
    ]
    .concat()
}
