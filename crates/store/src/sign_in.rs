//! Sign-ins, which are also the grants that tokens rest on.

use domain::assurance::{Assurance, Level, Wanted};
use domain::id::{IdentityId, SignInId};
use domain::person::Person;
use domain::secret::Pii;
use domain::sign_in::{Approval, Asked, Browser, Ending, SignIn, SignInState};
use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::sealing::DataKeys;
use crate::stored::Place;
use crate::{Row, StoreError, Tx, Value, person};

/// A sign-in with the authorization request that began it.
#[derive(Debug, Clone)]
pub struct StoredSignIn {
    /// The sign-in.
    pub sign_in: SignIn,
    /// The checked authorization request, in the server's own form.
    pub request: Zeroizing<Vec<u8>>,
}

/// Adds a sign-in that waits, or that ended as it began (R-SIG-3).
pub fn insert(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    sign_in: &SignIn,
    request: &[u8],
) -> Result<(), StoreError> {
    let place = Place {
        table: "sign_ins",
        id: sign_in.id.as_bytes(),
    };
    let reference_text = sign_in.asked.reference_text.expose().as_bytes();
    let length = u16::try_from(reference_text.len())
        .map_err(|error| place.corrupt("request_sealed", error))?;
    let together = Zeroizing::new([&length.to_be_bytes(), reference_text, request].concat());
    let sealed = keys
        .seal
        .seal(&sealed_place(sign_in.identity, sign_in.id), &together)
        .map_err(|error| place.corrupt("request_sealed", error))?;
    tx.execute(
        "INSERT INTO sign_ins (identity_id, id, service, action, wanted, psd2, browser, request_sealed, begun_at, expires_at, state, wrong_codes) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0)",
        &[
            Value::Bytes(sign_in.identity.as_bytes()),
            Value::Bytes(sign_in.id.as_bytes()),
            Value::Text(&sign_in.asked.service),
            Value::Text(sign_in.asked.action.word()),
            Value::Text(&wanted_text(sign_in.asked.wanted)),
            Value::BigInt(sign_in.asked.psd2.into()),
            Value::Text(sign_in.browser.word()),
            Value::Bytes(&sealed),
            Value::BigInt(sign_in.begun_at.as_microsecond()),
            Value::BigInt(sign_in.expires_at.as_microsecond()),
            Value::Text(sign_in.state.word()),
        ],
    )?;
    Ok(())
}

/// One sign-in of an identity.
pub fn find(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    identity: IdentityId,
    id: SignInId,
) -> Result<Option<StoredSignIn>, StoreError> {
    tx.query_opt(
        "SELECT identity_id, id, service, action, wanted, psd2, browser, request_sealed, begun_at, expires_at, state, wrong_codes, \
         authenticator_id, channel, ial, aal, approved_at FROM sign_ins WHERE identity_id = $1 AND id = $2",
        &[Value::Bytes(identity.as_bytes()), Value::Bytes(id.as_bytes())],
        |row| read_at(keys, row, 0),
    )
}

/// What tokens rest on: a sign-in whose session was not ended, and the person whose it is, if their identity is in use (R-PER-6).
/// `session` is the digest that [`used_once`](crate::used_once) knows an ended session by.
pub fn grant(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    (identity, id): (IdentityId, SignInId),
    session: &[u8; 32],
) -> Result<Option<(StoredSignIn, Option<Person>)>, StoreError> {
    tx.query_opt(
        "SELECT s.identity_id, s.id, s.service, s.action, s.wanted, s.psd2, s.browser, s.request_sealed, s.begun_at, s.expires_at, s.state, \
         s.wrong_codes, s.authenticator_id, s.channel, s.ial, s.aal, s.approved_at, p.id, p.protected, p.details_sealed FROM sign_ins s \
         LEFT JOIN identities i ON i.id = s.identity_id AND i.state = 'active' LEFT JOIN persons p ON p.id = i.person_id \
         WHERE s.identity_id = $1 AND s.id = $2 AND NOT EXISTS (SELECT 1 FROM used_once u WHERE u.kind = 'session' AND u.digest = $3)",
        &[Value::Bytes(identity.as_bytes()), Value::Bytes(id.as_bytes()), Value::Bytes(session)],
        |row| Ok((read_at(keys, row, 0)?, person::read_opt_at(keys, row, 17)?)),
    )
}

/// The newest sign-ins of an identity that wait for an answer now, newest first, as many as anyone could mean.
pub fn waiting(
    tx: &mut Tx<'_>,
    identity: IdentityId,
    now: Timestamp,
) -> Result<Vec<(SignInId, Browser)>, StoreError> {
    tx.query(
        "SELECT id, browser FROM sign_ins WHERE identity_id = $1 AND state = 'waiting' AND expires_at > $2 ORDER BY begun_at DESC LIMIT 50",
        &[Value::Bytes(identity.as_bytes()), Value::BigInt(now.as_microsecond())],
        |row| {
            let id = row.bytes(0)?;
            let place = Place { table: "sign_ins", id };
            Ok((place.id("id", id)?, place.word("browser", row.text(1)?)?))
        },
    )
}

