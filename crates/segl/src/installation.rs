//! An installation, opened: database, vault, policy, and the server on top of them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::policy::{Policy, PolicyFault};
use domain::secret::Secret;
use jiff::Timestamp;
use server::Segl;
use server::clock::Clock;
use server::register::{HttpRegister, OutsideFault, Register};
use server::settings::{Settings, SettingsFault};
use server::vault::file::{VaultFault, VaultFile};
use store::{Store, StoreConfig, StoreError};

use crate::config::{Config, RegisterKind};
use crate::face_model::{self, ModelUnusable};

/// Opens everything that a server needs. The database is migrated first.
pub(crate) fn open(config: &Config, clock: Clock) -> Result<Arc<Segl>, InstallationFault> {
    let mut settings = Settings::new(&config.server.issuer, config.server.behind_proxy)?;
    if let Some(desk) = &config.desk {
        settings = settings.with_desk(&desk.origin)?;
    }
    let keys = vault(config).read()?.open()?;
    let policy = policy(config, clock.now())?;
    let register = register(config)?;
    let store = Store::open(&store_config(config)?)?;
    let mut segl = Segl::new(settings, store, keys, policy, clock)?;
    segl.register = register;
    let model = config.face.as_ref().map(face_model::load).transpose()?;
    segl.faces.replace(model);
    server::desk::register(&segl)?;
    Ok(Arc::new(segl))
}

/// The population register: our own, or a service outside.
pub(crate) fn register(config: &Config) -> Result<Register, InstallationFault> {
    let register = &config.register;
    if register.kind == RegisterKind::Own {
        return Ok(Register::Own);
    }
    let (Some(url), Some(token_file)) = (&register.url, &register.token_file) else {
        return Err(InstallationFault::RegisterIncomplete);
    };
    let token = std::fs::read_to_string(token_file)
        .map_err(|error| InstallationFault::file(token_file, &error))?;
    let token = Secret::new(token.trim_end().to_owned());
    let authorities = register
        .authorities_file
        .as_ref()
        .map(|file| std::fs::read(file).map_err(|error| InstallationFault::file(file, &error)));
    let service = HttpRegister::new(url, token, authorities.transpose()?.as_deref())?;
    Ok(Register::Outside(service))
}

/// Where the vault lies.
pub(crate) fn vault(config: &Config) -> VaultFile {
    VaultFile {
        path: config.vault.path.clone(),
        passphrase_file: config.vault.passphrase_file.clone(),
    }
}

/// How the database is reached: the password comes from its file.
pub(crate) fn store_config(config: &Config) -> Result<StoreConfig, InstallationFault> {
    let database = &config.database;
    let url = match &database.password_file {
        None => database.url.clone(),
        Some(file) => {
            let password = std::fs::read_to_string(file)
                .map_err(|error| InstallationFault::file(file, &error))?;
            with_password(&database.url, password.trim_end_matches('\n'))?
        }
    };
    if holds_password(&database.url) {
        return Err(InstallationFault::PasswordInUrl);
    }
    Ok(StoreConfig {
        read_connections: database.read_connections,
        writers: database.writers,
        ..StoreConfig::new(&url)
    })
}

/// In the query, where it can stand even when the host is a socket's folder.
fn with_password(url: &str, password: &str) -> Result<String, InstallationFault> {
    let parsed = url::Url::parse(url).ok();
    let server = parsed.filter(|url| ["postgres", "postgresql"].contains(&url.scheme()));
    let mut url = server.ok_or(InstallationFault::DatabaseUrl)?;
    url.query_pairs_mut().append_pair("password", password);
    Ok(url.into())
}

fn holds_password(url: &str) -> bool {
    url::Url::parse(url).is_ok_and(|url| {
        url.password().is_some() || url.query_pairs().any(|(name, _)| name == "password")
    })
}

