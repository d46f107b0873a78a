//! Chip authentication and active authentication from the chip's side (Doc 9303-11, 6).

use num_bigint::BigUint;

use super::{
    Chip,
    command::{Answer, Command, Status, find, split},
    secure_messaging::SecureMessaging,
};
use crate::{
    cipher::Cipher,
    der,
    document::{ActiveKey, ChipKey, chip_authentication_oid},
    ec_key::EcKey,
    misbehaviour::Misbehaviour,
};

impl Chip {
    /// MSE:Set KAT: chip authentication with 3DES in one command (6.2.4.1).
    pub(super) fn key_agreement_template(&mut self, command: &Command) -> Result<Answer, Status> {
        let key = self.chip_key(find(0x84, &command.data), |key| {
            key.ciphers.contains(&Cipher::TripleDes)
        })?;
        let public = find(0x91, &command.data).ok_or(Status::WRONG_DATA)?;
        self.authenticate_chip(&key, Cipher::TripleDes, public)?;
        Ok(Status::DONE.into())
    }

    /// MSE:Set AT for chip authentication (6.2.4.2).
    pub(super) fn select_chip_authentication(
        &mut self,
        command: &Command,
    ) -> Result<Answer, Status> {
        let protocol = find(0x80, &command.data).ok_or(Status::WRONG_DATA)?;
        let cipher_of = |key: &ChipKey| {
            let mut ciphers = key.ciphers.iter().copied();
            ciphers.find(|cipher| chip_authentication_oid(key.key.group, *cipher) == protocol)
        };
        let key = self.chip_key(find(0x84, &command.data), |key| cipher_of(key).is_some())?;
        let cipher = cipher_of(&key).ok_or(Status::WRONG_DATA)?;
        self.agreement = Some((key, cipher));
        Ok(Status::DONE.into())
    }

    /// GENERAL AUTHENTICATE for chip authentication (6.2.4.2).
    pub(super) fn chip_authentication_step(
        &mut self,
        (key, cipher): (ChipKey, Cipher),
        command: &Command,
    ) -> Result<Answer, Status> {
        let Some((0x7C, data, [])) = split(&command.data) else {
            return Err(Status::WRONG_DATA);
        };
        let public = find(0x80, data).ok_or(Status::WRONG_DATA)?;
        self.authenticate_chip(&key, cipher, public)?;
        Ok(der::tlv(0x7C, &[]).into())
    }

    /// The agreement with the terminal's key; the next command comes under the new keys (6.2.2).
    fn authenticate_chip(
        &mut self,
        key: &ChipKey,
        cipher: Cipher,
        public: &[u8],
    ) -> Result<(), Status> {
        let group = key.key.group;
        let terminal = group.decode(public).ok_or(Status::WRONG_DATA)?;
        let mut own = key.key.clone();
        if self.has(&Misbehaviour::Clone) {
            own.secret = self.randomness.below(group.order());
        }
        let secret = group.shared_secret(&own.agree(&terminal));
        self.next_session = Some(SecureMessaging::new(cipher, &secret));
        Ok(())
    }

    fn chip_key(
        &self,
        id: Option<&[u8]>,
        fits: impl Fn(&ChipKey) -> bool,
    ) -> Result<ChipKey, Status> {
        if self.session.is_none() || self.has(&Misbehaviour::HonestClone) {
            return Err(Status::REFERENCE_NOT_FOUND);
        }
        let wanted = id.map(BigUint::from_bytes_be);
        let named = |key: &&ChipKey| wanted.is_none() || key.key_id.map(BigUint::from) == wanted;
        let found = self
            .document
            .chip
            .iter()
            .filter(named)
            .find(|key| fits(key));
        found.cloned().ok_or(Status::REFERENCE_NOT_FOUND)
    }

    /// INTERNAL AUTHENTICATE: active authentication over the terminal's nonce (6.1.3).
    pub(super) fn internal_authenticate(&mut self, command: &Command) -> Result<Answer, Status> {
        if !self.granted || self.has(&Misbehaviour::HonestClone) {
            return Err(Status::CONDITIONS);
        }
        if command.data.len() != 8 {
            return Err(Status::WRONG_LENGTH);
        }
        let key = self
            .document
            .active
            .clone()
            .ok_or(Status::UNKNOWN_INSTRUCTION)?;
        let challenge = if self.has(&Misbehaviour::Clone) {
            &[0; 8][..]
        } else {
            &command.data
        };
        let mut signature = match key {
            ActiveKey::Rsa(key, form) => key.sign_9796(form, challenge, &mut self.randomness),
            ActiveKey::Ecdsa(key, digest, plain) => {
                let (r, s) = key.sign(&digest.hash(&[challenge]), &mut self.randomness);
                if plain {
                    plain_signature(&key, &r, &s)
                } else {
                    der::sequence([der::unsigned(&r), der::unsigned(&s)])
                }
            }
        };
        if self.has(&Misbehaviour::ActiveSignatureMalformed) {
            let last = signature.len() - 1;
            signature[last] ^= 0x10;
        }
        Ok(signature.into())
    }
}

/// `r || s`, each as long as the order (TR-03111, 5.2.1).
fn plain_signature(key: &EcKey, r: &BigUint, s: &BigUint) -> Vec<u8> {
    let length = key.curve.domain().order.to_bytes_be().len();
    [
        crate::curve::padded(r, length),
        crate::curve::padded(s, length),
    ]
    .concat()
}
