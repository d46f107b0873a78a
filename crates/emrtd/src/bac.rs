//! Basic Access Control (ICAO 9303-11, 4.3): whoever has read the machine readable zone may talk to the chip.

use zeroize::Zeroizing;

use crate::apdu::{CommandApdu, ResponseApdu, Step, instruction};
use crate::crypto::symmetric::{Cipher, EncryptionKey, MacKey, ZERO_IV};
use crate::fault::{ChipFault, Command};
use crate::password::Password;
use crate::secure_messaging::SecureMessaging;

/// Bytes of `E_IFD` and `E_IC`.
const CRYPTOGRAM: usize = 32;
/// Bytes of a cryptogram with its MAC.
const TOKEN: u32 = 40;

/// What the terminal draws at random for one run. Wiped when dropped.
#[derive(Clone)]
pub struct BacRandomness {
    /// `RND.IFD`.
    pub nonce: [u8; 8],
    /// `K.IFD`.
    pub key: Zeroizing<[u8; 16]>,
}

impl core::fmt::Debug for BacRandomness {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("BacRandomness(..)")
    }
}

/// One run of Basic Access Control. [`Step::Done`] carries the session.
#[derive(Debug)]
pub struct Bac {
    encryption: EncryptionKey,
    mac: MacKey,
    random: BacRandomness,
    /// `RND.IC`, once the chip has sent it.
    challenge: Option<[u8; 8]>,
}

impl Bac {
    /// Begins a run, with GET CHALLENGE. [`ChipFault::PasswordNotForBac`] unless the password is the zone's.
    pub fn begin(
        password: &Password,
        random: BacRandomness,
    ) -> Result<(Self, CommandApdu), ChipFault> {
        let seed = password.bac_seed()?;
        let bac = Self {
            encryption: EncryptionKey::derive(Cipher::TripleDes, seed)?,
            mac: MacKey::derive(Cipher::TripleDes, seed)?,
            random,
            challenge: None,
        };
        Ok((
            bac,
            CommandApdu::new(instruction::GET_CHALLENGE, [0, 0]).expecting(8),
        ))
    }

    /// Takes the answer to the command that was sent last.
    pub fn respond(&mut self, answer: &ResponseApdu) -> Result<Step<SecureMessaging>, ChipFault> {
        match self.challenge {
            None => self.challenged(answer).map(Step::Send),
            Some(challenge) => self.authenticated(answer, challenge).map(Step::Done),
        }
    }

    /// GET CHALLENGE is answered; EXTERNAL AUTHENTICATE follows.
    fn challenged(&mut self, answer: &ResponseApdu) -> Result<CommandApdu, ChipFault> {
        let command = Command::GetChallenge;
        if !answer.status.is_success() {
            return Err(ChipFault::Refused {
                command,
                status: answer.status,
            });
        }
        let challenge = answer.data[..].try_into();
        let challenge = challenge.map_err(|_| ChipFault::AnswerIncomplete { command })?;
        self.challenge = Some(challenge);
        let parts = [&self.random.nonce[..], &challenge, &self.random.key[..]];
        let mut token = Zeroizing::new(parts.concat());
        self.encryption.encrypt(&ZERO_IV, &mut token)?;
        let mac = self.mac.mac(&[&token]);
        token.extend(mac);
        Ok(CommandApdu::new(instruction::EXTERNAL_AUTHENTICATE, [0, 0])
            .with_data(token.to_vec())
            .expecting(TOKEN))
    }

