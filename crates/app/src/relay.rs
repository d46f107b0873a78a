//! Reading a passport's chip for the server (`docs/app-protocol.md`, "Reading a chip"): the app carries APDUs between the chip and the server, and
//! understands none of them.
//!
//! [`Relay`] is told what came over the WebSocket and says what to do; whoever holds it has the socket and the chip. [`carry`] does that for whoever
//! can wait for both.

use std::fmt;

use serde::Deserialize;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::{AppError, HttpRequest, HttpResponse, Step};

/// What opens a chip.
#[derive(Clone, Copy)]
pub enum ChipAccess<'a> {
    /// Three fields of the machine readable zone; the dates as `YYMMDD`.
    Mrz {
        /// In either case.
        document_number: &'a str,
        /// `YYMMDD`.
        birth_date: &'a str,
        /// `YYMMDD`.
        expiry_date: &'a str,
    },
    /// The whole zone, as typed or scanned.
    Zone(&'a str),
    /// The card access number.
    Can(&'a str),
}

impl ChipAccess<'_> {
    /// As the server wants it.
    pub(crate) fn body(self) -> Value {
        match self {
            ChipAccess::Mrz {
                document_number,
                birth_date,
                expiry_date,
            } => json!({ "mrz": {
                "document_number": document_number,
                "birth_date": birth_date,
                "expiry_date": expiry_date,
            }}),
            ChipAccess::Zone(zone) => json!({ "zone": zone }),
            ChipAccess::Can(can) => json!({ "can": can }),
        }
    }
}

impl fmt::Debug for ChipAccess<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChipAccess(..)")
    }
}

/// A reading of a chip, for whoever began it.
#[derive(Clone)]
pub struct ChipReading {
    case: String,
    owner: Zeroizing<String>,
    relay_token: Zeroizing<String>,
}

impl ChipReading {
    /// Begins one.
    pub fn begin(access: ChipAccess<'_>) -> (HttpRequest, AwaitChipReading) {
        let request = HttpRequest::post("/enrol/v1/chip", &access.body());
        (request, AwaitChipReading(()))
    }

    /// What the first relay is let in by; it may be given to another device.
    pub fn relay(&self) -> RelayRequest {
        RelayRequest::new(&self.case, &self.relay_token)
    }

    /// Asks how far the reading is.
    pub fn look(&self) -> (HttpRequest, AwaitReadingShown) {
        let request = HttpRequest::get("/enrol/v1/chip/reading");
        (self.owned(request), AwaitReadingShown(()))
    }

    /// Asks for a token for another relay. Those before are worth nothing then.
    pub fn another_relay(&self) -> (HttpRequest, AwaitAnotherRelay) {
        let request = HttpRequest::post("/enrol/v1/chip/relay", &json!({}));
        let wait = AwaitAnotherRelay {
            case: self.case.clone(),
        };
        (self.owned(request), wait)
    }

    fn owned(&self, request: HttpRequest) -> HttpRequest {
        request.with_header("authorization", format!("Segl-Reading {}", *self.owner))
    }
}

impl fmt::Debug for ChipReading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChipReading(..)")
    }
}

/// Waits for a reading to begin.
#[derive(Debug)]
pub struct AwaitChipReading(pub(crate) ());

impl Step for AwaitChipReading {
    type Next = ChipReading;

    fn receive(self, response: &HttpResponse) -> Result<ChipReading, AppError> {
        #[derive(Deserialize)]
        struct Answer {
            case: String,
            owner: String,
            relay_token: String,
        }
        let answer: Answer = response.read()?;
        Ok(ChipReading {
            case: answer.case,
            owner: answer.owner.into(),
            relay_token: answer.relay_token.into(),
        })
    }
}

/// Waits to hear how far a reading is.
#[derive(Debug)]
pub struct AwaitReadingShown(());

impl Step for AwaitReadingShown {
    type Next = ReadingShown;

    fn receive(self, response: &HttpResponse) -> Result<ReadingShown, AppError> {
        response.read()
    }
}

/// How far a reading is: nothing of whom the document is about.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ReadingShown {
    /// `waiting` for a relay, `relayed`, `verified` or `refused`.
    pub state: String,
    /// How far the present relay is, or the last one was.
    pub progress: Option<ReadingProgress>,
    /// Why the last relay ended before the chip was read.
    pub fault: Option<String>,
    /// Once the chip was read: what came of each step.
    pub steps: Vec<ReadingStep>,
    /// How many more relays may be begun.
    pub relays_left: u32,
}

