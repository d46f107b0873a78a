//! `GET /appointments/times`: the next days on which there are free times, for a new booking or for one that moves.

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::appointment::{Day, ServiceKind, Slot};
use jiff::Span;
use jiff::civil::Date;
use serde::Deserialize;
use store::StoreError;

use super::{Choice, Wanted, choose, chosen, office_name, service_name};
use crate::Segl;
use crate::context::Context;
use crate::dates;
use crate::error::Fault;
use crate::pages::{Frame, render};

/// How many days with free times a page shows.
const DAYS: usize = 5;

/// The page of free times.
#[derive(Template)]
#[template(path = "appointments/times.html")]
struct TimesPage<'a> {
    frame: Frame<'a>,
    choice: &'a Choice,
    days: Vec<FreeDay>,
    /// The day from which the page after this one looks.
    later: Option<Date>,
    first: bool,
    /// The sealed key of a booking that moves.
    moving: Option<&'a str>,
    error: Option<&'a str>,
}

/// A day and its free times.
struct FreeDay {
    words: String,
    times: Vec<(i64, String)>,
}

impl TimesPage<'_> {
    fn lead(&self) -> String {
        let t = self.frame.t;
        let minutes = self.choice.minutes.to_string();
        let named = [
            ("service", service_name(t, self.choice.service)),
            ("office", office_name(&self.choice.office, t.lang())),
            ("minutes", minutes.as_str()),
        ];
        t.with_all("booking-times-lead", &named)
    }

    fn address(&self, from: Option<&Date>) -> String {
        address(self.choice, from, self.moving)
    }
}

/// The page's address, from a day on.
fn address(choice: &Choice, from: Option<&Date>, moving: Option<&str>) -> String {
    let from = from.map(|from| format!("&from={from}"));
    let moving = moving.map(|key| format!("&k={key}"));
    format!(
        "/appointments/times?office={}&service={}{}{}",
        choice.office.id,
        choice.service.word(),
        from.unwrap_or_default(),
        moving.unwrap_or_default()
    )
}

/// What stands in the address.
#[derive(Deserialize)]
pub(super) struct Address {
    #[serde(default)]
    office: String,
    #[serde(default)]
    service: String,
    from: Option<Date>,
    k: Option<String>,
}

/// The page.
pub(super) async fn page(
    State(segl): State<Arc<Segl>>,
    context: Context,
    query: Result<Query<Address>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(address) = query.map_err(|_| Fault::Malformed("office and service".to_owned()))?;
    let wanted = Wanted {
        office: address.office,
        service: address.service,
    };
    let service = wanted.service.parse::<ServiceKind>().ok();
    let Some(choice) = chosen(&segl, &wanted).await? else {
        let error = if service.is_some() {
            "booking-not-there"
        } else {
            "booking-what-missing"
        };
        let kept = (service, wanted.office.as_str());
        return choose::show(&segl, &context, kept, Some(error)).await;
    };
    let moving = address.k.as_deref();
    show(&segl, &context, &choice, (address.from, moving), None).await
}

/// The page from a day on, and why another time must be chosen.
pub(super) async fn show(
    segl: &Arc<Segl>,
    context: &Context,
    choice: &Choice,
    (from, moving): (Option<Date>, Option<&str>),
    error: Option<&'static str>,
) -> Result<Response, Fault> {
    let today = dates::in_denmark(context.now).date();
    let from = from.unwrap_or(today).max(today);
    let (found, later) = free(segl, context, choice, from).await?;
    let t = context.texts(segl);
    let days = found
        .into_iter()
        .map(|(day, slots)| FreeDay {
            words: dates::weekday_and_day(t, day),
            times: slots
                .iter()
                .map(|slot| {
                    let at = dates::in_denmark(slot.starts_at);
                    (slot.starts_at.as_second(), dates::time(t, &at))
                })
                .collect(),
        })
        .collect();
    let mut frame = Frame::new(segl, context, "booking-times-title");
    // Shown in answer to a form, the page has an address of its own all the same.
    frame.here = address(choice, Some(&from), moving);
    let page = TimesPage {
        frame,
        choice,
        days,
        later,
        first: from == today,
        moving,
        error: error.map(|key| t.get(key)),
    };
    let status = if error.is_some() {
        StatusCode::CONFLICT
    } else {
        StatusCode::OK
    };
    render(&page, status, None)
}

/// The next days with free times, and from which day on there may be more.
async fn free(
    segl: &Arc<Segl>,
    context: &Context,
    choice: &Choice,
    from: Date,
) -> Result<(Vec<(Date, Vec<Slot>)>, Option<Date>), Fault> {
    let (shared, now) = (Arc::clone(segl), context.now);
    let (office, service) = (choice.office.clone(), choice.service);
    let ahead = Span::new()
        .try_days(segl.policy.appointments.days_ahead)
        .unwrap_or_default();
    let last = dates::in_denmark(now).date().saturating_add(ahead);
    let found = segl
        .store
        .read(move |tx| {
            let (keys, zone) = (shared.keys(), dates::denmark());
            let mut days = Vec::new();
            let mut day = from;
            while day <= last && days.len() < DAYS {
                if !office.hours_on(day).is_empty() {
                    let taken = store::appointment::of_day(tx, &keys.data, &office.id, day)?;
                    let free =
                        Day::new(&office, day, taken).free(service, &zone, &shared.policy, now);
                    if let Some(slots) = free.ok().filter(|slots| !slots.is_empty()) {
                        days.push((day, slots));
                    }
                }
                day = day.saturating_add(Span::new().days(1));
            }
            Ok::<_, StoreError>((days, (day <= last).then_some(day)))
        })
        .await?;
    Ok(found)
}
