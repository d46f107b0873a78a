//! ECDSA public keys (TR-03111, 4.2.1; FIPS 186-5, 6.4) and the two formats of a signature (TR-03111, 5.2).

use std::sync::OnceLock;

use aws_lc_rs::digest as fast_digest;
use aws_lc_rs::signature::{self, EcdsaVerificationAlgorithm, ParsedPublicKey};

use crate::crypto::Digest;
use crate::crypto::curve::{Curve, Point};
use crate::fault::{Deviation, Deviations, SignatureFault, TlvFault};
use crate::tlv::{Reader, Tag};

/// An elliptic curve key that checks signatures. What the fastest backend computes from it once is kept with it.
#[derive(Debug, Clone)]
pub(crate) struct EcdsaPublicKey {
    point: Point,
    fast: OnceLock<Option<ParsedPublicKey>>,
}

impl EcdsaPublicKey {
    /// The key that a point is.
    pub(crate) const fn new(point: Point) -> Self {
        Self {
            point,
            fast: OnceLock::new(),
        }
    }

    /// The point.
    pub(crate) const fn point(&self) -> &Point {
        &self.point
    }

    /// Checks a signature whose format should be `ECDSA-Sig-Value ::= SEQUENCE { r INTEGER, s INTEGER }` (TR-03111, 5.2.2).
    pub(crate) fn verify_der(
        &self,
        digest: Digest,
        message: &[u8],
        signature: &[u8],
    ) -> Result<Deviations, SignatureFault> {
        let hash = digest.hash(&[message]);
        let der = || self.numbers_of_der(signature);
        let plain = || {
            Some((
                self.numbers_of_plain(signature)?,
                Deviation::EcdsaPlainForDer.into(),
            ))
        };
        let (numbers, deviations) = der()
            .or_else(plain)
            .ok_or(SignatureFault::SignatureMalformed)?;
        self.verify_numbers(hash.as_ref(), &numbers)?;
        Ok(deviations)
    }

    /// Checks a signature whose format should be plain, `r` and `s` one behind the other (TR-03111, 5.2.1).
    pub(crate) fn verify_plain(
        &self,
        digest: Digest,
        message: &[u8],
        signature: &[u8],
    ) -> Result<Deviations, SignatureFault> {
        let hash = digest.hash(&[message]);
        if let Some(numbers) = self.numbers_of_plain(signature) {
            self.verify_numbers(hash.as_ref(), &numbers)?;
            return Ok(Deviations::new());
        }
        let (numbers, mut deviations) = self
            .numbers_of_der(signature)
            .ok_or(SignatureFault::SignatureMalformed)?;
        self.verify_numbers(hash.as_ref(), &numbers)?;
        deviations.push(Deviation::EcdsaDerForPlain);
        Ok(deviations)
    }

    /// Checks `r` and `s`, one behind the other and each as long as the order, over a hash value.
    fn verify_numbers(&self, hash: &[u8], numbers: &[u8]) -> Result<(), SignatureFault> {
        let curve = self.point.curve();
        if let Some((algorithm, digest)) = fast(curve)
            && let Some(key) = self
                .fast
                .get_or_init(|| ParsedPublicKey::new(algorithm, self.point.encode()).ok())
            && let Some(hash) = resized(hash, digest)
        {
            return key
                .verify_digest_sig(&hash, numbers)
                .map_err(|_| SignatureFault::SignatureWrong);
        }
        curve.verify(&self.point, hash, numbers.split_at(curve.field_bytes()))
    }

    fn numbers_of_plain(&self, signature: &[u8]) -> Option<Vec<u8>> {
        let is_plain = signature.len() == 2 * self.point.curve().field_bytes();
        is_plain.then(|| signature.to_vec())
    }

    fn numbers_of_der(&self, signature: &[u8]) -> Option<(Vec<u8>, Deviations)> {
        let length = self.point.curve().field_bytes();
        let mut deviations = Deviations::new();
        let mut numbers = Vec::with_capacity(2 * length);
        for integer in integers(signature).ok()? {
            let zeros = integer.iter().take_while(|byte| **byte == 0).count();
            let digits = &integer[zeros..];
            let needs_zero = digits.first().is_none_or(|first| first & 0x80 != 0);
            if zeros != usize::from(needs_zero) {
                deviations.push(Deviation::EcdsaNotDer);
            }
            let padding = length.checked_sub(digits.len())?;
            numbers.resize(numbers.len() + padding, 0);
            numbers.extend_from_slice(digits);
        }
        Some((numbers, deviations))
    }
}

fn integers(signature: &[u8]) -> Result<[&[u8]; 2], TlvFault> {
    let mut outer = Reader::ber(signature);
    let mut inner = outer.expect(Tag::SEQUENCE)?.reader();
    outer.finish()?;
    let r = inner.expect(Tag::INTEGER)?.integer()?;
    let s = inner.expect(Tag::INTEGER)?.integer()?;
    inner.finish()?;
    Ok([r, s])
}

/// What the fastest backend has for a curve, with the hash function whose values it takes.
fn fast(
    curve: Curve,
) -> Option<(
    &'static EcdsaVerificationAlgorithm,
    &'static fast_digest::Algorithm,
)> {
    Some(match curve {
        Curve::Secp256r1 => (&signature::ECDSA_P256_SHA256_FIXED, &fast_digest::SHA256),
        Curve::Secp384r1 => (&signature::ECDSA_P384_SHA384_FIXED, &fast_digest::SHA384),
        Curve::Secp521r1 => (&signature::ECDSA_P521_SHA512_FIXED, &fast_digest::SHA512),
        _ => return None,
    })
}

/// A hash value of one function as if it were of another: ECDSA takes the leftmost bits, as many as the order has, as a number. So what
/// is too long is cut, and what is too short gets zeros in front. The other function's values are as long as the order, but for
/// secp521r1, whose order is longer than every hash value.
fn resized(hash: &[u8], digest: &'static fast_digest::Algorithm) -> Option<fast_digest::Digest> {
    let length = digest.output_len();
    let mut resized = [0; fast_digest::MAX_OUTPUT_LEN];
    let kept = hash.len().min(length);
    resized[length - kept..length].copy_from_slice(&hash[..kept]);
    fast_digest::Digest::import_less_safe(&resized[..length], digest).ok()
}
