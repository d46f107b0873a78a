//! Secure messaging (ICAO 9303-11, 9.8): every command and answer encrypted and authenticated under session keys.

use crate::apdu::{self, CommandApdu, EXTENDED_EXPECTED, ResponseApdu, SHORT_EXPECTED, StatusWord};
use crate::crypto::symmetric::{self, Cipher, EncryptionKey, MacKey};
use crate::fault::ChipFault;
use crate::tlv::{self, Tag, Tlv};
use zeroize::Zeroizing;

/// A cryptogram without padding indicator, for commands of odd INS.
const CRYPTOGRAM: Tag = Tag(0x85);
/// A padding indicator, `01`, and a cryptogram, for commands of even INS.
const PADDED_CRYPTOGRAM: Tag = Tag(0x87);
/// Le under the MAC.
const EXPECTED: Tag = Tag(0x97);
/// The status under the MAC.
const STATUS: Tag = Tag(0x99);
/// The MAC.
const CHECKSUM: Tag = Tag(0x8E);
/// The bits of the class byte for secure messaging with the header authenticated.
const PROTECTED: u8 = 0x0C;

/// A session: keys and the send sequence counter. It ends with the first fault; the keys are wiped when it is dropped.
#[derive(Clone, Debug)]
pub struct SecureMessaging {
    encryption: EncryptionKey,
    mac: MacKey,
    counter: u128,
}

impl SecureMessaging {
    /// A session that begins with a counter of zero, as after PACE and Chip Authentication (ICAO 9303-11, 9.8.6.3 and 9.8.7.3).
    pub fn new(encryption: EncryptionKey, mac: MacKey) -> Self {
        Self {
            encryption,
            mac,
            counter: 0,
        }
    }

    /// A session whose keys are derived from a shared secret (ICAO 9303-11, 9.7.4), with a counter of zero.
    pub fn derive(cipher: Cipher, secret: &[u8]) -> Result<Self, ChipFault> {
        Ok(Self::new(
            EncryptionKey::derive(cipher, secret)?,
            MacKey::derive(cipher, secret)?,
        ))
    }

    /// The same session with the counter that BAC begins with (ICAO 9303-11, 9.8.6.3).
    #[must_use]
    pub fn with_counter(mut self, counter: u64) -> Self {
        self.counter = u128::from(counter);
        self
    }

    /// The cipher of the session.
    pub fn cipher(&self) -> Cipher {
        self.mac.cipher()
    }

    /// The most bytes of data that an answer of at most `answer` bytes, its status not counted, holds under this cipher. With
    /// short length, 256 bytes, it is 231 with 3DES and 223 with AES.
    pub fn capacity(&self, answer: usize) -> usize {
        // DO'99' of 4 bytes, DO'8E' of 10, tag, length and padding indicator of DO'87'; at least one byte is padding.
        let length = match answer {
            0..=143 => 1,
            144..=272 => 2,
            _ => 3,
        };
        let block = self.cipher().block_length();
        let cryptogram = answer.saturating_sub(4 + 10 + 1 + length + 1);
        (cryptogram / block * block).saturating_sub(1)
    }

    /// The command under secure messaging (ICAO 9303-11, 9.8.4 and figure 5).
    pub fn protect(&mut self, command: &CommandApdu) -> Result<CommandApdu, ChipFault> {
        self.count()?;
        let class = command.class | PROTECTED;
        let [p1, p2] = command.parameters;
        let mut header = vec![class, command.instruction, p1, p2];
        symmetric::pad(&mut header, self.cipher().block_length());
        let mut objects = self.cryptogram(command)?;
        if let Some(expected) = command.expected {
            let digits = expected.to_be_bytes();
            let digits = if command.is_extended() {
                &digits[2..]
            } else {
                &digits[3..]
            };
            tlv::write_into(&mut objects, EXPECTED, &[digits]);
        }
        let mac = self.checksum(&[&header, &objects]);
        tlv::write_into(&mut objects, CHECKSUM, &[&mac]);
        let extended = command.is_extended() || objects.len() > 255;
        Ok(CommandApdu {
            class,
            extended_length: extended,
            data: Zeroizing::new(objects),
            expected: Some(if extended {
                EXTENDED_EXPECTED
            } else {
                SHORT_EXPECTED
            }),
            ..*command
        })
    }

