//! The store: closures go in, commits come out.

use std::fmt;
use std::sync::Arc;

use crate::block_on::block_on;
use crate::engine::writer::job;
use crate::engine::{self, Engine, Readers};
use crate::migrate::{self, MIGRATIONS, Migration};
use crate::{StoreError, Tx};

/// Which database, and how many connections to it.
#[derive(Clone)]
pub struct StoreConfig {
    /// `sqlite:PATH`, `sqlite::memory:`, or `postgres://user:password@host:port/database`.
    pub url: String,
    /// Connections for reading. An in-memory database has one for everything.
    pub read_connections: usize,
    /// Connections for writing to PostgreSQL. SQLite has one.
    pub writers: usize,
}

impl StoreConfig {
    /// A database with four read connections and two writers.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            read_connections: 4,
            writers: 2,
        }
    }
}

/// Without the URL, which may hold a password.
impl fmt::Debug for StoreConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreConfig")
            .field("read_connections", &self.read_connections)
            .field("writers", &self.writers)
            .finish_non_exhaustive()
    }
}

/// An open database. Clones share it; the last one closes it.
#[derive(Clone)]
pub struct Store(Arc<Engine>);

impl Store {
    /// Connects and applies pending migrations. Waits for the network and the disk.
    pub fn open(config: &StoreConfig) -> Result<Self, StoreError> {
        Self::open_with(config, MIGRATIONS)
    }

    /// [`open`](Self::open) with other migrations than the program's, for tests of the engines.
    pub fn open_with(config: &StoreConfig, migrations: &[Migration]) -> Result<Self, StoreError> {
        Engine::open(config, |session| {
            migrate::migrate(session, migrations).map(drop)
        })
        .map(|engine| Self(Arc::new(engine)))
    }

    /// Connects, and refuses a database with [pending](pending_migrations) migrations instead of applying them.
    pub fn open_without_migrating(config: &StoreConfig) -> Result<Self, StoreError> {
        let engine = Engine::open(config, |session| {
            match migrate::pending(session, MIGRATIONS)?.into_iter().next() {
                None => Ok(()),
                Some(name) => Err(StoreError::Migration {
                    name,
                    reason: "is not applied yet: run `segl migrate`".to_owned(),
                }),
            }
        })?;
        Ok(Self(Arc::new(engine)))
    }

    /// Runs work in a transaction and answers when its commit is durable.
    ///
    /// Work with the same `key`, an identity's id for example, runs one after the other. The closure is synchronous and runs on a
    /// database thread, together with others in one commit: it should decide and write, not compute, and may run more than once,
    /// each time on a fresh transaction. If it returns an error or panics, everything it did is undone. Once this future was
    /// polled to where the work is accepted, the work is done even if the future is dropped.
    pub async fn write<T, E, F>(&self, key: &[u8], work: F) -> Result<T, E>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (job, answer) = job(work);
        self.0.writer(key).push(job).await?;
        answer
            .await
            .unwrap_or_else(|_gone| Err(E::from(StoreError::Closed)))
    }

    /// Runs statements that change nothing. Each sees everything that was committed before it began.
    ///
    /// On SQLite the closure runs on the caller's thread, so it looks at few rows.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let queue = match self.0.readers() {
            Readers::Inline(pool) => return pool.run(work).await,
            Readers::Threads(queue) => queue,
        };
        let mut work = Some(work);
        let (job, answer) = job(move |tx: &mut Tx<'_>| match work.take() {
            Some(work) => work(tx),
            None => Err(E::from(StoreError::Closed)),
        });
        queue.push(job).await?;
        answer
            .await
            .unwrap_or_else(|_gone| Err(E::from(StoreError::Closed)))
    }

    /// [`write`](Self::write) for commands and tests that have no runtime.
    pub fn write_blocking<T, E, F>(&self, key: &[u8], work: F) -> Result<T, E>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        block_on(self.write(key, work))
    }

    /// [`read`](Self::read) for commands and tests that have no runtime.
    pub fn read_blocking<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        block_on(self.read(work))
    }

    /// Accepts nothing more, for any clone, and returns when everything that was accepted is committed.
    pub fn close(self) {
        self.0.close();
    }

    /// `SQLite` or `PostgreSQL`, for people.
    pub fn engine_name(&self) -> &'static str {
        self.0.name()
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Store").field(&self.engine_name()).finish()
    }
}

/// Applies pending migrations and names them.
pub fn migrate(config: &StoreConfig) -> Result<Vec<String>, StoreError> {
    migrate::migrate(&mut *engine::connect(&config.url)?, MIGRATIONS)
}

/// Names the migrations that [`migrate()`] would apply.
pub fn pending_migrations(config: &StoreConfig) -> Result<Vec<String>, StoreError> {
    migrate::pending(&mut *engine::connect(&config.url)?, MIGRATIONS)
}
