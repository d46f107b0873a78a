//! What an import writes, step by step, each in a transaction of its own. A step repeats where it expects the import to be, so that of two
//! programs which import the same file one goes on and the other hears that it does not.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::Date;

use super::{GIVEN_UP, Held, ImportKind, ImportState, IndexEntry, SealedEntry};
use crate::stored::Place;
use crate::{Row, StoreError, Tx, Value};

/// An import and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// 1, 2, 3 ..
    pub id: i64,
    /// What the file is.
    pub kind: ImportKind,
    /// SHA-256 of the file.
    pub digest: [u8; 32],
    /// The day on which the file was produced.
    pub produced_on: Date,
    /// Where it is.
    pub state: ImportState,
    /// How many persons are in the file.
    pub persons: u32,
    /// How many of them are through this state.
    pub progress: u32,
    /// Since when.
    pub begun_at: Timestamp,
}

/// What a new import is of.
#[derive(Debug, Clone)]
pub struct Began {
    /// What the file is.
    pub kind: ImportKind,
    /// SHA-256 of the file.
    pub digest: [u8; 32],
    /// The day on which the file was produced.
    pub produced_on: Date,
    /// How many persons are in the file.
    pub persons: u32,
}

/// Streets by the codes of municipality and street.
pub type Streets = HashMap<(u16, u16), String>;

/// Where the tidying of the index has come to.
pub type IndexCursor = [u8; 32];

const COLUMNS: &str = "SELECT id, kind, digest, produced_on, state, persons, progress, begun_at FROM register_imports WHERE state <> 'done' \
                       ORDER BY id DESC LIMIT 1";
const LAST_DONE: &str = "SELECT id, kind, digest, produced_on, state, persons, progress, begun_at FROM register_imports WHERE state = 'done' \
                         ORDER BY id DESC LIMIT 1";

/// The import that is under way or was interrupted.
pub fn current_import(tx: &mut Tx<'_>) -> Result<Option<Import>, StoreError> {
    tx.query_opt(COLUMNS, &[], read)
}

/// The latest import that came to its end.
pub fn last_done(tx: &mut Tx<'_>) -> Result<Option<Import>, StoreError> {
    tx.query_opt(LAST_DONE, &[], read)
}

/// Begins an import. Another that begins at the same moment is a [`StoreError::UniqueViolation`].
pub fn begin_import(tx: &mut Tx<'_>, began: &Began, now: Timestamp) -> Result<Import, StoreError> {
    let id = tx.query_one(
        "SELECT COALESCE(MAX(id), 0) + 1 FROM register_imports",
        &[],
        |row| row.bigint(0),
    )?;
    tx.execute(
        "INSERT INTO register_imports (id, kind, digest, produced_on, state, persons, progress, begun_at) \
         VALUES ($1, $2, $3, $4, 'writing', $5, 0, $6)",
        &[
            Value::BigInt(id),
            Value::Text(began.kind.word()),
            Value::Bytes(&began.digest),
            Value::Text(&began.produced_on.to_string()),
            Value::BigInt(began.persons.into()),
            Value::BigInt(now.as_microsecond()),
        ],
    )?;
    Ok(Import {
        id,
        kind: began.kind,
        digest: began.digest,
        produced_on: began.produced_on,
        state: ImportState::Writing,
        persons: began.persons,
        progress: 0,
        begun_at: now,
    })
}

/// Moves an import on, if it is still where it was read. Gives whether it was.
pub fn advance_import(
    tx: &mut Tx<'_>,
    import: &Import,
    (state, progress): (ImportState, u32),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let finished = match state {
        ImportState::Done => Value::BigInt(now.as_microsecond()),
        _ => Value::Null,
    };
    let hit = tx.execute(
        "UPDATE register_imports SET state = $1, progress = $2, finished_at = $3 WHERE id = $4 AND state = $5 AND progress = $6",
        &[
            Value::Text(state.word()),
            Value::BigInt(progress.into()),
            finished,
            Value::BigInt(import.id),
            Value::Text(import.state.word()),
            Value::BigInt(import.progress.into()),
        ],
    )?;
    Ok(hit == 1)
}

/// Forgets an import that was given up; its rows must be gone.
pub fn forget_import(tx: &mut Tx<'_>, import: &Import) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM register_imports WHERE id = $1 AND progress = $2 AND state IN ('writing', 'indexing')",
        &[
            Value::BigInt(import.id),
            Value::BigInt(GIVEN_UP.into()),
        ],
    )?;
    Ok(())
}

/// How many rows one statement writes: more costs SQLite a search for each parameter, less costs PostgreSQL a way there and back.
const ROWS: usize = 100;

