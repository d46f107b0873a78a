//! The configuration: one TOML file and the environment. An unknown key stops the start, and no secret stands in either: where a
//! secret is needed, the configuration names a file that holds it.
//!
//! `SEGL_SERVER__LISTEN=0.0.0.0:443` in the environment is `listen` in `[server]`, and goes before the file. `SEGL_TESTDATA` and
//! variables without a double underscore are not configuration.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// Which configuration a command works on.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct ConfigFile {
    /// The configuration file.
    #[arg(long = "config", value_name = "FILE")]
    pub(crate) path: PathBuf,
}

impl ConfigFile {
    /// Reads it, with what the environment overrides.
    pub(crate) fn read(&self) -> Result<Config, ConfigFault> {
        Config::read(&self.path, std::env::vars())
    }
}

/// Everything that an operator can set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    pub(crate) server: ServerConfig,
    pub(crate) database: DatabaseConfig,
    pub(crate) vault: VaultConfig,
    /// The site for officials of Citizen Service; without it there is none.
    pub(crate) desk: Option<DeskConfig>,
    /// The model that compares faces; without it officials do.
    pub(crate) face: Option<FaceConfig>,
    #[serde(default)]
    pub(crate) policy: PolicyConfig,
    #[serde(default)]
    pub(crate) register: RegisterConfig,
    #[serde(default)]
    pub(crate) metrics: MetricsConfig,
    #[serde(default)]
    pub(crate) log: LogConfig,
}

/// Where people reach us.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ServerConfig {
    /// An origin, such as `https://id.example.dk`.
    pub(crate) issuer: String,
    pub(crate) listen: SocketAddr,
    /// Certificate chain and key, PEM. Without them the server speaks plain HTTP.
    pub(crate) tls: Option<TlsConfig>,
    /// The address of whoever asks is the last of `X-Forwarded-For`.
    #[serde(default)]
    pub(crate) behind_proxy: bool,
}

/// Where officials reach their site.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeskConfig {
    /// An origin of its own, such as `https://desk.example.dk`.
    pub(crate) origin: String,
    pub(crate) listen: SocketAddr,
    /// Certificate chain and key of that origin; those of `[server.tls]` where it has none of its own.
    pub(crate) tls: Option<TlsConfig>,
}

/// The model that compares faces (R-DOC-6).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FaceConfig {
    /// The signed manifest. Its signature stands beside it, in a file that is named the same and `.sig`; so do the networks.
    pub(crate) manifest: PathBuf,
    /// The public key, PEM, of whoever may sign manifests.
    pub(crate) verification_key: PathBuf,
    /// How many threads one comparison may use.
    #[serde(default = "two")]
    pub(crate) threads: usize,
}

/// PEM files.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TlsConfig {
    pub(crate) certificate_file: PathBuf,
    pub(crate) key_file: PathBuf,
}

/// Where things are kept.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DatabaseConfig {
    /// `sqlite:PATH` or `postgres://user@host/name`, without a password.
    pub(crate) url: String,
    /// The file with PostgreSQL's password.
    pub(crate) password_file: Option<PathBuf>,
    #[serde(default = "four")]
    pub(crate) read_connections: usize,
    #[serde(default = "two")]
    pub(crate) writers: usize,
}

const fn four() -> usize {
    4
}

const fn two() -> usize {
    2
}

/// The key vault.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VaultConfig {
    pub(crate) path: PathBuf,
    pub(crate) passphrase_file: PathBuf,
}

/// The rulebook's numbers.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicyConfig {
    /// A folder of policy files; without it the built-in ones hold.
    pub(crate) directory: Option<PathBuf>,
}

/// The population register.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegisterConfig {
    /// `own` or `outside`.
    #[serde(default)]
    pub(crate) kind: RegisterKind,
    /// Where a service outside is, as `docs/register-openapi.json` describes it.
    pub(crate) url: Option<String>,
    /// The file with the token that it wants.
    pub(crate) token_file: Option<PathBuf>,
    /// The certificates that vouch for it, PEM.
    pub(crate) authorities_file: Option<PathBuf>,
}

/// Where the population register is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RegisterKind {
    /// In our own database, filled by `segl import cpr`.
    #[default]
    Own,
    /// A service that others run.
    Outside,
}

/// Prometheus.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MetricsConfig {
    /// A listener of its own; without it there are no metrics.
    pub(crate) listen: Option<SocketAddr>,
}

/// The log, on standard error.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogConfig {
    #[serde(default)]
    pub(crate) format: LogFormat,
    /// `error`, `warn`, `info`, `debug`, or a filter such as `info,store=debug`.
    #[serde(default = "info")]
    pub(crate) level: String,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self {
            format: LogFormat::default(),
            level: info(),
        }
    }
}

fn info() -> String {
    "info".to_owned()
}

