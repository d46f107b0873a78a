//! What may be used once, and what has been revoked before its time: a unique key decides, never an earlier read.

use jiff::Timestamp;

use crate::{StoreError, Tx, Value};

/// Uses something up until a time. Gives whether it was unused.
pub fn claim(
    tx: &mut Tx<'_>,
    kind: &'static str,
    digest: &[u8; 32],
    expires_at: Timestamp,
) -> Result<bool, StoreError> {
    let hit = tx.execute(
        "INSERT INTO used_once (kind, digest, expires_at) VALUES ($1, $2, $3) ON CONFLICT (kind, digest) DO NOTHING",
        &[Value::Text(kind), Value::Bytes(digest), Value::BigInt(expires_at.as_microsecond())],
    )?;
    Ok(hit == 1)
}

/// Whether something has been used up.
pub fn is_claimed(
    tx: &mut Tx<'_>,
    kind: &'static str,
    digest: &[u8; 32],
) -> Result<bool, StoreError> {
    let found = tx.query_opt(
        "SELECT 1 FROM used_once WHERE kind = $1 AND digest = $2",
        &[Value::Text(kind), Value::Bytes(digest)],
        |row| row.bigint(0),
    )?;
    Ok(found.is_some())
}

/// Forgets what has ended. Gives how many.
pub fn forget_before(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, StoreError> {
    tx.execute(
        "DELETE FROM used_once WHERE expires_at < $1",
        &[Value::BigInt(now.as_microsecond())],
    )
}
