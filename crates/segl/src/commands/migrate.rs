//! `segl migrate`.

use super::Outcome;

/// What `segl migrate` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

/// Runs it.
pub(crate) fn run(_: Args) -> Outcome {
    Err("not built yet".into())
}
