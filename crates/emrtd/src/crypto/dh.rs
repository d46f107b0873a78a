//! Diffie-Hellman in subgroups of prime order modulo a prime (ICAO 9303-11, 9.5.1, table 4; RFC 5114, 2.1 to 2.3).
//!
//! What the other side sends is checked to be in the subgroup before a secret touches it (NIST SP 800-56A rev. 3, 5.6.2.3.1), and
//! powers with secret exponents run in constant time.

use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{NonZero, Odd, U64, U512, U1024, U2048, Uint};
use zeroize::{Zeroize, Zeroizing};

use crate::crypto::hex::hex;
use crate::fault::SignatureFault;

/// A group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// 1024-bit MODP group with 160-bit prime order subgroup (RFC 5114, 2.1).
    Modp1024Order160,
    /// 2048-bit MODP group with 224-bit prime order subgroup (RFC 5114, 2.2).
    Modp2048Order224,
    /// 2048-bit MODP group with 256-bit prime order subgroup (RFC 5114, 2.3).
    Modp2048Order256,
}

impl Group {
    /// Every group.
    pub const ALL: [Self; 3] = [
        Self::Modp1024Order160,
        Self::Modp2048Order224,
        Self::Modp2048Order256,
    ];

    /// The group with this number in the list of standardised domain parameters, 0 to 2 (ICAO 9303-11, 9.5.1, table 4).
    pub const fn from_parameter_id(id: u64) -> Option<Self> {
        Some(match id {
            0 => Self::Modp1024Order160,
            1 => Self::Modp2048Order224,
            2 => Self::Modp2048Order256,
            _ => return None,
        })
    }

    /// The group with this prime and generator, numbers big-endian without leading zeros. The order q may be told or not.
    pub(crate) fn from_numbers(p: &[u8], g: &[u8], q: Option<&[u8]>) -> Option<Self> {
        Self::ALL.into_iter().find(|group| {
            let numbers = group.numbers();
            numbers.p == p && numbers.g == g && q.is_none_or(|q| numbers.q == q)
        })
    }

    /// Bytes of an element: those of the prime.
    pub const fn element_bytes(self) -> usize {
        self.numbers().p.len()
    }

    /// How many random bytes a secret is made of: 64 bits more than the subgroup's order has.
    pub const fn random_bytes(self) -> usize {
        self.numbers().q.len() + 8
    }

    /// The generator of the subgroup.
    pub fn generator(self) -> Element {
        Element {
            group: self,
            number: self.numbers().g.to_vec(),
        }
    }

    /// The prime, big-endian.
    pub const fn prime(self) -> &'static [u8] {
        self.numbers().p
    }

    /// The order of the subgroup, big-endian.
    pub const fn order(self) -> &'static [u8] {
        self.numbers().q
    }

    /// Generic mapping: the generator `g^nonce * shared` (ICAO 9303-11, 4.4.3.3.1). The nonce is a number, big-endian.
    pub fn map_generator(self, nonce: &[u8], shared: &Element) -> Result<Element, SignatureFault> {
        let shared = shared.of(self)?;
        let number = match self {
            Self::Modp1024Order160 => product::<{ U1024::LIMBS }>(self, nonce, shared),
            _ => product::<{ U2048::LIMBS }>(self, nonce, shared),
        }?;
        Element::not_one(self, number)
    }

    /// Integrated mapping: `number^((p-1)/q)` (ICAO 9303-11, 4.4.3.3.2). The number is big-endian, of any length, taken modulo p.
    pub fn map_integrated(self, number: &[u8]) -> Result<Element, SignatureFault> {
        let number = match self {
            Self::Modp1024Order160 => into_subgroup::<{ U1024::LIMBS }>(self, number),
            _ => into_subgroup::<{ U2048::LIMBS }>(self, number),
        }?;
        Element::not_one(self, number)
    }

    fn power(self, base: &[u8], exponent: &[u8]) -> Result<Vec<u8>, SignatureFault> {
        match self {
            Self::Modp1024Order160 => power::<{ U1024::LIMBS }>(self, base, exponent),
            _ => power::<{ U2048::LIMBS }>(self, base, exponent),
        }
    }

    const fn numbers(self) -> &'static Numbers {
        match self {
            Self::Modp1024Order160 => &MODP_1024_ORDER_160,
            Self::Modp2048Order224 => &MODP_2048_ORDER_224,
            Self::Modp2048Order256 => &MODP_2048_ORDER_256,
        }
    }
}

