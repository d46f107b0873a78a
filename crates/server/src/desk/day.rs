//! `/day` of the desk: who comes today, who is here, and who is next (R-BOK-1).

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::appointment::{
    Booking, BookingRefused, BookingState, Day, Guest, Next, Office, OfficeId, Reference,
    ServiceKind, Step,
};
use domain::id::BookingId;
use domain::secret::Pii;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use store::desk::Act;
use store::{StoreError, Tx};

use super::{Official, see_other};
use crate::Segl;
use crate::appointments::{begins, office_name, service_name};
use crate::context::Context;
use crate::dates;
use crate::error::Fault;
use crate::pages::{Frame, render};
use crate::random;

/// The day's list.
#[derive(Template)]
#[template(path = "desk/day.html")]
struct DayPage<'a> {
    frame: Frame<'a>,
    official: &'a Official,
    section: &'static str,
    /// The offices of the official's own organisation.
    offices: &'a [Office],
    office: Option<&'a Office>,
    day: Date,
    day_words: String,
    today: bool,
    lines: Vec<Line>,
    next: String,
    told: Option<&'a str>,
}

/// One person on the list.
struct Line {
    id: BookingId,
    time: Option<String>,
    name: String,
    number: String,
    service: String,
    state: BookingState,
    /// What can be noted now.
    steps: Vec<&'static str>,
}

impl DayPage<'_> {
    fn office_name<'b>(&self, office: &'b Office) -> &'b str {
        office_name(office, self.frame.t.lang())
    }

    fn service_name(&self, service: ServiceKind) -> &str {
        service_name(self.frame.t, service)
    }

    fn is_shown(&self, office: &Office) -> bool {
        self.office.is_some_and(|shown| shown.id == office.id)
    }

    fn state(&self, line: &Line) -> &str {
        self.frame.t.get(match line.state {
            BookingState::Booked => "desk-state.booked",
            BookingState::Arrived { .. } => "desk-state.arrived",
            BookingState::InService { .. } => "desk-state.in_service",
            BookingState::Done { .. } => "desk-state.done",
            BookingState::NoShow { .. } => "desk-state.no_show",
            BookingState::Cancelled { .. } => "desk-state.cancelled",
        })
    }

    fn tone(&self, line: &Line) -> &'static str {
        match line.state {
            BookingState::Arrived { .. } => "note",
            BookingState::InService { .. } => "good",
            BookingState::NoShow { .. } => "bad",
            _ => "quiet",
        }
    }

    fn step(&self, step: &&'static str) -> &str {
        self.frame.t.get(match *step {
            "arrive" => "desk-step.arrive",
            "call" => "desk-step.call",
            "finish" => "desk-step.finish",
            _ => "desk-step.no_show",
        })
    }
}

/// What stands in the address.
#[derive(Deserialize)]
pub(super) struct Address {
    office: Option<String>,
    day: Option<Date>,
    told: Option<String>,
}

/// The list of one office on one day.
pub(super) async fn page(
    State(segl): State<Arc<Segl>>,
    context: Context,
    official: Official,
    query: Result<Query<Address>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(address) = query.map_err(|_| Fault::Malformed("office and day".to_owned()))?;
    let today = dates::in_denmark(context.now).date();
    let day = address.day.unwrap_or(today);
    let (offices, shown, bookings) = load(&segl, &official, address.office, day).await?;
    let office = shown.and_then(|shown| offices.get(shown));
    let t = context.texts(&segl);
    let list = office.map(|office| Day::new(office, day, bookings));
    let page = DayPage {
        frame: Frame::new(&segl, &context, "desk-day-title"),
        official: &official,
        section: "day",
        offices: &offices,
        office,
        day,
        day_words: dates::weekday_and_day(t, day),
        today: day == today,
        lines: list.as_ref().map_or_else(Vec::new, |list| {
            let line = |booking: &&Booking| line(t, &segl, booking, context.now);
            list.in_order().iter().map(line).collect()
        }),
        next: list
            .as_ref()
            .map_or_else(String::new, |list| next(t, &segl, list, context.now)),
        told: address.told.as_deref().and_then(told).map(|key| t.get(key)),
    };
    render(&page, StatusCode::OK, None)
}

