//! The app protocol, `docs/app-protocol.md`: what apps say to the server and hear from it.

pub mod activation;
pub mod approve;
pub mod claim;
pub mod holder;
pub mod openapi;
pub mod request;
pub mod unlock;

use std::sync::Arc;

use authn::secret::{PendingLogin, SecretRecord};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderName, StatusCode};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::id::{AuthenticatorId, IdentityId, SignInId};
use domain::identity::Identity;
use domain::sign_in::Holder;
use jiff::SignedDuration;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use store::authenticator::StoredApp;
use store::sign_in::StoredSignIn;
use store::{StoreError, Tx};
use utoipa::ToSchema;

use crate::Segl;
use crate::around::json_answer;
use crate::context::{Context, text};
use crate::error::Fault;
use crate::random::digest;
use crate::sealed::{self, Claim, Exchange, Session};

/// A JSON body; whatever is wrong with it is a problem document.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Arc<Segl>> for Body<T> {
    type Rejection = Fault;

    async fn from_request(request: Request, segl: &Arc<Segl>) -> Result<Self, Fault> {
        let is_json = text(request.headers(), &CONTENT_TYPE)
            .is_some_and(|kind| kind.starts_with("application/json"));
        if !is_json {
            return Err(Fault::Malformed(
                "the body must be application/json".to_owned(),
            ));
        }
        let body = Bytes::from_request(request, segl)
            .await
            .map_err(|rejection| match rejection.status() {
                StatusCode::PAYLOAD_TOO_LARGE => Fault::TooLarge,
                _ => Fault::Malformed(rejection.body_text()),
            })?;
        serde_json::from_slice(&body)
            .map(Self)
            .map_err(|error| Fault::Malformed(error.to_string()))
    }
}

/// The app token of a request, read and not yet checked against the store.
#[derive(Clone)]
pub struct AppToken {
    identity: IdentityId,
    app: AuthenticatorId,
    hash: [u8; 32],
}

impl AppToken {
    const LENGTH: usize = 64;
    const SECRET: usize = 16;

    /// A new token for an app: whose, which, 16 random bytes, and a MAC over them. Gives what the app keeps and what the store keeps.
    pub(crate) fn issue(
        segl: &Segl,
        identity: IdentityId,
        app: AuthenticatorId,
    ) -> Result<(String, [u8; 32]), Fault> {
        let secret = crate::random::bytes::<{ Self::SECRET }>()?;
        let mac = segl
            .keys()
            .app_token
            .mac(&[identity.as_bytes(), app.as_bytes(), &secret]);
        let token = [
            identity.as_bytes().as_slice(),
            app.as_bytes(),
            &secret,
            &mac[..16],
        ]
        .concat();
        Ok((URL_SAFE_NO_PAD.encode(&token), digest(&token)))
    }

    /// Reads a token that we made. A forged one costs a MAC and reaches neither the database nor anybody's limit.
    fn read(segl: &Segl, header: &str) -> Option<Self> {
        let token = header.strip_prefix("Segl-App ")?;
        let mut bytes = [0; Self::LENGTH];
        if URL_SAFE_NO_PAD.decode_slice(token, &mut bytes).ok()? != Self::LENGTH {
            return None;
        }
        let (identity, app, secret, mac) =
            (&bytes[..16], &bytes[16..32], &bytes[32..48], &bytes[48..]);
        let expected = segl.keys().app_token.mac(&[identity, app, secret]);
        verify_slices_are_equal(&expected[..16], mac).ok()?;
        Some(Self {
            identity: IdentityId::try_from(identity).ok()?,
            app: AuthenticatorId::try_from(app).ok()?,
            hash: digest(&bytes),
        })
    }
}

impl FromRequestParts<Arc<Segl>> for AppToken {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, segl: &Arc<Segl>) -> Result<Self, Fault> {
        let token = text(&parts.headers, &AUTHORIZATION)
            .and_then(|header| Self::read(segl, header))
            .ok_or(Fault::AppUnknown)?;
        segl.limits.app(token.app)?;
        Ok(token)
    }
}

/// A work on the store that ends in a fault of the protocol or of the store.
pub(crate) type Worked<T> = Result<T, Fault>;

/// The app behind a token, with its identity, both in use. A token that is wrong in any way is one and the same fault.
pub(crate) fn holder(
    tx: &mut Tx<'_>,
    segl: &Segl,
    token: &AppToken,
) -> Worked<(Identity, StoredApp)> {
    let (app, identity) =
        store::authenticator::with_identity(tx, &segl.keys().data, token.identity, token.app)?
            .ok_or(Fault::AppUnknown)?;
    may_speak(token, &identity, &app)?;
    Ok((identity, app))
}

/// As [`holder`], with one of their sign-ins. One that was begun with another user ID lies under another identity, where it is not found.
pub(crate) fn holder_of(
    tx: &mut Tx<'_>,
    segl: &Segl,
    token: &AppToken,
    sign_in: SignInId,
) -> Worked<(Identity, StoredApp, StoredSignIn)> {
    let (app, identity, stored) = store::authenticator::with_sign_in(
        tx,
        &segl.keys().data,
        (token.identity, token.app),
        sign_in,
    )?
    .ok_or(Fault::AppUnknown)?;
    may_speak(token, &identity, &app)?;
    Ok((identity, app, stored.ok_or(Fault::NotYourRequest)?))
}

