//! PostgreSQL, over a connection that one thread owns.
//!
//! Steps that answer nobody (BEGIN, SAVEPOINT, RELEASE) wait in the output and leave together with the next statement, so that a
//! transaction costs one round trip for each statement and one for its COMMIT. Isolation is READ COMMITTED: every change that depends
//! on what was read repeats it in its WHERE, and counts the rows it hit.

mod statement;
mod url;
mod wire;

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use fallible_iterator::FallibleIterator;
use postgres_protocol::Oid;
use postgres_protocol::message::backend::{DataRowBody, Message};
use postgres_protocol::message::frontend;

use super::Session;
use crate::StoreError;
use crate::row::{Row, Value};
use statement::{DataRow, Statement, bind, column_types};
pub(super) use url::Url;
use wire::{Refusal, Wire};

/// How many closures share one commit at most. A transaction with more than 64 savepoints that write no longer fits PostgreSQL's
/// shared memory for them, and slows down every reader.
pub(super) const GROUP: usize = 64;
/// How often a lost server is tried before the work that waits for it fails.
const CONNECT_TRIES: u32 = 6;
/// Any number that other programs do not lock: "segl" in ASCII.
const MIGRATION_LOCK: &str = "SELECT pg_advisory_xact_lock(1936025452)";

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Read,
    Write,
}

/// A connection, or what is needed to make it again.
pub(super) struct Connection {
    url: Url,
    purpose: Purpose,
    wire: Option<Wire>,
    statements: HashMap<Address, Statement>,
    named: u32,
    /// Whether the server has seen anything of the current transaction.
    begun: bool,
    /// Whether it waits for a migration.
    patient: bool,
}

/// Where a statement's text is. Texts are constants, so this finds one without reading it.
type Address = (usize, usize);

/// What came back for one `Sync`.
#[derive(Default)]
struct Reply {
    rows: Vec<DataRowBody>,
    /// The last command's tag.
    tag: String,
    parsed: bool,
    columns: Option<Arc<[Oid]>>,
    refusal: Option<Refusal>,
}

impl Connection {
    pub(super) fn open(url: &Url, purpose: Purpose) -> Result<Self, StoreError> {
        let mut connection = Self {
            url: url.clone(),
            purpose,
            wire: None,
            statements: HashMap::new(),
            named: 0,
            begun: false,
            patient: false,
        };
        connection.connect()?;
        Ok(connection)
    }

    fn connect(&mut self) -> Result<(), StoreError> {
        self.wire = None;
        self.statements.clear();
        let mut settings = vec![
            ("application_name", "segl"),
            ("client_encoding", "UTF8"),
            ("default_transaction_isolation", "read committed"),
            ("idle_in_transaction_session_timeout", "15s"),
            ("jit", "off"),
            ("lock_timeout", "2s"),
            ("statement_timeout", "15s"),
        ];
        if self.purpose == Purpose::Read {
            settings.push(("default_transaction_read_only", "on"));
        }
        let wire = Wire::connect(&self.url, &settings).map_err(unavailable)?;
        self.wire = Some(wire);
        self.prepare_steps()
    }

    /// Prepares the transaction's steps, and makes sure that a commit is durable when it is answered.
    fn prepare_steps(&mut self) -> Result<(), StoreError> {
        let wire = self.wire()?;
        for step in [BEGIN, SAVEPOINT, RELEASE, UNDO, COMMIT, ROLLBACK] {
            frontend::parse(step, step, [], &mut wire.output).map_err(unavailable)?;
        }
        frontend::sync(&mut wire.output);
        self.exchange(Reply::default())?;
        let wire = self.wire()?;
        frontend::query("SHOW synchronous_commit", &mut wire.output).map_err(unavailable)?;
        let reply = self.exchange(Reply::default())?;
        let off = reply.rows.iter().any(|row| row.buffer().ends_with(b"off"));
        if off {
            self.wire = None;
            return Err(StoreError::Configuration(
                "synchronous_commit is off: what is acknowledged could be lost".to_owned(),
            ));
        }
        Ok(())
    }

    fn reconnect(&mut self) -> Result<(), StoreError> {
        let mut pause = Duration::from_millis(50);
        for _ in 1..CONNECT_TRIES {
            match self.connect() {
                Err(StoreError::Unavailable(reason)) => {
                    tracing::warn!(reason, "PostgreSQL cannot be reached, trying again");
                }
                outcome => return outcome,
            }
            thread::sleep(pause);
            pause *= 2;
        }
        self.connect()
    }

