//! What is done on a curve, written once for all of them. Bytes go in and come out; the numbers between live on the stack.
//!
//! Everything that touches a secret runs in constant time, as `primeorder` does it; what says `vartime` sees public numbers only.

use primeorder::elliptic_curve::{
    NonZeroScalar, Scalar,
    ff::{Field, PrimeField},
    ops::{Invert, MulByGeneratorVartime},
    point::AffineCoordinates,
    sec1::{FromSec1Point, Sec1Point, ToSec1Point},
    subtle::{ConditionallySelectable, ConstantTimeEq},
};
use primeorder::{AffinePoint, FieldBytes, PrimeCurveParams, ProjectivePoint};
use zeroize::Zeroizing;

use crate::fault::SignatureFault;

/// A curve that everything here works on.
pub(super) trait Arithmetic: PrimeCurveParams {}

impl<C: PrimeCurveParams> Arithmetic for C {}

/// A point out of its encoding (SEC 1, 2.3.4); checked to be on the curve and not at infinity.
pub(super) fn decode<C: Arithmetic>(encoded: &[u8]) -> Result<AffinePoint<C>, SignatureFault> {
    if encoded == [0] {
        return Err(SignatureFault::PointAtInfinity);
    }
    let point = Sec1Point::<C>::from_bytes(encoded).map_err(|_| SignatureFault::PointMalformed)?;
    Option::from(AffinePoint::<C>::from_sec1_point(&point)).ok_or(SignatureFault::PointNotOnCurve)
}

/// Its uncompressed encoding (SEC 1, 2.3.3); a fault where it is the point at infinity.
fn encode<C: Arithmetic>(point: &ProjectivePoint<C>) -> Result<Vec<u8>, SignatureFault> {
    let affine = point.to_affine();
    if bool::from(affine.is_identity()) {
        return Err(SignatureFault::PointAtInfinity);
    }
    Ok(affine.to_sec1_point(false).as_bytes().to_vec())
}

/// Checks a point and gives its uncompressed encoding.
pub(super) fn checked_point<C: Arithmetic>(encoded: &[u8]) -> Result<Vec<u8>, SignatureFault> {
    Ok(decode::<C>(encoded)?
        .to_sec1_point(false)
        .as_bytes()
        .to_vec())
}

/// The number modulo m that `bytes` stand for, big-endian, of any length; in constant time for that length.
fn reduced<F: PrimeField>(bytes: &[u8]) -> F {
    let step = F::from(1 << 32);
    let mut number = F::ZERO;
    for chunk in bytes.rchunks(4).rev() {
        let digit = chunk
            .iter()
            .fold(0, |digit, byte| (digit << 8) | u64::from(*byte));
        number = number * step + F::from(digit);
    }
    number
}

/// A secret scalar out of exactly as many bytes as the order has; zero, or what is not below the order, is refused.
fn secret_scalar<C: Arithmetic>(bytes: &[u8]) -> Result<Zeroizing<Scalar<C>>, SignatureFault> {
    let repr = FieldBytes::<C>::try_from(bytes).map_err(|_| SignatureFault::SecretOutOfRange)?;
    let repr = Zeroizing::new(repr);
    Option::<NonZeroScalar<C>>::from(NonZeroScalar::<C>::from_repr(*repr))
        .map(|scalar| Zeroizing::new(*scalar))
        .ok_or(SignatureFault::SecretOutOfRange)
}

/// Checks that a secret is neither zero nor above the order.
pub(super) fn check_secret<C: Arithmetic>(bytes: &[u8]) -> Result<(), SignatureFault> {
    secret_scalar::<C>(bytes).map(drop)
}

/// A secret out of random bytes, which are more than the order has: the number that they stand for modulo n.
pub(super) fn secret_from_random<C: Arithmetic>(
    random: &[u8],
) -> Result<Zeroizing<Vec<u8>>, SignatureFault> {
    let scalar = Zeroizing::new(reduced::<Scalar<C>>(random));
    if bool::from(scalar.is_zero()) {
        return Err(SignatureFault::SecretOutOfRange);
    }
    Ok(Zeroizing::new(scalar.to_repr().as_slice().to_vec()))
}

/// `secret * point`, encoded.
pub(super) fn multiply<C: Arithmetic>(
    secret: &[u8],
    point: &[u8],
) -> Result<Vec<u8>, SignatureFault> {
    let scalar = secret_scalar::<C>(secret)?;
    let point = ProjectivePoint::<C>::from(decode::<C>(point)?);
    encode(&point.mul(&scalar))
}

/// `secret * G`, encoded.
pub(super) fn multiply_generator<C: Arithmetic>(secret: &[u8]) -> Result<Vec<u8>, SignatureFault> {
    let scalar = secret_scalar::<C>(secret)?;
    encode(&ProjectivePoint::<C>::GENERATOR.mul(&scalar))
}

/// `nonce * G + shared`, which generic mapping asks for (ICAO 9303-11, 4.4.3.3.1).
pub(super) fn map_generic<C: Arithmetic>(
    nonce: &[u8],
    shared: &[u8],
) -> Result<Vec<u8>, SignatureFault> {
    let nonce = Zeroizing::new(reduced::<Scalar<C>>(nonce));
    let shared = ProjectivePoint::<C>::from(decode::<C>(shared)?);
    encode(&(ProjectivePoint::<C>::GENERATOR.mul(&nonce) + shared))
}

