//! Bookings (R-BOK-1): who comes lies sealed; a booking is found by its id, its day, or a keyed index of its number.

use domain::appointment::{Booking, BookingState, Guest, OfficeId, Reference, ServiceKind, Slot};
use domain::id::BookingId;
use domain::secret::Pii;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::sealing::DataKeys;
use crate::stored::Place;
use crate::{Row, StoreError, Tx, Value};

/// What is sealed of a booking.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Details {
    reference: String,
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    language: String,
}

/// Takes an office's day for this transaction and gives what is booked on it: whoever else books waits until this has been committed.
pub fn take_day(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    office: &OfficeId,
    day: Date,
) -> Result<Vec<Booking>, StoreError> {
    tx.execute(
        "INSERT INTO appointment_days (office_id, day, changes) VALUES ($1, $2, 1) \
         ON CONFLICT (office_id, day) DO UPDATE SET changes = appointment_days.changes + 1",
        &[Value::Text(office.as_str()), Value::Text(&day.to_string())],
    )?;
    of_day(tx, keys, office, day)
}

/// What is booked on an office's day, cancelled bookings too.
pub fn of_day(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    office: &OfficeId,
    day: Date,
) -> Result<Vec<Booking>, StoreError> {
    tx.query(
        "SELECT id, office_id, day, service, starts_at, ends_at, state, state_at, made_at, details_sealed FROM appointments \
         WHERE office_id = $1 AND day = $2 ORDER BY starts_at, id",
        &[Value::Text(office.as_str()), Value::Text(&day.to_string())],
        |row| read(keys, row),
    )
}

/// Adds a booking. Gives false, and adds nothing, where its id or number is taken.
pub fn insert(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    booking: &Booking,
    remind_at: Option<Timestamp>,
) -> Result<bool, StoreError> {
    let place = place(booking.id.as_bytes());
    let exposed = |value: &Option<Pii<String>>| value.as_ref().map(|value| value.expose().clone());
    let details = Details {
        reference: booking.reference.expose(),
        name: booking.guest.name.expose().clone(),
        phone: exposed(&booking.guest.phone),
        email: exposed(&booking.guest.email),
        language: booking.guest.language.clone(),
    };
    let json = Zeroizing::new(
        serde_json::to_vec(&details).map_err(|error| place.corrupt("details_sealed", error))?,
    );
    let sealed = keys
        .seal
        .seal(&sealed_place(booking.id), &json)
        .map_err(|error| place.corrupt("details_sealed", error))?;
    let phone = details
        .phone
        .as_deref()
        .map(|phone| phone_index(keys, phone));
    let added = tx.execute(
        "INSERT INTO appointments (id, office_id, day, service, starts_at, ends_at, state, state_at, made_at, remind_at, \
         reference_index, phone_index, details_sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
         ON CONFLICT DO NOTHING",
        &[
            Value::Bytes(booking.id.as_bytes()),
            Value::Text(booking.office.as_str()),
            Value::Text(&booking.day.to_string()),
            Value::Text(booking.service.word()),
            time(booking.slot.map(|slot| slot.starts_at)),
            time(booking.slot.map(|slot| slot.ends_at)),
            Value::Text(booking.state.word()),
            time(booking.state.since()),
            Value::BigInt(booking.made_at.as_microsecond()),
            time(remind_at),
            Value::Bytes(&reference_index(keys, booking.reference)),
            phone.as_ref().map_or(Value::Null, |index| Value::Bytes(index)),
            Value::Bytes(&sealed),
        ],
    )?;
    Ok(added == 1)
}

/// The booking with an id.
pub fn find(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    id: BookingId,
) -> Result<Option<Booking>, StoreError> {
    tx.query_opt(
        "SELECT id, office_id, day, service, starts_at, ends_at, state, state_at, made_at, details_sealed FROM appointments WHERE id = $1",
        &[Value::Bytes(id.as_bytes())],
        |row| read(keys, row),
    )
}

/// The booking with a number.
pub fn find_by_reference(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    reference: Reference,
) -> Result<Option<Booking>, StoreError> {
    tx.query_opt(
        "SELECT id, office_id, day, service, starts_at, ends_at, state, state_at, made_at, details_sealed FROM appointments \
         WHERE reference_index = $1",
        &[Value::Bytes(&reference_index(keys, reference))],
        |row| read(keys, row),
    )
}

/// How many bookings to come a telephone number has.
pub fn to_come_of_phone(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    phone: &str,
    now: Timestamp,
) -> Result<u32, StoreError> {
    let index = phone_index(keys, phone);
    let count = tx.query_one(
        "SELECT COUNT(*) FROM appointments WHERE phone_index = $1 AND state = 'booked' AND starts_at > $2",
        &[Value::Bytes(&index), Value::BigInt(now.as_microsecond())],
        |row| row.bigint(0),
    )?;
    place(&index).count("count", count)
}

/// Writes a step of a booking, if it is still in the state and at the time it was read. Gives whether it was.
pub fn advance(tx: &mut Tx<'_>, before: &Booking, after: &Booking) -> Result<bool, StoreError> {
    let hit = tx.execute(
        "UPDATE appointments SET state = $1, state_at = $2, remind_at = CASE WHEN $1 = 'booked' THEN remind_at ELSE NULL END \
         WHERE id = $3 AND state = $4 AND starts_at IS NOT DISTINCT FROM $5",
        &[
            Value::Text(after.state.word()),
            time(after.state.since()),
            Value::Bytes(after.id.as_bytes()),
            Value::Text(before.state.word()),
            time(before.slot.map(|slot| slot.starts_at)),
        ],
    )?;
    Ok(hit == 1)
}

