//! `GET` and `POST /appointments/find`: one's own booking, by its number and the telephone number.

use std::sync::Arc;

use askama::Template;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::appointment::{Booking, Reference};
use domain::reach::PhoneNumber;
use serde::Deserialize;

use super::{own_address, see_other};
use crate::Segl;
use crate::context::Context;
use crate::error::Fault;
use crate::pages::{Frame, render};

/// The page that asks for both numbers.
#[derive(Template)]
#[template(path = "appointments/find.html")]
struct FindPage<'a> {
    frame: Frame<'a>,
    number: &'a str,
    error: Option<String>,
}

/// What the page sends.
#[derive(Deserialize)]
pub(super) struct Typed {
    number: String,
    phone: String,
}

/// The page.
pub(super) async fn page(
    State(segl): State<Arc<Segl>>,
    context: Context,
) -> Result<Response, Fault> {
    show(&segl, &context, "", false)
}

/// The page for whoever holds a link that leads nowhere any more.
pub(super) fn lost(segl: &Segl, context: &Context) -> Result<Response, Fault> {
    show(segl, context, "", true)
}

fn show(segl: &Segl, context: &Context, number: &str, wrong: bool) -> Result<Response, Fault> {
    let t = context.texts(segl);
    let mut frame = Frame::new(segl, context, "booking-find-title");
    "/appointments/find".clone_into(&mut frame.here);
    let days = segl.policy.appointments.forget_after_days.to_string();
    let page = FindPage {
        frame,
        number,
        error: wrong.then(|| t.with("booking-find-wrong", "days", &days)),
    };
    let status = if wrong {
        StatusCode::NOT_FOUND
    } else {
        StatusCode::OK
    };
    render(&page, status, None)
}

/// Leads to the booking, if both numbers fit. What is wrong is not told, and a guess costs a look-up of the address that guesses.
pub(super) async fn submit(
    State(segl): State<Arc<Segl>>,
    context: Context,
    form: Result<Form<Typed>, FormRejection>,
) -> Result<Response, Fault> {
    let Form(typed) = form.map_err(|_| Fault::Malformed("number and phone".to_owned()))?;
    context.own_form(&segl)?;
    segl.limits.start(context.address)?;
    let (Ok(reference), Ok(phone)) = (
        Reference::parse(typed.number.trim()),
        PhoneNumber::parse(&typed.phone),
    ) else {
        return show(&segl, &context, &typed.number, true);
    };
    let shared = Arc::clone(&segl);
    let found = segl
        .store
        .read(move |tx| store::appointment::find_by_reference(tx, &shared.keys().data, reference))
        .await?;
    match found.filter(|booking| has_phone(booking, &phone)) {
        Some(booking) => see_other(&own_address(&segl, booking.id, "")?),
        None => show(&segl, &context, &typed.number, true),
    }
}

fn has_phone(booking: &Booking, phone: &PhoneNumber) -> bool {
    booking.guest.phone.as_ref().is_some_and(|own| {
        verify_slices_are_equal(own.expose().as_bytes(), phone.expose().as_bytes()).is_ok()
    })
}