/// The point encoding of integrated mapping (ICAO 9303-11, 4.4.3.3.2 and appendix B), for a `prime` p = 3 mod 4, big-endian.
///
/// With `alpha = -t^2`, `x2 = -b/a * (1 + 1/(alpha + alpha^2))` and `x3 = alpha * x2`: the right side of the curve's equation is a
/// square at one of the two. The standard's `A * h2` is `root = h2^((p+1)/4)` where h2 is a square, its `A * U` is `-t^3 * root` where not.
pub(super) fn map_integrated<C: Arithmetic>(
    number: &[u8],
    prime: &[u8],
) -> Result<Vec<u8>, SignatureFault> {
    let t = reduced::<C::FieldElement>(number);
    let alpha = -t.square();
    let inverse = inverted(alpha + alpha.square())?;
    let x2 = -C::EQUATION_B * inverted(C::EQUATION_A)? * (C::FieldElement::ONE + inverse);
    let x3 = alpha * x2;
    let h2 = (x2.square() + C::EQUATION_A) * x2 + C::EQUATION_B;
    let root = h2.pow_vartime(quarter(prime)) * h2;
    let h2_is_square = root.square().ct_eq(&h2);
    let y3 = -(t.square() * t * root);
    let x = C::FieldElement::conditional_select(&x3, &x2, h2_is_square);
    let y = C::FieldElement::conditional_select(&y3, &root, h2_is_square);
    let encoded = [&[4], x.to_repr().as_slice(), y.to_repr().as_slice()].concat();
    checked_point::<C>(&encoded)
}

fn inverted<F: Field>(number: F) -> Result<F, SignatureFault> {
    Option::from(number.invert()).ok_or(SignatureFault::PointAtInfinity)
}

/// A quarter of a big-endian number, rounded down, in words from the lowest.
fn quarter(number: &[u8]) -> Vec<u64> {
    let mut words: Vec<u64> = number
        .rchunks(8)
        .map(|chunk| {
            chunk
                .iter()
                .fold(0, |word, byte| (word << 8) | u64::from(*byte))
        })
        .collect();
    let mut carry = 0;
    for word in words.iter_mut().rev() {
        let low = *word & 3;
        *word = (*word >> 2) | (carry << 62);
        carry = low;
    }
    words
}

/// Whether `r` and `s`, each as long as the order, are an ECDSA signature of `hash` by `point` (TR-03111, 4.2.1.2). In variable time.
pub(super) fn verify<C: Arithmetic>(
    point: &[u8],
    hash: &[u8],
    r: &[u8],
    s: &[u8],
) -> Result<(), SignatureFault> {
    let point = ProjectivePoint::<C>::from(decode::<C>(point)?);
    let (r, s) = (public_scalar::<C>(r)?, public_scalar::<C>(s)?);
    let z = hash_scalar::<C>(hash);
    let inverse =
        Option::<Scalar<C>>::from(s.invert_vartime()).ok_or(SignatureFault::SignatureMalformed)?;
    let sum = ProjectivePoint::<C>::mul_by_generator_and_mul_add_vartime(
        &(z * inverse),
        &(r * inverse),
        &point,
    );
    let x = reduced::<Scalar<C>>(&sum.to_affine().x());
    let finite = !bool::from(sum.ct_eq(&ProjectivePoint::<C>::IDENTITY));
    if finite && x == r {
        Ok(())
    } else {
        Err(SignatureFault::SignatureWrong)
    }
}

/// `r` and `s`, one behind the other, of an ECDSA signature of `hash` with the given secrets (TR-03111, 4.2.1.1).
pub(super) fn sign<C: Arithmetic>(
    secret: &[u8],
    ephemeral: &[u8],
    hash: &[u8],
) -> Result<Vec<u8>, SignatureFault> {
    let secret = secret_scalar::<C>(secret)?;
    let ephemeral = secret_scalar::<C>(ephemeral)?;
    let point = ProjectivePoint::<C>::GENERATOR.mul(&ephemeral).to_affine();
    let r = reduced::<Scalar<C>>(&point.x());
    let inverse = Zeroizing::new(inverted(*ephemeral)?);
    let s = *inverse * (hash_scalar::<C>(hash) + r * *secret);
    if bool::from(r.is_zero()) || bool::from(s.is_zero()) {
        return Err(SignatureFault::SecretOutOfRange);
    }
    Ok([r.to_repr().as_slice(), s.to_repr().as_slice()].concat())
}

fn public_scalar<C: Arithmetic>(bytes: &[u8]) -> Result<Scalar<C>, SignatureFault> {
    let repr = FieldBytes::<C>::try_from(bytes).map_err(|_| SignatureFault::SignatureMalformed)?;
    Option::from(Scalar::<C>::from_repr(repr))
        .filter(|scalar: &Scalar<C>| !bool::from(scalar.is_zero()))
        .ok_or(SignatureFault::SignatureMalformed)
}

/// The leftmost bits of a hash value, as many as the order has. No order here has a number of bits between two bytes but that of
/// secp521r1, which is longer than every hash value.
fn hash_scalar<C: Arithmetic>(hash: &[u8]) -> Scalar<C> {
    let length = FieldBytes::<C>::default().len().min(hash.len());
    reduced(&hash[..length])
}
