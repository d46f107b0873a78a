//! The vault's file: the keys sealed with a passphrase.
//!
//! JSON with the parameters of argon2id (RFC 9106) and the contents under AES-256-GCM-SIV (RFC 8452), bound to those parameters. It
//! is written beside itself and renamed, readable by its owner only, so that a crash leaves the old file or the new one.

use std::io::Write;
use std::path::{Path, PathBuf};

use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, Nonce, UnboundKey};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{Contents, decode, encode};

const FORMAT: u32 = 1;
/// RFC 9106 section 4, the second recommended option, with less time: the passphrase is generated, not remembered, by default.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OnDisk {
    segl_vault: u32,
    argon2id_memory_kib: u32,
    argon2id_passes: u32,
    salt: String,
    nonce: String,
    sealed: String,
}

/// Where the vault is and what opens it.
#[derive(Debug, Clone)]
pub struct VaultFile {
    /// The file.
    pub path: PathBuf,
    /// The file with the passphrase; one trailing newline is not part of it.
    pub passphrase_file: PathBuf,
}

impl VaultFile {
    /// Opens the vault.
    pub fn read(&self) -> Result<Contents, VaultFault> {
        let text = std::fs::read_to_string(&self.path)
            .map_err(|error| VaultFault::io(&self.path, &error))?;
        let on_disk: OnDisk =
            serde_json::from_str(&text).map_err(|_| VaultFault::NotAVault(self.path.clone()))?;
        if on_disk.segl_vault != FORMAT {
            return Err(VaultFault::NotAVault(self.path.clone()));
        }
        let salt = decode(&on_disk.salt)?;
        let nonce = Nonce::try_assume_unique_for_key(&decode(&on_disk.nonce)?)
            .map_err(|_| VaultFault::NotAVault(self.path.clone()))?;
        let key = self.key(on_disk.argon2id_memory_kib, on_disk.argon2id_passes, &salt)?;
        let mut sealed = decode(&on_disk.sealed)?;
        let plain = key
            .open_in_place(nonce, Aad::from(parameters(&on_disk)), &mut sealed)
            .map_err(|_| VaultFault::WrongPassphrase)?;
        serde_json::from_slice(plain).map_err(|_| VaultFault::Keys)
    }

    /// Writes the vault, replacing what was there.
    pub fn write(&self, contents: &Contents) -> Result<(), VaultFault> {
        let (mut salt, mut nonce) = ([0; 16], [0; 12]);
        aws_lc_rs::rand::fill(&mut salt)
            .and_then(|()| aws_lc_rs::rand::fill(&mut nonce))
            .map_err(|_| VaultFault::Keys)?;
        let mut on_disk = OnDisk {
            segl_vault: FORMAT,
            argon2id_memory_kib: MEMORY_KIB,
            argon2id_passes: PASSES,
            salt: encode(&salt),
            nonce: encode(&nonce),
            sealed: String::new(),
        };
        let key = self.key(MEMORY_KIB, PASSES, &salt)?;
        let mut sealed =
            Zeroizing::new(serde_json::to_vec(contents).map_err(|_| VaultFault::Keys)?);
        let tag = key
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(parameters(&on_disk)),
                &mut sealed,
            )
            .map_err(|_| VaultFault::Keys)?;
        sealed.extend_from_slice(tag.as_ref());
        on_disk.sealed = encode(&sealed);
        let text = serde_json::to_string_pretty(&on_disk).map_err(|_| VaultFault::Keys)?;
        write_private(&self.path, text.as_bytes())
    }

    fn key(&self, memory_kib: u32, passes: u32, salt: &[u8]) -> Result<LessSafeKey, VaultFault> {
        let passphrase = Zeroizing::new(
            std::fs::read(&self.passphrase_file)
                .map_err(|error| VaultFault::io(&self.passphrase_file, &error))?,
        );
        let passphrase = passphrase.strip_suffix(b"\n").unwrap_or(&passphrase);
        if passphrase.is_empty() {
            return Err(VaultFault::EmptyPassphrase(self.passphrase_file.clone()));
        }
        let params = Params::new(memory_kib, passes, 1, Some(32))
            .map_err(|_| VaultFault::NotAVault(self.path.clone()))?;
        let mut bytes = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase, salt, bytes.as_mut_slice())
            .map_err(|_| VaultFault::Keys)?;
        UnboundKey::new(&AES_256_GCM_SIV, bytes.as_slice())
            .map(LessSafeKey::new)
            .map_err(|_| VaultFault::Keys)
    }
}

