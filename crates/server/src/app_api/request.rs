//! A request that waits: whether there is one, which one it is, and saying no to it (R-SIG-2, R-SIG-3, R-SIG-4).

use std::sync::Arc;

use authn::code::TypedCode;
use authn::qr::QrPair;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::audit::{Event, What};
use domain::id::SignInId;
use domain::sign_in::{Channel, Ending, SignIn, SignInFault, wire_id};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::sign_in::StoredSignIn;
use store::{StoreError, Tx};
use utoipa::ToSchema;

use super::{AppToken, Body, Worked, as_holder, holder};
use crate::around::json_answer;
use crate::context::Context;
use crate::error::Fault;
use crate::i18n::Lang;
use crate::sealed::{self, Claim, Link};
use crate::sign_in::events::seconds_since;
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

/// How the app found the request: exactly one of the three.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Find {
    qr: Option<[String; 2]>,
    typed_code: Option<String>,
    link: Option<String>,
}

/// Who asks what.
#[derive(Serialize, ToSchema)]
pub struct Claimed {
    claim: String,
    sign_in: String,
    nonce: String,
    service: String,
    service_id: String,
    organisation: String,
    action: &'static str,
    reference_text: String,
    psd2: bool,
    begun_at: String,
    expires_at: String,
}

/// What came of a claim, when something must be kept although the answer is a refusal.
enum Found {
    Request(Box<SignIn>),
    /// A typed code was wrong, and that was counted; the request may have ended by it.
    WrongCode {
        tries_left: u32,
        ended: Option<SignInId>,
    },
    /// What this app can prove is too little, and so the request ended.
    TooLow(SignInId),
}

/// `POST /app/v1/requests/claim`.
#[utoipa::path(post, path = "/app/v1/requests/claim", request_body = Find, responses((status = 200, body = Claimed), (status = "4XX", body = super::openapi::Problem)))]
pub async fn claim(
    State(segl): State<Arc<Segl>>,
    context: Context,
    token: AppToken,
    Body(find): Body<Find>,
) -> Result<Response, Fault> {
    let keys = segl.keys();
    let refused = || Fault::ChannelRefused { tries_left: None };
    let (found, channel, back) = match (find.qr, find.typed_code, find.link) {
        (Some([one, other]), None, None) => {
            let pair = QrPair::read(&keys.qr, [&one, &other]).map_err(|_| refused())?;
            (
                by_id(
                    &segl,
                    &context,
                    &token,
                    SignInId::from_bytes(*pair.sign_in()),
                    Some(pair),
                )
                .await?,
                Channel::Qr,
                None,
            )
        }
        (None, Some(code), None) => (
            by_typed_code(&segl, &context, &token, code).await?,
            Channel::TypedCode,
            None,
        ),
        (None, None, Some(link)) => {
            let link: Link = sealed::open(&keys.sealed, &link).ok_or_else(refused)?;
            (
                by_id(&segl, &context, &token, link.sign_in, None).await?,
                Channel::Link,
                Some(link.back),
            )
        }
        _ => {
            return Err(Fault::Malformed(
                "exactly one of qr, typed_code and link".to_owned(),
            ));
        }
    };
    match found {
        Found::Request(sign_in) => show(&segl, &context, &token, *sign_in, channel, back),
        Found::WrongCode { tries_left, ended } => {
            ended
                .into_iter()
                .for_each(|sign_in| segl.waiters.wake(sign_in));
            Err(Fault::ChannelRefused {
                tries_left: Some(tries_left),
            })
        }
        Found::TooLow(sign_in) => {
            segl.waiters.wake(sign_in);
            Err(Fault::AssuranceTooLow)
        }
    }
}

/// The request of a scanned code or a link. It is shown, and nothing is written, unless it cannot be approved with this app at all.
async fn by_id(
    segl: &Arc<Segl>,
    context: &Context,
    token: &AppToken,
    id: SignInId,
    pair: Option<QrPair>,
) -> Worked<Found> {
    let (shared, token_, now) = (Arc::clone(segl), token.clone(), context.now);
    let judged = segl
        .store
        .read(move |tx| {
            let (identity, app) = holder(tx, &shared, &token_)?;
            // A request that was begun with another user ID lies under another identity, where this app cannot find it.
            let stored = store::sign_in::find(tx, &shared.keys().data, identity.id, id)?
                .ok_or(Fault::NotYourRequest)?;
            if let Some(pair) = pair {
                let second = seconds_since(stored.sign_in.begun_at, now);
                let _fresh = pair
                    .fresh_at(second)
                    .map_err(|_| Fault::ChannelRefused { tries_left: None })?;
            }
            match stored
                .sign_in
                .show_to(as_holder(&identity, &app), &shared.policy, now)
            {
                Err(SignInFault::AssuranceTooLow) => Ok(None),
                shown => Ok::<_, Fault>(shown.map(|()| Some(stored.sign_in))?),
            }
        })
        .await?;
    match judged {
        Some(sign_in) => Ok(Found::Request(Box::new(sign_in))),
        None => end(segl, context, token, id, Ending::AssuranceTooLow)
            .await
            .map(|_| Found::TooLow(id)),
    }
}