/// How far a relay is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ReadingProgress {
    /// Such as `DG2`.
    pub file: String,
    /// Of this file.
    pub percent: u32,
}

/// A step of the verification.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ReadingStep {
    /// Such as `security_object_signature`.
    pub step: String,
    /// `proved`, `failed` or `not_applicable`.
    pub outcome: String,
    /// The name of the fault, or of the reason.
    pub why: Option<String>,
}

/// Waits for a token for another relay.
#[derive(Debug)]
pub struct AwaitAnotherRelay {
    case: String,
}

impl Step for AwaitAnotherRelay {
    type Next = RelayRequest;

    fn receive(self, response: &HttpResponse) -> Result<RelayRequest, AppError> {
        #[derive(Deserialize)]
        struct Answer {
            relay_token: String,
        }
        let Answer { relay_token } = response.read()?;
        Ok(RelayRequest::new(&self.case, &relay_token))
    }
}

/// How to open the WebSocket.
#[derive(Clone, PartialEq, Eq)]
pub struct RelayRequest {
    /// Its path.
    pub path: String,
    /// `Sec-WebSocket-Protocol`: what is spoken, and the token, since a browser can set no other header.
    pub subprotocols: [String; 2],
}

impl RelayRequest {
    fn new(case: &str, token: &str) -> Self {
        Self {
            path: format!("/enrol/chip/{case}"),
            subprotocols: ["segl-chip.v1".to_owned(), format!("token.{token}")],
        }
    }

    /// The same for the relay after a torn one, with the token that the torn one had heard.
    #[must_use]
    pub fn again(&self, token: &str) -> Self {
        let [spoken, _] = self.subprotocols.clone();
        Self {
            path: self.path.clone(),
            subprotocols: [spoken, format!("token.{token}")],
        }
    }
}

impl fmt::Debug for RelayRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RelayRequest(..)")
    }
}

/// A message of the WebSocket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RelayMessage {
    /// A binary message: one APDU.
    Apdu(Vec<u8>),
    /// A text message: a word of control.
    Text(String),
}

/// What the way to the chip can carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChipWay {
    /// The longest answer in bytes, its status included; nothing where the way does not limit it.
    pub longest_answer: Option<usize>,
    /// Whether commands of extended length come through; nothing where that is not known.
    pub extended_length: Option<bool>,
}

/// A relay: what to do with what comes.
#[derive(Debug, Default)]
pub struct Relay {
    next_token: Option<Zeroizing<String>>,
    progress: Option<RelayProgress>,
}

/// How far the file is that is being read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelayProgress {
    /// Such as `DG2`.
    pub file: String,
    /// Bytes that are read.
    pub read: usize,
    /// Bytes that it has, once that is known.
    pub of: Option<usize>,
}

/// What a relay does next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RelayStep {
    /// Give this to the chip, and say what it answers: [`Relay::answered`], or [`Relay::chip_lost`].
    Transmit(Vec<u8>),
    /// Wait for the next message; meanwhile [`Relay::progress`] may have changed.
    Listen,
    /// The chip was read.
    Done,
    /// The server goes on no further, for a reason with this name.
    Refused(String),
}

