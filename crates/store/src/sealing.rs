//! What may lie in a database: sealed values and keyed indexes (R-CPR-5, R-SEC-1).
//!
//! Sealing is AES-256-GCM-SIV (RFC 8452) under a random nonce: a repeated nonce, which is a matter of time among billions of values,
//! tells only whether two values are equal. Each use has its own key, derived with HKDF-SHA-256 (RFC 5869) from one master that
//! lives in the key vault, and each value is bound to its place, so a value moved to another row or column does not open.

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::{hkdf, hmac, rand};
use zeroize::Zeroizing;

const NONCE: usize = 12;
const TAG: usize = 16;

/// A key that seals and opens for one use.
pub struct SealingKey(LessSafeKey);

/// A key that makes look-up indexes, MACs and pairwise values for one use.
pub struct MacKey(hmac::Key);

/// The 32 bytes from which every symmetric key is derived.
pub struct Master(Zeroizing<[u8; 32]>);

impl Master {
    /// Wraps the master key.
    pub const fn new(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self(bytes)
    }

    /// The sealing key of a use, named by a label that is written nowhere else.
    pub fn sealing_key(&self, label: &'static str) -> Result<SealingKey, SealingFault> {
        let bytes = self.derive(label)?;
        let key = UnboundKey::new(&AES_256_GCM_SIV, bytes.as_slice())
            .map_err(|_| SealingFault::Derive)?;
        Ok(SealingKey(LessSafeKey::new(key)))
    }

    /// The MAC key of a use.
    pub fn mac_key(&self, label: &'static str) -> Result<MacKey, SealingFault> {
        Ok(MacKey(hmac::Key::new(
            hmac::HMAC_SHA256,
            self.derive(label)?.as_slice(),
        )))
    }

    /// The 32 bytes of a use, for what wants a key as bytes.
    pub fn derive(&self, label: &'static str) -> Result<Zeroizing<[u8; 32]>, SealingFault> {
        let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, b"segl master v1").extract(self.0.as_slice());
        let mut out = Zeroizing::new([0; 32]);
        prk.expand(&[label.as_bytes()], hkdf::HKDF_SHA256)
            .and_then(|okm| okm.fill(out.as_mut_slice()))
            .map_err(|_| SealingFault::Derive)?;
        Ok(out)
    }
}

impl SealingKey {
    /// Seals a value to its place. Gives nonce, ciphertext and tag.
    pub fn seal(&self, place: &[u8], value: &[u8]) -> Result<Vec<u8>, SealingFault> {
        let mut nonce = [0; NONCE];
        rand::fill(&mut nonce).map_err(|_| SealingFault::Seal)?;
        let mut sealed = Vec::with_capacity(NONCE + value.len() + TAG);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(value);
        let tag = self
            .0
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(place),
                &mut sealed[NONCE..],
            )
            .map_err(|_| SealingFault::Seal)?;
        sealed.extend_from_slice(tag.as_ref());
        Ok(sealed)
    }

    /// Opens what was sealed to the same place.
    pub fn open(&self, place: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealingFault> {
        let (nonce, value) = sealed.split_at_checked(NONCE).ok_or(SealingFault::Open)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealingFault::Open)?;
        let mut value = Zeroizing::new(value.to_vec());
        let length = self
            .0
            .open_in_place(nonce, Aad::from(place), &mut value)
            .map_err(|_| SealingFault::Open)?
            .len();
        value.truncate(length);
        Ok(value)
    }
}

impl MacKey {
    /// HMAC-SHA-256 over parts, each preceded by its length.
    pub fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        let mut out = [0; 32];
        out.copy_from_slice(context.sign().as_ref());
        out
    }
}

impl std::fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealingKey(..)")
    }
}
impl std::fmt::Debug for MacKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MacKey(..)")
    }
}
impl std::fmt::Debug for Master {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Master(..)")
    }
}

/// The two keys under which personal data lies in the database.
#[derive(Debug)]
pub struct DataKeys {
    /// Seals personal data.
    pub seal: SealingKey,
    /// Makes the indexes by which a CPR number or a user ID is found.
    pub index: MacKey,
}

impl DataKeys {
    /// Derives both.
    pub fn derive(master: &Master) -> Result<Self, SealingFault> {
        Ok(Self {
            seal: master.sealing_key("database")?,
            index: master.mac_key("database index")?,
        })
    }
}

/// Why something could not be sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealingFault {
    /// No key could be derived.
    #[error("a key could not be derived")]
    Derive,
    /// No random numbers, or a value of impossible size.
    #[error("a value could not be sealed")]
    Seal,
    /// Another key, another place, or altered.
    #[error("a sealed value does not open: another key, another place, or altered")]
    Open,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn master() -> Master {
        Master::new(Zeroizing::new([7; 32]))
    }

    #[test]
    fn opens_only_at_its_place_with_its_key_and_unaltered() {
        let key = master().sealing_key("a").unwrap();
        let sealed = key.seal(b"persons", b"Ida Holm").unwrap();
        assert_eq!(
            key.open(b"persons", &sealed).unwrap().as_slice(),
            b"Ida Holm"
        );
        assert_eq!(key.open(b"identities", &sealed), Err(SealingFault::Open));
        assert_eq!(
            master().sealing_key("b").unwrap().open(b"persons", &sealed),
            Err(SealingFault::Open)
        );
        for at in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[at] ^= 1;
            assert_eq!(
                key.open(b"persons", &altered),
                Err(SealingFault::Open),
                "byte {at}"
            );
        }
        for length in 0..sealed.len() {
            assert_eq!(
                key.open(b"persons", &sealed[..length]),
                Err(SealingFault::Open),
                "length {length}"
            );
        }
        assert_ne!(
            key.seal(b"persons", b"Ida Holm").unwrap(),
            sealed,
            "two seals of one value differ"
        );
    }

    #[test]
    fn a_mac_tells_where_one_part_ends() {
        let key = master().mac_key("a").unwrap();
        assert_ne!(key.mac(&[b"ab", b"c"]), key.mac(&[b"a", b"bc"]));
        assert_eq!(key.mac(&[b"ab", b"c"]), key.mac(&[b"ab", b"c"]));
    }
}