/// An element of the subgroup, not 1: a public key, or a generator.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Element {
    group: Group,
    /// Big-endian, as long as the prime.
    number: Vec<u8>,
}

impl Element {
    /// An element out of its bytes, big-endian, shorter ones being filled up; checked to be in 2..=p-2 and in the subgroup.
    pub fn decode(group: Group, bytes: &[u8]) -> Result<Self, SignatureFault> {
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        let number = padded(group, &bytes[zeros..])?;
        let one = padded(group, &[1])?;
        let in_range = number > one && number.as_slice() < group.numbers().p;
        if !in_range || group.power(&number, group.numbers().q)? != one {
            return Err(SignatureFault::GroupElementInvalid);
        }
        Ok(Self { group, number })
    }

    /// Its bytes, big-endian, as long as the prime.
    pub fn encode(&self) -> &[u8] {
        &self.number
    }

    /// Its group.
    pub const fn group(&self) -> Group {
        self.group
    }

    fn not_one(group: Group, number: Vec<u8>) -> Result<Self, SignatureFault> {
        let (last, rest) = number
            .split_last()
            .ok_or(SignatureFault::GroupElementInvalid)?;
        if *last <= 1 && rest.iter().all(|byte| *byte == 0) {
            return Err(SignatureFault::GroupElementInvalid);
        }
        Ok(Self { group, number })
    }

    fn of(&self, group: Group) -> Result<&[u8], SignatureFault> {
        if self.group == group {
            Ok(&self.number)
        } else {
            Err(SignatureFault::GroupMismatch)
        }
    }
}

/// What two sides agree on is an element too, and secret.
impl Drop for Element {
    fn drop(&mut self) {
        self.number.zeroize();
    }
}

impl std::fmt::Debug for Element {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Element({:?})", self.group)
    }
}

/// An exponent from 1 to the order less 1 that nobody else may know. Wiped when dropped.
#[derive(Clone)]
pub struct Secret {
    group: Group,
    /// Big-endian, as long as the order of the subgroup.
    number: Zeroizing<Vec<u8>>,
}

impl Secret {
    /// A secret out of at least [`Group::random_bytes`] random bytes: the number that they stand for modulo the order less 1, plus 1.
    pub fn from_random(group: Group, random: &[u8]) -> Result<Self, SignatureFault> {
        if random.len() < group.random_bytes() {
            return Err(SignatureFault::TooLittleRandomness);
        }
        let order = group.numbers().q;
        let less_one = U512::from_be_slice(&widened(order)?).wrapping_sub(&U512::ONE);
        let divisor =
            Option::from(NonZero::new(less_one)).ok_or(SignatureFault::SecretOutOfRange)?;
        let random = Zeroizing::new(U512::from_be_slice(&*Zeroizing::new(widened(
            &random[..group.random_bytes()],
        )?)));
        let number = Zeroizing::new(random.rem(&divisor).wrapping_add(&U512::ONE));
        let bytes = Zeroizing::new(number.to_be_bytes());
        Ok(Self {
            group,
            number: Zeroizing::new(bytes.as_ref()[WIDE - order.len()..].to_vec()),
        })
    }

    /// A secret that is known: big-endian, at most as long as the order, not zero, below the order.
    pub fn from_bytes(group: Group, number: &[u8]) -> Result<Self, SignatureFault> {
        let order = group.numbers().q;
        let zeros = number.iter().take_while(|byte| **byte == 0).count();
        let digits = &number[zeros..];
        let padding = order
            .len()
            .checked_sub(digits.len())
            .ok_or(SignatureFault::SecretOutOfRange)?;
        let mut padded = Zeroizing::new(vec![0; order.len()]);
        padded[padding..].copy_from_slice(digits);
        if digits.is_empty() || padded.as_slice() >= order {
            return Err(SignatureFault::SecretOutOfRange);
        }
        Ok(Self {
            group,
            number: padded,
        })
    }

