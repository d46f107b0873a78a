//! `segl bench`: measures a running server from outside, with simulated people, apps and services.
//!
//! What the figures mean is in `docs/performance.md`.

mod browser;
mod floor;
mod http;
mod load;
mod meter;
mod person;
mod report;
mod service;
mod signin;
mod target;
#[cfg(test)]
mod tests;
mod token;

use std::path::PathBuf;
use std::time::Instant;

use clap::Subcommand;

use super::Outcome;

/// What `segl bench` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Complete sign-ins: browser, app with PIN, approval, code, token, userinfo.
    Signin(signin::Args),
    /// Access tokens by client credentials.
    Token(token::Args),
}

/// What both take.
#[derive(Debug, clap::Args)]
struct Common {
    /// The server, such as http://localhost:8480.
    #[arg(long, value_name = "URL")]
    target: String,
    /// How long to measure.
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=3600))]
    seconds: u64,
    /// End with one line of JSON.
    #[arg(long)]
    json: bool,
    /// How many at a time.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    concurrency: Option<u32>,
    /// The service's credentials and the people to activate, where the server is no demo.
    #[arg(long, value_name = "FILE")]
    prepared: Option<PathBuf>,
    /// The server's Prometheus metrics, for its CPU and memory, where the server is no demo.
    #[arg(long, value_name = "URL")]
    metrics: Option<String>,
}

/// Runs it.
pub(crate) fn run(args: Args) -> Outcome {
    match args.what {
        What::Signin(args) => signin::run(args),
        What::Token(args) => token::run(args),
    }
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn now() -> Instant {
    Instant::now()
}
