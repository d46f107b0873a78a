//! The databases that the contract is tried on.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use store::{Migration, Store, StoreConfig, StoreError};
use testpg::{Database, Postgres};

/// The schema that the contract uses.
pub(crate) const SCHEMA: &[Migration] = &[Migration {
    name: "0001_contract",
    sql: "-- Everything that the program's own migrations use.
        CREATE TABLE things (id BYTEA NOT NULL PRIMARY KEY, label TEXT UNIQUE, number BIGINT, content BYTEA);
        CREATE TABLE parts (
            id BYTEA NOT NULL PRIMARY KEY,
            thing_id BYTEA NOT NULL REFERENCES things (id) DEFERRABLE INITIALLY DEFERRED
        );
        CREATE TABLE counters (id BIGINT NOT NULL PRIMARY KEY, value BIGINT NOT NULL CHECK (value >= 0));
        INSERT INTO counters (id, value) VALUES (1, 0), (2, 0);",
}];

/// One empty database, removed when this is dropped.
pub(crate) struct Engine {
    pub(crate) name: &'static str,
    pub(crate) config: StoreConfig,
    /// Whether a read can run while a write is under way.
    pub(crate) reads_beside_writes: bool,
    /// Whether the data is there when it is opened again.
    pub(crate) is_durable: bool,
    _folder: Option<Folder>,
    _database: Option<Database<'static>>,
}

impl Engine {
    /// Every engine that is there. Where PostgreSQL is not, it says so.
    pub(crate) fn all() -> Vec<Self> {
        let mut engines = vec![Self::sqlite(), Self::memory()];
        match Postgres::shared() {
            Ok(server) => engines.push(Self::postgres(server)),
            Err(reason) => println!("skipped: PostgreSQL: {reason}"),
        }
        engines
    }

    pub(crate) fn sqlite() -> Self {
        let folder = Folder::new();
        let url = format!("sqlite:{}", folder.0.join("store.db").display());
        Self {
            _folder: Some(folder),
            reads_beside_writes: true,
            is_durable: true,
            ..Self::new("SQLite", url)
        }
    }

    fn memory() -> Self {
        Self::new("SQLite in memory", "sqlite::memory:".to_owned())
    }

    pub(crate) fn postgres(server: &'static Postgres) -> Self {
        let database = server.create_database().unwrap();
        let url = database.url.clone();
        Self {
            _database: Some(database),
            reads_beside_writes: true,
            is_durable: true,
            ..Self::new("PostgreSQL", url)
        }
    }

    fn new(name: &'static str, url: String) -> Self {
        Self {
            name,
            config: StoreConfig::new(url),
            reads_beside_writes: false,
            is_durable: false,
            _folder: None,
            _database: None,
        }
    }

    pub(crate) fn open(&self) -> Store {
        Store::open_with(&self.config, SCHEMA).unwrap()
    }
}

/// What stands in `things`, by label.
pub(crate) fn labels(store: &Store) -> Vec<String> {
    let mut labels: Vec<String> = store
        .read_blocking(|tx| {
            tx.query::<String>("SELECT label FROM things", &[], |row| {
                Ok(row.text(0)?.to_owned())
            })
        })
        .unwrap();
    labels.sort();
    labels
}

/// Adds a thing whose id is its label.
pub(crate) fn add(tx: &mut store::Tx<'_>, label: &str) -> Result<u64, StoreError> {
    tx.execute(
        "INSERT INTO things (id, label) VALUES ($1, $2)",
        &[label.as_bytes().into(), label.into()],
    )
}

/// A folder of its own, removed when this is dropped.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "segl-store-{}-{}",
            process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let path = env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Left behind at worst, in the folder for such things.
        let _ = fs::remove_dir_all(&self.0);
    }
}
