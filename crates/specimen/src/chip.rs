//! A virtual chip by Doc 9303: command APDUs in, response APDUs out.
//!
//! It keeps to the standard except where its [`Misbehaviour`]s say otherwise: nothing can be read before basic access control or
//! PACE has succeeded, a plain command ends secure messaging, and a failed MAC ends the session.

mod authentication;
mod bac;
mod command;
mod pace;
#[cfg(test)]
mod pace_example;
mod reading;
mod secure_messaging;

pub use command::Status;
use command::{Answer, Command};
pub use secure_messaging::SessionKeys;
use secure_messaging::{Flaw, SecureMessaging};

use crate::{
    cipher::Cipher,
    document::{ChipKey, Document},
    misbehaviour::{File, Misbehaviour},
    randomness::Randomness,
};

/// A chip with a document in it.
#[derive(Debug, Clone)]
pub struct Chip {
    document: Document,
    misbehaviours: Vec<Misbehaviour>,
    randomness: Randomness,
    step: u32,
    in_application: bool,
    current: Option<File>,
    granted: bool,
    session: Option<SecureMessaging>,
    /// The session that begins after the present answer.
    next_session: Option<SecureMessaging>,
    challenge: Option<[u8; 8]>,
    pace: Option<pace::Pace>,
    agreement: Option<(ChipKey, Cipher)>,
    /// Parts of a data field that comes in a chain of commands, and their instruction.
    chained: Vec<u8>,
    chained_instruction: u8,
    /// What GET RESPONSE fetches.
    remaining: Vec<u8>,
}

impl Chip {
    /// A chip that keeps to the standard.
    pub fn new(document: Document, randomness: Randomness) -> Self {
        Self::misbehaving(document, randomness, Vec::new())
    }

    /// A chip that misbehaves.
    pub fn misbehaving(
        mut document: Document,
        randomness: Randomness,
        misbehaviours: Vec<Misbehaviour>,
    ) -> Self {
        for misbehaviour in &misbehaviours {
            misbehaviour.apply(&mut document);
        }
        Self {
            document,
            misbehaviours,
            randomness,
            step: 0,
            in_application: false,
            current: None,
            granted: false,
            session: None,
            next_session: None,
            challenge: None,
            pace: None,
            agreement: None,
            chained: Vec::new(),
            chained_instruction: 0,
            remaining: Vec::new(),
        }
    }

    /// The document, as changed by the misbehaviours.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// Commands since the chip was made or reset.
    pub fn steps(&self) -> u32 {
        self.step
    }

    /// Takes the chip out of the field and puts it back: every state is gone.
    pub fn reset(&mut self) {
        self.step = 0;
        self.in_application = false;
        self.current = None;
        self.end_session();
    }

    /// Answers a command APDU with a response APDU; with nothing at all where the connection is torn.
    pub fn process(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.step += 1;
        let step = self.step;
        if self
            .misbehaviours
            .iter()
            .any(|one| matches!(one, Misbehaviour::TornAt(at) if *at <= step))
        {
            return Vec::new();
        }
        let answer = self.answer(bytes);
        self.misanswer(answer)
    }

    fn has(&self, misbehaviour: &Misbehaviour) -> bool {
        self.misbehaviours.contains(misbehaviour)
    }

    fn answer(&mut self, bytes: &[u8]) -> Vec<u8> {
        let Some(command) = Command::parse(bytes) else {
            return Answer::from(Status::WRONG_LENGTH).bytes();
        };
        let short_only = self.document.extended_length.is_none()
            || self.has(&Misbehaviour::ExtendedLengthNotKept);
        if command.extended && short_only {
            return Answer::from(Status::WRONG_LENGTH).bytes();
        }
        if command.class & 0xE0 != 0 {
            return Answer::from(Status::UNKNOWN_CLASS).bytes();
        }
        if command.class & 0x0C != 0x0C {
            if self.session.is_some() {
                // A plain command ends the session (Doc 9303-11, 9.8.3).
                self.end_session();
            }
            let answer = self.execute(&command);
            self.session = self.next_session.take().or(self.session.take());
            return answer.bytes();
        }
        self.protected(&command)
    }

