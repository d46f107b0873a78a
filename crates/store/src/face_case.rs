//! Faces that are compared (R-DOC-6): challenges, the pictures that answered them, and what officials saw. Pictures are sealed to their row
//! and go in the transaction that decides, or when their time is over.

use domain::assurance::Level;
use domain::id::{EnrolmentId, IdentityId};
use domain::proofing::{Advice, FaceCase, FaceLease, FaceReason, FaceStep, OfficialView};
use jiff::Timestamp;

use crate::sealing::DataKeys;
use crate::stored::Place;
use crate::{Row, StoreError, Tx, Value};

/// Remembers the one challenge that may be answered. Gives whether one may be: not while officials look, nor after it was decided.
pub fn challenge(
    tx: &mut Tx<'_>,
    enrolment: EnrolmentId,
    hash: &[u8; 32],
    wanted: Level,
    expires_at: Timestamp,
) -> Result<bool, StoreError> {
    let hit = tx.execute(
        "INSERT INTO face_cases (enrolment_id, state, tries, round, challenge, wanted, expires_at) VALUES ($1, 'open', 0, 0, $2, $3, $4) \
         ON CONFLICT (enrolment_id) DO UPDATE SET challenge = excluded.challenge, wanted = excluded.wanted, expires_at = excluded.expires_at \
         WHERE face_cases.state = 'open'",
        &[
            Value::Bytes(enrolment.as_bytes()),
            Value::Bytes(hash),
            Value::Text(wanted.word()),
            Value::BigInt(expires_at.as_microsecond()),
        ],
    )?;
    Ok(hit == 1)
}

/// Uses a challenge up and counts it, before its pictures are looked at. Gives how many were answered with this one; nothing where it was
/// answered before, or is not the newest.
pub fn answer(
    tx: &mut Tx<'_>,
    enrolment: EnrolmentId,
    hash: &[u8; 32],
) -> Result<Option<u32>, StoreError> {
    let place = place(enrolment.as_bytes());
    tx.query_opt(
        "UPDATE face_cases SET tries = tries + 1, challenge = NULL WHERE enrolment_id = $1 AND challenge = $2 AND state = 'open' RETURNING tries",
        &[Value::Bytes(enrolment.as_bytes()), Value::Bytes(hash)],
        |row| place.count("tries", row.bigint(0)?),
    )
}

/// The model decided: nothing is kept but that it did.
pub fn proved_by_model(tx: &mut Tx<'_>, enrolment: EnrolmentId) -> Result<bool, StoreError> {
    let hit = tx.execute(
        "UPDATE face_cases SET state = 'decided', outcome = 'proved_by_model', challenge = NULL WHERE enrolment_id = $1 AND state = 'open'",
        &[Value::Bytes(enrolment.as_bytes())],
    )?;
    Ok(hit == 1)
}

/// Puts pictures where officials find them.
pub fn wait_for_official(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    enrolment: EnrolmentId,
    (pictures, advice): (&[(FaceStep, Vec<u8>)], &Advice),
    (now, expires_at): (Timestamp, Timestamp),
) -> Result<bool, StoreError> {
    let place = place(enrolment.as_bytes());
    let advice = serde_json::to_string(advice).map_err(|error| place.corrupt("advice", error))?;
    let hit = tx.execute(
        "UPDATE face_cases SET state = 'waiting', round = round + 1, challenge = NULL, advice = $1, waiting_since = $2, lease_official = NULL, \
         lease_until = NULL, outcome = NULL, expires_at = $3 WHERE enrolment_id = $4 AND state = 'open'",
        &[
            Value::Text(&advice),
            Value::BigInt(now.as_microsecond()),
            Value::BigInt(expires_at.as_microsecond()),
            Value::Bytes(enrolment.as_bytes()),
        ],
    )?;
    if hit != 1 {
        return Ok(false);
    }
    delete_pictures(tx, enrolment)?;
    for (index, (step, picture)) in (0_u32..).zip(pictures) {
        let sealed = keys
            .seal
            .seal(&picture_place(enrolment, index), picture)
            .map_err(|error| place.corrupt("picture_sealed", error))?;
        tx.execute(
            "INSERT INTO face_pictures (enrolment_id, place, step, picture_sealed) VALUES ($1, $2, $3, $4)",
            &[
                Value::Bytes(enrolment.as_bytes()),
                Value::BigInt(index.into()),
                Value::Text(step.word()),
                Value::Bytes(&sealed),
            ],
        )?;
    }
    Ok(true)
}

/// Cases that wait for an official, those that wait longest first.
pub fn waiting(tx: &mut Tx<'_>, now: Timestamp, limit: u32) -> Result<Vec<FaceCase>, StoreError> {
    tx.query(
        "SELECT enrolment_id, wanted, waiting_since, expires_at, lease_official, lease_until FROM face_cases \
         WHERE state = 'waiting' AND expires_at > $1 ORDER BY waiting_since, enrolment_id LIMIT $2",
        &[Value::BigInt(now.as_microsecond()), Value::BigInt(limit.into())],
        read,
    )
}

