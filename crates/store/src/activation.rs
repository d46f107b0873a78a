//! Activation codes that were sent (R-AUT-5): only keyed hashes of them are stored.

use domain::activation::{Activation, CodesProved};
use domain::id::IdentityId;
use jiff::Timestamp;

use crate::stored::Place;
use crate::{Row, StoreError, Tx, Value};

/// An activation as it is stored.
#[derive(Debug, Clone)]
pub struct StoredActivation {
    /// What the domain knows of it.
    pub activation: Activation,
    /// The first three characters of the letter code: which letter, and no secret.
    pub selector: String,
    /// Keyed hash of the letter code.
    pub letter_hash: [u8; 32],
    /// Keyed hash of the SMS code.
    pub sms_hash: [u8; 32],
}

/// Adds an activation, and takes the identity's older ones out of use: only the newest codes work.
pub fn insert(tx: &mut Tx<'_>, stored: &StoredActivation) -> Result<(), StoreError> {
    let activation = &stored.activation;
    tx.execute(
        "DELETE FROM activations WHERE identity_id = $1 AND used_at IS NULL",
        &[Value::Bytes(activation.identity.as_bytes())],
    )?;
    tx.execute(
        "INSERT INTO activations (identity_id, id, selector, letter_hash, sms_hash, wrong_entries, sent_at, used_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, NULL)",
        &[
            Value::Bytes(activation.identity.as_bytes()),
            Value::Bytes(activation.id.as_bytes()),
            Value::Text(&stored.selector),
            Value::Bytes(&stored.letter_hash),
            Value::Bytes(&stored.sms_hash),
            Value::BigInt(activation.wrong_entries.into()),
            Value::BigInt(activation.sent_at.as_microsecond()),
        ],
    )?;
    Ok(())
}

/// The newest activation of an identity.
pub fn newest(
    tx: &mut Tx<'_>,
    identity: IdentityId,
) -> Result<Option<StoredActivation>, StoreError> {
    tx.query_opt(
        "SELECT identity_id, id, selector, letter_hash, sms_hash, wrong_entries, sent_at, used_at FROM activations WHERE identity_id = $1 \
         ORDER BY sent_at DESC, id LIMIT 1",
        &[Value::Bytes(identity.as_bytes())],
        read,
    )
}

/// Counts an entry before it is checked, and takes the row for this transaction. Gives the activation as it was before.
pub fn take(
    tx: &mut Tx<'_>,
    identity: IdentityId,
    selector: &str,
) -> Result<Option<StoredActivation>, StoreError> {
    let counted = tx.query_opt(
        "UPDATE activations SET wrong_entries = wrong_entries + 1 WHERE identity_id = $1 AND selector = $2 AND used_at IS NULL \
         RETURNING identity_id, id, selector, letter_hash, sms_hash, wrong_entries - 1, sent_at, used_at",
        &[Value::Bytes(identity.as_bytes()), Value::Text(selector)],
        read,
    )?;
    Ok(counted)
}

/// Takes back what [`take`] counted: the entry was right.
pub fn forgive(tx: &mut Tx<'_>, proved: &CodesProved) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE activations SET wrong_entries = wrong_entries - 1 WHERE identity_id = $1 AND id = $2 AND wrong_entries > 0",
        &[Value::Bytes(proved.identity().as_bytes()), Value::Bytes(proved.activation().as_bytes())],
    )?;
    Ok(())
}

/// Whether an activation's codes are still to be used up.
pub fn is_unused(
    tx: &mut Tx<'_>,
    identity: IdentityId,
    id: domain::id::ActivationId,
) -> Result<bool, StoreError> {
    let found = tx.query_opt(
        "SELECT 1 FROM activations WHERE identity_id = $1 AND id = $2 AND used_at IS NULL",
        &[
            Value::Bytes(identity.as_bytes()),
            Value::Bytes(id.as_bytes()),
        ],
        |row| row.bigint(0),
    )?;
    Ok(found.is_some())
}

/// Uses the codes up, once. Gives whether they were still unused.
pub fn use_up(
    tx: &mut Tx<'_>,
    identity: IdentityId,
    id: domain::id::ActivationId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let hit = tx.execute(
        "UPDATE activations SET used_at = $1 WHERE identity_id = $2 AND id = $3 AND used_at IS NULL",
        &[Value::BigInt(now.as_microsecond()), Value::Bytes(identity.as_bytes()), Value::Bytes(id.as_bytes())],
    )?;
    Ok(hit == 1)
}

fn read(row: &Row<'_>) -> Result<StoredActivation, StoreError> {
    let id = row.bytes(1)?;
    let place = Place {
        table: "activations",
        id,
    };
    Ok(StoredActivation {
        activation: Activation {
            id: place.id("id", id)?,
            identity: place.id("identity_id", row.bytes(0)?)?,
            wrong_entries: place.count("wrong_entries", row.bigint(5)?)?,
            sent_at: place.time("sent_at", row.bigint(6)?)?,
            used: row.opt_bigint(7)?.is_some(),
        },
        selector: row.text(2)?.to_owned(),
        letter_hash: row
            .bytes(3)?
            .try_into()
            .map_err(|error| place.corrupt("letter_hash", error))?,
        sms_hash: row
            .bytes(4)?
            .try_into()
            .map_err(|error| place.corrupt("sms_hash", error))?,
    })
}
