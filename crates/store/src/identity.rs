//! Identities, found by their id or by a keyed index of the user ID.

use domain::assurance::Level;
use domain::id::{IdentityId, PersonId};
use domain::identity::{Identity, IdentityEvent, Settings};
use domain::proofing::NewIdentity;
use domain::user_id::{self, UserId};

use crate::sealing::DataKeys;
use crate::stored::Place;
use crate::{Row, StoreError, Tx, Value};

/// Adds a person and the identity that was made for them. A user ID that is taken, or a person who is there already, is a
/// [`StoreError::UniqueViolation`] (R-UID-1, R-PER-1).
pub fn open(tx: &mut Tx<'_>, keys: &DataKeys, new: &NewIdentity) -> Result<(), StoreError> {
    crate::person::insert(tx, keys, new.person())?;
    dangerous_insert_unproven(tx, keys, new.identity())
}

/// The identity of a person, whatever its state (R-PER-1).
pub fn of_person(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    person: PersonId,
) -> Result<Option<Identity>, StoreError> {
    tx.query_opt(
        "SELECT id, person_id, user_id_sealed, state, ial, typed_code_from, hide_service_names, created_at FROM identities WHERE person_id = $1",
        &[Value::Bytes(person.as_bytes())],
        |row| read_at(keys, row, 0),
    )
}

/// Writes that the holder was identified better than before. What was better already stays.
pub fn raise_ial(tx: &mut Tx<'_>, identity: &Identity, ial: Level) -> Result<(), StoreError> {
    if ial <= identity.ial {
        return Ok(());
    }
    tx.execute(
        "UPDATE identities SET ial = $1 WHERE id = $2 AND ial = $3",
        &[
            Value::Text(ial.word()),
            Value::Bytes(identity.id.as_bytes()),
            Value::Text(identity.ial.word()),
        ],
    )?;
    Ok(())
}

/// Adds an identity of which nobody proved whose it is: for the demo's people and for tests. Everybody else goes through [`open`].
pub fn dangerous_insert_unproven(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    identity: &Identity,
) -> Result<(), StoreError> {
    let place = Place {
        table: "identities",
        id: identity.id.as_bytes(),
    };
    let sealed = keys
        .seal
        .seal(
            &sealed_place(identity.id),
            identity.user_id.expose().as_bytes(),
        )
        .map_err(|error| place.corrupt("user_id_sealed", error))?;
    tx.execute(
        "INSERT INTO identities (id, person_id, user_id_index, user_id_sealed, state, ial, typed_code_from, hide_service_names, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            Value::Bytes(identity.id.as_bytes()),
            Value::Bytes(identity.person.as_bytes()),
            Value::Bytes(&user_id_index(keys, identity.user_id.expose())),
            Value::Bytes(&sealed),
            Value::Text(identity.state.word()),
            Value::Text(identity.ial.word()),
            identity.settings.typed_code_from.map_or(Value::Null, |from| Value::BigInt(from.as_microsecond())),
            Value::BigInt(identity.settings.hide_service_names.into()),
            Value::BigInt(identity.created_at.as_microsecond()),
        ],
    )?;
    Ok(())
}

/// The identity with an id.
pub fn find(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    id: IdentityId,
) -> Result<Option<Identity>, StoreError> {
    let found = tx.query_opt(
        "SELECT id, person_id, user_id_sealed, state, ial, typed_code_from, hide_service_names, created_at FROM identities WHERE id = $1",
        &[Value::Bytes(id.as_bytes())],
        |row| read_at(keys, row, 0),
    )?;
    Ok(found)
}

/// Whether an id is of an identity, and not of a decoy (R-UID-2).
pub fn exists(tx: &mut Tx<'_>, id: IdentityId) -> Result<bool, StoreError> {
    let found = tx.query_opt(
        "SELECT 1 FROM identities WHERE id = $1",
        &[Value::Bytes(id.as_bytes())],
        |row| row.bigint(0),
    )?;
    Ok(found.is_some())
}

/// The id behind a user ID that somebody typed, whatever they typed.
pub fn find_id(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    typed: &str,
) -> Result<Option<IdentityId>, StoreError> {
    tx.query_opt(
        "SELECT id FROM identities WHERE user_id_index = $1",
        &[Value::Bytes(&user_id_index(keys, typed))],
        |row| {
            let id = row.bytes(0)?;
            Place {
                table: "identities",
                id,
            }
            .id("id", id)
        },
    )
}

/// Writes a step of the life cycle, if the identity is still where it was read. Gives whether it was.
pub fn advance(
    tx: &mut Tx<'_>,
    identity: &Identity,
    event: IdentityEvent,
) -> Result<bool, StoreError> {
    let Some(next) = identity.state.after(event) else {
        return Ok(false);
    };
    if next == identity.state {
        return Ok(true);
    }
    let hit = tx.execute(
        "UPDATE identities SET state = $1 WHERE id = $2 AND state = $3",
        &[
            Value::Text(next.word()),
            Value::Bytes(identity.id.as_bytes()),
            Value::Text(identity.state.word()),
        ],
    )?;
    Ok(hit == 1)
}

/// Writes what the holder has chosen.
pub fn set_settings(tx: &mut Tx<'_>, id: IdentityId, settings: Settings) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE identities SET typed_code_from = $1, hide_service_names = $2 WHERE id = $3",
        &[
            settings
                .typed_code_from
                .map_or(Value::Null, |from| Value::BigInt(from.as_microsecond())),
            Value::BigInt(settings.hide_service_names.into()),
            Value::Bytes(id.as_bytes()),
        ],
    )?;
    Ok(())
}

/// Reads an identity whose columns begin at `first`.
pub(crate) fn read_at(
    keys: &DataKeys,
    row: &Row<'_>,
    first: usize,
) -> Result<Identity, StoreError> {
    let id = row.bytes(first)?;
    let place = Place {
        table: "identities",
        id,
    };
    let id: IdentityId = place.id("id", id)?;
    let typed = keys
        .seal
        .open(&sealed_place(id), row.bytes(first + 2)?)
        .map_err(|error| place.corrupt("user_id_sealed", error))?;
    let typed =
        std::str::from_utf8(&typed).map_err(|error| place.corrupt("user_id_sealed", error))?;
    Ok(Identity {
        id,
        person: place.id("person_id", row.bytes(first + 1)?)?,
        user_id: UserId::parse(typed).map_err(|error| place.corrupt("user_id_sealed", error))?,
        state: place.word("state", row.text(first + 3)?)?,
        ial: place.word("ial", row.text(first + 4)?)?,
        settings: Settings {
            typed_code_from: row
                .opt_bigint(first + 5)?
                .map(|micros| place.time("typed_code_from", micros))
                .transpose()?,
            hide_service_names: row.bigint(first + 6)? != 0,
        },
        created_at: place.time("created_at", row.bigint(first + 7)?)?,
    })
}

fn sealed_place(id: IdentityId) -> Vec<u8> {
    [b"identities.user_id ", id.as_bytes().as_slice()].concat()
}

fn user_id_index(keys: &DataKeys, typed: &str) -> [u8; 32] {
    keys.index
        .mac(&[b"user_id", user_id::canonical(typed).as_bytes()])
}
