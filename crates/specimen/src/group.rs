//! The groups of PACE and chip authentication (Doc 9303-11, table 12): curves, and the MODP groups of RFC 5114.

use std::sync::OnceLock;

use num_bigint::BigUint;

use crate::{
    curve::{Curve, CurveParameters, Point, padded},
    der,
    ec_key::EcKey,
    randomness::Randomness,
};

/// A MODP group of RFC 5114 with a subgroup of prime order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Modp {
    /// 1024 bits, order of 160 (2.1).
    Bits1024Order160,
    /// 2048 bits, order of 224 (2.2).
    Bits2048Order224,
    /// 2048 bits, order of 256 (2.3).
    Bits2048Order256,
}

/// The numbers of a MODP group.
#[derive(Debug)]
pub struct ModpDomain {
    /// The prime.
    pub prime: BigUint,
    /// The generator of the subgroup.
    pub generator: BigUint,
    /// The subgroup's order.
    pub order: BigUint,
}

/// A group for Diffie and Hellman's key agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Group {
    /// Numbers modulo a prime.
    Modp(Modp),
    /// Points of a curve.
    Curve(Curve),
}

/// An element of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Element {
    /// A number.
    Number(BigUint),
    /// A point.
    Point(Point),
}

/// A private number and its public element, over some generator.
#[derive(Debug, Clone)]
pub struct DhKey {
    /// The group.
    pub group: Group,
    /// The private number.
    pub secret: BigUint,
    /// The public element.
    pub public: Element,
}

impl Modp {
    /// The group's numbers.
    pub fn domain(self) -> &'static ModpDomain {
        static DOMAINS: [OnceLock<ModpDomain>; 3] = [const { OnceLock::new() }; 3];
        DOMAINS[self as usize].get_or_init(|| {
            let [prime, generator, order] = MODP[self as usize]
                .map(|hex| BigUint::parse_bytes(hex.as_bytes(), 16).unwrap_or_default());
            ModpDomain {
                prime,
                generator,
                order,
            }
        })
    }

    fn length(self) -> usize {
        self.domain().prime.to_bytes_be().len()
    }
}

impl Group {
    /// The identifier among the standardised domain parameters (Doc 9303-11, table 12).
    pub fn parameter_id(self) -> u32 {
        match self {
            Self::Modp(modp) => modp as u32,
            Self::Curve(curve) => curve.parameter_id(),
        }
    }

    /// The usual generator.
    pub fn generator(self) -> Element {
        match self {
            Self::Modp(modp) => Element::Number(modp.domain().generator.clone()),
            Self::Curve(curve) => Element::Point(curve.generator().clone()),
        }
    }

