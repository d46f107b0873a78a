//! PACE from the chip's side (Doc 9303-11, 4.4).

use num_bigint::BigUint;

use super::{
    Chip,
    command::{Answer, Command, Status, find, split},
    secure_messaging::SecureMessaging,
};
use crate::{
    cipher::{Cipher, Purpose},
    curve::{Curve, Point},
    der,
    digest::Digest,
    document::{Mapping, PaceVariant},
    group::{DhKey, Element, Group},
    misbehaviour::Misbehaviour,
};

/// How far PACE has come; each step holds what the next needs.
#[derive(Debug, Clone)]
pub(super) enum Pace {
    /// Selected: the variant and the password's key.
    Selected(PaceVariant, Vec<u8>),
    /// The nonce was sent.
    Nonce(PaceVariant, Vec<u8>),
    /// The generator is mapped. The chip's key of the mapping, where there was one.
    Mapped(PaceVariant, Element, Option<DhKey>),
    /// The keys are agreed.
    Agreed(Agreed),
}

/// What is left to do after the key agreement: the tokens.
#[derive(Debug, Clone)]
pub(super) struct Agreed {
    variant: PaceVariant,
    session: SecureMessaging,
    own: Element,
    terminal: Element,
    mapping_key: Option<DhKey>,
}

impl Chip {
    /// MSE:Set AT for PACE (4.4.4.1).
    pub(super) fn select_pace(&mut self, command: &Command) -> Result<Answer, Status> {
        self.pace = None;
        if self.has(&Misbehaviour::PaceNotSelected) {
            return Err(Status::WRONG_DATA);
        }
        let protocol = find(0x80, &command.data).ok_or(Status::WRONG_DATA)?;
        let parameters = find(0x84, &command.data);
        if parameters.is_none() && self.has(&Misbehaviour::WantsParameterReference) {
            return Err(Status::WRONG_DATA);
        }
        let variants = self
            .document
            .pace
            .iter()
            .copied()
            .filter(|variant| der::oid_content(&variant.oid()) == protocol);
        let mut fitting = variants.filter(|variant| {
            parameters.is_none_or(|id| {
                BigUint::from_bytes_be(id) == BigUint::from(variant.group.parameter_id())
            })
        });
        let variant = fitting.next().ok_or(Status::WRONG_DATA)?;
        let secret = match find(0x83, &command.data) {
            Some([1]) => Digest::Sha1.hash(&[self.document.mrz.information().as_bytes()]),
            Some([2]) => self
                .document
                .can
                .as_ref()
                .ok_or(Status::REFERENCE_NOT_FOUND)?
                .as_bytes()
                .to_vec(),
            _ => return Err(Status::REFERENCE_NOT_FOUND),
        };
        self.pace = Some(Pace::Selected(
            variant,
            variant.cipher.derive(&secret, Purpose::Password),
        ));
        Ok(Status::DONE.into())
    }

    /// GENERAL AUTHENTICATE: the next of the four steps (4.4.4.2). A step that fails ends the run.
    pub(super) fn pace_step(&mut self, pace: Pace, command: &Command) -> Result<Answer, Status> {
        if self.has(&Misbehaviour::PasswordBlocked) {
            return Err(Status::BLOCKED);
        }
        let (number, last) = match pace {
            Pace::Selected(..) => (1, false),
            Pace::Nonce(..) => (2, false),
            Pace::Mapped(..) => (3, false),
            Pace::Agreed(_) => (4, true),
        };
        if self.has(&Misbehaviour::PaceFails(number)) {
            return Err(Status::FAILED);
        }
        // A chain of commands ends with the last step, not before (4.4.4.3).
        if command.is_chained() == last {
            return Err(Status::WRONG_DATA);
        }
        let Some((0x7C, data, [])) = split(&command.data) else {
            return Err(Status::WRONG_DATA);
        };
        let objects = match pace {
            Pace::Selected(variant, key) => self.send_nonce(variant, &key),
            Pace::Nonce(variant, nonce) => self.map(variant, &nonce, data)?,
            Pace::Mapped(variant, generator, mapping_key) => {
                self.agree(variant, &generator, mapping_key, data)?
            }
            Pace::Agreed(agreed) => self.exchange_tokens(agreed, data)?,
        };
        let tag = if self.has(&Misbehaviour::WrongTemplate(number)) {
            0x7D
        } else {
            0x7C
        };
        Ok(der::tlv(tag, &objects).into())
    }

