//! Keys, signatures and key agreement of travel documents (ICAO 9303-12, 4; 9303-11, 9; BSI TR-03111).
//!
//! Every signature goes to the backend that checks it fastest: `aws-lc-rs` for RSA and for the curves P-256, P-384 and P-521, and
//! RustCrypto's arithmetic for what that library leaves out (brainpool, P-192, P-224, unusual parameters of RSA).

mod algorithm;
pub mod curve;
pub mod dh;
mod digest;
mod ecdsa;
mod hex;
mod key_agreement;
mod public_key;
pub mod rsa;
pub mod symmetric;

pub use self::algorithm::{PssParameters, SignatureAlgorithm};
pub use self::digest::{Digest, DigestValue};
pub use self::key_agreement::AgreementKey;
pub use self::public_key::{KeyKind, PublicKey};
use crate::fault::{Deviation, Deviations, SignatureFault};

/// Checks that `signature` is one over `message` by `key`, and says which tolerances that took. Those of the key itself are in
/// [`PublicKey::deviations`].
///
/// Where RSASSA-PSS is declared and does not hold, PKCS#1 v1.5 with the same hash function is tried: documents of Turkey need it.
pub fn verify(
    key: &PublicKey,
    algorithm: &SignatureAlgorithm,
    message: &[u8],
    signature: &[u8],
) -> Result<Deviations, SignatureFault> {
    use SignatureAlgorithm as Algorithm;
    match (key.rsa(), key.ecdsa(), *algorithm) {
        (Some(key), _, Algorithm::RsaPkcs1(digest)) => key.verify_pkcs1(digest, message, signature),
        (Some(key), _, Algorithm::RsaPss(parameters)) => {
            verify_pss(key, parameters, message, signature)
        }
        (_, Some(key), Algorithm::Ecdsa(digest)) => key.verify_der(digest, message, signature),
        (_, Some(key), Algorithm::EcdsaPlain(digest)) => {
            key.verify_plain(digest, message, signature)
        }
        (_, _, Algorithm::RsaEncryption | Algorithm::EcPublicKey) => {
            Err(SignatureFault::DigestNotTold)
        }
        _ => Err(SignatureFault::KeyAlgorithmMismatch),
    }
}

fn verify_pss(
    key: &rsa::RsaPublicKey,
    parameters: PssParameters,
    message: &[u8],
    signature: &[u8],
) -> Result<Deviations, SignatureFault> {
    key.verify_pss(parameters, message, signature)
        .or_else(|fault| {
            let mut deviations = key
                .verify_pkcs1(parameters.digest, message, signature)
                .map_err(|_| fault)?;
            deviations.push(Deviation::Pkcs1WherePssDeclared);
            Ok(deviations)
        })
}

#[cfg(test)]
mod tests;
