//! What can change under a running server without a restart: the vault, after a rotation, and the certificate.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use server::Segl;
use server::vault::Keys;
use server::vault::file::{VaultFault, VaultFile};
use tokio::signal::unix::{SignalKind, signal};

use super::certificate::Certificate;

/// How often the vault's file is looked at. A rotation publishes its keys long before they sign.
const EVERY: Duration = Duration::from_secs(10);

/// Takes a vault's new keys into use when its file changes, and at SIGHUP. Runs until it is dropped.
pub(crate) async fn vault(segl: Arc<Segl>, file: VaultFile) {
    let Ok(mut hang_up) = signal(SignalKind::hangup()) else {
        return;
    };
    let mut seen = changed_at(&file.path);
    let mut ticks = tokio::time::interval(EVERY);
    loop {
        let asked = tokio::select! {
            _ = hang_up.recv() => true,
            _ = ticks.tick() => false,
        };
        let found = changed_at(&file.path);
        if !asked && found == seen {
            continue;
        }
        let read = file.clone();
        match tokio::task::spawn_blocking(move || open(&read)).await {
            Ok(Ok(keys)) => {
                segl.replace_keys(keys);
                seen = found;
                tracing::info!("the key vault was read again");
            }
            // The keys in use stay, and the file is tried again.
            Ok(Err(error)) => tracing::error!(%error, "the key vault cannot be read again"),
            Err(error) => tracing::error!(%error, "the key vault cannot be read again"),
        }
    }
}

fn open(file: &VaultFile) -> Result<Keys, VaultFault> {
    file.read()?.open()
}

fn changed_at(path: &Path) -> Option<SystemTime> {
    path.metadata()
        .and_then(|metadata| metadata.modified())
        .ok()
}

/// Reads the certificate again at SIGHUP. Runs until it is dropped.
pub(crate) async fn certificate(certificate: Arc<Certificate>) {
    let Ok(mut hang_up) = signal(SignalKind::hangup()) else {
        return;
    };
    while hang_up.recv().await.is_some() {
        match certificate.read_again() {
            Ok(()) => tracing::info!("the certificate was read again"),
            Err(error) => tracing::error!(%error, "the certificate cannot be read again"),
        }
    }
}