    /// Step 1: the encrypted nonce (4.4.3.3). For integrated mapping it is as long as the cipher's key, in whole blocks.
    fn send_nonce(&mut self, variant: PaceVariant, key: &[u8]) -> Vec<u8> {
        let length = match (variant.mapping, variant.cipher) {
            (Mapping::Integrated, Cipher::Aes192 | Cipher::Aes256) => 32,
            _ => 16,
        };
        let nonce = self.randomness.bytes(length);
        let mut encrypted = variant
            .cipher
            .encrypt(key, &vec![0; variant.cipher.block()], &nonce);
        if self.has(&Misbehaviour::NonceTooShort) {
            encrypted.pop();
        }
        self.pace = Some(Pace::Nonce(variant, nonce));
        der::tlv(0x80, &encrypted)
    }

    /// Step 2: the nonce picks a generator (4.4.3.3.1, 4.4.3.3.2).
    fn map(&mut self, variant: PaceVariant, nonce: &[u8], data: &[u8]) -> Result<Vec<u8>, Status> {
        let received = find(0x81, data).ok_or(Status::WRONG_DATA)?;
        let group = variant.group;
        if variant.mapping == Mapping::Integrated {
            if received.len() != variant.cipher.key_length() {
                return Err(Status::WRONG_DATA);
            }
            let generator =
                integrated_mapping(variant, nonce, received).ok_or(Status::WRONG_DATA)?;
            self.pace = Some(Pace::Mapped(variant, generator, None));
            return Ok(der::tlv(0x82, &[]));
        }
        let terminal = group.decode(received).ok_or(Status::WRONG_DATA)?;
        let key = group.key_pair(&group.generator(), &mut self.randomness);
        let shared = key.agree(&terminal);
        let multiple = group.power(
            &group.generator(),
            &(BigUint::from_bytes_be(nonce) % group.order()),
        );
        let generator = group.combine(&multiple, &shared);
        let sent = self.key_to_send(group, &key.public, received, 2);
        self.pace = Some(Pace::Mapped(variant, generator, Some(key)));
        Ok(der::tlv(0x82, &sent))
    }

    /// Step 3: the key agreement over the mapped generator.
    fn agree(
        &mut self,
        variant: PaceVariant,
        generator: &Element,
        mapping_key: Option<DhKey>,
        data: &[u8],
    ) -> Result<Vec<u8>, Status> {
        let received = find(0x83, data).ok_or(Status::WRONG_DATA)?;
        let group = variant.group;
        let terminal = group.decode(received).ok_or(Status::WRONG_DATA)?;
        let key = group.key_pair(generator, &mut self.randomness);
        if key.public == terminal {
            return Err(Status::FAILED);
        }
        let secret = group.shared_secret(&key.agree(&terminal));
        let session = SecureMessaging::new(variant.cipher, &secret);
        let sent = self.key_to_send(group, &key.public, received, 3);
        self.pace = Some(Pace::Agreed(Agreed {
            variant,
            session,
            own: key.public,
            terminal,
            mapping_key,
        }));
        Ok(der::tlv(0x84, &sent))
    }

    /// Step 4: both prove that they have the same keys; the chip also itself, where the mapping does (4.4.3.4, 4.4.3.5).
    fn exchange_tokens(&mut self, agreed: Agreed, data: &[u8]) -> Result<Vec<u8>, Status> {
        let received = find(0x85, data).ok_or(Status::WRONG_DATA)?;
        let Agreed {
            variant,
            session,
            own,
            terminal,
            mapping_key,
        } = agreed;
        if received != session.token(&public_key_object(variant, &own)) {
            return Err(self.wrong_password());
        }
        let mut token = session.token(&public_key_object(variant, &terminal));
        if self.has(&Misbehaviour::WrongToken) {
            token[0] ^= 1;
        }
        let mut objects = der::tlv(0x86, &token);
        if variant.mapping == Mapping::ChipAuthentication
            && !self.has(&Misbehaviour::NoChipAuthenticationData)
        {
            let data = self.chip_authentication_data(variant.group, mapping_key)?;
            objects.extend(der::tlv(0x8A, &session.encrypt_with_iv_of_ones(&data)));
        }
        self.next_session = Some(session);
        self.granted = true;
        Ok(objects)
    }

    /// CA.IC: the mapping's private key divided by the static one (4.4.3.5.1).
    fn chip_authentication_data(
        &mut self,
        group: Group,
        mapping_key: Option<DhKey>,
    ) -> Result<Vec<u8>, Status> {
        let order = group.order();
        let mut secret = self
            .document
            .mapping_key
            .as_ref()
            .ok_or(Status::REFERENCE_NOT_FOUND)?
            .secret
            .clone();
        let wrong = [
            Misbehaviour::WrongChipAuthenticationData,
            Misbehaviour::Clone,
            Misbehaviour::HonestClone,
        ];
        if wrong.iter().any(|misbehaviour| self.has(misbehaviour)) {
            secret = self.randomness.below(order);
        }
        let inverse = secret.modinv(order).ok_or(Status::CONDITIONS)?;
        let mapping_key = mapping_key.ok_or(Status::CONDITIONS)?;
        let quotient = inverse * mapping_key.secret % order;
        Ok(crate::curve::padded(&quotient, order.to_bytes_be().len()))
    }