/// Writes a transition, if the sign-in is still where it was read. Gives whether it was.
pub fn advance(tx: &mut Tx<'_>, before: &SignInState, after: &SignIn) -> Result<bool, StoreError> {
    let wrong_codes = |state: &SignInState| match state {
        SignInState::Waiting { wrong_codes } => i64::from(*wrong_codes),
        _ => 0,
    };
    let approval = match &after.state {
        SignInState::Approved(approval) | SignInState::Redeemed(approval) => Some(approval),
        _ => None,
    };
    let hit = match (before, approval) {
        (SignInState::Waiting { wrong_codes: expected }, Some(approval)) => tx.execute(
            "UPDATE sign_ins SET state = $1, authenticator_id = $2, channel = $3, ial = $4, aal = $5, approved_at = $6 \
             WHERE identity_id = $7 AND id = $8 AND state = 'waiting' AND wrong_codes = $9",
            &[
                Value::Text(after.state.word()),
                Value::Bytes(approval.by.as_bytes()),
                Value::Text(approval.channel.word()),
                Value::Text(approval.assurance.ial.word()),
                Value::Text(approval.assurance.aal.word()),
                Value::BigInt(approval.at.as_microsecond()),
                Value::Bytes(after.identity.as_bytes()),
                Value::Bytes(after.id.as_bytes()),
                Value::BigInt((*expected).into()),
            ],
        )?,
        (SignInState::Waiting { wrong_codes: expected }, None) => tx.execute(
            "UPDATE sign_ins SET state = $1, wrong_codes = $2 WHERE identity_id = $3 AND id = $4 AND state = 'waiting' AND wrong_codes = $5",
            &[
                Value::Text(after.state.word()),
                Value::BigInt(wrong_codes(&after.state)),
                Value::Bytes(after.identity.as_bytes()),
                Value::Bytes(after.id.as_bytes()),
                Value::BigInt((*expected).into()),
            ],
        )?,
        (before, _) => tx.execute(
            "UPDATE sign_ins SET state = $1 WHERE identity_id = $2 AND id = $3 AND state = $4",
            &[
                Value::Text(after.state.word()),
                Value::Bytes(after.identity.as_bytes()),
                Value::Bytes(after.id.as_bytes()),
                Value::Text(before.word()),
            ],
        )?,
    };
    Ok(hit == 1)
}

/// What became of sign-ins that browsers wait for: those of the given ones that wait no more. At most [`POLL`] at once.
pub fn no_longer_waiting(
    tx: &mut Tx<'_>,
    asked: &[(IdentityId, SignInId)],
) -> Result<Vec<SignInId>, StoreError> {
    let Some(first) = asked.first() else {
        return Ok(Vec::new());
    };
    let pairs = asked.iter().chain(std::iter::repeat(first)).take(POLL);
    let params: Vec<Value<'_>> = pairs
        .flat_map(|(identity, id)| {
            [
                Value::Bytes(identity.as_bytes()),
                Value::Bytes(id.as_bytes()),
            ]
        })
        .collect();
    tx.query(
        "SELECT id FROM sign_ins WHERE state <> 'waiting' AND (identity_id, id) IN (VALUES ($1, $2), ($3, $4), ($5, $6), ($7, $8), ($9, $10), \
         ($11, $12), ($13, $14), ($15, $16), ($17, $18), ($19, $20), ($21, $22), ($23, $24), ($25, $26), ($27, $28), ($29, $30), ($31, $32))",
        &params,
        |row| {
            let id = row.bytes(0)?;
            Place { table: "sign_ins", id }.id("id", id)
        },
    )
}

/// How many sign-ins one [`no_longer_waiting`] asks for.
pub const POLL: usize = 16;

/// Sign-ins that nobody answered in time and that nothing has been written of yet.
pub fn unanswered(
    tx: &mut Tx<'_>,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<(IdentityId, SignInId)>, StoreError> {
    tx.query(
        "SELECT identity_id, id FROM sign_ins WHERE state = 'waiting' AND expires_at <= $1 LIMIT $2",
        &[Value::BigInt(now.as_microsecond()), Value::BigInt(limit.into())],
        |row| {
            let id = row.bytes(1)?;
            let place = Place { table: "sign_ins", id };
            Ok((place.id("identity_id", row.bytes(0)?)?, place.id("id", id)?))
        },
    )
}

