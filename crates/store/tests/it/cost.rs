//! What a closure costs: `cargo test --release -p store -- --ignored --nocapture cost`.

use std::fs;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use store::{Store, StoreError};
use tokio::runtime::{Builder, Runtime};

use crate::engine::Engine;

const ROWS: u32 = 10_000;

#[test]
#[ignore = "measures, and asserts nothing"]
fn cost() {
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    for engine in Engine::all() {
        let store = engine.open();
        runtime
            .block_on(store.write::<_, StoreError, _>(b"", |tx| {
                for number in 0..ROWS {
                    let id = number.to_be_bytes();
                    let params = [(&id).into(), i64::from(number).into()];
                    tx.execute("INSERT INTO things (id, number) VALUES ($1, $2)", &params)?;
                }
                Ok(())
            }))
            .unwrap();
        for tasks in [1, 16, 64, 256] {
            for kind in [Kind::Read, Kind::Write] {
                measure(&runtime, &store, engine.name, tasks, kind);
            }
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Read,
    Write,
}

fn measure(runtime: &Runtime, store: &Store, engine: &str, tasks: u32, kind: Kind) {
    let operations = if tasks == 1 { 4_000 } else { 60_000 };
    let next = std::sync::Arc::new(AtomicU32::new(0));
    #[expect(clippy::disallowed_methods, reason = "this measures")]
    let start = Instant::now();
    let cpu = cpu_seconds();
    runtime.block_on(async {
        let tasks: Vec<_> = (0..tasks)
            .map(|_| {
                let (store, next) = (store.clone(), next.clone());
                tokio::spawn(async move {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= operations {
                            break;
                        }
                        once(&store, number.wrapping_mul(7919) % ROWS, kind)
                            .await
                            .unwrap();
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
    let (wall, cpu) = (start.elapsed().as_secs_f64(), cpu_seconds() - cpu);
    let per = 1e6 / f64::from(operations);
    println!(
        "{engine:16} {kind:?} x{tasks}: {:.1} us/op, {:.1} us CPU/op, {:.0} op/s",
        wall * per,
        cpu * per,
        f64::from(operations) / wall
    );
}

async fn once(store: &Store, number: u32, kind: Kind) -> Result<(), StoreError> {
    let id = number.to_be_bytes();
    match kind {
        Kind::Read => {
            let sql = "SELECT number FROM things WHERE id = $1";
            store
                .read(move |tx| tx.query_one(sql, &[(&id).into()], |row| row.bigint(0)))
                .await
                .map(drop)
        }
        Kind::Write => {
            let sql = "UPDATE things SET number = number + 1 WHERE id = $1";
            store
                .write(&id, move |tx| tx.execute(sql, &[(&id).into()]).map(drop))
                .await
        }
    }
}

/// Processor time of this process's threads, their part of the kernel included. The database server's is not in it.
fn cpu_seconds() -> f64 {
    let nanoseconds = |thread: fs::DirEntry| -> f64 {
        let schedstat = fs::read_to_string(thread.path().join("schedstat")).unwrap();
        schedstat.split(' ').next().unwrap().parse().unwrap()
    };
    let threads = fs::read_dir("/proc/self/task").unwrap();
    threads
        .map(|thread| nanoseconds(thread.unwrap()))
        .sum::<f64>()
        / 1e9
}
