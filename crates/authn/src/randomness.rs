//! Where random bytes come from: an argument, of the traits that the OPAQUE library speaks.

use std::num::NonZeroU32;

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
pub use opaque_ke::rand::{CryptoRng, Error, RngCore};

/// The cryptographic generator of AWS-LC, seeded by the operating system. It has no state of its own, so one for each call will do.
#[derive(Debug, Clone, Default)]
pub struct SystemRandomness(SystemRandom);

impl SystemRandomness {
    /// The generator.
    pub fn new() -> Self {
        Self::default()
    }
}

impl RngCore for SystemRandomness {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill_bytes(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// # Panics
    /// Where the operating system gives no randomness: going on without any would be worse than stopping.
    fn fill_bytes(&mut self, dest: &mut [u8]) {
        assert!(
            self.try_fill_bytes(dest).is_ok(),
            "the operating system gives no randomness"
        );
    }

    fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), Error> {
        self.0
            .fill(dest)
            .map_err(|_| Error::from(NonZeroU32::MIN | Error::CUSTOM_START))
    }
}

impl CryptoRng for SystemRandomness {}
