//! Bookings, on both engines (R-BOK-1).

use domain::appointment::{
    Booking, BookingState, Day, Guest, Office, Reference, ServiceKind, Slot, SlotRefused, Step,
};
use domain::id::BookingId;
use domain::policy::Policy;
use domain::secret::Pii;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use store::{Store, StoreError, Tx, appointment, office};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::engine::Engine;
use crate::p_code::keys;

const DAY: Date = date(2026, 11, 30);

fn havby() -> Office {
    serde_json::from_str(
        r#"{"id":"havby","organisation":"22222222","name":{"da":"Borgerservice Havby","en":"Citizen Service Havby"},
        "address":["Torvet 1","9999 Havby"],"phone":"+4570101010","desks":1,"services":{"new_identity":30},
        "hours":{"monday":[{"from":"09:00","to":"10:00"}]}}"#,
    )
    .unwrap()
}

fn nine() -> Timestamp {
    "2026-11-30T08:00:00Z".parse().unwrap()
}

fn before() -> Timestamp {
    nine() - SignedDuration::from_hours(24)
}

fn booking(id: u8, slot: Option<Slot>) -> Booking {
    Booking {
        id: BookingId::from_bytes([id; 16]),
        reference: Reference::from_random([id; 8]),
        office: havby().id,
        day: DAY,
        service: ServiceKind::NewIdentity,
        slot,
        guest: Guest {
            name: Pii::new(format!("Person {id}")),
            phone: Some(Pii::new("+4520123456".to_owned())),
            email: None,
            language: "en".to_owned(),
        },
        state: BookingState::Booked,
        made_at: before(),
    }
}

/// As the server books: the day is taken, `domain` decides, the booking is added.
fn book(tx: &mut Tx<'_>, id: u8) -> Result<Result<Slot, SlotRefused>, StoreError> {
    let office = havby();
    let taken = appointment::take_day(tx, keys(), &office.id, DAY)?;
    let zone = TimeZone::get("Europe/Copenhagen").unwrap();
    let wanted = (ServiceKind::NewIdentity, nine());
    let day = Day::new(&office, DAY, taken);
    match day.admit(wanted, None, &zone, &Policy::builtin(), before()) {
        Err(refused) => Ok(Err(refused)),
        Ok(slot) => {
            assert!(appointment::insert(
                tx,
                keys(),
                &booking(id, Some(slot)),
                None
            )?);
            Ok(Ok(slot))
        }
    }
}

fn of_day(store: &Store) -> Vec<Booking> {
    store
        .read_blocking::<_, StoreError, _>(|tx| appointment::of_day(tx, keys(), &havby().id, DAY))
        .unwrap()
}

#[test]
fn r_bok_1_of_twenty_who_want_the_last_desk_at_once_one_gets_it() {
    for engine in Engine::all() {
        let store = Store::open(&engine.config).unwrap();
        let answers = Runtime::new().unwrap().block_on(async {
            let mut race = JoinSet::new();
            for id in 1..=20 {
                let store = store.clone();
                // Under keys of their own, so that on PostgreSQL they really meet.
                race.spawn(async move {
                    store
                        .write::<_, StoreError, _>(&[id], move |tx| book(tx, id))
                        .await
                        .unwrap()
                });
            }
            race.join_all().await
        });
        let got = answers.iter().filter(|answer| answer.is_ok()).count();
        assert_eq!(got, 1, "{}: {answers:?}", engine.name);
        let taken = |answer: &&Result<_, _>| **answer == Err(SlotRefused::Taken);
        assert_eq!(answers.iter().filter(taken).count(), 19, "{}", engine.name);
        assert_eq!(of_day(&store).len(), 1, "{}", engine.name);
    }
}

fn add(store: &Store, booking: &Booking, remind_at: Option<Timestamp>) -> bool {
    let booking = booking.clone();
    store
        .write_blocking::<_, StoreError, _>(b"day", move |tx| {
            appointment::insert(tx, keys(), &booking, remind_at)
        })
        .unwrap()
}

#[test]
fn r_bok_1_a_booking_is_kept_once_and_found_by_its_number() {
    for engine in Engine::all() {
        let store = Store::open(&engine.config).unwrap();
        let first = booking(1, Some(Slot::new(nine(), 30)));
        assert!(add(&store, &first, Some(before())));
        assert!(!add(&store, &first, None), "{}: twice", engine.name);
        let other = Booking {
            id: BookingId::from_bytes([2; 16]),
            ..first.clone()
        };
        assert!(
            !add(&store, &other, None),
            "{}: the same number",
            engine.name
        );
        let found = |number: Reference| {
            store
                .read_blocking::<_, StoreError, _>(move |tx| {
                    appointment::find_by_reference(tx, keys(), number)
                })
                .unwrap()
        };
        assert_eq!(found(first.reference), Some(first), "{}", engine.name);
        assert_eq!(found(Reference::from_random([9; 8])), None);
    }
}

