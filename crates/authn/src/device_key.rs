//! The key that makes a device an authenticator: ECDSA on P-256 with SHA-256 (FIPS 186-5), signatures as `r||s` (IEEE P1363).

use std::fmt;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _,
    ParsedPublicKey,
};
use zeroize::Zeroizing;

use crate::Fault;

/// Length of a signature in bytes.
pub const SIGNATURE_LENGTH: usize = 64;

/// The public half, which the server keeps: a point on the curve, uncompressed (SEC 1, 2.3.3).
#[derive(Clone)]
pub struct DevicePublicKey {
    point: [u8; Self::LENGTH],
    parsed: ParsedPublicKey,
}

impl DevicePublicKey {
    /// Length in bytes: `04`, x, y.
    pub const LENGTH: usize = 65;

    /// Reads a public key, and checks that it is a point on the curve and not the one at infinity.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Fault> {
        let point: [u8; Self::LENGTH] = bytes.try_into().map_err(|_| Fault::DeviceKeyMalformed)?;
        if point[0] != 0x04 {
            return Err(Fault::DeviceKeyMalformed);
        }
        let parsed = ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
            .map_err(|_| Fault::DeviceKeyMalformed)?;
        Ok(Self { point, parsed })
    }

    /// The uncompressed point.
    pub const fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.point
    }

    /// Checks a signature over `statement`.
    ///
    /// ECDSA signatures are malleable: whoever has `(r, s)` also has `(r, n - s)`. So a signature is evidence, and never a name for
    /// what was signed; what may happen once rests on the nonce in the statement.
    pub fn verify(&self, statement: &[u8], signature: &[u8]) -> Result<DeviceSignature, Fault> {
        if signature.len() != SIGNATURE_LENGTH {
            return Err(Fault::SignatureMalformed);
        }
        self.parsed
            .verify_sig(statement, signature)
            .map_err(|_| Fault::SignatureRefused)?;
        Ok(DeviceSignature(()))
    }
}

impl PartialEq for DevicePublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.point == other.point
    }
}

impl Eq for DevicePublicKey {}

impl fmt::Debug for DevicePublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DevicePublicKey(..)")
    }
}

/// Evidence that a device key signed a statement.
#[derive(Debug, PartialEq, Eq)]
#[must_use]
pub struct DeviceSignature(());

/// A device key in software, for an app that has no hardware to hold one.
pub struct DeviceKey(EcdsaKeyPair);

impl DeviceKey {
    /// Makes a key. AWS-LC draws its randomness itself, here and in [`Self::sign`].
    pub fn generate() -> Result<Self, Fault> {
        EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
            .map(Self)
            .map_err(|_| Fault::DeviceKeyFailed)
    }

    /// Reads what [`Self::to_pkcs8`] wrote (RFC 5208).
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, Fault> {
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der)
            .map(Self)
            .map_err(|_| Fault::DeviceKeyMalformed)
    }

    /// The private key, for the device's own storage.
    pub fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, Fault> {
        let document = self.0.to_pkcs8v1().map_err(|_| Fault::DeviceKeyFailed)?;
        Ok(Zeroizing::new(document.as_ref().to_vec()))
    }

    /// The public half.
    pub fn public(&self) -> Result<DevicePublicKey, Fault> {
        DevicePublicKey::from_bytes(self.0.public_key().as_ref())
    }

    /// Signs a statement.
    pub fn sign(&self, statement: &[u8]) -> Result<[u8; SIGNATURE_LENGTH], Fault> {
        let signature = self
            .0
            .sign(&SystemRandom::new(), statement)
            .map_err(|_| Fault::DeviceKeyFailed)?;
        signature
            .as_ref()
            .try_into()
            .map_err(|_| Fault::DeviceKeyFailed)
    }
}

impl fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// RFC 6979, A.2.5: P-256 with SHA-256 over "sample".
    #[test]
    fn verifies_the_vector_of_rfc_6979() {
        let key = DevicePublicKey::from_bytes(&unhex(concat!(
            "04",
            "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6",
            "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299"
        )))
        .unwrap();
        let signature = unhex(concat!(
            "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
            "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"
        ));
        assert_eq!(key.verify(b"sample", &signature), Ok(DeviceSignature(())));
        assert_eq!(
            key.verify(b"samplE", &signature),
            Err(Fault::SignatureRefused)
        );
        assert_eq!(
            key.verify(b"sample", &signature[1..]),
            Err(Fault::SignatureMalformed)
        );
        assert_eq!(
            key.verify(b"sample", &[0; 64]),
            Err(Fault::SignatureRefused)
        );
    }

    #[test]
    fn signs_and_reads_back() {
        let key = DeviceKey::generate().unwrap();
        let again = DeviceKey::from_pkcs8(&key.to_pkcs8().unwrap()).unwrap();
        let public = key.public().unwrap();
        assert_eq!(again.public().unwrap(), public);
        assert!(
            public
                .verify(b"shown", &again.sign(b"shown").unwrap())
                .is_ok()
        );
        let other = DeviceKey::generate().unwrap();
        assert_eq!(
            public.verify(b"shown", &other.sign(b"shown").unwrap()),
            Err(Fault::SignatureRefused)
        );
        assert_eq!(
            format!("{key:?} {public:?}"),
            "DeviceKey(..) DevicePublicKey(..)"
        );
    }

    #[test]
    fn only_uncompressed_points_on_the_curve_are_keys() {
        let good = *DeviceKey::generate().unwrap().public().unwrap().as_bytes();
        let mut off_curve = good;
        off_curve[64] ^= 1;
        let mut hybrid = good;
        hybrid[0] = 0x06 | (good[64] & 1);
        let mut compressed = good[..33].to_vec();
        compressed[0] = 0x02 | (good[64] & 1);
        for bad in [
            &off_curve[..],
            &hybrid,
            &compressed,
            &good[..64],
            &[0],
            &[],
            &[0; 65],
        ] {
            assert_eq!(
                DevicePublicKey::from_bytes(bad).unwrap_err(),
                Fault::DeviceKeyMalformed
            );
        }
        assert_eq!(
            DeviceKey::from_pkcs8(&good).unwrap_err(),
            Fault::DeviceKeyMalformed
        );
    }

    proptest! {
        #[test]
        fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let key = DeviceKey::generate().unwrap().public().unwrap();
            prop_assert!(key.verify(b"shown", &bytes).is_err());
            let _ = DevicePublicKey::from_bytes(&bytes);
            let _ = DeviceKey::from_pkcs8(&bytes);
        }
    }

    fn unhex(hex: &str) -> Vec<u8> {
        (0..hex.len())
            .step_by(2)
            .map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap())
            .collect()
    }
}
