//! `/appointments/booking`: one's own booking, its calendar file and letter, and moving or cancelling it.

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::appointment::{Booking, BookingRefused, BookingState, Day, Office, SlotRefused};
use domain::id::BookingId;
use jiff::Timestamp;
use serde::Deserialize;
use store::{StoreError, Tx};

use super::{
    BookingKey, Choice, begins, calendar, find, messages, office_name, own_address, remind_at,
    see_other, service_name, slot_refused, times, what_to_bring,
};
use crate::Segl;
use crate::context::Context;
use crate::dates;
use crate::error::Fault;
use crate::letters::{self, Confirmation, Sender};
use crate::pages::{Frame, render};
use crate::random;
use crate::sealed;

/// One's own booking.
#[derive(Template)]
#[template(path = "appointments/own.html")]
struct OwnPage<'a> {
    frame: Frame<'a>,
    booking: &'a Booking,
    office: &'a Office,
    key: &'a str,
    when: String,
    bring: Vec<String>,
    stage: Stage,
    too_late: String,
    /// What has just been done: the page says so.
    told: bool,
}

/// What can still be done with it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Changeable,
    TooLate,
    Cancelled,
    Over,
}

impl OwnPage<'_> {
    fn service(&self) -> &str {
        service_name(self.frame.t, self.booking.service)
    }

    fn office_name(&self) -> &str {
        office_name(self.office, self.frame.t.lang())
    }

    fn to_come(&self) -> bool {
        matches!(self.stage, Stage::Changeable | Stage::TooLate)
    }
}

/// What stands in the address.
#[derive(Deserialize)]
pub(super) struct Address {
    k: String,
    told: Option<String>,
}

type Asked = Result<Query<Address>, QueryRejection>;

/// A booking with its office, by its sealed key.
async fn load(segl: &Arc<Segl>, key: &str) -> Result<Option<(Booking, Office)>, Fault> {
    let Some(BookingKey { booking }) = sealed::open(&segl.keys().sealed, key) else {
        return Ok(None);
    };
    let shared = Arc::clone(segl);
    Ok(segl
        .store
        .read(move |tx| with_office(tx, &shared, booking))
        .await?)
}

pub(super) fn with_office(
    tx: &mut Tx<'_>,
    segl: &Segl,
    booking: BookingId,
) -> Result<Option<(Booking, Office)>, StoreError> {
    let Some(booking) = store::appointment::find(tx, &segl.keys().data, booking)? else {
        return Ok(None);
    };
    let office = store::office::find(tx, &booking.office)?;
    Ok(office.map(|office| (booking, office)))
}

/// The page.
pub(super) async fn page(
    State(segl): State<Arc<Segl>>,
    context: Context,
    query: Asked,
) -> Result<Response, Fault> {
    let Query(Address { k, told }) = query.map_err(|_| Fault::Malformed("k".to_owned()))?;
    let Some((booking, office)) = load(&segl, &k).await? else {
        return find::lost(&segl, &context);
    };
    let (title, told) = match (booking.state, told.as_deref()) {
        (BookingState::Cancelled { .. }, _) => ("booking-cancelled-title", true),
        (BookingState::Booked, Some("booked")) => ("booking-done-title", true),
        (BookingState::Booked, Some("moved")) => ("booking-moved-title", true),
        (BookingState::Booked, _) => ("booking-own-title", false),
        _ => ("booking-over-title", false),
    };
    let t = context.texts(&segl);
    let minutes = segl.policy.appointments.change_until_minutes.to_string();
    let page = OwnPage {
        frame: Frame::new(&segl, &context, title),
        stage: match booking.changeable(&segl.policy, context.now) {
            Ok(_) => Stage::Changeable,
            Err(_) if matches!(booking.state, BookingState::Cancelled { .. }) => Stage::Cancelled,
            Err(BookingRefused::TooLate) if begins(&booking).timestamp() > context.now => {
                Stage::TooLate
            }
            Err(_) => Stage::Over,
        },
        when: dates::day_and_time(t, &begins(&booking)),
        bring: what_to_bring(t, booking.service),
        too_late: t.with("booking-too-late", "minutes", &minutes),
        booking: &booking,
        office: &office,
        key: &k,
        told,
    };
    render(&page, StatusCode::OK, None)
}

/// The booking as an iCalendar file (RFC 5545).
pub(super) async fn calendar(
    State(segl): State<Arc<Segl>>,
    context: Context,
    query: Asked,
) -> Result<Response, Fault> {
    let Query(Address { k, .. }) = query.map_err(|_| Fault::Malformed("k".to_owned()))?;
    let (booking, office) = load(&segl, &k).await?.ok_or(Fault::NotFound)?;
    let t = context.texts(&segl);
    let file = calendar::file(t, &booking, &office, context.now);
    let mut response = file.into_response();
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/calendar; charset=utf-8; method=PUBLISH"),
    );
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"borgerservice.ics\""),
    );
    Ok(response)
}

/// The booking as a letter.
pub(super) async fn letter(
    State(segl): State<Arc<Segl>>,
    context: Context,
    query: Asked,
) -> Result<Response, Fault> {
    let Query(Address { k, .. }) = query.map_err(|_| Fault::Malformed("k".to_owned()))?;
    let (booking, office) = load(&segl, &k).await?.ok_or(Fault::NotFound)?;
    let t = context.texts(&segl);
    let confirmation = Confirmation {
        service: service_name(t, booking.service),
        office: office_name(&office, t.lang()),
        address: &office.address.join(", "),
        at: begins(&booking),
        reference: &booking.reference.spaced(),
        bring: what_to_bring(t, booking.service),
    };
    let name = vec![booking.guest.name.expose().clone()];
    letters::booking_confirmation(
        t,
        sender(&office, t.lang()),
        name,
        confirmation,
        context.now,
    )
    .answer(t, "borgerservice")
}

