//! Authenticators: the apps of an identity.

use domain::authenticator::{Authenticator, AuthenticatorEvent};
use domain::id::{AuthenticatorId, IdentityId, SignInId};
use domain::identity::Identity;
use domain::lockout::PinGuesses;
use jiff::Timestamp;

use crate::sealing::DataKeys;
use crate::sign_in::StoredSignIn;
use crate::stored::Place;
use crate::{Row, StoreError, Tx, Value};

/// An app as it is stored: what the domain knows of it, and what only proves who speaks.
#[derive(Debug, Clone)]
pub struct StoredApp {
    /// The authenticator.
    pub authenticator: Authenticator,
    /// SHA-256 of the app token.
    pub token_hash: [u8; 32],
    /// The OPAQUE record of the PIN.
    pub pin_record: Vec<u8>,
}

const OF_IDENTITY: &str = "SELECT identity_id, id, name, platform, state, device_key, token_hash, pin_record, guesses, last_guess_at, activated_at, \
                           last_used_at FROM authenticators WHERE identity_id = $1 ORDER BY activated_at, id";

/// Adds an app.
pub fn insert(tx: &mut Tx<'_>, app: &StoredApp) -> Result<(), StoreError> {
    let authenticator = &app.authenticator;
    tx.execute(
        "INSERT INTO authenticators (identity_id, id, kind, name, platform, state, device_key, token_hash, pin_record, guesses, last_guess_at, \
         activated_at, last_used_at) VALUES ($1, $2, 'app', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        &[
            Value::Bytes(authenticator.identity.as_bytes()),
            Value::Bytes(authenticator.id.as_bytes()),
            Value::Text(&authenticator.name),
            Value::Text(authenticator.platform.word()),
            Value::Text(authenticator.state.word()),
            Value::Bytes(&authenticator.device_key),
            Value::Bytes(&app.token_hash),
            Value::Bytes(&app.pin_record),
            Value::BigInt(authenticator.guesses.count.into()),
            optional_time(authenticator.guesses.last),
            Value::BigInt(authenticator.activated_at.as_microsecond()),
            optional_time(authenticator.last_used_at),
        ],
    )?;
    Ok(())
}

/// One app of an identity, with that identity.
pub fn with_identity(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    identity: IdentityId,
    id: AuthenticatorId,
) -> Result<Option<(StoredApp, Identity)>, StoreError> {
    tx.query_opt(
        "SELECT a.identity_id, a.id, a.name, a.platform, a.state, a.device_key, a.token_hash, a.pin_record, a.guesses, a.last_guess_at, \
         a.activated_at, a.last_used_at, i.id, i.person_id, i.user_id_sealed, i.state, i.ial, i.typed_code_from, i.hide_service_names, \
         i.created_at FROM authenticators a JOIN identities i ON i.id = a.identity_id WHERE a.identity_id = $1 AND a.id = $2",
        &[Value::Bytes(identity.as_bytes()), Value::Bytes(id.as_bytes())],
        |row| Ok((read(row)?, crate::identity::read_at(keys, row, 12)?)),
    )
}

/// One app of an identity, with that identity and one of its sign-ins, if that is there.
pub fn with_sign_in(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    (identity, id): (IdentityId, AuthenticatorId),
    sign_in: SignInId,
) -> Result<Option<(StoredApp, Identity, Option<StoredSignIn>)>, StoreError> {
    tx.query_opt(
        "SELECT a.identity_id, a.id, a.name, a.platform, a.state, a.device_key, a.token_hash, a.pin_record, a.guesses, a.last_guess_at, \
         a.activated_at, a.last_used_at, i.id, i.person_id, i.user_id_sealed, i.state, i.ial, i.typed_code_from, i.hide_service_names, \
         i.created_at, s.identity_id, s.id, s.service, s.action, s.wanted, s.psd2, s.browser, s.request_sealed, s.begun_at, s.expires_at, \
         s.state, s.wrong_codes, s.authenticator_id, s.channel, s.ial, s.aal, s.approved_at FROM authenticators a \
         JOIN identities i ON i.id = a.identity_id LEFT JOIN sign_ins s ON s.identity_id = a.identity_id AND s.id = $3 \
         WHERE a.identity_id = $1 AND a.id = $2",
        &[
            Value::Bytes(identity.as_bytes()),
            Value::Bytes(id.as_bytes()),
            Value::Bytes(sign_in.as_bytes()),
        ],
        |row| {
            let identity = crate::identity::read_at(keys, row, 12)?;
            let sign_in = match row.opt_bytes(20)? {
                Some(_) => Some(crate::sign_in::read_at(keys, row, 20)?),
                None => None,
            };
            Ok((read(row)?, identity, sign_in))
        },
    )
}

