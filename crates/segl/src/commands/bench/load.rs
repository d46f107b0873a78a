//! Running workers for a while and counting what they finish: one thread for each processor, each with an event loop of its own, so
//! that no work moves between threads.

use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use hyper::StatusCode;
use tokio::task::LocalSet;

use super::http::{Answer, HttpFault};
use super::meter::{Meter, Used};
use super::now;

/// How long the server warms up before it is measured.
const WARM_UP: Duration = Duration::from_secs(2);
/// A worker that fails this often in a row stops.
const PATIENCE: usize = 5;
/// Failures that are told one by one; after that they are only counted.
const TOLD: usize = 10;
/// Longer than anything takes unless it hangs.
const TIMEOUT: Duration = Duration::from_mins(1);

/// Does one thing again and again.
pub(super) trait Work: Send {
    /// Once.
    async fn once(&mut self) -> Result<(), Failure>;
}

/// What was seen.
#[derive(Debug)]
pub(super) struct Measured {
    /// Finished in the window.
    pub(super) completed: usize,
    /// How long the window was.
    pub(super) window: Duration,
    /// How long each took, shortest first.
    pub(super) latencies: Vec<Duration>,
    /// The server's CPU time in the window, in microseconds, and its memory at the end, in bytes.
    pub(super) used: Option<Used>,
    /// Failed, warm-up included.
    pub(super) failed: usize,
}

/// What one worker did.
#[derive(Default)]
struct Log {
    finished: Vec<(Instant, Duration)>,
    failed: usize,
}

/// Runs the workers, and measures after the warm-up for some seconds.
pub(super) fn run<W: Work>(
    workers: Vec<W>,
    seconds: u64,
    meter: &mut Meter,
) -> Result<Measured, Failure> {
    let (stop, told) = (AtomicBool::new(false), AtomicUsize::new(0));
    let (watched, logs) = thread::scope(|scope| {
        let drivers: Vec<_> = split(workers, processors().saturating_sub(1).max(1))
            .into_iter()
            .map(|share| scope.spawn(|| drive(share, &stop, &told)))
            .collect();
        let watched = block_on(watch(meter, seconds)).flatten();
        stop.store(true, Ordering::Relaxed);
        let logs: Vec<_> = drivers
            .into_iter()
            .map(thread::ScopedJoinHandle::join)
            .collect();
        (watched, logs)
    });
    let (from, until, used) = watched?;
    let (mut latencies, mut failed) = (Vec::new(), 0);
    for log in logs {
        for log in log.map_err(|_| Failure::Thread)?? {
            failed += log.failed;
            let inside = log
                .finished
                .iter()
                .filter(|(at, _)| (from..until).contains(at));
            latencies.extend(inside.map(|(_, took)| *took));
        }
    }
    latencies.sort_unstable();
    Ok(Measured {
        completed: latencies.len(),
        window: until - from,
        latencies,
        used,
        failed,
    })
}

/// Gives every processor's thread its share.
pub(super) fn split<T>(items: Vec<T>, shares: usize) -> Vec<Vec<T>> {
    let mut split: Vec<Vec<T>> = (0..shares.clamp(1, items.len().max(1)))
        .map(|_| Vec::new())
        .collect();
    let count = split.len();
    for (index, item) in items.into_iter().enumerate() {
        split[index % count].push(item);
    }
    split
}

/// How many threads can run at once.
pub(super) fn processors() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// Waits for a future on this thread.
pub(super) fn block_on<F: Future>(future: F) -> Result<F::Output, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime
        .map(|runtime| LocalSet::new().block_on(&runtime, future))
        .map_err(|error| Failure::Http(error.into()))
}

async fn watch(
    meter: &mut Meter,
    seconds: u64,
) -> Result<(Instant, Instant, Option<Used>), Failure> {
    tokio::time::sleep(WARM_UP).await;
    let (before, from) = (meter.read().await?, now());
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    let (after, until) = (meter.read().await?, now());
    let used = before.zip(after).map(|(before, after)| Used {
        cpu_us: after.cpu_us - before.cpu_us,
        ..after
    });
    Ok((from, until, used))
}

