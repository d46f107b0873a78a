//! Everything that can go wrong between a decision and its commit.

/// Why work on the store failed. None of these carries a stored value, so each may be logged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another transaction held what this one needed, still after several tries. Trying later may work.
    #[error("the data is held by another transaction")]
    Busy,
    /// A row with the same key is there already.
    #[error("a unique key is taken ({})", constraint.as_deref().unwrap_or("unnamed"))]
    UniqueViolation {
        /// What the engine calls the key: the constraint's name, or its table and columns. For people to read.
        constraint: Option<String>,
    },
    /// A foreign key, a CHECK or a NOT NULL refused the row.
    #[error("a constraint refused the row: {0}")]
    ConstraintViolation(String),
    /// A stored value is impossible.
    #[error("corrupt row: {table}.{column} of {id}: {detail}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row's key, printable.
        id: String,
        /// What is wrong, without the value.
        detail: String,
    },
    /// A column is not of the type that was asked for.
    #[error("column {index} of the result is {found}, not {expected}")]
    ColumnType {
        /// The column, counted from 0.
        index: usize,
        /// What was asked for.
        expected: &'static str,
        /// What the engine returned.
        found: String,
    },
    /// A statement that should have found one row found none.
    #[error("no row where one was expected")]
    NoRow,
    /// A statement that should have found at most one row found more.
    #[error("more than one row where one was expected")]
    TooManyRows,
    /// A read tried to write.
    #[error("a read may not write")]
    ReadOnly,
    /// The database said no, in its words.
    #[error("the database refused: {0}")]
    Database(String),
    /// The database cannot be reached. Nothing was changed.
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
    /// The connection broke before COMMIT was sent. Nothing was changed.
    #[error("the connection to the database was lost")]
    ConnectionLost,
    /// The connection broke while COMMIT was under way: the change is there entirely or not at all, and nobody here knows which.
    #[error("the connection to the database was lost during commit, its outcome is unknown")]
    OutcomeUnknown,
    /// The work panicked. Nothing was changed.
    #[error("the work panicked")]
    Panicked,
    /// The store is closed.
    #[error("the store is closed")]
    Closed,
    /// The configuration names no database that could be opened.
    #[error("store configuration: {0}")]
    Configuration(String),
    /// The database's migrations are not the ones that this program knows.
    #[error("migration {name}: {reason}")]
    Migration {
        /// The migration's name.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl StoreError {
    /// Whether the same work, started again in a new transaction, may well succeed at once.
    pub(crate) fn is_transient(&self) -> bool {
        matches!(self, Self::Busy | Self::ConnectionLost)
    }
}
