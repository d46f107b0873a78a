use jiff::civil::date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::appointment::booking::{BookingRefused, Guest, Reference, Step};
use crate::appointment::office::OfficeFault;
use crate::policy::Policy;
use crate::secret::Pii;

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const MICRO: SignedDuration = SignedDuration::from_micros(1);

fn zone() -> TimeZone {
    TimeZone::get("Europe/Copenhagen").unwrap()
}

fn office(desks: u32, from: &str, to: &str) -> Office {
    let text = format!(
        r#"
        id = "havby"
        organisation = "22222222"
        name = {{ da = "Borgerservice Havby", en = "Citizen Service Havby" }}
        address = ["Torvet 1", "9999 Havby"]
        phone = "+4570101010"
        desks = {desks}
        services = {{ new_identity = 30, p_code = 15 }}
        hours = {{ sunday = [{{ from = "{from}", to = "{to}" }}], monday = [{{ from = "09:00", to = "10:00" }}, {{ from = "13:00", to = "14:00" }}] }}
        special_days = [{{ day = "2026-12-21" }}, {{ day = "2026-12-24", hours = [{{ from = "09:00", to = "10:00" }}] }}]
        "#
    );
    toml::from_str(&text).unwrap()
}

/// Monday, when the office is open from 9 to 10 and from 13 to 14.
fn monday() -> Office {
    office(2, "09:00", "10:00")
}

const MONDAY: Date = date(2026, 11, 30);

fn at(hour: i8, minute: i8) -> Timestamp {
    MONDAY
        .at(hour, minute, 0, 0)
        .to_zoned(zone())
        .unwrap()
        .timestamp()
}

fn booking(id: u8, slot: Option<Slot>, state: BookingState) -> Booking {
    Booking {
        id: BookingId::from_bytes([id; 16]),
        reference: Reference::from_random([id; 8]),
        office: monday().id,
        day: MONDAY,
        service: ServiceKind::NewIdentity,
        slot,
        guest: Guest {
            name: Pii::new("Ida Holm".into()),
            phone: None,
            email: None,
            language: "da".into(),
        },
        state,
        made_at: at(8, 0),
    }
}

fn booked(id: u8, hour: i8, minute: i8) -> Booking {
    booking(
        id,
        Some(Slot::new(at(hour, minute), 30)),
        BookingState::Booked,
    )
}

fn local(slots: &[Slot]) -> Vec<String> {
    slots
        .iter()
        .map(|slot| {
            slot.starts_at
                .to_zoned(zone())
                .strftime("%H:%M%:z")
                .to_string()
        })
        .collect()
}

fn admit(day: &Day<'_>, starts_at: Timestamp, now: Timestamp) -> Result<Slot, SlotRefused> {
    let wanted = (ServiceKind::NewIdentity, starts_at);
    day.admit(wanted, None, &zone(), &Policy::builtin(), now)
}

#[test]
fn r_bok_1_times_lie_within_the_hours_and_the_last_ends_at_closing() {
    let office = monday();
    let day = Day::new(&office, MONDAY, Vec::new());
    let free = day
        .free(
            ServiceKind::NewIdentity,
            &zone(),
            &Policy::builtin(),
            at(7, 0),
        )
        .unwrap();
    assert_eq!(
        local(&free),
        [
            "09:00+01:00",
            "09:15+01:00",
            "09:30+01:00",
            "13:00+01:00",
            "13:15+01:00",
            "13:30+01:00"
        ]
    );
}

#[test]
fn r_bok_1_a_holiday_is_closed_and_a_special_day_has_its_own_hours() {
    let office = monday();
    let policy = Policy::builtin().appointments;
    let slots = |day| office.slots(ServiceKind::NewIdentity, day, &zone(), &policy);
    assert_eq!(slots(date(2026, 12, 21)), Err(Closed::AllDay));
    assert_eq!(slots(date(2026, 12, 24)).unwrap().len(), 3);
    assert_eq!(slots(date(2026, 12, 25)), Err(Closed::AllDay));
    let witness = office.slots(ServiceKind::WithWitness, MONDAY, &zone(), &policy);
    assert_eq!(witness, Err(Closed::NotDoneHere));
}

