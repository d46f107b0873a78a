//! Reads: they see what is committed and nothing else, and change nothing.

use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::thread;

use store::StoreError;

use crate::engine::{Engine, add, labels};

#[test]
fn a_read_sees_committed_rows_only() {
    for engine in Engine::all()
        .into_iter()
        .filter(|engine| engine.reads_beside_writes)
    {
        let store = engine.open();
        let (written, wait_written) = channel();
        let (release, held) = channel::<()>();
        let held = Mutex::new(held);
        thread::scope(|scope| {
            let writer = scope.spawn(|| {
                store.write_blocking::<_, StoreError, _>(b"", move |tx| {
                    add(tx, "a")?;
                    written.send(()).unwrap();
                    held.lock().unwrap().recv().unwrap_err();
                    Ok(())
                })
            });
            wait_written.recv().unwrap();
            assert!(labels(&store).is_empty(), "{}", engine.name);
            drop(release);
            writer.join().unwrap().unwrap();
            assert_eq!(labels(&store), ["a"], "{}", engine.name);
        });
    }
}

#[test]
fn a_read_sees_every_write_that_was_acknowledged() {
    for engine in Engine::all() {
        let store = engine.open();
        for value in 1..50_i64 {
            store
                .write_blocking::<_, StoreError, _>(b"", move |tx| {
                    tx.execute(
                        "UPDATE counters SET value = $1 WHERE id = 1",
                        &[value.into()],
                    )
                })
                .unwrap();
            let read = store.read_blocking::<_, StoreError, _>(|tx| {
                tx.query_one("SELECT value FROM counters WHERE id = 1", &[], |row| {
                    row.bigint(0)
                })
            });
            assert_eq!(read, Ok(value), "{}", engine.name);
        }
    }
}

#[test]
fn a_read_cannot_write() {
    for engine in Engine::all() {
        let store = engine.open();
        let inserted = store.read_blocking::<_, StoreError, _>(|tx| add(tx, "a"));
        assert_eq!(inserted, Err(StoreError::ReadOnly), "{}", engine.name);
        let returned = store.read_blocking::<_, StoreError, _>(|tx| {
            tx.query(
                "UPDATE counters SET value = 1 RETURNING value",
                &[],
                |row| row.bigint(0),
            )
        });
        assert_eq!(returned, Err(StoreError::ReadOnly), "{}", engine.name);
        assert!(labels(&store).is_empty(), "{}", engine.name);
        store
            .write_blocking::<_, StoreError, _>(b"", |tx| add(tx, "a"))
            .unwrap();
    }
}

#[test]
fn more_readers_than_connections_take_turns() {
    for engine in Engine::all() {
        let store = engine.open();
        store
            .write_blocking::<_, StoreError, _>(b"", |tx| add(tx, "a"))
            .unwrap();
        thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        assert_eq!(labels(&store), ["a"], "{}", engine.name);
                    }
                });
            }
        });
    }
}
