//! Persons. Who they are lies sealed; they are found by a keyed index of their number (R-CPR-5).

use domain::cpr_number::CprNumber;
use domain::id::{IdentityId, PersonId};
use domain::p_code::PCode;
use domain::person::{Contact, Person, PersonNumber};
use domain::secret::Pii;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::sealing::DataKeys;
use crate::stored::Place;
use crate::{Row, StoreError, Tx, Value};

/// What is sealed of a person.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Details {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cpr: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    p_code: Option<String>,
    name: String,
    birth_date: jiff::civil::Date,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    address: Option<String>,
}

/// Adds a person. One with the same number is a [`StoreError::UniqueViolation`] (R-PER-1).
pub fn insert(tx: &mut Tx<'_>, keys: &DataKeys, person: &Person) -> Result<(), StoreError> {
    let sealed = sealed_details(keys, person)?;
    tx.execute(
        "INSERT INTO persons (id, number_index, protected, details_sealed) VALUES ($1, $2, $3, $4)",
        &[
            Value::Bytes(person.id.as_bytes()),
            Value::Bytes(&number_index(keys, &person.number)),
            Value::BigInt(person.protected.into()),
            Value::Bytes(&sealed),
        ],
    )?;
    Ok(())
}

/// What became of a new number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renumbered {
    /// The person has it now.
    Done,
    /// Somebody else has it, and nothing was changed: one person would have two identities (R-PER-1).
    TakenBy(PersonId),
    /// The person has another number than the one that was read, and nothing was changed.
    Changed,
}

/// Gives a person another number: a CPR number in place of a P code (R-PER-4) or of a replacement number (R-CPR-2). Person and identity
/// stay who they are, and a P code comes to its end.
///
/// Where two are given one number at the same moment, the later is a [`StoreError::UniqueViolation`].
pub fn renumber(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    person: &Person,
    to: PersonNumber,
    now: Timestamp,
) -> Result<Renumbered, StoreError> {
    if let Some(other) = find_by_number(tx, keys, &to)?
        && other.id != person.id
    {
        return Ok(Renumbered::TakenBy(other.id));
    }
    let renumbered = Person {
        number: to,
        ..person.clone()
    };
    let hit = tx.execute(
        "UPDATE persons SET number_index = $1, details_sealed = $2 WHERE id = $3 AND number_index = $4",
        &[
            Value::Bytes(&number_index(keys, &to)),
            Value::Bytes(&sealed_details(keys, &renumbered)?),
            Value::Bytes(person.id.as_bytes()),
            Value::Bytes(&number_index(keys, &person.number)),
        ],
    )?;
    if hit != 1 {
        return Ok(Renumbered::Changed);
    }
    if let PersonNumber::PCode(code) = person.number
        && to != person.number
    {
        crate::p_code::end(tx, keys, code, now)?;
    }
    Ok(Renumbered::Done)
}

/// Writes what is new of a person, but not another number ([`renumber`] does that), if the row is still what it was read as. Gives whether
/// it was.
pub fn update(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    before: &Person,
    now: &Person,
) -> Result<bool, StoreError> {
    let row = tx.query_opt(
        "SELECT id, protected, details_sealed FROM persons WHERE id = $1",
        &[Value::Bytes(before.id.as_bytes())],
        |row| Ok((read_opt_at(keys, row, 0)?, row.bytes(2)?.to_vec())),
    )?;
    let Some((Some(found), sealed)) = row else {
        return Ok(false);
    };
    if found != *before {
        return Ok(false);
    }
    let hit = tx.execute(
        "UPDATE persons SET protected = $1, details_sealed = $2 WHERE id = $3 AND details_sealed = $4",
        &[
            Value::BigInt(now.protected.into()),
            Value::Bytes(&sealed_details(keys, now)?),
            Value::Bytes(before.id.as_bytes()),
            Value::Bytes(&sealed),
        ],
    )?;
    Ok(hit == 1)
}

/// The person whose number has an index.
pub fn find_by_index(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    number_index: &[u8; 32],
) -> Result<Option<Person>, StoreError> {
    let sql = "SELECT id, protected, details_sealed FROM persons WHERE number_index = $1";
    one(tx, keys, sql, number_index)
}

/// The person with an id.
pub fn find(tx: &mut Tx<'_>, keys: &DataKeys, id: PersonId) -> Result<Option<Person>, StoreError> {
    let sql = "SELECT id, protected, details_sealed FROM persons WHERE id = $1";
    one(tx, keys, sql, id.as_bytes())
}

