//! The day before: an SMS to everybody who has an appointment (R-BOK-1), without a link (R-MSG-1). And forgetting, weeks after.

use std::sync::Arc;

use domain::appointment::{Booking, BookingState};
use jiff::Span;
use store::{StoreError, Tx};

use super::messages;
use crate::Segl;
use crate::dates;

/// How many one round reminds, so that nobody waits long behind it.
const AT_ONCE: u32 = 200;

/// Reminds everybody whose time for it has come, each once, whichever server does it.
pub async fn remind(segl: Arc<Segl>) -> Result<(), StoreError> {
    let now = segl.clock.now();
    let shared = Arc::clone(&segl);
    let due = segl
        .store
        .read(move |tx| store::appointment::to_remind(tx, &shared.keys().data, now, AT_ONCE))
        .await?;
    for booking in due {
        let (shared, key) = (Arc::clone(&segl), *booking.id.as_bytes());
        segl.store
            .write(&key, move |tx| one(tx, &shared, &booking, now))
            .await?;
    }
    Ok(())
}

fn one(
    tx: &mut Tx<'_>,
    segl: &Segl,
    due: &Booking,
    now: jiff::Timestamp,
) -> Result<(), StoreError> {
    if !store::appointment::reminded(tx, due.id, now)? {
        return Ok(());
    }
    // It may have been moved or cancelled since it was found.
    let Some((booking, office)) = super::own::with_office(tx, segl, due.id)? else {
        return Ok(());
    };
    if booking.state != BookingState::Booked || booking.slot != due.slot {
        return Ok(());
    }
    let mut random = [0; 8];
    random.copy_from_slice(&booking.id.as_bytes()[..8]);
    let told = ("booking-sms-reminder", now);
    messages::sms(tx, segl, &office, &booking, told, &random)
}

/// Forgets the bookings of days that are long past.
pub async fn forget(segl: Arc<Segl>) -> Result<(), StoreError> {
    let days = Span::new()
        .try_days(segl.policy.appointments.forget_after_days)
        .unwrap_or_default();
    let today = dates::in_denmark(segl.clock.now()).date();
    let before = today.saturating_sub(days);
    segl.store
        .write(b"forget", move |tx| {
            store::appointment::forget_before(tx, before)
        })
        .await?;
    Ok(())
}
