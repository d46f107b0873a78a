//! `segl services`: the registered services, one TOML file each.

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::Subcommand;
use oidc::client::{Client, ClientAuthentication, ClientFault, Registration, SecretHash, Sector};
use serde_json::json;
use server::clock::Clock;
use store::{Store, StoreError};

use super::{Outcome, keys};
use crate::config::{Config, ConfigFile};
use crate::installation;

/// What `segl services` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Lists the registered services.
    List {
        #[command(flatten)]
        config: ConfigFile,
        /// As JSON: the registrations whole, in the form that `put` takes.
        #[arg(long)]
        json: bool,
    },
    /// Adds services, or replaces those with the same client_id: all of the files or none. A running server needs no restart.
    Put {
        #[command(flatten)]
        config: ConfigFile,
        /// Registrations, a service each.
        #[arg(required = true, value_name = "SERVICE.toml")]
        files: Vec<PathBuf>,
    },
    /// Makes a client secret, and the line for the registration that knows only its hash.
    Secret,
}

/// Runs it.
pub(crate) fn run(args: Args) -> Outcome {
    match args.act {
        Act::List { config, json } => list(&config.read()?, json),
        Act::Put { config, files } => put(&config.read()?, &files),
        Act::Secret => secret(),
    }
}

fn list(config: &Config, as_json: bool) -> Outcome {
    let documents = open(config)?.read_blocking(store::service::all)?;
    if as_json {
        let rows = documents
            .iter()
            .map(|(_, document)| serde_json::from_str(document))
            .collect::<Result<Vec<serde_json::Value>, _>>()?;
        println!("{}", serde_json::to_string_pretty(&json!(rows))?);
        return Ok(());
    }
    if documents.is_empty() {
        println!("No service is registered.");
    }
    for (client_id, document) in documents {
        match serde_json::from_str::<Client>(&document) {
            Ok(client) => println!("{}", line(&client)),
            Err(error) => println!("{client_id}  does not hold together, and is refused: {error}"),
        }
    }
    Ok(())
}

fn line(client: &Client) -> String {
    let sector = match client.sector {
        Sector::Public => "public",
        Sector::Private => "private",
    };
    let method = match client.authentication {
        ClientAuthentication::None => "no secret, PKCE",
        ClientAuthentication::Secret { .. } => "secret",
        ClientAuthentication::PrivateKeyJwt { .. } => "private_key_jwt",
    };
    let Registration {
        client_id,
        name,
        organisation,
        scopes,
        ..
    } = &**client;
    format!(
        "{client_id}  {} ({}), {sector}, {method}, scopes: {}",
        name.en,
        organisation.name,
        scopes.join(" ")
    )
}

fn put(config: &Config, files: &[PathBuf]) -> Outcome {
    let clients = files
        .iter()
        .map(|file| read(file))
        .collect::<Result<Vec<_>, _>>()?;
    for (index, client) in clients.iter().enumerate() {
        if clients
            .iter()
            .take(index)
            .any(|earlier| earlier.client_id == client.client_id)
        {
            return Err(ServiceFault::Twice(client.client_id.clone()).into());
        }
    }
    let rows = clients
        .iter()
        .map(|client| Ok((client.client_id.clone(), serde_json::to_string(client)?)))
        .collect::<Result<Vec<_>, serde_json::Error>>()?;
    let now = Clock::System.now();
    open(config)?.write_blocking(b"services", move |tx| {
        rows.iter()
            .try_for_each(|(client_id, document)| store::service::put(tx, client_id, document, now))
    })?;
    for client in &clients {
        println!("registered: {}", line(client));
    }
    Ok(())
}

/// Reads a registration and checks it.
fn read(file: &Path) -> Result<Client, ServiceFault> {
    let text = std::fs::read_to_string(file).map_err(|error| ServiceFault::Unreadable {
        file: file.to_owned(),
        reason: error.to_string(),
    })?;
    let registration: Registration =
        toml::from_str(&text).map_err(|error| ServiceFault::Unreadable {
            file: file.to_owned(),
            reason: error.to_string().trim_end().to_owned(),
        })?;
    Client::try_from(registration).map_err(|fault| ServiceFault::Refused {
        file: file.to_owned(),
        fault,
    })
}

/// The database as it is: registering a service migrates nothing.
fn open(config: &Config) -> Result<Store, Box<dyn std::error::Error + Send + Sync>> {
    let database = installation::store_config(config)?;
    Store::open_without_migrating(&database).map_err(|error: StoreError| error.into())
}

fn secret() -> Outcome {
    let secret = URL_SAFE_NO_PAD.encode(keys::random()?.as_slice());
    println!("client_secret, for the service alone; it is kept nowhere here:\n  {secret}");
    println!(
        "its registration:\n  authentication = {{ method = \"secret\", sha256 = \"{}\" }}",
        String::from(SecretHash::of(&secret))
    );
    Ok(())
}

/// Why a registration is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum ServiceFault {
    /// Not there, not TOML, or not a registration's members.
    #[error("{}: {reason}", file.display())]
    Unreadable {
        /// Which file.
        file: PathBuf,
        /// What is wrong, and where.
        reason: String,
    },
    /// It does not hold together (R-SVC-1).
    #[error("{}: {fault}", file.display())]
    Refused {
        /// Which file.
        file: PathBuf,
        /// What is wrong.
        fault: ClientFault,
    },
    /// Which of the two would count?
    #[error("client_id {0} stands in two of the files")]
    Twice(String),
}