#[test]
fn r_bok_1_the_hour_that_is_missing_in_march_gives_no_times_and_the_double_one_in_october_twice() {
    let office = office(1, "01:00", "04:00");
    let policy = Policy::builtin().appointments;
    let slots = |day| {
        local(
            &office
                .slots(ServiceKind::NewIdentity, day, &zone(), &policy)
                .unwrap(),
        )
    };
    let spring = slots(date(2027, 3, 28));
    assert_eq!(spring.len(), 7, "two hours pass between 1 and 4");
    assert_eq!(&spring[3..5], ["01:45+01:00", "03:00+02:00"]);
    let autumn = slots(date(2026, 10, 25));
    assert_eq!(autumn.len(), 15, "four hours pass between 1 and 4");
    assert_eq!(autumn[4], "02:00+02:00");
    assert_eq!(autumn[8], "02:00+01:00");
}

#[test]
fn r_bok_1_the_second_desk_takes_a_booking_and_there_is_no_third() {
    let office = monday();
    let now = at(7, 0);
    let one = Day::new(&office, MONDAY, vec![booked(1, 9, 0)]);
    assert!(admit(&one, at(9, 0), now).is_ok());
    // Both overlap the time from 9:15, though they do not overlap each other's whole.
    let two = Day::new(&office, MONDAY, vec![booked(1, 9, 0), booked(2, 9, 15)]);
    assert_eq!(admit(&two, at(9, 0), now), Err(SlotRefused::Taken));
    assert_eq!(admit(&two, at(9, 15), now), Err(SlotRefused::Taken));
    assert!(
        admit(&two, at(9, 30), now).is_ok(),
        "the first is done by then"
    );
    let apart = Day::new(&office, MONDAY, vec![booked(1, 9, 0), booked(2, 9, 30)]);
    assert!(
        admit(&apart, at(9, 15), now).is_ok(),
        "never more than one of them at once"
    );
    let mut cancelled = booked(2, 9, 0);
    cancelled.state = BookingState::Cancelled { at: now };
    let freed = Day::new(&office, MONDAY, vec![booked(1, 9, 0), cancelled]);
    assert!(admit(&freed, at(9, 0), now).is_ok());
}

#[test]
fn r_bok_1_a_time_can_be_booked_until_an_hour_before_and_sixty_days_ahead() {
    let office = monday();
    let day = Day::new(&office, MONDAY, Vec::new());
    assert!(admit(&day, at(9, 0), at(8, 0)).is_ok());
    assert_eq!(
        admit(&day, at(9, 0), at(8, 0) + MICRO),
        Err(SlotRefused::TooSoon)
    );
    let days = |count: i64| at(9, 0) - SignedDuration::from_hours(24 * count);
    assert!(admit(&day, at(9, 0), days(60)).is_ok());
    assert_eq!(
        admit(&day, at(9, 0), days(61)),
        Err(SlotRefused::TooFarAhead)
    );
    assert_eq!(
        admit(&day, at(9, 5), at(7, 0)),
        Err(SlotRefused::NoSuchTime)
    );
}

#[test]
fn r_bok_1_a_booking_may_move_within_its_own_time() {
    let office = monday();
    let day = Day::new(&office, MONDAY, vec![booked(1, 9, 0), booked(2, 9, 0)]);
    let policy = Policy::builtin();
    let wanted = (ServiceKind::NewIdentity, at(9, 15));
    let (zone, now) = (zone(), at(7, 0));
    let other = day.admit(wanted, None, &zone, &policy, now);
    assert_eq!(other, Err(SlotRefused::Taken));
    let own = Some(BookingId::from_bytes([1; 16]));
    assert!(day.admit(wanted, own, &zone, &policy, now).is_ok());
}

#[test]
fn r_bok_1_a_booking_can_be_changed_until_an_hour_before() {
    let policy = Policy::builtin();
    let last = at(8, 0);
    let cancelled = booked(1, 9, 0).cancel(&policy, last).unwrap();
    assert_eq!(cancelled.state, BookingState::Cancelled { at: last });
    assert_eq!(
        booked(1, 9, 0).cancel(&policy, last + MICRO),
        Err(BookingRefused::TooLate)
    );
    assert_eq!(cancelled.cancel(&policy, last), Err(BookingRefused::Over));
    let slot = Slot::new(at(13, 0), 30);
    let moved = booked(1, 9, 0)
        .moved((MONDAY, slot), &policy, last)
        .unwrap();
    assert_eq!(moved.slot, Some(slot));
}

