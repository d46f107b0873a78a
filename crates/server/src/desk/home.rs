//! `GET /` of the desk: where an official begins, or what this is to whoever is not signed in.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::Official;
use crate::Segl;
use crate::context::Context;
use crate::error::{DeskFault, Fault};
use crate::pages::{Frame, render};

#[derive(Template)]
#[template(path = "desk/welcome.html")]
struct WelcomePage<'a> {
    frame: Frame<'a>,
}

#[derive(Template)]
#[template(path = "desk/home.html")]
struct HomePage<'a> {
    frame: Frame<'a>,
    official: &'a Official,
    section: &'static str,
}

/// The front page.
pub(super) async fn page(
    State(segl): State<Arc<Segl>>,
    context: Context,
    official: Result<Official, Fault>,
) -> Result<Response, Fault> {
    match official {
        Ok(official) => home(&segl, &context, &official),
        Err(Fault::Desk(DeskFault::SignInNeeded)) => render(
            &WelcomePage {
                frame: Frame::new(&segl, &context, "desk-title"),
            },
            StatusCode::OK,
            None,
        ),
        Err(fault) => Err(fault),
    }
}

fn home(segl: &Segl, context: &Context, official: &Official) -> Result<Response, Fault> {
    let page = HomePage {
        frame: Frame::new(segl, context, "desk-home-title"),
        official,
        section: "home",
    };
    render(&page, StatusCode::OK, None)
}
