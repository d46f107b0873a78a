//! Offices of Citizen Service (R-BOK-1). All of it is public.

use domain::appointment::{Office, OfficeId};
use jiff::Timestamp;

use crate::stored::Place;
use crate::{Row, StoreError, Tx, Value};

/// Adds an office, or puts it in the place of the one with the same id.
pub fn put(tx: &mut Tx<'_>, office: &Office, now: Timestamp) -> Result<(), StoreError> {
    let document = serde_json::to_string(office)
        .map_err(|error| place(office.id.as_str()).corrupt("document", error))?;
    tx.execute(
        "INSERT INTO offices (id, organisation, document, updated_at) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO UPDATE \
         SET organisation = excluded.organisation, document = excluded.document, updated_at = excluded.updated_at",
        &[
            Value::Text(office.id.as_str()),
            Value::Text(&office.organisation),
            Value::Text(&document),
            Value::BigInt(now.as_microsecond()),
        ],
    )?;
    Ok(())
}

/// Every office, in the order of their ids.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Office>, StoreError> {
    tx.query("SELECT id, document FROM offices ORDER BY id", &[], read)
}

/// The offices of an organisation, by its CVR number.
pub fn of_organisation(tx: &mut Tx<'_>, organisation: &str) -> Result<Vec<Office>, StoreError> {
    tx.query(
        "SELECT id, document FROM offices WHERE organisation = $1 ORDER BY id",
        &[Value::Text(organisation)],
        read,
    )
}

/// One office.
pub fn find(tx: &mut Tx<'_>, id: &OfficeId) -> Result<Option<Office>, StoreError> {
    tx.query_opt(
        "SELECT id, document FROM offices WHERE id = $1",
        &[Value::Text(id.as_str())],
        read,
    )
}

fn read(row: &Row<'_>) -> Result<Office, StoreError> {
    let id = row.text(0)?;
    serde_json::from_str(row.text(1)?).map_err(|error| place(id).corrupt("document", error))
}

const fn place(id: &str) -> Place<'_> {
    Place {
        table: "offices",
        id: id.as_bytes(),
    }
}
