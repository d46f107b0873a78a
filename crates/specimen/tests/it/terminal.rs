//! A small terminal for the tests of the chip: BAC, PACE with generic mapping, secure messaging.

use num_bigint::BigUint;
use specimen::{
    chip::Chip,
    cipher::{Cipher, Purpose},
    der,
    digest::Digest,
    document::PaceVariant,
    randomness::Randomness,
};

/// An answer without protection: data and status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plain(pub Vec<u8>, pub u16);

pub struct Terminal {
    pub chip: Chip,
    randomness: Randomness,
    session: Option<Session>,
}

/// A command: class to P2, data, Ne.
#[derive(Debug, Clone, Copy)]
pub struct Command<'a>(pub [u8; 4], pub &'a [u8], pub Option<usize>);

impl Terminal {
    pub fn new(chip: Chip) -> Self {
        Self {
            chip,
            randomness: Randomness::from_seed(b"terminal"),
            session: None,
        }
    }

    pub fn select_application(&mut self) {
        let name = [0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01];
        assert_eq!(
            self.send(Command([0x00, 0xA4, 0x04, 0x0C], &name, None)),
            Plain(Vec::new(), 0x9000)
        );
    }

    pub fn select(&mut self, file: u16) -> u16 {
        self.send(Command([0x00, 0xA4, 0x02, 0x0C], &file.to_be_bytes(), None))
            .1
    }

    pub fn read(&mut self, offset: u16, expected: usize) -> Plain {
        let [high, low] = offset.to_be_bytes();
        self.send(Command([0x00, 0xB0, high, low], &[], Some(expected)))
    }

    /// A whole file in pieces of so many bytes.
    pub fn read_file(&mut self, file: u16, length: usize, piece: usize) -> Vec<u8> {
        assert_eq!(self.select(file), 0x9000);
        let mut out = Vec::new();
        while out.len() < length {
            let Plain(data, status) = self.read(
                u16::try_from(out.len()).unwrap(),
                piece.min(length - out.len()),
            );
            assert_eq!(status, 0x9000);
            assert!(!data.is_empty());
            out.extend(data);
        }
        out
    }

    /// One command, protected where there is a session. An answer without a MAC ends it.
    pub fn send(&mut self, command: Command<'_>) -> Plain {
        let Command(header, data, expected) = command;
        let Some(mut session) = self.session.take() else {
            return split(&self.chip.process(&encoded(header, data, expected)));
        };
        let objects = session.protect(command);
        let whole = if expected.is_some_and(|expected| expected > 256) {
            0x1_0000
        } else {
            256
        };
        let header = [0x0C, header[1], header[2], header[3]];
        let answer = split(&self.chip.process(&encoded(header, &objects, Some(whole))));
        if answer.0.len() < 10 {
            return answer;
        }
        let plain = session.open(&answer, header[1] & 1 == 1);
        self.session = Some(session);
        plain
    }

    /// BAC; the status of EXTERNAL AUTHENTICATE.
    pub fn basic_access(&mut self, information: &str) -> u16 {
        let cipher = Cipher::TripleDes;
        let Plain(challenge, status) = self.send(Command([0x00, 0x84, 0, 0], &[], Some(8)));
        if status != 0x9000 {
            return status;
        }
        let seed = Digest::Sha1.hash(&[information.as_bytes()]);
        let encryption = cipher.derive(&seed[..16], Purpose::Encryption);
        let mac = cipher.derive(&seed[..16], Purpose::Mac);
        let nonce = self.randomness.bytes(8);
        let key = self.randomness.bytes(16);
        let cryptogram = cipher.encrypt(
            &encryption,
            &[0; 8],
            &[&nonce[..], &challenge, &key].concat(),
        );
        let data = [&cryptogram[..], &cipher.mac(&mac, &cryptogram)].concat();
        let Plain(answer, status) = self.send(Command([0x00, 0x82, 0, 0], &data, Some(40)));
        if status != 0x9000 {
            return status;
        }
        assert_eq!(answer[32..], cipher.mac(&mac, &answer[..32]));
        let plain = cipher.decrypt(&encryption, &[0; 8], &answer[..32]);
        assert_eq!(plain[..16], [&challenge[..], &nonce].concat());
        let seed: Vec<u8> = key
            .iter()
            .zip(&plain[16..])
            .map(|(one, other)| one ^ other)
            .collect();
        self.restart(cipher, &seed, [&challenge[4..], &nonce[4..]].concat());
        status
    }

