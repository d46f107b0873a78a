//! The commands, as a user types them.

pub(crate) mod bench;
pub(crate) mod demo;
pub(crate) mod desk;
pub(crate) mod doctor;
pub(crate) mod face;
mod fault_text;
pub(crate) mod import;
pub(crate) mod keys;
pub(crate) mod migrate;
pub(crate) mod offices;
pub(crate) mod passport;
mod place;
mod say;
pub(crate) mod serve;
pub(crate) mod services;
pub(crate) mod trust;

use std::error::Error;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// How a command ends.
pub(crate) type Outcome = Result<(), Box<dyn Error + Send + Sync>>;

/// Segl, an open national electronic identity.
#[derive(Debug, Parser)]
#[command(name = "segl", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Everything on one machine, with seeded people and two services to try it on.
    Demo(demo::Args),
    /// The server.
    Serve(serve::Args),
    /// Looks at an installation and says what is wrong with it.
    Doctor(doctor::Args),
    /// Brings the database up to this version.
    Migrate(migrate::Args),
    /// The key vault: make one, rotate the signing keys.
    Keys(keys::Args),
    /// What comes from outside: the population register.
    Import(import::Args),
    /// The registered services: list them, add or replace one.
    Services(services::Args),
    /// Citizen Service: who may act at its desks.
    Desk(desk::Args),
    /// The model that compares faces: check one, and try it on two pictures.
    Face(face::Args),
    /// The offices of Citizen Service at which people book a time: list them, import a file.
    Offices(offices::Args),
    /// Passports and identity cards: verify the files of one, read one.
    Passport(passport::Args),
    /// Whom to trust about passports: import lists of authorities, show them.
    Trust(trust::Args),
    /// Measures a running server.
    Bench(bench::Args),
}

/// Runs what the command line says.
pub(crate) fn run() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Demo(args) => demo::run(args),
        Command::Serve(args) => serve::run(args),
        Command::Doctor(args) => doctor::run(args),
        Command::Migrate(args) => migrate::run(args),
        Command::Keys(args) => keys::run(args),
        Command::Import(args) => import::run(args),
        Command::Services(args) => services::run(args),
        Command::Desk(args) => desk::run(args),
        Command::Face(args) => return face::run(&args),
        Command::Offices(args) => offices::run(args),
        Command::Passport(args) => return passport::run(args),
        Command::Trust(args) => return trust::run(args),
        Command::Bench(args) => bench::run(args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("segl: {error}");
            ExitCode::FAILURE
        }
    }
}