    fn wire(&mut self) -> Result<&mut Wire, StoreError> {
        self.wire.as_mut().ok_or(StoreError::ConnectionLost)
    }

    /// Sends what has gathered and reads until the server waits for more.
    fn exchange(&mut self, reply: Reply) -> Result<Reply, StoreError> {
        let reply = match self
            .wire()?
            .flush()
            .and_then(|()| read_reply(self.wire.as_mut(), reply))
        {
            Ok(reply) => reply,
            Err(error) => {
                tracing::warn!(%error, "the connection to PostgreSQL was lost");
                self.wire = None;
                return Err(StoreError::ConnectionLost);
            }
        };
        match &reply.refusal {
            Some(refusal) => Err(self.fault(refusal)),
            None => Ok(reply),
        }
    }

    fn fault(&mut self, refusal: &Refusal) -> StoreError {
        match refusal.code.as_str() {
            "40001" | "40P01" | "55P03" => StoreError::Busy,
            "23505" => StoreError::UniqueViolation {
                constraint: refusal.constraint.clone(),
            },
            "25006" => StoreError::ReadOnly,
            // The statement was prepared for tables as they were before another node's migration: a new connection prepares it anew.
            "0A000" | "26000"
                if refusal.message.contains("cached plan") || refusal.code == "26000" =>
            {
                self.wire = None;
                StoreError::ConnectionLost
            }
            code if code.starts_with("23") => {
                StoreError::ConstraintViolation(refusal.message.clone())
            }
            code => StoreError::Database(format!("{} ({code})", refusal.message)),
        }
    }

    /// Runs one statement. A read whose connection is gone is run again on a new one: it stands for itself and changed nothing.
    fn run(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
    ) -> Result<(Reply, Arc<[Oid]>), StoreError> {
        if self.purpose == Purpose::Write {
            return self.run_once(sql, params);
        }
        if self.wire.is_some() {
            match self.run_once(sql, params) {
                Err(StoreError::ConnectionLost) => {}
                outcome => return outcome,
            }
        }
        self.reconnect()?;
        self.run_once(sql, params)
    }

    fn run_once(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
    ) -> Result<(Reply, Arc<[Oid]>), StoreError> {
        let address = (sql.as_ptr().addr(), sql.len());
        let known = self
            .statements
            .get(&address)
            .filter(|known| known.serves(params))
            .cloned();
        self.named += u32::from(known.is_none());
        let statement = known
            .clone()
            .unwrap_or_else(|| Statement::new(self.named, params));
        self.begun = true;
        let wire = self.wire()?;
        if known.is_none() {
            frontend::parse(
                &statement.name,
                sql,
                statement.params.iter().copied(),
                &mut wire.output,
            )
            .map_err(unencodable)?;
            frontend::describe(b'S', &statement.name, &mut wire.output).map_err(unencodable)?;
        }
        bind(&statement.name, params, wire)?;
        frontend::sync(&mut wire.output);
        let reply = self.exchange(Reply::default())?;
        let columns = match &reply.columns {
            Some(columns) => Arc::clone(columns),
            None => Arc::clone(&statement.columns),
        };
        if reply.parsed {
            self.statements.insert(
                address,
                Statement {
                    columns: Arc::clone(&columns),
                    ..statement
                },
            );
        }
        Ok((reply, columns))
    }

    /// Lets a step of the transaction leave with what is sent next.
    fn step(&mut self, step: &'static str) -> Result<(), StoreError> {
        bind(step, &[], self.wire()?)
    }

    /// Sends the steps that end a transaction and waits for them.
    fn end(&mut self, step: &'static str) -> Result<Reply, StoreError> {
        self.step(step)?;
        let wire = self.wire()?;
        frontend::sync(&mut wire.output);
        let outcome = self.exchange(Reply::default());
        if std::mem::take(&mut self.patient)
            && let Some(wire) = &mut self.wire
        {
            wire.set_patient(false).map_err(unavailable)?;
        }
        outcome
    }

    /// Forgets steps that the server has not seen. `true` if it has seen nothing of the transaction at all.
    fn never_begun(&mut self) -> bool {
        let untouched = !std::mem::take(&mut self.begun);
        if untouched && let Some(wire) = &mut self.wire {
            wire.output.clear();
        }
        untouched
    }
}

