//! `GET` and `POST /connect/userinfo` (OpenID Connect Core section 5.3; RFC 6750).

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use domain::person::Person;
use domain::sign_in::{Approval, SignInState};
use jiff::Timestamp;
use oidc::authorize::CheckedAuthorizeRequest;
use oidc::claims::{Recipient, Userinfo};
use store::sign_in::StoredSignIn;

use super::{danish_day, date, facts};
use crate::Segl;
use crate::around::json_answer;
use crate::context::text;
use crate::error::Fault;
use crate::kept::Kept;
use crate::random::digest;
use crate::sealed::{self, AccessToken};

/// The endpoint.
pub async fn userinfo(
    State(segl): State<Arc<Segl>>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let now = segl.clock.now();
    let token = text(&headers, &AUTHORIZATION)
        .and_then(bearer)
        .ok_or(Fault::AccessToken)?;
    let (token, grant) = live_grant(&segl, token, now)
        .await?
        .ok_or(Fault::AccessToken)?;
    let client = segl
        .services
        .find(&token.client_id)
        .ok_or(Fault::AccessToken)?;
    let keys = segl.keys();
    let facts = facts(
        &grant.stored.sign_in,
        &grant.approval,
        &grant.person,
        client.is_public_sector(),
        token.expires_at,
    );
    let recipient = Recipient {
        issuer: segl.settings.issuer(),
        client: &client,
        scope: grant.request.scope(),
        subject_key: &keys.pairwise,
    };
    Ok(json_answer(
        StatusCode::OK,
        &Userinfo::new(&recipient, &facts, date(danish_day(now))),
    ))
}

fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// What a person's access token rests on.
pub(super) struct Grant {
    pub(super) stored: StoredSignIn,
    pub(super) approval: Approval,
    pub(super) request: CheckedAuthorizeRequest,
    pub(super) person: Person,
}

/// Opens an access token and finds its grant, unless it is over, revoked, or its session was ended.
pub(super) async fn live_grant(
    segl: &Arc<Segl>,
    token: &str,
    now: Timestamp,
) -> Result<Option<(AccessToken, Grant)>, Fault> {
    let Some(token) = sealed::open::<AccessToken>(&segl.keys().sealed, token)
        .filter(|token| now < token.expires_at)
    else {
        return Ok(None);
    };
    let (shared, grant) = (Arc::clone(segl), (token.identity, token.sign_in));
    let found = segl
        .store
        .read(move |tx| {
            let session = digest(grant.1.as_bytes());
            store::sign_in::grant(tx, &shared.keys().data, grant, &session)
        })
        .await?;
    let Some((stored, Some(person))) = found else {
        return Ok(None);
    };
    let SignInState::Redeemed(approval) = stored.sign_in.state else {
        return Ok(None);
    };
    let request = Kept::of(&stored)?.request;
    Ok(Some((
        token,
        Grant {
            stored,
            approval,
            request,
            person,
        },
    )))
}
