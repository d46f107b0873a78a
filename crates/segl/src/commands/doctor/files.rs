//! The files that hold secrets, and the vault among them.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use oidc::jose::Algorithm;
use server::vault::Signing;
use server::vault::file::VaultFault;

use super::Finding;
use crate::config::Config;
use crate::installation;

/// How old signing keys may become.
const FRESH: SignedDuration = SignedDuration::from_hours(365 * 24);

/// Each is there, and nobody but its owner can read it.
pub(super) fn secrets(config: &Config) -> Vec<Finding> {
    let tls = config
        .server
        .tls
        .as_ref()
        .map(|tls| ("tls key", &tls.key_file));
    let password = config
        .database
        .password_file
        .as_ref()
        .map(|file| ("database password", file));
    [
        Some(("passphrase", &config.vault.passphrase_file)),
        Some(("vault file", &config.vault.path)),
        tls,
        password,
    ]
    .into_iter()
    .flatten()
    .map(|(about, file)| secret(about, file))
    .collect()
}

fn secret(about: &'static str, file: &Path) -> Finding {
    let shown = file.display();
    match file.metadata() {
        Err(error) => Finding::fail(
            about,
            format!("{shown}: {error}"),
            "the configuration names this file; make it or correct the path",
        ),
        Ok(metadata) if metadata.permissions().mode() & 0o077 != 0 => {
            let mode = metadata.permissions().mode() & 0o777;
            Finding::fail(
                about,
                format!("{shown} can be read or changed by others (mode {mode:03o})"),
                format!("chmod 600 {shown}"),
            )
        }
        Ok(_) => Finding::ok(about, format!("{shown}, for its owner only")),
    }
}

/// The vault opens, and its signing keys are neither missing nor old.
pub(super) fn vault(config: &Config, path: &Path, now: Timestamp) -> Vec<Finding> {
    match installation::vault(config)
        .read()
        .and_then(|contents| contents.open())
    {
        Ok(keys) => vec![
            Finding::ok("vault", "opens"),
            signing(&keys.signing, path, now),
        ],
        Err(fault) => {
            let advice = match fault {
                VaultFault::Io { .. } => format!("on a new installation: segl keys init --config {}", path.display()),
                _ => "restore the vault and its passphrase from their backup; a new vault cannot read this database".to_owned(),
            };
            vec![Finding::fail("vault", fault, advice)]
        }
    }
}

fn signing(signing: &Signing, path: &Path, now: Timestamp) -> Finding {
    const ABOUT: &str = "signing keys";
    let rotate = format!("segl keys rotate --config {}", path.display());
    for algorithm in Algorithm::ALL {
        if signing.current(algorithm, now).is_none() {
            return Finding::fail(
                ABOUT,
                format!("no {algorithm} key signs now; is the clock right?"),
                rotate,
            );
        }
    }
    // The key that signs, or that will: whoever rotated has done his part.
    let newest = signing
        .schedule()
        .map(|key| key.signs_from)
        .max()
        .unwrap_or(now);
    let age = now.duration_since(newest);
    if age > FRESH {
        return Finding::warn(ABOUT, format!("{} days old", age.as_hours() / 24), rotate);
    }
    Finding::ok(
        ABOUT,
        format!(
            "{} published, the newest from {newest:.0}",
            signing.published(now).keys().len()
        ),
    )
}
