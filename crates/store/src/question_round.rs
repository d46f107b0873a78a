//! Rounds of control questions (R-QUE-1): one a day for one person, and each answered once.

use domain::cpr_number::CprNumber;
use domain::id::DeskCaseId;
use domain::proofing::control_questions::Round;
use jiff::civil::Date;
use zeroize::Zeroizing;

use crate::person::cpr_index;
use crate::sealing::DataKeys;
use crate::stored::Place;
use crate::{StoreError, Tx, Value};

/// A round that was put to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRound {
    /// The day in Denmark.
    pub day: Date,
    /// In which case.
    pub case: DeskCaseId,
    /// The questions.
    pub round: Round,
    /// `asked`, `passed` or `failed`.
    pub state: String,
}

/// Adds the round of a day. Gives whether it is the first of that day: the key decides, not an earlier look.
pub fn insert(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    cpr: &CprNumber,
    (day, case): (Date, DeskCaseId),
    round: &Round,
) -> Result<bool, StoreError> {
    let index = cpr_index(keys, cpr);
    let place = place(&index);
    let day = day.to_string();
    let bytes = postcard::to_allocvec(round)
        .map(Zeroizing::new)
        .map_err(|error| place.corrupt("round_sealed", error))?;
    let sealed = keys
        .seal
        .seal(&sealed_place(&index, &day), &bytes)
        .map_err(|error| place.corrupt("round_sealed", error))?;
    let hit = tx.execute(
        "INSERT INTO question_rounds (person_index, day, case_id, round_sealed, state) VALUES ($1, $2, $3, $4, 'asked') \
         ON CONFLICT (person_index, day) DO NOTHING",
        &[
            Value::Bytes(&index),
            Value::Text(&day),
            Value::Bytes(case.as_bytes()),
            Value::Bytes(&sealed),
        ],
    )?;
    Ok(hit == 1)
}

/// Every round that was put to somebody, newest first.
pub fn of_person(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    cpr: &CprNumber,
) -> Result<Vec<StoredRound>, StoreError> {
    let index = cpr_index(keys, cpr);
    tx.query(
        "SELECT day, case_id, round_sealed, state FROM question_rounds WHERE person_index = $1 ORDER BY day DESC",
        &[Value::Bytes(&index)],
        |row| {
            let (place, day) = (place(&index), row.text(0)?);
            let bytes = keys
                .seal
                .open(&sealed_place(&index, day), row.bytes(2)?)
                .map_err(|error| place.corrupt("round_sealed", error))?;
            Ok(StoredRound {
                day: place.word("day", day)?,
                case: place.id("case_id", row.bytes(1)?)?,
                round: postcard::from_bytes(&bytes)
                    .map_err(|error| place.corrupt("round_sealed", error))?,
                state: row.text(3)?.to_owned(),
            })
        },
    )
}

/// Writes what came of a round, once. Gives whether it was still unanswered.
pub fn answer(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    cpr: &CprNumber,
    day: Date,
    passed: bool,
) -> Result<bool, StoreError> {
    let hit = tx.execute(
        "UPDATE question_rounds SET state = $1 WHERE person_index = $2 AND day = $3 AND state = 'asked'",
        &[
            Value::Text(if passed { "passed" } else { "failed" }),
            Value::Bytes(&cpr_index(keys, cpr)),
            Value::Text(&day.to_string()),
        ],
    )?;
    Ok(hit == 1)
}

const fn place(index: &[u8]) -> Place<'_> {
    Place {
        table: "question_rounds",
        id: index,
    }
}

fn sealed_place(index: &[u8; 32], day: &str) -> Vec<u8> {
    [b"question_rounds.round ".as_slice(), index, day.as_bytes()].concat()
}