/// The policy that holds today: of the folder's files, or the built-in one.
pub(crate) fn policy(config: &Config, now: Timestamp) -> Result<Policy, InstallationFault> {
    let Some(directory) = &config.policy.directory else {
        return Ok(Policy::builtin());
    };
    let mut policies = Vec::new();
    let entries =
        std::fs::read_dir(directory).map_err(|error| InstallationFault::file(directory, &error))?;
    for entry in entries {
        let path = entry
            .map_err(|error| InstallationFault::file(directory, &error))?
            .path();
        if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            let text = std::fs::read_to_string(&path)
                .map_err(|error| InstallationFault::file(&path, &error))?;
            policies.push(
                Policy::parse(&text).map_err(|fault| InstallationFault::Policy { path, fault })?,
            );
        }
    }
    let zone = jiff::tz::TimeZone::get("Europe/Copenhagen").unwrap_or(jiff::tz::TimeZone::UTC);
    Policy::in_effect(policies, now.to_zoned(zone).date()).map_err(|fault| {
        InstallationFault::Policy {
            path: directory.clone(),
            fault,
        }
    })
}

/// Why an installation does not open.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InstallationFault {
    /// The issuer.
    #[error(transparent)]
    Settings(#[from] SettingsFault),
    /// The vault.
    #[error(transparent)]
    Vault(#[from] VaultFault),
    /// The model that compares faces.
    #[error(transparent)]
    Face(#[from] ModelUnusable),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file that the configuration names.
    #[error("{path}: {reason}", path = path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// A policy file.
    #[error("{path}: {fault}", path = path.display())]
    Policy {
        /// Which file or folder.
        path: PathBuf,
        /// What is wrong with it.
        fault: PolicyFault,
    },
    /// Not a URL that a password can be put into.
    #[error("database.password_file is for a database.url that begins with postgres:")]
    DatabaseUrl,
    /// A secret where none may be.
    #[error(
        "database.url contains a password: put it into a file and name that in database.password_file"
    )]
    PasswordInUrl,
    /// The population register outside.
    #[error(transparent)]
    Register(#[from] OutsideFault),
    /// An outside register without its address or token.
    #[error("[register] with kind = \"outside\" needs url and token_file")]
    RegisterIncomplete,
    /// The server.
    #[error(transparent)]
    Start(#[from] server::StartFault),
    /// The desk.
    #[error(transparent)]
    Desk(#[from] server::desk::RegisterFault),
}

impl InstallationFault {
    /// The fault, with what to do about it where that is known.
    pub(crate) fn with_advice(self, config: &Path) -> String {
        let advice = match &self {
            Self::Vault(VaultFault::Io { path, .. }) if !path.exists() => {
                format!(
                    "\n  make a key vault with: segl keys init --config {}",
                    config.display()
                )
            }
            Self::Vault(VaultFault::WrongPassphrase) => {
                "\n  vault.passphrase_file must be the one that the vault was made with".to_owned()
            }
            _ => String::new(),
        };
        format!("{self}{advice}")
    }

    pub(crate) fn file(path: &Path, error: &std::io::Error) -> Self {
        Self::File {
            path: path.to_owned(),
            reason: error.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_comes_from_its_file_only() {
        for url in [
            "postgres://segl:secret@db/segl",
            "postgres://segl@db/segl?password=secret",
        ] {
            assert!(holds_password(url), "{url}");
        }
        for url in [
            "postgres://segl@db/segl?sslmode=disable",
            "postgres:///segl?host=/run/postgresql&user=segl",
            "sqlite:/var/lib/segl/segl.db",
        ] {
            assert!(!holds_password(url), "{url}");
        }
        assert_eq!(
            with_password("postgres:///segl?host=/run/pg&user=segl", "a&b c").unwrap(),
            "postgres:///segl?host=/run/pg&user=segl&password=a%26b+c"
        );
        assert!(with_password("sqlite:segl.db", "x").is_err());
    }
}
