//! Reading one file, of any size, from a chip that may answer in unexpected ways.

use super::block::Blocks;
use super::file::FileName;
use crate::apdu::{CommandApdu, ResponseApdu, StatusWord, instruction};
use crate::fault::{ChipFault, Command, Finding, TlvFault};
use crate::secure_messaging::SecureMessaging;
use crate::tlv::{Header, Reader, Tag, write_into};

/// From this offset on, READ BINARY has the offset in a data object (ICAO 9303-10, 3.6.6).
const ODD_FROM: usize = 0x8000;
/// The offset of READ BINARY with INS `B1`.
const OFFSET: Tag = Tag(0x54);
/// What READ BINARY with INS `B1` yields.
const DISCRETIONARY: Tag = Tag(0x53);
/// Tag and length of what READ BINARY with INS `B1` yields, at most.
const DISCRETIONARY_HEADER: usize = 4;
/// Enough for tag and length of most files, and no more than the shortest file has.
const HEADER: usize = 4;
/// No tag and length are longer than this.
const LONGEST_HEADER: usize = 9;

/// One file that is being read.
#[derive(Debug, Clone)]
pub(super) struct FileRead {
    pub(super) file: FileName,
    pub(super) buffer: Vec<u8>,
    /// Bytes of the whole file, once its header is read.
    pub(super) expected: Option<usize>,
    is_selected: bool,
    /// Whether the file is selected by its identifier, the short one having failed.
    by_identifier: bool,
    /// What the command that was sent last asks for; none where it was SELECT.
    asked: Option<Asked>,
    /// How many bytes to ask for next, where the chip has said it, or where its end is felt for.
    next: Option<Next>,
}

/// How a READ BINARY asked.
#[derive(Debug, Clone, Copy)]
struct Asked {
    bytes: usize,
    extended: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// The chip said so, with `6Cxx`.
    Corrected(usize),
    /// The header only.
    Header,
    /// One byte: is there any at this offset, where so many were refused?
    Probe(usize),
}

/// What comes of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Read {
    /// More is to be asked.
    More,
    /// The file is read.
    Whole,
}

impl FileRead {
    pub(super) const fn new(file: FileName) -> Self {
        Self {
            file,
            buffer: Vec::new(),
            expected: None,
            is_selected: false,
            by_identifier: false,
            asked: None,
            next: None,
        }
    }

    /// Whether the command that was sent last has extended length.
    pub(super) fn asked_extended(&self) -> bool {
        self.asked.is_some_and(|asked| asked.extended)
    }

    /// Forgets what the chip knew: it was reset, or its session ended. What was read stays.
    pub(super) fn restarted(&mut self) {
        self.is_selected = false;
        self.asked = None;
        self.next = None;
    }

    /// The next command.
    pub(super) fn command(
        &mut self,
        blocks: &Blocks,
        session: Option<&SecureMessaging>,
    ) -> CommandApdu {
        let by_short_identifier = !self.is_selected
            && !self.by_identifier
            && self.buffer.is_empty()
            && blocks.short_identifiers;
        if !self.is_selected && !by_short_identifier {
            self.asked = None;
            return CommandApdu::new(instruction::SELECT, [0x02, 0x0C])
                .with_data(self.file.file_id().to_be_bytes());
        }
        let bytes = self.size(blocks, session);
        let extended = blocks.wants_extended(bytes, session);
        self.asked = Some(Asked { bytes, extended });
        let command = if by_short_identifier {
            let parameters = [0x80 | self.file.short_file_id(), 0];
            CommandApdu::new(instruction::READ_BINARY, parameters).expecting(wide(bytes))
        } else {
            self.read_binary(bytes)
        };
        if extended {
            command.with_extended_length()
        } else {
            command
        }
    }

    /// READ BINARY of the selected file, behind what is read already.
    fn read_binary(&self, bytes: usize) -> CommandApdu {
        let offset = self.buffer.len();
        match u16::try_from(offset) {
            Ok(place) if offset < ODD_FROM => {
                let parameters = place.to_be_bytes();
                CommandApdu::new(instruction::READ_BINARY, parameters).expecting(wide(bytes))
            }
            _ => {
                let digits = offset.to_be_bytes();
                let zeros = digits.iter().take_while(|digit| **digit == 0).count();
                let mut data = Vec::new();
                write_into(&mut data, OFFSET, &[&digits[zeros..]]);
                CommandApdu::new(instruction::READ_BINARY_ODD, [0, 0])
                    .with_data(data)
                    .expecting(wide(bytes + odd_header(bytes)))
            }
        }
    }

