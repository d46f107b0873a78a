//! Curves that no maintained crate of this generation has, over `primeorder`'s complete formulas
//! (Renes, Costello, Batina 2015) and `primefield`'s Montgomery arithmetic, as `bp256` and `bp384` are.
//!
//! Numbers: SEC 2 v2 for secp192r1 and secp224r1, RFC 5639 section 3 for brainpool. Each is compared with
//! [`super::parameters`] in a test.

/// Defines one curve in a module of its own: the marker type `Curve`, its base field and its scalars.
///
/// The uint is the next size that `crypto-bigint` can encode as an array, so moduli of 224 and 320 bits stand in
/// 256 and 384 with leading zeros. The multiplicative generators need only be quadratic non-residues.
macro_rules! weierstrass_curve {
    (
        module: $module:ident, doc: $doc:literal, uint: $uint:ident, bytes: $bytes:ident, equation: $equation:ident,
        p: $p:literal, n: $n:literal, generators: ($field_generator:literal, $scalar_generator:literal),
        a: $a:literal, b: $b:literal, g: ($gx:literal, $gy:literal)
    ) => {
        #[doc = $doc]
        pub(super) mod $module {
            use primeorder::elliptic_curve::{
                self, CurveArithmetic, PrimeCurveArithmetic, bigint::Odd, bigint::$uint, consts::$bytes, hazmat::FieldArithmetic,
                point::PointCompression,
            };
            use primeorder::{PrimeCurveParams, mul_backend, point_arithmetic};

            use self::field::FieldElement;
            use self::scalar::Scalar;

            #[doc = $doc]
            #[derive(Copy, Clone, Debug, Default, Eq, PartialEq, PartialOrd, Ord)]
            pub struct Curve;

            impl elliptic_curve::Curve for Curve {
                type FieldBytesSize = $bytes;
                type Uint = $uint;
                const ORDER: Odd<$uint> = Odd::<$uint>::from_be_hex($n);
            }
            impl elliptic_curve::PrimeCurve for Curve {}
            impl PointCompression for Curve {
                const COMPRESS_POINTS: bool = false;
            }

            mod field {
                use primeorder::elliptic_curve::{
                    bigint::$uint,
                    ff::PrimeField,
                    ops::BatchInvert,
                    subtle::{Choice, ConstantTimeEq, CtOption},
                };

                primefield::monty_field_params! {
                    name: FieldParams,
                    modulus: $p,
                    uint: $uint,
                    byte_order: primefield::ByteOrder::BigEndian,
                    multiplicative_generator: $field_generator,
                    doc: "The base field's modulus p."
                }
                primefield::monty_field_element! {
                    name: FieldElement,
                    params: FieldParams,
                    uint: $uint,
                    doc: "An element of the base field."
                }
                primefield::monty_field_arithmetic! { name: FieldElement, params: FieldParams, uint: $uint }
                impl BatchInvert for FieldElement {}
            }

            mod scalar {
                use primeorder::elliptic_curve::{
                    self, Curve as _, FieldBytes,
                    bigint::{Encoding, $uint},
                    ff::PrimeField,
                    ops::Reduce,
                    scalar::{FromUintUnchecked, IsHigh},
                    subtle::{Choice, ConstantTimeEq, ConstantTimeGreater, CtOption},
                };

                use super::Curve;

                primefield::monty_field_params! {
                    name: ScalarParams,
                    modulus: $n,
                    uint: $uint,
                    byte_order: primefield::ByteOrder::BigEndian,
                    multiplicative_generator: $scalar_generator,
                    doc: "The order n of the generator."
                }
                primefield::monty_field_element! {
                    name: Scalar,
                    params: ScalarParams,
                    uint: $uint,
                    doc: "A number modulo n."
                }
                primefield::monty_field_arithmetic! { name: Scalar, params: ScalarParams, uint: $uint }
                elliptic_curve::scalar_impls!(Curve, Scalar);
                primeorder::wnaf::impl_wnaf_size_for_scalar!(Scalar);

                impl Reduce<$uint> for Scalar {
                    fn reduce(number: &$uint) -> Self {
                        // Into Montgomery form, which reduces.
                        Self::from_uint_unchecked(*number)
                    }
                }
                impl Reduce<FieldBytes<Curve>> for Scalar {
                    fn reduce(bytes: &FieldBytes<Curve>) -> Self {
                        let mut padded = $uint::ZERO.to_be_bytes();
                        let start = padded.as_ref().len() - bytes.len();
                        padded.as_mut()[start..].copy_from_slice(bytes);
                        Self::reduce(&$uint::from_be_bytes(padded))
                    }
                }
                impl AsRef<Scalar> for Scalar {
                    fn as_ref(&self) -> &Scalar {
                        self
                    }
                }
                impl FromUintUnchecked for Scalar {
                    type Uint = $uint;
                    fn from_uint_unchecked(uint: Self::Uint) -> Self {
                        Self::from_uint_unchecked(uint)
                    }
                }
                impl IsHigh for Scalar {
                    fn is_high(&self) -> Choice {
                        const HALF: $uint = Curve::ORDER.as_ref().shr_vartime(1);
                        self.to_canonical().ct_gt(&HALF)
                    }
                }
            }

            impl CurveArithmetic for Curve {
                type AffinePoint = primeorder::AffinePoint<Curve>;
                type ProjectivePoint = primeorder::ProjectivePoint<Curve>;
                type Scalar = Scalar;
            }
            impl FieldArithmetic for Curve {
                type FieldElement = FieldElement;
            }
            impl PrimeCurveArithmetic for Curve {
                type CurveGroup = primeorder::ProjectivePoint<Curve>;
            }
            impl PrimeCurveParams for Curve {
                type PointArithmetic = point_arithmetic::$equation;
                type Backend = mul_backend::VariableOnly;
                const EQUATION_A: FieldElement = FieldElement::from_hex_vartime($a);
                const EQUATION_B: FieldElement = FieldElement::from_hex_vartime($b);
                const GENERATOR: (FieldElement, FieldElement) =
                    (FieldElement::from_hex_vartime($gx), FieldElement::from_hex_vartime($gy));
            }
        }
    };
}

