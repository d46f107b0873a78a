//! Password Authenticated Connection Establishment (ICAO 9303-11, 4.4; TR-03110-2, 3.2): whoever knows the password gets a session
//! whose keys no one else can find, not even by guessing the password afterwards.

mod chip_authentication_mapping;
mod mapping;
mod offer;

use zeroize::Zeroizing;

pub use self::chip_authentication_mapping::ChipAuthenticationMapping;
pub use self::offer::PaceOffer;
use crate::apdu::{
    CommandApdu, EXTENDED_EXPECTED, ResponseApdu, SHORT_EXPECTED, StatusWord, Step, instruction,
};
use crate::crypto::AgreementKey;
use crate::crypto::symmetric::{EncryptionKey, MacKey, ZERO_IV, same};
use crate::ephemeral_key::{self, EphemeralKey};
use crate::fault::{PaceFault, PaceStep};
use crate::password::Password;
use crate::secure_messaging::SecureMessaging;
use crate::security_info::Mapping;
use crate::tlv::{self, Reader, Tag};

/// Dynamic Authentication Data (ICAO 9303-11, 4.4.4.2).
pub(crate) const DYNAMIC_AUTHENTICATION_DATA: Tag = Tag(0x7C);
/// A public key data object (ICAO 9303-11, 9.4).
const PUBLIC_KEY: Tag = Tag(0x7F49);
/// Cryptographic mechanism reference of MSE:Set AT.
pub(crate) const MECHANISM: Tag = Tag(0x80);
/// Which password, of MSE:Set AT.
const PASSWORD: Tag = Tag(0x83);
/// Which domain parameters, or which private key, of MSE:Set AT.
pub(crate) const REFERENCE: Tag = Tag(0x84);
/// The longest nonce that is taken. ICAO's are of 16 and 32 bytes.
const LONGEST_NONCE: usize = 64;

/// What the terminal draws at random for one run. Wiped when dropped.
#[derive(Clone)]
pub struct PaceRandomness {
    /// For the mapping: [`PaceRandomness::BYTES`] bytes are enough for every group.
    pub mapping: Zeroizing<Vec<u8>>,
    /// For the key agreement: [`PaceRandomness::BYTES`] bytes are enough for every group.
    pub agreement: Zeroizing<Vec<u8>>,
}

impl PaceRandomness {
    /// As many bytes as the largest curve, P-521, takes.
    pub const BYTES: usize = 74;
}

impl core::fmt::Debug for PaceRandomness {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("PaceRandomness(..)")
    }
}

/// One run of PACE.
#[derive(Debug)]
pub struct Pace {
    offer: PaceOffer,
    oid: Vec<u8>,
    password: u8,
    nonce_key: EncryptionKey,
    random: PaceRandomness,
    state: State,
}

#[derive(Debug)]
enum State {
    /// MSE:Set AT is sent, the domain parameters named or not.
    Selecting { named: bool },
    /// The encrypted nonce is asked for.
    Nonce,
    /// Generic mapping: our mapping key is sent.
    Mapping {
        nonce: Zeroizing<Vec<u8>>,
        key: EphemeralKey,
    },
    /// Integrated mapping: our nonce is sent.
    MappingNonce { nonce: Zeroizing<Vec<u8>> },
    /// Our key on the mapped generator is sent. `mapping` is the chip's mapping key.
    Agreement {
        key: EphemeralKey,
        mapping: Option<AgreementKey>,
    },
    /// Our token is sent.
    Token {
        session: (EncryptionKey, MacKey),
        token: [u8; 8],
        mapping: Option<AgreementKey>,
    },
}

/// What PACE comes to.
#[derive(Debug)]
pub struct PaceDone {
    /// The session.
    pub session: SecureMessaging,
    /// With chip authentication mapping, what proves the chip once EF.CardSecurity is verified.
    pub chip_authentication: Option<ChipAuthenticationMapping>,
    /// Whether the chip wanted the domain parameters named though it has only one set. Ukraine's passports of before July 2022 do.
    pub parameters_named: bool,
}

