//! Private keys on curves, and ECDSA with them (TR-03111, 4.2.1).

use num_bigint::BigUint;

use crate::{
    curve::{Curve, Point},
    randomness::Randomness,
};

/// A private key on a curve.
#[derive(Debug, Clone)]
pub struct EcKey {
    /// The curve.
    pub curve: Curve,
    /// The private number.
    pub secret: BigUint,
    /// The public point.
    pub public: Point,
    /// The base point: the curve's, but in a forged key.
    pub generator: Point,
}

impl EcKey {
    /// The key of a private number.
    pub fn new(curve: Curve, secret: BigUint) -> Self {
        let generator = curve.generator().clone();
        let public = curve.multiply(&secret, &generator);
        Self {
            curve,
            secret,
            public,
            generator,
        }
    }

    /// A key whose public point is another's, over a base point that is chosen to fit a known private number (CVE-2020-0601).
    /// Nothing where the number has no inverse.
    pub fn forged(curve: Curve, victim: &Point, secret: BigUint) -> Option<Self> {
        let inverse = secret.modinv(&curve.domain().order)?;
        let generator = curve.multiply(&inverse, victim);
        Some(Self {
            curve,
            secret,
            public: victim.clone(),
            generator,
        })
    }

    /// An ECDSA signature over a hash (TR-03111, 4.2.1): `(r, s)`.
    pub fn sign(&self, hash: &[u8], randomness: &mut Randomness) -> (BigUint, BigUint) {
        let order = &self.curve.domain().order;
        let mut message = BigUint::from_bytes_be(hash);
        let bits = hash.len() as u64 * 8;
        if bits > order.bits() {
            message >>= bits - order.bits();
        }
        loop {
            let nonce = randomness.below(order);
            let Point::Affine(x, _) = self.curve.multiply(&nonce, &self.generator) else {
                continue;
            };
            let r = x % order;
            let Some(inverse) = nonce.modinv(order) else {
                continue;
            };
            let s = inverse * (&message + &r * &self.secret) % order;
            if r.bits() > 0 && s.bits() > 0 {
                return (r, s);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forged_key_has_anothers_point_and_a_base_point_of_its_own() {
        let key = EcKey::new(Curve::P256, BigUint::from(12345_u32));
        let forged = EcKey::forged(Curve::P256, &key.public, BigUint::from(2_u8)).unwrap();
        assert_eq!(forged.public, key.public);
        assert_ne!(forged.generator, key.generator);
        assert_eq!(
            Curve::P256.multiply(&forged.secret, &forged.generator),
            forged.public
        );
    }
}
