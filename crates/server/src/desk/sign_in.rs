//! `GET /sign-in`, `GET /callback` and `POST /sign-out` of the desk: OpenID Connect with ourselves, the code redeemed in this program.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use domain::assurance::Wanted;
use domain::id::DeskCaseId;
use domain::sign_in::Action;
use jiff::{SignedDuration, Timestamp};
use oidc::pkce::CodeChallenge;
use oidc::token::AuthorizationCodeGrant;
use serde::Deserialize;
use serde_json::json;
use store::desk::Act;

use super::official::{self, ENDED, Official};
use super::{CLIENT_ID, callback_address, customer, see_other};
use crate::context::{Context, Cookies};
use crate::error::{DeskFault, Fault};
use crate::oidc_api::token::{Redeemed, redeem_code};
use crate::random::digest;
use crate::sealed::{self, DeskSession, DeskVisit};
use crate::{Segl, random};

/// An official signs in.
pub(super) async fn begin(
    State(segl): State<Arc<Segl>>,
    context: Context,
) -> Result<Response, Fault> {
    let reference = context.texts(&segl).get("desk-sign-in-reference");
    send(&segl, &context, Action::LogOn, reference, ("/", None))
}

/// Sends a browser to sign in, and remembers in it where the answer is to go.
pub(super) fn send(
    segl: &Segl,
    context: &Context,
    action: Action,
    reference_text: &str,
    (back, witness_in): (&str, Option<DeskCaseId>),
) -> Result<Response, Fault> {
    let secret = || Ok::<_, Fault>(URL_SAFE_NO_PAD.encode(random::bytes::<32>()?));
    let visit = DeskVisit {
        state: secret()?,
        nonce: secret()?,
        verifier: secret()?,
        at: context.now,
        back: back.to_owned(),
        action,
        reference_text: reference_text.to_owned(),
        witness_in,
    };
    let address = authorize_address(segl, context, &visit)?;
    let seconds = u32::try_from(segl.policy.desk.visit_minutes * 60).unwrap_or(u32::MAX);
    let sealed = sealed::seal(&segl.keys().sealed, &visit)?;
    let mut response = see_other(&address)?;
    let name = segl.settings.desk_visit_cookie();
    set_cookie(segl, &mut response, name, &sealed, Some(seconds))?;
    Ok(response)
}

fn authorize_address(segl: &Segl, context: &Context, visit: &DeskVisit) -> Result<String, Fault> {
    let origin = desk_origin(segl)?;
    let challenge = String::from(CodeChallenge::of(&visit.verifier).map_err(|_| Fault::Sealing)?);
    let params = json!({ "mitid": {
        "reference_text": STANDARD.encode(&visit.reference_text), "action_text": visit.action.word(),
    }});
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("client_id", CLIENT_ID),
            ("redirect_uri", &callback_address(origin)),
            ("response_type", "code"),
            ("scope", "openid mitid"),
            ("state", &visit.state),
            ("nonce", &visit.nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("idp_params", &params.to_string()),
            ("language", context.lang.tag()),
        ])
        .finish();
    Ok(format!(
        "{}/connect/authorize?{query}",
        segl.settings.issuer()
    ))
}