    /// How many bytes of the file are asked for next.
    fn size(&self, blocks: &Blocks, session: Option<&SecureMessaging>) -> usize {
        let offset = self.buffer.len();
        let block = blocks.size(session);
        let most = if offset < ODD_FROM {
            // Some chips cannot read across the border with either instruction.
            block.min(ODD_FROM - offset)
        } else {
            block.saturating_sub(DISCRETIONARY_HEADER).max(1)
        };
        let left = self
            .expected
            .map(|expected| expected.saturating_sub(offset).max(1));
        match (self.next, left) {
            (Some(Next::Corrected(size)), _) => size.min(most),
            (Some(Next::Probe(_)), _) => 1,
            (Some(Next::Header), None) => HEADER,
            (None, None) if blocks.is_cautious && offset == 0 => HEADER,
            (_, None) => most,
            (_, Some(left)) => left.min(most),
        }
    }

    /// Takes the answer to the command that was made last.
    pub(super) fn respond(
        &mut self,
        answer: &ResponseApdu,
        blocks: &mut Blocks,
        longest: usize,
    ) -> Result<Read, ChipFault> {
        let Some(asked) = self.asked.take() else {
            return self.selected(answer.status);
        };
        match answer.status {
            StatusWord::SUCCESS | StatusWord::END_OF_FILE => {
                self.take(answer, asked.bytes, longest)?;
                self.is_selected = true;
                let read = self.progress(answer, asked.bytes, longest)?;
                self.learn(read, blocks);
                Ok(read)
            }
            status => self.refused(status, asked, blocks),
        }
    }

    /// What the chip has said about its block size is of use for the next command, unless the file is read.
    fn learn(&mut self, read: Read, blocks: &mut Blocks) {
        match self.next.take() {
            Some(Next::Corrected(bytes)) if read == Read::More && self.expected.is_some() => {
                blocks.limit_to(bytes);
            }
            // There is something at this offset, so it was the block that was refused.
            Some(Next::Probe(refused)) => {
                blocks.is_cautious = false;
                blocks.step_down(refused);
            }
            _ => {}
        }
    }

    fn selected(&mut self, status: StatusWord) -> Result<Read, ChipFault> {
        match status {
            StatusWord::SUCCESS => {
                self.is_selected = true;
                Ok(Read::More)
            }
            status => Err(fault(Command::Select, status)),
        }
    }

    /// Takes the data in.
    fn take(
        &mut self,
        answer: &ResponseApdu,
        asked: usize,
        longest: usize,
    ) -> Result<(), ChipFault> {
        let mut data = &answer.data[..];
        if self.buffer.len() >= ODD_FROM {
            let malformed = |fault| ChipFault::AnswerMalformed {
                command: Command::ReadBinary,
                fault,
            };
            data = Reader::new(data)
                .expect(DISCRETIONARY)
                .map_err(malformed)?
                .value;
        }
        if data.is_empty() {
            let is_empty = self.buffer.is_empty();
            return Err(if is_empty {
                ChipFault::FileMalformed
            } else {
                ChipFault::FileStopsShort
            });
        }
        // A chip that gives more than it was asked for is not believed.
        self.buffer
            .extend_from_slice(&data[..data.len().min(asked)]);
        if self.buffer.len() > longest.saturating_add(LONGEST_HEADER) {
            return Err(ChipFault::FileTooLong);
        }
        Ok(())
    }

    /// Looks at what is read so far.
    fn progress(
        &mut self,
        answer: &ResponseApdu,
        asked: usize,
        longest: usize,
    ) -> Result<Read, ChipFault> {
        let Some(tag) = self.file.tag() else {
            // A row of data objects, which ends where the file does.
            let is_end = answer.status == StatusWord::END_OF_FILE || answer.data.len() < asked;
            return Ok(if is_end || asked > HEADER {
                Read::Whole
            } else {
                Read::More
            });
        };
        if self.expected.is_none() {
            match Header::parse(&self.buffer) {
                Ok(header) if header.tag != tag => return Err(ChipFault::FileTagWrong),
                Ok(header) if header.total_length() > longest => {
                    return Err(ChipFault::FileTooLong);
                }
                Ok(header) => self.expected = Some(header.total_length()),
                Err(TlvFault::Truncated { .. }) if self.buffer.len() < LONGEST_HEADER => {}
                Err(_) => return Err(ChipFault::FileMalformed),
            }
        }
        match self.expected {
            Some(expected) if self.buffer.len() >= expected => {
                self.buffer.truncate(expected);
                Ok(Read::Whole)
            }
            _ => Ok(Read::More),
        }
    }

