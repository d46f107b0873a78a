//! Elliptic curves over prime fields (ICAO 9303-11, 9.5.1; BSI TR-03110-3, table 4; RFC 5639; SEC 2 v2).
//!
//! All curves have cofactor 1, so a point that is on its curve and not at infinity is in the right group. Secrets are handled in
//! constant time and wiped when dropped.

mod arithmetic;
mod definitions;
mod encoding;
mod parameters;

use zeroize::{Zeroize, Zeroizing};

pub(crate) use self::parameters::Parameters;
use crate::fault::SignatureFault;
use crate::oid::{Oid, known};

/// A curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Curve {
    /// secp192r1, P-192.
    Secp192r1,
    /// secp224r1, P-224.
    Secp224r1,
    /// secp256r1, P-256.
    Secp256r1,
    /// secp384r1, P-384.
    Secp384r1,
    /// secp521r1, P-521.
    Secp521r1,
    /// brainpoolP192r1.
    BrainpoolP192r1,
    /// brainpoolP224r1.
    BrainpoolP224r1,
    /// brainpoolP256r1.
    BrainpoolP256r1,
    /// brainpoolP320r1.
    BrainpoolP320r1,
    /// brainpoolP384r1.
    BrainpoolP384r1,
    /// brainpoolP512r1.
    BrainpoolP512r1,
}

/// Calls a function of [`arithmetic`] for the curve that a value names.
macro_rules! on_curve {
    ($curve:expr, $function:ident($($argument:expr),*)) => {
        match $curve {
            Curve::Secp192r1 => arithmetic::$function::<definitions::secp192r1::Curve>($($argument),*),
            Curve::Secp224r1 => arithmetic::$function::<definitions::secp224r1::Curve>($($argument),*),
            Curve::Secp256r1 => arithmetic::$function::<p256::NistP256>($($argument),*),
            Curve::Secp384r1 => arithmetic::$function::<p384::NistP384>($($argument),*),
            Curve::Secp521r1 => arithmetic::$function::<p521::NistP521>($($argument),*),
            Curve::BrainpoolP192r1 => arithmetic::$function::<definitions::brainpool_p192r1::Curve>($($argument),*),
            Curve::BrainpoolP224r1 => arithmetic::$function::<definitions::brainpool_p224r1::Curve>($($argument),*),
            Curve::BrainpoolP256r1 => arithmetic::$function::<bp256::BrainpoolP256r1>($($argument),*),
            Curve::BrainpoolP320r1 => arithmetic::$function::<definitions::brainpool_p320r1::Curve>($($argument),*),
            Curve::BrainpoolP384r1 => arithmetic::$function::<bp384::BrainpoolP384r1>($($argument),*),
            Curve::BrainpoolP512r1 => arithmetic::$function::<definitions::brainpool_p512r1::Curve>($($argument),*),
        }
    };
}

impl Curve {
    /// Every curve.
    pub const ALL: [Self; 11] = [
        Self::Secp192r1,
        Self::Secp224r1,
        Self::Secp256r1,
        Self::Secp384r1,
        Self::Secp521r1,
        Self::BrainpoolP192r1,
        Self::BrainpoolP224r1,
        Self::BrainpoolP256r1,
        Self::BrainpoolP320r1,
        Self::BrainpoolP384r1,
        Self::BrainpoolP512r1,
    ];

    /// Bits of the base field's prime, which are also those of the order.
    pub const fn bits(self) -> usize {
        match self {
            Self::Secp192r1 | Self::BrainpoolP192r1 => 192,
            Self::Secp224r1 | Self::BrainpoolP224r1 => 224,
            Self::Secp256r1 | Self::BrainpoolP256r1 => 256,
            Self::BrainpoolP320r1 => 320,
            Self::Secp384r1 | Self::BrainpoolP384r1 => 384,
            Self::BrainpoolP512r1 => 512,
            Self::Secp521r1 => 521,
        }
    }

    /// Bytes of a coordinate, and of a number modulo the order.
    pub const fn field_bytes(self) -> usize {
        self.bits().div_ceil(8)
    }

    /// How many random bytes a secret is made of: 64 bits more than the order has (FIPS 186-5, A.2.1).
    pub const fn random_bytes(self) -> usize {
        self.field_bytes() + 8
    }

    /// The curve of an object identifier (RFC 5480, 2.1.1.1; RFC 5639, 4.1).
    pub fn from_oid(oid: Oid<'_>) -> Option<Self> {
        Self::ALL.into_iter().find(|curve| curve.oid() == oid)
    }

