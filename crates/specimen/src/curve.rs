//! Elliptic curves as the documents know them (TR-03110-3, A.2.1.1), by plain arithmetic on big numbers.
//!
//! Slow and not in constant time: there is nothing secret in a specimen. It shares nothing with the reader's arithmetic, so that an
//! error of one shows against the other.

use std::sync::OnceLock;

use num_bigint::BigUint;

use crate::{curve_table, der, ec_key::EcKey, randomness::Randomness};

/// A curve over a prime field with cofactor 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Curve {
    /// NIST P-192 (secp192r1).
    P192,
    /// NIST P-224 (secp224r1).
    P224,
    /// NIST P-256 (secp256r1).
    P256,
    /// NIST P-384 (secp384r1).
    P384,
    /// NIST P-521 (secp521r1).
    P521,
    /// brainpoolP192r1 (RFC 5639).
    BrainpoolP192r1,
    /// brainpoolP224r1 (RFC 5639).
    BrainpoolP224r1,
    /// brainpoolP256r1 (RFC 5639).
    BrainpoolP256r1,
    /// brainpoolP320r1 (RFC 5639).
    BrainpoolP320r1,
    /// brainpoolP384r1 (RFC 5639).
    BrainpoolP384r1,
    /// brainpoolP512r1 (RFC 5639).
    BrainpoolP512r1,
}

/// The domain parameters of a curve.
#[derive(Debug)]
pub struct Domain {
    /// The field's prime.
    pub prime: BigUint,
    /// Coefficient `a`.
    pub a: BigUint,
    /// Coefficient `b`.
    pub b: BigUint,
    /// The base point.
    pub generator: Point,
    /// The base point's order.
    pub order: BigUint,
    /// The seed of the curve's generation, where it has one.
    pub seed: Option<Vec<u8>>,
}

/// A point in affine coordinates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Point {
    /// The neutral element.
    Infinity,
    /// `(x, y)`.
    Affine(BigUint, BigUint),
}

impl Curve {
    /// Every curve of TR-03110-3, A.2.1.1 over a prime field.
    pub const ALL: [Self; 11] = [
        Self::P192,
        Self::P224,
        Self::P256,
        Self::P384,
        Self::P521,
        Self::BrainpoolP192r1,
        Self::BrainpoolP224r1,
        Self::BrainpoolP256r1,
        Self::BrainpoolP320r1,
        Self::BrainpoolP384r1,
        Self::BrainpoolP512r1,
    ];