/// Every app that an identity has had, oldest first.
pub fn of_identity(tx: &mut Tx<'_>, identity: IdentityId) -> Result<Vec<StoredApp>, StoreError> {
    tx.query(OF_IDENTITY, &[Value::Bytes(identity.as_bytes())], read)
}

/// Stores a count of guesses if it is still what it was read as. Gives whether it was (R-AUT-9).
pub fn set_guesses(
    tx: &mut Tx<'_>,
    authenticator: &Authenticator,
    guesses: PinGuesses,
) -> Result<bool, StoreError> {
    let hit = tx.execute(
        "UPDATE authenticators SET guesses = $1, last_guess_at = $2 WHERE identity_id = $3 AND id = $4 AND guesses = $5 \
         AND last_guess_at IS NOT DISTINCT FROM $6",
        &[
            Value::BigInt(guesses.count.into()),
            optional_time(guesses.last),
            Value::Bytes(authenticator.identity.as_bytes()),
            Value::Bytes(authenticator.id.as_bytes()),
            Value::BigInt(authenticator.guesses.count.into()),
            optional_time(authenticator.guesses.last),
        ],
    )?;
    Ok(hit == 1)
}

/// After a right PIN: the guesses are forgiven, and the app was used now.
pub fn used(
    tx: &mut Tx<'_>,
    identity: IdentityId,
    id: AuthenticatorId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let hit = tx.execute(
        "UPDATE authenticators SET guesses = 0, last_guess_at = NULL, last_used_at = $1 WHERE identity_id = $2 AND id = $3 AND state = 'active'",
        &[Value::BigInt(now.as_microsecond()), Value::Bytes(identity.as_bytes()), Value::Bytes(id.as_bytes())],
    )?;
    Ok(hit == 1)
}

/// Writes a step of the life cycle, if the app is still where it was read. Gives whether it was.
pub fn advance(
    tx: &mut Tx<'_>,
    authenticator: &Authenticator,
    event: AuthenticatorEvent,
) -> Result<bool, StoreError> {
    let Some(next) = authenticator.state.after(event) else {
        return Ok(false);
    };
    let hit = tx.execute(
        "UPDATE authenticators SET state = $1 WHERE identity_id = $2 AND id = $3 AND state = $4",
        &[
            Value::Text(next.word()),
            Value::Bytes(authenticator.identity.as_bytes()),
            Value::Bytes(authenticator.id.as_bytes()),
            Value::Text(authenticator.state.word()),
        ],
    )?;
    Ok(hit == 1)
}

fn optional_time<'a>(time: Option<Timestamp>) -> Value<'a> {
    time.map_or(Value::Null, |time| Value::BigInt(time.as_microsecond()))
}

fn read(row: &Row<'_>) -> Result<StoredApp, StoreError> {
    let id = row.bytes(1)?;
    let place = Place {
        table: "authenticators",
        id,
    };
    let authenticator = Authenticator {
        id: place.id("id", id)?,
        identity: place.id("identity_id", row.bytes(0)?)?,
        name: row.text(2)?.to_owned(),
        platform: place.word("platform", row.text(3)?)?,
        state: place.word("state", row.text(4)?)?,
        device_key: row.bytes(5)?.to_vec(),
        guesses: PinGuesses {
            count: place.count("guesses", row.bigint(8)?)?,
            last: row
                .opt_bigint(9)?
                .map(|micros| place.time("last_guess_at", micros))
                .transpose()?,
        },
        activated_at: place.time("activated_at", row.bigint(10)?)?,
        last_used_at: row
            .opt_bigint(11)?
            .map(|micros| place.time("last_used_at", micros))
            .transpose()?,
    };
    let token_hash = row
        .bytes(6)?
        .try_into()
        .map_err(|error| place.corrupt("token_hash", error))?;
    Ok(StoredApp {
        authenticator,
        token_hash,
        pin_record: row.bytes(7)?.to_vec(),
    })
}