/// The person behind an identity.
pub fn of_identity(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    identity: IdentityId,
) -> Result<Option<Person>, StoreError> {
    let sql = "SELECT persons.id, persons.protected, persons.details_sealed FROM identities \
               JOIN persons ON persons.id = identities.person_id WHERE identities.id = $1";
    one(tx, keys, sql, identity.as_bytes())
}

/// The person with a CPR number or P code.
pub fn find_by_number(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    number: &PersonNumber,
) -> Result<Option<Person>, StoreError> {
    let sql = "SELECT id, protected, details_sealed FROM persons WHERE number_index = $1";
    one(tx, keys, sql, &number_index(keys, number))
}

/// The person that a statement finds by one key.
fn one(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    sql: &'static str,
    key: &[u8],
) -> Result<Option<Person>, StoreError> {
    let found = tx.query_opt(sql, &[Value::Bytes(key)], |row| read_opt_at(keys, row, 0))?;
    Ok(found.flatten())
}

/// Reads a person whose columns (id, protected, details_sealed) begin at `first`; none where a join found none.
pub(crate) fn read_opt_at(
    keys: &DataKeys,
    row: &Row<'_>,
    first: usize,
) -> Result<Option<Person>, StoreError> {
    let Some(id) = row.opt_bytes(first)? else {
        return Ok(None);
    };
    let place = Place {
        table: "persons",
        id,
    };
    let id = place.id("id", id)?;
    open(keys, id, row.bigint(first + 1)?, row.bytes(first + 2)?).map(Some)
}

fn open(
    keys: &DataKeys,
    id: PersonId,
    protected: i64,
    sealed: &[u8],
) -> Result<Person, StoreError> {
    let place = Place {
        table: "persons",
        id: id.as_bytes(),
    };
    let json = keys
        .seal
        .open(&sealed_place(id), sealed)
        .map_err(|error| place.corrupt("details_sealed", error))?;
    let details: Details =
        serde_json::from_slice(&json).map_err(|error| place.corrupt("details_sealed", error))?;
    let number = match (details.cpr, details.p_code) {
        (Some(cpr), None) => CprNumber::parse(&cpr)
            .map(PersonNumber::Cpr)
            .map_err(|error| place.corrupt("details_sealed", error))?,
        (None, Some(code)) => PCode::parse(&code)
            .map(PersonNumber::PCode)
            .map_err(|error| place.corrupt("details_sealed", error))?,
        _ => {
            return Err(place.corrupt(
                "details_sealed",
                "neither a CPR number nor a P code, or both",
            ));
        }
    };
    Ok(Person {
        id,
        number,
        name: Pii::new(details.name),
        birth_date: Pii::new(details.birth_date),
        protected: protected != 0,
        contact: Contact {
            phone: details.phone.map(Pii::new),
            email: details.email.map(Pii::new),
            address: details.address.map(Pii::new),
        },
    })
}

fn sealed_details(keys: &DataKeys, person: &Person) -> Result<Vec<u8>, StoreError> {
    let place = Place {
        table: "persons",
        id: person.id.as_bytes(),
    };
    let json = Zeroizing::new(
        serde_json::to_vec(&details(person))
            .map_err(|error| place.corrupt("details_sealed", error))?,
    );
    keys.seal
        .seal(&sealed_place(person.id), &json)
        .map_err(|error| place.corrupt("details_sealed", error))
}

fn details(person: &Person) -> Details {
    let (cpr, p_code) = match &person.number {
        PersonNumber::Cpr(cpr) => (Some(cpr.expose()), None),
        PersonNumber::PCode(code) => (None, Some(code.expose())),
    };
    let exposed = |value: &Option<Pii<String>>| value.as_ref().map(|value| value.expose().clone());
    Details {
        cpr,
        p_code,
        name: person.name.expose().clone(),
        birth_date: *person.birth_date.expose(),
        phone: exposed(&person.contact.phone),
        email: exposed(&person.contact.email),
        address: exposed(&person.contact.address),
    }
}

fn sealed_place(id: PersonId) -> Vec<u8> {
    [b"persons.details ", id.as_bytes().as_slice()].concat()
}

/// The keyed index of a CPR number, as every table has it.
pub(crate) fn cpr_index(keys: &DataKeys, cpr: &CprNumber) -> [u8; 32] {
    number_index(keys, &PersonNumber::Cpr(*cpr))
}

fn number_index(keys: &DataKeys, number: &PersonNumber) -> [u8; 32] {
    match number {
        PersonNumber::Cpr(cpr) => keys.index.mac(&[b"cpr", cpr.expose().as_bytes()]),
        PersonNumber::PCode(code) => keys.index.mac(&[b"p_code", code.expose().as_bytes()]),
    }
}
