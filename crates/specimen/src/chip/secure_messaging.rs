//! Secure messaging from the chip's side (Doc 9303-11, 9.8).

mod session_keys;

pub use session_keys::SessionKeys;

use super::command::{Answer, Command, Status, split};
use crate::{
    cipher::{Cipher, Purpose},
    der,
};

/// Keys and counter of a session.
#[derive(Debug, Clone)]
pub(crate) struct SecureMessaging {
    pub(crate) cipher: Cipher,
    encryption: Vec<u8>,
    mac: Vec<u8>,
    counter: Vec<u8>,
}

/// How the protection of one answer goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    WrongMac,
    ReplayedCounter,
    StatusAltered,
    StatusNotProtected,
    DataDropped,
    BadPadding,
    CryptogramCut,
    UnknownObject,
}

impl SecureMessaging {
    /// Keys derived from a shared secret; the counter begins at zero (9.8.6.3, 9.8.7.3).
    pub(crate) fn new(cipher: Cipher, secret: &[u8]) -> Self {
        Self {
            cipher,
            encryption: cipher.derive(secret, Purpose::Encryption),
            mac: cipher.derive(secret, Purpose::Mac),
            counter: vec![0; cipher.block()],
        }
    }

    /// The same with the counter that BAC gives.
    pub(crate) fn with_counter(self, counter: Vec<u8>) -> Self {
        Self { counter, ..self }
    }

    /// The command within, or the status with which the session ends (9.8.4, 9.8.5).
    pub(crate) fn open(&mut self, command: &Command) -> Result<Command, Status> {
        self.count();
        let mut cryptogram = None;
        let mut expected = None;
        let mut mac = None;
        let mut covered = Vec::new();
        let mut rest = &command.data[..];
        while !rest.is_empty() {
            let (tag, value, after) = split(rest).ok_or(Status::OBJECT_WRONG)?;
            match tag {
                0x87 | 0x85 => cryptogram = Some((tag, value)),
                0x97 => expected = Some(expected_length(value).ok_or(Status::OBJECT_WRONG)?),
                0x8E => mac = Some(value),
                _ => return Err(Status::OBJECT_WRONG),
            }
            if tag != 0x8E {
                covered.extend_from_slice(&rest[..rest.len() - after.len()]);
            }
            rest = after;
        }
        let header = [command.class, command.instruction, command.p1, command.p2];
        let mut message = [&self.counter[..], &self.cipher.pad(&header)].concat();
        message.extend_from_slice(&covered);
        let padded = if covered.is_empty() {
            message
        } else {
            self.cipher.pad(&message)
        };
        if mac.ok_or(Status::OBJECT_MISSING)? != self.cipher.mac_of_padded(&self.mac, &padded) {
            return Err(Status::OBJECT_WRONG);
        }
        let data = match cryptogram {
            None => Vec::new(),
            Some((0x87, value)) => {
                self.decrypt(value.strip_prefix(&[1]).ok_or(Status::OBJECT_WRONG)?)?
            }
            Some((_, value)) => self.decrypt(value)?,
        };
        Ok(Command {
            class: command.class & !0x0C,
            data,
            expected,
            ..command.clone()
        })
    }

    /// The answer, protected (9.8.4, figure 6). `odd` is whether the instruction was.
    pub(crate) fn protect(&mut self, answer: &Answer, odd: bool, flaw: Option<Flaw>) -> Vec<u8> {
        if flaw == Some(Flaw::ReplayedCounter) {
            // The answer before had one less than this command.
            let command = self.counter.clone();
            self.counter = less_one(&command);
            let out = self.protected(answer, odd, None);
            self.counter = command;
            self.count();
            return out;
        }
        self.count();
        self.protected(answer, odd, flaw)
    }