    /// The order of the generator.
    pub fn order(self) -> &'static BigUint {
        match self {
            Self::Modp(modp) => &modp.domain().order,
            Self::Curve(curve) => &curve.domain().order,
        }
    }

    /// A new key over a generator.
    pub fn key_pair(self, generator: &Element, randomness: &mut Randomness) -> DhKey {
        let secret = randomness.below(self.order());
        let public = self.power(generator, &secret);
        DhKey {
            group: self,
            secret,
            public,
        }
    }

    /// `secret * element`, or `element ^ secret`.
    pub fn power(self, element: &Element, secret: &BigUint) -> Element {
        match (self, element) {
            (Self::Modp(modp), Element::Number(number)) => {
                Element::Number(number.modpow(secret, &modp.domain().prime))
            }
            (Self::Curve(curve), Element::Point(point)) => {
                Element::Point(curve.multiply(secret, point))
            }
            // Elements of another group do not come here: whoever holds one had it from this group.
            _ => Element::Point(Point::Infinity),
        }
    }

    /// The group's operation.
    pub fn combine(self, one: &Element, other: &Element) -> Element {
        match (self, one, other) {
            (Self::Modp(modp), Element::Number(one), Element::Number(other)) => {
                Element::Number(one * other % &modp.domain().prime)
            }
            (Self::Curve(curve), Element::Point(one), Element::Point(other)) => {
                Element::Point(curve.add(one, other))
            }
            _ => Element::Point(Point::Infinity),
        }
    }

    /// An ephemeral public key as sent: a point, or a number without leading zeros (Doc 9303-11, 9.4.1 and 9.4.5).
    pub fn encode(self, element: &Element) -> Vec<u8> {
        match (self, element) {
            (Self::Curve(curve), Element::Point(point)) => curve.encode(point),
            (Self::Modp(_), Element::Number(number)) => number.to_bytes_be(),
            _ => Vec::new(),
        }
    }

    /// A public key that was received, when it is one of the group (RFC 2631, 2.1.5; TR-03111, 3.2.2).
    pub fn decode(self, bytes: &[u8]) -> Option<Element> {
        match self {
            Self::Curve(curve) => curve.decode(bytes).map(Element::Point),
            Self::Modp(modp) => {
                let number = BigUint::from_bytes_be(bytes);
                let domain = modp.domain();
                let one = BigUint::from(1_u8);
                let valid = number > one
                    && number < domain.prime
                    && number.modpow(&domain.order, &domain.prime) == one;
                valid.then_some(Element::Number(number))
            }
        }
    }

    /// The shared secret's bytes: the x-coordinate, or the number at the prime's length (Doc 9303-11, 9.6 and 9.7.1).
    pub fn shared_secret(self, element: &Element) -> Vec<u8> {
        match (self, element) {
            (Self::Curve(curve), Element::Point(Point::Affine(x, _))) => curve.field_bytes(x),
            (Self::Modp(modp), Element::Number(number)) => padded(number, modp.length()),
            _ => Vec::new(),
        }
    }

    /// A static public key as `SubjectPublicKeyInfo` (Doc 9303-11, 9.2.6 and 9.5).
    pub fn public_key_info(self, public: &Element, form: DomainForm) -> Vec<u8> {
        let standardised =
            || der::algorithm("0.4.0.127.0.7.1.2", Some(der::small(self.parameter_id())));
        let (algorithm, bits) = match self {
            Self::Curve(curve) => {
                let explicit = || {
                    der::algorithm(
                        "1.2.840.10045.2.1",
                        Some(curve.parameters(CurveParameters::Explicit)),
                    )
                };
                let named = || {
                    der::algorithm(
                        "1.2.840.10045.2.1",
                        Some(curve.parameters(CurveParameters::Named)),
                    )
                };
                let algorithm = match form {
                    DomainForm::Standardised => standardised(),
                    DomainForm::Explicit => explicit(),
                    DomainForm::Named => named(),
                };
                (algorithm, self.encode(public))
            }
            Self::Modp(modp) => {
                let domain = modp.domain();
                let algorithm = match form {
                    DomainForm::Standardised => standardised(),
                    // PKCS #3, DHParameter: prime, base, length of the private value.
                    DomainForm::Explicit => der::algorithm(
                        "1.2.840.113549.1.3.1",
                        Some(der::sequence([
                            der::unsigned(&domain.prime),
                            der::unsigned(&domain.generator),
                            der::small(u32::try_from(domain.order.bits()).unwrap_or(0)),
                        ])),
                    ),
                    // RFC 3279, 2.3.3: prime, base, order.
                    DomainForm::Named => der::algorithm(
                        "1.2.840.10046.2.1",
                        Some(der::sequence([
                            der::unsigned(&domain.prime),
                            der::unsigned(&domain.generator),
                            der::unsigned(&domain.order),
                        ])),
                    ),
                };
                let number = match public {
                    Element::Number(number) => der::unsigned(number),
                    Element::Point(_) => Vec::new(),
                };
                (algorithm, number)
            }
        };
        der::sequence([algorithm, der::bits(&bits)])
    }
}

/// How a static public key says in which group it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DomainForm {
    /// `standardizedDomainParameters` with the number of table 12.
    Standardised,
    /// All parameters: `ECParameters`, or PKCS #3.
    Explicit,
    /// The curve's name; for MODP groups X9.42's `dhpublicnumber`.
    Named,
}

impl DhKey {
    /// The secret that this key and another's public element share.
    pub fn agree(&self, other: &Element) -> Element {
        self.group.power(other, &self.secret)
    }
}

impl From<EcKey> for DhKey {
    fn from(key: EcKey) -> Self {
        Self {
            group: Group::Curve(key.curve),
            secret: key.secret,
            public: Element::Point(key.public),
        }
    }
}