    /// The object identifier, dotted.
    pub fn oid(self) -> &'static str {
        match self {
            Self::P192 => "1.2.840.10045.3.1.1",
            Self::P224 => "1.3.132.0.33",
            Self::P256 => "1.2.840.10045.3.1.7",
            Self::P384 => "1.3.132.0.34",
            Self::P521 => "1.3.132.0.35",
            Self::BrainpoolP192r1 => "1.3.36.3.3.2.8.1.1.3",
            Self::BrainpoolP224r1 => "1.3.36.3.3.2.8.1.1.5",
            Self::BrainpoolP256r1 => "1.3.36.3.3.2.8.1.1.7",
            Self::BrainpoolP320r1 => "1.3.36.3.3.2.8.1.1.9",
            Self::BrainpoolP384r1 => "1.3.36.3.3.2.8.1.1.11",
            Self::BrainpoolP512r1 => "1.3.36.3.3.2.8.1.1.13",
        }
    }

    /// The number among the standardised domain parameters (Doc 9303-11, table 6).
    pub fn parameter_id(self) -> u32 {
        match self {
            Self::P192 => 8,
            Self::P224 => 10,
            Self::P256 => 12,
            Self::P384 => 15,
            Self::P521 => 18,
            Self::BrainpoolP192r1 => 9,
            Self::BrainpoolP224r1 => 11,
            Self::BrainpoolP256r1 => 13,
            Self::BrainpoolP320r1 => 14,
            Self::BrainpoolP384r1 => 16,
            Self::BrainpoolP512r1 => 17,
        }
    }

    /// The domain parameters.
    pub fn domain(self) -> &'static Domain {
        static DOMAINS: [OnceLock<Domain>; 11] = [const { OnceLock::new() }; 11];
        DOMAINS[self as usize].get_or_init(|| {
            let hex = curve_table::HEX[self as usize];
            let number =
                |index: usize| BigUint::parse_bytes(hex[index].as_bytes(), 16).unwrap_or_default();
            Domain {
                prime: number(0),
                a: number(1),
                b: number(2),
                generator: Point::Affine(number(3), number(4)),
                order: number(5),
                seed: (!hex[6].is_empty()).then(|| number(6).to_bytes_be()),
            }
        })
    }

    /// Bytes of a coordinate.
    pub fn length(self) -> usize {
        self.domain()
            .prime
            .bits()
            .div_ceil(8)
            .try_into()
            .unwrap_or(0)
    }

    /// The base point.
    pub fn generator(self) -> &'static Point {
        &self.domain().generator
    }

    /// Whether the point lies on the curve (the neutral element does not count).
    pub fn contains(self, point: &Point) -> bool {
        let domain = self.domain();
        match point {
            Point::Infinity => false,
            Point::Affine(x, y) => {
                x < &domain.prime
                    && y < &domain.prime
                    && y * y % &domain.prime == self.right_side(x)
            }
        }
    }

    /// `x^3 + ax + b`.
    pub(crate) fn right_side(self, x: &BigUint) -> BigUint {
        let Domain { prime, a, b, .. } = self.domain();
        (x * x % prime * x + a * x + b) % prime
    }

    /// `scalar * point`.
    pub fn multiply(self, scalar: &BigUint, point: &Point) -> Point {
        let Point::Affine(x, y) = point else {
            return Point::Infinity;
        };
        let base = Jacobian {
            x: x.clone(),
            y: y.clone(),
            z: BigUint::from(1_u8),
        };
        let mut table = vec![base.clone()];
        for index in 1..15 {
            table.push(self.add_jacobian(&table[index - 1], &base));
        }
        let mut sum = Jacobian::infinity();
        for byte in scalar.to_bytes_be() {
            for digit in [byte >> 4, byte & 15] {
                for _ in 0..4 {
                    sum = self.double(&sum);
                }
                if digit > 0 {
                    sum = self.add_jacobian(&sum, &table[usize::from(digit) - 1]);
                }
            }
        }
        self.affine(&sum)
    }

    /// The sum of two points.
    pub fn add(self, one: &Point, other: &Point) -> Point {
        self.affine(&self.add_jacobian(&Jacobian::from(one), &Jacobian::from(other)))
    }

    /// `0x04 || x || y` (TR-03111, 3.2.1), or nothing for the neutral element.
    pub fn encode(self, point: &Point) -> Vec<u8> {
        match point {
            Point::Infinity => vec![0],
            Point::Affine(x, y) => [vec![4], self.field_bytes(x), self.field_bytes(y)].concat(),
        }
    }

    /// A point from `0x04 || x || y`, when it is on the curve.
    pub fn decode(self, bytes: &[u8]) -> Option<Point> {
        let coordinates = bytes.strip_prefix(&[4])?;
        if coordinates.len() != 2 * self.length() {
            return None;
        }
        let (x, y) = coordinates.split_at(self.length());
        let point = Point::Affine(BigUint::from_bytes_be(x), BigUint::from_bytes_be(y));
        self.contains(&point).then_some(point)
    }

    /// A field element, padded to the field's length (TR-03111, 3.1.3).
    pub fn field_bytes(self, value: &BigUint) -> Vec<u8> {
        padded(value, self.length())
    }

    /// A private key and its public point.
    pub fn key_pair(self, randomness: &mut Randomness) -> EcKey {
        EcKey::new(self, randomness.below(&self.domain().order))
    }

    /// `ECParameters` (RFC 5480, 2.1.1; TR-03111, 5.4): the name, or everything.
    pub fn parameters(self, form: CurveParameters) -> Vec<u8> {
        self.parameters_over(form, self.generator())
    }

    /// The same with a base point that need not be the curve's.
    pub fn parameters_over(self, form: CurveParameters, generator: &Point) -> Vec<u8> {
        let domain = self.domain();
        let mut zeros = 0;
        let mut seed = None;
        let mut prime = domain.prime.clone();
        let mut base = self.encode(generator);
        match form {
            CurveParameters::Named => return der::oid(self.oid()),
            CurveParameters::Explicit => {}
            CurveParameters::ExplicitWithSeed => seed = domain.seed.as_deref().map(der::bits),
            CurveParameters::ExplicitLongCoefficient => zeros = 1,
            CurveParameters::ExplicitComposite => {
                prime = &domain.prime * 3_u8;
                base.truncate(1 + self.length());
                base[0] = 2;
            }
        }
        let coefficient = [vec![0; zeros], self.field_bytes(&domain.b)].concat();
        let field = der::sequence([der::oid("1.2.840.10045.1.1"), der::unsigned(&prime)]);
        let a = der::octets(&self.field_bytes(&domain.a));
        der::sequence([
            der::small(1),
            field,
            der::sequence([a, der::octets(&coefficient), seed.unwrap_or_default()]),
            der::octets(&base),
            der::unsigned(&domain.order),
            der::small(1),
        ])
    }

    fn subtract(self, one: &BigUint, other: &BigUint) -> BigUint {
        let prime = &self.domain().prime;
        (one + prime - other) % prime
    }

    fn double(self, point: &Jacobian) -> Jacobian {
        let prime = &self.domain().prime;
        if point.z.bits() == 0 || point.y.bits() == 0 {
            return Jacobian::infinity();
        }
        let y_squared = &point.y * &point.y % prime;
        let s = ((&point.x * &y_squared) << 2_u8) % prime;
        let z_squared = &point.z * &point.z % prime;
        let slope = (&point.x * &point.x * 3_u8
            + &z_squared * &z_squared % prime * &self.domain().a)
            % prime;
        let x = self.subtract(&(&slope * &slope % prime), &((&s << 1_u8) % prime));
        let eighth = ((&y_squared * &y_squared) << 3_u8) % prime;
        let y = self.subtract(&(slope * self.subtract(&s, &x) % prime), &eighth);
        let z = ((&point.y * &point.z) << 1_u8) % prime;
        Jacobian { x, y, z }
    }

    fn add_jacobian(self, one: &Jacobian, other: &Jacobian) -> Jacobian {
        if one.z.bits() == 0 {
            return other.clone();
        }
        if other.z.bits() == 0 {
            return one.clone();
        }
        let prime = &self.domain().prime;
        let one_zz = &one.z * &one.z % prime;
        let other_zz = &other.z * &other.z % prime;
        let u1 = &one.x * &other_zz % prime;
        let u2 = &other.x * &one_zz % prime;
        let s1 = &one.y * &other_zz % prime * &other.z % prime;
        let s2 = &other.y * &one_zz % prime * &one.z % prime;
        if u1 == u2 {
            return if s1 == s2 {
                self.double(one)
            } else {
                Jacobian::infinity()
            };
        }
        let run = self.subtract(&u2, &u1);
        let rise = self.subtract(&s2, &s1);
        let run_squared = &run * &run % prime;
        let run_cubed = &run_squared * &run % prime;
        let middle = u1 * run_squared % prime;
        let x = self.subtract(
            &(&rise * &rise % prime),
            &((&run_cubed + (&middle << 1_u8)) % prime),
        );
        let y = self.subtract(
            &(rise * self.subtract(&middle, &x) % prime),
            &(s1 * run_cubed % prime),
        );
        let z = &one.z * &other.z % prime * run % prime;
        Jacobian { x, y, z }
    }

    fn affine(self, point: &Jacobian) -> Point {
        let prime = &self.domain().prime;
        let Some(inverse) = point.z.modinv(prime) else {
            return Point::Infinity;
        };
        let squared = &inverse * &inverse % prime;
        Point::Affine(
            &point.x * &squared % prime,
            &point.y * squared % prime * inverse % prime,
        )
    }
}

