//! `POST /signin/cancel`: the person stops in the browser, before or while waiting (R-SVC-4).

use std::sync::Arc;

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::response::Response;
use domain::audit::Event;
use domain::sign_in::Ending;
use oidc::authorize::CheckedAuthorizeRequest;
use oidc::error::SignInFailure;
use oidc::response::AuthorizeResponse;
use serde::Deserialize;
use store::StoreError;

use super::{carried, stored};
use crate::context::{BrowserCookie, Context};
use crate::error::Fault;
use crate::kept::Kept;
use crate::oidc_api::authorize::respond;
use crate::sealed::{self, Begin, Wait};
use crate::{Segl, random};

/// What either page sends: the sealed request, or the sealed sign-in.
#[derive(Deserialize)]
pub struct Cancelled {
    b: Option<String>,
    s: Option<String>,
}

/// Ends what has begun, and tells the service.
pub async fn cancel(
    State(segl): State<Arc<Segl>>,
    context: Context,
    form: Result<Form<Cancelled>, FormRejection>,
) -> Result<Response, Fault> {
    let Form(cancelled) = form.map_err(|_| Fault::LinkOver)?;
    context.own_form(&segl)?;
    let request: CheckedAuthorizeRequest = match (cancelled.b, cancelled.s) {
        (Some(b), None) => {
            let begin: Begin = sealed::open(&segl.keys().sealed, &b).ok_or(Fault::LinkOver)?;
            if context.browser.as_ref().map(BrowserCookie::hash) != Some(begin.browser) {
                return Err(Fault::OtherBrowser);
            }
            begin.request
        }
        (None, Some(s)) => {
            let wait = carried(&segl, &context, &s)?;
            let stored = stored(&segl, &wait).await?;
            end(&segl, &context, &wait).await?;
            Kept::of(&stored)?.request
        }
        _ => return Err(Fault::LinkOver),
    };
    let answer = AuthorizeResponse::failed(
        request.address(),
        segl.settings.issuer(),
        SignInFailure::UserAborted,
    );
    respond(&segl, &context, &answer)
}

async fn end(segl: &Arc<Segl>, context: &Context, wait: &Wait) -> Result<(), Fault> {
    let (shared, identity, id, now) = (Arc::clone(segl), wait.identity, wait.sign_in, context.now);
    let random = random::bytes()?;
    segl.store
        .write(identity.as_bytes(), move |tx| {
            let keys = shared.keys();
            let Some(stored) = store::sign_in::find(tx, &keys.data, identity, id)? else {
                return Ok(());
            };
            let before = stored.sign_in.state.clone();
            let Ok(ended) = stored.sign_in.end(Ending::Aborted, now) else {
                return Ok(());
            };
            if store::sign_in::advance(tx, &before, &ended)? {
                store::event::append(
                    tx,
                    &keys.data,
                    &Event::sign_in_ended(&ended, Ending::Aborted, now),
                    random,
                )?;
            }
            Ok::<_, StoreError>(())
        })
        .await?;
    segl.waiters.wake(wait.sign_in);
    Ok(())
}