    /// PACE with generic mapping; the first status that is not success.
    pub fn pace(&mut self, variant: PaceVariant, reference: u8, secret: &[u8]) -> u16 {
        let (group, cipher) = (variant.group, variant.cipher);
        let data = [
            der::tlv(0x80, &der::oid_content(&variant.oid())),
            der::tlv(0x83, &[reference]),
        ]
        .concat();
        let Plain(_, status) = self.send(Command([0x00, 0x22, 0xC1, 0xA4], &data, None));
        if status != 0x9000 {
            return status;
        }
        let key = cipher.derive(secret, Purpose::Password);
        let nonce = match self.step(0x10, &[]) {
            Ok(answer) => cipher.decrypt(&key, &vec![0; cipher.block()], value(&answer, 0x80)),
            Err(status) => return status,
        };
        let mapping = group.key_pair(&group.generator(), &mut self.randomness);
        let answer = match self.step(0x10, &der::tlv(0x81, &group.encode(&mapping.public))) {
            Ok(answer) => answer,
            Err(status) => return status,
        };
        let shared = mapping.agree(&group.decode(value(&answer, 0x82)).unwrap());
        let multiple = group.power(&group.generator(), &BigUint::from_bytes_be(&nonce));
        let generator = group.combine(&multiple, &shared);
        let ephemeral = group.key_pair(&generator, &mut self.randomness);
        let own = group.encode(&ephemeral.public);
        let answer = match self.step(0x10, &der::tlv(0x83, &own)) {
            Ok(answer) => answer,
            Err(status) => return status,
        };
        let chip = value(&answer, 0x84).to_vec();
        let secret = group.shared_secret(&ephemeral.agree(&group.decode(&chip).unwrap()));
        let mac = cipher.derive(&secret, Purpose::Mac);
        let tag = if own[0] == 4 && own.len() % 2 == 1 {
            0x86
        } else {
            0x84
        };
        let object = |public: &[u8]| {
            der::constructed(0x7F49, [der::oid(&variant.oid()), der::tlv(tag, public)])
        };
        match self.step(0x00, &der::tlv(0x85, &cipher.mac(&mac, &object(&chip)))) {
            Err(status) => return status,
            Ok(answer) => assert_eq!(value(&answer, 0x86), cipher.mac(&mac, &object(&own))),
        }
        self.restart(cipher, &secret, vec![0; cipher.block()]);
        0x9000
    }

    /// New keys and counter for secure messaging.
    pub fn restart(&mut self, cipher: Cipher, secret: &[u8], counter: Vec<u8>) {
        let encryption = cipher.derive(secret, Purpose::Encryption);
        let mac = cipher.derive(secret, Purpose::Mac);
        self.session = Some(Session {
            cipher,
            encryption,
            mac,
            counter,
        });
    }

    /// Forgets the session, as a terminal that sends in plain.
    pub fn forget(&mut self) {
        self.session = None;
    }

    fn step(&mut self, class: u8, object: &[u8]) -> Result<Vec<u8>, u16> {
        let Plain(answer, status) = self.send(Command(
            [class, 0x86, 0, 0],
            &der::tlv(0x7C, object),
            Some(256),
        ));
        if status == 0x9000 {
            Ok(answer)
        } else {
            Err(status)
        }
    }
}

/// Secure messaging from the terminal's side.
struct Session {
    cipher: Cipher,
    encryption: Vec<u8>,
    mac: Vec<u8>,
    counter: Vec<u8>,
}

