//! What the holder is told, on two channels, one of them not the changed one (R-REC-3). An SMS or e-mail carries no link (R-MSG-1).

use authn::code::{LetterCode, SmsCode};
use domain::authenticator::Authenticator;
use domain::id::IdentityId;
use domain::person::{Contact, Person};
use domain::secret::Pii;
use jiff::Timestamp;
use store::Tx;
use store::message::{self, Body, Message, MessageChannel};

use crate::Segl;
use crate::app_api::Worked;
use crate::i18n::{Lang, T};

/// An app was activated.
pub(crate) fn app_activated(
    tx: &mut Tx<'_>,
    segl: &Segl,
    identity: IdentityId,
    person: &Person,
    app: &Authenticator,
    random: &[u8],
) -> Worked<()> {
    both(
        tx,
        segl,
        (identity, app.activated_at),
        person,
        ("notice-app-activated", &app.name),
        random,
    )
}

/// The identity was made (R-REC-3).
pub(crate) fn enrolled(
    tx: &mut Tx<'_>,
    segl: &Segl,
    when: (IdentityId, Timestamp),
    person: &Person,
    random: &[u8],
) -> Worked<()> {
    both(tx, segl, when, person, ("notice-enrolled", ""), random)
}

/// An app was removed.
pub(crate) fn app_removed(
    tx: &mut Tx<'_>,
    segl: &Segl,
    when: (IdentityId, Timestamp),
    person: &Person,
    app: &Authenticator,
    random: &[u8],
) -> Worked<()> {
    both(
        tx,
        segl,
        when,
        person,
        ("notice-app-removed", &app.name),
        random,
    )
}

/// The two codes of an activation, each over its own channel (R-AUT-5).
pub fn activation_codes(
    tx: &mut Tx<'_>,
    segl: &Segl,
    when: (IdentityId, Timestamp),
    person: &Person,
    (letter, sms): (&LetterCode, &SmsCode),
    random: &[u8; 16],
) -> Worked<()> {
    let t = segl.texts.of(Lang::default());
    let (first, second) = random.split_at(8);
    let text = t.with_all(
        "notice-letter-code.text",
        &[("name", person.given_name()), ("code", &letter.expose())],
    );
    let body = Body {
        to: postal(person),
        subject: t.get("notice-letter-code").to_owned(),
        text,
    };
    send(tx, segl, when, MessageChannel::Letter, body, first)?;
    let text = t.with("notice-sms-code", "code", sms.expose());
    let body = Body {
        to: phone(&person.contact),
        subject: String::new(),
        text,
    };
    send(tx, segl, when, MessageChannel::Sms, body, second)
}

/// Tells the same over two of the channels that a person has: SMS and e-mail, or a letter for what is missing.
fn both(
    tx: &mut Tx<'_>,
    segl: &Segl,
    when: (IdentityId, Timestamp),
    person: &Person,
    (key, app): (&str, &str),
    random: &[u8],
) -> Worked<()> {
    let t: T<'_> = segl.texts.of(Lang::default());
    let text = t.with_all(
        &format!("{key}.text"),
        &[("name", person.given_name()), ("app", app)],
    );
    let contact = &person.contact;
    let letter = (MessageChannel::Letter, postal(person));
    let first = contact.phone.as_ref().map_or_else(
        || letter.clone(),
        |phone| (MessageChannel::Sms, phone.expose().clone()),
    );
    let second = contact.email.as_ref().map_or(letter, |email| {
        (MessageChannel::Email, email.expose().clone())
    });
    let (one, other) = random.split_at(8);
    for ((channel, to), random) in [first, second].into_iter().zip([one, other]) {
        let subject = if channel == MessageChannel::Sms {
            String::new()
        } else {
            t.get(key).to_owned()
        };
        send(
            tx,
            segl,
            when,
            channel,
            Body {
                to,
                subject,
                text: text.clone(),
            },
            random,
        )?;
    }
    Ok(())
}

fn send(
    tx: &mut Tx<'_>,
    segl: &Segl,
    (identity, now): (IdentityId, Timestamp),
    channel: MessageChannel,
    body: Body,
    random: &[u8],
) -> Worked<()> {
    let random = random
        .get(..8)
        .and_then(|random| random.try_into().ok())
        .unwrap_or_default();
    let message = Message {
        id: message::id(now, random),
        identity,
        channel,
        created_at: now,
        body: Pii::new(body),
    };
    Ok(message::insert(tx, &segl.keys().data, &message)?)
}

fn postal(person: &Person) -> String {
    let address = person
        .contact
        .address
        .as_ref()
        .map(|address| format!("\n{}", address.expose()))
        .unwrap_or_default();
    format!("{}{address}", person.name.expose())
}

fn phone(contact: &Contact) -> String {
    contact
        .phone
        .as_ref()
        .map(|phone| phone.expose().clone())
        .unwrap_or_default()
}