/// What a relay hears in text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Told {
    Token(Token),
    Progress(RelayProgress),
    Done(Done),
    Refused(Refused),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Token {
    token: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Done {
    done: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Refused {
    refused: String,
}

impl Relay {
    /// What to say when a chip has come into the field, just reset: first of all, and after it was lost.
    pub fn chip_found(way: ChipWay) -> RelayMessage {
        let mut carries = serde_json::Map::new();
        if let Some(longest) = way.longest_answer {
            carries.insert("longest_answer".to_owned(), longest.into());
        }
        if let Some(extended) = way.extended_length {
            carries.insert("extended_length".to_owned(), extended.into());
        }
        RelayMessage::Text(json!({ "chip": carries }).to_string())
    }

    /// What to say when the chip has left the field.
    pub fn chip_lost() -> RelayMessage {
        RelayMessage::Text(json!({ "lost": true }).to_string())
    }

    /// What to say when the chip has answered.
    pub const fn answered(answer: Vec<u8>) -> RelayMessage {
        RelayMessage::Apdu(answer)
    }

    /// Takes a message of the server's.
    pub fn hear(&mut self, message: RelayMessage) -> Result<RelayStep, AppError> {
        let text = match message {
            RelayMessage::Apdu(command) => return Ok(RelayStep::Transmit(command)),
            RelayMessage::Text(text) => text,
        };
        match serde_json::from_str(&text).map_err(|_| AppError::MalformedAnswer)? {
            Told::Token(Token { token }) => self.next_token = Some(token.into()),
            Told::Progress(progress) => self.progress = Some(progress),
            Told::Done(Done { done: true }) => return Ok(RelayStep::Done),
            Told::Done(_) => return Err(AppError::MalformedAnswer),
            Told::Refused(Refused { refused }) => return Ok(RelayStep::Refused(refused)),
        }
        Ok(RelayStep::Listen)
    }

    /// What lets the next relay in, should this one be torn.
    pub fn next_token(&self) -> Option<&str> {
        self.next_token.as_ref().map(|token| token.as_str())
    }

    /// How far the file is that is being read.
    pub const fn progress(&self) -> Option<&RelayProgress> {
        self.progress.as_ref()
    }
}

/// A WebSocket, for whoever can wait for it.
pub trait RelaySocket {
    /// Sends a message; nothing where the connection is gone.
    fn say(&mut self, message: RelayMessage) -> Option<()>;
    /// Waits for a message; nothing where the connection is gone.
    fn hear(&mut self) -> Option<RelayMessage>;
}

/// How a relay ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Carried {
    /// The chip was read.
    Done,
    /// The server goes on no further, for a reason with this name.
    Refused(String),
    /// The connection was torn. [`Relay::next_token`] lets the next relay in.
    Torn,
}

/// Relays until the end: gives each command to the chip, which answers with no bytes at all where it has left the field. A chip that left is
/// waited for by `back`, which says whether it came back, reset.
pub fn carry(
    relay: &mut Relay,
    way: ChipWay,
    socket: &mut impl RelaySocket,
    mut chip: impl FnMut(&[u8]) -> Vec<u8>,
    mut back: impl FnMut() -> bool,
) -> Result<Carried, AppError> {
    if socket.say(Relay::chip_found(way)).is_none() {
        return Ok(Carried::Torn);
    }
    while let Some(message) = socket.hear() {
        match relay.hear(message)? {
            RelayStep::Listen => {}
            RelayStep::Done => return Ok(Carried::Done),
            RelayStep::Refused(code) => return Ok(Carried::Refused(code)),
            RelayStep::Transmit(command) => {
                let answer = chip(&command);
                let said = if !answer.is_empty() {
                    socket.say(Relay::answered(answer))
                } else if socket.say(Relay::chip_lost()).is_some() && back() {
                    socket.say(Relay::chip_found(way))
                } else {
                    None
                };
                if said.is_none() {
                    return Ok(Carried::Torn);
                }
            }
        }
    }
    Ok(Carried::Torn)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> RelayMessage {
        RelayMessage::Text(text.to_owned())
    }

    #[test]
    fn every_word_of_the_server_is_understood_and_no_other() {
        let mut relay = Relay::default();
        assert_eq!(relay.hear(text(r#"{"token":"t"}"#)), Ok(RelayStep::Listen));
        assert_eq!(relay.next_token(), Some("t"));
        let progress = relay.hear(text(r#"{"file":"DG2","read":1200,"of":20000}"#));
        assert_eq!(progress, Ok(RelayStep::Listen));
        assert_eq!(relay.progress().map(|progress| progress.read), Some(1200));
        assert_eq!(
            relay.hear(RelayMessage::Apdu(vec![0, 0xA4])),
            Ok(RelayStep::Transmit(vec![0, 0xA4]))
        );
        assert_eq!(relay.hear(text(r#"{"done":true}"#)), Ok(RelayStep::Done));
        assert_eq!(
            relay.hear(text(r#"{"refused":"mac_wrong"}"#)),
            Ok(RelayStep::Refused("mac_wrong".to_owned()))
        );
        for wrong in ["", "{}", r#"{"done":false}"#, r#"{"done":true,"name":"x"}"#] {
            assert_eq!(
                relay.hear(text(wrong)),
                Err(AppError::MalformedAnswer),
                "{wrong}"
            );
        }
    }

    #[test]
    fn a_way_says_only_what_it_knows() {
        assert_eq!(
            Relay::chip_found(ChipWay::default()),
            text(r#"{"chip":{}}"#)
        );
        let way = ChipWay {
            longest_answer: Some(258),
            extended_length: Some(false),
        };
        assert_eq!(
            Relay::chip_found(way),
            text(r#"{"chip":{"extended_length":false,"longest_answer":258}}"#)
        );
    }
}
