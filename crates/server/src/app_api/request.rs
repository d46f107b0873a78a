//! A request that waits: whether there is one, and saying no to it (R-SIG-2, R-SIG-3).

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::audit::Event;
use domain::id::SignInId;
use domain::sign_in::{Ending, SignIn};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{StoreError, Tx};
use utoipa::ToSchema;

use super::{AppToken, Body, Worked, holder, holder_of};
use crate::around::json_answer;
use crate::context::Context;
use crate::error::Fault;
use crate::i18n::Lang;
use crate::sealed::{self, Claim};
use crate::sign_in::finish::return_proof;
use crate::{Segl, random, services};

/// Whether a request waits.
#[derive(Serialize, ToSchema)]
pub struct Waiting {
    waiting: bool,
}

/// `GET /app/v1/requests`.
#[utoipa::path(get, path = "/app/v1/requests", responses((status = 200, body = Waiting), (status = "4XX", body = super::openapi::Problem)))]
pub async fn waiting(
    State(segl): State<Arc<Segl>>,
    context: Context,
    token: AppToken,
) -> Result<Response, Fault> {
    let shared = Arc::clone(&segl);
    let waiting = segl
        .store
        .read(move |tx| {
            holder(tx, &shared, &token)?;
            Ok::<_, Fault>(!store::sign_in::waiting(tx, token.identity, context.now)?.is_empty())
        })
        .await?;
    Ok(json_answer(StatusCode::OK, &Waiting { waiting }))
}

/// A refusal by the person.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reject {
    claim: String,
    reason: Reason,
}

/// Why a person says no.
#[derive(Deserialize, ToSchema, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Changed their mind.
    Abort,
    /// Did not begin it.
    NotMe,
}

/// `POST /app/v1/requests/reject`.
#[utoipa::path(post, path = "/app/v1/requests/reject", request_body = Reject, responses((status = 200), (status = "4XX", body = super::openapi::Problem)))]
pub async fn reject(
    State(segl): State<Arc<Segl>>,
    context: Context,
    token: AppToken,
    Body(reject): Body<Reject>,
) -> Result<Response, Fault> {
    let claim = open_claim(&segl, &token, &reject.claim)?;
    let ending = match reject.reason {
        Reason::Abort => Ending::Rejected,
        Reason::NotMe => Ending::Reported,
    };
    end(&segl, &context, &token, claim.sign_in, ending).await?;
    segl.waiters.wake(claim.sign_in);
    let mut answer = json!({ "rejected": true });
    if let Some(address) = return_to(&segl, &token, &claim) {
        answer["return_to"] = address.into();
    }
    Ok(json_answer(StatusCode::OK, &answer))
}

/// A claim that this app made.
pub(crate) fn open_claim(segl: &Segl, token: &AppToken, text: &str) -> Worked<Claim> {
    let claim: Claim = sealed::open(&segl.keys().sealed, text).ok_or(Fault::ExchangeOver)?;
    if claim.authenticator == token.app {
        Ok(claim)
    } else {
        Err(Fault::ExchangeOver)
    }
}

/// Where the app sends the browser of this device, when it was opened by link (R-SIG-5).
pub(crate) fn return_to(segl: &Segl, token: &AppToken, claim: &Claim) -> Option<String> {
    let back = claim.back.as_ref()?;
    let proof = return_proof(segl, token.identity, claim.sign_in);
    Some(format!("/signin/return?s={back}&proof={proof}"))
}

/// Ends a request at its holder's word.
pub(super) async fn end(
    segl: &Arc<Segl>,
    context: &Context,
    token: &AppToken,
    id: SignInId,
    ending: Ending,
) -> Worked<()> {
    let (shared, token, now, random) = (
        Arc::clone(segl),
        token.clone(),
        context.now,
        random::bytes()?,
    );
    let key = token.identity;
    segl.store
        .write(key.as_bytes(), move |tx| {
            let (_, _, stored) = holder_of(tx, &shared, &token, id)?;
            finish_with(tx, &shared, stored.sign_in, ending, (now, random))
        })
        .await
}

/// Ends a request, in a transaction under way.
pub(super) fn finish_with(
    tx: &mut Tx<'_>,
    segl: &Segl,
    sign_in: SignIn,
    ending: Ending,
    when: (jiff::Timestamp, [u8; 8]),
) -> Worked<()> {
    let before = sign_in.state.clone();
    let ended = sign_in.end(ending, when.0)?;
    if !store::sign_in::advance(tx, &before, &ended)? {
        return Err(Fault::Store(StoreError::Busy));
    }
    append(tx, segl, &ended, ending, when)
}

/// Appends the end of a request to the holder's log.
pub(super) fn append(
    tx: &mut Tx<'_>,
    segl: &Segl,
    sign_in: &SignIn,
    ending: Ending,
    (now, random): (jiff::Timestamp, [u8; 8]),
) -> Worked<()> {
    Ok(store::event::append(
        tx,
        &segl.keys().data,
        &Event::sign_in_ended(sign_in, ending, now),
        random,
    )?)
}

/// The service's name in both languages, for the activity log.
pub(crate) fn service_name(segl: &Segl, client_id: &str, lang: Lang) -> String {
    segl.services.find(client_id).map_or_else(
        || client_id.to_owned(),
        |client| services::name(&client, lang).to_owned(),
    )
}
