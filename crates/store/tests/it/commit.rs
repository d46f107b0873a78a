//! Commits: who is undone, who is not, and what a race may do.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;
use std::time::Duration;

use store::{Store, StoreError};
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

use crate::engine::{Engine, add, labels};

const KEY: &[u8] = b"one identity";

/// Keeps the writer of [`KEY`] busy until the sender is dropped, so that what is written meanwhile becomes one group.
fn hold(runtime: &Runtime, store: &Store) -> (Sender<()>, JoinHandle<Result<(), StoreError>>) {
    let (started, begun) = channel();
    let (release, held): (Sender<()>, Receiver<()>) = channel();
    let held = Mutex::new(held);
    let store = store.clone();
    let holder = runtime.spawn(async move {
        store
            .write(KEY, move |_tx| {
                started.send(()).unwrap();
                held.lock().unwrap().recv().unwrap_err();
                Ok(())
            })
            .await
    });
    begun.recv().unwrap();
    (release, holder)
}

/// Writes one thing for each label, all in one group, and gives each one's answer.
fn in_one_group(
    store: &Store,
    labels: &[&'static str],
    work: fn(&mut store::Tx<'_>, &str) -> Result<(), StoreError>,
) -> Vec<Result<(), StoreError>> {
    let runtime = Runtime::new().unwrap();
    let (release, holder) = hold(&runtime, store);
    let writes: Vec<_> = labels
        .iter()
        .map(|label| {
            let (store, label) = (store.clone(), *label);
            runtime.spawn(async move { store.write(KEY, move |tx| work(tx, label)).await })
        })
        .collect();
    thread::sleep(Duration::from_millis(30));
    drop(release);
    runtime.block_on(async {
        holder.await.unwrap().unwrap();
        let mut answers = Vec::new();
        for write in writes {
            answers.push(write.await.unwrap());
        }
        answers
    })
}

#[test]
fn a_failing_closure_never_takes_its_neighbours_with_it() {
    for engine in Engine::all() {
        let store = engine.open();
        store
            .write_blocking::<_, StoreError, _>(KEY, |tx| add(tx, "taken"))
            .unwrap();
        let answers = in_one_group(
            &store,
            &[
                "a", "fails", "b", "panics", "c", "taken", "d", "swallows", "e",
            ],
            |tx, label| {
                if label != "taken" {
                    add(tx, label)?;
                }
                match label {
                    "fails" => Err(StoreError::NoRow),
                    "panics" => panic!("as a test"),
                    "taken" => {
                        add(tx, "before taken")?;
                        add(tx, label).map(drop)
                    }
                    "swallows" => {
                        assert!(add(tx, "taken").is_err());
                        assert!(add(tx, "after a failure").is_err());
                        Ok(())
                    }
                    _ => Ok(()),
                }
            },
        );
        assert_eq!(
            labels(&store),
            ["a", "b", "c", "d", "e", "taken"],
            "{}",
            engine.name
        );
        let (good, bad): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        assert_eq!(good.len(), 5, "{}", engine.name);
        assert!(
            bad.contains(&Err(StoreError::NoRow)) && bad.contains(&Err(StoreError::Panicked)),
            "{bad:?}"
        );
        let violations = bad
            .iter()
            .filter(|answer| matches!(answer, Err(StoreError::UniqueViolation { .. })))
            .count();
        assert_eq!(violations, 2, "{}: {bad:?}", engine.name);
    }
}

#[test]
fn a_commit_that_is_refused_fails_for_the_one_who_broke_it() {
    for engine in Engine::all() {
        let store = engine.open();
        let answers = in_one_group(&store, &["a", "orphan", "b"], |tx, label| {
            add(tx, label)?;
            let parent = if label == "orphan" { "nobody" } else { label };
            let params = [label.as_bytes().into(), parent.as_bytes().into()];
            tx.execute("INSERT INTO parts (id, thing_id) VALUES ($1, $2)", &params)
                .map(drop)
        });
        assert_eq!(answers[0], Ok(()), "{}", engine.name);
        assert!(
            matches!(answers[1], Err(StoreError::ConstraintViolation(_))),
            "{}: {answers:?}",
            engine.name
        );
        assert_eq!(answers[2], Ok(()), "{}", engine.name);
        assert_eq!(labels(&store), ["a", "b"], "{}", engine.name);
    }
}

#[test]
fn an_error_undoes_everything_that_its_closure_did() {
    for engine in Engine::all() {
        let store = engine.open();
        let failed = store.write_blocking::<(), StoreError, _>(KEY, |tx| {
            add(tx, "a")?;
            add(tx, "b")?;
            Err(StoreError::NoRow)
        });
        assert_eq!(failed, Err(StoreError::NoRow));
        assert!(labels(&store).is_empty(), "{}", engine.name);
        store
            .write_blocking::<_, StoreError, _>(KEY, |tx| add(tx, "a"))
            .unwrap();
    }
}

#[test]
fn a_panic_in_a_group_of_one_leaves_the_writer_alive() {
    for engine in Engine::all() {
        let store = engine.open();
        let panicked = store.write_blocking::<(), StoreError, _>(KEY, |tx| {
            tx.query_one(
                "SELECT id FROM counters WHERE id = 1",
                &[],
                |_row| -> Result<(), StoreError> { panic!("as a test") },
            )
        });
        assert_eq!(panicked, Err(StoreError::Panicked), "{}", engine.name);
        let panicked = store.read_blocking::<(), StoreError, _>(|_tx| panic!("as a test"));
        assert_eq!(panicked, Err(StoreError::Panicked), "{}", engine.name);
        store
            .write_blocking::<_, StoreError, _>(KEY, |tx| add(tx, "a"))
            .unwrap();
        assert_eq!(labels(&store), ["a"], "{}", engine.name);
    }
}

/// Both counters are raised by many threads, in either order, through every writer: on PostgreSQL that is deadlocks.
#[test]
fn concurrent_increments_are_all_counted() {
    const THREADS: i64 = 16;
    const ROUNDS: i64 = 12;
    for engine in Engine::all() {
        let store = engine.open();
        let start = Arc::new(Barrier::new(16));
        thread::scope(|scope| {
            for number in 0..THREADS {
                let (store, start) = (store.clone(), Arc::clone(&start));
                scope.spawn(move || {
                    start.wait();
                    for round in 0..ROUNDS {
                        let first = 1 + (number + round) % 2;
                        let work = move |tx: &mut store::Tx<'_>| {
                            for id in [first, 3 - first] {
                                tx.execute(
                                    "UPDATE counters SET value = value + 1 WHERE id = $1",
                                    &[id.into()],
                                )?;
                            }
                            Ok(())
                        };
                        while let Err(error) =
                            store.write_blocking::<_, StoreError, _>(&number.to_be_bytes(), work)
                        {
                            assert_eq!(error, StoreError::Busy, "{}", engine.name);
                        }
                    }
                });
            }
        });
        let values = store.read_blocking::<_, StoreError, _>(|tx| {
            tx.query("SELECT value FROM counters ORDER BY id", &[], |row| {
                row.bigint(0)
            })
        });
        assert_eq!(values, Ok(vec![THREADS * ROUNDS; 2]), "{}", engine.name);
    }
}

/// What was read is repeated in the UPDATE. Whoever comes second hits no row, and does not overwrite.
#[test]
fn a_guarded_update_lets_one_of_two_through() {
    for engine in Engine::all() {
        let store = engine.open();
        let won: i64 = thread::scope(|scope| {
            let threads: Vec<_> = (0..16_i64)
                .map(|number| {
                    let store = store.clone();
                    scope.spawn(move || {
                        (0..10)
                            .map(|_| {
                                let seen: i64 = store
                                    .read_blocking::<_, StoreError, _>(|tx| {
                                        tx.query_one("SELECT value FROM counters WHERE id = 1", &[], |row| row.bigint(0))
                                    })
                                    .unwrap();
                                let hit = store.write_blocking::<_, StoreError, _>(&number.to_be_bytes(), move |tx| {
                                    let params = [seen.into(), (seen + 1).into()];
                                    tx.execute("UPDATE counters SET value = $2 WHERE id = 1 AND value = $1", &params)
                                });
                                i64::try_from(hit.unwrap()).unwrap()
                            })
                            .sum::<i64>()
                    })
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .sum()
        });
        let value = store.read_blocking::<_, StoreError, _>(|tx| {
            tx.query_one("SELECT value FROM counters WHERE id = 1", &[], |row| {
                row.bigint(0)
            })
        });
        assert!(
            (10..160).contains(&won),
            "{}: {won} of 160 got through, so there was no race",
            engine.name
        );
        assert_eq!(value, Ok(won), "{}", engine.name);
    }
}

#[test]
fn work_on_one_key_runs_in_the_order_it_was_accepted() {
    for engine in Engine::all() {
        let store = engine.open();
        let runtime = Runtime::new().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (release, holder) = hold(&runtime, &store);
        runtime.block_on(async {
            let mut answers = Vec::new();
            for number in 0..100 {
                let seen = Arc::clone(&seen);
                let mut write = Box::pin(store.write::<_, StoreError, _>(KEY, move |_tx| {
                    seen.lock().unwrap().push(number);
                    Ok(())
                }));
                // Polled once, it is in the queue.
                let polled = std::future::poll_fn(|context| {
                    std::task::Poll::Ready(write.as_mut().poll(context).is_pending())
                })
                .await;
                assert!(polled);
                answers.push(write);
            }
            drop(release);
            for answer in answers {
                answer.await.unwrap();
            }
            holder.await.unwrap().unwrap();
        });
        assert_eq!(
            *seen.lock().unwrap(),
            (0..100).collect::<Vec<_>>(),
            "{}",
            engine.name
        );
    }
}

#[test]
fn what_was_acknowledged_is_there_after_opening_again() {
    for engine in Engine::all().into_iter().filter(|engine| engine.is_durable) {
        let store = engine.open();
        store
            .write_blocking::<_, StoreError, _>(KEY, |tx| add(tx, "a"))
            .unwrap();
        drop(store);
        assert_eq!(labels(&engine.open()), ["a"], "{}", engine.name);
    }
}

#[test]
fn closing_commits_what_was_accepted_and_accepts_no_more() {
    for engine in Engine::all().into_iter().filter(|engine| engine.is_durable) {
        let store = engine.open();
        let runtime = Runtime::new().unwrap();
        let (release, holder) = hold(&runtime, &store);
        let writes: Vec<_> = ["a", "b", "c"]
            .map(|label| {
                let store = store.clone();
                runtime.spawn(async move {
                    store
                        .write::<_, StoreError, _>(KEY, move |tx| add(tx, label))
                        .await
                })
            })
            .into();
        thread::sleep(Duration::from_millis(30));
        let late = store.clone();
        let closing = thread::spawn(move || store.close());
        thread::sleep(Duration::from_millis(30));
        assert!(!closing.is_finished(), "{}", engine.name);
        assert_eq!(
            late.write_blocking::<_, StoreError, _>(KEY, |tx| add(tx, "d")),
            Err(StoreError::Closed)
        );
        assert_eq!(
            late.read_blocking::<(), StoreError, _>(|_tx| Ok(())),
            Err(StoreError::Closed)
        );
        drop(release);
        closing.join().unwrap();
        runtime.block_on(async {
            holder.await.unwrap().unwrap();
            for write in writes {
                assert_eq!(write.await.unwrap(), Ok(1), "{}", engine.name);
            }
        });
        assert_eq!(labels(&engine.open()), ["a", "b", "c"], "{}", engine.name);
    }
}