/// Writes a file that only its owner can read, whole or not at all.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<(), VaultFault> {
    use std::os::unix::fs::OpenOptionsExt;
    let beside = path.with_extension("new");
    let written = (|| {
        // One left behind by a crash keeps neither its mode nor where it points to.
        let _ = std::fs::remove_file(&beside);
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&beside, path)?;
        path.parent()
            .filter(|parent| !parent.as_os_str().is_empty())
            .map_or(Ok(()), |parent| std::fs::File::open(parent)?.sync_all())
    })();
    written.map_err(|error: std::io::Error| VaultFault::io(path, &error))
}

fn parameters(on_disk: &OnDisk) -> Vec<u8> {
    format!(
        "segl vault {} {} {} {}",
        on_disk.segl_vault, on_disk.argon2id_memory_kib, on_disk.argon2id_passes, on_disk.salt
    )
    .into_bytes()
}

/// Why the vault does not open or cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultFault {
    /// The file system says no.
    #[error("{path}: {reason}", path = path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// What it says.
        reason: String,
    },
    /// Something else than a vault of this version.
    #[error("{} is not a key vault that this version knows", .0.display())]
    NotAVault(PathBuf),
    /// The passphrase file is empty.
    #[error("{} holds no passphrase", .0.display())]
    EmptyPassphrase(PathBuf),
    /// Another passphrase, or an altered file.
    #[error("the passphrase does not open the key vault, or the vault has been altered")]
    WrongPassphrase,
    /// The keys inside cannot be made or read.
    #[error("the keys in the vault cannot be made or read")]
    Keys,
}

impl VaultFault {
    fn io(path: &Path, error: &std::io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            reason: error.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::{SignedDuration, Timestamp};
    use oidc::jose::Algorithm;

    fn vault(name: &str) -> VaultFile {
        let folder = std::env::temp_dir().join(format!("segl-vault-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("passphrase"), "correct horse\n").unwrap();
        VaultFile {
            path: folder.join("vault.json"),
            passphrase_file: folder.join("passphrase"),
        }
    }

    #[test]
    fn opens_with_its_passphrase_only_and_shows_no_key() {
        use std::os::unix::fs::PermissionsExt;
        let vault = vault("opens");
        let now = Timestamp::constant(1_790_000_000, 0);
        vault.write(&Contents::generate(now).unwrap()).unwrap();
        assert_eq!(
            std::fs::metadata(&vault.path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        let keys = vault.read().unwrap().open().unwrap();
        assert!(keys.signing.current(Algorithm::Es256, now).is_some());
        std::fs::write(&vault.passphrase_file, "wrong").unwrap();
        assert_eq!(vault.read().err(), Some(VaultFault::WrongPassphrase));
        std::fs::write(&vault.passphrase_file, "\n").unwrap();
        assert_eq!(
            vault.read().err(),
            Some(VaultFault::EmptyPassphrase(vault.passphrase_file.clone()))
        );
        std::fs::remove_dir_all(vault.path.parent().unwrap()).unwrap();
    }

    #[test]
    fn rotation_publishes_first_signs_later_and_keeps_the_old_until_its_tokens_end() {
        let now = Timestamp::constant(1_790_000_000, 0);
        let (hour, three) = (SignedDuration::from_hours(1), SignedDuration::from_hours(3));
        let mut contents = Contents::generate(now).unwrap();
        let old = contents
            .open()
            .unwrap()
            .signing
            .current(Algorithm::Es256, now)
            .unwrap()
            .kid()
            .to_owned();
        assert_eq!(contents.rotate(now, hour, three), Ok(now + hour));
        let signing = contents.open().unwrap().signing;
        let kid = |at| {
            signing
                .current(Algorithm::Es256, at)
                .unwrap()
                .kid()
                .to_owned()
        };
        let micro = SignedDuration::from_micros(1);
        assert_eq!(kid(now + hour - micro), old);
        assert_ne!(kid(now + hour), old);
        assert_eq!(signing.published(now).keys().len(), 6);
        assert_eq!(
            signing.published(now + hour + three - micro).keys().len(),
            6
        );
        assert_eq!(signing.published(now + hour + three).keys().len(), 3);
    }
}