/// Removes some of the sign-ins whose tokens have all ended, oldest first, and what was logged of those that were nobody's (R-UID-2).
/// Gives how many.
pub fn forget_before(
    tx: &mut Tx<'_>,
    begun_before: Timestamp,
    limit: u32,
) -> Result<u64, StoreError> {
    tx.execute(
        "DELETE FROM events WHERE identity_id IN (SELECT identity_id FROM sign_ins WHERE begun_at < $1 AND NOT EXISTS \
         (SELECT 1 FROM identities WHERE identities.id = sign_ins.identity_id) ORDER BY begun_at LIMIT $2)",
        &[Value::BigInt(begun_before.as_microsecond()), Value::BigInt(limit.into())],
    )?;
    tx.execute(
        "DELETE FROM sign_ins WHERE (identity_id, id) IN \
         (SELECT identity_id, id FROM sign_ins WHERE begun_at < $1 ORDER BY begun_at LIMIT $2)",
        &[
            Value::BigInt(begun_before.as_microsecond()),
            Value::BigInt(limit.into()),
        ],
    )
}

/// Reads a sign-in whose columns begin at `first`.
pub(crate) fn read_at(
    keys: &DataKeys,
    row: &Row<'_>,
    first: usize,
) -> Result<StoredSignIn, StoreError> {
    let id = row.bytes(first + 1)?;
    let place = Place {
        table: "sign_ins",
        id,
    };
    let (identity, id): (IdentityId, SignInId) = (
        place.id("identity_id", row.bytes(first)?)?,
        place.id("id", id)?,
    );
    let together = keys
        .seal
        .open(&sealed_place(identity, id), row.bytes(first + 7)?)
        .map_err(|error| place.corrupt("request_sealed", error))?;
    let (length, rest) = together
        .split_first_chunk::<2>()
        .ok_or_else(|| place.corrupt("request_sealed", "too short"))?;
    let (reference_text, request) = rest
        .split_at_checked(u16::from_be_bytes(*length).into())
        .ok_or_else(|| place.corrupt("request_sealed", "too short"))?;
    let reference_text = std::str::from_utf8(reference_text)
        .map_err(|error| place.corrupt("request_sealed", error))?;
    Ok(StoredSignIn {
        sign_in: SignIn {
            id,
            identity,
            asked: Asked {
                service: row.text(first + 2)?.to_owned(),
                action: place.word("action", row.text(first + 3)?)?,
                reference_text: Pii::new(reference_text.to_owned()),
                wanted: wanted(row.text(first + 4)?)
                    .ok_or_else(|| place.corrupt("wanted", "not a level"))?,
                psd2: row.bigint(first + 5)? != 0,
            },
            browser: place.word("browser", row.text(first + 6)?)?,
            begun_at: place.time("begun_at", row.bigint(first + 8)?)?,
            expires_at: place.time("expires_at", row.bigint(first + 9)?)?,
            state: state(place, row, first)?,
        },
        request: Zeroizing::new(request.to_vec()),
    })
}

fn state(place: Place<'_>, row: &Row<'_>, first: usize) -> Result<SignInState, StoreError> {
    Ok(match row.text(first + 10)? {
        "waiting" => SignInState::Waiting {
            wrong_codes: place.count("wrong_codes", row.bigint(first + 11)?)?,
        },
        "approved" => SignInState::Approved(approval(place, row, first)?),
        "redeemed" => SignInState::Redeemed(approval(place, row, first)?),
        "revoked" => SignInState::Revoked,
        ending => SignInState::Ended(place.word::<Ending>("state", ending)?),
    })
}

fn approval(place: Place<'_>, row: &Row<'_>, first: usize) -> Result<Approval, StoreError> {
    let missing = |column| move || place.corrupt(column, "missing");
    Ok(Approval {
        by: place.id(
            "authenticator_id",
            row.opt_bytes(first + 12)?
                .ok_or_else(missing("authenticator_id"))?,
        )?,
        channel: place.word(
            "channel",
            row.opt_text(first + 13)?.ok_or_else(missing("channel"))?,
        )?,
        assurance: Assurance {
            ial: place.word("ial", row.opt_text(first + 14)?.ok_or_else(missing("ial"))?)?,
            aal: place.word("aal", row.opt_text(first + 15)?.ok_or_else(missing("aal"))?)?,
        },
        at: place.time(
            "approved_at",
            row.opt_bigint(first + 16)?
                .ok_or_else(missing("approved_at"))?,
        )?,
    })
}

fn wanted_text(wanted: Wanted) -> String {
    match wanted {
        Wanted::Loa(level) => format!("loa:{level}"),
        Wanted::Aal(level) => format!("aal:{level}"),
    }
}

fn wanted(text: &str) -> Option<Wanted> {
    let (kind, level) = text.split_once(':')?;
    let level: Level = level.parse().ok()?;
    match kind {
        "loa" => Some(Wanted::Loa(level)),
        "aal" => Some(Wanted::Aal(level)),
        _ => None,
    }
}

fn sealed_place(identity: IdentityId, id: SignInId) -> [u8; 41] {
    let mut place = [0; 41];
    place[..9].copy_from_slice(b"sign_ins ");
    place[9..25].copy_from_slice(identity.as_bytes());
    place[25..].copy_from_slice(id.as_bytes());
    place
}