    /// A command under secure messaging.
    fn protected(&mut self, command: &Command) -> Vec<u8> {
        let Some(mut session) = self.session.clone() else {
            return Answer::from(Status::OBJECT_WRONG).bytes();
        };
        let opened = session.open(command);
        self.session = Some(session);
        let opened = match opened {
            Ok(_) if self.has(&Misbehaviour::SessionEnds(self.step)) => Err(Status::OBJECT_WRONG),
            opened => opened,
        };
        let answer = match opened {
            Err(status) => {
                // The status goes out without protection (Doc 9303-11, 9.8.5).
                self.end_session();
                return Answer::from(status).bytes();
            }
            Ok(opened) => self.execute(&opened),
        };
        if self.has(&Misbehaviour::SuccessWithoutMac(self.step)) {
            return Answer {
                status: Status::DONE,
                ..answer
            }
            .bytes();
        }
        let flaw = self.flaw();
        let odd = command.instruction & 1 == 1;
        let out = match &mut self.session {
            Some(session) => session.protect(&answer, odd, flaw),
            None => answer.bytes(),
        };
        if let Some(next) = self.next_session.take() {
            self.session = Some(next);
        }
        out
    }

    fn flaw(&self) -> Option<Flaw> {
        self.misbehaviours
            .iter()
            .find_map(|misbehaviour| match misbehaviour {
                Misbehaviour::WrongMac(step) if *step == self.step => Some(Flaw::WrongMac),
                Misbehaviour::ReplayedCounter(step) if *step == self.step => {
                    Some(Flaw::ReplayedCounter)
                }
                Misbehaviour::StatusAltered(step) if *step == self.step => {
                    Some(Flaw::StatusAltered)
                }
                Misbehaviour::StatusNotProtected(step) if *step == self.step => {
                    Some(Flaw::StatusNotProtected)
                }
                Misbehaviour::DataDropped(step) if *step == self.step => Some(Flaw::DataDropped),
                _ => None,
            })
    }

    /// A plain command, or the one within a protected one.
    fn execute(&mut self, command: &Command) -> Answer {
        let whole = match self.gather(command) {
            Ok(Some(whole)) => whole,
            Ok(None) => return Status::DONE.into(),
            Err(status) => return status.into(),
        };
        self.dispatch(&whole).unwrap_or_else(Answer::from)
    }

    /// Joins a chain (ISO/IEC 7816-4, 5.3.3). The chain of PACE links whole commands instead (Doc 9303-11, 4.4.4.3); a part of one
    /// is told by its data object being longer than the data.
    fn gather(&mut self, command: &Command) -> Result<Option<Command>, Status> {
        if self.chained_instruction != command.instruction {
            self.chained.clear();
            self.chained_instruction = command.instruction;
        }
        self.chained.extend_from_slice(&command.data);
        let whole = command::split(&self.chained).is_some();
        if command.is_chained() && !(command.instruction == 0x86 && whole) {
            return if self.chained.len() > 4096 {
                Err(Status::WRONG_LENGTH)
            } else {
                Ok(None)
            };
        }
        Ok(Some(Command {
            data: std::mem::take(&mut self.chained),
            ..command.clone()
        }))
    }

    fn dispatch(&mut self, command: &Command) -> Result<Answer, Status> {
        // Any other command ends PACE, but for fetching the rest of its answer.
        if !matches!(command.instruction, 0x86 | 0xC0) {
            self.pace = None;
        }
        match (command.instruction, command.parameters()) {
            (0xA4, _) => self.select(command),
            (0xB0 | 0xB1, _) => self.read_binary(command),
            (0x84, 0) => self.get_challenge(),
            (0x82, 0) => self.external_authenticate(command),
            (0x22, _)
                if command.expected.is_some() && self.has(&Misbehaviour::NoExpectedLength) =>
            {
                Err(Status::WRONG_LENGTH)
            }
            (0x22, 0xC1A4) => self.select_pace(command),
            (0x22, 0x41A4) => self.select_chip_authentication(command),
            (0x22, 0x41A6) => self.key_agreement_template(command),
            (0x22 | 0x82 | 0x84, _) => Err(Status::WRONG_P1_P2),
            (0x86, 0) => self
                .general_authenticate(command)
                .and_then(|answer| self.fitting(answer, command)),
            (0x88, 0) => self
                .internal_authenticate(command)
                .and_then(|answer| self.fitting(answer, command)),
            (0xC0, 0) => self.get_response(command),
            _ => Err(Status::UNKNOWN_INSTRUCTION),
        }
    }