fn drive<W: Work>(
    workers: Vec<W>,
    stop: &AtomicBool,
    told: &AtomicUsize,
) -> Result<Vec<Log>, Failure> {
    let all = workers.into_iter().map(|worker| repeat(worker, stop, told));
    block_on(futures_util::future::join_all(all))
}

async fn repeat<W: Work>(mut worker: W, stop: &AtomicBool, told: &AtomicUsize) -> Log {
    let (mut log, mut in_a_row) = (Log::default(), 0);
    while !stop.load(Ordering::Relaxed) && in_a_row < PATIENCE {
        let began = now();
        let outcome = tokio::time::timeout(TIMEOUT, worker.once())
            .await
            .unwrap_or(Err(Failure::TooSlow));
        match outcome {
            Ok(()) => {
                let ended = now();
                log.finished.push((ended, ended - began));
                in_a_row = 0;
            }
            Err(failure) => {
                if told.fetch_add(1, Ordering::Relaxed) < TOLD {
                    eprintln!("{failure}");
                }
                log.failed += 1;
                in_a_row += 1;
            }
        }
    }
    log
}

/// Why something could not be measured, or one thing of many failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// What was named to measure.
    #[error("{0}")]
    Target(String),
    /// Another answer than the one that leads on.
    #[error("{step}: the server answered {status} {said}")]
    Refused {
        step: &'static str,
        status: StatusCode,
        said: String,
    },
    /// An answer without what it should carry.
    #[error("{0}: the answer cannot be read")]
    Unreadable(&'static str),
    /// A stream of events that ended too early.
    #[error("{0}: the server ended the stream of events")]
    Ended(&'static str),
    /// An answer that says something else than it must.
    #[error("{0} is not what it must be")]
    Wrong(&'static str),
    /// The app.
    #[error("in the app, {0}: {1}")]
    App(&'static str, app::AppError),
    /// A token that came.
    #[error("a token of the server: {0}")]
    Token(oidc::jose::JoseFault),
    /// What the floor's cryptography said.
    #[error("the floor: {0}")]
    Floor(authn::Fault),
    /// A signing key could not be made.
    #[error("the floor: {0}")]
    SigningKey(oidc::jose::KeyFault),
    /// No answer in time.
    #[error("no answer within a minute")]
    TooSlow,
    /// A bug of ours.
    #[error("a thread of the load generator ended early")]
    Thread,
    /// No answer.
    #[error(transparent)]
    Http(#[from] HttpFault),
}

impl Failure {
    /// Of an answer that does not lead on, with the beginning of what it says.
    pub(super) fn status(step: &'static str, answer: &Answer) -> Self {
        let said = String::from_utf8_lossy(&answer.body)
            .chars()
            .take(300)
            .collect();
        Self::Refused {
            step,
            status: answer.status,
            said,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_share_gets_its_part_and_none_is_empty() {
        assert_eq!(split(vec![1, 2, 3, 4, 5], 2), [vec![1, 3, 5], vec![2, 4]]);
        assert_eq!(split(vec![1], 4), [vec![1]]);
        assert_eq!(split(Vec::<u8>::new(), 4), [Vec::<u8>::new()]);
    }

    struct Flaky(usize);

    impl Work for Flaky {
        async fn once(&mut self) -> Result<(), Failure> {
            tokio::time::sleep(Duration::from_millis(1)).await;
            self.0 += 1;
            if self.0.is_multiple_of(7) {
                Err(Failure::TooSlow)
            } else {
                Ok(())
            }
        }
    }

    #[test]
    fn counts_what_ends_in_the_window_and_every_failure() {
        let measured = run(vec![Flaky(0), Flaky(0), Flaky(0)], 1, &mut Meter::Absent).unwrap();
        assert!(
            measured.failed > 0 && measured.completed > 100,
            "{measured:?}"
        );
        assert_eq!(measured.completed, measured.latencies.len());
        assert!(measured.latencies.is_sorted() && measured.window >= Duration::from_secs(1));
        assert_eq!(measured.used, None);
    }
}
