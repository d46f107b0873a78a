//! `GET /signin/finish`, `/signin/return` and `/signin/onward`: back to the service, in the browser that began and no other (R-SIG-5).

use std::sync::Arc;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::extract::State;
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::id::{IdentityId, SignInId};
use domain::sign_in::{Channel, Ending, SignInState};
use oidc::authorize::CheckedAuthorizeRequest;
use oidc::error::SignInFailure;
use oidc::response::AuthorizeResponse;
use serde::Deserialize;
use store::sign_in::StoredSignIn;

use super::wait::Address;
use super::{Carries, carried, stored};
use crate::context::Context;
use crate::error::Fault;
use crate::kept::Kept;
use crate::oidc_api::authorize::respond;
use crate::pages::{Frame, MessagePage, render};
use crate::sealed::{self, Code, KnownIn, Wait};
use crate::{Segl, services};

/// A year, for the cookie that remembers who has signed in here.
const A_YEAR: u32 = 31_536_000;
/// How many identities one browser remembers.
const REMEMBERED: usize = 8;

/// The waiting page is done waiting.
pub async fn finish(
    State(segl): State<Arc<Segl>>,
    context: Context,
    Carries(address): Carries<Address>,
) -> Result<Response, Fault> {
    let Address { s } = address;
    let wait = carried(&segl, &context, &s)?;
    let stored = stored(&segl, &wait).await?;
    match &stored.sign_in.state {
        // The app was opened by link: its holder may sit elsewhere, so only the browser that the app sent back gets the result.
        SignInState::Approved(approval) if approval.channel == Channel::Link => {
            Err(Fault::NotSentBack)
        }
        _ => conclude(&segl, &context, &wait, &stored, &s),
    }
}

/// A sign-in and the proof that the app sent this browser back.
#[derive(Deserialize)]
pub struct SentBack {
    s: String,
    proof: String,
}

/// The app on the same device sent the browser back.
pub async fn sent_back(
    State(segl): State<Arc<Segl>>,
    context: Context,
    Carries(address): Carries<SentBack>,
) -> Result<Response, Fault> {
    let SentBack { s, proof } = address;
    let wait = carried(&segl, &context, &s)?;
    let expected = return_proof(&segl, wait.identity, wait.sign_in);
    verify_slices_are_equal(expected.as_bytes(), proof.as_bytes())
        .map_err(|_| Fault::NotSentBack)?;
    let stored = stored(&segl, &wait).await?;
    conclude(&segl, &context, &wait, &stored, &s)
}

/// What the app gives to the browser that it sends back.
pub(crate) fn return_proof(segl: &Segl, identity: IdentityId, sign_in: SignInId) -> String {
    URL_SAFE_NO_PAD.encode(
        segl.keys()
            .return_proof
            .mac(&[identity.as_bytes(), sign_in.as_bytes()]),
    )
}

/// The person has read why it ended and goes back to the service.
pub async fn onward(
    State(segl): State<Arc<Segl>>,
    context: Context,
    Carries(address): Carries<Address>,
) -> Result<Response, Fault> {
    let Address { s } = address;
    let wait = carried(&segl, &context, &s)?;
    let stored = stored(&segl, &wait).await?;
    let failure = match &stored.sign_in.state {
        SignInState::Ended(ending) => failure(*ending),
        _ => return Err(Fault::LinkOver),
    };
    let answer =
        AuthorizeResponse::failed(request(&stored)?.address(), segl.settings.issuer(), failure);
    respond(&segl, &context, &answer)
}

fn conclude(
    segl: &Segl,
    context: &Context,
    wait: &Wait,
    stored: &StoredSignIn,
    sealed: &str,
) -> Result<Response, Fault> {
    match stored.sign_in.state {
        SignInState::Waiting { .. } if context.now < stored.sign_in.expires_at => {
            back_to_waiting(sealed)
        }
        SignInState::Waiting { .. } => fail(segl, context, stored, Ending::TimedOut),
        SignInState::Ended(
            ending @ (Ending::SecondRequest
            | Ending::WrongCodes
            | Ending::AssuranceTooLow
            | Ending::CprDemanded
            | Ending::Reported),
        ) => explain(segl, context, wait, ending, sealed),
        SignInState::Ended(ending) => fail(segl, context, stored, ending),
        SignInState::Approved(_) => match stored.sign_in.may_give_code(context.now) {
            Ok(()) => give_code(segl, context, wait, stored),
            Err(_) => fail(segl, context, stored, Ending::TimedOut),
        },
        SignInState::Redeemed(_) | SignInState::Revoked => Err(Fault::SignInUsed),
    }
}

