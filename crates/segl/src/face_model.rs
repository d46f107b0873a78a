//! The model that compares faces, read from its files (R-DOC-6). A model that is configured and cannot be used stops the start.

use std::path::{Path, PathBuf};

use face::manifest::{ManifestFault, VerifiedManifest};
use face::{Matcher, ModelFault};

use crate::config::FaceConfig;

/// Why a model cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ModelUnusable {
    /// A file cannot be read.
    #[error("{path}: {reason}", path = path.display())]
    File { path: PathBuf, reason: String },
    /// The manifest is not believed.
    #[error("{path}: {fault}", path = path.display())]
    Manifest { path: PathBuf, fault: ManifestFault },
    /// A network cannot be used.
    #[error("{folder}: {fault}", folder = folder.display())]
    Model { folder: PathBuf, fault: ModelFault },
}

/// The manifest that a configuration names, its signature verified.
pub(crate) fn manifest(config: &FaceConfig) -> Result<VerifiedManifest, ModelUnusable> {
    let path = &config.manifest;
    let mut signature = path.clone().into_os_string();
    signature.push(".sig");
    let key = read(&config.verification_key)?;
    let key = String::from_utf8_lossy(&key);
    VerifiedManifest::open(&read(path)?, &read(Path::new(&signature))?, &key).map_err(|fault| {
        ModelUnusable::Manifest {
            path: path.clone(),
            fault,
        }
    })
}

/// The model: every file's hash compared, every network run once.
pub(crate) fn load(config: &FaceConfig) -> Result<Matcher, ModelUnusable> {
    let manifest = manifest(config)?;
    let folder = config.manifest.parent().unwrap_or(Path::new("."));
    let file = |name: &str| std::fs::read(folder.join(name)).ok();
    Matcher::load(&manifest, config.threads.max(1), file).map_err(|fault| ModelUnusable::Model {
        folder: folder.to_owned(),
        fault,
    })
}

fn read(path: &Path) -> Result<Vec<u8>, ModelUnusable> {
    std::fs::read(path).map_err(|error| ModelUnusable::File {
        path: path.to_owned(),
        reason: error.to_string(),
    })
}
