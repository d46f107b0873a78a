//! One office on one day: which times are free, and who is next.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::booking::{Booking, BookingState};
use super::office::{Closed, Office};
use super::{ServiceKind, Slot, minutes_before};
use crate::id::BookingId;
use crate::policy::Policy;

/// An office on a day, with all that was booked there.
#[derive(Debug, Clone)]
pub struct Day<'a> {
    office: &'a Office,
    day: Date,
    bookings: Vec<Booking>,
}

/// Who is called next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Somebody with an appointment.
    Booked(BookingId),
    /// Somebody without one: a desk is free until they are done.
    WalkIn(BookingId),
    /// People without an appointment wait, and no desk is free for them until those with one have come.
    WalkInsWait,
    /// Nobody waits.
    Nobody,
}

impl<'a> Day<'a> {
    /// A day of which every booking is known.
    pub const fn new(office: &'a Office, day: Date, bookings: Vec<Booking>) -> Self {
        Self {
            office,
            day,
            bookings,
        }
    }

    /// The times that can still be booked for a service.
    pub fn free(
        &self,
        service: ServiceKind,
        zone: &TimeZone,
        policy: &Policy,
        now: Timestamp,
    ) -> Result<Vec<Slot>, Closed> {
        let slots = self
            .office
            .slots(service, self.day, zone, &policy.appointments)?;
        Ok(slots
            .into_iter()
            .filter(|slot| self.may_be_had(*slot, None, policy, now).is_ok())
            .collect())
    }

    /// Lets a booking in at a time, if that is one of the service's times and a desk is left. `moving` is a booking that would leave its own.
    pub fn admit(
        &self,
        (service, starts_at): (ServiceKind, Timestamp),
        moving: Option<BookingId>,
        zone: &TimeZone,
        policy: &Policy,
        now: Timestamp,
    ) -> Result<Slot, SlotRefused> {
        let today = now.to_zoned(zone.clone()).date();
        let last = today.saturating_add(
            jiff::Span::new()
                .try_days(policy.appointments.days_ahead)
                .unwrap_or_default(),
        );
        if self.day > last {
            return Err(SlotRefused::TooFarAhead);
        }
        let slots = self
            .office
            .slots(service, self.day, zone, &policy.appointments)
            .map_err(|_| SlotRefused::NoSuchTime)?;
        let slot = slots
            .into_iter()
            .find(|slot| slot.starts_at == starts_at)
            .ok_or(SlotRefused::NoSuchTime)?;
        self.may_be_had(slot, moving, policy, now)?;
        Ok(slot)
    }

    fn may_be_had(
        &self,
        slot: Slot,
        moving: Option<BookingId>,
        policy: &Policy,
        now: Timestamp,
    ) -> Result<(), SlotRefused> {
        let last = minutes_before(slot.starts_at, policy.appointments.book_until_minutes);
        if now > last {
            return Err(SlotRefused::TooSoon);
        }
        let others = self
            .bookings
            .iter()
            .filter(|booking| booking.state.keeps_its_desk() && Some(booking.id) != moving)
            .filter_map(|booking| booking.slot);
        if most_at_once(others, slot) >= self.office.desks {
            return Err(SlotRefused::Taken);
        }
        Ok(())
    }

    /// Those with an appointment in the order of their times, then those without in the order in which they came.
    pub fn in_order(&self) -> Vec<&Booking> {
        let mut all: Vec<_> = self
            .bookings
            .iter()
            .filter(|booking| !matches!(booking.state, BookingState::Cancelled { .. }))
            .collect();
        all.sort_by_key(|booking| {
            let start = booking.slot.map(|slot| slot.starts_at);
            (
                start.is_none(),
                start,
                booking.made_at,
                *booking.id.as_bytes(),
            )
        });
        all
    }

    /// Who is called next: whoever waits with an appointment, in the order of their times; else whoever came first without one, if a
    /// desk is left for as long as that takes.
    pub fn next(&self, policy: &Policy, now: Timestamp) -> Next {
        let waiting = self
            .in_order()
            .into_iter()
            .find(|booking| matches!(booking.state, BookingState::Arrived { .. }));
        let Some(first) = waiting else {
            return Next::Nobody;
        };
        if first.slot.is_some() {
            return Next::Booked(first.id);
        }
        let minutes = self
            .office
            .minutes(first.service)
            .unwrap_or(policy.appointments.step_minutes);
        let wanted = Slot::new(now, minutes);
        let taken = self
            .bookings
            .iter()
            .filter_map(|booking| taken(booking, policy, now));
        if most_at_once(taken, wanted) < self.office.desks {
            Next::WalkIn(first.id)
        } else {
            Next::WalkInsWait
        }
    }
}

/// For how long a booking takes a desk from now on. Somebody who is served longer than planned keeps the desk; somebody who is late
/// keeps it until they count as not coming.
fn taken(booking: &Booking, policy: &Policy, now: Timestamp) -> Option<Slot> {
    let a_while = |from: Timestamp, minutes: i64| Slot::new(from, minutes).ends_at;
    match (booking.state, booking.slot) {
        (BookingState::InService { .. }, slot) => {
            let planned = slot.map_or(now, |slot| slot.ends_at);
            let ends_at = planned.max(a_while(now, policy.appointments.step_minutes));
            Some(Slot {
                starts_at: now,
                ends_at,
            })
        }
        (BookingState::Booked, Some(slot)) => {
            let patience = SignedDuration::from_mins(policy.appointments.no_show_minutes);
            let late = slot
                .starts_at
                .saturating_add(patience)
                .unwrap_or(Timestamp::MAX);
            (now < late).then_some(slot)
        }
        _ => None,
    }
}

/// How many of `others` take a desk at one moment within `slot`, at the busiest one.
fn most_at_once(others: impl Iterator<Item = Slot>, slot: Slot) -> u32 {
    let meeting: Vec<Slot> = others.filter(|other| other.meets(&slot)).collect();
    // It is busiest when one of them begins, or at the very start.
    let moments = meeting
        .iter()
        .map(|other| other.starts_at.max(slot.starts_at));
    let at_once = |moment: Timestamp| {
        let there = |other: &&Slot| other.starts_at <= moment && moment < other.ends_at;
        meeting.iter().filter(there).count()
    };
    let most = moments.map(at_once).max().unwrap_or(0);
    u32::try_from(most).unwrap_or(u32::MAX)
}

/// Why a time cannot be booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SlotRefused {
    /// Every desk is taken.
    #[error("every desk is taken at that time (R-BOK-1)")]
    Taken,
    /// It begins too soon, or has begun.
    #[error("it is too late to book that time (R-BOK-1)")]
    TooSoon,
    /// Further ahead than one can book.
    #[error("one cannot book that far ahead (R-BOK-1)")]
    TooFarAhead,
    /// The office is closed, or does not begin this service then.
    #[error("there is no such time (R-BOK-1)")]
    NoSuchTime,
}

#[cfg(test)]
mod tests;
