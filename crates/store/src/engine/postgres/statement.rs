//! Prepared statements: what goes in, and the rows that come out, in PostgreSQL's binary form.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use bytes::BufMut;
use fallible_iterator::FallibleIterator;
use postgres_protocol::message::backend::RowDescriptionBody;
use postgres_protocol::message::frontend;
use postgres_protocol::{IsNull, Oid};

use super::unencodable;
use super::wire::Wire;
use crate::StoreError;
use crate::row::{Cells, Value};

// The types of PostgreSQL that statements return or take (pg_type.dat).
const BOOL: Oid = 16;
const BYTEA: Oid = 17;
const INT8: Oid = 20;
const INT2: Oid = 21;
const INT4: Oid = 23;
const TEXT: Oid = 25;
const VARCHAR: Oid = 1043;

/// A prepared statement.
#[derive(Clone)]
pub(super) struct Statement {
    pub(super) name: Arc<str>,
    /// The types it was prepared for; 0 where the first value was NULL.
    pub(super) params: Arc<[Oid]>,
    pub(super) columns: Arc<[Oid]>,
}

impl Statement {
    pub(super) fn new(number: u32, params: &[Value<'_>]) -> Self {
        let params = params.iter().copied().map(oid).collect();
        Self {
            name: format!("s{number}").into(),
            params,
            columns: Arc::default(),
        }
    }

    /// Whether values have the types that it was prepared for.
    pub(super) fn serves(&self, params: &[Value<'_>]) -> bool {
        self.params.len() == params.len()
            && self
                .params
                .iter()
                .zip(params)
                .all(|(declared, value)| matches!(value, Value::Null) || *declared == oid(*value))
    }
}

fn oid(value: Value<'_>) -> Oid {
    match value {
        Value::Null => 0,
        Value::Text(_) => TEXT,
        Value::BigInt(_) => INT8,
        Value::Bytes(_) => BYTEA,
    }
}

/// Binds and executes a prepared statement, everything in binary.
pub(super) fn bind(name: &str, params: &[Value<'_>], wire: &mut Wire) -> Result<(), StoreError> {
    let encoded = frontend::bind(
        "",
        name,
        [1],
        params,
        |value, output| {
            match *value {
                Value::Null => return Ok(IsNull::Yes),
                Value::Text(text) => output.put_slice(text.as_bytes()),
                Value::BigInt(number) => output.put_i64(number),
                Value::Bytes(bytes) => output.put_slice(bytes),
            }
            Ok(IsNull::No)
        },
        [1],
        &mut wire.output,
    );
    encoded.map_err(|_too_long| StoreError::Database("a parameter is too long".to_owned()))?;
    frontend::execute("", 0, &mut wire.output).map_err(unencodable)
}

/// The types of a result's columns.
pub(super) fn column_types(body: &RowDescriptionBody) -> io::Result<Arc<[Oid]>> {
    let types: Vec<Oid> = body.fields().map(|field| Ok(field.type_oid())).collect()?;
    Ok(types.into())
}

/// A row, with where its cells are and of which type.
pub(super) struct DataRow<'a> {
    pub(super) buffer: &'a [u8],
    pub(super) ranges: &'a [Option<Range<usize>>],
    pub(super) columns: &'a [Oid],
}

impl Cells for DataRow<'_> {
    fn cell(&self, index: usize) -> Result<Value<'_>, StoreError> {
        let wrong = |found: String| StoreError::ColumnType {
            index,
            expected: "TEXT, BIGINT or BYTEA",
            found,
        };
        let (Some(range), Some(column)) = (self.ranges.get(index), self.columns.get(index)) else {
            return Err(wrong("not there".to_owned()));
        };
        let Some(bytes) = range.as_ref().map(|range| &self.buffer[range.clone()]) else {
            return Ok(Value::Null);
        };
        match *column {
            TEXT | VARCHAR => str::from_utf8(bytes)
                .map(Value::Text)
                .map_err(|_| wrong("not UTF-8".to_owned())),
            BYTEA => Ok(Value::Bytes(bytes)),
            INT8 | INT4 | INT2 | BOOL => integer(bytes)
                .map(Value::BigInt)
                .ok_or_else(|| wrong("of an odd width".to_owned())),
            other => Err(wrong(format!("of PostgreSQL's type {other}: cast it"))),
        }
    }
}

/// A signed big-endian integer of 1, 2, 4 or 8 bytes.
fn integer(bytes: &[u8]) -> Option<i64> {
    match bytes.len() {
        8 => bytes.try_into().ok().map(i64::from_be_bytes),
        4 => bytes.try_into().ok().map(i32::from_be_bytes).map(i64::from),
        2 => bytes.try_into().ok().map(i16::from_be_bytes).map(i64::from),
        1 => bytes.first().copied().map(i64::from),
        _ => None,
    }
}