    /// GENERAL AUTHENTICATE goes on with what MSE:Set AT began.
    fn general_authenticate(&mut self, command: &Command) -> Result<Answer, Status> {
        if let Some(pace) = self.pace.take() {
            return self.pace_step(pace, command);
        }
        let begun = self.agreement.take().ok_or(Status::CONDITIONS)?;
        self.chip_authentication_step(begun, command)
    }

    /// An answer that is longer than its length field allows: under secure messaging it cannot be given, else in parts.
    fn fitting(&mut self, answer: Answer, command: &Command) -> Result<Answer, Status> {
        let longest = if command.extended {
            usize::from(self.document.extended_length.unwrap_or(256))
        } else {
            256
        };
        match &self.session {
            Some(session) if answer.data.len() > session.capacity(longest, false) => {
                Err(Status::WRONG_LENGTH)
            }
            None if answer.data.len() > longest => {
                let (now, later) = answer.data.split_at(longest);
                self.remaining = later.to_vec();
                Ok(Answer {
                    data: now.to_vec(),
                    status: more(later.len()),
                })
            }
            _ => Ok(answer),
        }
    }

    /// GET RESPONSE (ISO/IEC 7816-4, 11.8.1).
    fn get_response(&mut self, command: &Command) -> Result<Answer, Status> {
        if self.remaining.is_empty() {
            return Err(Status::CONDITIONS);
        }
        let count = command.expected.unwrap_or(256).min(self.remaining.len());
        let data: Vec<u8> = self.remaining.drain(..count).collect();
        let status = if self.remaining.is_empty() {
            Status::DONE
        } else {
            more(self.remaining.len())
        };
        Ok(Answer { data, status })
    }

    fn wrong_password(&self) -> Status {
        let tries = self
            .misbehaviours
            .iter()
            .find_map(|misbehaviour| match misbehaviour {
                Misbehaviour::TriesLeft(tries) => Some(0x63C0 | u16::from(tries & 15)),
                _ => None,
            });
        tries.map_or(Status::FAILED, Status)
    }

    fn end_session(&mut self) {
        self.granted = false;
        self.session = None;
        self.next_session = None;
        self.challenge = None;
        self.pace = None;
        self.agreement = None;
        self.chained.clear();
        self.remaining.clear();
        if !self.in_application {
            self.current = None;
        }
    }

    /// What the misbehaviours make of an answer on its way.
    fn misanswer(&mut self, mut answer: Vec<u8>) -> Vec<u8> {
        for misbehaviour in self.misbehaviours.clone() {
            match misbehaviour {
                Misbehaviour::RandomAnswer(step, length) if step == self.step => {
                    answer = self.randomness.bytes(length);
                }
                Misbehaviour::RandomAnswersFrom(step) if step <= self.step => {
                    let [length] = self.randomness.array::<1>();
                    answer = self.randomness.bytes(usize::from(length));
                }
                Misbehaviour::AnswerChanged(step, place, pattern) if step == self.step => {
                    let length = answer.len().max(1);
                    if let Some(byte) = answer.get_mut(place % length) {
                        *byte ^= pattern;
                    }
                }
                Misbehaviour::AnswerReplaced(step, with) if step == self.step => answer = with,
                Misbehaviour::AnswerCut(step) if step == self.step => answer.truncate(1),
                _ => {}
            }
        }
        answer
    }
}

/// `61xx`: so many bytes more.
fn more(count: usize) -> Status {
    Status(
        0x6100
            | u16::from(if count > 255 {
                0
            } else {
                crate::der::low_byte(count)
            }),
    )
}