// Each is its prepared statement's name and text at once.
const BEGIN: &str = "BEGIN";
const SAVEPOINT: &str = "SAVEPOINT closure";
const RELEASE: &str = "RELEASE closure";
const UNDO: &str = "ROLLBACK TO closure";
const COMMIT: &str = "COMMIT";
const ROLLBACK: &str = "ROLLBACK";

impl Session for Connection {
    fn execute(&mut self, sql: &'static str, params: &[Value<'_>]) -> Result<u64, StoreError> {
        let (reply, _columns) = self.run(sql, params)?;
        // `INSERT 0 1`, `UPDATE 1`: the count comes last, and a tag without one has changed no rows.
        Ok(reply
            .tag
            .rsplit(' ')
            .next()
            .and_then(|count| count.parse().ok())
            .unwrap_or(0))
    }

    fn query(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let (reply, columns) = self.run(sql, params)?;
        let mut ranges = Vec::with_capacity(columns.len());
        for body in &reply.rows {
            ranges.clear();
            let mut found = body.ranges();
            while let Some(range) = found.next().map_err(unencodable)? {
                ranges.push(range);
            }
            each(&Row::new(&DataRow {
                buffer: body.buffer(),
                ranges: &ranges,
                columns: &columns,
            }))?;
        }
        Ok(())
    }

    fn begin(&mut self) -> Result<(), StoreError> {
        if self.wire.is_none() {
            self.reconnect()?;
        }
        self.begun = false;
        self.step(BEGIN)
    }

    fn savepoint(&mut self) -> Result<(), StoreError> {
        self.step(SAVEPOINT)
    }

    fn release(&mut self) -> Result<(), StoreError> {
        self.step(RELEASE)
    }

    fn undo(&mut self) -> Result<(), StoreError> {
        self.step(UNDO)?;
        self.step(RELEASE)
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        if self.never_begun() {
            return Ok(());
        }
        match self.end(COMMIT) {
            Ok(reply) if reply.tag == COMMIT => Ok(()),
            Ok(_rolled_back) => Err(StoreError::Database(
                "the transaction was rolled back at commit".to_owned(),
            )),
            Err(StoreError::ConnectionLost) => Err(StoreError::OutcomeUnknown),
            Err(error) => {
                self.rollback();
                Err(error)
            }
        }
    }

    fn rollback(&mut self) {
        if self.never_begun() {
            return;
        }
        // Steps that still wait belong to what is given up.
        if let Some(wire) = &mut self.wire {
            wire.output.clear();
        }
        if self.wire.is_some()
            && let Err(error) = self.end(ROLLBACK)
        {
            // Whatever state it is in, it is not one to build on; the server rolls back when the connection ends.
            tracing::error!(%error, "a transaction could not be rolled back");
            self.wire = None;
        }
    }

    fn batch(&mut self, sql: &str) -> Result<(), StoreError> {
        self.begun = true;
        let wire = self.wire()?;
        frontend::sync(&mut wire.output);
        self.exchange(Reply::default())?;
        let wire = self.wire()?;
        frontend::query(sql, &mut wire.output).map_err(unencodable)?;
        self.exchange(Reply::default()).map(drop)
    }

    fn lock_migrations(&mut self) -> Result<(), StoreError> {
        // A migration, and waiting for another node's, may take longer than any statement of a request.
        self.wire()?.set_patient(true).map_err(unavailable)?;
        self.patient = true;
        self.batch("SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0")?;
        self.batch(MIGRATION_LOCK)
    }
}

fn read_reply(wire: Option<&mut Wire>, mut reply: Reply) -> io::Result<Reply> {
    let wire = wire.ok_or(io::ErrorKind::NotConnected)?;
    loop {
        match wire.receive()? {
            Message::DataRow(row) => reply.rows.push(row),
            Message::CommandComplete(body) => body.tag()?.clone_into(&mut reply.tag),
            Message::ParseComplete => reply.parsed = true,
            Message::RowDescription(body) => reply.columns = Some(column_types(&body)?),
            Message::ErrorResponse(body) => reply.refusal = Some(Refusal::read(&body)?),
            Message::ReadyForQuery(_) => return Ok(reply),
            _ => {}
        }
    }
}

fn unavailable(error: io::Error) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

fn unencodable(error: io::Error) -> StoreError {
    StoreError::Database(error.to_string())
}
