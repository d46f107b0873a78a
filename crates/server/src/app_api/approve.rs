//! Saying yes: the PIN through OPAQUE and the device key's signature over exactly what was asked (R-SIG-2, R-AUT-9, R-SEC-1).

use std::sync::Arc;

use authn::approval::{VerifiedApproval, verify_approval};
use authn::device_key::DevicePublicKey;
use authn::secret::{PendingLogin, SecretProved};
use authn::statement::ApprovalStatement;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::audit::{Event, What};
use domain::id::SignInId;
use domain::sign_in::{Channel, Proofs, SignInState};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{StoreError, Tx};
use utoipa::ToSchema;

use super::request::{open_claim, return_to};
use super::{
    AppToken, Body, Worked, answer_ke1, as_holder, count_guess, decode, holder_of, open_exchange,
};
use crate::around::json_answer;
use crate::context::Context;
use crate::error::Fault;
use crate::sealed::Claim;
use crate::{Segl, random};

/// The claim and KE1.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Start {
    claim: String,
    ke1: String,
}

/// `POST /app/v1/requests/approve/start`. The guess is committed before KE2 leaves (R-AUT-9).
#[utoipa::path(post, path = "/app/v1/requests/approve/start", request_body = Start, responses((status = 200, body = super::Started), (status = "4XX", body = super::openapi::Problem)))]
pub async fn start(
    State(segl): State<Arc<Segl>>,
    context: Context,
    token: AppToken,
    Body(start): Body<Start>,
) -> Result<Response, Fault> {
    let claim = open_claim(&segl, &token, &start.claim)?;
    let ke1 = decode(&start.ke1, "ke1")?;
    let (shared, token_, now, id) = (Arc::clone(&segl), token.clone(), context.now, claim.sign_in);
    let random = random::bytes()?;
    let app = segl
        .store
        .write(token.identity.as_bytes(), move |tx| {
            let (identity, mut app, stored) = holder_of(tx, &shared, &token_, id)?;
            stored
                .sign_in
                .show_to(as_holder(&identity, &app), &shared.policy, now)?;
            count_guess(tx, &shared, &mut app, now, random)?;
            Ok::<_, Fault>(app)
        })
        .await?;
    answer_ke1(&segl, &context, &app, Some(claim), &ke1)
}

/// KE3, what was shown, and its signature.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Finish {
    exchange: String,
    ke3: String,
    #[schema(value_type = Object)]
    approval: ApprovalStatement,
    signature: String,
}

/// It is approved.
#[derive(Serialize, ToSchema)]
pub struct Approved {
    approved: bool,
    /// Where to send this device's browser, when the app was opened by link.
    #[serde(skip_serializing_if = "Option::is_none")]
    return_to: Option<String>,
}

/// `POST /app/v1/requests/approve/finish`.
#[utoipa::path(post, path = "/app/v1/requests/approve/finish", request_body = Finish, responses((status = 200, body = Approved), (status = "4XX", body = super::openapi::Problem)))]
pub async fn finish(
    State(segl): State<Arc<Segl>>,
    context: Context,
    token: AppToken,
    Body(finish): Body<Finish>,
) -> Result<Response, Fault> {
    let (exchange, pending) = open_exchange(&segl, &context, &token, &finish.exchange)?;
    let claim = exchange.claim.ok_or(Fault::ExchangeOver)?;
    let (pin, approval) =
        proved(&finish, pending, &claim, &exchange.device_key).map_err(|fault| match fault {
            Fault::PinRefused | Fault::SignatureRefused if claim.psd2 => Fault::NotAccepted,
            fault => fault,
        })?;
    let device_key = exchange.device_key;
    let return_to = return_to(&segl, &token, &claim);
    let sign_in = claim.sign_in;
    let attempt = Attempt {
        sign_in,
        channel: claim.channel,
        pin,
        approval,
        device_key,
        now: context.now,
        random: random::bytes()?,
    };
    let (shared, identity) = (Arc::clone(&segl), token.identity);
    segl.store
        .write(identity.as_bytes(), move |tx| {
            approve(tx, &shared, &token, &attempt)
        })
        .await?;
    segl.waiters.wake(sign_in);
    metrics::counter!("segl_sign_ins_approved_total").increment(1);
    Ok(json_answer(
        StatusCode::OK,
        &Approved {
            approved: true,
            return_to,
        },
    ))
}

/// Both factors: the PIN, and the device key's signature over what was shown.
fn proved(
    finish: &Finish,
    pending: PendingLogin,
    claim: &Claim,
    device_key: &[u8],
) -> Worked<(SecretProved, VerifiedApproval)> {
    let pin = pending
        .finish(&decode(&finish.ke3, "ke3")?)
        .map_err(|_| Fault::PinRefused)?;
    let key =
        DevicePublicKey::from_bytes(device_key).map_err(|_| Fault::Missing("a device key"))?;
    let signature = decode(&finish.signature, "signature")?;
    Ok((
        pin,
        verify_approval(&claim.statement, &finish.approval, &signature, &key)?,
    ))
}

/// An approval whose cryptography holds.
struct Attempt {
    sign_in: SignInId,
    channel: Channel,
    pin: SecretProved,
    approval: VerifiedApproval,
    device_key: Vec<u8>,
    now: Timestamp,
    random: [u8; 8],
}

fn approve(tx: &mut Tx<'_>, segl: &Segl, token: &AppToken, attempt: &Attempt) -> Worked<()> {
    let keys = segl.keys();
    let (identity, app, stored) = holder_of(tx, segl, token, attempt.sign_in)?;
    if app.authenticator.device_key != attempt.device_key {
        return Err(Fault::ExchangeOver);
    }
    let proofs = Proofs {
        approval: &attempt.approval,
        pin: &attempt.pin,
        channel: attempt.channel,
    };
    let before = stored.sign_in.state.clone();
    let approved = stored.sign_in.approve(
        as_holder(&identity, &app),
        &proofs,
        &segl.policy,
        attempt.now,
    )?;
    let SignInState::Approved(approval) = &approved.state else {
        return Err(Fault::RequestOver { ending: None });
    };
    let won = store::sign_in::advance(tx, &before, &approved)?
        && store::authenticator::used(tx, identity.id, app.authenticator.id, attempt.now)?;
    if !won {
        return Err(Fault::Store(StoreError::Busy));
    }
    let what = What::SignInApproved {
        sign_in: approved.id,
        service: approved.asked.service.clone(),
        action: approved.asked.action,
        reference_text: approved.asked.reference_text.expose().clone(),
        authenticator: approval.by,
        assurance: approval.assurance,
    };
    let event = Event {
        identity: identity.id,
        at: attempt.now,
        what,
    };
    Ok(store::event::append(
        tx,
        &keys.data,
        &event,
        attempt.random,
    )?)
}
