//! Opening the app with its PIN, for the holder's own pages.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{AppToken, Body, UnlockStart, answer_ke1, count_guess, decode, holder, open_exchange};
use crate::around::json_answer;
use crate::context::Context;
use crate::error::Fault;
use crate::sealed::{self, Session};
use crate::{Segl, random};

/// `POST /app/v1/unlock/start`.
#[utoipa::path(post, path = "/app/v1/unlock/start", request_body = UnlockStart, responses((status = 200, body = super::Started), (status = "4XX", body = super::openapi::Problem)))]
pub async fn start(
    State(segl): State<Arc<Segl>>,
    context: Context,
    token: AppToken,
    Body(start): Body<UnlockStart>,
) -> Result<Response, Fault> {
    let ke1 = decode(&start.ke1, "ke1")?;
    let (shared, now, key) = (Arc::clone(&segl), context.now, token.identity);
    let random = random::bytes()?;
    let app = segl
        .store
        .write(key.as_bytes(), move |tx| {
            let (_, mut app) = holder(tx, &shared, &token)?;
            count_guess(tx, &shared, &mut app, now, random)?;
            Ok::<_, Fault>(app)
        })
        .await?;
    answer_ke1(&segl, &context, &app, None, &ke1)
}

/// KE3.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Finish {
    exchange: String,
    ke3: String,
}

/// The app is open.
#[derive(Serialize, ToSchema)]
pub struct Open {
    session: String,
}

/// `POST /app/v1/unlock/finish`.
#[utoipa::path(post, path = "/app/v1/unlock/finish", request_body = Finish, responses((status = 200, body = Open), (status = "4XX", body = super::openapi::Problem)))]
pub async fn finish(
    State(segl): State<Arc<Segl>>,
    context: Context,
    token: AppToken,
    Body(finish): Body<Finish>,
) -> Result<Response, Fault> {
    let (exchange, pending) = open_exchange(&segl, &context, &token, &finish.exchange)?;
    let (name, ends_at) = (
        random::digest(finish.exchange.as_bytes()),
        exchange.expires_at,
    );
    if exchange.claim.is_some() {
        return Err(Fault::ExchangeOver);
    }
    let _proved = pending
        .finish(&decode(&finish.ke3, "ke3")?)
        .map_err(|_| Fault::PinRefused)?;
    let (shared, now, key) = (Arc::clone(&segl), context.now, token.identity);
    let life = SignedDuration::from_mins(segl.policy.sign_in.unlocked_minutes);
    let session = Session {
        identity: token.identity,
        authenticator: token.app,
        expires_at: now.saturating_add(life).unwrap_or(Timestamp::MAX),
    };
    segl.store
        .write(key.as_bytes(), move |tx| {
            let (identity, app) = holder(tx, &shared, &token)?;
            if !store::used_once::claim(tx, "exchange", &name, ends_at)? {
                return Err(Fault::ExchangeOver);
            }
            store::authenticator::used(tx, identity.id, app.authenticator.id, now)?;
            Ok::<_, Fault>(())
        })
        .await?;
    Ok(json_answer(
        StatusCode::OK,
        &Open {
            session: sealed::seal(&segl.keys().sealed, &session)?,
        },
    ))
}
