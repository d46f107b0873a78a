//! `GET` and `POST /appointments/book`: who comes, and the booking itself.

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::appointment::{Booking, BookingState, Day, Guest, Reference, SlotRefused};
use domain::id::BookingId;
use domain::reach::{EmailAddress, PhoneNumber};
use domain::secret::Pii;
use jiff::Timestamp;
use serde::Deserialize;
use store::Tx;

use super::{
    BookingDraft, Choice, Wanted, choose, chosen, messages, office_name, own_address, remind_at,
    see_other, service_name, slot_refused, times,
};
use crate::Segl;
use crate::context::Context;
use crate::dates;
use crate::error::Fault;
use crate::pages::{Frame, render};
use crate::random;
use crate::sealed;

/// The longest name.
const NAME_CHARACTERS: usize = 100;

/// The page that asks who comes.
#[derive(Template)]
#[template(path = "appointments/details.html")]
struct DetailsPage<'a> {
    frame: Frame<'a>,
    choice: &'a Choice,
    at: i64,
    when: String,
    draft: &'a str,
    typed: &'a Typed,
    wrong: Wrong,
    privacy: String,
}

impl DetailsPage<'_> {
    fn service(&self) -> &str {
        service_name(self.frame.t, self.choice.service)
    }

    fn office(&self) -> &str {
        office_name(&self.choice.office, self.frame.t.lang())
    }
}

/// What is wrong with each field.
#[derive(Default)]
struct Wrong {
    name: Option<&'static str>,
    phone: Option<&'static str>,
    email: Option<&'static str>,
}

impl Wrong {
    const fn any(&self) -> bool {
        self.name.is_some() || self.phone.is_some() || self.email.is_some()
    }
}

/// What stands in the address.
#[derive(Deserialize)]
pub(super) struct Address {
    #[serde(flatten)]
    wanted: Wanted,
    at: String,
}

/// What the page sends.
#[derive(Deserialize, Default)]
pub(super) struct Typed {
    office: String,
    service: String,
    at: String,
    draft: String,
    name: String,
    phone: String,
    email: String,
}

fn moment(seconds: &str) -> Result<Timestamp, Fault> {
    seconds
        .parse()
        .ok()
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .ok_or_else(|| Fault::Malformed("at".to_owned()))
}

/// The page.
pub(super) async fn page(
    State(segl): State<Arc<Segl>>,
    context: Context,
    query: Result<Query<Address>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(Address { wanted, at }) =
        query.map_err(|_| Fault::Malformed("office, service and at".to_owned()))?;
    let at = moment(&at)?;
    let Some(choice) = chosen(&segl, &wanted).await? else {
        return choose::show(&segl, &context, (None, ""), Some("booking-not-there")).await;
    };
    let draft = BookingDraft {
        booking: BookingId::from_random(random::bytes()?),
    };
    let typed = Typed {
        draft: sealed::seal(&segl.keys().sealed, &draft)?,
        ..Typed::default()
    };
    show(&segl, &context, (&choice, at), &typed, Wrong::default())
}

fn show(
    segl: &Segl,
    context: &Context,
    (choice, at): (&Choice, Timestamp),
    typed: &Typed,
    wrong: Wrong,
) -> Result<Response, Fault> {
    let t = context.texts(segl);
    let mut frame = Frame::new(segl, context, "booking-details-title");
    frame.here = format!(
        "/appointments/book?office={}&service={}&at={}",
        choice.office.id,
        choice.service.word(),
        at.as_second()
    );
    let status = if wrong.any() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let days = segl.policy.appointments.forget_after_days.to_string();
    let page = DetailsPage {
        frame,
        choice,
        at: at.as_second(),
        when: dates::day_and_time(t, &dates::in_denmark(at)),
        draft: &typed.draft,
        typed,
        wrong,
        privacy: t.with("booking-privacy", "days", &days),
    };
    render(&page, status, None)
}