/// The offices of the official's organisation, which of them is shown, and what is booked there on a day.
async fn load(
    segl: &Arc<Segl>,
    official: &Official,
    asked: Option<String>,
    day: Date,
) -> Result<(Vec<Office>, Option<usize>, Vec<Booking>), Fault> {
    let (shared, cvr) = (Arc::clone(segl), official.organisation.cvr.clone());
    segl.store
        .read(move |tx| {
            let offices = store::office::of_organisation(tx, &cvr)?;
            let shown = match &asked {
                Some(id) => offices.iter().position(|office| office.id.as_str() == id),
                None => (!offices.is_empty()).then_some(0),
            };
            // An office of another municipality is none, as far as this official is told.
            if asked.is_some() && shown.is_none() {
                return Err(Fault::NotFound);
            }
            let bookings = match shown.and_then(|shown| offices.get(shown)) {
                Some(office) => {
                    store::appointment::of_day(tx, &shared.keys().data, &office.id, day)?
                }
                None => Vec::new(),
            };
            Ok((offices, shown, bookings))
        })
        .await
}

/// What a step that was not taken is told as.
fn told(word: &str) -> Option<&'static str> {
    match word {
        "changed" => Some("desk-day-changed"),
        "may-come" => Some("desk-day-may-come"),
        "name" => Some("desk-day-add-missing"),
        _ => None,
    }
}

fn line(t: crate::i18n::T<'_>, segl: &Segl, booking: &Booking, now: Timestamp) -> Line {
    let steps = [
        ("arrive", Step::Arrive),
        ("call", Step::Call),
        ("finish", Step::Finish),
        ("no_show", Step::NoShow),
    ];
    let possible = |step: Step| booking.clone().step(step, &segl.policy, now).is_ok();
    Line {
        id: booking.id,
        time: booking.slot.map(|_| dates::time(t, &begins(booking))),
        name: booking.guest.name.expose().clone(),
        number: booking.reference.spaced(),
        service: service_name(t, booking.service).to_owned(),
        state: booking.state,
        steps: steps
            .into_iter()
            .filter(|(_, step)| possible(*step))
            .map(|(word, _)| word)
            .collect(),
    }
}

fn next(t: crate::i18n::T<'_>, segl: &Segl, list: &Day<'_>, now: Timestamp) -> String {
    let named = |key: &str, id: BookingId| {
        let booking = list.in_order().into_iter().find(|booking| booking.id == id);
        let name = booking.map_or("", |booking| booking.guest.name.expose());
        t.with(key, "name", name)
    };
    match list.next(&segl.policy, now) {
        Next::Booked(id) => named("desk-day-next-booked", id),
        Next::WalkIn(id) => named("desk-day-next-walk-in", id),
        Next::WalkInsWait => t.get("desk-day-next-wait").to_owned(),
        Next::Nobody => t.get("desk-day-next-nobody").to_owned(),
    }
}

/// What a button of the list sends.
#[derive(Deserialize)]
pub(super) struct Noted {
    booking: BookingId,
    step: String,
}

/// Notes how far somebody is.
pub(super) async fn note(
    State(segl): State<Arc<Segl>>,
    context: Context,
    official: Official,
    form: Result<Form<Noted>, FormRejection>,
) -> Result<Response, Fault> {
    let Form(Noted { booking, step }) =
        form.map_err(|_| Fault::Malformed("booking and step".to_owned()))?;
    context.own_desk_form(&segl)?;
    let step: Step = step
        .parse()
        .map_err(|_| Fault::Malformed("step".to_owned()))?;
    let (shared, now, random) = (Arc::clone(&segl), context.now, random::bytes::<8>()?);
    let (office, day, told) = segl
        .store
        .write(booking.as_bytes(), move |tx| {
            note_in(tx, &shared, &official, (booking, step), (now, random))
        })
        .await?;
    see_other(&format!("/day?office={office}&day={day}{told}"))
}

