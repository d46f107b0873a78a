//! Commands to a chip and its answers: APDUs of ISO/IEC 7816-4, 5, with short and extended length, and command chaining
//! (ICAO 9303-10, 3.6; 9303-11, 4.4.4.3).

use core::fmt;

use zeroize::Zeroizing;

use crate::fault::ChipFault;

/// INS bytes of the commands that this crate sends.
pub mod instruction {
    /// MANAGE SECURITY ENVIRONMENT (ICAO 9303-11, 4.4.4.1 and 6.2.4).
    pub const MANAGE_SECURITY_ENVIRONMENT: u8 = 0x22;
    /// EXTERNAL AUTHENTICATE (ICAO 9303-11, 4.3.2).
    pub const EXTERNAL_AUTHENTICATE: u8 = 0x82;
    /// GET CHALLENGE (ICAO 9303-11, 4.3.2).
    pub const GET_CHALLENGE: u8 = 0x84;
    /// GENERAL AUTHENTICATE (ICAO 9303-11, 4.4.4.2).
    pub const GENERAL_AUTHENTICATE: u8 = 0x86;
    /// INTERNAL AUTHENTICATE (ICAO 9303-11, 6.1.3).
    pub const INTERNAL_AUTHENTICATE: u8 = 0x88;
    /// GET RESPONSE (ISO/IEC 7816-4, 11.8.1).
    pub const GET_RESPONSE: u8 = 0xC0;
    /// SELECT (ICAO 9303-10, 3.6.1 and 3.6.2).
    pub const SELECT: u8 = 0xA4;
    /// READ BINARY with the offset in P1 and P2 (ICAO 9303-10, 3.6.3).
    pub const READ_BINARY: u8 = 0xB0;
    /// READ BINARY with the offset in a data object (ICAO 9303-10, 3.6.6).
    pub const READ_BINARY_ODD: u8 = 0xB1;
}

/// The bit of the class byte that says that more of the same command follows (ISO/IEC 7816-4, 5.4.1).
const CHAINED: u8 = 0x10;

/// The most bytes that a short APDU asks for.
pub const SHORT_EXPECTED: u32 = 256;

/// The most bytes that an APDU of extended length asks for.
pub const EXTENDED_EXPECTED: u32 = 65_536;

/// A command to a chip, without secure messaging or with it already applied. Its data are wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct CommandApdu {
    /// CLA.
    pub class: u8,
    /// INS, see [`instruction`].
    pub instruction: u8,
    /// P1 and P2.
    pub parameters: [u8; 2],
    /// The data field, 0 to 65,535 bytes.
    pub data: Zeroizing<Vec<u8>>,
    /// Whether the fields are of extended length though short ones would do: the answer may then be longer, as secure messaging makes it.
    pub extended_length: bool,
    /// Ne, how many bytes are asked for: 1 to 65,536; `None` where the command yields none, so that there is no Le. Some
    /// German documents refuse SELECT and MANAGE SECURITY ENVIRONMENT with Le.
    pub expected: Option<u32>,
}

impl CommandApdu {
    /// A command of class `00` without data that yields none.
    pub fn new(instruction: u8, parameters: [u8; 2]) -> Self {
        Self {
            class: 0,
            instruction,
            parameters,
            data: Zeroizing::new(Vec::new()),
            extended_length: false,
            expected: None,
        }
    }

    /// The same command with this data field.
    #[must_use]
    pub fn with_data(mut self, data: impl Into<Vec<u8>>) -> Self {
        self.data = Zeroizing::new(data.into());
        self
    }

    /// The same command, asking for `expected` bytes, 1 to 65,536.
    #[must_use]
    pub fn expecting(mut self, expected: u32) -> Self {
        self.expected = Some(expected);
        self
    }

    /// The same command, with fields of extended length in any case.
    #[must_use]
    pub fn with_extended_length(mut self) -> Self {
        self.extended_length = true;
        self
    }

