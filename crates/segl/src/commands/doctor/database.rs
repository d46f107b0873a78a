//! The database: it can be reached, is of this version, reads and writes, agrees about the time, and its services hold together.

use std::path::Path;
use std::time::Instant;

use aws_lc_rs::digest::{SHA256, digest};
use jiff::{SignedDuration, Timestamp};
use oidc::client::Client;
use server::clock::Clock;
use store::{Store, StoreConfig, StoreError};

use super::Finding;
use crate::config::{Config, RegisterKind};
use crate::installation;

/// How far two clocks may be apart: a second of a sign-in's QR code, and some.
const SKEW: SignedDuration = SignedDuration::from_secs(2);

/// Everything about it. What cannot be reached is not asked further.
pub(super) fn examine(config: &Config, path: &Path, now: Timestamp) -> Vec<Finding> {
    let reach = |fault: &dyn std::fmt::Display| {
        vec![Finding::fail(
            "database",
            fault,
            "see database.url, and whether the database runs",
        )]
    };
    let database = match installation::store_config(config) {
        Ok(database) => database,
        Err(fault) => return reach(&fault),
    };
    if let Some(missing) = missing_file(&database) {
        return vec![missing];
    }
    match store::pending_migrations(&database) {
        Err(error) => return reach(&error),
        Ok(pending) if !pending.is_empty() => {
            let advice = format!(
                "segl migrate --config {}; segl serve applies them too",
                path.display()
            );
            return vec![Finding::warn(
                "database",
                format!("migrations are not applied yet: {}", pending.join(", ")),
                advice,
            )];
        }
        Ok(_) => {}
    }
    let store = match Store::open_without_migrating(&database) {
        Ok(store) => store,
        Err(error) => return reach(&error),
    };
    let findings = vec![
        engine(&store),
        probe(&store, now),
        clock(&store),
        services(&store),
        register(&store, config, now),
    ];
    store.close();
    findings
}

/// The population register: how old and how large it is, and whether an import waits to be finished.
fn register(store: &Store, config: &Config, now: Timestamp) -> Finding {
    const ABOUT: &str = "population register";
    if config.register.kind == RegisterKind::Outside {
        return Finding::ok(ABOUT, "a service outside");
    }
    let asked = store.read_blocking(|tx| {
        let unfinished = store::register::current_import(tx)?;
        let held = match store::register::held(tx)? {
            Some(held) => Some((held, store::register::size(tx, held.base)?)),
            None => None,
        };
        Ok::<_, StoreError>((unfinished, held))
    });
    match asked {
        Err(error) => Finding::fail(ABOUT, error, "its tables cannot be read"),
        Ok((Some(import), _)) => Finding::warn(
            ABOUT,
            format!(
                "the import of the file of {} is not finished",
                import.produced_on
            ),
            "give `segl import cpr` the same file again: it goes on where it was",
        ),
        Ok((None, None)) => Finding::ok(ABOUT, "none yet: segl import cpr FILE fills it"),
        Ok((None, Some((held, persons)))) => {
            let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
            let days = held
                .produced_on
                .until(today)
                .map_or(0, |span| span.get_days());
            let told = format!(
                "of {}, {days} days old; its last whole file has {persons} persons",
                held.produced_on
            );
            Finding::ok(ABOUT, told)
        }
    }
}

/// Looking must not make the file that is looked for.
fn missing_file(database: &StoreConfig) -> Option<Finding> {
    let file = Path::new(database.url.strip_prefix("sqlite:")?);
    (!file.exists() && !file.as_os_str().is_empty()).then(|| {
        Finding::warn(
            "database",
            format!("{} is not there yet", file.display()),
            "segl serve or segl migrate makes it",
        )
    })
}

fn engine(store: &Store) -> Finding {
    let name = store.engine_name();
    let sql = if name == "SQLite" {
        "SELECT sqlite_version()"
    } else {
        "SELECT current_setting('server_version')"
    };
    match store
        .read_blocking(move |tx| tx.query_one(sql, &[], |row| row.text(0).map(str::to_owned)))
    {
        Ok::<_, StoreError>(version) => Finding::ok(
            "database",
            format!("{name} {version}, of this version's schema"),
        ),
        Err(error) => Finding::fail(
            "database",
            error,
            "the database answers, but not this question",
        ),
    }
}

