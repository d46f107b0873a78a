//! `segl trust`: whom to trust about passports: the authorities of all countries, and what they have taken back.

mod file;
mod import;
mod list;
mod report;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;

use super::place::Place;

/// What `segl trust` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Takes in master lists, revocation lists, deviation and defect lists, certificates, and LDIF files of such.
    ///
    /// A certificate in a DER or PEM file is trusted because you name it. A signed list must lead to a certificate that is trusted
    /// already, or comes along in the same command. Importing again changes nothing.
    Import(ImportArgs),
    /// Lists what is trusted: country, key, validity and source.
    List(ListArgs),
}

#[derive(Debug, clap::Args)]
struct ImportArgs {
    #[command(flatten)]
    place: Place,
    /// DER, PEM, LDIF, or base64 of DER.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Also takes signed lists whose signer leads to nobody who is trusted. Their certificates are marked, and vouch for no other list.
    #[arg(long)]
    accept_unverified: bool,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct ListArgs {
    #[command(flatten)]
    place: Place,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

/// Runs it. 0: done; 1: something was refused; 2: it could not be done.
pub(crate) fn run(args: Args) -> ExitCode {
    let done = match args.act {
        Act::Import(args) => import::run(&args),
        Act::List(args) => list::run(&args),
    };
    super::say::exit_code(done)
}
