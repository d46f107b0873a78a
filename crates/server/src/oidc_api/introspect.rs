//! `POST /connect/introspect` (RFC 7662). A service may ask about its own tokens; of others' it hears that they are not active.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use jiff::Timestamp;
use oidc::claims::Recipient;
use oidc::client::Client;
use oidc::introspection::{ActiveToken, Introspection, TokenQuestion};
use oidc::token::TokenFault;

use super::facts;
use super::token::authenticate;
use super::userinfo::live_grant;
use crate::Segl;
use crate::around::json_answer;
use crate::context::text;
use crate::error::Fault;
use crate::random::digest;
use crate::services::Service;

/// The endpoint.
pub async fn introspect(
    State(segl): State<Arc<Segl>>,
    headers: HeaderMap,
    body: String,
) -> Result<Response, Fault> {
    let now = segl.clock.now();
    let question = TokenQuestion::parse(&body).map_err(Fault::Token)?;
    let credentials = question
        .credentials(text(&headers, &AUTHORIZATION))
        .map_err(Fault::Token)?;
    let client = segl.services.find(credentials.client_id());
    let who = authenticate(
        &segl,
        &credentials,
        client.as_deref().map(Service::client),
        now,
    )
    .await?;
    if !who.client().is_confidential() {
        return Err(Fault::Token(TokenFault::MethodNotRegistered));
    }
    let token = question.token().map_err(Fault::Token)?;
    if token.contains('.') {
        of_client(&segl, who.client(), token, now).await
    } else {
        of_person(&segl, who.client(), token, now).await
    }
}

async fn of_person(
    segl: &Arc<Segl>,
    client: &Client,
    token: &str,
    now: Timestamp,
) -> Result<Response, Fault> {
    let Some((token, grant)) = live_grant(segl, token, now)
        .await?
        .filter(|(token, _)| token.client_id == client.client_id)
    else {
        return Ok(json_answer(StatusCode::OK, &Introspection::INACTIVE));
    };
    let keys = segl.keys();
    let facts = facts(
        &grant.stored.sign_in,
        &grant.approval,
        &grant.person,
        client.is_public_sector(),
        token.expires_at,
    );
    let scope = grant.request.scope();
    let recipient = Recipient {
        issuer: segl.settings.issuer(),
        client,
        scope,
        subject_key: &keys.pairwise,
    };
    let times = (token.issued_at.as_second(), token.expires_at.as_second());
    let active = ActiveToken::of_person(
        segl.settings.issuer(),
        &client.client_id,
        recipient.subject(&facts),
        scope,
        times,
    );
    Ok(json_answer(StatusCode::OK, &Introspection::Active(active)))
}

async fn of_client(
    segl: &Segl,
    client: &Client,
    token: &str,
    now: Timestamp,
) -> Result<Response, Fault> {
    let keys = segl.keys().signing.published(now);
    let verified =
        oidc::access_token::verify(token, &keys, segl.settings.issuer(), now.as_second());
    let Some(verified) = verified
        .ok()
        .filter(|verified| verified.client_id == client.client_id)
    else {
        return Ok(json_answer(StatusCode::OK, &Introspection::INACTIVE));
    };
    let name = digest(verified.jti.as_bytes());
    if segl
        .store
        .read(move |tx| store::used_once::is_claimed(tx, "revoked", &name))
        .await?
    {
        return Ok(json_answer(StatusCode::OK, &Introspection::INACTIVE));
    }
    let times = (verified.iat, verified.exp);
    let active = ActiveToken::of_client(
        segl.settings.issuer(),
        &client.client_id,
        &verified.scope,
        times,
    );
    Ok(json_answer(StatusCode::OK, &Introspection::Active(active)))
}
