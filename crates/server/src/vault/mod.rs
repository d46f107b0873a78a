//! The key vault: every key that a stolen database must not contain (R-SEC-1, R-CPR-5).
//!
//! One master from which all symmetric keys are derived, the OPAQUE seed, and the signing keys with their times. They lie in one
//! file that is sealed with a passphrase ([`mod@file`]); the running server holds them in [`Keys`].

pub mod file;

use authn::randomness::SystemRandomness;
use authn::secret::OpaqueServer;
use jiff::{SignedDuration, Timestamp};
use oidc::claims::SubjectKey;
use oidc::jose::{Algorithm, JwkSet, SigningKey};
use serde::{Deserialize, Serialize};
use store::sealing::{DataKeys, MacKey, Master, SealingKey};
use zeroize::{Zeroize, Zeroizing};

use self::file::VaultFault;

/// What the vault file holds.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contents {
    master: String,
    opaque: String,
    signing: Vec<SigningEntry>,
}

/// A signing key and when it is used.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SigningEntry {
    algorithm: Algorithm,
    pkcs8: String,
    /// Signs from here on, until a later key of the same algorithm does.
    signs_from: Timestamp,
    /// Stays in the JWKS until here; nothing while it is in use.
    published_until: Option<Timestamp>,
}

impl Drop for Contents {
    fn drop(&mut self) {
        self.master.zeroize();
        self.opaque.zeroize();
        for entry in &mut self.signing {
            entry.pkcs8.zeroize();
        }
    }
}

/// The algorithms that ID tokens can be signed with; every vault has a key for each.
const ALGORITHMS: [Algorithm; 3] = [Algorithm::Es256, Algorithm::Ps256, Algorithm::EdDsa];

impl Contents {
    /// A vault with new keys, which sign at once.
    pub fn generate(now: Timestamp) -> Result<Self, VaultFault> {
        let mut master = Zeroizing::new([0; 32]);
        aws_lc_rs::rand::fill(master.as_mut_slice()).map_err(|_| VaultFault::Keys)?;
        let opaque = OpaqueServer::generate(&mut SystemRandomness::new());
        let signing = ALGORITHMS
            .into_iter()
            .map(|algorithm| SigningEntry::generate(algorithm, now))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            master: encode(master.as_slice()),
            opaque: encode(opaque.to_bytes().as_slice()),
            signing,
        })
    }

    /// Adds new signing keys. They are published at once and sign after `overlap`, so that every service has them by then; those
    /// before them stay published until the last token they signed has ended. Gives the moment of the change.
    pub fn rotate(
        &mut self,
        now: Timestamp,
        overlap: SignedDuration,
        longest_token: SignedDuration,
    ) -> Result<Timestamp, VaultFault> {
        let change = now.saturating_add(overlap).unwrap_or(Timestamp::MAX);
        let until = change
            .saturating_add(longest_token)
            .unwrap_or(Timestamp::MAX);
        self.signing
            .retain(|entry| entry.published_until.is_none_or(|until| until > now));
        for entry in self
            .signing
            .iter_mut()
            .filter(|entry| entry.published_until.is_none())
        {
            entry.published_until = Some(until);
        }
        for algorithm in ALGORITHMS {
            self.signing
                .push(SigningEntry::generate(algorithm, change)?);
        }
        Ok(change)
    }

    /// The keys as the server uses them.
    pub fn open(&self) -> Result<Keys, VaultFault> {
        let master: [u8; 32] = decode(&self.master)?
            .as_slice()
            .try_into()
            .map_err(|_| VaultFault::Keys)?;
        let master = Master::new(Zeroizing::new(master));
        let signing = self
            .signing
            .iter()
            .map(SigningEntry::open)
            .collect::<Result<Vec<_>, _>>()?;
        let missing = |_| VaultFault::Keys;
        Ok(Keys {
            data: DataKeys::derive(&master).map_err(missing)?,
            sealed: master.sealing_key("tokens").map_err(missing)?,
            app_token: master.mac_key("app token").map_err(missing)?,
            codes: master.derive("activation codes").map_err(missing)?,
            qr: master.derive("qr").map_err(missing)?,
            typed_code: master.derive("typed code").map_err(missing)?,
            pairwise: SubjectKey::new(&*master.derive("pairwise").map_err(missing)?),
            decoy: master.mac_key("decoy").map_err(missing)?,
            return_proof: master.mac_key("return proof").map_err(missing)?,
            opaque: OpaqueServer::from_bytes(&decode(&self.opaque)?)
                .map_err(|_| VaultFault::Keys)?,
            signing: Signing { entries: signing },
        })
    }
}