    /// Its group.
    pub const fn group(&self) -> Group {
        self.group
    }

    /// `base^secret`.
    pub fn power(&self, base: &Element) -> Result<Element, SignatureFault> {
        let number = self.group.power(base.of(self.group)?, &self.number)?;
        Element::not_one(self.group, number)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secret({:?})", self.group)
    }
}

/// A secret and the element that belongs to it.
#[derive(Debug, Clone)]
pub struct KeyPair {
    secret: Secret,
    public: Element,
}

impl KeyPair {
    /// A key pair on the group's own generator, out of at least [`Group::random_bytes`] random bytes.
    pub fn from_random(group: Group, random: &[u8]) -> Result<Self, SignatureFault> {
        Self::from_secret(Secret::from_random(group, random)?)
    }

    /// The key pair of a secret on the group's own generator.
    pub fn from_secret(secret: Secret) -> Result<Self, SignatureFault> {
        let generator = secret.group.generator();
        Self::with_generator(secret, &generator)
    }

    /// The key pair of a secret on another generator, as PACE maps one (ICAO 9303-11, 4.4.3.4).
    pub fn with_generator(secret: Secret, generator: &Element) -> Result<Self, SignatureFault> {
        let public = secret.power(generator)?;
        Ok(Self { secret, public })
    }

    /// The public element.
    pub const fn public(&self) -> &Element {
        &self.public
    }

    /// The secret.
    pub const fn secret(&self) -> &Secret {
        &self.secret
    }

    /// The element that both sides agree on. It is secret.
    pub fn agree(&self, other: &Element) -> Result<Element, SignatureFault> {
        self.secret.power(other)
    }

    /// What both sides agree on, as long as the prime (RFC 2631, 2.1.2; ICAO 9303-11, 9.4.1).
    pub fn diffie_hellman(&self, other: &Element) -> Result<Zeroizing<Vec<u8>>, SignatureFault> {
        Ok(Zeroizing::new(self.agree(other)?.encode().to_vec()))
    }
}

/// Bytes of a `U512`, which holds every order with 64 bits more.
const WIDE: usize = 64;

fn widened(digits: &[u8]) -> Result<[u8; WIDE], SignatureFault> {
    let mut wide = [0; WIDE];
    let padding = WIDE
        .checked_sub(digits.len())
        .ok_or(SignatureFault::SecretOutOfRange)?;
    wide[padding..].copy_from_slice(digits);
    Ok(wide)
}

/// `number` filled up to the length of the prime.
fn padded(group: Group, number: &[u8]) -> Result<Vec<u8>, SignatureFault> {
    let length = group.element_bytes();
    let padding = length
        .checked_sub(number.len())
        .ok_or(SignatureFault::GroupElementInvalid)?;
    let mut padded = vec![0; length];
    padded[padding..].copy_from_slice(number);
    Ok(padded)
}

fn modulus<const LIMBS: usize>(group: Group) -> Result<FixedMontyParams<LIMBS>, SignatureFault> {
    let p = Odd::new(Uint::<LIMBS>::from_be_slice(group.numbers().p));
    Option::from(p)
        .map(FixedMontyParams::new_vartime)
        .ok_or(SignatureFault::GroupUnknown)
}

fn residue<const LIMBS: usize>(
    number: &[u8],
    modulus: &FixedMontyParams<LIMBS>,
) -> FixedMontyForm<LIMBS> {
    FixedMontyForm::new(&Uint::from_be_slice(number), modulus)
}

/// `base^exponent`, in constant time for the length of the exponent in bytes.
fn power<const LIMBS: usize>(
    group: Group,
    base: &[u8],
    exponent: &[u8],
) -> Result<Vec<u8>, SignatureFault> {
    let modulus = modulus::<LIMBS>(group)?;
    Ok(bytes(&raised(&residue(base, &modulus), exponent)))
}