fn note_in(
    tx: &mut Tx<'_>,
    segl: &Segl,
    official: &Official,
    (booking, step): (BookingId, Step),
    (now, random): (Timestamp, [u8; 8]),
) -> Result<(OfficeId, Date, &'static str), Fault> {
    let keys = segl.keys();
    let before = store::appointment::find(tx, &keys.data, booking)?.ok_or(Fault::NotFound)?;
    own_office(tx, official, &before.office)?;
    let place = (before.office.clone(), before.day);
    let told = match before.clone().step(step, &segl.policy, now) {
        Ok(after) if store::appointment::advance(tx, &before, &after)? => {
            let act = Act::alone(match step {
                Step::Arrive => "appointment_arrived",
                Step::Call => "appointment_called",
                Step::Finish => "appointment_finished",
                Step::NoShow => "appointment_no_show",
            });
            store::desk::record(tx, &keys.data, official, &act, (now, random))?;
            ""
        }
        Err(BookingRefused::MayStillCome) => "&told=may-come",
        Ok(_) | Err(_) => "&told=changed",
    };
    Ok((place.0, place.1, told))
}

/// An office, if it is of the official's own municipality; another's does not exist for them.
fn own_office(tx: &mut Tx<'_>, official: &Official, id: &OfficeId) -> Result<Office, Fault> {
    store::office::find(tx, id)?
        .filter(|office| office.organisation == official.organisation.cvr)
        .ok_or(Fault::NotFound)
}

/// Somebody who came without an appointment.
#[derive(Deserialize)]
pub(super) struct Came {
    office: String,
    service: String,
    name: String,
}

/// Puts somebody on today's list who came without an appointment.
pub(super) async fn walk_in(
    State(segl): State<Arc<Segl>>,
    context: Context,
    official: Official,
    form: Result<Form<Came>, FormRejection>,
) -> Result<Response, Fault> {
    let Form(came) = form.map_err(|_| Fault::Malformed("office, service and name".to_owned()))?;
    context.own_desk_form(&segl)?;
    let office = OfficeId::parse(&came.office).map_err(|_| Fault::NotFound)?;
    let service: ServiceKind = came
        .service
        .parse()
        .map_err(|_| Fault::Malformed("service".to_owned()))?;
    let name = came.name.split_whitespace().collect::<Vec<_>>().join(" ");
    if !domain::desk::is_shown(&name) {
        return see_other(&format!("/day?office={office}&told=name"));
    }
    let booking = Booking {
        id: BookingId::from_random(random::bytes()?),
        reference: Reference::from_random(random::bytes()?),
        office: office.clone(),
        day: dates::in_denmark(context.now).date(),
        service,
        slot: None,
        guest: Guest {
            name: Pii::new(name),
            phone: None,
            email: None,
            language: context.lang.tag().to_owned(),
        },
        state: BookingState::Arrived { at: context.now },
        made_at: context.now,
    };
    let (shared, random) = (Arc::clone(&segl), random::bytes::<8>()?);
    segl.store
        .write(office.as_str().as_bytes(), move |tx| {
            let keys = shared.keys();
            let office = own_office(tx, &official, &booking.office)?;
            office.minutes(booking.service).ok_or(Fault::NotFound)?;
            if !store::appointment::insert(tx, &keys.data, &booking, None)? {
                // One of a hundred million numbers met itself: nothing was written, and the next try draws another.
                return Err(Fault::Store(StoreError::Busy));
            }
            let act = Act::alone("walk_in_noted");
            store::desk::record(tx, &keys.data, &official, &act, (booking.made_at, random))?;
            Ok::<_, Fault>(())
        })
        .await?;
    see_other(&format!("/day?office={office}"))
}
