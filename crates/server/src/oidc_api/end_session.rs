//! `GET` and `POST /connect/endsession` (OpenID Connect RP-Initiated Logout 1.0).
//!
//! Segl keeps no session of its own that a next sign-in could rest on. What ends are the tokens of the sign-in that the hint names.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};
use oidc::logout::EndSessionRequest;

use crate::Segl;
use crate::context::Context;
use crate::error::Fault;
use crate::pages::{Frame, MessagePage, render};
use crate::random::digest;
use crate::services::Service;

/// By link.
pub async fn by_get(
    State(segl): State<Arc<Segl>>,
    context: Context,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
    let query = query.unwrap_or_default();
    let ours = query
        .split('&')
        .filter(|pair| !pair.starts_with("lang="))
        .collect::<Vec<_>>()
        .join("&");
    end_session(&segl, &context, &ours).await
}

/// By form.
pub async fn by_post(
    State(segl): State<Arc<Segl>>,
    context: Context,
    body: String,
) -> Result<Response, Fault> {
    end_session(&segl, &context, &body).await
}

async fn end_session(segl: &Segl, context: &Context, encoded: &str) -> Result<Response, Fault> {
    let request = EndSessionRequest::parse(encoded).map_err(|_| Fault::Logout)?;
    let keys = segl.keys().signing.published(context.now);
    let hint = request
        .hint(&keys, segl.settings.issuer())
        .map_err(|_| Fault::Logout)?;
    let client = hint
        .as_ref()
        .and_then(|hint| segl.services.find(hint.client_id()));
    let end = request
        .check(hint.as_ref(), client.as_deref().map(Service::client))
        .map_err(|_| Fault::Logout)?;
    if let Some(session) = end.session_id {
        let name = digest(session.as_bytes());
        let life = SignedDuration::from_secs(segl.policy.tokens.access_token_seconds);
        let until = context.now.saturating_add(life).unwrap_or(Timestamp::MAX);
        segl.store
            .write(&name, move |tx| {
                store::used_once::claim(tx, "session", &name, until)
            })
            .await?;
    }
    if let Some(address) = end.return_to {
        let mut response = StatusCode::SEE_OTHER.into_response();
        let address = HeaderValue::from_str(&address).map_err(|_| Fault::Logout)?;
        response.headers_mut().insert(LOCATION, address);
        return Ok(response);
    }
    let frame = Frame::new(segl, context, "logged-out");
    let text = context.texts(segl).get("logged-out.text");
    let page = MessagePage {
        frame,
        text,
        code: "",
        rule: None,
        onward: None,
        tone: "success",
    };
    render(&page, StatusCode::OK, None)
}