/// `g^nonce * shared`.
fn product<const LIMBS: usize>(
    group: Group,
    nonce: &[u8],
    shared: &[u8],
) -> Result<Vec<u8>, SignatureFault> {
    let modulus = modulus::<LIMBS>(group)?;
    let generator = raised(&residue(group.numbers().g, &modulus), nonce);
    Ok(bytes(&generator.mul(&residue(shared, &modulus))))
}

/// `number^((p-1)/q)`.
fn into_subgroup<const LIMBS: usize>(
    group: Group,
    number: &[u8],
) -> Result<Vec<u8>, SignatureFault> {
    let modulus = modulus::<LIMBS>(group)?;
    let q = Uint::<LIMBS>::from_be_slice(&padded(group, group.numbers().q)?);
    let q = Option::from(NonZero::new(q)).ok_or(SignatureFault::GroupUnknown)?;
    let cofactor = modulus
        .modulus()
        .as_ref()
        .wrapping_sub(&Uint::ONE)
        .wrapping_div_vartime(&q);
    let mut reduced = residue::<LIMBS>(&padded(group, &[])?, &modulus);
    let step = residue::<LIMBS>(&padded(group, &[1, 0])?, &modulus);
    for byte in number {
        reduced = reduced
            .mul(&step)
            .add(&residue(&padded(group, &[*byte])?, &modulus));
    }
    Ok(bytes(&reduced.pow(&cofactor)))
}

/// Powers by squaring, four bits of the exponent at a time: every length of exponent, no branch on its bits.
fn raised<const LIMBS: usize>(
    base: &FixedMontyForm<LIMBS>,
    exponent: &[u8],
) -> FixedMontyForm<LIMBS> {
    let mut power = FixedMontyForm::one(base.params());
    for chunk in exponent.chunks(8) {
        let digits = chunk
            .iter()
            .fold(0, |digits, byte| (digits << 8) | u64::from(*byte));
        let digits = Zeroizing::new(U64::from_u64(digits));
        let bits = 8 * u32::try_from(chunk.len()).unwrap_or(8);
        power = power
            .square_repeat_vartime(bits)
            .mul(&base.pow_bounded_exp(&*digits, bits));
    }
    power
}

fn bytes<const LIMBS: usize>(number: &FixedMontyForm<LIMBS>) -> Vec<u8> {
    number.retrieve().to_be_bytes().as_ref().to_vec()
}

/// p, g and q of a group, big-endian; p and g equally long.
struct Numbers {
    p: &'static [u8],
    g: &'static [u8],
    q: &'static [u8],
}

const MODP_1024_ORDER_160: Numbers = Numbers {
    p: &hex::<128>(
        "b10b8f96a080e01dde92de5eae5d54ec52c99fbcfb06a3c69a6a9dca52d23b616073e28675a23d189838ef1e2ee652c013ecb4aea9061123\
         24975c3cd49b83bfaccbdd7d90c4bd7098488e9c219a73724effd6fae5644738faa31a4ff55bccc0a151af5f0dc8b4bd45bf37df365c1a65\
         e68cfda76d4da708df1fb2bc2e4a4371",
    ),
    g: &hex::<128>(
        "a4d1cbd5c3fd34126765a442efb99905f8104dd258ac507fd6406cff14266d31266fea1e5c41564b777e690f5504f213160217b4b01b886a\
         5e91547f9e2749f4d7fbd7d3b9a92ee1909d0d2263f80a76a6a24c087a091f531dbf0a0169b6a28ad662a4d18e73afa32d779d5918d08bc8\
         858f4dcef97c2a24855e6eeb22b3b2e5",
    ),
    q: &hex::<20>("f518aa8781a8df278aba4e7d64b7cb9d49462353"),
};

