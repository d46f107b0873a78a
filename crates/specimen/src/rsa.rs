//! RSA by plain arithmetic: keys from a seed, and the signature formats that documents have (RFC 8017, ISO/IEC 9796-2).

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use num_bigint::BigUint;

use crate::{der, digest::Digest, randomness::Randomness};

/// A private RSA key (RFC 8017, 3.2).
#[derive(Debug, Clone)]
pub struct RsaKey {
    /// The modulus.
    pub modulus: BigUint,
    /// The public exponent.
    pub exponent: BigUint,
    secret: BigUint,
}

/// The end of a message representative of ISO/IEC 9796-2, digital signature scheme 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trailer {
    /// `BC`: the hash function is known otherwise (implicitly SHA-1).
    Implicit,
    /// `xxCC`: the hash function's number of ISO/IEC 10118, then `CC`.
    Named,
    /// `xxCC` with another hash function's number, or nobody's.
    Other(u8),
}

impl RsaKey {
    /// The key that belongs to a seed. Made once per process, since finding primes takes a while.
    pub fn from_seed(seed: &[u8], bits: u64, exponent: u32) -> Arc<Self> {
        type Made = Mutex<HashMap<(Vec<u8>, u64, u32), Arc<RsaKey>>>;
        static MADE: OnceLock<Made> = OnceLock::new();
        let made = MADE.get_or_init(Mutex::default);
        let index = (seed.to_vec(), bits, exponent);
        if let Some(key) = made
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&index)
        {
            return Arc::clone(key);
        }
        let key = Arc::new(Self::generate(
            &mut Randomness::from_seed(seed),
            bits,
            exponent,
        ));
        made.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(index, Arc::clone(&key));
        key
    }

    /// A key of known numbers, as a worked example gives them.
    pub fn new(modulus: BigUint, exponent: BigUint, secret: BigUint) -> Self {
        Self {
            modulus,
            exponent,
            secret,
        }
    }

    fn generate(randomness: &mut Randomness, bits: u64, exponent: u32) -> Self {
        let exponent = BigUint::from(exponent);
        loop {
            let p = prime(randomness, bits.div_ceil(2));
            let q = prime(randomness, bits / 2);
            let modulus = &p * &q;
            let order = (&p - 1_u8) * (&q - 1_u8);
            if let Some(secret) = exponent.modinv(&order)
                && modulus.bits() == bits
                && p != q
            {
                return Self {
                    modulus,
                    exponent,
                    secret,
                };
            }
        }
    }

    /// Bytes of the modulus.
    pub fn length(&self) -> usize {
        self.modulus.to_bytes_be().len()
    }

    /// `RSAPublicKey` (RFC 8017, A.1.1).
    pub fn public_key(&self) -> Vec<u8> {
        der::sequence([der::unsigned(&self.modulus), der::unsigned(&self.exponent)])
    }

    /// RSASP1 on a message representative, padded to the modulus' length (RFC 8017, 5.2.1).
    pub fn raw(&self, representative: &[u8]) -> Vec<u8> {
        let number = BigUint::from_bytes_be(representative).modpow(&self.secret, &self.modulus);
        crate::curve::padded(&number, self.length())
    }

    /// RSASSA-PKCS1-v1_5 over a hash (RFC 8017, 8.2), with or without the `NULL` in `DigestInfo`.
    pub fn sign_pkcs1(&self, digest: Digest, hash: &[u8], with_null: bool) -> Vec<u8> {
        let info = der::sequence([digest.algorithm(with_null), der::octets(hash)]);
        let fill = self.length().saturating_sub(info.len() + 3);
        self.raw(&[&[0, 1][..], &vec![0xFF; fill], &[0], &info].concat())
    }

    /// RSASSA-PSS over a hash (RFC 8017, 8.1), with any salt length and mask function.
    pub fn sign_pss(&self, pss: Pss, hash: &[u8], randomness: &mut Randomness) -> Vec<u8> {
        let bits = self.modulus.bits() - 1;
        let length = usize::try_from(bits.div_ceil(8)).unwrap_or(0);
        let salt = randomness.bytes(pss.salt);
        let seal = pss.digest.hash(&[&[0; 8], hash, &salt]);
        let block = length.saturating_sub(seal.len() + 1);
        let mut masked = vec![0; block.saturating_sub(salt.len() + 1)];
        masked.push(1);
        masked.extend(&salt);
        for (byte, mask) in masked.iter_mut().zip(mask(pss.mask, &seal, block)) {
            *byte ^= mask;
        }
        masked[0] &= 0xFF >> (length as u64 * 8 - bits);
        self.raw(&[&masked[..], &seal, &[0xBC]].concat())
    }

    /// ISO/IEC 9796-2 scheme 1 with partial recovery: the recoverable part is drawn, `challenge` is the rest (Doc 9303-11, 6.1).
    pub fn sign_9796(
        &self,
        form: Iso9796,
        challenge: &[u8],
        randomness: &mut Randomness,
    ) -> Vec<u8> {
        let end = form.end();
        let recoverable = self
            .length()
            .saturating_sub(1 + form.digest.length() + end.len());
        let nonce = randomness.bytes(recoverable);
        let hash = form.digest.hash(&[&nonce, challenge]);
        let signature = self.raw(&[&[0x6A][..], &nonce, &hash, &end].concat());
        let number = BigUint::from_bytes_be(&signature);
        let other = &self.modulus - &number;
        if form.smaller && other < number {
            return crate::curve::padded(&other, self.length());
        }
        signature
    }
}

