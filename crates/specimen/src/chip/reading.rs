//! Selecting and reading files (Doc 9303-10, 3.6; ISO/IEC 7816-4, 11.1 and 11.2).

use super::{
    Chip,
    command::{Answer, Command, Status, find},
};
use crate::{
    der,
    document::{application, master_file},
    misbehaviour::{File, Misbehaviour, ReadRefusal},
};

impl Chip {
    /// SELECT: the master file, the application, or a file of either.
    pub(super) fn select(&mut self, command: &Command) -> Result<Answer, Status> {
        match (command.p1, &command.data[..]) {
            (0x00, [] | [0x3F, 0x00]) => {
                self.in_application = false;
                self.current = None;
                Ok(Status::DONE.into())
            }
            (0x04, name) if name == application::AID => {
                if self.has(&Misbehaviour::NoApplication) {
                    return Err(Status::NOT_FOUND);
                }
                self.in_application = true;
                self.current = None;
                Ok(Status::DONE.into())
            }
            (0x00 | 0x02, &[high, low]) => {
                let file = self.file(u16::from_be_bytes([high, low]));
                self.content(file)?;
                self.current = Some(file);
                Ok(Status::DONE.into())
            }
            (0x00 | 0x02 | 0x04, _) => Err(Status::NOT_FOUND),
            _ => Err(Status::WRONG_P1_P2),
        }
    }

    /// READ BINARY, with even and odd instruction, of the current file or of one by its short identifier.
    pub(super) fn read_binary(&mut self, command: &Command) -> Result<Answer, Status> {
        let odd = command.instruction == 0xB1;
        if odd && self.has(&Misbehaviour::NoOddInstruction) {
            return Err(Status::UNKNOWN_INSTRUCTION);
        }
        let (short, offset) = match (odd, command.parameters()) {
            (true, parameters) => {
                let value = find(0x54, &command.data).ok_or(Status::WRONG_DATA)?;
                let offset = value.iter().try_fold(0_usize, |sum, byte| {
                    sum.checked_mul(256)?.checked_add(usize::from(*byte))
                });
                (parameters & 0x1F, offset.ok_or(Status::WRONG_OFFSET)?)
            }
            (false, parameters) if parameters & 0x8000 != 0 => {
                (parameters >> 8 & 0x1F, usize::from(command.p2))
            }
            (false, parameters) => (0, usize::from(parameters)),
        };
        if short != 0 {
            if self.has(&Misbehaviour::NoShortFileIdentifiers) {
                return Err(Status::WRONG_P1_P2);
            }
            let file = self.file_of_short(short);
            self.content(file)?;
            self.current = Some(file);
        }
        let file = self.current.ok_or(Status::NO_FILE)?;
        let expected = command.expected.ok_or(Status::WRONG_LENGTH)?;
        self.limit(expected)?;
        // The odd instruction's answer is wrapped in tag 53.
        let wrap = if odd {
            2 + usize::from(expected > 0x81) + usize::from(expected > 0x102)
        } else {
            0
        };
        let room = self.room(expected, command).saturating_sub(wrap);
        let (bytes, warning) = self.bytes_at(file, offset, expected.saturating_sub(wrap))?;
        let mut status = if warning {
            Status::END_OF_FILE
        } else {
            Status::DONE
        };
        let given = bytes[..bytes.len().min(room)].to_vec();
        if given.len() < bytes.len() {
            status = if self.warns_of_less() {
                Status::END_OF_FILE
            } else {
                Status::DONE
            };
        }
        let data = if odd { der::tlv(0x53, &given) } else { given };
        Ok(Answer { data, status })
    }

