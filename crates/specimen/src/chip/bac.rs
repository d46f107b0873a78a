//! Basic access control from the chip's side (Doc 9303-11, 4.3).

use super::{
    Chip,
    command::{Answer, Command, Status},
    secure_messaging::SecureMessaging,
};
use crate::{
    cipher::{Cipher, Purpose},
    digest::Digest,
    misbehaviour::Misbehaviour,
};

impl Chip {
    /// GET CHALLENGE: eight random bytes, used once.
    pub(super) fn get_challenge(&mut self) -> Result<Answer, Status> {
        if !self.document.basic_access || self.has(&Misbehaviour::BacRefused) {
            return Err(Status::CONDITIONS);
        }
        let challenge = self.randomness.array::<8>();
        self.challenge = Some(challenge);
        Ok(challenge.to_vec().into())
    }

    /// EXTERNAL AUTHENTICATE: the terminal proves the MRZ's keys, and the chip does in its answer (4.3.1, 4.3.3).
    pub(super) fn external_authenticate(&mut self, command: &Command) -> Result<Answer, Status> {
        let challenge = self.challenge.take().ok_or(Status::CONDITIONS)?;
        let cipher = Cipher::TripleDes;
        let seed = Digest::Sha1.hash(&[self.document.mrz.information().as_bytes()]);
        let encryption = cipher.derive(&seed[..16], Purpose::Encryption);
        let mac = cipher.derive(&seed[..16], Purpose::Mac);
        let (cryptogram, received) = command
            .data
            .split_at_checked(32)
            .ok_or(Status::WRONG_LENGTH)?;
        if received != cipher.mac(&mac, cryptogram) {
            return Err(self.wrong_password());
        }
        let plain = cipher.decrypt(&encryption, &[0; 8], cryptogram);
        let (terminal_nonce, rest) = plain.split_at(8);
        let (chip_nonce, terminal_key) = rest.split_at(8);
        if chip_nonce != challenge {
            return Err(self.wrong_password());
        }
        let chip_key = self.randomness.array::<16>();
        let mut chip_nonce = challenge;
        if self.has(&Misbehaviour::BacWrongNonce) {
            chip_nonce[0] ^= 1;
        }
        let answer = [&chip_nonce[..], terminal_nonce, &chip_key].concat();
        let cryptogram = cipher.encrypt(&encryption, &[0; 8], &answer);
        let mut proof = cipher.mac(&mac, &cryptogram);
        if self.has(&Misbehaviour::BacWrongMac) {
            proof[0] ^= 1;
        }
        let seed: Vec<u8> = terminal_key
            .iter()
            .zip(chip_key)
            .map(|(one, other)| one ^ other)
            .collect();
        let counter = [&challenge[4..], &terminal_nonce[4..]].concat();
        self.next_session = Some(SecureMessaging::new(cipher, &seed).with_counter(counter));
        self.granted = true;
        Ok([cryptogram, proof].concat().into())
    }
}
