//! Key stretching on the person's device: argon2id (RFC 9106), m = 19456 KiB, t = 2, p = 1, 64 bytes out, a salt of 16 zero bytes as
//! RFC 9807 section 7 asks for.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use argon2::{Algorithm, Argon2, Params, Version};
use opaque_ke::errors::InternalError;
use opaque_ke::generic_array::{ArrayLength, GenericArray};
use opaque_ke::ksf::Ksf;
use zeroize::Zeroizing;

const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const SALT: [u8; 16] = [0; 16];

/// How a client stretches the secret.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub enum Stretch {
    /// With argon2id, each time.
    #[default]
    Argon2id,
    /// With argon2id the first time; a later call with the same input takes what was kept. For a load generator that stands in for
    /// many devices, and nothing else: what is kept is as good as the PIN.
    Kept(StretchCache),
    /// Not at all, as in the vectors of RFC 9807, Appendix C.
    #[cfg(test)]
    Identity,
}

impl Ksf for Stretch {
    fn hash<L: ArrayLength<u8>>(
        &self,
        input: GenericArray<u8, L>,
    ) -> Result<GenericArray<u8, L>, InternalError> {
        let mut output = GenericArray::default();
        match self {
            Self::Argon2id => argon2id(&input, &mut output)?,
            Self::Kept(cache) => cache.stretch(&input, &mut output)?,
            #[cfg(test)]
            Self::Identity => output = input,
        }
        Ok(output)
    }
}

fn argon2id(input: &[u8], output: &mut [u8]) -> Result<(), InternalError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(output.len()))
        .map_err(|_| InternalError::KsfError)?;
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(input, &SALT, output)
        .map_err(|_| InternalError::KsfError)
}

/// The last result of stretching. Clones share it.
#[derive(Clone, Default)]
pub struct StretchCache(Arc<Mutex<Option<Stretched>>>);

struct Stretched {
    input: Zeroizing<Vec<u8>>,
    output: Zeroizing<Vec<u8>>,
}

impl StretchCache {
    fn stretch(&self, input: &[u8], output: &mut [u8]) -> Result<(), InternalError> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |kept: &&Stretched| *kept.input == input && kept.output.len() == output.len();
        if let Some(kept) = kept.as_ref().filter(same) {
            output.copy_from_slice(&kept.output);
            return Ok(());
        }
        argon2id(input, output)?;
        *kept = Some(Stretched {
            input: input.to_vec().into(),
            output: output.to_vec().into(),
        });
        Ok(())
    }
}

impl fmt::Debug for StretchCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StretchCache(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use opaque_ke::generic_array::typenum::U64;

    fn stretched(stretch: &Stretch, byte: u8) -> [u8; 64] {
        stretch
            .hash(GenericArray::<u8, U64>::from([byte; 64]))
            .unwrap()
            .into()
    }

    /// The value comes from OpenSSL's argon2id with the parameters of the test's name.
    #[test]
    fn argon2id_19456_kib_2_passes_1_lane_zero_salt() {
        let expected = concat!(
            "1e8b0214fcf43f6c0fc6ce02185269a82645721d9e72622035872f0411161ce1",
            "4997f534b8c85fe8ee6966282d7fa6fb502e764f20f8f135c947be835b25f706"
        );
        assert_eq!(stretched(&Stretch::Argon2id, 1)[..], unhex(expected));
    }

    fn unhex(hex: &str) -> Vec<u8> {
        (0..hex.len())
            .step_by(2)
            .map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap())
            .collect()
    }

    #[test]
    fn what_is_kept_serves_the_same_input_only() {
        let cache = StretchCache::default();
        let kept = Stretch::Kept(cache.clone());
        let first = stretched(&kept, 1);
        assert_eq!(first, stretched(&Stretch::Argon2id, 1));
        // Marks what is kept, to see that it is what the second call gives.
        cache.0.lock().unwrap().as_mut().unwrap().output[0] ^= 0xff;
        assert_ne!(stretched(&kept, 1), first);
        assert_eq!(stretched(&kept, 2), stretched(&Stretch::Argon2id, 2));
        assert_eq!(stretched(&kept, 1), first);
    }
}