    /// READ BINARY was refused: asks in another way, as long as there is one.
    fn refused(
        &mut self,
        status: StatusWord,
        asked: Asked,
        blocks: &mut Blocks,
    ) -> Result<Read, ChipFault> {
        if let Some(exact) = status.exact_length() {
            return self.corrected(exact as usize, asked.bytes, blocks);
        }
        match status {
            StatusWord::WRONG_LENGTH if asked.extended => {
                blocks.without_extended();
                Ok(Read::More)
            }
            StatusWord::WRONG_LENGTH => step_down(asked.bytes, blocks),
            StatusWord::BEYOND_END => self.beyond_end(asked.bytes, blocks),
            StatusWord::WRONG_PARAMETERS
            | StatusWord::NOT_SUPPORTED
            | StatusWord::WRONG_DATA
            | StatusWord::UNKNOWN_INSTRUCTION
                if !self.is_selected && !self.by_identifier =>
            {
                self.without_short_identifier(blocks);
                Ok(Read::More)
            }
            // Which application is selected before any SELECT is up to the chip.
            _ if self.file == FileName::CardAccess && !self.is_selected && !self.by_identifier => {
                self.by_identifier = true;
                Ok(Read::More)
            }
            status => Err(fault(Command::ReadBinary, status)),
        }
    }

    fn without_short_identifier(&mut self, blocks: &mut Blocks) {
        self.by_identifier = true;
        blocks.short_identifiers = false;
        blocks.note(Finding::ShortIdentifiersRefused);
    }

    /// `6Cxx`: so many bytes are there, or are given at once.
    fn corrected(
        &mut self,
        exact: usize,
        asked: usize,
        blocks: &mut Blocks,
    ) -> Result<Read, ChipFault> {
        if exact < asked && !matches!(self.next, Some(Next::Corrected(_))) {
            self.next = Some(Next::Corrected(exact));
            return Ok(Read::More);
        }
        self.next = None;
        step_down(asked, blocks)
    }

    /// `6B00`: the chip does not give less than it is asked for, or there is nothing at this offset, or it has another word for a
    /// block that is too large, or for a short identifier that it does not take.
    fn beyond_end(&mut self, asked: usize, blocks: &mut Blocks) -> Result<Read, ChipFault> {
        match (self.expected, self.next) {
            (None, None) if asked > HEADER && self.file.tag().is_some() => {
                self.next = Some(Next::Header);
                blocks.is_cautious = true;
                blocks.note(Finding::ReadBeyondEndRefused);
                Ok(Read::More)
            }
            (None, _) if !self.is_selected && !self.by_identifier => {
                self.without_short_identifier(blocks);
                Ok(Read::More)
            }
            (Some(_), None) if asked > 1 => {
                self.next = Some(Next::Probe(asked));
                Ok(Read::More)
            }
            _ => Err(ChipFault::FileStopsShort),
        }
    }
}

fn step_down(asked: usize, blocks: &mut Blocks) -> Result<Read, ChipFault> {
    if blocks.step_down(asked) {
        Ok(Read::More)
    } else {
        Err(ChipFault::NoBlockSize)
    }
}

/// A count of bytes as APDUs have it.
fn wide(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// Bytes of tag and length before `size` bytes of discretionary data.
fn odd_header(size: usize) -> usize {
    match size {
        0..=0x7F => 2,
        0x80..=0xFF => 3,
        _ => 4,
    }
}

fn fault(command: Command, status: StatusWord) -> ChipFault {
    match status {
        StatusWord::NOT_FOUND => ChipFault::FileNotFound,
        StatusWord::SECURITY_STATUS | StatusWord::CONDITIONS => ChipFault::FileForbidden,
        status => ChipFault::Refused { command, status },
    }
}