/// How a key says on which curve it lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CurveParameters {
    /// By the object identifier.
    Named,
    /// Every parameter (Doc 9303-12 asked for it).
    Explicit,
    /// Every parameter and the seed.
    ExplicitWithSeed,
    /// A field of no prime and a compressed base point, for which a square root is looked for in vain (CVE-2022-0778).
    ExplicitComposite,
    /// Every parameter, with a zero too many before `b`, as eleven real certificates have.
    ExplicitLongCoefficient,
}

/// A number as so many bytes, with zeros before it.
pub fn padded(value: &BigUint, length: usize) -> Vec<u8> {
    let bytes = value.to_bytes_be();
    let missing = length.saturating_sub(bytes.len());
    [vec![0; missing], bytes].concat()
}

/// `(x / z^2, y / z^3)`; the neutral element has `z = 0`.
#[derive(Clone)]
struct Jacobian {
    x: BigUint,
    y: BigUint,
    z: BigUint,
}

impl Jacobian {
    fn infinity() -> Self {
        Self {
            x: BigUint::from(1_u8),
            y: BigUint::from(1_u8),
            z: BigUint::ZERO,
        }
    }
}

impl From<&Point> for Jacobian {
    fn from(point: &Point) -> Self {
        match point {
            Point::Infinity => Self::infinity(),
            Point::Affine(x, y) => Self {
                x: x.clone(),
                y: y.clone(),
                z: BigUint::from(1_u8),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_base_point_lies_on_its_curve_and_has_its_order() {
        for curve in Curve::ALL {
            let domain = curve.domain();
            assert!(curve.contains(&domain.generator), "{curve:?}");
            assert_eq!(
                curve.multiply(&domain.order, &domain.generator),
                Point::Infinity,
                "{curve:?}"
            );
            let before = curve.multiply(&(&domain.order - 1_u8), &domain.generator);
            assert_eq!(curve.add(&before, &domain.generator), Point::Infinity);
            assert_eq!(curve.decode(&curve.encode(&before)), Some(before));
        }
    }
}
