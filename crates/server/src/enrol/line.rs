//! What a relay and the server say to each other over a WebSocket (`docs/app-protocol.md`, "Reading a chip"): a binary message is one APDU,
//! a text message is a short word of control in JSON.

use std::num::NonZeroU32;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use domain::policy::ChipPolicy;
use emrtd::fault::{ChipFault, name};
use emrtd::reader::{ExtendedLength, Transport};
use futures_util::{SinkExt, StreamExt};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio::time::{Sleep, sleep, timeout};
use tokio_tungstenite::tungstenite::error::{CapacityError, ProtocolError};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::web_socket::Socket;
use crate::error::Fault;

/// The longest message: the longest answer of a chip (ISO/IEC 7816-3, 12.1).
pub(super) const LONGEST_MESSAGE: usize = 65_538;

/// What a relay says in text.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Said {
    /// A chip has come into the field, just reset.
    Chip(Carries),
    /// The chip has left it.
    Lost(bool),
}

/// What the way to the chip can carry.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Carries {
    longest_answer: Option<usize>,
    extended_length: Option<bool>,
}

/// What a relay hears in text.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Tell<'a> {
    Token {
        token: &'a str,
    },
    Progress {
        file: &'a str,
        read: usize,
        of: Option<usize>,
    },
    Done {
        done: bool,
    },
    Refused {
        refused: &'a str,
    },
}

/// What was heard of a relay.
pub(super) enum Heard {
    Apdu(Bytes),
    Lost,
}

/// Why a relay ended before the chip was read.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum End {
    /// The connection is gone.
    Torn,
    /// It was the relay's turn, and it said nothing.
    Idle,
    /// A relay may not take so long.
    TooLong,
    /// A message that the protocol does not have.
    Malformed,
    /// An answer to nothing.
    OutOfTurn,
    /// A message longer than any APDU.
    MessageTooLarge,
    /// More messages in a second than anyone needs.
    TooManyMessages,
    /// This server stops.
    ServerStops,
    /// Another relay has taken this one's place.
    Superseded,
    /// What the chip, or who speaks for it, answered.
    Chip(ChipFault),
    /// PACE was hidden so that weaker keys would be used.
    PaceHidden,
    /// Something failed on our side.
    Internal(Fault),
}

impl End {
    /// Its name in reports.
    pub(super) fn word(&self) -> String {
        match self {
            Self::Chip(fault) => name(fault),
            Self::Internal(_) => "internal".to_owned(),
            end => name(end),
        }
    }

    /// Whether the chip's session can be taken up again where it was.
    pub(super) const fn is_resumable(&self) -> bool {
        matches!(self, Self::Torn | Self::Idle | Self::TooLong)
    }
}

/// One relay's socket, with its limits.
pub(super) struct Line {
    socket: Socket,
    idle: Duration,
    whole: Pin<Box<Sleep>>,
    rate: DefaultDirectRateLimiter,
    stopping: watch::Receiver<bool>,
}

impl Line {
    pub(super) fn new(
        socket: Socket,
        policy: &ChipPolicy,
        stopping: watch::Receiver<bool>,
    ) -> Self {
        let rate = NonZeroU32::new(policy.messages_per_second).unwrap_or(NonZeroU32::MIN);
        Self {
            socket,
            idle: Duration::from_secs(policy.idle_seconds),
            whole: Box::pin(sleep(Duration::from_secs(policy.relay_seconds))),
            rate: RateLimiter::direct(Quota::per_second(rate)),
            stopping,
        }
    }

    /// Waits for a chip in the relay's field. Gives what the way to it can carry.
    pub(super) async fn chip(&mut self) -> Result<Transport, End> {
        match self.message().await? {
            Message::Text(text) => match said(&text)? {
                Said::Chip(carries) => transport(&carries),
                Said::Lost(_) => Err(End::OutOfTurn),
            },
            _ => Err(End::OutOfTurn),
        }
    }

    /// Waits for the answer to a command.
    pub(super) async fn answer(&mut self) -> Result<Heard, End> {
        match self.message().await? {
            Message::Binary(apdu) if apdu.is_empty() => Ok(Heard::Lost),
            Message::Binary(apdu) => Ok(Heard::Apdu(apdu)),
            Message::Text(text) => match said(&text)? {
                Said::Lost(true) => Ok(Heard::Lost),
                Said::Lost(false) => Err(End::Malformed),
                Said::Chip(_) => Err(End::OutOfTurn),
            },
            _ => Err(End::Malformed),
        }
    }

    /// Sends a command for the chip.
    pub(super) async fn command(&mut self, apdu: Vec<u8>) -> Result<(), End> {
        self.send(Message::Binary(apdu.into())).await
    }

    /// Tells the relay something.
    pub(super) async fn tell(&mut self, tell: &Tell<'_>) -> Result<(), End> {
        let text = serde_json::to_string(tell).map_err(|_| End::Malformed)?;
        self.send(Message::Text(text.into())).await
    }

    /// Says good-bye, and waits a moment for the other side to hear it.
    pub(super) async fn close(&mut self, code: CloseCode) {
        let frame = CloseFrame {
            code,
            reason: "".into(),
        };
        let closing = async {
            if self.socket.close(Some(frame)).await.is_ok() {
                while let Some(Ok(_)) = self.socket.next().await {}
            }
        };
        let _ = timeout(Duration::from_secs(2), closing).await;
    }

    async fn send(&mut self, message: Message) -> Result<(), End> {
        match timeout(self.idle, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Torn),
            Err(_) => Err(End::Idle),
        }
    }

    /// The next message that is no ping. A chattering relay is not listened to for longer than a silent one.
    async fn message(&mut self) -> Result<Message, End> {
        let silence = sleep(self.idle);
        tokio::pin!(silence);
        loop {
            let next = tokio::select! {
                next = self.socket.next() => next,
                () = &mut silence => return Err(End::Idle),
                () = &mut self.whole => return Err(End::TooLong),
                _ = self.stopping.wait_for(|stopping| *stopping) => return Err(End::ServerStops),
            };
            if self.rate.check().is_err() {
                return Err(End::TooManyMessages);
            }
            match next {
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                None | Some(Ok(Message::Close(_))) => return Err(End::Torn),
                Some(Ok(message)) => return Ok(message),
                Some(Err(Error::Capacity(CapacityError::MessageTooLong { .. }))) => {
                    return Err(End::MessageTooLarge);
                }
                Some(Err(Error::Protocol(ProtocolError::ResetWithoutClosingHandshake))) => {
                    return Err(End::Torn);
                }
                Some(Err(Error::Protocol(_) | Error::Utf8(_))) => return Err(End::Malformed),
                Some(Err(_)) => return Err(End::Torn),
            }
        }
    }
}

fn said(text: &str) -> Result<Said, End> {
    serde_json::from_str(text).map_err(|_| End::Malformed)
}

/// A relay that can carry less than a chip's shortest useful answer carries nothing.
fn transport(carries: &Carries) -> Result<Transport, End> {
    let usual = Transport::default();
    let longest_answer = carries.longest_answer.unwrap_or(usual.longest_answer);
    if !(SHORTEST_USEFUL..=LONGEST_MESSAGE).contains(&longest_answer) {
        return Err(End::Malformed);
    }
    Ok(Transport {
        longest_answer,
        extended_length: match carries.extended_length {
            Some(false) => ExtendedLength::Never,
            Some(true) | None => usual.extended_length,
        },
    })
}

/// Room for a key of PACE on the longest curve, under no protection.
const SHORTEST_USEFUL: usize = 258;