impl SigningEntry {
    fn generate(algorithm: Algorithm, signs_from: Timestamp) -> Result<Self, VaultFault> {
        let (_, pkcs8) = SigningKey::generate(algorithm).map_err(|_| VaultFault::Keys)?;
        Ok(Self {
            algorithm,
            pkcs8: encode(&pkcs8),
            signs_from,
            published_until: None,
        })
    }

    fn open(&self) -> Result<OpenSigningKey, VaultFault> {
        let key = SigningKey::from_pkcs8(self.algorithm, &decode(&self.pkcs8)?)
            .map_err(|_| VaultFault::Keys)?;
        Ok(OpenSigningKey {
            key,
            signs_from: self.signs_from,
            published_until: self.published_until,
        })
    }
}

/// The keys of a running server. They are wiped when it stops.
pub struct Keys {
    /// Personal data in the database.
    pub data: DataKeys,
    /// Everything that travels sealed: codes, tokens, claims, exchanges.
    pub sealed: SealingKey,
    /// Makes app tokens that are refused before the database is asked.
    pub app_token: MacKey,
    /// Keyed hashes of activation codes.
    pub codes: Zeroizing<[u8; 32]>,
    /// The animated QR code (R-SIG-4).
    pub qr: Zeroizing<[u8; 32]>,
    /// The four digits (R-SIG-4).
    pub typed_code: Zeroizing<[u8; 32]>,
    /// Pairwise subjects (R-SVC-2).
    pub pairwise: SubjectKey,
    /// The identity that a user ID has when it has none (R-UID-2).
    pub decoy: MacKey,
    /// What a browser shows when the app sent it back (R-SIG-5).
    pub return_proof: MacKey,
    /// The PINs' OPAQUE seed (R-SEC-1).
    pub opaque: OpaqueServer,
    /// What signs tokens.
    pub signing: Signing,
}

/// A signing key's name and times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Scheduled<'a> {
    /// `kid` in the JWKS.
    pub kid: &'a str,
    /// What it signs with.
    pub algorithm: Algorithm,
    /// Signs from here on, until a later key of the same algorithm does.
    pub signs_from: Timestamp,
    /// Stays in the JWKS until here; nothing while no later key is to follow.
    pub published_until: Option<Timestamp>,
}

/// The signing keys, with their times.
pub struct Signing {
    entries: Vec<OpenSigningKey>,
}

struct OpenSigningKey {
    key: SigningKey,
    signs_from: Timestamp,
    published_until: Option<Timestamp>,
}

impl Signing {
    /// The key that signs now: the newest of an algorithm whose time has come.
    pub fn current(&self, algorithm: Algorithm, now: Timestamp) -> Option<&SigningKey> {
        self.entries
            .iter()
            .filter(|entry| entry.key.algorithm() == algorithm && entry.signs_from <= now)
            .max_by_key(|entry| entry.signs_from)
            .map(|entry| &entry.key)
    }

    /// The public keys that services may meet now or soon.
    pub fn published(&self, now: Timestamp) -> JwkSet {
        JwkSet::new(
            self.published_keys(now)
                .map(|key| key.public().clone())
                .collect(),
        )
    }

    /// Every key in the vault with its times, also those that nobody sees any more.
    pub fn schedule(&self) -> impl Iterator<Item = Scheduled<'_>> {
        self.entries.iter().map(|entry| Scheduled {
            kid: entry.key.kid(),
            algorithm: entry.key.algorithm(),
            signs_from: entry.signs_from,
            published_until: entry.published_until,
        })
    }

    fn published_keys(&self, now: Timestamp) -> impl Iterator<Item = &SigningKey> {
        self.entries
            .iter()
            .filter(move |entry| entry.published_until.is_none_or(|until| until > now))
            .map(|entry| &entry.key)
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(..)")
    }
}

fn encode(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn decode(text: &str) -> Result<Zeroizing<Vec<u8>>, VaultFault> {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD
        .decode(text)
        .map(Zeroizing::new)
        .map_err(|_| VaultFault::Keys)
}