    /// The same command, saying that more follows.
    #[must_use]
    pub fn chained(mut self) -> Self {
        self.class |= CHAINED;
        self
    }

    /// Whether the command wants fields of extended length.
    pub fn is_extended(&self) -> bool {
        self.extended_length
            || self.data.len() > 255
            || self
                .expected
                .is_some_and(|expected| expected > SHORT_EXPECTED)
    }

    /// The bytes of the command, with short fields where they do (ISO/IEC 7816-4, 5.1).
    pub fn to_bytes(&self) -> Result<Vec<u8>, ChipFault> {
        let too_long = ChipFault::CommandTooLong;
        if self
            .expected
            .is_some_and(|expected| !(1..=EXTENDED_EXPECTED).contains(&expected))
        {
            return Err(too_long);
        }
        let extended = self.is_extended();
        let mut bytes = Vec::with_capacity(self.data.len() + 9);
        bytes.extend([self.class, self.instruction]);
        bytes.extend(self.parameters);
        if extended {
            bytes.push(0);
        }
        if !self.data.is_empty() {
            let length = u16::try_from(self.data.len()).map_err(|_| too_long)?;
            push_length(&mut bytes, length, extended);
            bytes.extend_from_slice(&self.data);
        }
        if let Some(expected) = self.expected {
            // 256 is written as 00, 65,536 as 00 00.
            let [.., high, low] = expected.to_be_bytes();
            push_length(&mut bytes, u16::from_be_bytes([high, low]), extended);
        }
        Ok(bytes)
    }

    /// The command as a chain of commands with at most `most` bytes of data each (ISO/IEC 7816-4, 5.3.3). All but the last
    /// say that more follows, and yield nothing.
    pub fn into_chain(self, most: usize) -> Vec<Self> {
        if self.data.len() <= most || most == 0 {
            return vec![self];
        }
        let pieces = self.data.len().div_ceil(most);
        self.data
            .chunks(most)
            .enumerate()
            .map(|(number, piece)| {
                let last = number + 1 == pieces;
                let command = Self {
                    data: Zeroizing::new(piece.to_vec()),
                    expected: self.expected.filter(|_| last),
                    ..self.clone()
                };
                if last { command } else { command.chained() }
            })
            .collect()
    }
}

/// The data may hold what access rests on, so only their length is shown.
impl fmt::Debug for CommandApdu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [p1, p2] = self.parameters;
        write!(
            f,
            "CommandApdu({:02X} {:02X} {p1:02X} {p2:02X}, ",
            self.class, self.instruction
        )?;
        write!(
            f,
            "{} bytes, expecting {:?})",
            self.data.len(),
            self.expected
        )
    }
}

fn push_length(bytes: &mut Vec<u8>, length: u16, extended: bool) {
    let digits = length.to_be_bytes();
    bytes.extend_from_slice(if extended { &digits } else { &digits[1..] });
}

/// A chip's answer, without secure messaging or with it already taken off. Its data are wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct ResponseApdu {
    /// The data field, 0 to 65,536 bytes.
    pub data: Zeroizing<Vec<u8>>,
    /// SW1 and SW2.
    pub status: StatusWord,
}

impl ResponseApdu {
    /// An answer out of its bytes: data, then the two bytes of the status.
    pub fn parse(bytes: &[u8]) -> Result<Self, ChipFault> {
        let (data, status) = split(bytes)?;
        Ok(Self {
            data: Zeroizing::new(data.to_vec()),
            status,
        })
    }
}

impl fmt::Debug for ResponseApdu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "ResponseApdu({} bytes, {})",
            self.data.len(),
            self.status
        )
    }
}

/// Data and status of an answer.
pub(crate) fn split(bytes: &[u8]) -> Result<(&[u8], StatusWord), ChipFault> {
    if bytes.len() > EXTENDED_EXPECTED as usize + 2 {
        return Err(ChipFault::AnswerTooLong);
    }
    let (data, status) = bytes
        .split_last_chunk::<2>()
        .ok_or(ChipFault::AnswerTooShort)?;
    Ok((data, StatusWord(u16::from_be_bytes(*status))))
}

