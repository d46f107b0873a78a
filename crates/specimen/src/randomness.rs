//! Randomness as an argument: the same seed gives the same country, documents and chips.

use std::collections::VecDeque;

use num_bigint::BigUint;
use sha2_11::{Digest as _, Sha256};

/// A stream of bytes drawn from a seed (SHA-256 in counter mode). For specimens only: it keeps no secret.
#[derive(Clone)]
pub struct Randomness {
    seed: [u8; 32],
    counter: u64,
    drawn: VecDeque<u8>,
}

impl Randomness {
    /// The stream that belongs to a seed of any length.
    pub fn from_seed(seed: &[u8]) -> Self {
        Self {
            seed: Sha256::digest(seed).into(),
            counter: 0,
            drawn: VecDeque::new(),
        }
    }

    /// A stream of its own for one purpose, so that what one part draws does not shift another's.
    #[must_use]
    pub fn fork(&self, label: &str) -> Self {
        Self::from_seed(&[&self.seed[..], label.as_bytes()].concat())
    }

    /// Bytes that come first, before any of the stream's: a worked example gives them.
    pub fn script(&mut self, bytes: &[u8]) {
        self.drawn.extend(bytes);
    }

    /// The next bytes.
    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        while self.drawn.len() < count {
            let block = Sha256::new()
                .chain_update(self.seed)
                .chain_update(self.counter.to_be_bytes())
                .finalize();
            self.drawn.extend(block);
            self.counter += 1;
        }
        self.drawn.drain(..count).collect()
    }

    /// The next bytes, of a length known when compiling.
    pub fn array<const N: usize>(&mut self) -> [u8; N] {
        let mut out = [0; N];
        out.copy_from_slice(&self.bytes(N));
        out
    }

    /// A number in `1..bound`, drawn as so many bytes as the bound has and again until it fits.
    pub fn below(&mut self, bound: &BigUint) -> BigUint {
        let excess = bound.to_bytes_be().len() as u64 * 8 - bound.bits();
        loop {
            let mut bytes = self.bytes(bound.to_bytes_be().len());
            if let Some(first) = bytes.first_mut() {
                *first &= 0xFF >> excess;
            }
            let number = BigUint::from_bytes_be(&bytes);
            if number.bits() > 0 && number < *bound {
                return number;
            }
        }
    }
}

impl std::fmt::Debug for Randomness {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Randomness")
    }
}