impl Pace {
    /// Begins a run, with MSE:Set AT.
    pub fn begin(
        offer: PaceOffer,
        password: &Password,
        random: PaceRandomness,
    ) -> Result<(Self, CommandApdu), PaceFault> {
        let cipher = offer.protocol.cipher;
        let pace = Self {
            offer,
            oid: offer.protocol.oid().ok_or(PaceFault::Unsupported)?,
            password: password.kind() as u8,
            nonce_key: EncryptionKey::from_password(cipher, password.encoded())
                .map_err(|_| PaceFault::Inside)?,
            random,
            state: State::Selecting {
                named: offer.is_ambiguous,
            },
        };
        let command = pace.select(offer.is_ambiguous);
        Ok((pace, command))
    }

    /// Takes the answer to the command that was sent last. After a fault the run is over.
    pub fn respond(&mut self, answer: &ResponseApdu) -> Result<Step<PaceDone>, PaceFault> {
        let state = core::mem::replace(&mut self.state, State::Nonce);
        match state {
            State::Selecting { named } => self.selected(answer.status, named).map(Step::Send),
            State::Nonce => self.nonce(answer).map(Step::Send),
            State::Mapping { nonce, key } => self.mapped(answer, &nonce, &key).map(Step::Send),
            State::MappingNonce { nonce } => self.mapped_nonce(answer, &nonce).map(Step::Send),
            State::Agreement { key, mapping } => self.agreed(answer, &key, mapping).map(Step::Send),
            State::Token {
                session,
                token,
                mapping,
            } => self
                .authenticated(answer, session, token, mapping)
                .map(Step::Done),
        }
    }

    /// MSE:Set AT (ICAO 9303-11, 4.4.4.1), without Le: some German documents refuse it with one.
    fn select(&self, named: bool) -> CommandApdu {
        let mut data = tlv::write(MECHANISM, &[&self.oid]);
        tlv::write_into(&mut data, PASSWORD, &[&[self.password]]);
        if let (true, Some(id)) = (named, self.offer.parameter_id) {
            tlv::write_into(&mut data, REFERENCE, &[reference(&id.to_be_bytes())]);
        }
        CommandApdu::new(instruction::MANAGE_SECURITY_ENVIRONMENT, [0xC1, 0xA4]).with_data(data)
    }

    /// MSE:Set AT is answered; the encrypted nonce is asked for.
    fn selected(&mut self, status: StatusWord, named: bool) -> Result<CommandApdu, PaceFault> {
        if status == StatusWord::BLOCKED || status.tries_left() == Some(0) {
            return Err(PaceFault::PasswordBlocked);
        }
        // A warning that says how many tries are left, for a PIN.
        if status.is_success() || status.tries_left().is_some() {
            self.state = State::Nonce;
            return Ok(general_authenticate(&[], SHORT_EXPECTED).chained());
        }
        let unclear = [
            StatusWord::WRONG_DATA,
            StatusWord::LENGTH_INCONSISTENT,
            StatusWord::REFERENCE_NOT_FOUND,
        ];
        if !named && self.offer.parameter_id.is_some() && unclear.contains(&status) {
            self.offer.is_ambiguous = true;
            self.state = State::Selecting { named: true };
            return Ok(self.select(true));
        }
        Err(PaceFault::NotSelected(status))
    }

    /// Step 1 is answered: the nonce.
    fn nonce(&mut self, answer: &ResponseApdu) -> Result<CommandApdu, PaceFault> {
        let step = PaceStep::EncryptedNonce;
        let protocol = self.offer.protocol;
        let encrypted = object(answer, step, Tag(0x80))?.ok_or(PaceFault::AnswerMalformed(step))?;
        let exact = protocol.mapping != Mapping::Integrated
            || encrypted.len() == protocol.cipher.nonce_length();
        if encrypted.is_empty() || encrypted.len() > LONGEST_NONCE || !exact {
            return Err(PaceFault::NonceLength);
        }
        let mut nonce = Zeroizing::new(encrypted.to_vec());
        self.nonce_key
            .decrypt(&ZERO_IV, &mut nonce)
            .map_err(|_| PaceFault::NonceLength)?;
        if protocol.mapping == Mapping::Integrated {
            let ours = self.mapping_nonce()?;
            let command = data_object(Tag(0x81), ours).chained();
            self.state = State::MappingNonce { nonce };
            return Ok(command);
        }
        let generator = self.offer.parameters.generator();
        let key =
            EphemeralKey::new(&generator, &self.random.mapping).map_err(|_| PaceFault::Inside)?;
        let command = data_object(Tag(0x81), ephemeral_key::encode(key.public())).chained();
        self.state = State::Mapping { nonce, key };
        Ok(command)
    }

