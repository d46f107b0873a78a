//! The demo's folder: passphrase and vault, the SQLite database, and the secrets of the demo's own services.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use oidc::jose::{Algorithm, SigningKey};
use serde::{Deserialize, Serialize};
use server::vault::file::{VaultFault, VaultFile, write_private};
use server::vault::{Contents, Keys};

/// The open folder.
pub(crate) struct Data {
    folder: PathBuf,
    vault: VaultFile,
    kept: Mutex<Kept>,
}

/// What the demo remembers beside the database, in `demo.json`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Kept {
    /// The bank's client secret.
    pub(crate) bank_secret: String,
    /// The municipality's private key, PKCS#8.
    pub(crate) municipality_key: String,
    /// The load generator's client secret.
    pub(crate) bench_secret: String,
    /// The user IDs of people who were added on the front page.
    pub(crate) added: Vec<String>,
    /// What the specimen countries' keys and documents are made from, 256 random bits.
    #[serde(default)]
    pub(crate) documents_seed: Option<String>,
    /// When the demo was first started, in microseconds: people's ages and documents follow from it.
    #[serde(default)]
    pub(crate) first_start: Option<i64>,
}

impl Kept {
    fn generate() -> Result<Self, DataFault> {
        let (_, key) = SigningKey::generate(Algorithm::Es256).map_err(|_| DataFault::Randomness)?;
        Ok(Self {
            bank_secret: secret()?,
            municipality_key: URL_SAFE_NO_PAD.encode(key),
            bench_secret: secret()?,
            added: Vec::new(),
            documents_seed: None,
            first_start: None,
        })
    }

    /// The municipality's key.
    pub(crate) fn municipality_key(&self) -> Result<SigningKey, DataFault> {
        URL_SAFE_NO_PAD
            .decode(&self.municipality_key)
            .ok()
            .and_then(|key| SigningKey::from_pkcs8(Algorithm::Es256, &key).ok())
            .ok_or(DataFault::Damaged)
    }
}

/// 256 random bits.
fn secret() -> Result<String, DataFault> {
    let bytes = server::random::bytes::<32>().map_err(|_| DataFault::Randomness)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

impl Data {
    /// Opens the folder, and makes on the first start what it needs.
    pub(crate) fn open(folder: &Path, now: Timestamp) -> Result<Self, DataFault> {
        std::fs::create_dir_all(folder).map_err(|error| DataFault::io(folder, &error))?;
        let vault = VaultFile {
            path: folder.join("vault.json"),
            passphrase_file: folder.join("vault-passphrase"),
        };
        if !vault.path.exists() {
            if database(folder).exists() {
                return Err(DataFault::VaultMissing(folder.to_owned()));
            }
            write_private(&vault.passphrase_file, secret()?.as_bytes())?;
            vault.write(&Contents::generate(now)?)?;
        }
        let file = folder.join(KEPT);
        let kept = if file.exists() {
            let text =
                std::fs::read_to_string(&file).map_err(|error| DataFault::io(&file, &error))?;
            serde_json::from_str(&text).map_err(|_| DataFault::Damaged)?
        } else {
            let kept = Kept::generate()?;
            write(&file, &kept)?;
            kept
        };
        let kept = if kept.first_start.is_none() || kept.documents_seed.is_none() {
            let first_start = kept.first_start.or(Some(now.as_microsecond()));
            let documents_seed = Some(secret()?);
            let kept = Kept {
                documents_seed,
                first_start,
                ..kept
            };
            write(&file, &kept)?;
            kept
        } else {
            kept
        };
        Ok(Self {
            folder: folder.to_owned(),
            vault,
            kept: Mutex::new(kept),
        })
    }

    /// The folder itself.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where the database lies unless another is named.
    pub(crate) fn database_url(&self) -> String {
        format!("sqlite:{}", database(&self.folder).display())
    }

    /// The keys in the vault.
    pub(crate) fn keys(&self) -> Result<Keys, DataFault> {
        Ok(self.vault.read()?.open()?)
    }

    /// When the demo was first started.
    pub(crate) fn first_start(&self) -> Timestamp {
        let micros = self.kept().first_start.unwrap_or_default();
        Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// The first day of the demo, in Denmark.
    pub(crate) fn first_day(&self) -> jiff::civil::Date {
        self.first_start().to_zoned(super::people::denmark()).date()
    }

    /// What is remembered beside the database.
    pub(crate) fn kept(&self) -> Kept {
        self.kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Remembers somebody who was added on the front page.
    pub(crate) fn add(&self, user_id: &str) -> Result<(), DataFault> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.added.push(user_id.to_owned());
        write(&self.folder.join(KEPT), &kept)
    }
}

/// Where the database lies in a demo's folder, whether it is there or not.
pub(crate) fn database(folder: &Path) -> PathBuf {
    folder.join(DATABASE)
}

const DATABASE: &str = "segl.db";
const KEPT: &str = "demo.json";

fn write(file: &Path, kept: &Kept) -> Result<(), DataFault> {
    let json = serde_json::to_vec_pretty(kept).map_err(|_| DataFault::Damaged)?;
    Ok(write_private(file, &json)?)
}

/// Why the folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DataFault {
    /// A file.
    #[error("{path}: {reason}", path = path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The vault.
    #[error(transparent)]
    Vault(#[from] VaultFault),
    /// The secrets' file is not one.
    #[error("demo.json in the demo's folder is damaged: move the folder away and start anew")]
    Damaged,
    /// A database whose keys are gone.
    #[error("{} has a database but no vault.json, and without its keys the database cannot be read: move the folder away and start anew", .0.display())]
    VaultMissing(PathBuf),
    /// The operating system gives no random numbers.
    #[error("no random numbers")]
    Randomness,
}

impl DataFault {
    fn io(path: &Path, error: &std::io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            reason: error.to_string(),
        }
    }
}
