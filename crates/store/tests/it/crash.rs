//! Crashes: a process killed in the middle of heavy writing loses nothing that it was told is there.
//!
//! The process is this test's own program, started again for [`child`]. It prints an id when, and only when, the store has
//! acknowledged it.

use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::env;
use std::hash::BuildHasher;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread;
use std::time::Duration;

use store::{Store, StoreConfig, StoreError};
use testpg::Postgres;

use crate::engine::{Engine, SCHEMA};

/// Tells [`child`] where to write, and from which number on.
const CHILD: &str = "SEGL_TEST_CRASH_CHILD";
const ROUNDS: i64 = 20;
/// The server goes down too in every so many rounds.
const SERVER_CRASH: i64 = 5;

#[test]
fn a_killed_process_loses_nothing_on_sqlite() {
    let engine = Engine::sqlite();
    engine.open();
    kill_repeatedly(&engine.config, |_round| {});
}

#[test]
fn a_killed_process_or_server_loses_nothing_on_postgresql() {
    // Its own server, since it is killed under everybody.
    let server = match Postgres::start() {
        Ok(server) => server,
        Err(reason) => return println!("skipped: PostgreSQL: {reason}"),
    };
    let database = server.create_database().unwrap();
    let config = StoreConfig::new(&database.url);
    Store::open_with(&config, SCHEMA).unwrap();
    kill_repeatedly(&config, |round| {
        if round % SERVER_CRASH == 0 {
            server.crash().unwrap();
        }
    });
}

/// A store outlives the server it is connected to: work is refused or done, never both, and goes on afterwards.
#[test]
fn a_store_finds_its_server_again() {
    let server = match Postgres::start() {
        Ok(server) => server,
        Err(reason) => return println!("skipped: PostgreSQL: {reason}"),
    };
    let database = server.create_database().unwrap();
    let store = Store::open_with(&StoreConfig::new(&database.url), SCHEMA).unwrap();
    for round in 1..=2 {
        insert(&store, round).unwrap();
        server.crash().unwrap();
        assert_eq!(count(&store), round);
    }
    insert(&store, 3).unwrap();
    assert_eq!(count(&store), 3);
}

fn kill_repeatedly(config: &StoreConfig, crash_server: impl Fn(i64)) {
    let mut acknowledged = HashSet::new();
    for round in 1..=ROUNDS {
        let mut child = start_child(config, round << 32);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines
            .by_ref()
            .map(Result::unwrap)
            .find_map(|line| id(&line))
            .unwrap();
        acknowledged.insert(first);
        let reader = thread::spawn(move || {
            lines
                .map_while(Result::ok)
                .filter_map(|line| id(&line))
                .collect::<Vec<_>>()
        });
        crash_server(round);
        thread::sleep(Duration::from_micros(
            RandomState::new().hash_one(round) % 60_000,
        ));
        child.kill().unwrap();
        child.wait().unwrap();
        acknowledged.extend(reader.join().unwrap());

        let store = Store::open_with(config, SCHEMA).unwrap();
        let (things, parts) = stored(&store);
        let lost: Vec<_> = acknowledged.difference(&things).collect();
        assert!(
            lost.is_empty(),
            "round {round}: {} of {} are lost: {lost:?}",
            lost.len(),
            acknowledged.len()
        );
        assert_eq!(
            things, parts,
            "round {round}: a transaction is there by half"
        );
    }
    let count = acknowledged.len();
    assert!(
        count > 300,
        "only {count} writes in {ROUNDS} rounds: that was no heavy writing"
    );
    println!("{count} acknowledged writes in {ROUNDS} crashes, none lost");
}

/// The number of a complete line `ack 42.`
fn id(line: &str) -> Option<i64> {
    line.strip_prefix("ack ")?.strip_suffix('.')?.parse().ok()
}

fn start_child(config: &StoreConfig, from: i64) -> Child {
    Command::new(env::current_exe().unwrap())
        .args([
            "--exact",
            "crash::child",
            "--ignored",
            "--nocapture",
            "--quiet",
        ])
        .env(CHILD, format!("{from} {}", config.url))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
#[ignore = "the process that the crash tests start and kill"]
fn child() {
    let Ok(order) = env::var(CHILD) else { return };
    let (from, url) = order.split_once(' ').unwrap();
    let store = Store::open_with(&StoreConfig::new(url), SCHEMA).unwrap();
    let next = AtomicI64::new(from.parse().unwrap());
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                loop {
                    let id = next.fetch_add(1, Ordering::Relaxed);
                    if insert(&store, id).is_ok() {
                        // One system call for the whole line, so that it is printed entirely or not at all.
                        std::io::stdout()
                            .lock()
                            .write_all(format!("ack {id}.\n").as_bytes())
                            .unwrap();
                    }
                }
            });
        }
    });
}

/// A transaction of two rows.
fn insert(store: &Store, id: i64) -> Result<(), StoreError> {
    store.write_blocking(&id.to_be_bytes(), move |tx| {
        let id = id.to_be_bytes();
        tx.execute("INSERT INTO things (id) VALUES ($1)", &[(&id).into()])?;
        tx.execute(
            "INSERT INTO parts (id, thing_id) VALUES ($1, $1)",
            &[(&id).into()],
        )?;
        Ok(())
    })
}

fn count(store: &Store) -> i64 {
    store
        .read_blocking::<_, StoreError, _>(|tx| {
            tx.query_one("SELECT count(*) FROM things", &[], |row| row.bigint(0))
        })
        .unwrap()
}

fn stored(store: &Store) -> (HashSet<i64>, HashSet<i64>) {
    let ids = |sql: &'static str| {
        let ids = store.read_blocking::<Vec<i64>, StoreError, _>(move |tx| {
            tx.query(sql, &[], |row| {
                Ok(i64::from_be_bytes(row.bytes(0)?.try_into().unwrap()))
            })
        });
        ids.unwrap().into_iter().collect()
    };
    (ids("SELECT id FROM things"), ids("SELECT id FROM parts"))
}