/// The form of a signature by ISO/IEC 9796-2, digital signature scheme 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Iso9796 {
    /// The hash.
    pub digest: Digest,
    /// The trailer.
    pub trailer: Trailer,
    /// The smaller of the signature and the modulus less the signature is sent (paragraph B.4 instead of B.6).
    pub smaller: bool,
}

impl Iso9796 {
    /// As Doc 9303-11, 6.1.2.2 wants it: trailer `BC` for SHA-1, and the named one for the others.
    pub fn usual(digest: Digest) -> Self {
        let trailer = if digest == Digest::Sha1 {
            Trailer::Implicit
        } else {
            Trailer::Named
        };
        Self {
            digest,
            trailer,
            smaller: false,
        }
    }

    fn end(self) -> Vec<u8> {
        match (self.trailer, self.digest) {
            (Trailer::Implicit, _) => vec![0xBC],
            (Trailer::Other(number), _) => vec![number, 0xCC],
            (Trailer::Named, Digest::Sha1) => vec![0x33, 0xCC],
            (Trailer::Named, Digest::Sha224) => vec![0x38, 0xCC],
            (Trailer::Named, Digest::Sha256) => vec![0x34, 0xCC],
            (Trailer::Named, Digest::Sha384) => vec![0x36, 0xCC],
            (Trailer::Named, Digest::Sha512) => vec![0x35, 0xCC],
        }
    }
}

/// The parameters of RSASSA-PSS (RFC 8017, A.2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Pss {
    /// The hash of the message.
    pub digest: Digest,
    /// The hash of MGF1.
    pub mask: Digest,
    /// Bytes of salt.
    pub salt: usize,
}

impl Pss {
    /// The usual: MGF1 with the same hash, the salt as long as the hash.
    pub fn usual(digest: Digest) -> Self {
        Self {
            digest,
            mask: digest,
            salt: digest.length(),
        }
    }

    /// `AlgorithmIdentifier` with `RSASSA-PSS-params`, defaults left out (RFC 8017, A.2.3).
    pub fn algorithm(self) -> Vec<u8> {
        let mut fields = Vec::new();
        if self.digest != Digest::Sha1 {
            fields.push(der::context(0, [self.digest.algorithm(true)]));
        }
        if self.mask != Digest::Sha1 {
            let mask = der::algorithm("1.2.840.113549.1.1.8", Some(self.mask.algorithm(true)));
            fields.push(der::context(1, [mask]));
        }
        if self.salt != 20 {
            fields.push(der::context(
                2,
                [der::small(self.salt.try_into().unwrap_or(0))],
            ));
        }
        der::algorithm("1.2.840.113549.1.1.10", Some(der::sequence(fields)))
    }
}

/// MGF1 (RFC 8017, B.2.1).
fn mask(digest: Digest, seed: &[u8], length: usize) -> Vec<u8> {
    (0_u32..)
        .flat_map(|counter| digest.hash(&[seed, &counter.to_be_bytes()]))
        .take(length)
        .collect()
}

/// A prime of so many bits whose two highest bits are set, so that a product of two has twice as many.
fn prime(randomness: &mut Randomness, bits: u64) -> BigUint {
    let length = usize::try_from(bits.div_ceil(8)).unwrap_or(0);
    loop {
        let mut start =
            BigUint::from_bytes_be(&randomness.bytes(length)) >> (length as u64 * 8 - bits);
        for bit in [0, bits - 1, bits - 2] {
            start.set_bit(bit, true);
        }
        if let Some(found) = next_prime(&start).filter(|found| found.bits() == bits) {
            return found;
        }
    }
}

/// The first probable prime among the 10,000 odd numbers from `start`.
fn next_prime(start: &BigUint) -> Option<BigUint> {
    let remainders: Vec<(u64, u64)> = small_primes()
        .iter()
        .map(|small| {
            (
                *small,
                (start % *small)
                    .to_u64_digits()
                    .first()
                    .copied()
                    .unwrap_or(0),
            )
        })
        .collect();
    (0..20_000_u64)
        .step_by(2)
        .filter(|offset| {
            remainders
                .iter()
                .all(|(small, remainder)| !(remainder + offset).is_multiple_of(*small))
        })
        .map(|offset| start + offset)
        .find(is_probable_prime)
}

/// The odd primes below 8,000.
fn small_primes() -> &'static [u64] {
    static PRIMES: OnceLock<Vec<u64>> = OnceLock::new();
    PRIMES.get_or_init(|| {
        let mut primes: Vec<u64> = Vec::new();
        for number in (3..8000).step_by(2) {
            if primes
                .iter()
                .take_while(|p| *p * *p <= number)
                .all(|p| number % p != 0)
            {
                primes.push(number);
            }
        }
        primes
    })
}

/// Miller and Rabin's test to four bases, which for numbers drawn at random of this size leaves no doubt that matters here.
fn is_probable_prime(number: &BigUint) -> bool {
    let one = BigUint::from(1_u8);
    let last = number - 1_u8;
    let twos = last.trailing_zeros().unwrap_or(0);
    let odd = &last >> twos;
    [2_u8, 3, 5, 7].iter().all(|base| {
        let mut power = BigUint::from(*base).modpow(&odd, number);
        if power == one || power == last {
            return true;
        }
        (1..twos).any(|_| {
            power = &power * &power % number;
            power == last
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_undoes_itself() {
        let key = RsaKey::from_seed(b"test", 1024, 65537);
        assert_eq!(key.modulus.bits(), 1024);
        let signed = key.raw(&[7; 100]);
        let opened = BigUint::from_bytes_be(&signed).modpow(&key.exponent, &key.modulus);
        assert_eq!(opened.to_bytes_be(), [7; 100]);
    }
}