weierstrass_curve! {
    module: secp192r1,
    doc: "secp192r1.",
    uint: U192,
    bytes: U24,
    equation: EquationAIsMinusThree,
    p: "fffffffffffffffffffffffffffffffeffffffffffffffff",
    n: "ffffffffffffffffffffffff99def836146bc9b1b4d22831",
    generators: (11, 3),
    a: "fffffffffffffffffffffffffffffffefffffffffffffffc",
    b: "64210519e59c80e70fa7e9ab72243049feb8deecc146b9b1",
    g: (
        "188da80eb03090f67cbf20eb43a18800f4ff0afd82ff1012",
        "07192b95ffc8da78631011ed6b24cdd573f977a11e794811"
    )
}

weierstrass_curve! {
    module: secp224r1,
    doc: "secp224r1.",
    uint: U256,
    bytes: U28,
    equation: EquationAIsMinusThree,
    p: "00000000ffffffffffffffffffffffffffffffff000000000000000000000001",
    n: "00000000ffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3d",
    generators: (11, 2),
    a: "fffffffffffffffffffffffffffffffefffffffffffffffffffffffe",
    b: "b4050a850c04b3abf54132565044b0b7d7bfd8ba270b39432355ffb4",
    g: (
        "b70e0cbd6bb4bf7f321390b94a03c1d356c21122343280d6115c1d21",
        "bd376388b5f723fb4c22dfe6cd4375a05a07476444d5819985007e34"
    )
}

weierstrass_curve! {
    module: brainpool_p192r1,
    doc: "brainpoolP192r1.",
    uint: U192,
    bytes: U24,
    equation: EquationAIsGeneric,
    p: "c302f41d932a36cda7a3463093d18db78fce476de1a86297",
    n: "c302f41d932a36cda7a3462f9e9e916b5be8f1029ac4acc1",
    generators: (3, 7),
    a: "6a91174076b1e0e19c39c031fe8685c1cae040e5c69a28ef",
    b: "469a28ef7c28cca3dc721d044f4496bcca7ef4146fbf25c9",
    g: (
        "c0a0647eaab6a48753b033c56cb0f0900a2f5c4853375fd6",
        "14b690866abd5bb88b5f4828c1490002e6773fa2fa299b8f"
    )
}

