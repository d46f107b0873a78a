//! From rows to domain values. A row that cannot be is an error with table, column and id, never a panic.

use std::fmt::Display;
use std::str::FromStr;

use domain::id::Id;
use jiff::Timestamp;

use crate::StoreError;

/// Where a value was read, for the error that says so.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) table: &'static str,
    pub(crate) id: &'a [u8],
}

impl Place<'_> {
    /// The error of an impossible value.
    pub(crate) fn corrupt(self, column: &'static str, detail: impl Display) -> StoreError {
        let id = hex(self.id);
        StoreError::Corrupt {
            table: self.table,
            column,
            id,
            detail: detail.to_string(),
        }
    }

    /// A stored word as the state it names.
    pub(crate) fn word<T>(self, column: &'static str, text: &str) -> Result<T, StoreError>
    where
        T: FromStr<Err: Display>,
    {
        text.parse().map_err(|error| self.corrupt(column, error))
    }

    /// Sixteen stored bytes as the identifier they are.
    pub(crate) fn id<K>(self, column: &'static str, bytes: &[u8]) -> Result<Id<K>, StoreError> {
        Id::try_from(bytes).map_err(|error| self.corrupt(column, error))
    }

    /// Stored microseconds as the time they are.
    pub(crate) fn time(self, column: &'static str, micros: i64) -> Result<Timestamp, StoreError> {
        Timestamp::from_microsecond(micros).map_err(|error| self.corrupt(column, error))
    }

    /// A stored number as a count.
    pub(crate) fn count(self, column: &'static str, number: i64) -> Result<u32, StoreError> {
        u32::try_from(number).map_err(|error| self.corrupt(column, error))
    }
}

/// Bytes as lower-case hexadecimal digits, as a row's key is written for people.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}
