//! What people are told of their bookings, by SMS and e-mail. No message carries a link (R-MSG-1).

use domain::appointment::{Booking, Office};
use domain::id::IdentityId;
use domain::secret::Pii;
use jiff::Timestamp;
use store::message::{self, Body, Message, MessageChannel};
use store::{StoreError, Tx};

use super::{begins, office_name, service_name, what_to_bring};
use crate::Segl;
use crate::dates;
use crate::i18n::{Lang, T};

/// A booking was made: an SMS, and an e-mail with all of it.
pub(super) fn booked(
    tx: &mut Tx<'_>,
    segl: &Segl,
    office: &Office,
    booking: &Booking,
    random: &[u8; 16],
) -> Result<(), StoreError> {
    let (first, second) = random.split_at(8);
    sms(
        tx,
        segl,
        office,
        booking,
        ("booking-sms", booking.made_at),
        first,
    )?;
    let Some(email) = &booking.guest.email else {
        return Ok(());
    };
    let t = language(segl, booking);
    let (when, number) = (
        dates::day_and_time(t, &begins(booking)),
        booking.reference.spaced(),
    );
    let address = office.address.join(", ");
    let bring = what_to_bring(t, booking.service)
        .iter()
        .map(|line| format!("- {line}"))
        .collect::<Vec<_>>()
        .join("\n");
    let named = [
        ("office", office_name(office, t.lang())),
        ("address", &address),
        ("when", &when),
        ("service", service_name(t, booking.service)),
        ("number", &number),
        ("bring", &bring),
    ];
    let body = Body {
        to: email.expose().clone(),
        subject: t.get("booking-mail").to_owned(),
        text: t.with_all("booking-mail.text", &named),
    };
    let made_at = booking.made_at;
    send(
        tx,
        segl,
        booking,
        (MessageChannel::Email, made_at),
        body,
        second,
    )
}

/// One SMS about a booking, in its guest's language.
pub(super) fn sms(
    tx: &mut Tx<'_>,
    segl: &Segl,
    office: &Office,
    booking: &Booking,
    (key, now): (&str, Timestamp),
    random: &[u8],
) -> Result<(), StoreError> {
    let Some(phone) = &booking.guest.phone else {
        return Ok(());
    };
    let t = language(segl, booking);
    let when = dates::day_and_time(t, &begins(booking));
    let number = booking.reference.spaced();
    let named = [
        ("office", office_name(office, t.lang())),
        ("when", &when),
        ("number", &number),
    ];
    let body = Body {
        to: phone.expose().clone(),
        subject: String::new(),
        text: t.with_all(key, &named),
    };
    send(tx, segl, booking, (MessageChannel::Sms, now), body, random)
}

fn language<'a>(segl: &'a Segl, booking: &Booking) -> T<'a> {
    let lang = Lang::from_tag(&booking.guest.language).unwrap_or_default();
    segl.texts.of(lang)
}

/// Somebody who books needs no identity: the message is kept under the booking's id in its place.
fn send(
    tx: &mut Tx<'_>,
    segl: &Segl,
    booking: &Booking,
    (channel, now): (MessageChannel, Timestamp),
    body: Body,
    random: &[u8],
) -> Result<(), StoreError> {
    let random = random.try_into().unwrap_or_default();
    let message = Message {
        id: message::id(now, random),
        identity: IdentityId::from_bytes(*booking.id.as_bytes()),
        channel,
        created_at: now,
        body: Pii::new(body),
    };
    message::insert(tx, &segl.keys().data, &message)
}
