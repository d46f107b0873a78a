//! `segl passport`: verifies the files of a travel document, or reads one in a card reader. Names and numbers are shown to whoever types
//! the command, and go nowhere else.

mod files;
mod judge;
mod progress;
mod read;
mod report;
mod sentence;
mod text;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;

use super::place::Place;

/// What `segl passport` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Verifies files that were read before: a folder of COM.bin, SOD.bin, DG1.bin and so on, or a single security object.
    ///
    /// Exit code 0: all that is needed is proved; 1: it is not; 2: the files could not be read.
    Verify(VerifyArgs),
    /// Reads the passport or identity card that lies on a PC/SC reader, and verifies it.
    ///
    /// Exit code 0: all that is needed is proved; 1: it is not; 2: the document could not be read.
    Read(ReadArgs),
}

#[derive(Debug, clap::Args)]
struct VerifyArgs {
    /// The folder, or the file.
    path: PathBuf,
    #[command(flatten)]
    place: Place,
    /// As JSON.
    #[arg(long)]
    json: bool,
    /// Writes the portrait there, as PNG.
    #[arg(long, value_name = "FILE.png")]
    portrait: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
struct ReadArgs {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    password: PasswordArgs,
    /// Which reader: its name or a part of it. Without it, the only one, or the one with a document.
    #[arg(long, value_name = "NAME")]
    reader: Option<String>,
    /// How many seconds to wait for a document.
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    wait: u64,
    /// As JSON.
    #[arg(long)]
    json: bool,
    /// Writes the portrait there, as PNG.
    #[arg(long, value_name = "FILE.png")]
    portrait: Option<PathBuf>,
    /// Keeps the files as they were read, for `segl passport verify`: they are the holder's personal data.
    #[arg(long, value_name = "FOLDER")]
    save: Option<PathBuf>,
}

/// What opens the chip. It stands in the document itself.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct PasswordArgs {
    /// The machine readable zone, its two or three lines in one, or of it `NUMBER/BIRTH/EXPIRY` with dates as YYMMDD. `-`: asks for it.
    #[arg(long, value_name = "ZONE")]
    mrz: Option<String>,
    /// The card access number, six digits on the front. `-`: asks for it.
    #[arg(long, value_name = "DIGITS")]
    can: Option<String>,
}

/// Runs it. 0: proved; 1: not; 2: it could not be asked.
pub(crate) fn run(args: Args) -> ExitCode {
    let done = match args.act {
        Act::Verify(args) => verify::run(&args),
        Act::Read(args) => read::run(&args),
    };
    super::say::exit_code(done)
}