    fn key_to_send(&self, group: Group, own: &Element, received: &[u8], step: u8) -> Vec<u8> {
        if self.has(&Misbehaviour::ReflectsKey(step)) {
            return received.to_vec();
        }
        let mut sent = group.encode(own);
        if self.has(&Misbehaviour::InvalidKey(step))
            && let Some(last) = sent.last_mut()
        {
            *last ^= 1;
        }
        sent
    }
}

/// The public key data object without domain parameters (9.4.3, 9.4.4).
fn public_key_object(variant: PaceVariant, public: &Element) -> Vec<u8> {
    let tag = match variant.group {
        Group::Modp(_) => 0x84,
        Group::Curve(_) => 0x86,
    };
    der::constructed(
        0x7F49,
        [
            der::oid(&variant.oid()),
            der::tlv(tag, &variant.group.encode(public)),
        ],
    )
}

/// Integrated mapping: both nonces become a generator (4.4.3.3.2).
fn integrated_mapping(
    variant: PaceVariant,
    nonce: &[u8],
    terminal_nonce: &[u8],
) -> Option<Element> {
    match variant.group {
        Group::Modp(modp) => {
            let domain = modp.domain();
            let number = pseudo_random(variant.cipher, nonce, terminal_nonce, &domain.prime);
            let cofactor = (&domain.prime - 1_u8) / &domain.order;
            let mapped = number.modpow(&cofactor, &domain.prime);
            (mapped > BigUint::from(1_u8)).then_some(Element::Number(mapped))
        }
        Group::Curve(curve) => {
            let number =
                pseudo_random(variant.cipher, nonce, terminal_nonce, &curve.domain().prime);
            point_of(curve, &number).map(Element::Point)
        }
    }
}

/// Rp(s, t) (4.4.3.3.2, figure 2).
fn pseudo_random(cipher: Cipher, nonce: &[u8], terminal_nonce: &[u8], prime: &BigUint) -> BigUint {
    const SHORT: [u128; 2] = [
        0xa668_892a_7c41_e3ca_739f_40b0_57d8_5904,
        0xa4e1_36ac_725f_738b_01c1_f602_17c1_88ad,
    ];
    const LONG: [[u128; 2]; 2] = [
        [
            0xd463_d652_3412_4ef7_8970_5498_6dca_0a17,
            0x4e28_df75_8cba_a03f_2406_1641_4d5a_1676,
        ],
        [
            0x54bd_7255_f0aa_f831_bec3_423f_cf39_d69b,
            0x6cbf_0666_77d0_faae_5aad_d99d_f8e5_3517,
        ],
    ];
    let constant = |which: usize| match cipher {
        Cipher::TripleDes | Cipher::Aes128 => SHORT[which].to_be_bytes().to_vec(),
        _ => LONG[which].map(u128::to_be_bytes).concat(),
    };
    let iv = vec![0; cipher.block()];
    let mut key = cipher.encrypt(terminal_nonce, &iv, nonce);
    let mut out = Vec::new();
    let bits = prime.bits() + 64;
    while (out.len() as u64) * 8 < bits {
        key.truncate(cipher.key_length());
        out.extend(cipher.encrypt(&key, &iv, &constant(1)));
        key = cipher.encrypt(&key, &iv, &constant(0));
    }
    BigUint::from_bytes_be(&out) % prime
}

/// The point encoding of Doc 9303-11, B.2. Nothing where it is not defined.
fn point_of(curve: Curve, number: &BigUint) -> Option<Point> {
    let domain = curve.domain();
    let prime = &domain.prime;
    let negative = |value: &BigUint| (prime - value % prime) % prime;
    let alpha = negative(&(number * number));
    let sum = (&alpha + &alpha * &alpha) % prime;
    let x2 = negative(&(&domain.b * domain.a.modinv(prime)?)) * (sum.modinv(prime)? + 1_u8) % prime;
    let x3 = &alpha * &x2 % prime;
    let h2 = curve.right_side(&x2);
    let cube = number * number % prime * number % prime;
    let u = cube * &h2 % prime;
    let exponent = prime - 1_u8 - (prime + 1_u8) / 4_u8;
    let root = h2.modpow(&exponent, prime);
    let point = if &root * &root % prime * &h2 % prime == BigUint::from(1_u8) {
        Point::Affine(x2, root * h2 % prime)
    } else {
        Point::Affine(x3, root * u % prime)
    };
    curve.contains(&point).then_some(point)
}
