//! The browser's side of a sign-in (R-SIG-1 to R-SIG-5): user ID, waiting, and back to the service.

pub mod cancel;
pub mod events;
pub mod finish;
pub mod user_id;
pub mod wait;

use std::sync::Arc;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use domain::sign_in::{SignIn, SignInState};
use serde::de::DeserializeOwned;
use store::sign_in::StoredSignIn;

use crate::Segl;
use crate::context::{BrowserCookie, Context};
use crate::error::Fault;
use crate::sealed::{self, Wait};

/// What a link of ours carries in its query; a link without it is none of ours.
pub struct Carries<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<Arc<Segl>> for Carries<T> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Segl>) -> Result<Self, Fault> {
        Query::try_from_uri(&parts.uri)
            .map(|Query(carried)| Self(carried))
            .map_err(|_| Fault::LinkOver)
    }
}

/// The sign-in that a browser carries, if it is the browser that began it (R-SIG-5).
pub(crate) fn carried(segl: &Segl, context: &Context, sealed: &str) -> Result<Wait, Fault> {
    let wait: Wait = sealed::open(&segl.keys().sealed, sealed).ok_or(Fault::LinkOver)?;
    let same = context
        .browser
        .as_ref()
        .map(BrowserCookie::hash)
        .is_some_and(|hash| hash == wait.browser);
    if same {
        Ok(wait)
    } else {
        Err(Fault::OtherBrowser)
    }
}

/// The stored sign-in behind it.
pub(crate) async fn stored(segl: &Arc<Segl>, wait: &Wait) -> Result<StoredSignIn, Fault> {
    let (shared, identity, sign_in) = (Arc::clone(segl), wait.identity, wait.sign_in);
    let found = segl
        .store
        .read(move |tx| store::sign_in::find(tx, &shared.keys().data, identity, sign_in))
        .await?;
    found.ok_or(Fault::LinkOver)
}

/// The word for a browser that waits: `waiting`, `approved`, or how it ended.
pub(crate) fn word(sign_in: &SignIn, now: jiff::Timestamp) -> &'static str {
    match &sign_in.state {
        SignInState::Waiting { .. } if now >= sign_in.expires_at => {
            domain::sign_in::Ending::TimedOut.word()
        }
        state => state.word(),
    }
}
