//! The messages of pcsc-lite's socket: 32-bit numbers in the machine's own byte order, and names of 128 bytes.

use super::Reader;
use super::fault::{self, CardReaderFault};

/// Bytes of a reader's name, at least one of them NUL.
const NAME: usize = 128;
/// How many readers the service tells of.
pub(super) const READERS: usize = 16;
/// Bytes of one reader's state: name, count of events, state, sharing, answer to reset (33 bytes, filled up to 36), its length, protocol.
pub(super) const READER_STATE: usize = NAME + 4 + 4 + 4 + 36 + 4 + 4;
/// The bit of a reader's state that says that a card is there.
const PRESENT: u32 = 4;

/// What is asked.
#[derive(Debug, Clone, Copy)]
#[repr(u32)]
pub(super) enum Command {
    EstablishContext = 0x01,
    Connect = 0x04,
    Reconnect = 0x05,
    Disconnect = 0x06,
    Transmit = 0x09,
    Version = 0x11,
    ReadersState = 0x12,
}

/// The fields of a question or an answer.
#[derive(Debug, Clone, Default)]
pub(super) struct Message(Vec<u8>);

impl From<Vec<u8>> for Message {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl Message {
    pub(super) fn number(mut self, number: u32) -> Self {
        self.0.extend_from_slice(&number.to_ne_bytes());
        self
    }

    pub(super) fn name(mut self, name: &str) -> Result<Self, CardReaderFault> {
        if name.len() >= NAME || name.contains('\0') {
            return Err(CardReaderFault::NoSuchReader);
        }
        let end = self.0.len() + NAME;
        self.0.extend_from_slice(name.as_bytes());
        self.0.resize(end, 0);
        Ok(self)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// With length and command before it, as it is sent.
    pub(super) fn with_header(&self, command: Command) -> Vec<u8> {
        let length = u32::try_from(self.0.len()).unwrap_or_default();
        let header = Self::default().number(length).number(command as u32);
        [header.0, self.0.clone()].concat()
    }

    /// The number at this place of a message that is all numbers; 0 behind its end.
    pub(super) fn number_at(&self, index: usize) -> u32 {
        number(self.0.get(index * 4..).unwrap_or_default())
    }

    /// The last three numbers.
    pub(super) fn last(&self) -> [u32; 3] {
        let from = self.0.len().saturating_sub(12);
        [0, 4, 8].map(|at| number(self.0.get(from + at..).unwrap_or_default()))
    }

    /// Whether the status at this place says that it was done.
    pub(super) fn check(&self, index: usize) -> Result<(), CardReaderFault> {
        fault::check(self.number_at(index))
    }

    pub(super) fn readers(&self) -> Vec<Reader> {
        let states = self.0.chunks_exact(READER_STATE);
        let readers = states.map(|state| {
            let (name, rest) = state.split_at(NAME);
            let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
            Reader {
                name: String::from_utf8_lossy(name).into_owned(),
                has_card: number(rest.get(4..).unwrap_or_default()) & PRESENT != 0,
            }
        });
        readers.filter(|reader| !reader.name.is_empty()).collect()
    }
}

fn number(bytes: &[u8]) -> u32 {
    bytes.first_chunk().copied().map_or(0, u32::from_ne_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_has_its_length_and_command_before_it() {
        let sent = Message::default().number(7).with_header(Command::Transmit);
        let numbers: Vec<u32> = sent.chunks(4).map(number).collect();
        assert_eq!(numbers, [4, 9, 7]);
    }

    #[test]
    fn readers_are_told_by_name_and_whether_a_card_is_there() {
        let state = |name: &str, state| {
            let state = Message::default()
                .name(name)
                .unwrap()
                .number(0)
                .number(state);
            let mut bytes = state.into_bytes();
            bytes.resize(READER_STATE, 0);
            bytes
        };
        let states = [
            state("One 00 00", 0x34),
            state("Two 00 00", 2),
            vec![0; READER_STATE],
        ]
        .concat();
        let readers = Message::from(states).readers();
        let found: Vec<_> = readers
            .iter()
            .map(|reader| (reader.name.as_str(), reader.has_card))
            .collect();
        assert_eq!(found, [("One 00 00", true), ("Two 00 00", false)]);
    }

    #[test]
    fn a_name_that_does_not_fit_is_no_readers() {
        let name = "x".repeat(NAME);
        assert_eq!(
            Message::default().name(&name).unwrap_err(),
            CardReaderFault::NoSuchReader
        );
        assert_eq!(Message::default().name(&name[1..]).unwrap().len(), NAME);
    }
}
