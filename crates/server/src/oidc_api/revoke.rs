//! `POST /connect/revocation` (RFC 7009). A token that is unknown, over, or another service's is answered like one that was revoked.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use oidc::client::Client;
use oidc::revocation::TokenQuestion;
use store::StoreError;

use super::token::authenticate;
use crate::Segl;
use crate::context::text;
use crate::error::Fault;
use crate::random::digest;
use crate::sealed::{self, AccessToken};
use crate::services::Service;

/// The endpoint.
pub async fn revoke(
    State(segl): State<Arc<Segl>>,
    headers: HeaderMap,
    body: String,
) -> Result<StatusCode, Fault> {
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
    let token = question.token().map_err(Fault::Token)?;
    if token.contains('.') {
        of_client(&segl, who.client(), token, now).await?;
    } else {
        of_person(&segl, who.client(), token).await?;
    }
    Ok(StatusCode::OK)
}

async fn of_person(segl: &Arc<Segl>, client: &Client, token: &str) -> Result<(), Fault> {
    let token = sealed::open::<AccessToken>(&segl.keys().sealed, token);
    let Some(token) = token.filter(|token| token.client_id == client.client_id) else {
        return Ok(());
    };
    let shared = Arc::clone(segl);
    segl.store
        .write(token.identity.as_bytes(), move |tx| {
            let Some(stored) =
                store::sign_in::find(tx, &shared.keys().data, token.identity, token.sign_in)?
            else {
                return Ok(());
            };
            let before = stored.sign_in.state.clone();
            store::sign_in::advance(tx, &before, &stored.sign_in.revoke())?;
            Ok::<_, StoreError>(())
        })
        .await?;
    Ok(())
}

async fn of_client(segl: &Segl, client: &Client, token: &str, now: Timestamp) -> Result<(), Fault> {
    let keys = segl.keys().signing.published(now);
    let Ok(verified) =
        oidc::access_token::verify(token, &keys, segl.settings.issuer(), now.as_second())
    else {
        return Ok(());
    };
    if verified.client_id != client.client_id {
        return Ok(());
    }
    let (name, until) = (
        digest(verified.jti.as_bytes()),
        Timestamp::from_second(verified.exp).unwrap_or(Timestamp::MAX),
    );
    segl.store
        .write(&name, move |tx| {
            store::used_once::claim(tx, "revoked", &name, until)
        })
        .await?;
    Ok(())
}
