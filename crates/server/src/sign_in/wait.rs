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
use crate::sealed::{self, Link, Wait};
use crate::{Segl, services};

/// A sealed sign-in in a link.
#[derive(Deserialize)]
pub struct Address {
    /// The sealed text.
    pub(crate) s: String,
}

/// The page, asked for again: the user ID's form is answered with it at first. It asks the database nothing: all it shows follows from
/// what it carries.
pub async fn page(
    State(segl): State<Arc<Segl>>,
    context: Context,
    Carries(address): Carries<Address>,
) -> Result<Response, Fault> {
    let Address { s } = address;
    let wait = carried(&segl, &context, &s)?;
    show(&segl, &context, &wait, &s)
}

/// Renders the page. `sealed` is the sign-in as text.
pub(super) fn show(
    segl: &Segl,
    context: &Context,
    wait: &Wait,
    sealed: &str,
) -> Result<Response, Fault> {
    let client = segl.services.find(&wait.service).ok_or(Fault::LinkOver)?;
    let keys = segl.keys();
    let link = sealed::seal(
        &keys.sealed,
        &Link {
            sign_in: wait.sign_in,
            back: sealed.to_owned(),
        },
    )?;
    let typed_code = TypedCode::of_sign_in(&keys.typed_code, wait.sign_in.as_bytes());
    let here = format!("/signin/wait?s={sealed}");
    let t = context.texts(segl);
    let refresh = format!("5; url={here}");
    let mut frame = Frame::at(t, here, t.get("wait-title")).script("wait.js");
    frame.refresh = Some(refresh);
    let page = WaitPage {
        frame,
        service: services::name(&client, context.lang),
        typed_code: typed_code.expose(),
        wait: sealed,
        link: &link,
        expires_at: wait.expires_at.to_string(),
        now: context.now.to_string(),
    };
    render(&page, StatusCode::OK, Some(&client.form_targets))
}
