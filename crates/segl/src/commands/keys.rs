//! `segl keys`: the key vault.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::Subcommand;
use domain::policy::Policy;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use server::clock::Clock;
use server::vault::Contents;
use server::vault::file::{VaultFault, VaultFile, write_private};
use zeroize::Zeroizing;

use super::Outcome;
use crate::config::ConfigFile;
use crate::installation;

/// What `segl keys` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Makes a vault with new keys, and its passphrase if there is none.
    Init {
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Adds new signing keys. Services see them at once; they sign after the overlap. A running server needs no restart.
    Rotate {
        #[command(flatten)]
        config: ConfigFile,
        /// How long services have to fetch the new keys before they sign. They may keep the old list for five minutes.
        #[arg(long, value_name = "DURATION", default_value = "1h")]
        overlap: SignedDuration,
    },
    /// Lists the signing keys and when each signs.
    List {
        #[command(flatten)]
        config: ConfigFile,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
}

/// What services may keep the list of keys for (`Cache-Control` of the JWKS), and the time in which a server reads the vault again.
const LEAST_OVERLAP: SignedDuration = SignedDuration::from_mins(6);

/// Runs it.
pub(crate) fn run(args: Args) -> Outcome {
    let now = Clock::System.now();
    match args.act {
        Act::Init { config } => init(&config, now),
        Act::Rotate { config, overlap } => rotate(&config, overlap, now),
        Act::List { config, json } => list(&config, json, now),
    }
}

fn init(config: &ConfigFile, now: Timestamp) -> Outcome {
    let vault = installation::vault(&config.read()?);
    let made = init_vault(&vault, now)?;
    println!("made {}", vault.path.display());
    match made {
        Passphrase::Made => println!("made {}", vault.passphrase_file.display()),
        Passphrase::Found => println!(
            "sealed with the passphrase in {}",
            vault.passphrase_file.display()
        ),
    }
    println!(
        "Keep copies of both, apart from each other: without them the database's personal data and every PIN are lost."
    );
    Ok(())
}

/// Where a new vault's passphrase is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Passphrase {
    /// There was none: 256 random bits.
    Made,
    /// Its file was there.
    Found,
}

/// Makes a vault where there is none.
pub(crate) fn init_vault(vault: &VaultFile, now: Timestamp) -> Result<Passphrase, KeysFault> {
    if vault.path.exists() {
        return Err(KeysFault::VaultExists(vault.path.clone()));
    }
    let passphrase = if vault.passphrase_file.exists() {
        Passphrase::Found
    } else {
        let mut text = Zeroizing::new(URL_SAFE_NO_PAD.encode(random()?.as_slice()));
        text.push('\n');
        write_private(&vault.passphrase_file, text.as_bytes())?;
        Passphrase::Made
    };
    vault.write(&Contents::generate(now)?)?;
    Ok(passphrase)
}

/// 256 random bits.
pub(crate) fn random() -> Result<Zeroizing<[u8; 32]>, KeysFault> {
    let mut bytes = Zeroizing::new([0; 32]);
    aws_lc_rs::rand::fill(bytes.as_mut_slice()).map_err(|_| KeysFault::NoRandomness)?;
    Ok(bytes)
}

fn rotate(config: &ConfigFile, overlap: SignedDuration, now: Timestamp) -> Outcome {
    if overlap < LEAST_OVERLAP {
        return Err(KeysFault::OverlapTooShort.into());
    }
    let config = config.read()?;
    let longest = longest_token(&installation::policy(&config, now)?);
    let vault = installation::vault(&config);
    let mut contents = vault.read()?;
    let change = contents.rotate(now, overlap, longest)?;
    vault.write(&contents)?;
    println!(
        "The new keys are published within seconds, and sign from {}.",
        shown(change)
    );
    println!(
        "The keys before them stay published until {}, when the last token they signed has ended.",
        shown(change + longest)
    );
    Ok(())
}

/// The longest that a token of this policy can be shown to anybody (R-SVC-5).
fn longest_token(policy: &Policy) -> SignedDuration {
    let tokens = &policy.tokens;
    SignedDuration::from_secs(tokens.access_token_seconds.max(tokens.id_token_seconds))
}

fn list(config: &ConfigFile, as_json: bool, now: Timestamp) -> Outcome {
    let keys = installation::vault(&config.read()?).read()?.open()?;
    if as_json {
        let rows: Vec<_> = keys.signing.schedule().collect();
        println!("{}", serde_json::to_string_pretty(&json!(rows))?);
        return Ok(());
    }
    for key in keys.signing.schedule() {
        let current = keys
            .signing
            .current(key.algorithm, now)
            .is_some_and(|current| current.kid() == key.kid);
        let state = match key.published_until {
            _ if key.signs_from > now => format!("signs from {}", shown(key.signs_from)),
            Some(until) if until <= now => "over".to_owned(),
            Some(until) => format!(
                "{} until {}",
                if current {
                    "signs, published"
                } else {
                    "published"
                },
                shown(until)
            ),
            None => format!("signs, since {}", shown(key.signs_from)),
        };
        println!("{}  {:<5}  {state}", key.kid, key.algorithm.as_str());
    }
    Ok(())
}

/// In UTC, to the second.
fn shown(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC)
        .strftime("%Y-%m-%d %H:%M:%S UTC")
        .to_string()
}

/// Why the vault stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum KeysFault {
    /// Its keys would be lost.
    #[error("{} is there already; another vault in its place would lock out every person in the database", .0.display())]
    VaultExists(std::path::PathBuf),
    /// Services would meet a key that they have not fetched.
    #[error("the overlap must be 6 minutes or more: services may keep the list of keys for 5")]
    OverlapTooShort,
    /// The system gives none.
    #[error("the system gives no random numbers")]
    NoRandomness,
    /// The file.
    #[error(transparent)]
    Vault(#[from] VaultFault),
}
