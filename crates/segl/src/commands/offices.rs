//! `segl offices`: the offices of Citizen Service at which people book a time (R-BOK-1).

use std::path::{Path, PathBuf};

use clap::Subcommand;
use domain::appointment::{Office, OfficeFault};
use domain::policy::AppointmentPolicy;
use serde::Deserialize;
use server::clock::Clock;
use store::{Store, StoreError};

use super::Outcome;
use crate::config::{Config, ConfigFile};
use crate::installation;

/// What `segl offices` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Lists the offices.
    List {
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Adds offices, or replaces those with the same id: all of the file or none. Bookings stay; a running server needs no restart.
    Import {
        #[command(flatten)]
        config: ConfigFile,
        /// Offices, each as an `[[office]]`. docs/appointments.md shows one.
        #[arg(value_name = "FILE.toml")]
        file: PathBuf,
    },
}

/// Runs it.
pub(crate) fn run(args: Args) -> Outcome {
    match args.act {
        Act::List { config } => list(&config.read()?),
        Act::Import { config, file } => import(&config.read()?, &file),
    }
}

fn list(config: &Config) -> Outcome {
    let offices = open(config)?.read_blocking(store::office::all)?;
    if offices.is_empty() {
        println!("There is no office, so nobody can book a time.");
    }
    for office in offices {
        println!("{}", line(&office));
    }
    Ok(())
}

fn line(office: &Office) -> String {
    let Office {
        id,
        name,
        organisation,
        desks,
        services,
        ..
    } = office;
    let services: Vec<&str> = services.keys().map(String::as_str).collect();
    format!(
        "{id}  {} (organisation {organisation}), desks: {desks}, {}",
        name.da,
        services.join(" ")
    )
}

/// A file of offices.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    office: Vec<Office>,
}

fn import(config: &Config, file: &Path) -> Outcome {
    let policy = installation::policy(config, Clock::System.now())?;
    let offices = read(file, &policy.appointments)?;
    let now = Clock::System.now();
    let kept = offices.clone();
    open(config)?.write_blocking::<_, StoreError, _>(b"offices", move |tx| {
        kept.iter()
            .try_for_each(|office| store::office::put(tx, office, now))
    })?;
    for office in &offices {
        println!("imported: {}", line(office));
    }
    Ok(())
}

/// Reads a file and checks each of its offices.
fn read(file: &Path, policy: &AppointmentPolicy) -> Result<Vec<Office>, OfficesFault> {
    let text = std::fs::read_to_string(file).map_err(|error| OfficesFault::Unreadable {
        file: file.to_owned(),
        reason: error.to_string(),
    })?;
    parse(&text, policy).map_err(|fault| match fault {
        OfficesFault::Toml(reason) => OfficesFault::Unreadable {
            file: file.to_owned(),
            reason,
        },
        other => other,
    })
}

/// The offices of a text.
pub(super) fn parse(text: &str, policy: &AppointmentPolicy) -> Result<Vec<Office>, OfficesFault> {
    let File { office } = toml::from_str(text)
        .map_err(|error| OfficesFault::Toml(error.to_string().trim_end().to_owned()))?;
    let mut checked: Vec<Office> = Vec::new();
    for office in office {
        let id = office.id.to_string();
        if checked.iter().any(|earlier| earlier.id == office.id) {
            return Err(OfficesFault::Twice(id));
        }
        let office = office
            .checked(policy)
            .map_err(|fault| OfficesFault::Refused { id, fault })?;
        checked.push(office);
    }
    Ok(checked)
}

/// The database as it is: importing an office migrates nothing.
fn open(config: &Config) -> Result<Store, Box<dyn std::error::Error + Send + Sync>> {
    let database = installation::store_config(config)?;
    Store::open_without_migrating(&database).map_err(|error: StoreError| error.into())
}

/// Why offices are refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum OfficesFault {
    /// Not TOML, or not an office's members.
    #[error("{0}")]
    Toml(String),
    /// Not there, or not what it should be.
    #[error("{}: {reason}", file.display())]
    Unreadable {
        /// Which file.
        file: PathBuf,
        /// What is wrong, and where.
        reason: String,
    },
    /// It does not hold together.
    #[error("office {id}: {fault}")]
    Refused {
        /// Which office.
        id: String,
        /// What is wrong.
        fault: OfficeFault,
    },
    /// Which of the two would count?
    #[error("office {0} stands in the file twice")]
    Twice(String),
}
