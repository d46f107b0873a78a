//! `GET /signin/events`: server-sent events for the waiting page. Each second a half of the animated QR code (R-SIG-4), and at the
//! end what became of it.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use authn::qr::QrHalf;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::Response;
use axum::response::sse::{Event, Sse};
use domain::id::SignInId;
use futures_util::Stream;
use futures_util::stream::unfold;
use jiff::Timestamp;

use super::wait::Address;
use super::{Carries, carried, stored, word};
use crate::Segl;
use crate::context::Context;
use crate::error::Fault;
use crate::sealed::Wait;
use crate::waiters::Waiter;

/// The stream.
pub async fn stream(
    State(segl): State<Arc<Segl>>,
    context: Context,
    Carries(address): Carries<Address>,
) -> Result<Response, Fault> {
    let Address { s } = address;
    let wait = carried(&segl, &context, &s)?;
    let waiter = segl.waiters.wait(wait.identity, wait.sign_in)?;
    Ok(Sse::new(events(Watch {
        segl,
        wait,
        waiter,
        over: false,
        asked: false,
    }))
    .into_response())
}

struct Watch {
    segl: Arc<Segl>,
    wait: Wait,
    waiter: Waiter,
    over: bool,
    asked: bool,
}

fn events(watch: Watch) -> impl Stream<Item = Result<Event, Infallible>> {
    unfold(watch, |mut watch| async move {
        if watch.over {
            return None;
        }
        let event = next(&mut watch).await?;
        Some((Ok(event), watch))
    })
}

/// The next event: at first and after each signal the state, if it has changed; otherwise a QR half with each new second.
/// Nothing when the server stops: the browser then asks again.
async fn next(watch: &mut Watch) -> Option<Event> {
    let notify = watch.waiter.notify();
    let signal = notify.notified();
    tokio::pin!(signal);
    signal.as_mut().enable();
    if !watch.asked {
        watch.asked = true;
        match state(watch).await {
            Some(event) => return Some(event),
            None => return Some(half(&watch.segl, watch.wait.sign_in, second(watch))),
        }
    }
    loop {
        if watch.waiter.must_end() {
            return None;
        }
        let began = second(watch);
        let until_next = until_next_second(watch);
        tokio::select! {
            () = &mut signal => {
                if let Some(event) = state(watch).await {
                    return Some(event);
                }
                signal.set(notify.notified());
                signal.as_mut().enable();
            }
            () = tokio::time::sleep(until_next) => {
                if watch.segl.clock.now() >= watch.wait.expires_at {
                    watch.over = true;
                    return Some(Event::default().event("state").data("timed_out"));
                }
                if second(watch) != began {
                    return Some(half(&watch.segl, watch.wait.sign_in, second(watch)));
                }
            }
        }
    }
}

/// What became of the sign-in, if it waits no more. A database that fails is asked again at the next signal.
async fn state(watch: &mut Watch) -> Option<Event> {
    let stored = stored(&watch.segl, &watch.wait).await.ok()?;
    let word = word(&stored.sign_in, watch.segl.clock.now());
    if word == "waiting" {
        return None;
    }
    watch.over = true;
    Some(Event::default().event("state").data(word))
}

/// Whole seconds since the sign-in began, as the QR code counts them.
fn second(watch: &Watch) -> u16 {
    seconds_since(watch.wait.begun_at, watch.segl.clock.now())
}

/// Whole seconds between two times, from 0 to what 16 bits hold.
pub(crate) fn seconds_since(begun_at: Timestamp, now: Timestamp) -> u16 {
    u16::try_from(now.duration_since(begun_at).as_secs().max(0)).unwrap_or(u16::MAX)
}

fn until_next_second(watch: &Watch) -> Duration {
    let since = watch.segl.clock.now().duration_since(watch.wait.begun_at);
    let micros = 1_000_000 - since.as_micros().rem_euclid(1_000_000);
    Duration::from_micros(u64::try_from(micros).unwrap_or(1_000_000))
}

fn half(segl: &Segl, sign_in: SignInId, second: u16) -> Event {
    Event::default()
        .event("qr")
        .data(QrHalf::make(&segl.keys().qr, *sign_in.as_bytes(), second).text())
}
