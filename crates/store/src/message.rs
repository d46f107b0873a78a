//! Messages to people: written in the same transaction as what they tell of, sent after it (R-REC-3, R-MSG-1).

use std::fmt;
use std::str::FromStr;

use domain::id::{IdentityId, MessageId};
use domain::secret::Pii;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::sealing::DataKeys;
use crate::stored::Place;
use crate::{Row, StoreError, Tx, Value};

/// How a message travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MessageChannel {
    /// A text message.
    Sms,
    /// An e-mail.
    Email,
    /// A letter on paper.
    Letter,
}

impl MessageChannel {
    /// The word that is stored.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Email => "email",
            Self::Letter => "letter",
        }
    }
}

impl FromStr for MessageChannel {
    type Err = UnknownChannel;
    fn from_str(word: &str) -> Result<Self, UnknownChannel> {
        [Self::Sms, Self::Email, Self::Letter]
            .into_iter()
            .find(|channel| channel.word() == word)
            .ok_or(UnknownChannel)
    }
}

/// A stored word that names no channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownChannel;

impl fmt::Display for UnknownChannel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a channel")
    }
}

/// One message to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Names it, and sorts by time.
    pub id: MessageId,
    /// Whose.
    pub identity: IdentityId,
    /// How it travels.
    pub channel: MessageChannel,
    /// When it was written.
    pub created_at: Timestamp,
    /// To whom and what.
    pub body: Pii<Body>,
}

/// What is sealed of a message.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// A phone number, an e-mail address, or name and address.
    pub to: String,
    /// A heading; empty for a text message.
    pub subject: String,
    /// The text, lines separated by `\n`.
    pub text: String,
}

/// A message id for a moment: 8 bytes of time, 8 random, so that ids sort by time.
pub fn id(now: Timestamp, random: [u8; 8]) -> MessageId {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&now.as_microsecond().to_be_bytes());
    bytes[8..].copy_from_slice(&random);
    MessageId::from_bytes(bytes)
}

/// Writes a message that has not been sent yet.
pub fn insert(tx: &mut Tx<'_>, keys: &DataKeys, message: &Message) -> Result<(), StoreError> {
    let place = Place {
        table: "messages",
        id: message.id.as_bytes(),
    };
    let json = Zeroizing::new(
        serde_json::to_vec(message.body.expose())
            .map_err(|error| place.corrupt("body_sealed", error))?,
    );
    let sealed = keys
        .seal
        .seal(&sealed_place(message.id), &json)
        .map_err(|error| place.corrupt("body_sealed", error))?;
    tx.execute(
        "INSERT INTO messages (id, identity_id, channel, body_sealed, created_at, sent_at) VALUES ($1, $2, $3, $4, $5, NULL)",
        &[
            Value::Bytes(message.id.as_bytes()),
            Value::Bytes(message.identity.as_bytes()),
            Value::Text(message.channel.word()),
            Value::Bytes(&sealed),
            Value::BigInt(message.created_at.as_microsecond()),
        ],
    )?;
    Ok(())
}

/// The newest messages, newest first; of one identity or of all.
pub fn newest(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    of: Option<IdentityId>,
    limit: u32,
) -> Result<Vec<Message>, StoreError> {
    match of {
        None => tx.query(
            "SELECT id, identity_id, channel, body_sealed, created_at FROM messages ORDER BY id DESC LIMIT $1",
            &[Value::BigInt(limit.into())],
            |row| read(keys, row),
        ),
        Some(identity) => tx.query(
            "SELECT id, identity_id, channel, body_sealed, created_at FROM messages WHERE identity_id = $1 ORDER BY id DESC LIMIT $2",
            &[Value::Bytes(identity.as_bytes()), Value::BigInt(limit.into())],
            |row| read(keys, row),
        ),
    }
}

/// Messages that wait to be sent, oldest first.
pub fn unsent(tx: &mut Tx<'_>, keys: &DataKeys, limit: u32) -> Result<Vec<Message>, StoreError> {
    tx.query(
        "SELECT id, identity_id, channel, body_sealed, created_at FROM messages WHERE sent_at IS NULL ORDER BY created_at LIMIT $1",
        &[Value::BigInt(limit.into())],
        |row| read(keys, row),
    )
}

/// Marks a message as sent.
pub fn sent(tx: &mut Tx<'_>, id: MessageId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE messages SET sent_at = $1 WHERE id = $2 AND sent_at IS NULL",
        &[
            Value::BigInt(now.as_microsecond()),
            Value::Bytes(id.as_bytes()),
        ],
    )?;
    Ok(())
}

fn read(keys: &DataKeys, row: &Row<'_>) -> Result<Message, StoreError> {
    let id = row.bytes(0)?;
    let place = Place {
        table: "messages",
        id,
    };
    let id: MessageId = place.id("id", id)?;
    let json = keys
        .seal
        .open(&sealed_place(id), row.bytes(3)?)
        .map_err(|error| place.corrupt("body_sealed", error))?;
    let body: Body =
        serde_json::from_slice(&json).map_err(|error| place.corrupt("body_sealed", error))?;
    Ok(Message {
        id,
        identity: place.id("identity_id", row.bytes(1)?)?,
        channel: place.word("channel", row.text(2)?)?,
        created_at: place.time("created_at", row.bigint(4)?)?,
        body: Pii::new(body),
    })
}

fn sealed_place(id: MessageId) -> Vec<u8> {
    [b"messages ", id.as_bytes().as_slice()].concat()
}