fn give_code(
    segl: &Segl,
    context: &Context,
    wait: &Wait,
    stored: &StoredSignIn,
) -> Result<Response, Fault> {
    let keys = segl.keys();
    let code = Code {
        identity: wait.identity,
        sign_in: wait.sign_in,
        issued_at: context.now,
    };
    let code = sealed::seal(&keys.sealed, &code)?;
    let answer = AuthorizeResponse::code(request(stored)?.address(), segl.settings.issuer(), &code);
    let mut response = respond(segl, context, &answer)?;
    let mut known = context.known_in(segl);
    if known.identities.last() != Some(&wait.identity) {
        known
            .identities
            .retain(|identity| *identity != wait.identity);
        known.identities.push(wait.identity);
        let forget = known.identities.len().saturating_sub(REMEMBERED);
        known.identities.drain(..forget);
        let sealed = sealed::seal(
            &keys.sealed,
            &KnownIn {
                browser: wait.browser,
                identities: known.identities,
            },
        )?;
        let cookie = segl
            .settings
            .cookie(segl.settings.known_cookie(), &sealed, Some(A_YEAR));
        response.headers_mut().append(
            SET_COOKIE,
            HeaderValue::from_str(&cookie).map_err(|_| Fault::Sealing)?,
        );
        // A browser that is to be recognised later must keep its own cookie as long.
        if let Some(browser) = &context.browser {
            let cookie = segl.settings.cookie(
                segl.settings.browser_cookie(),
                browser.value(),
                Some(A_YEAR),
            );
            response.headers_mut().append(
                SET_COOKIE,
                HeaderValue::from_str(&cookie).map_err(|_| Fault::Sealing)?,
            );
        }
    }
    Ok(response)
}

fn request(stored: &StoredSignIn) -> Result<CheckedAuthorizeRequest, Fault> {
    Ok(Kept::of(stored)?.request)
}

fn fail(
    segl: &Segl,
    context: &Context,
    stored: &StoredSignIn,
    ending: Ending,
) -> Result<Response, Fault> {
    let answer = AuthorizeResponse::failed(
        request(stored)?.address(),
        segl.settings.issuer(),
        failure(ending),
    );
    respond(segl, context, &answer)
}

/// The dialect's word for an ending (R-SVC-4).
const fn failure(ending: Ending) -> SignInFailure {
    match ending {
        Ending::Rejected | Ending::Reported => SignInFailure::MitidUserAborted,
        Ending::Aborted => SignInFailure::UserAborted,
        Ending::TimedOut => SignInFailure::MitidTimeout,
        Ending::SecondRequest
        | Ending::WrongCodes
        | Ending::AssuranceTooLow
        | Ending::CprDemanded => SignInFailure::MitidCoreClientError,
    }
}

fn back_to_waiting(sealed: &str) -> Result<Response, Fault> {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let address =
        HeaderValue::from_str(&format!("/signin/wait?s={sealed}")).map_err(|_| Fault::LinkOver)?;
    response.headers_mut().insert(LOCATION, address);
    Ok(response)
}

/// Endings that a person must be told of before they go back: what happened here is not what they did.
fn explain(
    segl: &Segl,
    context: &Context,
    wait: &Wait,
    ending: Ending,
    sealed: &str,
) -> Result<Response, Fault> {
    let (title, text, rule) = match ending {
        Ending::WrongCodes => ("ended-wrong-codes", "ended-wrong-codes.text", "R-SIG-4"),
        Ending::AssuranceTooLow => ("ended-assurance", "ended-assurance.text", "R-AUT-2"),
        Ending::CprDemanded => ("ended-cpr-demanded", "ended-cpr-demanded.text", "R-PER-4"),
        Ending::Reported => ("ended-reported", "ended-reported.text", "R-SIG-2"),
        _ => (
            "ended-second-request",
            "ended-second-request.text",
            "R-SIG-3",
        ),
    };
    let t = context.texts(segl);
    let service = segl.services.find(&wait.service).ok_or(Fault::LinkOver)?;
    let onward = t.with(
        "back-to-service",
        "service",
        services::name(&service, context.lang),
    );
    let page = MessagePage {
        frame: Frame::new(segl, context, title),
        text: t.get(text),
        code: ending.word(),
        rule: Some(rule),
        onward: Some((format!("/signin/onward?s={sealed}"), onward)),
        tone: "warning",
    };
    render(&page, StatusCode::OK, Some(&service.form_targets))
}
