//! `/appointments`: booking a time at Citizen Service, without signing in (R-BOK-1).
//!
//! Every step is a page that works without scripts. Whoever booked holds a sealed reference to the booking in the page's own address;
//! who has lost it finds the booking by its number and the telephone number. No message carries a link (R-MSG-1).

mod book;
mod calendar;
mod choose;
mod find;
mod messages;
mod own;
pub mod remind;
mod times;

use std::sync::Arc;

use axum::Router;
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use domain::appointment::{Booking, Office, OfficeId, ServiceKind, SlotRefused};
use domain::id::BookingId;
use domain::policy::Policy;
use jiff::civil::{Date, Time};
use jiff::{Timestamp, Zoned};
use serde::{Deserialize, Serialize};

use crate::Segl;
use crate::dates;
use crate::error::Fault;
use crate::i18n::{Lang, T};
use crate::sealed::{self, Travels};

/// Every address of booking.
pub(crate) fn router() -> Router<Arc<Segl>> {
    Router::new()
        .route("/appointments", get(choose::page))
        .route("/appointments/times", get(times::page))
        .route("/appointments/book", get(book::page).post(book::submit))
        .route("/appointments/booking", get(own::page))
        .route("/appointments/booking/calendar", get(own::calendar))
        .route("/appointments/booking/letter", get(own::letter))
        .route("/appointments/booking/move", post(own::move_to))
        .route("/appointments/booking/cancel", post(own::cancel))
        .route("/appointments/find", get(find::page).post(find::submit))
}

/// Whoever holds it may see and change a booking.
#[derive(Serialize, Deserialize)]
pub(crate) struct BookingKey {
    pub(crate) booking: BookingId,
}
impl Travels for BookingKey {
    const PURPOSE: &'static str = "booking";
}

/// A booking that is being made: sent twice, it is made once.
#[derive(Serialize, Deserialize)]
struct BookingDraft {
    booking: BookingId,
}
impl Travels for BookingDraft {
    const PURPOSE: &'static str = "booking draft";
}

/// What of a choice stands in an address.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Wanted {
    office: String,
    service: String,
}

/// An office and one of its services.
struct Choice {
    office: Office,
    service: ServiceKind,
    minutes: i64,
}

/// The offices, in the order of their ids.
async fn offices(segl: &Segl) -> Result<Vec<Office>, Fault> {
    Ok(segl.store.read(store::office::all).await?)
}

/// What an address chooses; nothing where the office does not do that, or does not exist.
async fn chosen(segl: &Segl, wanted: &Wanted) -> Result<Option<Choice>, Fault> {
    let (Ok(id), Ok(service)) = (
        OfficeId::parse(&wanted.office),
        wanted.service.parse::<ServiceKind>(),
    ) else {
        return Ok(None);
    };
    let found = segl
        .store
        .read(move |tx| store::office::find(tx, &id))
        .await?;
    Ok(found.and_then(|office| {
        let minutes = office.minutes(service)?;
        Some(Choice {
            office,
            service,
            minutes,
        })
    }))
}

/// The text that belongs to a service: its name, or an attribute of it.
const fn service_key(service: ServiceKind) -> &'static str {
    match service {
        ServiceKind::NewIdentity => "service-new-identity",
        ServiceKind::WithWitness => "service-with-witness",
        ServiceKind::LostAccess => "service-lost-access",
        ServiceKind::PCode => "service-p-code",
    }
}

/// What a service is called.
pub(crate) fn service_name(t: T<'_>, service: ServiceKind) -> &str {
    t.get(service_key(service))
}

/// What to bring (R-DOC, R-WIT-4).
pub(crate) fn what_to_bring(t: T<'_>, service: ServiceKind) -> Vec<String> {
    let keys: &[&'static str] = match service {
        ServiceKind::NewIdentity => &[
            "service-new-identity.bring-one",
            "service-new-identity.bring-two",
            "service-new-identity.bring-cpr",
            "service-new-identity.bring-witness",
        ],
        ServiceKind::WithWitness => &[
            "service-with-witness.bring-documents",
            "service-with-witness.bring-witness",
            "service-with-witness.bring-again",
        ],
        ServiceKind::LostAccess => &[
            "service-lost-access.bring-one",
            "service-lost-access.bring-phone",
        ],
        ServiceKind::PCode => &["service-p-code.bring-one"],
    };
    keys.iter().map(|key| t.get(key).to_owned()).collect()
}

/// What an office is called.
pub(crate) fn office_name(office: &Office, lang: Lang) -> &str {
    match lang {
        Lang::Da => &office.name.da,
        Lang::En => &office.name.en,
    }
}

/// A time that cannot be had, in words.
const fn slot_refused(refused: SlotRefused) -> &'static str {
    match refused {
        SlotRefused::Taken => "booking-slot-taken",
        SlotRefused::TooSoon => "booking-slot-soon",
        SlotRefused::TooFarAhead | SlotRefused::NoSuchTime => "booking-slot-none",
    }
}

/// When a booking begins, in Danish local time; for somebody without a time, when they came.
pub(crate) fn begins(booking: &Booking) -> Zoned {
    dates::in_denmark(booking.slot.map_or(booking.made_at, |slot| slot.starts_at))
}

/// When somebody is reminded: at ten the day before, if that is to come yet.
fn remind_at(day: Date, policy: &Policy, now: Timestamp) -> Option<Timestamp> {
    let hour = Time::new(policy.appointments.reminder_hour, 0, 0, 0).ok()?;
    let before = day.yesterday().ok()?;
    let at = before.to_datetime(hour).to_zoned(dates::denmark()).ok()?;
    Some(at.timestamp()).filter(|at| *at > now)
}

/// The address of a booking's own page.
fn own_address(segl: &Segl, booking: BookingId, told: &str) -> Result<String, Fault> {
    let key = sealed::seal(&segl.keys().sealed, &BookingKey { booking })?;
    Ok(format!("/appointments/booking?k={key}{told}"))
}

/// 303 to an address of ours.
fn see_other(address: &str) -> Result<Response, Fault> {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let address = HeaderValue::from_str(address)
        .map_err(|_| Fault::Page("an address that no header can hold".to_owned()))?;
    response.headers_mut().insert(LOCATION, address);
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn r_bok_1_people_are_reminded_at_ten_the_day_before_and_not_when_that_is_past() {
        let policy = Policy::builtin();
        let day = date(2026, 11, 30);
        let ten: Timestamp = "2026-11-29T09:00:00Z".parse().unwrap();
        let micro = jiff::SignedDuration::from_micros(1);
        assert_eq!(remind_at(day, &policy, ten - micro), Some(ten));
        assert_eq!(remind_at(day, &policy, ten), None);
        // The clock was put forward in the night between: ten is ten all the same.
        let spring: Timestamp = "2027-03-28T08:00:00Z".parse().unwrap();
        assert_eq!(remind_at(date(2027, 3, 29), &policy, ten), Some(spring));
    }
}
