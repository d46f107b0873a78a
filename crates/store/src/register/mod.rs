//! The population register: entries sealed to their rows and found by a keyed index of their number (R-CPR-5).
//!
//! Which rows hold is one row's word ([`Held`]), so an import is there entirely or not at all.

mod import;
mod kept;
mod state;

pub use import::{
    Began, Import, IndexCursor, Streets, advance_import, begin_import, current_import, drop_index,
    drop_rows, drop_superseded, forget_import, index_rows, last_done, met_persons, put_streets,
    streets, switch_to, write_rows,
};
pub use state::{GIVEN_UP, ImportKind, ImportState, UnknownWord};

use domain::cpr_number::CprNumber;
use domain::register::RegisterEntry;
use jiff::civil::Date;

use crate::sealing::DataKeys;
use crate::stored::Place;
use crate::{StoreError, Tx, Value};

/// Which imports hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// The import of a whole register.
    pub base: i64,
    /// The latest import of changes to it; the same as `base` where there is none.
    pub head: i64,
    /// The day on which the latest file was produced.
    pub produced_on: Date,
}

/// A sealed entry, ready to be written.
#[derive(Debug)]
pub struct SealedEntry {
    /// Its place in the file.
    pub entry: i64,
    /// The entry, sealed to its row.
    pub sealed: Vec<u8>,
}

/// Where an entry is found by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct IndexEntry {
    /// Keyed.
    pub number_index: [u8; 32],
    /// Its place in the file.
    pub entry: u32,
}

/// Which imports hold; nothing before the first.
pub fn held(tx: &mut Tx<'_>) -> Result<Option<Held>, StoreError> {
    tx.query_opt(
        "SELECT base, head, produced_on FROM register_state WHERE id = 1",
        &[],
        |row| {
            let place = Place {
                table: "register_state",
                id: &[1],
            };
            Ok(Held {
                base: row.bigint(0)?,
                head: row.bigint(1)?,
                produced_on: place.word("produced_on", row.text(2)?)?,
            })
        },
    )
}

/// How many persons the file of an import had.
pub fn size(tx: &mut Tx<'_>, import: i64) -> Result<u32, StoreError> {
    let place = Place {
        table: "register_imports",
        id: &import.to_be_bytes(),
    };
    let persons = tx.query_opt(
        "SELECT persons FROM register_imports WHERE id = $1",
        &[Value::BigInt(import)],
        |row| place.count("persons", row.bigint(0)?),
    )?;
    Ok(persons.unwrap_or(0))
}

/// What the register knows of a number.
pub fn find(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    cpr: &CprNumber,
) -> Result<Option<RegisterEntry>, StoreError> {
    find_by_index(tx, keys, &number_index(keys, cpr))
}

/// What the register knows of the number with an index, as the latest import that holds says it.
pub fn find_by_index(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    number_index: &[u8; 32],
) -> Result<Option<RegisterEntry>, StoreError> {
    let found = tx.query_opt(
        "SELECT r.import, r.entry, r.entry_sealed FROM register_state s \
         JOIN register_index i ON i.number_index = $1 AND i.import BETWEEN s.base AND s.head \
         JOIN register_rows r ON r.import = i.import AND r.entry = i.entry WHERE s.id = 1 ORDER BY i.import DESC LIMIT 1",
        &[Value::Bytes(number_index)],
        |row| kept::open(keys, (row.bigint(0)?, row.bigint(1)?), row.bytes(2)?),
    )?;
    Ok(found)
}

/// The entry at a place of the import that holds, if it is there still: `entry` counts from 0. For drawing at random.
pub fn at(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    import: i64,
    entry: i64,
) -> Result<Option<RegisterEntry>, StoreError> {
    tx.query_opt(
        "SELECT import, entry, entry_sealed FROM register_rows WHERE import = $1 AND entry = $2",
        &[Value::BigInt(import), Value::BigInt(entry)],
        |row| kept::open(keys, (row.bigint(0)?, row.bigint(1)?), row.bytes(2)?),
    )
}

/// Seals an entry to its row.
pub fn seal(
    keys: &DataKeys,
    import: i64,
    entry: i64,
    value: &RegisterEntry,
) -> Result<SealedEntry, StoreError> {
    let sealed = kept::seal(keys, (import, entry), value)?;
    Ok(SealedEntry { entry, sealed })
}

/// The keyed index of a number: the one under which a person with it is found, too.
pub fn number_index(keys: &DataKeys, cpr: &CprNumber) -> [u8; 32] {
    keys.index.mac(&[b"cpr", cpr.expose().as_bytes()])
}
