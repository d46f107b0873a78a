//! SQLite, in the program itself: one writer in WAL mode with `synchronous=FULL`, and readers beside it.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, ErrorCode, OpenFlags, ToSql, ffi};
use tokio::sync::Semaphore;

use super::{Session, writer};
use crate::row::{Cells, Row, Value};
use crate::{StoreError, Tx};

/// How many closures share one commit at most. More would only make the first of them wait longer.
pub(super) const GROUP: usize = 256;
/// How long another process may hold the database, as a backup or `segl keys` does, before work fails as busy.
const BUSY: Duration = Duration::from_secs(2);
/// Prepared statements kept per connection: more than the program has.
const STATEMENTS: usize = 512;

/// Where a database is.
pub(crate) enum Place {
    Memory,
    File(PathBuf),
}

impl Place {
    pub(super) fn parse(place: &str) -> Self {
        if place == ":memory:" {
            Self::Memory
        } else {
            Self::File(PathBuf::from(place))
        }
    }
}

/// One connection.
pub(crate) struct Connection {
    inner: rusqlite::Connection,
    may_write: bool,
}

impl Connection {
    pub(super) fn open(place: &Place) -> Result<Self, StoreError> {
        let inner = match place {
            Place::Memory => rusqlite::Connection::open_in_memory(),
            Place::File(path) => rusqlite::Connection::open_with_flags(
                path,
                OpenFlags::SQLITE_OPEN_READ_WRITE
                    | OpenFlags::SQLITE_OPEN_CREATE
                    | OpenFlags::SQLITE_OPEN_NO_MUTEX,
            ),
        }
        .map_err(unavailable)?;
        inner.set_prepared_statement_cache_capacity(STATEMENTS);
        inner.busy_timeout(BUSY).map_err(unavailable)?;
        keep_a_log_ahead(&inner)?;
        inner
            .execute_batch(
                "PRAGMA synchronous = FULL;
                 PRAGMA foreign_keys = ON;
                 PRAGMA trusted_schema = OFF;
                 PRAGMA temp_store = MEMORY;
                 PRAGMA cache_size = -8192;
                 PRAGMA wal_autocheckpoint = 8000;
                 PRAGMA journal_size_limit = 67108864;",
            )
            .map_err(unavailable)?;
        Ok(Self {
            inner,
            may_write: true,
        })
    }

    fn open_reader(place: &Place) -> Result<Self, StoreError> {
        let reader = Self::open(place)?;
        reader
            .inner
            .execute_batch("PRAGMA query_only = ON;")
            .map_err(unavailable)?;
        Ok(Self {
            may_write: false,
            ..reader
        })
    }

    fn prepare(
        &self,
        sql: &'static str,
        params: &[Value<'_>],
    ) -> Result<CachedStatement<'_>, StoreError> {
        let mut statement = self.inner.prepare_cached(sql).map_err(fault)?;
        if !self.may_write && !statement.readonly() {
            return Err(StoreError::ReadOnly);
        }
        bind(&mut statement, params)?;
        Ok(statement)
    }

    fn control(&self, sql: &'static str) -> Result<(), StoreError> {
        self.prepare(sql, &[])?
            .raw_execute()
            .map(drop)
            .map_err(fault)
    }
}

/// `$1` is a name to SQLite, which numbers names by their first appearance; so each is bound by what it is called.
fn bind(statement: &mut CachedStatement<'_>, params: &[Value<'_>]) -> Result<(), StoreError> {
    let mut highest = 0;
    for index in 1..=statement.parameter_count() {
        let number = statement
            .parameter_name(index)
            .and_then(|name| name.strip_prefix('$')?.parse().ok());
        let value = number.and_then(|number: usize| params.get(number.checked_sub(1)?));
        let (Some(number), Some(value)) = (number, value) else {
            return Err(StoreError::Database(format!(
                "parameter {index} has no value among {}",
                params.len()
            )));
        };
        statement.raw_bind_parameter(index, value).map_err(fault)?;
        highest = highest.max(number);
    }
    if highest == params.len() {
        Ok(())
    } else {
        Err(StoreError::Database(format!(
            "{} values for {highest} parameters",
            params.len()
        )))
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Value::Null => ValueRef::Null,
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::BigInt(number) => ValueRef::Integer(number),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl Cells for rusqlite::Row<'_> {
    fn cell(&self, index: usize) -> Result<Value<'_>, StoreError> {
        match self.get_ref(index).map_err(fault)? {
            ValueRef::Null => Ok(Value::Null),
            ValueRef::Integer(number) => Ok(Value::BigInt(number)),
            ValueRef::Blob(bytes) => Ok(Value::Bytes(bytes)),
            ValueRef::Text(text) => {
                str::from_utf8(text)
                    .map(Value::Text)
                    .map_err(|_| StoreError::ColumnType {
                        index,
                        expected: "TEXT",
                        found: "not UTF-8".to_owned(),
                    })
            }
            ValueRef::Real(_) => Err(StoreError::ColumnType {
                index,
                expected: "TEXT, BIGINT or BYTEA",
                found: "REAL".to_owned(),
            }),
        }
    }
}