    /// Its object identifier.
    pub const fn oid(self) -> Oid<'static> {
        match self {
            Self::Secp192r1 => known::SECP192R1,
            Self::Secp224r1 => known::SECP224R1,
            Self::Secp256r1 => known::SECP256R1,
            Self::Secp384r1 => known::SECP384R1,
            Self::Secp521r1 => known::SECP521R1,
            Self::BrainpoolP192r1 => known::BRAINPOOL_P192R1,
            Self::BrainpoolP224r1 => known::BRAINPOOL_P224R1,
            Self::BrainpoolP256r1 => known::BRAINPOOL_P256R1,
            Self::BrainpoolP320r1 => known::BRAINPOOL_P320R1,
            Self::BrainpoolP384r1 => known::BRAINPOOL_P384R1,
            Self::BrainpoolP512r1 => known::BRAINPOOL_P512R1,
        }
    }

    /// The curve with this number in the list of standardised domain parameters, 8 to 18 (ICAO 9303-11, 9.5.1, table 4).
    pub const fn from_parameter_id(id: u64) -> Option<Self> {
        Some(match id {
            8 => Self::Secp192r1,
            9 => Self::BrainpoolP192r1,
            10 => Self::Secp224r1,
            11 => Self::BrainpoolP224r1,
            12 => Self::Secp256r1,
            13 => Self::BrainpoolP256r1,
            14 => Self::BrainpoolP320r1,
            15 => Self::Secp384r1,
            16 => Self::BrainpoolP384r1,
            17 => Self::BrainpoolP512r1,
            18 => Self::Secp521r1,
            _ => return None,
        })
    }

    /// Its generator.
    pub fn generator(self) -> Point {
        let numbers = Parameters::of(self);
        Point {
            curve: self,
            encoded: [&[4], numbers.gx, numbers.gy].concat(),
        }
    }

    /// The order of its generator, big-endian, [`Curve::field_bytes`] long.
    pub const fn order(self) -> &'static [u8] {
        Parameters::of(self).n
    }

    /// The prime of its base field, big-endian, [`Curve::field_bytes`] long.
    pub const fn prime(self) -> &'static [u8] {
        Parameters::of(self).p
    }

    /// Generic mapping: the generator `nonce * G + shared` (ICAO 9303-11, 4.4.3.3.1). The nonce is a number, big-endian, of any length.
    pub fn map_generator(self, nonce: &[u8], shared: &Point) -> Result<Point, SignatureFault> {
        let encoded = on_curve!(self, map_generic(nonce, shared.on(self)?))?;
        Ok(Point {
            curve: self,
            encoded,
        })
    }

    /// Integrated mapping: the point that a number modulo p is encoded as (ICAO 9303-11, 4.4.3.3.2 and appendix B).
    ///
    /// The number is big-endian, of any length. The encoding is only defined for p = 3 mod 4, so not on secp224r1.
    pub fn map_integrated(self, number: &[u8]) -> Result<Point, SignatureFault> {
        if self == Self::Secp224r1 {
            return Err(SignatureFault::CurveUnsuitable);
        }
        let encoded = on_curve!(self, map_integrated(number, self.prime()))?;
        Ok(Point {
            curve: self,
            encoded,
        })
    }

    /// Checks an ECDSA signature over a hash value (TR-03111, 4.2.1.2). `r` and `s` are [`Curve::field_bytes`] long each.
    pub(crate) fn verify(
        self,
        point: &Point,
        hash: &[u8],
        rs: (&[u8], &[u8]),
    ) -> Result<(), SignatureFault> {
        on_curve!(self, verify(point.on(self)?, hash, rs.0, rs.1))
    }
}

/// A point on a curve, not at infinity: a public key, or a generator.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Point {
    curve: Curve,
    /// Uncompressed: 04, x, y.
    encoded: Vec<u8>,
}

impl Point {
    /// A point out of its uncompressed or compressed encoding (TR-03111, 3.2; SEC 1, 2.3.4), checked to be on the curve.
    pub fn decode(curve: Curve, encoded: &[u8]) -> Result<Self, SignatureFault> {
        let encoded = on_curve!(curve, checked_point(encoded))?;
        Ok(Self { curve, encoded })
    }

    /// A point out of its coordinates, big-endian, each at most [`Curve::field_bytes`] long.
    pub fn from_coordinates(curve: Curve, x: &[u8], y: &[u8]) -> Result<Self, SignatureFault> {
        let mut encoded = vec![4];
        for coordinate in [x, y] {
            let padding = curve
                .field_bytes()
                .checked_sub(coordinate.len())
                .ok_or(SignatureFault::PointMalformed)?;
            encoded.resize(encoded.len() + padding, 0);
            encoded.extend_from_slice(coordinate);
        }
        Self::decode(curve, &encoded)
    }

    /// Its uncompressed encoding: 04, x, y.
    pub fn encode(&self) -> &[u8] {
        &self.encoded
    }

    /// Its curve.
    pub const fn curve(&self) -> Curve {
        self.curve
    }

    /// Its x coordinate, big-endian, [`Curve::field_bytes`] long.
    pub fn x(&self) -> &[u8] {
        &self.encoded[1..=self.curve.field_bytes()]
    }

