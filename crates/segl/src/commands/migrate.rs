//! `segl migrate`: brings the database up to this version. `segl serve` does so too; this is for those who want it apart.

use super::Outcome;
use crate::config::ConfigFile;
use crate::installation;

/// What `segl migrate` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    config: ConfigFile,
    /// Only say what would be applied.
    #[arg(long)]
    dry_run: bool,
}

/// Runs it.
pub(crate) fn run(args: Args) -> Outcome {
    let database = installation::store_config(&args.config.read()?)?;
    let (names, done) = if args.dry_run {
        (store::pending_migrations(&database)?, "pending")
    } else {
        (store::migrate(&database)?, "applied")
    };
    for name in &names {
        println!("{done}: {name}");
    }
    if names.is_empty() {
        println!("The database is up to date.");
    }
    Ok(())
}