    /// The data of a command as DO'87' or DO'85', or nothing.
    fn cryptogram(&self, command: &CommandApdu) -> Result<Vec<u8>, ChipFault> {
        if command.data.is_empty() {
            return Ok(Vec::new());
        }
        let mut data = Zeroizing::new(Vec::with_capacity(command.data.len() + 16));
        data.extend_from_slice(&command.data);
        symmetric::pad(&mut data, self.cipher().block_length());
        self.encryption.encrypt(&self.iv(), &mut data)?;
        Ok(if command.instruction & 1 == 0 {
            tlv::write(PADDED_CRYPTOGRAM, &[&[1], &data])
        } else {
            tlv::write(CRYPTOGRAM, &[&data])
        })
    }

    /// The answer to the command that was protected last, authenticated and decrypted (ICAO 9303-11, 9.8.4 and figure 6).
    pub fn unprotect(&mut self, answer: &[u8]) -> Result<ResponseApdu, ChipFault> {
        self.count()?;
        let (objects, status) = apdu::split(answer)?;
        if objects.is_empty() {
            return Err(without_mac(status, ChipFault::SecureMessagingEnded(status)));
        }
        let Protected {
            cryptogram,
            inner,
            mac,
            authenticated,
        } = Protected::parse(objects, status)?;
        if !self.verify(authenticated, mac) {
            return Err(ChipFault::MacWrong);
        }
        if inner.ok_or(ChipFault::StatusNotProtected)? != status {
            return Err(ChipFault::StatusAltered);
        }
        let data = cryptogram.map_or_else(
            || Ok(Zeroizing::new(Vec::new())),
            |object| self.plain(&object),
        )?;
        Ok(ResponseApdu { data, status })
    }

    fn plain(&self, object: &Tlv<'_>) -> Result<Zeroizing<Vec<u8>>, ChipFault> {
        let ((CRYPTOGRAM, cryptogram) | (PADDED_CRYPTOGRAM, [1, cryptogram @ ..])) =
            (object.tag, object.value)
        else {
            return Err(ChipFault::SecureMessagingMalformed);
        };
        let mut data = Zeroizing::new(cryptogram.to_vec());
        self.encryption.decrypt(&self.iv(), &mut data)?;
        symmetric::unpad(&mut data)?;
        Ok(data)
    }

    /// Increments the send sequence counter, before a command or an answer is made (ICAO 9303-11, 9.8.2).
    fn count(&mut self) -> Result<(), ChipFault> {
        let end = match self.cipher().block_length() {
            8 => u128::from(u64::MAX),
            _ => u128::MAX,
        };
        if self.counter >= end {
            return Err(ChipFault::CounterExhausted);
        }
        self.counter += 1;
        Ok(())
    }

    fn iv(&self) -> [u8; 16] {
        self.encryption.iv(self.counter.to_be_bytes())
    }

    fn checksum(&self, parts: &[&[u8]; 2]) -> [u8; 8] {
        let counter = self.counter.to_be_bytes();
        let block = self.cipher().block_length();
        let length = parts.iter().map(|part| part.len()).sum::<usize>();
        let mut padding = Vec::with_capacity(block);
        if self.cipher() != Cipher::TripleDes {
            // The retail MAC pads itself. The counter is one whole block.
            padding.push(0x80);
            padding.resize(1 + (block - 1 - length % block), 0);
        }
        self.mac
            .mac(&[&counter[16 - block..], parts[0], parts[1], &padding])
    }

    fn verify(&self, authenticated: &[u8], mac: &[u8]) -> bool {
        symmetric::same(&self.checksum(&[authenticated, &[]]), mac)
    }
}

/// What an answer without a MAC is: a success, which is worse than any other.
fn without_mac(status: StatusWord, otherwise: ChipFault) -> ChipFault {
    if status.is_success() {
        ChipFault::SuccessWithoutMac
    } else {
        otherwise
    }
}

