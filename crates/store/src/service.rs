//! Registered services, as documents that the provider reads.

use jiff::Timestamp;

use crate::{StoreError, Tx, Value};

/// Adds a service or replaces what is registered under its `client_id`.
pub fn put(
    tx: &mut Tx<'_>,
    client_id: &str,
    document: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO services (client_id, document, updated_at) VALUES ($1, $2, $3) \
         ON CONFLICT (client_id) DO UPDATE SET document = excluded.document, updated_at = excluded.updated_at",
        &[Value::Text(client_id), Value::Text(document), Value::BigInt(now.as_microsecond())],
    )?;
    Ok(())
}

/// Every registered service: `client_id` and document.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<(String, String)>, StoreError> {
    tx.query(
        "SELECT client_id, document FROM services ORDER BY client_id",
        &[],
        |row| Ok((row.text(0)?.to_owned(), row.text(1)?.to_owned())),
    )
}