/// Books, and leads to the booking's own page.
pub(super) async fn submit(
    State(segl): State<Arc<Segl>>,
    context: Context,
    form: Result<Form<Typed>, FormRejection>,
) -> Result<Response, Fault> {
    let Form(typed) = form.map_err(|_| Fault::Malformed("the booking".to_owned()))?;
    context.own_form(&segl)?;
    segl.limits.start(context.address)?;
    let at = moment(&typed.at)?;
    let wanted = Wanted {
        office: typed.office.clone(),
        service: typed.service.clone(),
    };
    let Some(choice) = chosen(&segl, &wanted).await? else {
        return choose::show(&segl, &context, (None, ""), Some("booking-not-there")).await;
    };
    let draft: BookingDraft =
        sealed::open(&segl.keys().sealed, &typed.draft).ok_or(Fault::LinkOver)?;
    let guest = match guest(&typed, &context) {
        Ok(guest) => guest,
        Err(wrong) => return show(&segl, &context, (&choice, at), &typed, wrong),
    };
    match book(&segl, &context, &choice, (draft.booking, at), guest).await? {
        Booked::Done(booking) => see_other(&own_address(&segl, booking, "&told=booked")?),
        Booked::TooMany => {
            let wrong = Wrong {
                phone: Some("booking-phone.many"),
                ..Wrong::default()
            };
            show(&segl, &context, (&choice, at), &typed, wrong)
        }
        Booked::Refused(refused) => {
            let from = dates::in_denmark(at).date();
            let error = Some(slot_refused(refused));
            times::show(&segl, &context, &choice, (Some(from), None), error).await
        }
    }
}

/// What was typed, checked field by field.
fn guest(typed: &Typed, context: &Context) -> Result<Guest, Wrong> {
    let name = typed.name.split_whitespace().collect::<Vec<_>>().join(" ");
    let phone = PhoneNumber::parse(&typed.phone);
    let email = match typed.email.trim() {
        "" => Ok(None),
        text => EmailAddress::parse(text).map(Some),
    };
    let wrong = Wrong {
        name: match name.chars().count() {
            0 => Some("booking-name.missing"),
            1..=NAME_CHARACTERS => None,
            _ => Some("booking-name.long"),
        },
        phone: phone.is_err().then_some("booking-phone.wrong"),
        email: email.is_err().then_some("booking-email.wrong"),
    };
    match (phone, email) {
        (Ok(phone), Ok(email)) if !wrong.any() => Ok(Guest {
            name: Pii::new(name),
            phone: Some(Pii::new(phone.expose().to_owned())),
            email: email.map(|email| Pii::new(email.expose().to_owned())),
            language: context.lang.tag().to_owned(),
        }),
        _ => Err(wrong),
    }
}

/// What came of booking.
enum Booked {
    Done(BookingId),
    TooMany,
    Refused(SlotRefused),
}

async fn book(
    segl: &Arc<Segl>,
    context: &Context,
    choice: &Choice,
    (id, at): (BookingId, Timestamp),
    guest: Guest,
) -> Result<Booked, Fault> {
    let booking = Booking {
        id,
        reference: Reference::from_random(random::bytes()?),
        office: choice.office.id.clone(),
        day: dates::in_denmark(at).date(),
        service: choice.service,
        slot: None,
        guest,
        state: BookingState::Booked,
        made_at: context.now,
    };
    let (shared, office) = (Arc::clone(segl), choice.office.clone());
    let random = random::bytes::<16>()?;
    segl.store
        .write(choice.office.id.as_str().as_bytes(), move |tx| {
            let work = Booking { ..booking.clone() };
            transact(tx, &shared, &office, (work, at), &random)
        })
        .await
}

fn transact(
    tx: &mut Tx<'_>,
    segl: &Segl,
    office: &domain::appointment::Office,
    (booking, at): (Booking, Timestamp),
    random: &[u8; 16],
) -> Result<Booked, Fault> {
    let (keys, now) = (segl.keys(), booking.made_at);
    let taken = store::appointment::take_day(tx, &keys.data, &office.id, booking.day)?;
    if taken.iter().any(|other| other.id == booking.id) {
        return Ok(Booked::Done(booking.id));
    }
    let phone = booking.guest.phone.as_ref();
    if let Some(phone) = phone {
        let to_come = store::appointment::to_come_of_phone(tx, &keys.data, phone.expose(), now)?;
        if to_come >= segl.policy.appointments.per_phone {
            return Ok(Booked::TooMany);
        }
    }
    let day = Day::new(office, booking.day, taken);
    let wanted = (booking.service, at);
    let slot = match day.admit(wanted, None, &dates::denmark(), &segl.policy, now) {
        Ok(slot) => slot,
        Err(refused) => return Ok(Booked::Refused(refused)),
    };
    let booking = Booking {
        slot: Some(slot),
        ..booking
    };
    let remind = remind_at(booking.day, &segl.policy, now);
    if !store::appointment::insert(tx, &keys.data, &booking, remind)? {
        // The draft was used on another day, or one of a hundred million numbers met itself.
        return Err(Fault::LinkOver);
    }
    messages::booked(tx, segl, office, &booking, random)?;
    Ok(Booked::Done(booking.id))
}
