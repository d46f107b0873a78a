//! Values going in and rows coming out. Three types exist on both engines: TEXT, BIGINT and BYTEA.

use std::fmt;

use crate::StoreError;

/// A parameter of a statement, or a cell of a row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// NULL, of any type.
    Null,
    /// TEXT. Without NUL characters, which PostgreSQL cannot hold.
    Text(&'a str),
    /// BIGINT: unix microseconds, a count, or 0 and 1.
    BigInt(i64),
    /// BYTEA.
    Bytes(&'a [u8]),
}

impl Value<'_> {
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Null => "NULL",
            Self::Text(_) => "TEXT",
            Self::BigInt(_) => "BIGINT",
            Self::Bytes(_) => "BYTEA",
        }
    }
}

/// Says the type only: values may be personal data.
impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::BigInt(number)
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Self::BigInt(number.into())
    }
}

impl From<bool> for Value<'_> {
    fn from(flag: bool) -> Self {
        Self::BigInt(flag.into())
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Value<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'a> From<&'a Vec<u8>> for Value<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// The cells of one row, as an engine holds them.
pub(crate) trait Cells {
    /// The cell of a column, counted from 0.
    fn cell(&self, index: usize) -> Result<Value<'_>, StoreError>;
}

/// One row of a result. Columns are counted from 0, in the order of the statement's column list.
pub struct Row<'r>(&'r dyn Cells);

impl<'r> Row<'r> {
    pub(crate) fn new(cells: &'r dyn Cells) -> Self {
        Self(cells)
    }

    /// A TEXT column.
    pub fn text(&self, index: usize) -> Result<&'r str, StoreError> {
        self.opt_text(index)?
            .ok_or_else(|| mismatch(index, "TEXT", Value::Null))
    }

    /// A TEXT column that may be NULL.
    pub fn opt_text(&self, index: usize) -> Result<Option<&'r str>, StoreError> {
        match self.0.cell(index)? {
            Value::Text(text) => Ok(Some(text)),
            Value::Null => Ok(None),
            other => Err(mismatch(index, "TEXT", other)),
        }
    }

    /// A BIGINT column. What an engine calls a truth value is 0 or 1 here.
    pub fn bigint(&self, index: usize) -> Result<i64, StoreError> {
        self.opt_bigint(index)?
            .ok_or_else(|| mismatch(index, "BIGINT", Value::Null))
    }

    /// A BIGINT column that may be NULL.
    pub fn opt_bigint(&self, index: usize) -> Result<Option<i64>, StoreError> {
        match self.0.cell(index)? {
            Value::BigInt(number) => Ok(Some(number)),
            Value::Null => Ok(None),
            other => Err(mismatch(index, "BIGINT", other)),
        }
    }

    /// A BYTEA column.
    pub fn bytes(&self, index: usize) -> Result<&'r [u8], StoreError> {
        self.opt_bytes(index)?
            .ok_or_else(|| mismatch(index, "BYTEA", Value::Null))
    }

    /// A BYTEA column that may be NULL.
    pub fn opt_bytes(&self, index: usize) -> Result<Option<&'r [u8]>, StoreError> {
        match self.0.cell(index)? {
            Value::Bytes(bytes) => Ok(Some(bytes)),
            Value::Null => Ok(None),
            other => Err(mismatch(index, "BYTEA", other)),
        }
    }

    /// The error for a value that is of the right type but impossible.
    pub fn corrupt(
        &self,
        table: &'static str,
        column: &'static str,
        id: impl fmt::Display,
        detail: impl fmt::Display,
    ) -> StoreError {
        StoreError::Corrupt {
            table,
            column,
            id: id.to_string(),
            detail: detail.to_string(),
        }
    }
}

fn mismatch(index: usize, expected: &'static str, found: Value<'_>) -> StoreError {
    StoreError::ColumnType {
        index,
        expected,
        found: found.kind().to_owned(),
    }
}
