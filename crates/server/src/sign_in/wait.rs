//! `GET /signin/wait`: the page that shows the animated QR code, the four digits, and the way to the app on this device (R-SIG-4).

use std::sync::Arc;

use authn::code::TypedCode;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::{Carries, carried};
use crate::context::Context;
use crate::error::Fault;
use crate::pages::{Frame, WaitPage, render};
use crate::sealed::{self, Link};
use crate::{Segl, services};

/// A sealed sign-in in a link.
#[derive(Deserialize)]
pub struct Address {
    /// The sealed text.
    pub(crate) s: String,
}

/// The page. It asks the database nothing: all it shows follows from what it carries.
pub async fn page(
    State(segl): State<Arc<Segl>>,
    context: Context,
    Carries(address): Carries<Address>,
) -> Result<Response, Fault> {
    let Address { s } = address;
    let wait = carried(&segl, &context, &s)?;
    let client = segl.services.find(&wait.service).ok_or(Fault::LinkOver)?;
    let keys = segl.keys();
    let link = sealed::seal(
        &keys.sealed,
        &Link {
            sign_in: wait.sign_in,
            back: s.clone(),
        },
    )?;
    let typed_code = TypedCode::of_sign_in(&keys.typed_code, wait.sign_in.as_bytes());
    let mut frame = Frame::new(&segl, &context, "wait-title").script("wait.js");
    frame.refresh = Some(5);
    let page = WaitPage {
        frame,
        service: services::name(&client, context.lang),
        typed_code: typed_code.expose(),
        wait: &s,
        link: &link,
        expires_at: wait.expires_at.to_string(),
        now: context.now.to_string(),
    };
    render(&page, StatusCode::OK, Some(&client.form_targets))
}
