//! P codes that were issued (R-PER-4): code and holder lie sealed, and are found by keyed indexes.

use domain::p_code::{IssuedPCode, PCode, PCodeName, PCodeRedeemed, PCodeRefused};
use domain::policy::Policy;
use domain::secret::Pii;
use emrtd::mrz::HolderName;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::sealing::DataKeys;
use crate::stored::Place;
use crate::{Row, StoreError, Tx, Value};

/// What is sealed of a code.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Details {
    code: String,
    given: String,
    family: String,
    birth_date: Date,
}

/// Adds a code. Gives false, and adds nothing, where the code was ever somebody's.
pub fn insert(tx: &mut Tx<'_>, keys: &DataKeys, issued: &IssuedPCode) -> Result<bool, StoreError> {
    let index = code_index(keys, issued.code);
    let place = place(&index);
    let details = Details {
        code: issued.code.expose(),
        given: issued.name.given().to_owned(),
        family: issued.name.family().to_owned(),
        birth_date: *issued.birth_date.expose(),
    };
    let json = Zeroizing::new(
        serde_json::to_vec(&details).map_err(|error| place.corrupt("details_sealed", error))?,
    );
    let sealed = keys
        .seal
        .seal(&sealed_place(&index), &json)
        .map_err(|error| place.corrupt("details_sealed", error))?;
    let added = tx.execute(
        "INSERT INTO p_codes (code_index, holder_index, details_sealed, issued_at, uses) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (code_index) DO NOTHING",
        &[
            Value::Bytes(&index),
            Value::Bytes(&holder_index(keys, &issued.name, *issued.birth_date.expose())),
            Value::Bytes(&sealed),
            Value::BigInt(issued.issued_at.as_microsecond()),
            Value::BigInt(issued.uses.into()),
        ],
    )?;
    Ok(added == 1)
}

/// The codes of people with this name and birth date, newest first: an official says whether one of them stands here again (R-PER-1).
pub fn of_holder(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    name: &PCodeName,
    birth_date: Date,
) -> Result<Vec<IssuedPCode>, StoreError> {
    tx.query(
        "SELECT code_index, details_sealed, issued_at, uses, ended_at FROM p_codes WHERE holder_index = $1 ORDER BY issued_at DESC, code_index",
        &[Value::Bytes(&holder_index(keys, name, birth_date))],
        |row| read(keys, row),
    )
}

/// The code with these digits.
pub fn find(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    code: PCode,
) -> Result<Option<IssuedPCode>, StoreError> {
    tx.query_opt(
        "SELECT code_index, details_sealed, issued_at, uses, ended_at FROM p_codes WHERE code_index = $1",
        &[Value::Bytes(&code_index(keys, code))],
        |row| read(keys, row),
    )
}

/// Redeems a code for somebody whose document was verified. The use is counted before it is judged, which takes the row for this
/// transaction, and is taken back where the code is refused; so of many at once no more than three pass.
pub fn redeem(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    code: PCode,
    (name, birth_date): (&HolderName, Date),
    now: Timestamp,
    policy: &Policy,
) -> Result<Result<PCodeRedeemed, PCodeRefused>, StoreError> {
    let index = code_index(keys, code);
    let taken = tx.query_opt(
        "UPDATE p_codes SET uses = uses + 1 WHERE code_index = $1 RETURNING code_index, details_sealed, issued_at, uses - 1, ended_at",
        &[Value::Bytes(&index)],
        |row| read(keys, row),
    )?;
    let Some(issued) = taken else {
        return Ok(Err(PCodeRefused::NotTheHolder));
    };
    match issued.redeem(name, birth_date, now, policy) {
        Ok((_, redeemed)) => Ok(Ok(redeemed)),
        Err(refused) => {
            tx.execute(
                "UPDATE p_codes SET uses = uses - 1 WHERE code_index = $1",
                &[Value::Bytes(&index)],
            )?;
            Ok(Err(refused))
        }
    }
}

/// Writes what [`IssuedPCode::renew`] decided, if the code has not ended meanwhile. Gives whether it was written.
pub fn renew(tx: &mut Tx<'_>, keys: &DataKeys, renewed: &IssuedPCode) -> Result<bool, StoreError> {
    let hit = tx.execute(
        "UPDATE p_codes SET issued_at = $1, uses = $2 WHERE code_index = $3 AND ended_at IS NULL",
        &[
            Value::BigInt(renewed.issued_at.as_microsecond()),
            Value::BigInt(renewed.uses.into()),
            Value::Bytes(&code_index(keys, renewed.code)),
        ],
    )?;
    Ok(hit == 1)
}

/// Ends a code whose holder has a CPR number now. One that was never issued here ends as quietly.
pub(crate) fn end(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    code: PCode,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE p_codes SET ended_at = $1 WHERE code_index = $2 AND ended_at IS NULL",
        &[
            Value::BigInt(now.as_microsecond()),
            Value::Bytes(&code_index(keys, code)),
        ],
    )?;
    Ok(())
}

fn read(keys: &DataKeys, row: &Row<'_>) -> Result<IssuedPCode, StoreError> {
    let index = row.bytes(0)?;
    let place = place(index);
    let json = keys
        .seal
        .open(&sealed_place(index), row.bytes(1)?)
        .map_err(|error| place.corrupt("details_sealed", error))?;
    let details: Details =
        serde_json::from_slice(&json).map_err(|error| place.corrupt("details_sealed", error))?;
    let corrupt = |error: &dyn std::fmt::Display| place.corrupt("details_sealed", error);
    Ok(IssuedPCode {
        code: PCode::parse(&details.code).map_err(|error| corrupt(&error))?,
        name: PCodeName::new(&details.given, &details.family).map_err(|error| corrupt(&error))?,
        birth_date: Pii::new(details.birth_date),
        issued_at: place.time("issued_at", row.bigint(2)?)?,
        uses: place.count("uses", row.bigint(3)?)?,
        ended: row.opt_bigint(4)?.is_some(),
    })
}

const fn place(index: &[u8]) -> Place<'_> {
    Place {
        table: "p_codes",
        id: index,
    }
}

fn sealed_place(index: &[u8]) -> Vec<u8> {
    [b"p_codes.details ", index].concat()
}

fn code_index(keys: &DataKeys, code: PCode) -> [u8; 32] {
    keys.index
        .mac(&[b"issued p_code", code.expose().as_bytes()])
}

fn holder_index(keys: &DataKeys, name: &PCodeName, birth_date: Date) -> [u8; 32] {
    keys.index.mac(&[
        b"p_code holder",
        name.in_zone_letters().as_bytes(),
        birth_date.to_string().as_bytes(),
    ])
}
