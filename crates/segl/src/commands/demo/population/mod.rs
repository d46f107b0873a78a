//! `segl demo population`: a made-up population in the CPR office's files, so that the demo and the tests go through the real importer.
//!
//! Families are invented one after the other out of the seed, and written at once: it takes the same memory for a thousand people as for ten
//! million, and the same seed gives the same file.

mod changes;
mod dice;
mod family;
mod names;
mod numbers;
mod places;

use std::fs::File;
use std::io::{BufWriter, ErrorKind, Write};
use std::path::PathBuf;

use domain::register::RegisterEntry;
use domain::register::file::{self, Start};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};

use self::dice::Dice;
use self::family::{Inventor, replaced};
use self::numbers::Numbers;
use super::super::Outcome;

/// What `segl demo population` takes.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Args {
    /// How many persons. A number that stands in place of another is one more entry.
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub(crate) persons: u64,
    /// The same seed gives the same population.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// The day of the file.
    #[arg(long, value_name = "DATE", default_value_t = DAY)]
    pub(crate) day: Date,
    /// What changes in that population on the day after: moves, new names, deaths, protection and new numbers.
    #[arg(long)]
    pub(crate) changes: bool,
    /// Where to write it; without it, to standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

/// A day that does not depend on when somebody asks.
const DAY: Date = date(2026, 11, 1);

/// Runs it. That whoever reads has read enough (`| head`) is no failure.
pub(crate) fn run(args: &Args) -> Outcome {
    let written = match &args.out {
        None => write(args, &[], std::io::stdout().lock()),
        Some(path) => File::create(path).and_then(|file| write(args, &[], file)),
    };
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe && args.out.is_none() => Ok(()),
        written => Ok(written?),
    }
}

/// Writes a whole file: `first` and then the population.
pub(crate) fn write(args: &Args, first: &[RegisterEntry], out: impl Write) -> std::io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 18, out);
    let mut bytes = Vec::new();
    let tomorrow = args.day.saturating_add(1.days());
    file::start(
        &mut bytes,
        Start {
            produced_on: if args.changes { tomorrow } else { args.day },
            changes_since: args.changes.then_some(args.day),
        },
    );
    let mut lines = 0;
    let mut put = |entry: &RegisterEntry| {
        lines += file::person(&mut bytes, entry);
        out.write_all(&bytes)?;
        bytes.clear();
        Ok::<_, std::io::Error>(())
    };
    for entry in first {
        put(entry)?;
    }
    let mut numbers = Numbers::new(tomorrow);
    for entry in first {
        numbers.take(&entry.cpr);
    }
    let mut invented = 0;
    let mut family = 0;
    while invented < args.persons {
        let mut inventor = Inventor {
            dice: Dice::new(args.seed, family),
            numbers: &mut numbers,
            today: args.day,
        };
        let mut people = inventor.family();
        let room = usize::try_from(args.persons - invented).unwrap_or(usize::MAX);
        people.truncate(room);
        invented += people.len() as u64;
        for person in people {
            if args.changes {
                for changed in changes::of(&mut inventor, person) {
                    put(&changed)?;
                }
            } else {
                put(&person)?;
                for old in replaced(&person) {
                    put(&old)?;
                }
            }
        }
        family += 1;
    }
    file::end(&mut bytes, lines);
    out.write_all(&bytes)?;
    out.flush()
}

#[cfg(test)]
mod tests;
