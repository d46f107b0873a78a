//! Card readers at this machine, through the PC/SC service (`pcscd` of pcsc-lite).
//!
//! The service is asked over its own socket, in the messages that pcsc-lite's library sends (its `winscard_msg.h`, protocol 4), and not
//! through that library: linking it would make every build of Segl need its headers, and every start need it installed. The messages have
//! not changed since version 1.8.24 of 2018; a service that speaks others says so when it is greeted.

mod fault;
mod message;

use std::env;
use std::io::{self, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

pub use fault::CardReaderFault;
use message::{Command, Message};

/// Where the service listens, unless `PCSCLITE_CSOCK_NAME` in the environment says otherwise, as it does for pcsc-lite's own library.
const SOCKET: &str = "/run/pcscd/pcscd.comm";

/// The longest answer that is taken: an APDU of extended length, and its status.
const LONGEST_ANSWER: u32 = 65_538;

/// A connection to the service. Dropping it lets go of everything.
#[derive(Debug)]
pub struct Service {
    stream: UnixStream,
    context: u32,
}

/// A reader that the service knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    /// Its name, as the service gives it.
    pub name: String,
    /// Whether a card is in it, or lies on it.
    pub has_card: bool,
}

/// A card, for us alone until it is dropped. It is reset then, so that nobody finds it open.
#[derive(Debug)]
pub struct Card {
    service: Service,
    handle: u32,
    protocol: u32,
}

impl Service {
    /// Connects to the service of this machine.
    pub fn connect() -> Result<Self, CardReaderFault> {
        let socket =
            env::var_os("PCSCLITE_CSOCK_NAME").map_or(PathBuf::from(SOCKET), PathBuf::from);
        let stream = UnixStream::connect(socket).map_err(|error| match error.kind() {
            io::ErrorKind::PermissionDenied => CardReaderFault::ServiceForbidden,
            _ => CardReaderFault::NoService,
        })?;
        let mut service = Self { stream, context: 0 };
        let greeting = Message::default().number(4).number(4).number(0);
        let answer = service.ask(Command::Version, &greeting)?;
        if answer.number_at(0) != 4 {
            return Err(CardReaderFault::ServiceVersion);
        }
        answer.check(2)?;
        let wanted = Message::default().number(SCOPE_SYSTEM).number(0).number(0);
        let answer = service.ask(Command::EstablishContext, &wanted)?;
        answer.check(2)?;
        service.context = answer.number_at(1);
        Ok(service)
    }

    /// The readers, in the service's order.
    pub fn readers(&mut self) -> Result<Vec<Reader>, CardReaderFault> {
        self.send(Command::ReadersState, &Message::default())?;
        let states = self.receive(message::READERS * message::READER_STATE)?;
        Ok(states.readers())
    }

    /// Takes the card in a reader, for us alone, and resets it.
    pub fn card(mut self, reader: &str) -> Result<Card, CardReaderFault> {
        let wanted = Message::default()
            .number(self.context)
            .name(reader)?
            .number(SHARE_EXCLUSIVE)
            .number(PROTOCOL_ANY)
            .number(0)
            .number(0)
            .number(0);
        let answer = self.ask(Command::Connect, &wanted)?;
        let [handle, protocol, status] = answer.last();
        fault::check(status)?;
        let mut card = Card {
            service: self,
            handle,
            protocol,
        };
        card.reset()?;
        Ok(card)
    }

    fn ask(&mut self, command: Command, message: &Message) -> Result<Message, CardReaderFault> {
        self.send(command, message)?;
        self.receive(message.len())
    }

    fn send(&mut self, command: Command, message: &Message) -> Result<(), CardReaderFault> {
        let lost = |_| CardReaderFault::ServiceLost;
        self.stream
            .write_all(&message.with_header(command))
            .map_err(lost)
    }

    fn receive(&mut self, length: usize) -> Result<Message, CardReaderFault> {
        let mut bytes = vec![0; length];
        let lost = |_| CardReaderFault::ServiceLost;
        self.stream.read_exact(&mut bytes).map_err(lost)?;
        Ok(Message::from(bytes))
    }
}

const SCOPE_SYSTEM: u32 = 2;
const SHARE_EXCLUSIVE: u32 = 1;
/// T=0 or T=1; a contactless card says that it speaks T=1.
const PROTOCOL_ANY: u32 = 3;
const RESET_CARD: u32 = 1;
/// Bytes of `SCARD_IO_REQUEST`, two C longs.
const IO_REQUEST: u32 = 16;

impl Card {
    /// Resets the card: it forgets all keys and what was selected.
    pub fn reset(&mut self) -> Result<(), CardReaderFault> {
        let wanted = Message::default()
            .number(self.handle)
            .number(SHARE_EXCLUSIVE)
            .number(PROTOCOL_ANY)
            .number(RESET_CARD)
            .number(0)
            .number(0);
        let answer = self.service.ask(Command::Reconnect, &wanted)?;
        answer.check(5)?;
        self.protocol = answer.number_at(4);
        Ok(())
    }

    /// Sends a command APDU and gives the response APDU, status included.
    pub fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, CardReaderFault> {
        let length = u32::try_from(command.len()).map_err(|_| CardReaderFault::Refused(0))?;
        let wanted = Message::default()
            .number(self.handle)
            .number(self.protocol)
            .number(IO_REQUEST)
            .number(length)
            .number(self.protocol)
            .number(IO_REQUEST)
            .number(LONGEST_ANSWER)
            .number(0);
        self.service.send(Command::Transmit, &wanted)?;
        let lost = |_| CardReaderFault::ServiceLost;
        self.service.stream.write_all(command).map_err(lost)?;
        let answer = self.service.receive(wanted.len())?;
        answer.check(7)?;
        let length = answer.number_at(6).min(LONGEST_ANSWER);
        let answer = self.service.receive(length as usize)?;
        Ok(answer.into_bytes())
    }
}

impl Drop for Card {
    fn drop(&mut self) {
        let wanted = Message::default()
            .number(self.handle)
            .number(RESET_CARD)
            .number(0);
        // Whether it is heard does not matter: the service lets go of everything when the connection ends.
        let _ = self.service.ask(Command::Disconnect, &wanted);
    }
}
