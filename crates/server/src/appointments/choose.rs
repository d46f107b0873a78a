//! `GET /appointments`: what for, and where.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::appointment::{Office, ServiceKind};

use super::{office_name, offices, service_key};
use crate::Segl;
use crate::context::Context;
use crate::error::Fault;
use crate::pages::{Frame, render};

/// The page that asks what for and where.
#[derive(Template)]
#[template(path = "appointments/choose.html")]
struct ChoosePage<'a> {
    frame: Frame<'a>,
    offices: &'a [Office],
    service: Option<ServiceKind>,
    office: &'a str,
    error: Option<&'a str>,
}

impl ChoosePage<'_> {
    fn hint(&self, service: ServiceKind) -> &str {
        self.frame.t.get(match service {
            ServiceKind::NewIdentity => "service-new-identity.hint",
            ServiceKind::WithWitness => "service-with-witness.hint",
            ServiceKind::LostAccess => "service-lost-access.hint",
            ServiceKind::PCode => "service-p-code.hint",
        })
    }

    fn name(&self, service: ServiceKind) -> &str {
        self.frame.t.get(service_key(service))
    }

    /// The services that are done somewhere.
    fn offered(&self) -> Vec<ServiceKind> {
        let somewhere = |service: &ServiceKind| {
            self.offices
                .iter()
                .any(|office| office.minutes(*service).is_some())
        };
        ServiceKind::ALL.into_iter().filter(somewhere).collect()
    }

    fn office_name<'b>(&self, office: &'b Office) -> &'b str {
        office_name(office, self.frame.t.lang())
    }
}

/// The page.
pub(super) async fn page(
    State(segl): State<Arc<Segl>>,
    context: Context,
) -> Result<Response, Fault> {
    show(&segl, &context, (None, ""), None).await
}

/// The page with what was chosen, and why it must be chosen anew.
pub(super) async fn show(
    segl: &Segl,
    context: &Context,
    (service, office): (Option<ServiceKind>, &str),
    error: Option<&'static str>,
) -> Result<Response, Fault> {
    let offices = offices(segl).await?;
    let frame = Frame::new(segl, context, "booking-title");
    let error = error.map(|key| context.texts(segl).get(key));
    let status = if error.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let page = ChoosePage {
        frame,
        offices: &offices,
        service,
        office,
        error,
    };
    render(&page, status, None)
}