    /// EXTERNAL AUTHENTICATE is answered: the chip's token must hold both nonces.
    fn authenticated(
        &self,
        answer: &ResponseApdu,
        challenge: [u8; 8],
    ) -> Result<SecureMessaging, ChipFault> {
        if !answer.status.is_success() {
            return Err(ChipFault::BacRefused(answer.status));
        }
        let command = Command::ExternalAuthenticate;
        if answer.data.len() != TOKEN as usize {
            return Err(ChipFault::AnswerIncomplete { command });
        }
        let (cryptogram, mac) = answer.data.split_at(CRYPTOGRAM);
        if !self.mac.verify(&[cryptogram], mac) {
            return Err(ChipFault::BacMacWrong);
        }
        let mut plain = Zeroizing::new(cryptogram.to_vec());
        self.encryption.decrypt(&ZERO_IV, &mut plain)?;
        if plain[..8] != challenge || plain[8..16] != self.random.nonce {
            return Err(ChipFault::BacNonceWrong);
        }
        let pairs = self.random.key.iter().zip(&plain[16..]);
        let seed: Zeroizing<Vec<u8>> =
            Zeroizing::new(pairs.map(|(ours, theirs)| ours ^ theirs).collect());
        let mut counter = [0; 8];
        counter[..4].copy_from_slice(&challenge[4..]);
        counter[4..].copy_from_slice(&self.random.nonce[4..]);
        let session = SecureMessaging::derive(Cipher::TripleDes, &seed)?;
        Ok(session.with_counter(u64::from_be_bytes(counter)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apdu::StatusWord;
    use crate::hex::unhex;
    use crate::mrz::MrzInformation;

    const CHALLENGE: &str = "4608F919887022129000";
    const TOKEN: &str =
        "46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F2F2D235D074D7449";

    fn begin() -> Bac {
        let information = MrzInformation::from_typed("L898902C<", "690806", "940623").unwrap();
        let random = BacRandomness {
            nonce: unhex("781723860C06C226").try_into().unwrap(),
            key: Zeroizing::new(
                unhex("0B795240CB7049B01C19B33E32804F0B")
                    .try_into()
                    .unwrap(),
            ),
        };
        let (bac, command) = Bac::begin(&Password::mrz(&information), random).unwrap();
        assert_eq!(command.to_bytes().unwrap(), unhex("0084000008"));
        bac
    }

    fn answer(hex: &str) -> ResponseApdu {
        ResponseApdu::parse(&unhex(hex)).unwrap()
    }

    /// ICAO 9303-11, Appendix D.2 to D.4.
    #[test]
    fn runs_as_appendix_d() {
        let mut bac = begin();
        let Step::Send(command) = bac.respond(&answer(CHALLENGE)).unwrap() else {
            panic!("done too early");
        };
        assert_eq!(
            command.to_bytes().unwrap(),
            unhex(
                "0082000028 72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F2 5F1448EEA8AD90A7 28"
            )
        );
        let Step::Done(mut session) = bac.respond(&answer(&format!("{TOKEN}9000"))).unwrap() else {
            panic!("not done");
        };
        let select = CommandApdu::new(0xA4, [2, 0x0C]).with_data([1, 0x1E]);
        assert_eq!(
            session.protect(&select).unwrap().to_bytes().unwrap(),
            unhex("0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800")
        );
    }

    #[test]
    fn refuses_what_is_not_this_run() {
        let faults = [
            ("6300".to_owned(), ChipFault::BacRefused(StatusWord(0x6300))),
            (
                "9000".to_owned(),
                ChipFault::AnswerIncomplete {
                    command: Command::ExternalAuthenticate,
                },
            ),
            (format!("{}489000", &TOKEN[..78]), ChipFault::BacMacWrong),
            // The terminal's own token, sent back.
            (
                "72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F25F1448EEA8AD90A79000".to_owned(),
                ChipFault::BacNonceWrong,
            ),
        ];
        for (bytes, fault) in faults {
            let mut bac = begin();
            bac.respond(&answer(CHALLENGE)).unwrap();
            assert_eq!(bac.respond(&answer(&bytes)).unwrap_err(), fault);
        }
        assert_eq!(
            begin().respond(&answer("46089000")).unwrap_err(),
            ChipFault::AnswerIncomplete {
                command: Command::GetChallenge
            }
        );
        let can = Password::can("123456").unwrap();
        let random = begin().random;
        assert_eq!(
            Bac::begin(&can, random).unwrap_err(),
            ChipFault::PasswordNotForBac
        );
        assert_eq!(Password::can("12a456"), Err(ChipFault::PasswordMalformed));
    }
}