/// SW1 and SW2, how a command went (ISO/IEC 7816-4, 5.6).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatusWord(pub u16);

impl StatusWord {
    /// It went well.
    pub const SUCCESS: Self = Self(0x9000);
    /// The file ends before the bytes that were asked for.
    pub const END_OF_FILE: Self = Self(0x6282);
    /// Authentication failed.
    pub const AUTHENTICATION_FAILED: Self = Self(0x6300);
    /// Wrong length: Lc or Le is not what the chip takes.
    pub const WRONG_LENGTH: Self = Self(0x6700);
    /// Secure messaging is not supported with this command.
    pub const NO_SECURE_MESSAGING: Self = Self(0x6882);
    /// Security status not satisfied.
    pub const SECURITY_STATUS: Self = Self(0x6982);
    /// Authentication method blocked.
    pub const BLOCKED: Self = Self(0x6983);
    /// Conditions of use not satisfied.
    pub const CONDITIONS: Self = Self(0x6985);
    /// Secure messaging data objects missing.
    pub const SECURE_MESSAGING_MISSING: Self = Self(0x6987);
    /// Secure messaging data objects wrong.
    pub const SECURE_MESSAGING_WRONG: Self = Self(0x6988);
    /// Wrong data.
    pub const WRONG_DATA: Self = Self(0x6A80);
    /// Function not supported.
    pub const NOT_SUPPORTED: Self = Self(0x6A81);
    /// File or application not found.
    pub const NOT_FOUND: Self = Self(0x6A82);
    /// Wrong P1 or P2.
    pub const WRONG_PARAMETERS: Self = Self(0x6A86);
    /// Lc does not fit P1 and P2. Ukraine's older passports say so where the domain parameters are not named.
    pub const LENGTH_INCONSISTENT: Self = Self(0x6A87);
    /// Referenced data not found.
    pub const REFERENCE_NOT_FOUND: Self = Self(0x6A88);
    /// The offset is behind the end of the file.
    pub const BEYOND_END: Self = Self(0x6B00);
    /// INS is not known.
    pub const UNKNOWN_INSTRUCTION: Self = Self(0x6D00);

    /// Whether it went well: `9000`.
    pub const fn is_success(self) -> bool {
        self.0 == Self::SUCCESS.0
    }

    /// `6Cxx`: the Le that the chip wants, 1 to 256.
    pub const fn exact_length(self) -> Option<u32> {
        match self.0.to_be_bytes() {
            [0x6C, 0] => Some(256),
            [0x6C, length] => Some(length as u32),
            _ => None,
        }
    }

    /// `61xx`: how many bytes of the answer are still to be fetched, 1 to 256; 256 also where there are more.
    pub const fn more_available(self) -> Option<u32> {
        match self.0.to_be_bytes() {
            [0x61, 0] => Some(256),
            [0x61, length] => Some(length as u32),
            _ => None,
        }
    }

    /// `63Cx`: how many tries the chip still allows, 0 to 15.
    pub const fn tries_left(self) -> Option<u8> {
        match self.0.to_be_bytes() {
            [0x63, count] if count & 0xF0 == 0xC0 => Some(count & 0x0F),
            _ => None,
        }
    }
}

impl fmt::Display for StatusWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04X}", self.0)
    }
}

impl fmt::Debug for StatusWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StatusWord({self})")
    }
}

/// What a protocol does next.
#[derive(Debug)]
pub enum Step<T> {
    /// Send this command, and give the answer to the protocol's `respond`.
    Send(CommandApdu),
    /// The protocol is over.
    Done(T),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(command: &CommandApdu) -> Vec<u8> {
        command.to_bytes().unwrap()
    }

