//! What can be wrong with a file, with the line and the field. Nothing of what stands there is repeated: it is personal.

use super::Field;

/// A file that is refused whole (R-CPR-4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, {} (column {}): {what} (R-CPR-4)", field.name, field.column)]
pub struct FileFault {
    /// The line, counted from 1.
    pub line: u64,
    /// The field.
    pub field: Field,
    /// What is wrong with it.
    pub what: Broken,
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// A byte that ISO-8859-1 has no printable character for.
    #[error(
        "a byte that is no character of ISO-8859-1: the file is in another character set, or damaged"
    )]
    CharacterSet,
    /// Bytes that look like UTF-8.
    #[error("the file is in UTF-8, and not in ISO-8859-1")]
    Utf8,
    /// The first record is another one than 000.
    #[error("the file does not begin with a start record (000)")]
    NoStart,
    /// A second start.
    #[error("a start record (000) in the middle of the file")]
    SecondStart,
    /// The file ends with another record.
    #[error("the file does not end in an end record (099 or 999): something of it is missing")]
    NoEnd,
    /// Lines after the end.
    #[error("something stands after the end record")]
    AfterEnd,
    /// The count at the end.
    #[error("the end record counts {counted} records, and there are {found}")]
    Count {
        /// What the end record says.
        counted: u64,
        /// How many there are.
        found: u64,
    },
    /// A record type that is not known.
    #[error("a record type that is not known")]
    RecordType,
    /// Longer than the record is.
    #[error("the record is longer than records of its type are")]
    TooLong,
    /// Shorter than its type and number.
    #[error("the record is too short to say what it is about")]
    TooShort,
    /// A record of somebody whose 001 is not the one before it.
    #[error("the record is of another number than the record 001 before it")]
    OtherPerson,
    /// The same record twice, where there can be one.
    #[error("a second record of a type that a person has once")]
    Twice,
    /// A person without a name.
    #[error("the person has no name: there is no record 008")]
    NoName,
    /// A number that had been given before in the same file.
    #[error("the number has stood in the file before")]
    Repeated,
    /// A field that must be filled.
    #[error("the field is empty")]
    Empty,
    /// Something else than a CPR number.
    #[error("not a CPR number")]
    Number,
    /// Something else than digits.
    #[error("not a number")]
    Digits,
    /// Something else than a date.
    #[error("not a date")]
    Date,
    /// A code that the register does not have.
    #[error("not a code of the register")]
    Code,
}