/// A case that waits, with the officials who have seen the same person in these pictures, and what a machine saw.
pub fn find_waiting(
    tx: &mut Tx<'_>,
    enrolment: EnrolmentId,
    now: Timestamp,
) -> Result<Option<(FaceCase, Advice)>, StoreError> {
    let id = enrolment.as_bytes();
    let found = tx.query_opt(
        "SELECT enrolment_id, wanted, waiting_since, expires_at, lease_official, lease_until, advice FROM face_cases \
         WHERE enrolment_id = $1 AND state = 'waiting' AND expires_at > $2",
        &[Value::Bytes(id), Value::BigInt(now.as_microsecond())],
        |row| {
            let advice = serde_json::from_str(row.text(6)?);
            let advice = advice.map_err(|error| place(id).corrupt("advice", error))?;
            Ok((read(row)?, advice))
        },
    )?;
    let Some((mut case, advice)) = found else {
        return Ok(None);
    };
    case.same = tx.query(
        "SELECT v.official_id FROM face_views v JOIN face_cases c ON c.enrolment_id = v.enrolment_id AND c.round = v.round \
         WHERE v.enrolment_id = $1 AND v.view = 'same' ORDER BY v.at",
        &[Value::Bytes(id)],
        |row| place(id).id("official_id", row.bytes(0)?),
    )?;
    Ok(Some((case, advice)))
}

/// The steps whose pictures are there, with their places.
pub fn steps(tx: &mut Tx<'_>, enrolment: EnrolmentId) -> Result<Vec<(u32, FaceStep)>, StoreError> {
    let row_place = place(enrolment.as_bytes());
    tx.query(
        "SELECT place, step FROM face_pictures WHERE enrolment_id = $1 ORDER BY place",
        &[Value::Bytes(enrolment.as_bytes())],
        |row| {
            Ok((
                row_place.count("place", row.bigint(0)?)?,
                row_place.word("step", row.text(1)?)?,
            ))
        },
    )
}

/// One picture, a JPEG.
pub fn picture(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    enrolment: EnrolmentId,
    index: u32,
) -> Result<Option<Vec<u8>>, StoreError> {
    tx.query_opt(
        "SELECT picture_sealed FROM face_pictures WHERE enrolment_id = $1 AND place = $2",
        &[
            Value::Bytes(enrolment.as_bytes()),
            Value::BigInt(index.into()),
        ],
        |row| {
            let opened = keys
                .seal
                .open(&picture_place(enrolment, index), row.bytes(0)?);
            opened
                .map(|bytes| bytes.to_vec())
                .map_err(|error| place(enrolment.as_bytes()).corrupt("picture_sealed", error))
        },
    )
}

/// Keeps a case for an official, unless another has it.
pub fn take(
    tx: &mut Tx<'_>,
    enrolment: EnrolmentId,
    lease: FaceLease,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let hit = tx.execute(
        "UPDATE face_cases SET lease_official = $1, lease_until = $2 WHERE enrolment_id = $3 AND state = 'waiting' \
         AND (lease_official IS NULL OR lease_official = $1 OR lease_until <= $4)",
        &[
            Value::Bytes(lease.official.as_bytes()),
            Value::BigInt(lease.until.as_microsecond()),
            Value::Bytes(enrolment.as_bytes()),
            Value::BigInt(now.as_microsecond()),
        ],
    )?;
    Ok(hit == 1)
}

/// Lets a case go, if an official has it.
pub fn put_back(
    tx: &mut Tx<'_>,
    enrolment: EnrolmentId,
    official: IdentityId,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE face_cases SET lease_official = NULL, lease_until = NULL WHERE enrolment_id = $1 AND state = 'waiting' AND lease_official = $2",
        &[
            Value::Bytes(enrolment.as_bytes()),
            Value::Bytes(official.as_bytes()),
        ],
    )?;
    Ok(())
}

/// What an official saw, with the reasons, and a note in their own words.
#[derive(Debug, Clone, Copy)]
pub struct NewView<'a> {
    /// Who.
    pub official: IdentityId,
    /// For which organisation.
    pub cvr: &'a str,
    /// What.
    pub view: OfficialView,
    /// Why.
    pub reasons: &'a [FaceReason],
    /// In their own words. It may be personal, and is sealed.
    pub note: Option<&'a str>,
}

