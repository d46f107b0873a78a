//! The audit log: events of an identity, appended and never changed (R-SIG-6).

use domain::audit::{Event, What};
use domain::id::IdentityId;
use zeroize::Zeroizing;

use crate::sealing::DataKeys;
use crate::stored::Place;
use crate::{StoreError, Tx, Value};

/// Where a page of the log ended: the key of its last event.
pub type Cursor = [u8; 16];

/// Appends an event. `random` makes two events of one microsecond differ.
pub fn append(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    event: &Event,
    random: [u8; 8],
) -> Result<(), StoreError> {
    let at = event.at.as_microsecond();
    let mut id = [0; 16];
    id[..8].copy_from_slice(&at.to_be_bytes());
    id[8..].copy_from_slice(&random);
    let place = Place {
        table: "events",
        id: &id,
    };
    let json = Zeroizing::new(
        serde_json::to_vec(&event.what).map_err(|error| place.corrupt("body_sealed", error))?,
    );
    let sealed = keys
        .seal
        .seal(&sealed_place(event.identity, &id), &json)
        .map_err(|error| place.corrupt("body_sealed", error))?;
    tx.execute(
        "INSERT INTO events (identity_id, id, at, body_sealed) VALUES ($1, $2, $3, $4)",
        &[
            Value::Bytes(event.identity.as_bytes()),
            Value::Bytes(&id),
            Value::BigInt(at),
            Value::Bytes(&sealed),
        ],
    )?;
    Ok(())
}

/// A page of an identity's log, newest first, from before a cursor.
pub fn page(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    identity: IdentityId,
    before: Option<Cursor>,
    limit: u32,
) -> Result<Vec<(Cursor, Event)>, StoreError> {
    let before = before.unwrap_or([0xff; 16]);
    tx.query(
        "SELECT id, at, body_sealed FROM events WHERE identity_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
        &[Value::Bytes(identity.as_bytes()), Value::Bytes(&before), Value::BigInt(limit.into())],
        |row| {
            let id = row.bytes(0)?;
            let place = Place { table: "events", id };
            let cursor: Cursor = id.try_into().map_err(|error| place.corrupt("id", error))?;
            let json = keys.seal.open(&sealed_place(identity, &cursor), row.bytes(2)?).map_err(|error| place.corrupt("body_sealed", error))?;
            let what: What = serde_json::from_slice(&json).map_err(|error| place.corrupt("body_sealed", error))?;
            Ok((cursor, Event { identity, at: place.time("at", row.bigint(1)?)?, what }))
        },
    )
}

fn sealed_place(identity: IdentityId, id: &Cursor) -> [u8; 39] {
    let mut place = [0; 39];
    place[..7].copy_from_slice(b"events ");
    place[7..23].copy_from_slice(identity.as_bytes());
    place[23..].copy_from_slice(id);
    place
}
