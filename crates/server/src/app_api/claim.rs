//! `POST /app/v1/requests/claim`: the app finds the request, and its holder is shown who asks what (R-SIG-2, R-SIG-4).

use std::sync::Arc;

use authn::code::TypedCode;
use authn::qr::QrPair;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::id::SignInId;
use domain::identity::Identity;
use domain::person::has_what_service_demands;
use domain::sign_in::{Browser, Channel, Ending, SignIn, SignInFault, SignInState, wire_id};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::authenticator::StoredApp;
use store::sign_in::StoredSignIn;
use store::{StoreError, Tx};
use utoipa::ToSchema;

use super::request::{append, finish_with};
use super::{AppToken, Body, Worked, as_holder, holder, holder_of};
use crate::around::json_answer;
use crate::context::Context;
use crate::error::Fault;
use crate::kept::Kept;
use crate::sealed::{self, Claim, Link};
use crate::sign_in::events::seconds_since;
use crate::{Segl, random, services};

/// How the app found the request: exactly one of the three.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Find {
    /// Two halves of the animated QR code.
    qr: Option<[String; 2]>,
    /// The four digits.
    typed_code: Option<String>,
    /// From "Open the app" on this device.
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
    /// What the browser that began calls itself; empty when it says nothing.
    browser: String,
}

/// A request that may be shown, with what began it.
struct Shown {
    stored: StoredSignIn,
    kept: Kept,
}

/// What came of a claim, when something must be kept although the answer is a refusal.
enum Found {
    /// May be shown.
    Request(Box<Shown>),
    /// A typed code was wrong, and that was counted; the request may have ended by it.
    WrongCode {
        tries_left: u32,
        ended: Option<SignInId>,
    },
    /// This person cannot answer it with this app at all, and so it ended.
    Ended(SignInId, Ending),
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
    let refused = Fault::ChannelRefused { tries_left: None };
    let (found, channel, back) = match (find.qr, find.typed_code, find.link) {
        (Some([one, other]), None, None) => {
            let pair = QrPair::read(&keys.qr, [&one, &other]).map_err(|_| refused)?;
            let id = SignInId::from_bytes(*pair.sign_in());
            (
                by_id(&segl, &context, &token, id, Some(pair)).await?,
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
            let link: Link = sealed::open(&keys.sealed, &link).ok_or(refused)?;
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
        Found::Request(shown) => show(&segl, &context, &token, *shown, channel, back),
        Found::WrongCode { tries_left, ended } => {
            if let Some(sign_in) = ended {
                segl.waiters.wake(sign_in);
            }
            Err(Fault::ChannelRefused {
                tries_left: Some(tries_left),
            })
        }
        Found::Ended(sign_in, ending) => {
            segl.waiters.wake(sign_in);
            Err(if ending == Ending::CprDemanded {
                Fault::CprDemanded
            } else {
                Fault::AssuranceTooLow
            })
        }
    }
}

/// The request of a scanned code or a link. It is shown, and nothing is written, unless this person cannot answer it at all.
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
            let (identity, app, stored) = holder_of(tx, &shared, &token_, id)?;
            if let Some(pair) = pair {
                let second = seconds_since(stored.sign_in.begun_at, now);
                let _fresh = pair
                    .fresh_at(second)
                    .map_err(|_| Fault::ChannelRefused { tries_left: None })?;
            }
            judge(tx, &shared, (&identity, &app), stored, now)
        })
        .await?;
    let ending = match judged {
        Judged::Shown(stored) => return Ok(Found::Request(stored)),
        Judged::Impossible(_, ending) => ending,
    };
    super::request::end(segl, context, token, id, ending).await?;
    Ok(Found::Ended(id, ending))
}

/// Whether this person can answer this request.
enum Judged {
    Shown(Box<Shown>),
    Impossible(Box<SignIn>, Ending),
}