    /// `t` of the integrated mapping, as long as a key.
    fn mapping_nonce(&self) -> Result<&[u8], PaceFault> {
        let length = self.offer.protocol.cipher.key_length();
        self.random.mapping.get(..length).ok_or(PaceFault::Inside)
    }

    /// Step 2 is answered, generic mapping: the chip's mapping key.
    fn mapped(
        &mut self,
        answer: &ResponseApdu,
        nonce: &[u8],
        key: &EphemeralKey,
    ) -> Result<CommandApdu, PaceFault> {
        let step = PaceStep::MapNonce;
        let theirs = self.public_key(answer, step, Tag(0x82), key)?;
        let shared = key
            .agree(&theirs)
            .map_err(|_| PaceFault::PublicKeyInvalid(step))?;
        let generator =
            mapping::generic(nonce, &shared).map_err(|_| PaceFault::GeneratorInvalid)?;
        self.agree_on(&generator, Some(theirs))
    }

    /// Step 2 is answered, integrated mapping: by nothing. Chips send an empty data object, or leave it out.
    fn mapped_nonce(
        &mut self,
        answer: &ResponseApdu,
        nonce: &[u8],
    ) -> Result<CommandApdu, PaceFault> {
        object(answer, PaceStep::MapNonce, Tag(0x82))?;
        let parameters = self.offer.parameters;
        let cipher = self.offer.protocol.cipher;
        let random =
            mapping::pseudo_random(cipher, nonce, self.mapping_nonce()?, parameters.prime())
                .map_err(|_| PaceFault::Inside)?;
        let generator =
            mapping::integrated(parameters, &random).map_err(|_| PaceFault::GeneratorInvalid)?;
        self.agree_on(&generator, None)
    }

    /// Step 3: our key on the mapped generator.
    fn agree_on(
        &mut self,
        generator: &AgreementKey,
        mapping: Option<AgreementKey>,
    ) -> Result<CommandApdu, PaceFault> {
        let key = EphemeralKey::new(generator, &self.random.agreement)
            .map_err(|_| PaceFault::GeneratorInvalid)?;
        let command = data_object(Tag(0x83), ephemeral_key::encode(key.public())).chained();
        self.state = State::Agreement { key, mapping };
        Ok(command)
    }

    /// Step 3 is answered: the chip's key. The session's keys follow from it, and our token.
    fn agreed(
        &mut self,
        answer: &ResponseApdu,
        key: &EphemeralKey,
        mapping: Option<AgreementKey>,
    ) -> Result<CommandApdu, PaceFault> {
        let step = PaceStep::KeyAgreement;
        let theirs = self.public_key(answer, step, Tag(0x84), key)?;
        let secret = key
            .shared_secret(&theirs)
            .map_err(|_| PaceFault::PublicKeyInvalid(step))?;
        let cipher = self.offer.protocol.cipher;
        let encryption = EncryptionKey::derive(cipher, &secret).map_err(|_| PaceFault::Inside)?;
        let mac = MacKey::derive(cipher, &secret).map_err(|_| PaceFault::Inside)?;
        let ours = self.token(&mac, &theirs);
        let expected = self.token(&mac, key.public());
        self.state = State::Token {
            session: (encryption, mac),
            token: expected,
            mapping,
        };
        Ok(data_object(Tag(0x85), &ours))
    }

    /// The token over the other side's key (ICAO 9303-11, 4.4.3.4).
    fn token(&self, mac: &MacKey, key: &AgreementKey) -> [u8; 8] {
        let oid = tlv::write(Tag::OBJECT_IDENTIFIER, &[&self.oid]);
        let tag = self.offer.parameters.public_key_tag();
        let key = tlv::write(tag, &[ephemeral_key::encode(key)]);
        mac.mac(&[&tlv::write(PUBLIC_KEY, &[&oid, &key])])
    }

