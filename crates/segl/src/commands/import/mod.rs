//! `segl import`: what comes from outside into our own database.

mod bar;

use std::path::PathBuf;
use std::sync::Arc;

use clap::Subcommand;
use server::clock::Clock;
use server::register::import::{Beginning, ImportFault, Importer, Report};
use store::register::ImportKind;

use self::bar::Bar;
use super::Outcome;
use super::place::Place;
use super::say::say;

/// What `segl import` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// The population register: a file of the CPR office, the whole of it or nothing.
    ///
    /// Takes a whole register, or what changed since the file before; the start record says which. Where this is interrupted, the same command
    /// goes on. A server may run meanwhile: it sees what was there before until the last entry is written.
    Cpr(CprArgs),
}

#[derive(Debug, clap::Args)]
struct CprArgs {
    #[command(flatten)]
    place: Place,
    /// The file, in ISO-8859-1, from its start record (000) to its end record.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Gives up an interrupted import of another file, of which nothing is seen yet.
    #[arg(long)]
    instead: bool,
}

/// Runs it.
pub(crate) fn run(args: Args) -> Outcome {
    let Act::Cpr(args) = args.act;
    let (store, keys) = args.place.open_with_keys()?;
    let importer = Importer {
        store: &store,
        keys: Arc::new(keys),
        clock: Clock::System,
        instead: args.instead,
    };
    let mut bar = Bar::new();
    let outcome = importer.import(&args.file, &mut |progress| bar.show(progress));
    bar.clear();
    let outcome = outcome.map_err(|fault| advice(&args, &fault))?;
    store.close();
    say(&told(&outcome))?;
    Ok(())
}

/// The fault, with what to do about it where that is known.
fn advice(args: &CprArgs, fault: &ImportFault) -> String {
    let file = args.file.display();
    let again = |options: &str| {
        format!(
            "\n  segl import cpr {} {options}FILE",
            args.place.as_typed()
        )
    };
    match fault {
        ImportFault::File(fault) => {
            format!("{file} was not taken, and nothing of it: {fault}")
        }
        ImportFault::Unfinished { is_seen: true, .. } => format!(
            "{fault}, and what it brought holds already. Finish it first, with the same file:{}",
            again("")
        ),
        ImportFault::Unfinished { is_seen: false, .. } => format!(
            "{fault}. Finish it with the same file, or give it up:{}",
            again("--instead ")
        ),
        _ => format!("{file}: {fault}"),
    }
}

/// What was done, in sentences.
fn told(report: &Report) -> String {
    let what = match report.kind {
        ImportKind::Whole => "The register",
        ImportKind::Changes => "The changes",
    };
    let (day, persons) = (report.produced_on, grouped(report.persons));
    let mut text = match report.began {
        Beginning::DoneBefore => {
            return format!("{what} of {day} had been imported before. Nothing was changed.\n");
        }
        Beginning::Anew => format!("{what} of {day}: {persons} persons imported.\n"),
        Beginning::Resumed => {
            format!(
                "{what} of {day}: {persons} persons imported, going on where it was interrupted.\n"
            )
        }
    };
    let followed = &report.followed;
    let counts = [
        (followed.details, "with new details"),
        (followed.numbers, "with another number"),
        (followed.deaths, "ended by death"),
    ];
    let counts: Vec<String> = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{} {what}", grouped(count)))
        .collect();
    if !counts.is_empty() {
        text = format!("{text}Identities that followed: {}.\n", counts.join(", "));
    }
    if followed.conflicts > 0 {
        text = format!(
            "{text}{} cannot follow: under the new number somebody has an identity already, and an official must look at both (R-PER-1).\n",
            grouped(followed.conflicts)
        );
    }
    text
}

/// A number with its thousands apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use server::register::import::FollowedIdentities;

    #[test]
    fn what_was_done_is_told_in_sentences() {
        let report = Report {
            kind: ImportKind::Changes,
            produced_on: date(2026, 11, 2),
            persons: 12_345,
            began: Beginning::Resumed,
            followed: FollowedIdentities {
                details: 3,
                numbers: 0,
                deaths: 1,
                conflicts: 0,
            },
        };
        assert_eq!(
            told(&report),
            "The changes of 2026-11-02: 12,345 persons imported, going on where it was interrupted.\n\
             Identities that followed: 3 with new details, 1 ended by death.\n"
        );
    }

    #[test]
    fn thousands_are_apart() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (1_000_000, "1,000,000"),
        ] {
            assert_eq!(grouped(number), text);
        }
    }
}
