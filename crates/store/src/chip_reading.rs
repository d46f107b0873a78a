//! Readings of documents' chips (R-DOC-6): what they are opened with and what was read lie sealed, and only until they expire.

use domain::id::{ChipReadingId, RelayId};
use domain::proofing::{ChipReading, ChipReadingState, KeptStep, RelayLease, VerifiedDocument};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::sealing::DataKeys;
use crate::stored::Place;
use crate::{Row, StoreError, Tx, Value};

/// A reading as it is stored.
#[derive(Clone)]
pub struct StoredChipReading {
    /// What the domain knows of it.
    pub reading: ChipReading,
    /// SHA-256 of the token that the next relay must bring.
    pub token_hash: [u8; 32],
    /// What opens the chip, in the server's own form, until it has been read.
    pub access: Option<Zeroizing<Vec<u8>>>,
    /// How far the present relay is, or the last one was.
    pub progress: Option<Progress>,
    /// The name of the fault that ended the last relay.
    pub last_fault: Option<String>,
}

/// How far a relay is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The file's name in the standard, such as `DG2`.
    pub file: String,
    /// Hundredths of the file that are read.
    pub percent: u32,
}

/// What came of a reading, as it is sealed.
#[derive(Serialize, Deserialize)]
struct Kept {
    steps: Vec<KeptStep>,
    document: Option<Vec<u8>>,
}

/// Adds a reading that has just begun.
pub fn insert(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    reading: &ChipReading,
    access: &[u8],
    token_hash: &[u8; 32],
) -> Result<(), StoreError> {
    let place = place(reading.id.as_bytes());
    let sealed = keys
        .seal
        .seal(&sealed_place(*b"access", reading.id), access)
        .map_err(|error| place.corrupt("access_sealed", error))?;
    tx.execute(
        "INSERT INTO chip_readings (id, token_hash, access_sealed, state, relays, begun_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &[
            Value::Bytes(reading.id.as_bytes()),
            Value::Bytes(token_hash),
            Value::Bytes(&sealed),
            Value::Text(reading.word()),
            Value::BigInt(reading.relays.into()),
            Value::BigInt(reading.begun_at.as_microsecond()),
            Value::BigInt(reading.expires_at.as_microsecond()),
        ],
    )?;
    Ok(())
}

/// A reading that has not expired.
pub fn find(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    id: ChipReadingId,
    now: Timestamp,
) -> Result<Option<StoredChipReading>, StoreError> {
    tx.query_opt(
        "SELECT id, token_hash, access_sealed, state, relays, relay_id, relay_until, progress, last_fault, result_sealed, begun_at, \
         expires_at FROM chip_readings WHERE id = $1 AND expires_at > $2",
        &[Value::Bytes(id.as_bytes()), Value::BigInt(now.as_microsecond())],
        |row| read(keys, row),
    )
}

/// Writes that a relay begins, if nothing has happened since the reading was read. The token is used up, and `next` stands in its place.
pub fn begin_relay(
    tx: &mut Tx<'_>,
    before: &StoredChipReading,
    after: &ChipReading,
    next: &[u8; 32],
) -> Result<bool, StoreError> {
    let ChipReadingState::Open { lease: Some(lease) } = &after.state else {
        return Ok(false);
    };
    let hit = tx.execute(
        "UPDATE chip_readings SET token_hash = $1, relays = $2, relay_id = $3, relay_until = $4, progress = NULL \
         WHERE id = $5 AND state = 'open' AND token_hash = $6 AND relays = $7",
        &[
            Value::Bytes(next),
            Value::BigInt(after.relays.into()),
            Value::Bytes(lease.relay.as_bytes()),
            Value::BigInt(lease.until.as_microsecond()),
            Value::Bytes(after.id.as_bytes()),
            Value::Bytes(&before.token_hash),
            Value::BigInt(before.reading.relays.into()),
        ],
    )?;
    Ok(hit == 1)
}

/// Puts another token in the place of the one that the next relay had to bring. Gives whether the reading is still open.
pub fn renew_token(
    tx: &mut Tx<'_>,
    id: ChipReadingId,
    token_hash: &[u8; 32],
    now: Timestamp,
) -> Result<bool, StoreError> {
    let hit = tx.execute(
        "UPDATE chip_readings SET token_hash = $1 WHERE id = $2 AND state = 'open' AND expires_at > $3",
        &[Value::Bytes(token_hash), Value::Bytes(id.as_bytes()), Value::BigInt(now.as_microsecond())],
    )?;
    Ok(hit == 1)
}

/// A sign of life of a relay, and how far it is. Gives whether the relay is still the one.
pub fn keep_alive(
    tx: &mut Tx<'_>,
    id: ChipReadingId,
    lease: RelayLease,
    progress: Option<&Progress>,
) -> Result<bool, StoreError> {
    let progress = progress.map(|progress| format!("{} {}", progress.file, progress.percent));
    let hit = tx.execute(
        "UPDATE chip_readings SET relay_until = $1, progress = COALESCE($2, progress) WHERE id = $3 AND state = 'open' AND relay_id = $4",
        &[
            Value::BigInt(lease.until.as_microsecond()),
            Value::from(progress.as_ref()),
            Value::Bytes(id.as_bytes()),
            Value::Bytes(lease.relay.as_bytes()),
        ],
    )?;
    Ok(hit == 1)
}

/// A relay ended before the chip was read. Gives whether it was still the one.
pub fn end_relay(
    tx: &mut Tx<'_>,
    id: ChipReadingId,
    relay: RelayId,
    fault: &str,
) -> Result<bool, StoreError> {
    let hit = tx.execute(
        "UPDATE chip_readings SET relay_id = NULL, relay_until = NULL, last_fault = $1 WHERE id = $2 AND state = 'open' AND relay_id = $3",
        &[Value::Text(fault), Value::Bytes(id.as_bytes()), Value::Bytes(relay.as_bytes())],
    )?;
    Ok(hit == 1)
}