/// Prime, generator and order, hexadecimal.
const MODP: [[&str; 3]; 3] = [
    [
        "b10b8f96a080e01dde92de5eae5d54ec52c99fbcfb06a3c69a6a9dca52d23b616073e28675a23d189838ef1e2ee652c013ecb4aea906112324975c3cd49b83bfaccbdd7d90c4bd7098488e9c219a73724effd6fae5644738faa31a4ff55bccc0a151af5f0dc8b4bd45bf37df365c1a65e68cfda76d4da708df1fb2bc2e4a4371",
        "a4d1cbd5c3fd34126765a442efb99905f8104dd258ac507fd6406cff14266d31266fea1e5c41564b777e690f5504f213160217b4b01b886a5e91547f9e2749f4d7fbd7d3b9a92ee1909d0d2263f80a76a6a24c087a091f531dbf0a0169b6a28ad662a4d18e73afa32d779d5918d08bc8858f4dcef97c2a24855e6eeb22b3b2e5",
        "f518aa8781a8df278aba4e7d64b7cb9d49462353",
    ],
    [
        "ad107e1e9123a9d0d660faa79559c51fa20d64e5683b9fd1b54b1597b61d0a75e6fa141df95a56dbaf9a3c407ba1df15eb3d688a309c180e1de6b85a1274a0a66d3f8152ad6ac2129037c9edefda4df8d91e8fef55b7394b7ad5b7d0b6c12207c9f98d11ed34dbf6c6ba0b2c8bbc27be6a00e0a0b9c49708b3bf8a317091883681286130bc8985db1602e714415d9330278273c7de31efdc7310f7121fd5a07415987d9adc0a486dcdf93acc44328387315d75e198c641a480cd86a1b9e587e8be60e69cc928b2b9c52172e413042e9b23f10b0e16e79763c9b53dcf4ba80a29e3fb73c16b8e75b97ef363e2ffa31f71cf9de5384e71b81c0ac4dffe0c10e64f",
        "ac4032ef4f2d9ae39df30b5c8ffdac506cdebe7b89998caf74866a08cfe4ffe3a6824a4e10b9a6f0dd921f01a70c4afaab739d7700c29f52c57db17c620a8652be5e9001a8d66ad7c17669101999024af4d027275ac1348bb8a762d0521bc98ae247150422ea1ed409939d54da7460cdb5f6c6b250717cbef180eb34118e98d119529a45d6f834566e3025e316a330efbb77a86f0c1ab15b051ae3d428c8f8acb70a8137150b8eeb10e183edd19963ddd9e263e4770589ef6aa21e7f5f2ff381b539cce3409d13cd566afbb48d6c019181e1bcfe94b30269edfe72fe9b6aa4bd7b5a0f1c71cfff4c19c418e1f6ec017981bc087f2a7065b384b890d3191f2bfa",
        "801c0d34c58d93fe997177101f80535a4738cebcbf389a99b36371eb",
    ],
    [
        "87a8e61db4b6663cffbbd19c651959998ceef608660dd0f25d2ceed4435e3b00e00df8f1d61957d4faf7df4561b2aa3016c3d91134096faa3bf4296d830e9a7c209e0c6497517abd5a8a9d306bcf67ed91f9e6725b4758c022e0b1ef4275bf7b6c5bfc11d45f9088b941f54eb1e59bb8bc39a0bf12307f5c4fdb70c581b23f76b63acae1caa6b7902d52526735488a0ef13c6d9a51bfa4ab3ad8347796524d8ef6a167b5a41825d967e144e5140564251ccacb83e6b486f6b3ca3f7971506026c0b857f689962856ded4010abd0be621c3a3960a54e710c375f26375d7014103a4b54330c198af126116d2276e11715f693877fad7ef09cadb094ae91e1a1597",
        "3fb32c9b73134d0b2e77506660edbd484ca7b18f21ef205407f4793a1a0ba12510dbc15077be463fff4fed4aac0bb555be3a6c1b0c6b47b1bc3773bf7e8c6f62901228f8c28cbb18a55ae31341000a650196f931c77a57f2ddf463e5e9ec144b777de62aaab8a8628ac376d282d6ed3864e67982428ebc831d14348f6f2f9193b5045af2767164e1dfc967c1fb3f2e55a4bd1bffe83b9c80d052b985d182ea0adb2a3b7313d3fe14c8484b1e052588b9b7d2bbd2df016199ecd06e1557cd0915b3353bbb64e0ec377fd028370df92b52c7891428cdc67eb6184b523d1db246c32f63078490f00ef8d647d148d47954515e2327cfef98c582664b4c0f6cc41659",
        "8cf83642a709a097b447997640129da299b1a47d1eb3750ba308b0fe64f5fbd3",
    ],
];