/// An office as it writes letters.
pub(crate) fn sender(office: &Office, lang: crate::i18n::Lang) -> Sender {
    Sender {
        name: office_name(office, lang).to_owned(),
        lines: office
            .address
            .iter()
            .chain([&office.phone])
            .cloned()
            .collect(),
    }
}

/// What the page of times sends for a booking that moves.
#[derive(Deserialize)]
pub(super) struct Moving {
    k: String,
    at: i64,
}

/// What came of changing a booking.
enum Changed {
    Done,
    Refused,
    Slot(SlotRefused),
}

/// Moves the booking to another time of the same office and service.
pub(super) async fn move_to(
    State(segl): State<Arc<Segl>>,
    context: Context,
    form: Result<Form<Moving>, FormRejection>,
) -> Result<Response, Fault> {
    let Form(Moving { k, at }) = form.map_err(|_| Fault::Malformed("k and at".to_owned()))?;
    context.own_form(&segl)?;
    segl.limits.start(context.address)?;
    let at = Timestamp::from_second(at).map_err(|_| Fault::Malformed("at".to_owned()))?;
    let Some((booking, office)) = load(&segl, &k).await? else {
        return find::lost(&segl, &context);
    };
    let id = booking.id;
    let (shared, now, random) = (Arc::clone(&segl), context.now, random::bytes::<8>()?);
    let place = office.clone();
    let changed = segl
        .store
        .write(office.id.as_str().as_bytes(), move |tx| {
            move_in(tx, &shared, &place, (id, at), (now, random))
        })
        .await?;
    match changed {
        Changed::Done => see_other(&own_address(&segl, id, "&told=moved")?),
        Changed::Refused => see_other(&own_address(&segl, id, "")?),
        Changed::Slot(refused) => {
            let Some(minutes) = office.minutes(booking.service) else {
                return see_other(&own_address(&segl, id, "")?);
            };
            let choice = Choice {
                service: booking.service,
                office,
                minutes,
            };
            let from = Some(dates::in_denmark(at).date());
            let error = Some(slot_refused(refused));
            times::show(&segl, &context, &choice, (from, Some(&k)), error).await
        }
    }
}

fn move_in(
    tx: &mut Tx<'_>,
    segl: &Segl,
    office: &Office,
    (id, at): (BookingId, Timestamp),
    (now, random): (Timestamp, [u8; 8]),
) -> Result<Changed, StoreError> {
    let keys = segl.keys();
    let to = dates::in_denmark(at).date();
    let taken = store::appointment::take_day(tx, &keys.data, &office.id, to)?;
    let Some(booking) = store::appointment::find(tx, &keys.data, id)? else {
        return Ok(Changed::Refused);
    };
    let day = Day::new(office, to, taken);
    let wanted = (booking.service, at);
    let slot = match day.admit(wanted, Some(id), &dates::denmark(), &segl.policy, now) {
        Ok(slot) => slot,
        Err(refused) => return Ok(Changed::Slot(refused)),
    };
    let Ok(moved) = booking.clone().moved((to, slot), &segl.policy, now) else {
        return Ok(Changed::Refused);
    };
    let remind = remind_at(to, &segl.policy, now);
    if !store::appointment::reschedule(tx, &booking, &moved, remind)? {
        return Ok(Changed::Refused);
    }
    let told = ("booking-sms-moved", now);
    messages::sms(tx, segl, office, &moved, told, &random)?;
    Ok(Changed::Done)
}

/// What the button sends.
#[derive(Deserialize)]
pub(super) struct Cancelling {
    k: String,
}

/// Cancels the booking.
pub(super) async fn cancel(
    State(segl): State<Arc<Segl>>,
    context: Context,
    form: Result<Form<Cancelling>, FormRejection>,
) -> Result<Response, Fault> {
    let Form(Cancelling { k }) = form.map_err(|_| Fault::Malformed("k".to_owned()))?;
    context.own_form(&segl)?;
    segl.limits.start(context.address)?;
    let Some((booking, _)) = load(&segl, &k).await? else {
        return find::lost(&segl, &context);
    };
    let (shared, now, random) = (Arc::clone(&segl), context.now, random::bytes::<8>()?);
    let id = booking.id;
    segl.store
        .write(booking.office.as_str().as_bytes(), move |tx| {
            cancel_in(tx, &shared, id, (now, random))
        })
        .await?;
    // The page says what came of it: cancelled, or too late.
    see_other(&own_address(&segl, id, "")?)
}

fn cancel_in(
    tx: &mut Tx<'_>,
    segl: &Segl,
    id: BookingId,
    (now, random): (Timestamp, [u8; 8]),
) -> Result<(), StoreError> {
    let Some((booking, office)) = with_office(tx, segl, id)? else {
        return Ok(());
    };
    let Ok(cancelled) = booking.clone().cancel(&segl.policy, now) else {
        return Ok(());
    };
    if store::appointment::advance(tx, &booking, &cancelled)? {
        let told = ("booking-sms-cancelled", now);
        messages::sms(tx, segl, &office, &cancelled, told, &random)?;
    }
    Ok(())
}