/// Commits something that ends at once, and finds it again. The server forgets it within a minute.
#[expect(
    clippy::disallowed_methods,
    reason = "measures how long a commit takes"
)]
fn probe(store: &Store, now: Timestamp) -> Finding {
    const ABOUT: &str = "commit";
    let what: [u8; 32] = match digest(&SHA256, now.to_string().as_bytes())
        .as_ref()
        .try_into()
    {
        Ok(what) => what,
        Err(error) => return Finding::fail(ABOUT, error, "SHA-256 is broken here"),
    };
    let began = Instant::now();
    let written = store.write_blocking(b"doctor", move |tx| {
        store::used_once::claim(tx, "doctor", &what, now)
    });
    let took = began.elapsed().as_secs_f64() * 1000.0;
    match written.and_then(|_| {
        store.read_blocking(move |tx| store::used_once::is_claimed(tx, "doctor", &what))
    }) {
        Ok(true) if took > 250.0 => Finding::warn(
            ABOUT,
            format!("took {took:.0} ms"),
            "every sign-in waits for two: look at the disk",
        ),
        Ok(true) => Finding::ok(ABOUT, format!("durable in {took:.1} ms, and read again")),
        Ok::<_, StoreError>(false) => Finding::fail(
            ABOUT,
            "a row was committed and is not there",
            "database.url must lead to the primary",
        ),
        Err(error) => Finding::fail(
            ABOUT,
            error,
            "the database's user must be allowed to read and write",
        ),
    }
}

fn clock(store: &Store) -> Finding {
    const ABOUT: &str = "clock";
    if store.engine_name() == "SQLite" {
        let now = Clock::System.now();
        return Finding::ok(ABOUT, format!("{now:.0}"));
    }
    let asked = store.read_blocking(|tx| {
        tx.query_one(
            "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)",
            &[],
            |row| row.bigint(0),
        )
    });
    let now = Clock::System.now();
    match asked {
        Ok(micros) => skew(SignedDuration::from_micros(micros - now.as_microsecond())),
        Err::<_, StoreError>(error) => {
            Finding::warn(ABOUT, error, "the database's time cannot be read")
        }
    }
}

fn skew(skew: SignedDuration) -> Finding {
    let seconds = skew.as_secs_f64();
    if skew.abs() > SKEW {
        return Finding::fail(
            "clock",
            format!("the database's is {seconds:+.1} s from ours"),
            "keep both machines on time (NTP)",
        );
    }
    Finding::ok("clock", format!("{seconds:+.3} s from the database's"))
}

fn services(store: &Store) -> Finding {
    const ABOUT: &str = "services";
    let documents = match store.read_blocking(store::service::all) {
        Ok(documents) => documents,
        Err::<_, StoreError>(error) => {
            return Finding::fail(ABOUT, error, "the database answers, but not this question");
        }
    };
    let broken: Vec<_> = documents
        .iter()
        .filter(|(client_id, document)| !holds_together(client_id, document))
        .map(|(id, _)| id.as_str())
        .collect();
    if !broken.is_empty() {
        return Finding::fail(
            ABOUT,
            format!(
                "refused, since they do not hold together: {}",
                broken.join(", ")
            ),
            "segl services put each of them anew",
        );
    }
    if documents.is_empty() {
        return Finding::warn(
            ABOUT,
            "none is registered, so nobody can sign in anywhere",
            "segl services put",
        );
    }
    Finding::ok(ABOUT, format!("{} registered", documents.len()))
}

fn holds_together(client_id: &str, document: &str) -> bool {
    serde_json::from_str::<Client>(document).is_ok_and(|client| client.client_id == client_id)
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;

    #[test]
    fn two_seconds_apart_is_too_far() {
        assert_eq!(skew(SignedDuration::from_secs(2)).state, State::Ok);
        assert_eq!(skew(SignedDuration::from_millis(2001)).state, State::Fail);
        assert_eq!(
            skew(SignedDuration::from_millis(-2001)).detail,
            "the database's is -2.0 s from ours"
        );
    }

    #[test]
    fn a_service_is_registered_under_its_own_name() {
        let document = include_str!("../../../tests/it/service.json");
        assert!(holds_together("kommune", document));
        assert!(!holds_together("another", document));
        assert!(!holds_together("kommune", "{}"));
    }
}