static WRITE_ROWS: LazyLock<String> =
    LazyLock::new(|| many("INSERT INTO register_rows (import, entry, entry_sealed) VALUES "));
static INDEX_ROWS: LazyLock<String> =
    LazyLock::new(|| many("INSERT INTO register_index (import, entry, number_index) VALUES "));

/// `($1, $2, $3), ($1, $4, $5), ..`: the import, and two values for each row.
fn many(insert: &str) -> String {
    let mut sql = insert.to_owned();
    for row in 0..ROWS {
        let comma = if row == 0 { "" } else { ", " };
        // Writing to a String does not fail.
        let _ = write!(sql, "{comma}($1, ${}, ${})", 2 * row + 2, 2 * row + 3);
    }
    sql
}

/// Writes entries.
pub fn write_rows(tx: &mut Tx<'_>, import: i64, rows: &[SealedEntry]) -> Result<(), StoreError> {
    let (whole, rest) = rows.split_at(rows.len() - rows.len() % ROWS);
    for rows in whole.chunks(ROWS) {
        let values = rows
            .iter()
            .flat_map(|row| [Value::BigInt(row.entry), Value::Bytes(&row.sealed)]);
        insert_many(tx, WRITE_ROWS.as_str(), import, values)?;
    }
    for row in rest {
        tx.execute(
            "INSERT INTO register_rows (import, entry, entry_sealed) VALUES ($1, $2, $3)",
            &[
                Value::BigInt(import),
                Value::BigInt(row.entry),
                Value::Bytes(&row.sealed),
            ],
        )?;
    }
    Ok(())
}

/// Makes entries findable. In the order of their index, this is fast.
pub fn index_rows(tx: &mut Tx<'_>, import: i64, rows: &[IndexEntry]) -> Result<(), StoreError> {
    let (whole, rest) = rows.split_at(rows.len() - rows.len() % ROWS);
    for rows in whole.chunks(ROWS) {
        let values = rows.iter().flat_map(|row| {
            [
                Value::BigInt(row.entry.into()),
                Value::Bytes(&row.number_index),
            ]
        });
        insert_many(tx, INDEX_ROWS.as_str(), import, values)?;
    }
    for row in rest {
        tx.execute(
            "INSERT INTO register_index (import, entry, number_index) VALUES ($1, $2, $3)",
            &[
                Value::BigInt(import),
                Value::BigInt(row.entry.into()),
                Value::Bytes(&row.number_index),
            ],
        )?;
    }
    Ok(())
}

fn insert_many<'a>(
    tx: &mut Tx<'_>,
    sql: &'static str,
    import: i64,
    values: impl Iterator<Item = Value<'a>>,
) -> Result<(), StoreError> {
    let params: Vec<Value<'_>> = std::iter::once(Value::BigInt(import))
        .chain(values)
        .collect();
    tx.execute(sql, &params).map(drop)
}

/// Lets an import hold, if what held before is still what it was built on. Gives whether it was.
pub fn switch_to(
    tx: &mut Tx<'_>,
    import: &Import,
    before: Option<Held>,
) -> Result<bool, StoreError> {
    let base = match (import.kind, before) {
        (ImportKind::Changes, Some(before)) => before.base,
        _ => import.id,
    };
    let produced_on = import.produced_on.to_string();
    let hit = match before {
        None => tx.execute(
            "INSERT INTO register_state (id, base, head, produced_on) VALUES (1, $1, $2, $3) ON CONFLICT (id) DO NOTHING",
            &[Value::BigInt(base), Value::BigInt(import.id), Value::Text(&produced_on)],
        )?,
        Some(before) => tx.execute(
            "UPDATE register_state SET base = $1, head = $2, produced_on = $3 WHERE id = 1 AND base = $4 AND head = $5",
            &[
                Value::BigInt(base),
                Value::BigInt(import.id),
                Value::Text(&produced_on),
                Value::BigInt(before.base),
                Value::BigInt(before.head),
            ],
        )?,
    };
    Ok(hit == 1)
}

/// The indexes of the persons here whom an import has, in order, from after a cursor.
///
/// Led by the persons, of whom there are fewer; `CROSS JOIN` says so to SQLite.
pub fn met_persons(
    tx: &mut Tx<'_>,
    import: i64,
    after: &IndexCursor,
    limit: u32,
) -> Result<Vec<IndexCursor>, StoreError> {
    tx.query(
        "SELECT p.number_index FROM persons p CROSS JOIN register_index i WHERE i.number_index = p.number_index AND i.import = $1 \
         AND p.number_index > $2 ORDER BY p.number_index LIMIT $3",
        &[Value::BigInt(import), Value::Bytes(after), Value::BigInt(limit.into())],
        |row| cursor(row.bytes(0)?),
    )
}