/// The request that waits for this person, for whoever sees its four digits. Wrong ones are counted, and the third ends it.
async fn by_typed_code(
    segl: &Arc<Segl>,
    context: &Context,
    token: &AppToken,
    code: String,
) -> Worked<Found> {
    let (shared, token, now) = (Arc::clone(segl), token.clone(), context.now);
    let key = token.identity;
    let random = random::bytes()?;
    segl.store
        .write(key.as_bytes(), move |tx| {
            typed_code(tx, &shared, &token, &code, (now, random))
        })
        .await
}

fn typed_code(
    tx: &mut Tx<'_>,
    segl: &Segl,
    token: &AppToken,
    code: &str,
    (now, random): (jiff::Timestamp, [u8; 8]),
) -> Worked<Found> {
    let keys = segl.keys();
    let (identity, app) = holder(tx, segl, token)?;
    if !identity.settings.typed_code_on(now) {
        return Err(Fault::TypedCodeNotOn);
    }
    let waiting = store::sign_in::waiting(tx, identity.id, now)?;
    let matching = waiting
        .iter()
        .find(|(id, _)| TypedCode::of_sign_in(&keys.typed_code, id.as_bytes()).matches(code));
    let (id, _) = matching.or(waiting.first()).ok_or(Fault::NothingWaiting)?;
    let stored =
        store::sign_in::find(tx, &keys.data, identity.id, *id)?.ok_or(Fault::NothingWaiting)?;
    if matching.is_some() {
        return match stored
            .sign_in
            .show_to(as_holder(&identity, &app), &segl.policy, now)
        {
            Ok(()) => Ok(Found::Request(Box::new(stored.sign_in))),
            Err(SignInFault::AssuranceTooLow) => {
                finish_with(
                    tx,
                    segl,
                    stored.sign_in,
                    Ending::AssuranceTooLow,
                    (now, random),
                )?;
                Ok(Found::TooLow(*id))
            }
            Err(fault) => Err(fault.into()),
        };
    }
    let before = stored.sign_in.state.clone();
    let after = stored.sign_in.wrong_typed_code(&segl.policy, now)?;
    if !store::sign_in::advance(tx, &before, &after)? {
        return Err(Fault::Store(StoreError::Busy));
    }
    match &after.state {
        domain::sign_in::SignInState::Waiting { wrong_codes } => Ok(Found::WrongCode {
            tries_left: segl
                .policy
                .sign_in
                .typed_code_tries
                .saturating_sub(*wrong_codes),
            ended: None,
        }),
        _ => {
            append(tx, segl, &after, Ending::WrongCodes, (now, random))?;
            Ok(Found::WrongCode {
                tries_left: 0,
                ended: Some(*id),
            })
        }
    }
}

fn show(
    segl: &Segl,
    context: &Context,
    token: &AppToken,
    sign_in: SignIn,
    channel: Channel,
    back: Option<String>,
) -> Worked<Response> {
    let keys = segl.keys();
    let client = segl
        .services
        .find(&sign_in.asked.service)
        .ok_or(Fault::RequestOver { ending: None })?;
    let service_name = services::name(&client, context.lang).to_owned();
    let nonce = random::bytes::<16>()?;
    let statement = sign_in.approval_statement(token.app, &service_name, &nonce);
    let claim = Claim {
        authenticator: token.app,
        sign_in: sign_in.id,
        channel,
        statement,
        back,
    };
    let claimed = Claimed {
        claim: sealed::seal(&keys.sealed, &claim)?,
        sign_in: wire_id(sign_in.id),
        nonce: URL_SAFE_NO_PAD.encode(nonce),
        service: service_name,
        service_id: sign_in.asked.service,
        organisation: client.organisation.name.clone(),
        action: sign_in.asked.action.word(),
        reference_text: sign_in.asked.reference_text.into_exposed(),
        psd2: sign_in.asked.psd2,
        begun_at: sign_in.begun_at.to_string(),
        expires_at: sign_in.expires_at.to_string(),
    };
    Ok(json_answer(StatusCode::OK, &claimed))
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
    let return_to = return_to(&segl, &token, &claim);
    Ok(json_answer(
        StatusCode::OK,
        &json!({ "rejected": true, "return_to": return_to }),
    ))
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

async fn end(
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
            let (identity, app) = holder(tx, &shared, &token)?;
            as_holder(&identity, &app).may_act()?;
            let stored: StoredSignIn =
                store::sign_in::find(tx, &shared.keys().data, identity.id, id)?
                    .ok_or(Fault::NotYourRequest)?;
            finish_with(tx, &shared, stored.sign_in, ending, (now, random))
        })
        .await
}

fn finish_with(
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

fn append(
    tx: &mut Tx<'_>,
    segl: &Segl,
    sign_in: &SignIn,
    ending: Ending,
    (now, random): (jiff::Timestamp, [u8; 8]),
) -> Worked<()> {
    let what = What::SignInEnded {
        sign_in: sign_in.id,
        service: sign_in.asked.service.clone(),
        action: sign_in.asked.action,
        ending: ending.into(),
    };
    Ok(store::event::append(
        tx,
        &segl.keys().data,
        &Event {
            identity: sign_in.identity,
            at: now,
            what,
        },
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