#[test]
fn r_bok_1_of_two_changes_of_a_booking_at_once_one_wins() {
    for engine in Engine::all() {
        let store = Store::open(&engine.config).unwrap();
        let name = engine.name;
        let policy = Policy::builtin();
        let first = booking(1, Some(Slot::new(nine(), 30)));
        assert!(add(&store, &first, None));
        let write = |work: fn(&mut Tx<'_>, &Booking, &Booking) -> Result<bool, StoreError>,
                     (before, after): (&Booking, &Booking)| {
            let (before, after) = (before.clone(), after.clone());
            store
                .write_blocking(b"day", move |tx| work(tx, &before, &after))
                .unwrap()
        };
        let later = Slot::new(nine() + SignedDuration::from_mins(30), 30);
        let moved = first
            .clone()
            .moved((DAY, later), &policy, before())
            .unwrap();
        let reschedule = |tx: &mut Tx<'_>, before: &Booking, after: &Booking| {
            appointment::reschedule(tx, before, after, None)
        };
        assert!(write(reschedule, (&first, &moved)), "{name}");
        assert!(
            !write(reschedule, (&first, &moved)),
            "{name}: moved from where it is no more"
        );
        let here = moved
            .clone()
            .step(Step::Arrive, &policy, later.starts_at)
            .unwrap();
        let cancelled = moved.clone().cancel(&policy, before()).unwrap();
        let advance = |tx: &mut Tx<'_>, before: &Booking, after: &Booking| {
            appointment::advance(tx, before, after)
        };
        assert!(write(advance, (&moved, &here)), "{name}");
        assert!(
            !write(advance, (&moved, &cancelled)),
            "{name}: of two, one wins"
        );
        assert_eq!(of_day(&store), [here], "{name}");
    }
}

#[test]
fn r_bok_1_everybody_is_reminded_once_and_a_telephone_has_so_many_bookings() {
    for engine in Engine::all() {
        let store = Store::open(&engine.config).unwrap();
        let name = engine.name;
        let remind = before() + SignedDuration::from_hours(1);
        store
            .write_blocking::<_, StoreError, _>(b"day", move |tx| {
                let later = Slot::new(nine() + SignedDuration::from_hours(1), 30);
                appointment::insert(
                    tx,
                    keys(),
                    &booking(1, Some(Slot::new(nine(), 30))),
                    Some(remind),
                )?;
                appointment::insert(tx, keys(), &booking(2, Some(later)), None)?;
                appointment::insert(tx, keys(), &booking(3, None), None)?;
                Ok(())
            })
            .unwrap();
        store
            .write_blocking::<_, StoreError, _>(b"day", move |tx| {
                let early = remind - SignedDuration::from_micros(1);
                assert!(appointment::to_remind(tx, keys(), early, 10)?.is_empty());
                let due = appointment::to_remind(tx, keys(), remind, 10)?;
                assert_eq!(due.len(), 1);
                assert!(appointment::reminded(tx, due[0].id, remind)?);
                assert!(!appointment::reminded(tx, due[0].id, remind)?);
                let count = |tx: &mut Tx<'_>, now| {
                    appointment::to_come_of_phone(tx, keys(), "+4520123456", now)
                };
                assert_eq!(count(tx, before())?, 2);
                assert_eq!(count(tx, nine())?, 1);
                assert_eq!(
                    appointment::to_come_of_phone(tx, keys(), "+4520123457", before())?,
                    0
                );
                assert_eq!(appointment::forget_before(tx, DAY)?, 0);
                assert_eq!(appointment::forget_before(tx, date(2026, 12, 1))?, 3);
                Ok(())
            })
            .unwrap();
        assert!(of_day(&store).is_empty(), "{name}");
    }
}

#[test]
fn an_office_is_kept_replaced_and_found_by_its_organisation() {
    for engine in Engine::all() {
        let store = Store::open(&engine.config).unwrap();
        store
            .write_blocking::<_, StoreError, _>(b"offices", |tx| {
                office::put(tx, &havby(), before())?;
                let grown = Office {
                    desks: 4,
                    ..havby()
                };
                office::put(tx, &grown, before())?;
                assert_eq!(office::all(tx)?, std::slice::from_ref(&grown));
                assert_eq!(
                    office::of_organisation(tx, "22222222")?,
                    std::slice::from_ref(&grown)
                );
                assert!(office::of_organisation(tx, "11111111")?.is_empty());
                assert_eq!(office::find(tx, &havby().id)?, Some(grown));
                Ok(())
            })
            .unwrap();
    }
}