    /// The bytes from an offset, and whether the end came first.
    fn bytes_at(
        &self,
        file: File,
        offset: usize,
        expected: usize,
    ) -> Result<(Vec<u8>, bool), Status> {
        let content = self.content(file)?;
        if self.has(&Misbehaviour::Endless(file)) {
            let bytes = content
                .iter()
                .copied()
                .chain(std::iter::repeat(0))
                .skip(offset)
                .take(expected.min(0x1_0000));
            return Ok((bytes.collect(), false));
        }
        let stop = self
            .misbehaviours
            .iter()
            .find_map(|misbehaviour| match misbehaviour {
                Misbehaviour::StopsShort(stopping, at) if *stopping == file => Some(*at),
                _ => None,
            });
        let content = &content[..content.len().min(stop.unwrap_or(content.len()))];
        let rest = content
            .get(offset..)
            .filter(|rest| !rest.is_empty())
            .ok_or(Status::WRONG_OFFSET)?;
        if rest.len() >= expected {
            return Ok((rest[..expected].to_vec(), false));
        }
        if self.has(&Misbehaviour::RefusesBeyondEnd) {
            return Err(Status::WRONG_OFFSET);
        }
        if self.has(&Misbehaviour::CorrectsBeyondEnd) && rest.len() < 256 {
            return Err(Status(0x6C00 | u16::from(der::low_byte(rest.len()))));
        }
        Ok((rest.to_vec(), !self.has(&Misbehaviour::NoWarningAtEnd)))
    }

    /// Refuses to be asked for more than the chip gives at once, where that is how it behaves.
    fn limit(&self, expected: usize) -> Result<(), Status> {
        for misbehaviour in &self.misbehaviours {
            if let Misbehaviour::ReadLimit(limit, refusal) = misbehaviour
                && expected > *limit
            {
                match refusal {
                    ReadRefusal::WrongLength => return Err(Status::WRONG_LENGTH),
                    ReadRefusal::CorrectedLength => {
                        return Err(Status(0x6C00 | u16::from(der::low_byte(*limit))));
                    }
                    ReadRefusal::WrongParameters => return Err(Status::WRONG_OFFSET),
                    ReadRefusal::LessWithSuccess | ReadRefusal::LessWithWarning => {}
                }
            }
        }
        Ok(())
    }

    /// The most plain bytes that an answer can hold: what fits into the answer's length, with its protection.
    fn room(&self, expected: usize, command: &Command) -> usize {
        let longest = if command.extended {
            usize::from(self.document.extended_length.unwrap_or(256))
        } else {
            256
        };
        let fits = match &self.session {
            Some(session) => session.capacity(longest, command.instruction & 1 == 1),
            None => longest,
        };
        let limits = self
            .misbehaviours
            .iter()
            .filter_map(|misbehaviour| match misbehaviour {
                Misbehaviour::ReadLimit(limit, _) => Some(*limit),
                _ => None,
            });
        limits.chain([expected, fits]).min().unwrap_or(fits)
    }

    fn warns_of_less(&self) -> bool {
        self.misbehaviours.iter().any(|misbehaviour| {
            matches!(
                misbehaviour,
                Misbehaviour::ReadLimit(_, ReadRefusal::LessWithWarning)
            )
        })
    }

    fn file(&self, number: u16) -> File {
        if self.in_application {
            File::Application(number)
        } else {
            File::Master(number)
        }
    }

    /// Doc 9303-10, tables 33 and 38.
    fn file_of_short(&self, short: u16) -> File {
        match (self.in_application, short) {
            (true, _) => File::Application(0x0100 | short),
            (false, 0x01) => File::Master(master_file::ATR_INFO),
            (false, 0x1E) => File::Master(master_file::DIR),
            (false, _) => File::Master(0x0100 | short),
        }
    }

    /// A file's content, where it may be read: everything needs access but what a terminal must know before (Doc 9303-10, table 33).
    fn content(&self, file: File) -> Result<&[u8], Status> {
        let open = matches!(
            file,
            File::Master(master_file::ATR_INFO | master_file::DIR | master_file::CARD_ACCESS)
        );
        let found = match file {
            File::Master(number) => self.document.master_file.get(&number),
            File::Application(number) => self.document.application.get(&number),
        };
        // Fingerprints and irises want terminal authentication (7.1), which this chip does not do.
        let secondary = matches!(file, File::Application(0x0103 | 0x0104));
        if !open && !self.granted
            || secondary && found.is_some()
            || self.has(&Misbehaviour::FileForbidden(file))
        {
            return Err(Status::NOT_ALLOWED);
        }
        if self.has(&Misbehaviour::FileMissing(file)) {
            return Err(Status::NOT_FOUND);
        }
        found.map(Vec::as_slice).ok_or(Status::NOT_FOUND)
    }
}