    /// Step 4 is answered: the chip's token, and with chip authentication mapping its data.
    fn authenticated(
        &self,
        answer: &ResponseApdu,
        (encryption, mac): (EncryptionKey, MacKey),
        token: [u8; 8],
        mapping: Option<AgreementKey>,
    ) -> Result<PaceDone, PaceFault> {
        let step = PaceStep::MutualAuthentication;
        let theirs = object(answer, step, Tag(0x86))?.ok_or(PaceFault::AnswerMalformed(step))?;
        if !same(&token, theirs) {
            return Err(PaceFault::TokenWrong);
        }
        let with_chip = self.offer.protocol.mapping == Mapping::ChipAuthentication;
        let chip_authentication = match mapping {
            Some(mapping) if with_chip => {
                let malformed = PaceFault::ChipAuthenticationDataMalformed;
                let data = object(answer, step, Tag(0x8A))?.ok_or(malformed)?;
                Some(ChipAuthenticationMapping::decrypt(
                    &encryption,
                    data,
                    mapping,
                )?)
            }
            _ => None,
        };
        Ok(PaceDone {
            session: SecureMessaging::new(encryption, mac),
            chip_authentication,
            parameters_named: self.offer.is_ambiguous,
        })
    }

    /// A public key of the chip's, which must be in the group and not ours.
    fn public_key(
        &self,
        answer: &ResponseApdu,
        step: PaceStep,
        tag: Tag,
        ours: &EphemeralKey,
    ) -> Result<AgreementKey, PaceFault> {
        let bytes = object(answer, step, tag)?.ok_or(PaceFault::AnswerMalformed(step))?;
        let key = self.offer.parameters.decode(bytes);
        let key = key.map_err(|_| PaceFault::PublicKeyInvalid(step))?;
        if key == *ours.public() {
            return Err(PaceFault::ReflectedKey(step));
        }
        Ok(key)
    }
}

/// A number without leading zeros, but at least one byte.
pub(crate) fn reference(number: &[u8; 8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    &number[zeros.min(7)..]
}

/// GENERAL AUTHENTICATE with Dynamic Authentication Data.
pub(crate) fn general_authenticate(objects: &[u8], expected: u32) -> CommandApdu {
    CommandApdu::new(instruction::GENERAL_AUTHENTICATE, [0, 0])
        .with_data(tlv::write(DYNAMIC_AUTHENTICATION_DATA, &[objects]))
        .expecting(expected)
}

/// GENERAL AUTHENTICATE with one data object. Where it is too long for a short APDU, so is the answer.
fn data_object(tag: Tag, value: &[u8]) -> CommandApdu {
    let object = tlv::write(tag, &[value]);
    let expected = if object.len() > 250 {
        EXTENDED_EXPECTED
    } else {
        SHORT_EXPECTED
    };
    general_authenticate(&object, expected)
}

/// A data object in the Dynamic Authentication Data of a step's answer.
fn object(answer: &ResponseApdu, step: PaceStep, tag: Tag) -> Result<Option<&[u8]>, PaceFault> {
    if !answer.status.is_success() {
        return Err(refused(step, answer.status));
    }
    let malformed = |_| PaceFault::AnswerMalformed(step);
    let mut reader = Reader::new(&answer.data);
    let data = reader
        .expect(DYNAMIC_AUTHENTICATION_DATA)
        .map_err(malformed)?;
    for object in data.children() {
        let object = object.map_err(malformed)?;
        if object.tag == tag {
            return Ok(Some(object.value));
        }
    }
    Ok(None)
}

fn refused(step: PaceStep, status: StatusWord) -> PaceFault {
    match (step, status) {
        (_, StatusWord::BLOCKED) => PaceFault::PasswordBlocked,
        (_, status) if status.tries_left() == Some(0) => PaceFault::PasswordBlocked,
        (PaceStep::MutualAuthentication, StatusWord::AUTHENTICATION_FAILED) => {
            PaceFault::PasswordRefused { tries: None }
        }
        (_, status) if status.tries_left().is_some() => PaceFault::PasswordRefused {
            tries: status.tries_left(),
        },
        _ => PaceFault::Refused { step, status },
    }
}

#[cfg(test)]
mod tests;