    fn protected(&self, answer: &Answer, odd: bool, flaw: Option<Flaw>) -> Vec<u8> {
        let mut objects = if flaw == Some(Flaw::UnknownObject) {
            der::tlv(0x80, &[0])
        } else {
            Vec::new()
        };
        if !answer.data.is_empty() && flaw != Some(Flaw::DataDropped) {
            let mut padded = self.cipher.pad(&answer.data);
            if flaw == Some(Flaw::BadPadding) {
                padded.fill(0);
            }
            let mut cryptogram = self.cipher.encrypt(&self.encryption, &self.iv(), &padded);
            if flaw == Some(Flaw::CryptogramCut) {
                cryptogram.pop();
            }
            let indicator = if odd { &[][..] } else { &[1] };
            let tag = if odd { 0x85 } else { 0x87 };
            objects.extend(der::constructed(tag, [indicator, &cryptogram]));
        }
        if flaw != Some(Flaw::StatusNotProtected) {
            objects.extend(der::tlv(0x99, &answer.status.0.to_be_bytes()));
        }
        let message = self.cipher.pad(&[&self.counter[..], &objects].concat());
        let mut mac = self.cipher.mac_of_padded(&self.mac, &message);
        if flaw == Some(Flaw::WrongMac) {
            mac[7] ^= 1;
        }
        objects.extend(der::tlv(0x8E, &mac));
        let status = match flaw {
            Some(Flaw::StatusAltered) if answer.status == Status::DONE => Status::END_OF_FILE,
            Some(Flaw::StatusAltered) => Status::DONE,
            _ => answer.status,
        };
        Answer {
            data: objects,
            status,
        }
        .bytes()
    }

    /// The most plain bytes whose protection fits into so many (without the two of the status).
    pub(crate) fn capacity(&self, room: usize, odd: bool) -> usize {
        let block = self.cipher.block();
        // Status and MAC take 4 and 10 bytes; the cryptogram's header 2 to 4 and, for DO'87', the padding indicator.
        let room = room.saturating_sub(14);
        let header = usize::from(!odd)
            + if room > 0x100 + 3 {
                4
            } else if room > 0x80 + 2 {
                3
            } else {
                2
            };
        (room.saturating_sub(header) / block * block).saturating_sub(1)
    }

    /// E(KSEnc, -1) is the start of chip authentication mapping's cryptogram (4.4.3.5.4).
    pub(crate) fn encrypt_with_iv_of_ones(&self, data: &[u8]) -> Vec<u8> {
        let iv = self
            .cipher
            .encrypt_block(&self.encryption, &vec![0xFF; self.cipher.block()]);
        self.cipher
            .encrypt(&self.encryption, &iv, &self.cipher.pad(data))
    }

    /// The authentication token over a public key (4.4.3.4).
    pub(crate) fn token(&self, data: &[u8]) -> Vec<u8> {
        self.cipher.mac(&self.mac, data)
    }

    fn decrypt(&self, cryptogram: &[u8]) -> Result<Vec<u8>, Status> {
        if cryptogram.is_empty() || !cryptogram.len().is_multiple_of(self.cipher.block()) {
            return Err(Status::OBJECT_WRONG);
        }
        let mut plain = self
            .cipher
            .decrypt(&self.encryption, &self.iv(), cryptogram);
        while plain.last() == Some(&0) {
            plain.pop();
        }
        if plain.pop() == Some(0x80) {
            Ok(plain)
        } else {
            Err(Status::OBJECT_WRONG)
        }
    }

    /// Zero for 3DES, the encrypted counter for AES (9.8.6.1, 9.8.7.1).
    fn iv(&self) -> Vec<u8> {
        match self.cipher {
            Cipher::TripleDes => vec![0; 8],
            _ => self.cipher.encrypt_block(&self.encryption, &self.counter),
        }
    }

    fn count(&mut self) {
        for byte in self.counter.iter_mut().rev() {
            *byte = byte.wrapping_add(1);
            if *byte != 0 {
                break;
            }
        }
    }
}

fn less_one(counter: &[u8]) -> Vec<u8> {
    let mut out = counter.to_vec();
    for byte in out.iter_mut().rev() {
        *byte = byte.wrapping_sub(1);
        if *byte != 0xFF {
            break;
        }
    }
    out
}

fn expected_length(value: &[u8]) -> Option<usize> {
    match *value {
        [] | [0] => Some(256),
        [length] => Some(usize::from(length)),
        [0, 0] => Some(0x1_0000),
        [high, low] => Some(usize::from(u16::from_be_bytes([high, low]))),
        _ => None,
    }
}
