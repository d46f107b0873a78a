//! Which installation a command works on: the demo's folder, or an operator's configuration.

use std::error::Error;
use std::path::PathBuf;

use server::clock::Clock;
use server::trust::Trust;
use server::vault::Keys;
use store::{Store, StoreConfig};

use super::demo;
use crate::config::Config;
use crate::installation;

/// `--data DIR` or `--config FILE`.
#[derive(Debug, Clone, clap::Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Place {
    /// The folder of a `segl demo`; without one there, it is made.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The configuration file of a `segl serve`.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

type Fault = Box<dyn Error + Send + Sync>;

impl Place {
    /// The database, for writing. The demo's is made and brought up to this version, as `segl demo` does it; an operator's is left as it
    /// is, as `segl services` does it.
    pub(crate) fn open(&self) -> Result<Store, Fault> {
        if let Some(folder) = &self.data {
            let url = demo::database_in(folder, Clock::System.now())?;
            return Ok(Store::open(&StoreConfig::new(url))?);
        }
        Ok(Store::open_without_migrating(&self.configured()?)?)
    }

    /// The database as [`open`](Self::open) opens it, with the keys that open what lies in it.
    pub(crate) fn open_with_keys(&self) -> Result<(Store, Keys), Fault> {
        let store = self.open()?;
        if let Some(folder) = &self.data {
            return Ok((store, demo::keys_in(folder, Clock::System.now())?));
        }
        let path = self.config.clone().unwrap_or_default();
        let config = Config::read(&path, std::env::vars())?;
        let keys = installation::vault(&config).read()?.open()?;
        Ok((store, keys))
    }

    /// What is trusted there. Where there is no database yet, nothing is, and none is made.
    pub(crate) fn trust(&self) -> Result<Trust, Fault> {
        let items = match &self.data {
            Some(folder) if !demo::has_database(folder) => Vec::new(),
            _ => self.open()?.read_blocking(store::trust::all)?,
        };
        Ok(Trust::of(items)?)
    }

    /// How the place is named on the command line.
    pub(crate) fn as_typed(&self) -> String {
        match (&self.data, &self.config) {
            (Some(folder), _) => format!("--data {}", folder.display()),
            (None, Some(file)) => format!("--config {}", file.display()),
            (None, None) => String::new(),
        }
    }

    fn configured(&self) -> Result<StoreConfig, Fault> {
        let path = self.config.clone().unwrap_or_default();
        let config = Config::read(&path, std::env::vars())?;
        Ok(installation::store_config(&config)?)
    }
}