/// What comes back (RFC 6749 section 4.1.2; RFC 9207).
#[derive(Deserialize)]
pub(super) struct Answer {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

/// The official is back, or a witness.
pub(super) async fn callback(
    State(segl): State<Arc<Segl>>,
    context: Context,
    headers: HeaderMap,
    answer: Result<Query<Answer>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(answer) = answer.map_err(|_| Fault::Desk(DeskFault::VisitOver))?;
    let visit = visit(&segl, &context, &headers)?;
    let code = code(&segl, &visit, answer)?;
    let redeemed = redeem(&segl, &visit, &code, context.now).await?;
    let Some(case) = visit.witness_in else {
        return signed_in(&segl, &context, &visit, &redeemed).await;
    };
    let witness = redeemed.stored.sign_in.identity;
    customer::vouch(&segl, witness, case, context.now).await?;
    let mut response = see_other(&visit.back)?;
    let name = segl.settings.desk_visit_cookie();
    set_cookie(&segl, &mut response, name, "", Some(0))?;
    Ok(response)
}

/// The visit that this browser began.
fn visit(segl: &Segl, context: &Context, headers: &HeaderMap) -> Result<DeskVisit, Fault> {
    let life = SignedDuration::from_mins(segl.policy.desk.visit_minutes);
    Cookies(headers)
        .get(segl.settings.desk_visit_cookie())
        .and_then(|text| sealed::open::<DeskVisit>(&segl.keys().sealed, text))
        .filter(|visit| context.now.duration_since(visit.at) < life)
        .ok_or(Fault::Desk(DeskFault::VisitOver))
}

/// The code of an answer that belongs to a visit.
fn code(segl: &Segl, visit: &DeskVisit, answer: Answer) -> Result<String, Fault> {
    let is_ours = answer.state.as_deref() == Some(visit.state.as_str())
        && answer
            .iss
            .as_deref()
            .is_none_or(|iss| iss == segl.settings.issuer());
    if !is_ours {
        return Err(Fault::Desk(DeskFault::VisitOver));
    }
    match (answer.code, answer.error) {
        (Some(code), None) => Ok(code),
        _ => Err(Fault::Desk(DeskFault::SignInStopped)),
    }
}

async fn redeem(
    segl: &Arc<Segl>,
    visit: &DeskVisit,
    code: &str,
    now: Timestamp,
) -> Result<Redeemed, Fault> {
    let client = segl
        .services
        .find(CLIENT_ID)
        .ok_or(Fault::Missing("the desk's registration"))?;
    let address = callback_address(desk_origin(segl)?);
    let grant = AuthorizationCodeGrant {
        code,
        redirect_uri: Some(&address),
        code_verifier: Some(&visit.verifier),
    };
    let redeemed = redeem_code(segl, &client, &grant, now)
        .await
        .map_err(|fault| match fault {
            Fault::Token(_) => Fault::Desk(DeskFault::VisitOver),
            other => other,
        })?;
    let asked = &redeemed.stored.sign_in.asked;
    // The request went through the browser, which may have changed what the app showed, or how sure we are to be (R-SIG-2).
    let is_as_sent = asked.action == visit.action
        && *asked.reference_text.expose() == visit.reference_text
        && asked.wanted == Wanted::default();
    if !is_as_sent || redeemed.request.nonce() != Some(visit.nonce.as_str()) {
        return Err(Fault::Desk(DeskFault::VisitOver));
    }
    Ok(redeemed)
}

async fn signed_in(
    segl: &Arc<Segl>,
    context: &Context,
    visit: &DeskVisit,
    redeemed: &Redeemed,
) -> Result<Response, Fault> {
    let sign_in = &redeemed.stored.sign_in;
    let session = DeskSession {
        identity: sign_in.identity,
        sign_in: sign_in.id,
        signed_in_at: redeemed.approval.at,
    };
    let (shared, identity, now) = (Arc::clone(segl), sign_in.identity, context.now);
    let random = random::bytes()?;
    segl.store
        .write(identity.as_bytes(), move |tx| {
            let official = store::official::find(tx, identity)?
                .ok_or(Fault::Desk(DeskFault::NotAnOfficial))?;
            let act = Act::alone("signed_in");
            store::desk::record(tx, &shared.keys().data, &official, &act, (now, random))?;
            Ok::<_, Fault>(())
        })
        .await?;
    let sealed = sealed::seal(&segl.keys().sealed, &session)?;
    let seconds = u32::try_from(segl.policy.desk.signed_in_minutes * 60).unwrap_or(u32::MAX);
    let mut response = see_other(&visit.back)?;
    let names = (
        segl.settings.desk_cookie(),
        segl.settings.desk_visit_cookie(),
    );
    set_cookie(segl, &mut response, names.0, &sealed, Some(seconds))?;
    set_cookie(segl, &mut response, names.1, "", Some(0))?;
    Ok(response)
}

/// The official is done. The session ends here and now, whoever else holds its cookie.
pub(super) async fn sign_out(
    State(segl): State<Arc<Segl>>,
    context: Context,
    official: Official,
    parts: Parts,
) -> Result<Response, Fault> {
    context.own_desk_form(&segl)?;
    let session = official::session(&segl, &parts).ok_or(Fault::Desk(DeskFault::SignInNeeded))?;
    let (shared, random, now) = (Arc::clone(&segl), random::bytes()?, context.now);
    segl.store
        .write(session.identity.as_bytes(), move |tx| {
            let name = digest(session.sign_in.as_bytes());
            store::used_once::claim(tx, ENDED, &name, official.until)?;
            let act = Act::alone("signed_out");
            store::desk::record(tx, &shared.keys().data, &official, &act, (now, random))
        })
        .await?;
    let mut response = see_other("/")?;
    set_cookie(
        &segl,
        &mut response,
        segl.settings.desk_cookie(),
        "",
        Some(0),
    )?;
    Ok(response)
}

fn set_cookie(
    segl: &Segl,
    response: &mut Response,
    name: &str,
    value: &str,
    seconds: Option<u32>,
) -> Result<(), Fault> {
    let cookie = segl.settings.cookie(name, value, seconds);
    let cookie = HeaderValue::from_str(&cookie).map_err(|_| Fault::Sealing)?;
    response.headers_mut().append(SET_COOKIE, cookie);
    Ok(())
}

/// The desk's own origin.
pub(super) fn desk_origin(segl: &Segl) -> Result<&str, Fault> {
    segl.settings
        .desk_origin()
        .ok_or(Fault::Missing("the desk's origin"))
}
