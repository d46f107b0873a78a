//! Migrations: applied once each, in order, each in its own transaction, and remembered with the SHA-256 of their text.

use aws_lc_rs::digest::{SHA256, digest};

use crate::StoreError;
use crate::engine::Session;
use crate::row::Value;

/// A change of the schema. Its text serves both engines and never changes once it was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migration {
    /// Its file's name without the extension: `0001_foundation`. Migrations are applied in the order of their names.
    pub name: &'static str,
    /// Its statements.
    pub sql: &'static str,
}

/// The migrations that this program knows.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        name: "0001_foundation",
        sql: include_str!("../migrations/0001_foundation.sql"),
    },
    Migration {
        name: "0002_trust",
        sql: include_str!("../migrations/0002_trust.sql"),
    },
    Migration {
        name: "0003_chip_readings",
        sql: include_str!("../migrations/0003_chip_readings.sql"),
    },
    Migration {
        name: "0004_register",
        sql: include_str!("../migrations/0004_register.sql"),
    },
    Migration {
        name: "0005_enrolment",
        sql: include_str!("../migrations/0005_enrolment.sql"),
    },
    Migration {
        name: "0006_face",
        sql: include_str!("../migrations/0006_face.sql"),
    },
    Migration {
        name: "0007_desk",
        sql: include_str!("../migrations/0007_desk.sql"),
    },
    Migration {
        name: "0008_appointments",
        sql: include_str!("../migrations/0008_appointments.sql"),
    },
    Migration {
        name: "0009_p_codes",
        sql: include_str!("../migrations/0009_p_codes.sql"),
    },
    Migration {
        name: "0010_desk_cases",
        sql: include_str!("../migrations/0010_desk_cases.sql"),
    },
];

const CREATE_TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (name TEXT NOT NULL PRIMARY KEY, sha256 BYTEA NOT NULL)";

/// Applies what is pending and names it.
///
/// [`StoreError::Migration`] if the text of an applied one has changed, or if one is applied that this program does not know: the
/// database then belongs to a newer program.
pub(crate) fn migrate(
    session: &mut dyn Session,
    known: &[Migration],
) -> Result<Vec<String>, StoreError> {
    let mut applied = Vec::new();
    for next in known {
        if in_transaction(session, |session| apply(session, known, next))? {
            tracing::info!(migration = next.name, "applied");
            applied.push(next.name.to_owned());
        }
    }
    Ok(applied)
}

/// Names what [`migrate`] would apply, with the same refusals. Creates the record of migrations if there is none.
pub(crate) fn pending(
    session: &mut dyn Session,
    known: &[Migration],
) -> Result<Vec<String>, StoreError> {
    let applied = in_transaction(session, |session| applied(session, known))?;
    Ok(known
        .iter()
        .map(|known| known.name)
        .filter(|name| !applied.iter().any(|applied| applied == name))
        .map(str::to_owned)
        .collect())
}

fn apply(
    session: &mut dyn Session,
    known: &[Migration],
    next: &Migration,
) -> Result<bool, StoreError> {
    // Read again under the lock: another node may have applied it while this one waited.
    if applied(session, known)?
        .iter()
        .any(|name| name == next.name)
    {
        return Ok(false);
    }
    session.batch(next.sql)?;
    session.execute(
        "INSERT INTO schema_migrations (name, sha256) VALUES ($1, $2)",
        &[
            Value::Text(next.name),
            Value::Bytes(digest(&SHA256, next.sql.as_bytes()).as_ref()),
        ],
    )?;
    Ok(true)
}

fn applied(session: &mut dyn Session, known: &[Migration]) -> Result<Vec<String>, StoreError> {
    session.lock_migrations()?;
    session.batch(CREATE_TABLE)?;
    let mut names = Vec::new();
    session.query(
        "SELECT name, sha256 FROM schema_migrations",
        &[],
        &mut |row| {
            let name = row.text(0)?.to_owned();
            let refused = |reason: &str| StoreError::Migration {
                name: name.clone(),
                reason: reason.to_owned(),
            };
            let Some(migration) = known.iter().find(|migration| migration.name == name) else {
                return Err(refused("was applied by a newer program, use that one"));
            };
            if digest(&SHA256, migration.sql.as_bytes()).as_ref() != row.bytes(1)? {
                return Err(refused("has another text than the one that was applied"));
            }
            names.push(name);
            Ok(())
        },
    )?;
    Ok(names)
}

fn in_transaction<T>(
    session: &mut dyn Session,
    work: impl FnOnce(&mut dyn Session) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    session.begin()?;
    match work(session) {
        Ok(done) => session.commit().map(|()| done),
        Err(error) => {
            session.rollback();
            Err(error)
        }
    }
}