const MODP_2048_ORDER_224: Numbers = Numbers {
    p: &hex::<256>(
        "ad107e1e9123a9d0d660faa79559c51fa20d64e5683b9fd1b54b1597b61d0a75e6fa141df95a56dbaf9a3c407ba1df15eb3d688a309c180e\
         1de6b85a1274a0a66d3f8152ad6ac2129037c9edefda4df8d91e8fef55b7394b7ad5b7d0b6c12207c9f98d11ed34dbf6c6ba0b2c8bbc27be\
         6a00e0a0b9c49708b3bf8a317091883681286130bc8985db1602e714415d9330278273c7de31efdc7310f7121fd5a07415987d9adc0a486d\
         cdf93acc44328387315d75e198c641a480cd86a1b9e587e8be60e69cc928b2b9c52172e413042e9b23f10b0e16e79763c9b53dcf4ba80a29\
         e3fb73c16b8e75b97ef363e2ffa31f71cf9de5384e71b81c0ac4dffe0c10e64f",
    ),
    g: &hex::<256>(
        "ac4032ef4f2d9ae39df30b5c8ffdac506cdebe7b89998caf74866a08cfe4ffe3a6824a4e10b9a6f0dd921f01a70c4afaab739d7700c29f52\
         c57db17c620a8652be5e9001a8d66ad7c17669101999024af4d027275ac1348bb8a762d0521bc98ae247150422ea1ed409939d54da7460cd\
         b5f6c6b250717cbef180eb34118e98d119529a45d6f834566e3025e316a330efbb77a86f0c1ab15b051ae3d428c8f8acb70a8137150b8eeb\
         10e183edd19963ddd9e263e4770589ef6aa21e7f5f2ff381b539cce3409d13cd566afbb48d6c019181e1bcfe94b30269edfe72fe9b6aa4bd\
         7b5a0f1c71cfff4c19c418e1f6ec017981bc087f2a7065b384b890d3191f2bfa",
    ),
    q: &hex::<28>("801c0d34c58d93fe997177101f80535a4738cebcbf389a99b36371eb"),
};

const MODP_2048_ORDER_256: Numbers = Numbers {
    p: &hex::<256>(
        "87a8e61db4b6663cffbbd19c651959998ceef608660dd0f25d2ceed4435e3b00e00df8f1d61957d4faf7df4561b2aa3016c3d91134096faa\
         3bf4296d830e9a7c209e0c6497517abd5a8a9d306bcf67ed91f9e6725b4758c022e0b1ef4275bf7b6c5bfc11d45f9088b941f54eb1e59bb8\
         bc39a0bf12307f5c4fdb70c581b23f76b63acae1caa6b7902d52526735488a0ef13c6d9a51bfa4ab3ad8347796524d8ef6a167b5a41825d9\
         67e144e5140564251ccacb83e6b486f6b3ca3f7971506026c0b857f689962856ded4010abd0be621c3a3960a54e710c375f26375d7014103\
         a4b54330c198af126116d2276e11715f693877fad7ef09cadb094ae91e1a1597",
    ),
    g: &hex::<256>(
        "3fb32c9b73134d0b2e77506660edbd484ca7b18f21ef205407f4793a1a0ba12510dbc15077be463fff4fed4aac0bb555be3a6c1b0c6b47b1\
         bc3773bf7e8c6f62901228f8c28cbb18a55ae31341000a650196f931c77a57f2ddf463e5e9ec144b777de62aaab8a8628ac376d282d6ed38\
         64e67982428ebc831d14348f6f2f9193b5045af2767164e1dfc967c1fb3f2e55a4bd1bffe83b9c80d052b985d182ea0adb2a3b7313d3fe14\
         c8484b1e052588b9b7d2bbd2df016199ecd06e1557cd0915b3353bbb64e0ec377fd028370df92b52c7891428cdc67eb6184b523d1db246c3\
         2f63078490f00ef8d647d148d47954515e2327cfef98c582664b4c0f6cc41659",
    ),
    q: &hex::<32>("8cf83642a709a097b447997640129da299b1a47d1eb3750ba308b0fe64f5fbd3"),
};