impl Session for Connection {
    fn execute(&mut self, sql: &'static str, params: &[Value<'_>]) -> Result<u64, StoreError> {
        let changed = self.prepare(sql, params)?.raw_execute().map_err(fault)?;
        Ok(changed as u64)
    }

    fn query(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut statement = self.prepare(sql, params)?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(fault)? {
            each(&Row::new(row))?;
        }
        Ok(())
    }

    fn begin(&mut self) -> Result<(), StoreError> {
        self.control("BEGIN IMMEDIATE")
    }

    fn savepoint(&mut self) -> Result<(), StoreError> {
        self.control("SAVEPOINT closure")
    }

    fn release(&mut self) -> Result<(), StoreError> {
        self.control("RELEASE closure")
    }

    fn undo(&mut self) -> Result<(), StoreError> {
        self.control("ROLLBACK TO closure")?;
        self.control("RELEASE closure")
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        // A full disk or a fault in reading ends SQLite's transaction by itself; COMMIT fails then too.
        self.control("COMMIT").inspect_err(|_| self.rollback())
    }

    fn rollback(&mut self) {
        if !self.inner.is_autocommit()
            && let Err(error) = self.control("ROLLBACK")
        {
            tracing::error!(%error, "a transaction could not be rolled back");
        }
    }

    fn batch(&mut self, sql: &str) -> Result<(), StoreError> {
        self.inner.execute_batch(sql).map_err(fault)
    }

    fn lock_migrations(&mut self) -> Result<(), StoreError> {
        Ok(()) // BEGIN IMMEDIATE has locked the whole database.
    }
}

/// The read connections. A read runs on its caller's thread.
///
/// A read by primary key costs 2 to 4 us here. A write of one row in memory, which differs by the way to a
/// thread and back, costs 16 us alone and 5 us among many. A read that may look at many rows belongs on a thread where
/// blocking is welcome.
///
/// A connection throws its pages away when another one has committed, and only the writer commits: its pages are always good. So a
/// read runs on the writer's connection while that rests between two transactions, and on one of its own otherwise.
pub(crate) struct Pool {
    writer: Arc<Mutex<Connection>>,
    free: Mutex<Vec<Arc<Mutex<Connection>>>>,
    leases: Semaphore,
}

impl Pool {
    /// An in-memory database has one connection only, which readers and the writer use in turn.
    pub(super) fn open(
        place: &Place,
        writer: &Arc<Mutex<Connection>>,
        count: usize,
    ) -> Result<Self, StoreError> {
        let free = match place {
            Place::Memory => vec![Arc::clone(writer)],
            Place::File(_) => (0..count.max(1))
                .map(|_| Connection::open_reader(place).map(|reader| Arc::new(Mutex::new(reader))))
                .collect::<Result<_, _>>()?,
        };
        Ok(Self {
            writer: Arc::clone(writer),
            leases: Semaphore::new(free.len()),
            free: Mutex::new(free),
        })
    }

    /// Runs a read as soon as a connection is free.
    pub(crate) async fn run<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        if self.leases.is_closed() {
            return Err(StoreError::Closed.into());
        }
        if let Ok(mut resting) = self.writer.try_lock() {
            return read(&mut resting, work);
        }
        let _lease = self
            .leases
            .acquire()
            .await
            .map_err(|_closed| StoreError::Closed)?;
        // The connection used last has the warmest cache, so the pool is a stack.
        let connection = self
            .free
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop()
            .ok_or(StoreError::Closed)?;
        let result = {
            let mut session = connection.lock().unwrap_or_else(PoisonError::into_inner);
            read(&mut session, work)
        };
        self.free
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(connection);
        result
    }

    pub(super) fn close(&self) {
        self.leases.close();
    }
}

fn read<T, E: From<StoreError>>(
    session: &mut Connection,
    work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let may_write = std::mem::replace(&mut session.may_write, false);
    let (result, _failure) = writer::run(session, work);
    session.may_write = may_write;
    result
}

/// Turns a new database to WAL, which stays. When several programs do that at once, SQLite refuses all but one without asking its
/// busy handler, so we ask again.
fn keep_a_log_ahead(connection: &rusqlite::Connection) -> Result<(), StoreError> {
    const PAUSE: Duration = Duration::from_millis(20);
    let mut tries = BUSY.as_millis() / PAUSE.as_millis();
    loop {
        match connection.execute_batch("PRAGMA journal_mode = WAL") {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && tries > 0 =>
            {
                tries -= 1;
                thread::sleep(PAUSE);
            }
            other => return other.map_err(unavailable),
        }
    }
}

fn unavailable(error: rusqlite::Error) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

fn fault(error: rusqlite::Error) -> StoreError {
    let rusqlite::Error::SqliteFailure(code, message) = &error else {
        return StoreError::Database(error.to_string());
    };
    match (code.code, code.extended_code) {
        (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _) => StoreError::Busy,
        (
            _,
            ffi::SQLITE_CONSTRAINT_UNIQUE
            | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
            | ffi::SQLITE_CONSTRAINT_ROWID,
        ) => {
            let columns = message
                .as_deref()
                .and_then(|text| text.strip_prefix("UNIQUE constraint failed: "));
            StoreError::UniqueViolation {
                constraint: columns.map(str::to_owned),
            }
        }
        (ErrorCode::ConstraintViolation, _) => StoreError::ConstraintViolation(error.to_string()),
        (ErrorCode::ReadOnly, _) => StoreError::ReadOnly,
        _ => StoreError::Database(error.to_string()),
    }
}