/// The data objects of a protected answer.
struct Protected<'a> {
    cryptogram: Option<Tlv<'a>>,
    inner: Option<StatusWord>,
    mac: &'a [u8],
    authenticated: &'a [u8],
}

impl<'a> Protected<'a> {
    fn parse(objects: &'a [u8], status: StatusWord) -> Result<Self, ChipFault> {
        let malformed = |_| ChipFault::SecureMessagingMalformed;
        let mut reader = tlv::Reader::new(objects);
        let mut cryptogram = reader.optional(PADDED_CRYPTOGRAM).map_err(malformed)?;
        if cryptogram.is_none() {
            cryptogram = reader.optional(CRYPTOGRAM).map_err(malformed)?;
        }
        let inner = match reader.optional(STATUS).map_err(malformed)? {
            Some(object) => {
                let digits = object
                    .value
                    .try_into()
                    .map_err(|_| ChipFault::SecureMessagingMalformed)?;
                Some(StatusWord(u16::from_be_bytes(digits)))
            }
            None => None,
        };
        let authenticated = &objects[..reader.offset()];
        let checksum = reader
            .optional(CHECKSUM)
            .map_err(malformed)?
            .ok_or_else(|| without_mac(status, ChipFault::SecureMessagingMalformed))?;
        reader.finish().map_err(malformed)?;
        Ok(Self {
            cryptogram,
            inner,
            mac: checksum.value,
            authenticated,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hex::unhex;

    fn appendix_d4() -> SecureMessaging {
        let encryption = EncryptionKey::new(
            Cipher::TripleDes,
            &unhex("979EC13B1CBFE9DCD01AB0FED307EAE5"),
        )
        .unwrap();
        let mac = MacKey::new(
            Cipher::TripleDes,
            &unhex("F1CB1F1FB5ADF208806B89DC579DC1F8"),
        )
        .unwrap();
        SecureMessaging::new(encryption, mac).with_counter(0x8870_2212_0C06_C226)
    }

    /// ICAO 9303-11, Appendix D.4: the whole of the example.
    #[test]
    fn protects_and_unprotects_as_appendix_d4() {
        let mut session = appendix_d4();
        let select = CommandApdu::new(0xA4, [0x02, 0x0C]).with_data([0x01, 0x1E]);
        let read_4 = CommandApdu::new(0xB0, [0, 0]).expecting(4);
        let read_18 = CommandApdu::new(0xB0, [0, 4]).expecting(18);
        let talk = [
            (
                select,
                "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800",
                "990290008E08FA855A5D4C50A8ED9000",
                "",
            ),
            (
                read_4,
                "0CB000000D9701048E08ED6705417E96BA5500",
                "8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000",
                "60145F01",
            ),
            (
                read_18,
                "0CB000040D9701128E082EA28A70F3C7B53500",
                "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D749000",
                "04303130365F36063034303030305C026175",
            ),
        ];
        for (command, protected, answer, plain) in talk {
            assert_eq!(
                session.protect(&command).unwrap().to_bytes().unwrap(),
                unhex(protected)
            );
            let answer = session.unprotect(&unhex(answer)).unwrap();
            assert_eq!(
                (&answer.data[..], answer.status),
                (&unhex(plain)[..], StatusWord::SUCCESS)
            );
        }
    }

    #[test]
    fn refuses_every_answer_that_is_not_authenticated() {
        let after_select = {
            let mut session = appendix_d4();
            session
                .protect(&CommandApdu::new(0xA4, [2, 12]).with_data([1, 0x1E]))
                .unwrap();
            session
        };
        let cases = [
            ("9000", ChipFault::SuccessWithoutMac),
            ("990290009000", ChipFault::SuccessWithoutMac),
            (
                "6988",
                ChipFault::SecureMessagingEnded(StatusWord::SECURE_MESSAGING_WRONG),
            ),
            ("90", ChipFault::AnswerTooShort),
            ("990290008E08FA855A5D4C50A8EC9000", ChipFault::MacWrong),
            ("990290008E07FA855A5D4C50A89000", ChipFault::MacWrong),
            ("990290008E009000", ChipFault::MacWrong),
            ("990290008E08FA855A5D4C50A8ED6282", ChipFault::StatusAltered),
            (
                "9901908E08FA855A5D4C50A8ED9000",
                ChipFault::SecureMessagingMalformed,
            ),
            (
                "990290008E08FA855A5D4C50A8ED00009000",
                ChipFault::SecureMessagingMalformed,
            ),
            ("8709", ChipFault::SecureMessagingEnded(StatusWord(0x8709))),
            ("87099000", ChipFault::SecureMessagingMalformed),
            ("010203049000", ChipFault::SuccessWithoutMac),
            ("010203046A82", ChipFault::SecureMessagingMalformed),
        ];
        for (answer, fault) in cases {
            assert_eq!(
                after_select.clone().unprotect(&unhex(answer)),
                Err(fault),
                "{answer}"
            );
        }
        let mut replay = after_select;
        replay
            .unprotect(&unhex("990290008E08FA855A5D4C50A8ED9000"))
            .unwrap();
        replay
            .protect(&CommandApdu::new(0xB0, [0, 0]).expecting(4))
            .unwrap();
        assert_eq!(
            replay.unprotect(&unhex("990290008E08FA855A5D4C50A8ED9000")),
            Err(ChipFault::MacWrong)
        );
    }

    /// What a chip would do, for each cipher and for data of every length up to two blocks.
    #[test]
    fn a_chip_with_the_same_keys_is_understood() {
        for cipher in [
            Cipher::TripleDes,
            Cipher::Aes128,
            Cipher::Aes192,
            Cipher::Aes256,
        ] {
            let mut session = SecureMessaging::derive(cipher, b"secret").unwrap();
            let mut chip = session.clone();
            for length in 0..33 {
                let data: Vec<u8> = (0..length).collect();
                session
                    .protect(&CommandApdu::new(0xB0, [0, 0]).expecting(256))
                    .unwrap();
                chip.count().unwrap();
                chip.count().unwrap();
                let answering = CommandApdu::new(0xB0, [0, 0]).with_data(data.clone());
                let mut objects = chip.cryptogram(&answering).unwrap();
                objects.extend([0x99, 2, 0x90, 0]);
                let mac = chip.checksum(&[&objects, &[]]);
                tlv::write_into(&mut objects, CHECKSUM, &[&mac]);
                objects.extend([0x90, 0]);
                assert_eq!(session.unprotect(&objects).unwrap().data[..], data);
            }
        }
    }

    #[test]
    fn says_how_much_fits() {
        let triple_des = SecureMessaging::derive(Cipher::TripleDes, b"").unwrap();
        let aes = SecureMessaging::derive(Cipher::Aes128, b"").unwrap();
        assert_eq!((triple_des.capacity(256), aes.capacity(256)), (231, 223));
        assert_eq!((triple_des.capacity(0), aes.capacity(20)), (0, 0));
        assert_eq!(aes.capacity(65_536), 65_503);
    }

    #[test]
    fn extended_length_is_kept_under_the_mac() {
        let mut session = SecureMessaging::derive(Cipher::Aes128, b"secret").unwrap();
        let command = session
            .protect(&CommandApdu::new(0xB0, [0, 0]).expecting(0x1234))
            .unwrap();
        assert_eq!(command.data[..4], [0x97, 2, 0x12, 0x34]);
        assert_eq!(command.expected, Some(65_536));
        let command = session
            .protect(
                &CommandApdu::new(0xB1, [0, 0])
                    .with_data([0x54, 1, 0])
                    .expecting(256),
            )
            .unwrap();
        assert_eq!((command.data[0], command.expected), (0x85, Some(256)));
        let command = session
            .protect(&CommandApdu::new(0x22, [0x41, 0xA6]).with_data([0; 260]))
            .unwrap();
        assert_eq!(
            (command.data.len() > 255, command.expected),
            (true, Some(65_536))
        );
    }

    #[test]
    fn stops_before_the_counter_comes_round() {
        let mut session = SecureMessaging::derive(Cipher::TripleDes, b"")
            .unwrap()
            .with_counter(u64::MAX);
        let fault = session
            .protect(&CommandApdu::new(0xB0, [0, 0]))
            .unwrap_err();
        assert_eq!(fault, ChipFault::CounterExhausted);
    }
}