/// Writes down what an official saw. Each sees the pictures of a round once.
pub fn add_view(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    enrolment: EnrolmentId,
    new: &NewView<'_>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let reasons: Vec<&str> = new.reasons.iter().map(|reason| reason.word()).collect();
    let note = new
        .note
        .map(|note| {
            let place = note_place(enrolment, new.official);
            keys.seal.seal(&place, note.as_bytes())
        })
        .transpose()
        .map_err(|error| place(enrolment.as_bytes()).corrupt("note_sealed", error))?;
    let hit = tx.execute(
        "INSERT INTO face_views (enrolment_id, round, official_id, cvr, view, reasons, note_sealed, at) \
         SELECT enrolment_id, round, $2, $3, $4, $5, $6, $7 FROM face_cases WHERE enrolment_id = $1 AND state = 'waiting' \
         ON CONFLICT (enrolment_id, round, official_id) DO NOTHING",
        &[
            Value::Bytes(enrolment.as_bytes()),
            Value::Bytes(new.official.as_bytes()),
            Value::Text(new.cvr),
            Value::Text(new.view.word()),
            Value::Text(&reasons.join(" ")),
            note.as_deref().map_or(Value::Null, Value::Bytes),
            Value::BigInt(now.as_microsecond()),
        ],
    )?;
    Ok(hit == 1)
}

/// Ends a case by what an official saw, if it is kept for them still, and deletes its pictures. `again` opens it for new pictures.
pub fn decide(
    tx: &mut Tx<'_>,
    enrolment: EnrolmentId,
    official: IdentityId,
    outcome: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let (state, outcome) = if outcome == "again" {
        ("open", "again")
    } else {
        ("decided", outcome)
    };
    let hit = tx.execute(
        "UPDATE face_cases SET state = $1, outcome = $2, tries = 0, lease_official = NULL, lease_until = NULL \
         WHERE enrolment_id = $3 AND state = 'waiting' AND lease_official = $4 AND lease_until > $5",
        &[
            Value::Text(state),
            Value::Text(outcome),
            Value::Bytes(enrolment.as_bytes()),
            Value::Bytes(official.as_bytes()),
            Value::BigInt(now.as_microsecond()),
        ],
    )?;
    if hit == 1 {
        delete_pictures(tx, enrolment)?;
    }
    Ok(hit == 1)
}

/// Deletes the pictures of cases whose time is over, and says so in them. What was decided stays.
pub fn forget_before(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), StoreError> {
    let now = Value::BigInt(now.as_microsecond());
    tx.execute(
        "DELETE FROM face_pictures WHERE enrolment_id IN (SELECT enrolment_id FROM face_cases WHERE expires_at <= $1 AND state <> 'expired')",
        &[now],
    )?;
    // What officials noted may be personal.
    tx.execute(
        "UPDATE face_views SET note_sealed = NULL WHERE note_sealed IS NOT NULL \
         AND enrolment_id IN (SELECT enrolment_id FROM face_cases WHERE expires_at <= $1)",
        &[now],
    )?;
    tx.execute(
        "DELETE FROM face_cases WHERE expires_at <= $1 AND state = 'open' AND round = 0",
        &[now],
    )?;
    tx.execute(
        "UPDATE face_cases SET state = 'expired', challenge = NULL, lease_official = NULL, lease_until = NULL \
         WHERE expires_at <= $1 AND state IN ('open', 'waiting')",
        &[now],
    )?;
    Ok(())
}

fn delete_pictures(tx: &mut Tx<'_>, enrolment: EnrolmentId) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM face_pictures WHERE enrolment_id = $1",
        &[Value::Bytes(enrolment.as_bytes())],
    )?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<FaceCase, StoreError> {
    let bytes = row.bytes(0)?;
    let place = place(bytes);
    let since = row
        .opt_bigint(2)?
        .ok_or_else(|| place.corrupt("waiting_since", "missing"))?;
    let lease = match (row.opt_bytes(4)?, row.opt_bigint(5)?) {
        (Some(official), Some(until)) => Some(FaceLease {
            official: place.id("lease_official", official)?,
            until: place.time("lease_until", until)?,
        }),
        (None, None) => None,
        _ => return Err(place.corrupt("lease_until", "half a lease")),
    };
    Ok(FaceCase {
        enrolment: place.id("enrolment_id", bytes)?,
        wanted: place.word("wanted", row.text(1)?)?,
        waiting_since: place.time("waiting_since", since)?,
        expires_at: place.time("expires_at", row.bigint(3)?)?,
        lease,
        same: Vec::new(),
    })
}

const fn place(id: &[u8]) -> Place<'_> {
    Place {
        table: "face_cases",
        id,
    }
}

fn picture_place(enrolment: EnrolmentId, index: u32) -> Vec<u8> {
    [
        b"face_pictures.picture ".as_slice(),
        enrolment.as_bytes(),
        &index.to_be_bytes(),
    ]
    .concat()
}

fn note_place(enrolment: EnrolmentId, official: IdentityId) -> Vec<u8> {
    [
        b"face_views.note ".as_slice(),
        enrolment.as_bytes(),
        b" ",
        official.as_bytes(),
    ]
    .concat()
}