/// The chip was read through a relay: keeps what came of it, and forgets what opened the chip. Gives whether the relay was still the one.
pub fn finish(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    finished: &ChipReading,
    relay: RelayId,
) -> Result<bool, StoreError> {
    let place = place(finished.id.as_bytes());
    let (steps, document) = match &finished.state {
        ChipReadingState::Open { .. } => return Ok(false),
        ChipReadingState::Verified { document, steps } => (steps, Some(document)),
        ChipReadingState::Refused { steps } => (steps, None),
    };
    let document = document
        .map(|document| document.to_kept())
        .transpose()
        .map_err(|error| place.corrupt("result_sealed", error))?;
    let kept = Kept {
        steps: steps.clone(),
        document: document.map(|bytes| bytes.to_vec()),
    };
    let bytes = postcard::to_allocvec(&kept)
        .map(Zeroizing::new)
        .map_err(|error| place.corrupt("result_sealed", error))?;
    let sealed = keys
        .seal
        .seal(&sealed_place(*b"result", finished.id), &bytes)
        .map_err(|error| place.corrupt("result_sealed", error))?;
    let hit = tx.execute(
        "UPDATE chip_readings SET state = $1, result_sealed = $2, access_sealed = NULL, relay_id = NULL, relay_until = NULL, \
         last_fault = NULL WHERE id = $3 AND state = 'open' AND relay_id = $4",
        &[
            Value::Text(finished.word()),
            Value::Bytes(&sealed),
            Value::Bytes(finished.id.as_bytes()),
            Value::Bytes(relay.as_bytes()),
        ],
    )?;
    Ok(hit == 1)
}

/// Forgets readings that have expired, with everything that was read. Gives how many.
pub fn forget_before(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, StoreError> {
    tx.execute(
        "DELETE FROM chip_readings WHERE expires_at <= $1",
        &[Value::BigInt(now.as_microsecond())],
    )
}

fn read(keys: &DataKeys, row: &Row<'_>) -> Result<StoredChipReading, StoreError> {
    let bytes = row.bytes(0)?;
    let place = place(bytes);
    let id: ChipReadingId = place.id("id", bytes)?;
    let access = row
        .opt_bytes(2)?
        .map(|sealed| keys.seal.open(&sealed_place(*b"access", id), sealed))
        .transpose()
        .map_err(|error| place.corrupt("access_sealed", error))?;
    Ok(StoredChipReading {
        reading: ChipReading {
            id,
            begun_at: place.time("begun_at", row.bigint(10)?)?,
            expires_at: place.time("expires_at", row.bigint(11)?)?,
            relays: place.count("relays", row.bigint(4)?)?,
            state: state(keys, place, id, row)?,
        },
        token_hash: row
            .bytes(1)?
            .try_into()
            .map_err(|error| place.corrupt("token_hash", error))?,
        access,
        progress: row
            .opt_text(7)?
            .map(|text| progress(place, text))
            .transpose()?,
        last_fault: row.opt_text(8)?.map(str::to_owned),
    })
}

fn state(
    keys: &DataKeys,
    place: Place<'_>,
    id: ChipReadingId,
    row: &Row<'_>,
) -> Result<ChipReadingState, StoreError> {
    let word = row.text(3)?;
    if word == "open" {
        return Ok(ChipReadingState::Open {
            lease: lease(place, row)?,
        });
    }
    let corrupt = |detail: &str| place.corrupt("result_sealed", detail);
    let sealed = row.opt_bytes(9)?.ok_or_else(|| corrupt("missing"))?;
    let bytes = keys
        .seal
        .open(&sealed_place(*b"result", id), sealed)
        .map_err(|error| place.corrupt("result_sealed", error))?;
    let kept: Kept = postcard::from_bytes(&bytes).map_err(|_| corrupt("unreadable"))?;
    match (word, kept.document) {
        ("verified", Some(document)) => Ok(ChipReadingState::Verified {
            document: Box::new(
                VerifiedDocument::dangerous_from_kept(&Zeroizing::new(document))
                    .map_err(|_| corrupt("unreadable"))?,
            ),
            steps: kept.steps,
        }),
        ("refused", None) => Ok(ChipReadingState::Refused { steps: kept.steps }),
        _ => Err(place.corrupt("state", "not a state of a reading")),
    }
}

fn lease(place: Place<'_>, row: &Row<'_>) -> Result<Option<RelayLease>, StoreError> {
    match (row.opt_bytes(5)?, row.opt_bigint(6)?) {
        (Some(relay), Some(until)) => Ok(Some(RelayLease {
            relay: place.id("relay_id", relay)?,
            until: place.time("relay_until", until)?,
        })),
        (None, None) => Ok(None),
        _ => Err(place.corrupt("relay_until", "a relay without an end, or the reverse")),
    }
}

fn progress(place: Place<'_>, text: &str) -> Result<Progress, StoreError> {
    let (file, percent) = text
        .split_once(' ')
        .ok_or_else(|| place.corrupt("progress", "no number"))?;
    Ok(Progress {
        file: file.to_owned(),
        percent: place.word("progress", percent)?,
    })
}

const fn place(id: &[u8]) -> Place<'_> {
    Place {
        table: "chip_readings",
        id,
    }
}

fn sealed_place(column: [u8; 6], id: ChipReadingId) -> [u8; 37] {
    let mut place = [0; 37];
    place[..14].copy_from_slice(b"chip_readings ");
    place[14..20].copy_from_slice(&column);
    place[20] = b' ';
    place[21..].copy_from_slice(id.as_bytes());
    place
}