/// Removes entries of the imports from `first` to `last`, at most so many. Gives how many it removed.
pub fn drop_rows(
    tx: &mut Tx<'_>,
    (first, last): (i64, i64),
    limit: u32,
) -> Result<u64, StoreError> {
    tx.execute(
        "DELETE FROM register_rows WHERE (import, entry) IN \
         (SELECT import, entry FROM register_rows WHERE import BETWEEN $1 AND $2 ORDER BY import, entry LIMIT $3)",
        &[Value::BigInt(first), Value::BigInt(last), Value::BigInt(limit.into())],
    )
}

/// Removes the imports from `first` to `last` from a stretch of the index after a cursor. Gives where the next one begins; nothing at the end.
pub fn drop_index(
    tx: &mut Tx<'_>,
    (first, last): (i64, i64),
    after: &IndexCursor,
    stretch: u32,
) -> Result<Option<IndexCursor>, StoreError> {
    let next = tx.query_opt(
        "SELECT number_index FROM register_index WHERE number_index > $1 ORDER BY number_index LIMIT 1 OFFSET $2",
        &[Value::Bytes(after), Value::BigInt(stretch.into())],
        |row| cursor(row.bytes(0)?),
    )?;
    let upto = next.unwrap_or([0xff; 32]);
    tx.execute(
        "DELETE FROM register_index WHERE number_index > $1 AND number_index <= $2 AND import BETWEEN $3 AND $4",
        &[Value::Bytes(after), Value::Bytes(&upto), Value::BigInt(first), Value::BigInt(last)],
    )?;
    Ok(next)
}

/// Removes what an import of changes took the place of, for one number.
pub fn drop_superseded(
    tx: &mut Tx<'_>,
    number_index: &[u8; 32],
    import: i64,
) -> Result<(), StoreError> {
    let gone = tx.query(
        "DELETE FROM register_index WHERE number_index = $1 AND import < $2 RETURNING import, entry",
        &[Value::Bytes(number_index), Value::BigInt(import)],
        |row| Ok((row.bigint(0)?, row.bigint(1)?)),
    )?;
    for (import, entry) in gone {
        tx.execute(
            "DELETE FROM register_rows WHERE import = $1 AND entry = $2",
            &[Value::BigInt(import), Value::BigInt(entry)],
        )?;
    }
    Ok(())
}

/// All streets that are known by name.
pub fn streets(tx: &mut Tx<'_>) -> Result<Streets, StoreError> {
    let rows = tx.query(
        "SELECT municipality_code, street_code, name FROM register_streets",
        &[],
        |row| {
            let place = Place {
                table: "register_streets",
                id: &[],
            };
            let code = |column, number| {
                u16::try_from(number).map_err(|error| place.corrupt(column, error))
            };
            let municipality = code("municipality_code", row.bigint(0)?)?;
            let street = code("street_code", row.bigint(1)?)?;
            Ok(((municipality, street), row.text(2)?.to_owned()))
        },
    )?;
    Ok(rows.into_iter().collect())
}

/// Keeps the names of streets.
pub fn put_streets<'a>(
    tx: &mut Tx<'_>,
    streets: impl Iterator<Item = (&'a (u16, u16), &'a String)>,
) -> Result<(), StoreError> {
    for ((municipality, street), name) in streets {
        tx.execute(
            "INSERT INTO register_streets (municipality_code, street_code, name) VALUES ($1, $2, $3) \
             ON CONFLICT (municipality_code, street_code) DO UPDATE SET name = excluded.name",
            &[
                Value::BigInt((*municipality).into()),
                Value::BigInt((*street).into()),
                Value::Text(name),
            ],
        )?;
    }
    Ok(())
}

fn cursor(bytes: &[u8]) -> Result<IndexCursor, StoreError> {
    let place = Place {
        table: "register_index",
        id: bytes,
    };
    bytes
        .try_into()
        .map_err(|error| place.corrupt("number_index", error))
}

fn read(row: &Row<'_>) -> Result<Import, StoreError> {
    let id = row.bigint(0)?;
    let key = id.to_be_bytes();
    let place = Place {
        table: "register_imports",
        id: &key,
    };
    let digest = row.bytes(2)?;
    Ok(Import {
        id,
        kind: place.word("kind", row.text(1)?)?,
        digest: digest
            .try_into()
            .map_err(|error| place.corrupt("digest", error))?,
        produced_on: place.word("produced_on", row.text(3)?)?,
        state: place.word("state", row.text(4)?)?,
        persons: place.count("persons", row.bigint(5)?)?,
        progress: place.count("progress", row.bigint(6)?)?,
        begun_at: place.time("begun_at", row.bigint(7)?)?,
    })
}