#[test]
fn r_bok_1_somebody_counts_as_not_coming_a_quarter_after_their_time() {
    let policy = Policy::builtin();
    let quarter = at(9, 15);
    assert_eq!(
        booked(1, 9, 0).step(Step::NoShow, &policy, quarter - MICRO),
        Err(BookingRefused::MayStillCome)
    );
    let gone = booked(1, 9, 0)
        .step(Step::NoShow, &policy, quarter)
        .unwrap();
    // And is let in again when they come after all.
    let here = gone.step(Step::Arrive, &policy, quarter + MINUTE).unwrap();
    let served = here.step(Step::Call, &policy, quarter + MINUTE).unwrap();
    let done = served.step(Step::Finish, &policy, at(9, 40)).unwrap();
    for step in [Step::Arrive, Step::Call, Step::Finish, Step::NoShow] {
        assert_eq!(
            done.clone().step(step, &policy, at(9, 45)),
            Err(BookingRefused::Over)
        );
    }
}

fn arrived(booking: Booking, hour: i8, minute: i8) -> Booking {
    Booking {
        state: BookingState::Arrived {
            at: at(hour, minute),
        },
        ..booking
    }
}

fn walk_in(id: u8, hour: i8, minute: i8) -> Booking {
    let came = at(hour, minute);
    Booking {
        made_at: came,
        ..booking(id, None, BookingState::Arrived { at: came })
    }
}

#[test]
fn r_bok_1_whoever_has_an_appointment_goes_before_whoever_has_none() {
    let office = monday();
    let policy = Policy::builtin();
    let id = |id| BookingId::from_bytes([id; 16]);
    // The one without came first, and the appointment at 9:15 was noted before that of 9:00.
    let day = Day::new(
        &office,
        MONDAY,
        vec![
            walk_in(1, 8, 50),
            arrived(booked(2, 9, 15), 8, 55),
            arrived(booked(3, 9, 0), 8, 58),
        ],
    );
    assert_eq!(day.next(&policy, at(9, 0)), Next::Booked(id(3)));
    let order: Vec<_> = day.in_order().iter().map(|booking| booking.id).collect();
    assert_eq!(order, [id(3), id(2), id(1)]);
}

#[test]
fn r_bok_1_whoever_has_none_waits_while_every_desk_is_spoken_for() {
    let office = monday();
    let policy = Policy::builtin();
    let id = |id| BookingId::from_bytes([id; 16]);
    let serving = Booking {
        state: BookingState::InService { at: at(9, 0) },
        ..booked(2, 9, 0)
    };
    let next = |others: Vec<Booking>, now| {
        let all = others.into_iter().chain([walk_in(1, 8, 50)]).collect();
        Day::new(&office, MONDAY, all).next(&policy, now)
    };
    // One desk serves, the other is free.
    assert_eq!(next(vec![serving.clone()], at(9, 0)), Next::WalkIn(id(1)));
    // The other is booked within the half hour that it takes.
    let both = vec![serving.clone(), booked(3, 9, 15)];
    assert_eq!(next(both.clone(), at(9, 0)), Next::WalkInsWait);
    // Nobody came by half past, a quarter after the time; the first is done.
    let done = Booking {
        state: BookingState::Done { at: at(9, 29) },
        ..serving
    };
    let late = vec![done, booked(3, 9, 15)];
    assert_eq!(next(late, at(9, 30)), Next::WalkIn(id(1)));
    assert_eq!(
        Day::new(&office, MONDAY, both).next(&policy, at(9, 0)),
        Next::Nobody
    );
}

#[test]
fn an_office_that_cannot_be_is_refused() {
    let policy = Policy::builtin().appointments;
    assert!(monday().checked(&policy).is_ok());
    let broken = |change: fn(&mut Office)| {
        let mut office = monday();
        change(&mut office);
        office.checked(&policy).unwrap_err()
    };
    assert_eq!(broken(|office| office.desks = 0), OfficeFault::NoDesk);
    assert_eq!(
        broken(|office| office.services.clear()),
        OfficeFault::NoService
    );
    assert_eq!(
        broken(|office| {
            office.services.insert("tea".into(), 15);
        }),
        OfficeFault::UnknownService("tea".into())
    );
    assert_eq!(
        broken(|office| {
            office.services.insert("p_code".into(), 20);
        }),
        OfficeFault::Minutes("p_code".into())
    );
    assert_eq!(
        broken(|office| drop(office.hours.insert("someday".into(), Vec::new()))),
        OfficeFault::UnknownWeekday("someday".into())
    );
    assert_eq!(
        broken(|office| office.special_days[1].hours[0].to = "08:00".parse().unwrap()),
        OfficeFault::Hours
    );
}
