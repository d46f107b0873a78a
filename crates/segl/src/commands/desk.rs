//! `segl desk officials`: who may act at Citizen Service's desks, and as what. They sign in with their own identities.

use clap::Subcommand;
use domain::desk::{Official, Organisation, Role, is_shown};
use domain::id::IdentityId;
use server::Segl;
use server::clock::Clock;

use super::Outcome;
use crate::config::ConfigFile;
use crate::installation;

/// What `segl desk` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Officials and supervisors of municipalities.
    #[command(subcommand)]
    Officials(Act),
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Makes somebody an official, or changes what they are. A running server needs no restart.
    Add(Add),
    /// Lists them: role, organisation, office, identity.
    List {
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Takes the role away, at once.
    Remove {
        #[command(flatten)]
        config: ConfigFile,
        #[command(flatten)]
        who: Who,
    },
}

#[derive(Debug, clap::Args)]
struct Add {
    #[command(flatten)]
    config: ConfigFile,
    #[command(flatten)]
    who: Who,
    /// The organisation's CVR number: eight digits.
    #[arg(long, value_name = "CVR")]
    organisation: String,
    /// The municipality's number: four digits.
    #[arg(long, value_name = "CODE")]
    municipality: String,
    /// What people call the municipality.
    #[arg(long, value_name = "NAME")]
    name: String,
    /// The office, such as "Borgerservice, Torvet 1".
    #[arg(long, value_name = "TEXT")]
    office: String,
    /// `official` or `supervisor`.
    #[arg(long, value_name = "ROLE", default_value = "official")]
    role: Role,
}

/// Somebody, by one of two names.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct Who {
    /// The user ID.
    #[arg(long, value_name = "USER_ID")]
    user_id: Option<String>,
    /// The identity's UUID, as `list` shows it.
    #[arg(long, value_name = "UUID")]
    identity: Option<IdentityId>,
}

/// Runs it.
pub(crate) fn run(args: Args) -> Outcome {
    let What::Officials(act) = args.what;
    match act {
        Act::Add(add) => self::add(&add),
        Act::List { config } => list(&config),
        Act::Remove { config, who } => remove(&config, &who),
    }
}

fn open(config: &ConfigFile) -> Result<std::sync::Arc<Segl>, String> {
    let read = config.read().map_err(|fault| fault.to_string())?;
    installation::open(&read, Clock::System).map_err(|fault| fault.with_advice(&config.path))
}

fn add(args: &Add) -> Outcome {
    let organisation = Organisation::new(&args.organisation, &args.municipality, &args.name)?;
    if !is_shown(&args.office) {
        return Err("an office has 1 to 120 characters".into());
    }
    let segl = open(&args.config)?;
    let official = Official {
        identity: args.who.identity(&segl)?,
        organisation,
        office: args.office.clone(),
        role: args.role,
    };
    let (added, now) = (official.clone(), segl.clock.now());
    segl.store
        .write_blocking(official.identity.as_bytes(), move |tx| {
            store::official::put(tx, &added, now)
        })?;
    println!("added: {}", line(&official));
    Ok(())
}

fn list(config: &ConfigFile) -> Outcome {
    let officials = open(config)?.store.read_blocking(store::official::all)?;
    if officials.is_empty() {
        println!("Nobody is an official.");
    }
    for official in officials {
        println!("{}", line(&official));
    }
    Ok(())
}

fn remove(config: &ConfigFile, who: &Who) -> Outcome {
    let segl = open(config)?;
    let identity = who.identity(&segl)?;
    let removed = segl.store.write_blocking(identity.as_bytes(), move |tx| {
        store::official::remove(tx, identity)
    })?;
    if !removed {
        return Err("that identity is no official".into());
    }
    println!("removed: {identity}");
    Ok(())
}

impl Who {
    fn identity(
        &self,
        segl: &Segl,
    ) -> Result<IdentityId, Box<dyn std::error::Error + Send + Sync>> {
        let (keys, named) = (segl.keys(), self.identity);
        let typed = self.user_id.clone().unwrap_or_default();
        let found = segl.store.read_blocking(move |tx| match named {
            Some(id) => Ok::<_, store::StoreError>(store::identity::exists(tx, id)?.then_some(id)),
            None => store::identity::find_id(tx, &keys.data, &typed),
        })?;
        found.ok_or_else(|| "nobody has that identity".into())
    }
}

fn line(official: &Official) -> String {
    let Official {
        identity,
        organisation,
        office,
        role,
    } = official;
    format!(
        "{}  {} (CVR {}, municipality {}), {office}, {identity}",
        role.word(),
        organisation.name,
        organisation.cvr,
        organisation.municipality_code
    )
}
