//! Who was witness for whom (R-WIT-2, R-WIT-4). A witness's slots decide how many, whatever runs at the same time.

use domain::cpr_number::CprNumber;
use domain::id::{DeskCaseId, IdentityId};
use jiff::Timestamp;

use crate::person::cpr_index;
use crate::sealing::DataKeys;
use crate::stored::Place;
use crate::{StoreError, Tx, Value};

/// For how many others than this person somebody has been witness after a moment.
pub fn others(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    witness: IdentityId,
    cpr: &CprNumber,
    after: Timestamp,
) -> Result<u32, StoreError> {
    let count = tx.query_one(
        "SELECT COUNT(*) FROM witness_slots WHERE witness_id = $1 AND person_index <> $2 AND at > $3",
        &[
            Value::Bytes(witness.as_bytes()),
            Value::Bytes(&cpr_index(keys, cpr)),
            Value::BigInt(after.as_microsecond()),
        ],
        |row| row.bigint(0),
    )?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Writes that somebody vouches for a person: into the slot that this person has, or one that is free. Gives whether there was one, and the case
/// had no witness yet.
pub fn vouch(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    (witness, case): (IdentityId, DeskCaseId),
    cpr: &CprNumber,
    (slots, now, after): (u32, Timestamp, Timestamp),
) -> Result<bool, StoreError> {
    let index = cpr_index(keys, cpr);
    let stated = tx.execute(
        "INSERT INTO witness_statements (case_id, witness_id, person_index, at) VALUES ($1, $2, $3, $4) ON CONFLICT (case_id) DO NOTHING",
        &[
            Value::Bytes(case.as_bytes()),
            Value::Bytes(witness.as_bytes()),
            Value::Bytes(&index),
            Value::BigInt(now.as_microsecond()),
        ],
    )?;
    if stated != 1 {
        return Ok(false);
    }
    let again = tx.execute(
        "UPDATE witness_slots SET at = $1 WHERE witness_id = $2 AND person_index = $3 AND at > $4",
        &[
            Value::BigInt(now.as_microsecond()),
            Value::Bytes(witness.as_bytes()),
            Value::Bytes(&index),
            Value::BigInt(after.as_microsecond()),
        ],
    )?;
    if again > 0 {
        return Ok(true);
    }
    for slot in 0..slots {
        let hit = tx.execute(
            "INSERT INTO witness_slots (witness_id, slot, person_index, at) VALUES ($1, $2, $3, $4) ON CONFLICT (witness_id, slot) \
             DO UPDATE SET person_index = excluded.person_index, at = excluded.at WHERE witness_slots.at <= $5",
            &[
                Value::Bytes(witness.as_bytes()),
                Value::BigInt(slot.into()),
                Value::Bytes(&index),
                Value::BigInt(now.as_microsecond()),
                Value::BigInt(after.as_microsecond()),
            ],
        )?;
        if hit == 1 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Who vouched in a case.
pub fn of_case(tx: &mut Tx<'_>, case: DeskCaseId) -> Result<Option<IdentityId>, StoreError> {
    tx.query_opt(
        "SELECT witness_id FROM witness_statements WHERE case_id = $1",
        &[Value::Bytes(case.as_bytes())],
        |row| {
            Place {
                table: "witness_statements",
                id: case.as_bytes(),
            }
            .id("witness_id", row.bytes(0)?)
        },
    )
}

/// Whether a person needed a witness in an earlier case (R-WIT-4).
pub fn needed_before(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    cpr: &CprNumber,
    case: DeskCaseId,
) -> Result<bool, StoreError> {
    let count = tx.query_one(
        "SELECT COUNT(*) FROM witness_statements WHERE person_index = $1 AND case_id <> $2",
        &[
            Value::Bytes(&cpr_index(keys, cpr)),
            Value::Bytes(case.as_bytes()),
        ],
        |row| row.bigint(0),
    )?;
    Ok(count > 0)
}

/// Whether an official was ever witness for a person, or that person for the official.
pub fn tied(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    official: IdentityId,
    cpr: &CprNumber,
) -> Result<bool, StoreError> {
    let count = tx.query_one(
        "SELECT (SELECT COUNT(*) FROM witness_statements w WHERE w.witness_id = $1 AND w.person_index = $2) + \
         (SELECT COUNT(*) FROM witness_statements w JOIN identities wi ON wi.id = w.witness_id JOIN persons wp ON wp.id = wi.person_id \
         JOIN identities oi ON oi.id = $3 JOIN persons op ON op.id = oi.person_id \
         WHERE w.person_index = op.number_index AND wp.number_index = $4)",
        &[
            Value::Bytes(official.as_bytes()),
            Value::Bytes(&cpr_index(keys, cpr)),
            Value::Bytes(official.as_bytes()),
            Value::Bytes(&cpr_index(keys, cpr)),
        ],
        |row| row.bigint(0),
    )?;
    Ok(count > 0)
}
