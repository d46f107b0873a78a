//! `segl trust`: whom to trust about passports: the authorities of all countries, and what they have taken back.

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
    /// A certificate in a DER or PEM file of its own is an anchor because you name it: it vouches for lists about all countries. A signed
    /// list must lead to an anchor, or else, without --anchor, to an authority that came with another list. Importing again changes nothing.
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
    /// Makes the authorities of a country anchors, by its two letters (DE, or UN for ICAO's own), once they are trusted, and takes only
    /// lists for which an anchor vouches. May be given several times.
    #[arg(long = "anchor", value_name = "COUNTRY", value_parser = country)]
    anchors: Vec<String>,
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

fn country(text: &str) -> Result<String, &'static str> {
    if text.len() == 2 && text.bytes().all(|letter| letter.is_ascii_alphabetic()) {
        Ok(text.to_ascii_uppercase())
    } else {
        Err("a country is two letters, such as DE")
    }
}

/// Runs it. 0: done; 1: something was refused; 2: it could not be done.
pub(crate) fn run(args: Args) -> ExitCode {
    let done = match args.act {
        Act::Import(args) => import::run(&args),
        Act::List(args) => list::run(&args),
    };
    super::say::exit_code(done)
}
