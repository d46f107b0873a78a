//! The protocol of vsmartcard's virtual reader (vpcd): a chip that connects to it is a card in a PC/SC reader for every program.
//!
//! Each message is two bytes of length, big-endian, and so many bytes. One byte from the reader is a command about power: 0 off, 1 on,
//! 2 reset, 4 asks for the answer to reset. Anything longer is a command APDU and gets a response APDU.

use std::io::{self, Read, Write};

use crate::chip::{Chip, Status};

/// The answer to reset of a contactless card without historical bytes (PC/SC part 3, 3.1.3.2.3).
pub const ANSWER_TO_RESET: [u8; 5] = [0x3B, 0x80, 0x80, 0x01, 0x01];

/// Where vpcd listens by itself.
pub const PORT: u16 = 35963;

/// What a session was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Served {
    /// Commands answered.
    pub commands: u32,
    /// Times the field came back.
    pub resets: u32,
}

/// Serves the reader until it closes the connection, or the chip tears it.
///
/// # Errors
/// What the connection says.
pub fn serve(mut reader: impl Read + Write, chip: &mut Chip) -> io::Result<Served> {
    let mut served = Served::default();
    while let Some(message) = receive(&mut reader)? {
        match message[..] {
            [0] => chip.reset(),
            [1 | 2] => {
                chip.reset();
                served.resets += 1;
            }
            [4] => send(&mut reader, &ANSWER_TO_RESET)?,
            [] | [_] => {}
            // Commands to the reader itself (PC/SC part 3, 3.2.2), such as for the card's serial number.
            [0xFF, ..] => send(&mut reader, &Status::UNKNOWN_CLASS.0.to_be_bytes())?,
            _ => {
                let answer = chip.process(&message);
                if answer.is_empty() {
                    return Ok(served);
                }
                served.commands += 1;
                send(&mut reader, &answer)?;
            }
        }
    }
    Ok(served)
}

/// One message; nothing where the connection ended between two.
fn receive(reader: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 2];
    match reader.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let mut message = vec![0; usize::from(u16::from_be_bytes(length))];
    reader.read_exact(&mut message)?;
    Ok(Some(message))
}

/// One message, in one write.
fn send(writer: &mut impl Write, message: &[u8]) -> io::Result<()> {
    let length =
        u16::try_from(message.len()).map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
    writer.write_all(&[&length.to_be_bytes()[..], message].concat())?;
    writer.flush()
}
