//! Activation codes (R-AUT-5): drawn, sent to the outbox, and read back from there for the front page.

use authn::code::{LetterCode, SmsCode};
use authn::randomness::SystemRandomness;
use domain::activation::Activation;
use domain::id::{ActivationId, IdentityId};
use domain::person::Person;
use jiff::Timestamp;
use server::Segl;
use server::app_api::activation::code_context;
use server::error::Fault;
use server::{notices, random};
use store::Tx;
use store::activation::StoredActivation;
use store::message::MessageChannel;

/// Two codes before they are anybody's.
#[derive(Clone)]
pub(crate) struct Drawn {
    pub(crate) letter: LetterCode,
    pub(crate) sms: SmsCode,
    id: ActivationId,
    message_ids: [u8; 16],
}

impl Drawn {
    /// Draws them.
    pub(crate) fn draw() -> Result<Self, Fault> {
        let rng = &mut SystemRandomness::new();
        Ok(Self {
            letter: LetterCode::generate(rng),
            sms: SmsCode::generate(rng),
            id: ActivationId::from_random(random::bytes()?),
            message_ids: random::bytes()?,
        })
    }

    /// Sends them to somebody by letter and SMS. Older codes stop working.
    pub(crate) fn send(
        &self,
        tx: &mut Tx<'_>,
        segl: &Segl,
        (identity, now): (IdentityId, Timestamp),
        person: &Person,
    ) -> Result<(), Fault> {
        let (keys, context) = (segl.keys(), code_context(identity));
        let activation = Activation {
            id: self.id,
            identity,
            wrong_entries: 0,
            sent_at: now,
            used: false,
        };
        let stored = StoredActivation {
            activation,
            selector: self.letter.selector().to_owned(),
            letter_hash: self.letter.keyed_hash(&keys.codes, &context),
            sms_hash: self.sms.keyed_hash(&keys.codes, &context),
        };
        store::activation::insert(tx, &stored)?;
        let codes = (&self.letter, &self.sms);
        notices::activation_codes(tx, segl, (identity, now), person, codes, &self.message_ids)
    }
}

/// Codes that still work, and until when.
pub(crate) struct Live {
    pub(crate) letter: LetterCode,
    pub(crate) sms: SmsCode,
    pub(crate) until: Timestamp,
}

/// The codes of somebody that still work, read from the letter and the SMS in the outbox: nothing else knows them.
pub(crate) fn live(
    tx: &mut Tx<'_>,
    segl: &Segl,
    identity: IdentityId,
    now: Timestamp,
) -> Result<Option<Live>, Fault> {
    let Some(stored) = store::activation::newest(tx, identity)? else {
        return Ok(None);
    };
    if stored.activation.alive(&segl.policy, now).is_err() {
        return Ok(None);
    }
    let (keys, context) = (segl.keys(), code_context(identity));
    let messages = store::message::newest(tx, &keys.data, Some(identity), 20)?;
    let texts = |channel: MessageChannel| {
        messages
            .iter()
            .filter(move |message| message.channel == channel)
            .map(|message| message.body.expose().text.as_str())
    };
    let letter = texts(MessageChannel::Letter)
        .flat_map(words)
        .filter_map(|word| LetterCode::parse(word).ok())
        .find(|code| code.matches(&keys.codes, &context, &stored.letter_hash));
    let sms = texts(MessageChannel::Sms)
        .flat_map(words)
        .filter_map(|word| SmsCode::parse(word).ok())
        .find(|code| code.matches(&keys.codes, &context, &stored.sms_hash));
    let until = stored
        .activation
        .sms_ends(&segl.policy)
        .min(stored.activation.letter_ends(&segl.policy));
    Ok(letter
        .zip(sms)
        .map(|(letter, sms)| Live { letter, sms, until }))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_ascii_alphanumeric() && character != '-')
        .filter(|word| !word.is_empty())
}