fn may_speak(token: &AppToken, identity: &Identity, app: &StoredApp) -> Worked<()> {
    verify_slices_are_equal(&app.token_hash, &token.hash).map_err(|_| Fault::AppUnknown)?;
    Ok(as_holder(identity, app).may_act()?)
}

/// An app that was opened with its PIN not long ago.
pub struct Opened {
    token: AppToken,
}

impl FromRequestParts<Arc<Segl>> for Opened {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, segl: &Arc<Segl>) -> Result<Self, Fault> {
        let token = AppToken::from_request_parts(parts, segl).await?;
        let name = HeaderName::from_static("segl-session");
        let session: Option<Session> =
            text(&parts.headers, &name).and_then(|text| sealed::open(&segl.keys().sealed, text));
        let now = segl.clock.now();
        match session {
            Some(session)
                if session.identity == token.identity
                    && session.authenticator == token.app
                    && now < session.expires_at =>
            {
                Ok(Self { token })
            }
            _ => Err(Fault::Locked),
        }
    }
}

/// KE1 of an OPAQUE exchange, for what it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnlockStart {
    /// 96 bytes, base64url.
    ke1: String,
}

/// KE2, and how often a wrong PIN may still be given.
#[derive(Serialize, ToSchema)]
pub struct Started {
    /// To be brought back with KE3.
    exchange: String,
    /// 320 bytes, base64url.
    ke2: String,
    /// What remains if this PIN is wrong (R-AUT-9).
    tries_left: u32,
}

/// An exchange lives as long as a sign-in may.
const EXCHANGE_MINUTES: i64 = 5;

/// Answers KE1 with KE2 for an app whose guess has been counted.
pub(crate) fn answer_ke1(
    segl: &Segl,
    context: &Context,
    app: &StoredApp,
    claim: Option<Claim>,
    ke1: &[u8],
) -> Worked<Response> {
    let keys = segl.keys();
    let record = SecretRecord::from_bytes(&app.pin_record).map_err(|_| Fault::Exchange)?;
    let id = app.authenticator.id;
    let mut randomness = authn::randomness::SystemRandomness::new();
    let (pending, ke2) = keys
        .opaque
        .begin(&mut randomness, Some(&record), id.as_bytes(), ke1)
        .map_err(|_| Fault::Malformed("ke1 is not an OPAQUE KE1".to_owned()))?;
    let exchange = Exchange {
        identity: app.authenticator.identity,
        authenticator: id,
        pending: pending.to_bytes().to_vec(),
        device_key: app.authenticator.device_key.clone(),
        claim,
        expires_at: context
            .now
            .saturating_add(SignedDuration::from_mins(EXCHANGE_MINUTES))
            .unwrap_or(jiff::Timestamp::MAX),
    };
    let started = Started {
        exchange: sealed::seal(&keys.sealed, &exchange)?,
        ke2: URL_SAFE_NO_PAD.encode(ke2),
        tries_left: app.authenticator.guesses.tries_left(&segl.policy.pin),
    };
    Ok(json_answer(StatusCode::OK, &started))
}

/// Counts a guess before it is checked (R-AUT-9), in the transaction that read how many there were. What locks or blocks is an event.
pub(crate) fn count_guess(
    tx: &mut Tx<'_>,
    segl: &Segl,
    app: &mut StoredApp,
    now: jiff::Timestamp,
    random: [u8; 8],
) -> Worked<()> {
    use domain::audit::{Event, What};
    use domain::lockout::PinState;

    let policy = &segl.policy.pin;
    let counted = app.authenticator.guesses.count_one(policy, now)?;
    if !store::authenticator::set_guesses(tx, &app.authenticator, counted)? {
        return Err(Fault::Store(StoreError::Busy));
    }
    app.authenticator.guesses = counted;
    let what = match counted.state(policy, now) {
        PinState::Open => return Ok(()),
        PinState::LockedUntil(until) => What::PinLocked {
            authenticator: app.authenticator.id,
            until,
        },
        PinState::Blocked => What::AppBlocked {
            authenticator: app.authenticator.id,
        },
    };
    let event = Event {
        identity: app.authenticator.identity,
        at: now,
        what,
    };
    store::event::append(tx, &segl.keys().data, &event, random)?;
    Ok(())
}

/// Opens an exchange that this app began and that is not out of date.
pub(crate) fn open_exchange(
    segl: &Segl,
    context: &Context,
    token: &AppToken,
    text: &str,
) -> Worked<(Exchange, PendingLogin)> {
    let exchange: Exchange = sealed::open(&segl.keys().sealed, text).ok_or(Fault::ExchangeOver)?;
    if exchange.authenticator != token.app
        || exchange.identity != token.identity
        || context.now >= exchange.expires_at
    {
        return Err(Fault::ExchangeOver);
    }
    let pending = PendingLogin::from_bytes(&exchange.pending).map_err(|_| Fault::ExchangeOver)?;
    Ok((exchange, pending))
}

/// Base64url without padding.
pub(crate) fn decode(text: &str, member: &str) -> Worked<Vec<u8>> {
    URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| Fault::Malformed(format!("{member} is not base64url")))
}

/// A holder as the domain wants them.
pub(crate) const fn as_holder<'a>(identity: &'a Identity, app: &'a StoredApp) -> Holder<'a> {
    Holder {
        identity,
        authenticator: &app.authenticator,
    }
}