/// How a line of the log looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// One JSON object a line.
    #[default]
    Json,
    /// For people.
    Text,
}

impl Config {
    /// Reads the file, then what the environment overrides.
    pub(crate) fn read(
        path: &Path,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ConfigFault> {
        let text = std::fs::read_to_string(path).map_err(|error| ConfigFault::Unreadable {
            path: path.to_owned(),
            reason: error.to_string(),
        })?;
        Self::parse(&text, path, environment)
    }

    fn parse(
        text: &str,
        path: &Path,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ConfigFault> {
        let invalid = |error: toml::de::Error| ConfigFault::Invalid {
            path: path.to_owned(),
            reason: error.to_string().trim_end().to_owned(),
        };
        let mut table: toml::Table = toml::from_str(text).map_err(invalid)?;
        for (name, value) in environment {
            let Some(path) = name
                .strip_prefix("SEGL_")
                .filter(|path| path.contains("__"))
            else {
                continue;
            };
            set(&mut table, &path.to_lowercase(), &value).ok_or(ConfigFault::Environment(name))?;
        }
        table.try_into().map_err(invalid)
    }
}

/// Sets `server__listen` to a value: a number or a truth value where it reads as one, else a text.
fn set(table: &mut toml::Table, path: &str, value: &str) -> Option<()> {
    let (folders, key) = path.rsplit_once("__")?;
    let mut place = table;
    for folder in folders.split("__") {
        place = place
            .entry(folder)
            .or_insert_with(|| toml::Table::new().into())
            .as_table_mut()?;
    }
    let number = || value.parse().map(toml::Value::Integer).ok();
    let flag = value.parse().map(toml::Value::Boolean).ok();
    place.insert(
        key.to_owned(),
        flag.or_else(number)
            .unwrap_or_else(|| toml::Value::String(value.to_owned())),
    );
    Some(())
}

/// Why the configuration cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ConfigFault {
    /// The file is not there or cannot be read.
    #[error("{path}: {reason}", path = path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// Not TOML, or a key that is unknown, missing or of the wrong kind.
    #[error("{path}: {reason}", path = path.display())]
    Invalid {
        /// Which file.
        path: PathBuf,
        /// What is wrong, and where.
        reason: String,
    },
    /// A variable that names no place.
    #[error("{0} in the environment names no setting")]
    Environment(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        [server]
        issuer = "https://id.example.dk"
        listen = "127.0.0.1:8080"
        [database]
        url = "sqlite:/var/lib/segl/segl.db"
        [vault]
        path = "/var/lib/segl/vault.json"
        passphrase_file = "/etc/segl/passphrase"
    "#;

    fn parse(text: &str, environment: &[(&str, &str)]) -> Result<Config, ConfigFault> {
        Config::parse(
            text,
            Path::new("segl.toml"),
            environment
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        )
    }

    #[test]
    fn the_environment_goes_before_the_file() {
        let environment = [
            ("SEGL_SERVER__LISTEN", "0.0.0.0:443"),
            ("SEGL_SERVER__BEHIND_PROXY", "true"),
            ("SEGL_TESTDATA", "x"),
        ];
        let config = parse(GOOD, &environment).unwrap();
        assert_eq!(config.server.listen.to_string(), "0.0.0.0:443");
        assert!(config.server.behind_proxy);
        assert_eq!(config.log.format, LogFormat::Json);
    }

    #[test]
    fn the_documented_example_holds_and_names_every_key() {
        let example = include_str!("../../../../docs/segl.example.toml");
        let config = parse(example, &[]).unwrap();
        assert!(config.server.tls.is_none() && config.metrics.listen.is_some());
        // Every line that is only a suggestion is right, too.
        let all: String = example
            .lines()
            .map(|line| line.strip_prefix("#? ").unwrap_or(line))
            .flat_map(|line| [line, "\n"])
            .collect();
        let config = parse(&all, &[]).unwrap();
        assert!(config.server.tls.is_some() && config.policy.directory.is_some());
        assert!(config.database.password_file.is_some());
        assert_eq!(config.register.kind, RegisterKind::Outside);
        assert!(config.register.authorities_file.is_some());
        assert!(config.desk.is_some_and(|desk| desk.tls.is_some()));
    }

    #[test]
    fn unknown_keys_are_refused_wherever_they_stand() {
        assert!(matches!(
            parse(&format!("{GOOD}\npassphrase = 'x'"), &[]),
            Err(ConfigFault::Invalid { .. })
        ));
        assert!(matches!(
            parse(GOOD, &[("SEGL_SERVER__LISTN", "x")]),
            Err(ConfigFault::Invalid { .. })
        ));
        assert!(matches!(
            parse(GOOD, &[("SEGL_SERVER__LISTEN__PORT", "x")]),
            Err(ConfigFault::Environment(_))
        ));
    }
}
