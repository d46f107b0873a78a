//! Commands and answers on their way: chains of commands that are too long for short length, and answers that come in parts
//! (ISO/IEC 7816-4, 5.3.3 and 5.3.4; ICAO 9303-10, 3.6).

use core::fmt;
use std::collections::VecDeque;

use zeroize::Zeroizing;

use super::plan::ExtendedLength;
use super::session::{Session, SessionStep, State, Task};
use crate::apdu::{
    self, CommandApdu, EXTENDED_EXPECTED, ResponseApdu, SHORT_EXPECTED, instruction,
};
use crate::fault::ChipFault;

/// The most bytes of data of a command of short length.
const SHORT_DATA: usize = 255;

/// What is still to be sent of a command, and what has come of its answer.
#[derive(Default)]
pub(super) struct Exchange {
    chain: VecDeque<CommandApdu>,
    answer: Zeroizing<Vec<u8>>,
}

/// What comes before secure messaging may be personal, so only lengths are shown.
impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (chain, answer) = (self.chain.len(), self.answer.len());
        write!(f, "Exchange({chain} commands to come, {answer} bytes)")
    }
}

/// What an answer is.
pub(super) enum Heard {
    /// All of it, opened.
    Whole(ResponseApdu),
    /// A part of something, and the command that asks for more.
    Part(SessionStep),
}

impl Session {
    /// Sends a command; where the way to the chip has no extended length, as a chain if need be.
    pub(super) fn send(
        &mut self,
        task: Task,
        command: &CommandApdu,
    ) -> Result<SessionStep, ChipFault> {
        self.exchange = Exchange::default();
        if self.transport.extended_length != ExtendedLength::Never {
            return self.transmit(task, command);
        }
        let short = CommandApdu {
            extended_length: false,
            expected: command.expected.map(|most| most.min(SHORT_EXPECTED)),
            ..command.clone()
        };
        let channel = self.channel.as_ref();
        let most = channel.map_or(SHORT_DATA, |channel| {
            channel.capacity(SHORT_EXPECTED as usize)
        });
        self.exchange.chain = short.into_chain(most).into();
        let first = self.exchange.chain.pop_front();
        self.transmit(task, first.as_ref().unwrap_or(command))
    }

    fn transmit(&mut self, task: Task, command: &CommandApdu) -> Result<SessionStep, ChipFault> {
        self.counted()?;
        let bytes = match &mut self.channel {
            Some(channel) => channel.protect(command)?.to_bytes()?,
            None => command.to_bytes()?,
        };
        self.state = State::Waiting(task);
        Ok(SessionStep::Send(bytes))
    }

    fn counted(&mut self) -> Result<(), ChipFault> {
        if self.reading.commands >= self.limits.commands {
            return Err(ChipFault::TooManyCommands);
        }
        self.reading.commands += 1;
        Ok(())
    }

    /// Takes an answer; asks on where it is not whole, or where it is one to a part of a chain. The task is put back where it waits on.
    pub(super) fn heard(
        &mut self,
        task: &mut Option<Task>,
        answer: &[u8],
    ) -> Result<Heard, ChipFault> {
        let (data, status) = apdu::split(answer)?;
        let parts = &mut self.exchange.answer;
        if let Some(more) = status.more_available() {
            parts.extend_from_slice(data);
            if parts.len() > EXTENDED_EXPECTED as usize {
                return Err(ChipFault::AnswerTooLong);
            }
            // Not under secure messaging: the parts make one protected answer.
            let command = CommandApdu::new(instruction::GET_RESPONSE, [0, 0]).expecting(more);
            self.counted()?;
            return Ok(Heard::Part(self.wait_for(task, command.to_bytes()?)));
        }
        let mut whole = core::mem::take(parts);
        whole.extend_from_slice(answer);
        let answer = match &mut self.channel {
            Some(channel) => channel.unprotect(&whole)?,
            None => ResponseApdu::parse(&whole)?,
        };
        if answer.status.is_success()
            && let Some(next) = self.exchange.chain.pop_front()
            && let Some(task) = task.take()
        {
            return self.transmit(task, &next).map(Heard::Part);
        }
        self.exchange.chain.clear();
        Ok(Heard::Whole(answer))
    }

    fn wait_for(&mut self, task: &mut Option<Task>, command: Vec<u8>) -> SessionStep {
        if let Some(task) = task.take() {
            self.state = State::Waiting(task);
        }
        SessionStep::Send(command)
    }
}