fn judge(
    tx: &mut Tx<'_>,
    segl: &Segl,
    (identity, app): (&Identity, &StoredApp),
    stored: StoredSignIn,
    now: Timestamp,
) -> Worked<Judged> {
    match stored
        .sign_in
        .show_to(as_holder(identity, app), &segl.policy, now)
    {
        Err(SignInFault::AssuranceTooLow) => {
            return Ok(Judged::Impossible(
                Box::new(stored.sign_in),
                Ending::AssuranceTooLow,
            ));
        }
        shown => shown?,
    }
    let kept = Kept::of(&stored)?;
    let hint = kept
        .request
        .mitid_params()
        .and_then(|mitid| mitid.uuid_hint);
    if hint.is_some_and(|hint| hint.as_bytes() != identity.id.as_bytes()) {
        return Err(Fault::NotYourRequest);
    }
    let demands = segl
        .services
        .find(&stored.sign_in.asked.service)
        .is_some_and(|service| service.demands_cpr);
    if demands {
        let person = store::person::of_identity(tx, &segl.keys().data, identity.id)?
            .ok_or(Fault::Missing("a person"))?;
        if has_what_service_demands(&person, demands).is_err() {
            return Ok(Judged::Impossible(
                Box::new(stored.sign_in),
                Ending::CprDemanded,
            ));
        }
    }
    Ok(Judged::Shown(Box::new(Shown { stored, kept })))
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
    when: (Timestamp, [u8; 8]),
) -> Worked<Found> {
    let keys = segl.keys();
    let (identity, app) = holder(tx, segl, token)?;
    if !identity.settings.typed_code_on(when.0) {
        return Err(Fault::TypedCodeNotOn);
    }
    // Four digits are too few to choose among what strangers may begin without limit: those are found by QR code or link only.
    let mut waiting = store::sign_in::waiting(tx, identity.id, when.0)?;
    waiting.retain(|(_, browser)| *browser != Browser::StrangeOverBudget);
    let fits = |id: &SignInId| TypedCode::of_sign_in(&keys.typed_code, id.as_bytes()).matches(code);
    let matching: Vec<_> = waiting.iter().filter(|(id, _)| fits(id)).collect();
    let (id, _) = match matching.as_slice() {
        [one] => one,
        [] => waiting.first().ok_or(Fault::NothingWaiting)?,
        _ => return Err(Fault::ChannelRefused { tries_left: None }),
    };
    let stored =
        store::sign_in::find(tx, &keys.data, identity.id, *id)?.ok_or(Fault::NothingWaiting)?;
    if matching.is_empty() {
        return wrong_code(tx, segl, stored.sign_in, when);
    }
    match judge(tx, segl, (&identity, &app), stored, when.0)? {
        Judged::Shown(stored) => Ok(Found::Request(stored)),
        Judged::Impossible(sign_in, ending) => {
            finish_with(tx, segl, *sign_in, ending, when)?;
            Ok(Found::Ended(*id, ending))
        }
    }
}

fn wrong_code(
    tx: &mut Tx<'_>,
    segl: &Segl,
    sign_in: SignIn,
    when: (Timestamp, [u8; 8]),
) -> Worked<Found> {
    let (before, id) = (sign_in.state.clone(), sign_in.id);
    let after = sign_in.wrong_typed_code(&segl.policy, when.0)?;
    if !store::sign_in::advance(tx, &before, &after)? {
        return Err(Fault::Store(StoreError::Busy));
    }
    if let SignInState::Waiting { wrong_codes } = after.state {
        return Ok(Found::WrongCode {
            tries_left: segl
                .policy
                .sign_in
                .typed_code_tries
                .saturating_sub(wrong_codes),
            ended: None,
        });
    }
    append(tx, segl, &after, Ending::WrongCodes, when)?;
    Ok(Found::WrongCode {
        tries_left: 0,
        ended: Some(id),
    })
}

fn show(
    segl: &Segl,
    context: &Context,
    token: &AppToken,
    shown: Shown,
    channel: Channel,
    back: Option<String>,
) -> Worked<Response> {
    let keys = segl.keys();
    let sign_in = &shown.stored.sign_in;
    let client = segl
        .services
        .find(&sign_in.asked.service)
        .ok_or(Fault::RequestOver { ending: None })?;
    let service = services::name(&client, context.lang).to_owned();
    let nonce = random::bytes::<16>()?;
    let statement = sign_in.approval_statement(token.app, &service, &nonce);
    let claim = Claim {
        authenticator: token.app,
        sign_in: sign_in.id,
        channel,
        psd2: sign_in.asked.psd2,
        statement,
        back,
    };
    let claimed = Claimed {
        claim: sealed::seal(&keys.sealed, &claim)?,
        sign_in: wire_id(sign_in.id),
        nonce: URL_SAFE_NO_PAD.encode(nonce),
        service,
        service_id: sign_in.asked.service.clone(),
        organisation: client.organisation.name.clone(),
        action: sign_in.asked.action.word(),
        reference_text: sign_in.asked.reference_text.expose().clone(),
        psd2: sign_in.asked.psd2,
        begun_at: sign_in.begun_at.to_string(),
        expires_at: sign_in.expires_at.to_string(),
        browser: shown.kept.browser,
    };
    Ok(json_answer(StatusCode::OK, &claimed))
}