impl Session {
    fn protect(&mut self, Command(header, data, expected): Command<'_>) -> Vec<u8> {
        increase(&mut self.counter);
        let mut objects = Vec::new();
        if !data.is_empty() {
            let cryptogram =
                self.cipher
                    .encrypt(&self.encryption, &self.iv(), &self.cipher.pad(data));
            let odd = header[1] & 1 == 1;
            objects = if odd {
                der::tlv(0x85, &cryptogram)
            } else {
                der::constructed(0x87, [&[1][..], &cryptogram])
            };
        }
        if let Some(expected) = expected {
            objects.extend(der::tlv(0x97, &length_field(expected)));
        }
        let header = self.cipher.pad(&[0x0C, header[1], header[2], header[3]]);
        let mut covered = [&self.counter[..], &header].concat();
        if !objects.is_empty() {
            covered = self.cipher.pad(&[&covered[..], &objects].concat());
        }
        objects.extend(der::tlv(
            0x8E,
            &self.cipher.mac_of_padded(&self.mac, &covered),
        ));
        objects
    }

    fn open(&mut self, Plain(body, status): &Plain, odd: bool) -> Plain {
        increase(&mut self.counter);
        let (body, received) = body.split_at(body.len() - 10);
        assert_eq!(received[..2], [0x8E, 8]);
        let covered = self.cipher.pad(&[&self.counter[..], body].concat());
        assert_eq!(
            received[2..],
            self.cipher.mac_of_padded(&self.mac, &covered)
        );
        let (object, inner) = body.split_at(body.len() - 4);
        assert_eq!(*inner, [&[0x99, 2][..], &status.to_be_bytes()].concat());
        if object.is_empty() {
            return Plain(Vec::new(), *status);
        }
        assert_eq!(object[0], if odd { 0x85 } else { 0x87 });
        let skipped = 2 + usize::from(object[1].saturating_sub(0x80)) + usize::from(!odd);
        let mut plain = self
            .cipher
            .decrypt(&self.encryption, &self.iv(), &object[skipped..]);
        while plain.pop() == Some(0) {}
        Plain(plain, *status)
    }

    fn iv(&self) -> Vec<u8> {
        match self.cipher {
            Cipher::TripleDes => vec![0; 8],
            _ => self.cipher.encrypt_block(&self.encryption, &self.counter),
        }
    }
}

/// The value of the only data object of dynamic authentication data, or the first.
fn value(answer: &[u8], tag: u8) -> &[u8] {
    let header = |bytes: &[u8]| 2 + usize::from(bytes[1].saturating_sub(0x80));
    assert_eq!(answer[0], 0x7C);
    let object = &answer[header(answer)..];
    assert_eq!(object[0], tag);
    let start = header(object);
    let length = if start == 2 {
        usize::from(object[1])
    } else {
        object[2..start]
            .iter()
            .fold(0, |sum, byte| sum << 8 | usize::from(*byte))
    };
    &object[start..start + length]
}

fn encoded([class, instruction, p1, p2]: [u8; 4], data: &[u8], expected: Option<usize>) -> Vec<u8> {
    let mut out = vec![class, instruction, p1, p2];
    let extended = data.len() > 255 || expected.is_some_and(|expected| expected > 256);
    if extended {
        out.push(0);
    }
    if !data.is_empty() {
        let length = u16::try_from(data.len()).unwrap().to_be_bytes();
        out.extend_from_slice(if extended { &length } else { &length[1..] });
        out.extend_from_slice(data);
    }
    if let Some(expected) = expected {
        let field = (expected & 0xFFFF).to_be_bytes();
        out.extend_from_slice(if extended { &field[6..] } else { &field[7..] });
    }
    out
}

fn length_field(expected: usize) -> Vec<u8> {
    let field = expected.to_be_bytes();
    if expected > 256 {
        field[6..].to_vec()
    } else {
        field[7..].to_vec()
    }
}

fn split(answer: &[u8]) -> Plain {
    let (data, status) = answer.split_at(answer.len() - 2);
    Plain(data.to_vec(), u16::from_be_bytes([status[0], status[1]]))
}

fn increase(counter: &mut [u8]) {
    for byte in counter.iter_mut().rev() {
        *byte = byte.wrapping_add(1);
        if *byte != 0 {
            break;
        }
    }
}