/// Writes that a booking has moved, if it is still where it was read. Gives whether it was.
pub fn reschedule(
    tx: &mut Tx<'_>,
    before: &Booking,
    after: &Booking,
    remind_at: Option<Timestamp>,
) -> Result<bool, StoreError> {
    let hit = tx.execute(
        "UPDATE appointments SET day = $1, starts_at = $2, ends_at = $3, remind_at = $4 \
         WHERE id = $5 AND state = 'booked' AND starts_at IS NOT DISTINCT FROM $6",
        &[
            Value::Text(&after.day.to_string()),
            time(after.slot.map(|slot| slot.starts_at)),
            time(after.slot.map(|slot| slot.ends_at)),
            time(remind_at),
            Value::Bytes(after.id.as_bytes()),
            time(before.slot.map(|slot| slot.starts_at)),
        ],
    )?;
    Ok(hit == 1)
}

/// Bookings of whom somebody is to be reminded by now, the earliest first.
pub fn to_remind(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Booking>, StoreError> {
    tx.query(
        "SELECT id, office_id, day, service, starts_at, ends_at, state, state_at, made_at, details_sealed FROM appointments \
         WHERE remind_at IS NOT NULL AND remind_at <= $1 ORDER BY remind_at LIMIT $2",
        &[Value::BigInt(now.as_microsecond()), Value::BigInt(limit.into())],
        |row| read(keys, row),
    )
}

/// Notes that somebody has been reminded. Gives whether it was still due, so that nobody is reminded twice, and whoever has moved their
/// booking meanwhile is reminded of the new time.
pub fn reminded(tx: &mut Tx<'_>, id: BookingId, now: Timestamp) -> Result<bool, StoreError> {
    let hit = tx.execute(
        "UPDATE appointments SET remind_at = NULL WHERE id = $1 AND remind_at <= $2",
        &[
            Value::Bytes(id.as_bytes()),
            Value::BigInt(now.as_microsecond()),
        ],
    )?;
    Ok(hit == 1)
}

/// Forgets everything of the days before a day.
pub fn forget_before(tx: &mut Tx<'_>, day: Date) -> Result<u64, StoreError> {
    let day = day.to_string();
    // Messages of a booking are kept under its id, and name its guest.
    tx.execute(
        "DELETE FROM messages WHERE identity_id IN (SELECT id FROM appointments WHERE day < $1)",
        &[Value::Text(&day)],
    )?;
    tx.execute(
        "DELETE FROM appointment_days WHERE day < $1",
        &[Value::Text(&day)],
    )?;
    tx.execute(
        "DELETE FROM appointments WHERE day < $1",
        &[Value::Text(&day)],
    )
}

fn read(keys: &DataKeys, row: &Row<'_>) -> Result<Booking, StoreError> {
    let id = row.bytes(0)?;
    let place = place(id);
    let id: BookingId = place.id("id", id)?;
    let json = keys
        .seal
        .open(&sealed_place(id), row.bytes(9)?)
        .map_err(|error| place.corrupt("details_sealed", error))?;
    let details: Details =
        serde_json::from_slice(&json).map_err(|error| place.corrupt("details_sealed", error))?;
    let slot = match (row.opt_bigint(4)?, row.opt_bigint(5)?) {
        (Some(starts), Some(ends)) => Some(Slot {
            starts_at: place.time("starts_at", starts)?,
            ends_at: place.time("ends_at", ends)?,
        }),
        (None, None) => None,
        _ => {
            return Err(place.corrupt(
                "ends_at",
                "a start without an end, or an end without a start",
            ));
        }
    };
    let since = row
        .opt_bigint(7)?
        .map(|micros| place.time("state_at", micros))
        .transpose()?;
    let service: ServiceKind = place.word("service", row.text(3)?)?;
    Ok(Booking {
        id,
        reference: Reference::parse(&details.reference)
            .map_err(|error| place.corrupt("details_sealed", error))?,
        office: OfficeId::parse(row.text(1)?).map_err(|error| place.corrupt("office_id", error))?,
        day: place.word("day", row.text(2)?)?,
        service,
        slot,
        guest: Guest {
            name: Pii::new(details.name),
            phone: details.phone.map(Pii::new),
            email: details.email.map(Pii::new),
            language: details.language,
        },
        state: BookingState::from_stored(row.text(6)?, since)
            .map_err(|error| place.corrupt("state", error))?,
        made_at: place.time("made_at", row.bigint(8)?)?,
    })
}

fn time(at: Option<Timestamp>) -> Value<'static> {
    at.map_or(Value::Null, |at| Value::BigInt(at.as_microsecond()))
}

const fn place(id: &[u8]) -> Place<'_> {
    Place {
        table: "appointments",
        id,
    }
}

fn sealed_place(id: BookingId) -> Vec<u8> {
    [b"appointments.details ", id.as_bytes().as_slice()].concat()
}

fn reference_index(keys: &DataKeys, reference: Reference) -> [u8; 32] {
    keys.index.mac(&[b"booking", reference.expose().as_bytes()])
}

fn phone_index(keys: &DataKeys, phone: &str) -> [u8; 32] {
    keys.index.mac(&[b"booking phone", phone.as_bytes()])
}
