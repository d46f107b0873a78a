//! Officials: which identities may act at a desk, for whom and as what.

use domain::desk::{Official, Organisation};
use domain::id::IdentityId;
use jiff::Timestamp;

use crate::stored::Place;
use crate::{Row, StoreError, Tx, Value};

/// Makes somebody an official, or changes what they are.
pub fn put(tx: &mut Tx<'_>, official: &Official, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO officials (identity_id, cvr, municipality_code, municipality_name, office, role, added_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (identity_id) DO UPDATE SET cvr = excluded.cvr, \
         municipality_code = excluded.municipality_code, municipality_name = excluded.municipality_name, office = excluded.office, \
         role = excluded.role",
        &[
            Value::Bytes(official.identity.as_bytes()),
            Value::Text(&official.organisation.cvr),
            Value::Text(&official.organisation.municipality_code),
            Value::Text(&official.organisation.name),
            Value::Text(&official.office),
            Value::Text(official.role.word()),
            Value::BigInt(now.as_microsecond()),
        ],
    )?;
    Ok(())
}

/// Takes the role away. Gives whether there was one.
pub fn remove(tx: &mut Tx<'_>, identity: IdentityId) -> Result<bool, StoreError> {
    let hit = tx.execute(
        "DELETE FROM officials WHERE identity_id = $1",
        &[Value::Bytes(identity.as_bytes())],
    )?;
    Ok(hit == 1)
}

/// The official that an identity is, while that identity is in use (R-PER-6).
pub fn find(tx: &mut Tx<'_>, identity: IdentityId) -> Result<Option<Official>, StoreError> {
    tx.query_opt(
        "SELECT o.identity_id, o.cvr, o.municipality_code, o.municipality_name, o.office, o.role FROM officials o \
         JOIN identities i ON i.id = o.identity_id AND i.state = 'active' WHERE o.identity_id = $1",
        &[Value::Bytes(identity.as_bytes())],
        read,
    )
}

/// Everybody who is an official, by organisation and office.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Official>, StoreError> {
    tx.query(
        "SELECT identity_id, cvr, municipality_code, municipality_name, office, role FROM officials \
         ORDER BY cvr, office, role, identity_id",
        &[],
        read,
    )
}

fn read(row: &Row<'_>) -> Result<Official, StoreError> {
    let id = row.bytes(0)?;
    let place = Place {
        table: "officials",
        id,
    };
    Ok(Official {
        identity: place.id("identity_id", id)?,
        organisation: Organisation::new(row.text(1)?, row.text(2)?, row.text(3)?)
            .map_err(|error| place.corrupt("cvr", error))?,
        office: row.text(4)?.to_owned(),
        role: place.word("role", row.text(5)?)?,
    })
}