    #[test]
    fn writes_the_seven_cases() {
        let command = CommandApdu::new(0xB0, [1, 2]);
        assert_eq!(bytes(&command), [0, 0xB0, 1, 2]);
        assert_eq!(bytes(&command.clone().expecting(1)), [0, 0xB0, 1, 2, 1]);
        assert_eq!(bytes(&command.clone().expecting(256)), [0, 0xB0, 1, 2, 0]);
        assert_eq!(
            bytes(&command.clone().expecting(257)),
            [0, 0xB0, 1, 2, 0, 1, 1]
        );
        assert_eq!(
            bytes(&command.clone().expecting(3).with_extended_length()),
            [0, 0xB0, 1, 2, 0, 0, 3]
        );
        assert_eq!(
            bytes(&command.clone().expecting(65_536)),
            [0, 0xB0, 1, 2, 0, 0, 0]
        );
        assert_eq!(
            bytes(&command.clone().with_data([9])),
            [0, 0xB0, 1, 2, 1, 9]
        );
        assert_eq!(
            bytes(&command.clone().with_data([9]).expecting(256)),
            [0, 0xB0, 1, 2, 1, 9, 0]
        );
        assert_eq!(
            bytes(&command.clone().with_data([9]).expecting(300)),
            [0, 0xB0, 1, 2, 0, 0, 1, 9, 1, 44]
        );
        let long = bytes(&command.with_data([7; 256]).expecting(1));
        assert_eq!(long[..8], [0, 0xB0, 1, 2, 0, 1, 0, 7]);
        assert_eq!(long[7 + 256..], [0, 1]);
    }

    #[test]
    fn refuses_what_no_apdu_can_be() {
        let command = CommandApdu::new(0xB0, [0, 0]);
        for expected in [0, 65_537] {
            let command = command.clone().expecting(expected);
            assert_eq!(command.to_bytes(), Err(ChipFault::CommandTooLong));
        }
        assert_eq!(
            command.with_data(vec![0; 65_536]).to_bytes(),
            Err(ChipFault::CommandTooLong)
        );
        assert_eq!(ResponseApdu::parse(&[0x90]), Err(ChipFault::AnswerTooShort));
        assert_eq!(
            ResponseApdu::parse(&vec![0; 65_539]),
            Err(ChipFault::AnswerTooLong)
        );
    }

    #[test]
    fn chains_with_the_class_bit_on_all_but_the_last() {
        let command = CommandApdu::new(0x86, [0, 0])
            .with_data([5; 300])
            .expecting(256);
        let chain = command.clone().into_chain(255);
        assert_eq!(chain.len(), 2);
        assert_eq!(
            (chain[0].class, chain[0].data.len(), chain[0].expected),
            (0x10, 255, None)
        );
        assert_eq!(
            (chain[1].class, chain[1].data.len(), chain[1].expected),
            (0, 45, Some(256))
        );
        assert_eq!(command.clone().into_chain(300), [command]);
    }

    #[test]
    fn reads_statuses() {
        let answer = ResponseApdu::parse(&[1, 2, 0x6C, 0x10]).unwrap();
        assert_eq!(
            (&answer.data[..], answer.status.exact_length()),
            (&[1, 2][..], Some(16))
        );
        assert_eq!(StatusWord(0x6C00).exact_length(), Some(256));
        assert_eq!(StatusWord(0x6100).more_available(), Some(256));
        assert_eq!(StatusWord(0x6114).more_available(), Some(20));
        assert_eq!(StatusWord::SUCCESS.more_available(), None);
        assert_eq!(StatusWord(0x63C2).tries_left(), Some(2));
        assert_eq!(StatusWord(0x6300).tries_left(), None);
        assert_eq!(
            format!("{:?}", CommandApdu::new(0xA4, [4, 12]).with_data([1])),
            "CommandApdu(00 A4 04 0C, 1 bytes, expecting None)"
        );
        assert_eq!(format!("{answer:?}"), "ResponseApdu(2 bytes, 6C10)");
    }
}