    /// Its y coordinate, big-endian, [`Curve::field_bytes`] long.
    pub fn y(&self) -> &[u8] {
        &self.encoded[1 + self.curve.field_bytes()..]
    }

    fn on(&self, curve: Curve) -> Result<&[u8], SignatureFault> {
        if self.curve == curve {
            Ok(&self.encoded)
        } else {
            Err(SignatureFault::GroupMismatch)
        }
    }
}

/// What two sides agree on is a point too, and secret.
impl Drop for Point {
    fn drop(&mut self) {
        self.encoded.zeroize();
    }
}

impl std::fmt::Debug for Point {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Point({:?})", self.curve)
    }
}

/// A number from 1 to the order less 1 that nobody else may know. Wiped when dropped.
#[derive(Clone)]
pub struct Secret {
    curve: Curve,
    /// Big-endian, as long as the order.
    number: Zeroizing<Vec<u8>>,
}

impl Secret {
    /// A secret out of at least [`Curve::random_bytes`] random bytes: the number that they stand for modulo the order.
    pub fn from_random(curve: Curve, random: &[u8]) -> Result<Self, SignatureFault> {
        if random.len() < curve.random_bytes() {
            return Err(SignatureFault::TooLittleRandomness);
        }
        let number = on_curve!(curve, secret_from_random(random))?;
        Ok(Self { curve, number })
    }

    /// A secret that is known: big-endian, at most [`Curve::field_bytes`] long, not zero, below the order.
    pub fn from_bytes(curve: Curve, number: &[u8]) -> Result<Self, SignatureFault> {
        let padding = curve
            .field_bytes()
            .checked_sub(number.len())
            .ok_or(SignatureFault::SecretOutOfRange)?;
        let mut padded = Zeroizing::new(vec![0; curve.field_bytes()]);
        padded[padding..].copy_from_slice(number);
        on_curve!(curve, check_secret(&padded))?;
        Ok(Self {
            curve,
            number: padded,
        })
    }

    /// Its curve.
    pub const fn curve(&self) -> Curve {
        self.curve
    }

    /// The number, big-endian, [`Curve::field_bytes`] long.
    pub fn dangerous_bytes(&self) -> &[u8] {
        &self.number
    }

    /// `secret * point`.
    pub fn multiply(&self, point: &Point) -> Result<Point, SignatureFault> {
        let encoded = on_curve!(self.curve, multiply(&self.number, point.on(self.curve)?))?;
        Ok(Point {
            curve: self.curve,
            encoded,
        })
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secret({:?})", self.curve)
    }
}

/// A secret and the point that belongs to it.
#[derive(Debug, Clone)]
pub struct KeyPair {
    secret: Secret,
    public: Point,
}

impl KeyPair {
    /// A key pair on the curve's own generator, out of at least [`Curve::random_bytes`] random bytes.
    pub fn from_random(curve: Curve, random: &[u8]) -> Result<Self, SignatureFault> {
        Self::from_secret(Secret::from_random(curve, random)?)
    }

    /// The key pair of a secret on the curve's own generator.
    pub fn from_secret(secret: Secret) -> Result<Self, SignatureFault> {
        let encoded = on_curve!(secret.curve, multiply_generator(&secret.number))?;
        let public = Point {
            curve: secret.curve,
            encoded,
        };
        Ok(Self { secret, public })
    }

    /// The key pair of a secret on another generator, as PACE maps one (ICAO 9303-11, 4.4.3.4).
    pub fn with_generator(secret: Secret, generator: &Point) -> Result<Self, SignatureFault> {
        let public = secret.multiply(generator)?;
        Ok(Self { secret, public })
    }

    /// The public point.
    pub const fn public(&self) -> &Point {
        &self.public
    }

    /// The secret.
    pub const fn secret(&self) -> &Secret {
        &self.secret
    }

    /// The point that both sides agree on. It is secret; the x coordinate is the shared secret (TR-03111, 4.3.1).
    pub fn agree(&self, other: &Point) -> Result<Point, SignatureFault> {
        self.secret.multiply(other)
    }

    /// The x coordinate of what both sides agree on, [`Curve::field_bytes`] long (TR-03111, 4.3.1; ICAO 9303-11, 9.4.2).
    pub fn diffie_hellman(&self, other: &Point) -> Result<Zeroizing<Vec<u8>>, SignatureFault> {
        Ok(Zeroizing::new(self.agree(other)?.x().to_vec()))
    }

    /// The plain ECDSA signature of a hash value, `r` and `s` one behind the other (TR-03111, 4.2.1.1 and 5.2.1), with an ephemeral
    /// secret out of at least [`Curve::random_bytes`] random bytes that were never used before.
    pub fn sign(&self, hash: &[u8], random: &[u8]) -> Result<Vec<u8>, SignatureFault> {
        let ephemeral = Secret::from_random(self.secret.curve, random)?;
        on_curve!(
            self.secret.curve,
            sign(&self.secret.number, &ephemeral.number, hash)
        )
    }
}
