//! The two engines, and the threads that drive them. Nothing outside this module knows that there are two.

mod postgres;
mod queue;
mod sqlite;
pub(crate) mod writer;

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use crate::row::{Row, Value};
use crate::{StoreConfig, StoreError};
use queue::Queue;
use writer::Job;

/// How many closures may wait before the next caller does.
const QUEUE: usize = 4096;

/// A connection to a database, driven by one thread at a time.
///
/// Steps of the transaction that give no answer to anybody (`begin`, `savepoint`, `release`, `undo`) may be sent along with the
/// next statement, and then fail there.
pub(crate) trait Session: Send {
    fn execute(&mut self, sql: &'static str, params: &[Value<'_>]) -> Result<u64, StoreError>;
    fn query(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError>;
    /// Starts a transaction; connects again first if the connection was lost.
    fn begin(&mut self) -> Result<(), StoreError>;
    fn savepoint(&mut self) -> Result<(), StoreError>;
    /// Keeps what was done since the savepoint.
    fn release(&mut self) -> Result<(), StoreError>;
    /// Undoes what was done since the savepoint.
    fn undo(&mut self) -> Result<(), StoreError>;
    /// Makes the transaction durable. On an error nothing of it is there, but for [`StoreError::OutcomeUnknown`].
    fn commit(&mut self) -> Result<(), StoreError>;
    fn rollback(&mut self);
    /// Runs statements without parameters, as a migration has them.
    fn batch(&mut self, sql: &str) -> Result<(), StoreError>;
    /// Makes other programs that migrate wait until this transaction ends.
    fn lock_migrations(&mut self) -> Result<(), StoreError>;
}

/// Connects a session of its own, for migrating.
pub(crate) fn connect(url: &str) -> Result<Box<dyn Session>, StoreError> {
    match Address::parse(url)? {
        Address::Sqlite(place) => Ok(Box::new(sqlite::Connection::open(&place)?)),
        Address::Postgres(url) => Ok(Box::new(postgres::Connection::open(
            &url,
            postgres::Purpose::Write,
        )?)),
    }
}

enum Address {
    Sqlite(sqlite::Place),
    Postgres(postgres::Url),
}

impl Address {
    fn parse(url: &str) -> Result<Self, StoreError> {
        if let Some(place) = url.strip_prefix("sqlite:") {
            Ok(Self::Sqlite(sqlite::Place::parse(place)))
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Ok(Self::Postgres(postgres::Url::parse(url)?))
        } else {
            Err(StoreError::Configuration(
                "a database is sqlite:PATH, sqlite::memory: or postgres://..".to_owned(),
            ))
        }
    }
}

/// An open database: its connections and the threads that drive them.
pub(crate) struct Engine {
    name: &'static str,
    writers: Vec<Arc<Queue<Box<dyn Job>>>>,
    readers: Readers,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

/// How reads are run. See [`sqlite::Pool`] for why the engines differ.
pub(crate) enum Readers {
    /// On the caller's thread.
    Inline(sqlite::Pool),
    /// On threads that may wait for the network.
    Threads(Arc<Queue<Box<dyn Job>>>),
}

impl Engine {
    /// Opens a database; `prepare` is given the first session before the others are opened, and migrates.
    pub(crate) fn open(
        config: &StoreConfig,
        prepare: impl FnOnce(&mut dyn Session) -> Result<(), StoreError>,
    ) -> Result<Self, StoreError> {
        match Address::parse(&config.url)? {
            Address::Sqlite(place) => Self::open_sqlite(&place, config, prepare),
            Address::Postgres(url) => Self::open_postgres(&url, config, prepare),
        }
    }

    fn open_sqlite(
        place: &sqlite::Place,
        config: &StoreConfig,
        prepare: impl FnOnce(&mut dyn Session) -> Result<(), StoreError>,
    ) -> Result<Self, StoreError> {
        let mut first = sqlite::Connection::open(place)?;
        prepare(&mut first)?;
        let first = Arc::new(Mutex::new(first));
        let pool = sqlite::Pool::open(place, &first, config.read_connections)?;
        let mut engine = Self::new("SQLite", Readers::Inline(pool));
        engine.start_writer(first, sqlite::GROUP)?;
        Ok(engine)
    }

    fn open_postgres(
        url: &postgres::Url,
        config: &StoreConfig,
        prepare: impl FnOnce(&mut dyn Session) -> Result<(), StoreError>,
    ) -> Result<Self, StoreError> {
        let mut first = postgres::Connection::open(url, postgres::Purpose::Write)?;
        prepare(&mut first)?;
        let reads = Arc::new(Queue::new(QUEUE));
        let mut engine = Self::new("PostgreSQL", Readers::Threads(Arc::clone(&reads)));
        engine.start_writer(Arc::new(Mutex::new(first)), postgres::GROUP)?;
        for _ in 1..config.writers {
            let session = postgres::Connection::open(url, postgres::Purpose::Write)?;
            engine.start_writer(Arc::new(Mutex::new(session)), postgres::GROUP)?;
        }
        for _ in 0..config.read_connections.max(1) {
            let mut session = postgres::Connection::open(url, postgres::Purpose::Read)?;
            let reads = Arc::clone(&reads);
            engine.start("store-reader", move || {
                writer::read_all(&reads, &mut session);
            })?;
        }
        Ok(engine)
    }

    fn new(name: &'static str, readers: Readers) -> Self {
        Self {
            name,
            writers: Vec::new(),
            readers,
            threads: Mutex::new(Vec::new()),
        }
    }

    fn start_writer(
        &mut self,
        session: Arc<Mutex<dyn Session>>,
        group: usize,
    ) -> Result<(), StoreError> {
        let queue = Arc::new(Queue::new(QUEUE));
        self.writers.push(Arc::clone(&queue));
        self.start("store-writer", move || {
            writer::commit_all(&queue, &session, group);
        })
    }

    fn start(&mut self, name: &str, run: impl FnOnce() + Send + 'static) -> Result<(), StoreError> {
        let thread = thread::Builder::new().name(name.to_owned()).spawn(run);
        let thread = thread.map_err(|error| StoreError::Unavailable(error.to_string()))?;
        self.threads
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner)
            .push(thread);
        Ok(())
    }

    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) fn readers(&self) -> &Readers {
        &self.readers
    }

    /// The writer of a key: always the same, so that work on one identity never waits for a lock that work on it holds.
    pub(crate) fn writer(&self, key: &[u8]) -> &Queue<Box<dyn Job>> {
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(key);
        let index = usize::try_from(hash % self.writers.len() as u64).unwrap_or(0);
        &self.writers[index]
    }

    /// Accepts nothing more, finishes what was accepted, and ends the threads.
    pub(crate) fn close(&self) {
        for queue in &self.writers {
            queue.close();
        }
        match &self.readers {
            Readers::Inline(pool) => pool.close(),
            Readers::Threads(queue) => queue.close(),
        }
        let threads =
            std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            // The last handle may be dropped by a closure, on the thread that runs it; that one ends by itself.
            if thread.thread().id() != thread::current().id() {
                // A database thread catches the panics of its work; one of its own has been printed by then.
                let _ = thread.join();
            }
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.close();
    }
}