weierstrass_curve! {
    module: brainpool_p224r1,
    doc: "brainpoolP224r1.",
    uint: U256,
    bytes: U28,
    equation: EquationAIsGeneric,
    p: "00000000d7c134aa264366862a18302575d1d787b09f075797da89f57ec8c0ff",
    n: "00000000d7c134aa264366862a18302575d0fb98d116bc4b6ddebca3a5a7939f",
    generators: (3, 3),
    a: "68a5e62ca9ce6c1c299803a6c1530b514e182ad8b0042a59cad29f43",
    b: "2580f63ccfe44138870713b1a92369e33e2135d266dbb372386c400b",
    g: (
        "0d9029ad2c7e5cf4340823b2a87dc68c9e4ce3174c1e6efdee12c07d",
        "58aa56f772c0726f24c6b89e4ecdac24354b9e99caa3f6d3761402cd"
    )
}

weierstrass_curve! {
    module: brainpool_p320r1,
    doc: "brainpoolP320r1.",
    uint: U384,
    bytes: U40,
    equation: EquationAIsGeneric,
    p: "0000000000000000d35e472036bc4fb7e13c785ed201e065f98fcfa6f6f40def4f92b9ec7893ec28fcd412b1f1b32e27",
    n: "0000000000000000d35e472036bc4fb7e13c785ed201e065f98fcfa5b68f12a32d482ec7ee8658e98691555b44c59311",
    generators: (5, 3),
    a: "3ee30b568fbab0f883ccebd46d3f3bb8a2a73513f5eb79da66190eb085ffa9f492f375a97d860eb4",
    b: "520883949dfdbc42d3ad198640688a6fe13f41349554b49acc31dccd884539816f5eb4ac8fb1f1a6",
    g: (
        "43bd7e9afb53d8b85289bcc48ee5bfe6f20137d10a087eb6e7871e2a10a599c710af8d0d39e20611",
        "14fdd05545ec1cc8ab4093247f77275e0743ffed117182eaa9c77877aaac6ac7d35245d1692e8ee1"
    )
}

weierstrass_curve! {
    module: brainpool_p512r1,
    doc: "brainpoolP512r1.",
    uint: U512,
    bytes: U64,
    equation: EquationAIsGeneric,
    p: "aadd9db8dbe9c48b3fd4e6ae33c9fc07cb308db3b3c9d20ed6639cca703308717d4d9b009bc66842aecda12ae6a380e62881ff2f2d82c68528aa6056583a48f3",
    n: "aadd9db8dbe9c48b3fd4e6ae33c9fc07cb308db3b3c9d20ed6639cca70330870553e5c414ca92619418661197fac10471db1d381085ddaddb58796829ca90069",
    generators: (2, 7),
    a: "7830a3318b603b89e2327145ac234cc594cbdd8d3df91610a83441caea9863bc2ded5d5aa8253aa10a2ef1c98b9ac8b57f1117a72bf2c7b9e7c1ac4d77fc94ca",
    b: "3df91610a83441caea9863bc2ded5d5aa8253aa10a2ef1c98b9ac8b57f1117a72bf2c7b9e7c1ac4d77fc94cadc083e67984050b75ebae5dd2809bd638016f723",
    g: (
        "81aee4bdd82ed9645a21322e9c4c6a9385ed9f70b5d916c1b43b62eef4d0098eff3b1f78e2d0d48d50d1687b93b97d5f7c6d5047406a5e688b352209bcb9f822",
        "7dde385d566332ecc0eabfa9cf7822fdf209f70024a57b1aa000c55b881f8111b2dcde494a5f485e5bca4bd88a2763aed1ca2b2fa8f0540678cd1e0f3ad80892"
    )
}
