//! A running server, as `serve` and `demo` share it: the runtime, the log, the stop, and the provider with its jobs.

pub(crate) mod certificate;
pub(crate) mod metrics;
pub(crate) mod process;
pub(crate) mod watch;

use std::io;
use std::num::NonZero;
use std::sync::Arc;
use std::thread;

use axum::Router;
use server::Segl;
use server::listen::{self, Listener};
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;
use tracing_subscriber::EnvFilter;

use crate::config::{LogConfig, LogFormat};

/// A runtime whose workers leave one processor to the database's threads and the system, where there are several. Measured on two
/// processors under full load: a tenth less processor time for each sign-in, and more of them, than with a worker on each.
pub(crate) fn runtime() -> io::Result<Runtime> {
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(processors.saturating_sub(1).max(1))
        .enable_all()
        .build()
}

/// Begins to log on standard error. What may be logged is decided where it happens; no query, cookie, token or name is.
pub(crate) fn logging(config: &LogConfig) -> Result<(), RunningFault> {
    let filter = EnvFilter::builder()
        .parse(&config.level)
        .map_err(|_| RunningFault::LogLevel(config.level.clone()))?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr);
    match config.format {
        LogFormat::Json => log
            .json()
            .flatten_event(true)
            .with_current_span(false)
            .with_span_list(false)
            .try_init(),
        LogFormat::Text => log
            .with_ansi(io::IsTerminal::is_terminal(&io::stderr()))
            .try_init(),
    }
    .map_err(|_| RunningFault::LoggingAlready)
}

/// The wish that everything ends. Clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Stop(Arc<tokio::sync::watch::Sender<bool>>);

impl Stop {
    /// Comes with SIGTERM or SIGINT. Inside the runtime only.
    pub(crate) fn on_signals() -> io::Result<Self> {
        let stop = Self(Arc::new(tokio::sync::watch::Sender::new(false)));
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let requested = stop.clone();
        tokio::spawn(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            requested.request();
        });
        Ok(stop)
    }

    /// Stops without a signal.
    pub(crate) fn request(&self) {
        self.0.send_replace(true);
    }

    /// Waits for it.
    pub(crate) fn came(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut receiver = self.0.subscribe();
        async move {
            // The sender lives as long as anyone waits for it; without it nobody could ask anyway.
            let _ = receiver.wait_for(|stop| *stop).await;
        }
    }
}

/// Serves the sites until the stop: does the server's own jobs, answers, finishes what is under way, and closes the database.
pub(crate) async fn sites(segl: Arc<Segl>, sites: Vec<(Listener, Router)>, stop: Stop) {
    let jobs = server::jobs::start(&segl);
    let mut serving = JoinSet::new();
    for (listener, router) in sites {
        let (came, segl) = (stop.came(), Arc::clone(&segl));
        serving.spawn(listen::serve(listener, router, async move {
            came.await;
            segl.end_waiting();
        }));
    }
    while serving.join_next().await.is_some() {}
    drop(jobs);
    let store = segl.store.clone();
    if tokio::task::spawn_blocking(move || store.close())
        .await
        .is_err()
    {
        tracing::error!("the database was not closed in good order");
    }
}

/// Why a server cannot run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RunningFault {
    /// Not a filter.
    #[error(
        "log.level: {0} is neither error, warn, info, debug nor a filter such as info,store=debug"
    )]
    LogLevel(String),
    /// Something logs already.
    #[error("a log is set up already")]
    LoggingAlready,
    /// The recorder cannot be installed.
    #[error("the metrics cannot be recorded: {0}")]
    Metrics(String),
    /// A PEM file.
    #[error("{path}: {reason}", path = path.display())]
    Certificate {
        /// Which file.
        path: std::path::PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A socket.
    #[error("cannot listen at {address}: {error}")]
    Listen {
        /// Where.
        address: std::net::SocketAddr,
        /// What the system says.
        error: io::Error,
    },
}
