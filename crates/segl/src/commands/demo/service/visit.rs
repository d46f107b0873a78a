//! A request to one of the demo's services: its language, its session, and where its forms come from.

use std::convert::Infallible;
use std::sync::Arc;

use askama::Template;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{
    ACCEPT_LANGUAGE, COOKIE, ORIGIN, REFERRER_POLICY, SET_COOKIE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use server::context::{LANG_COOKIE, text};
use server::error::Fault;
use server::i18n::Lang;
use server::pages::Frame;

use super::{Brand, Service};
use crate::commands::demo::pages::by_its_name;

/// What a handler wants to know.
pub(crate) struct Visit {
    pub(crate) lang: Lang,
    /// The path and query, for the language switch.
    pub(crate) here: String,
    pub(crate) session: Option<String>,
    origin: Option<String>,
}

impl Visit {
    fn of(parts: &Parts, service: &Service) -> Self {
        let lang = chosen(parts)
            .or_else(|| cookie(&parts.headers, LANG_COOKIE).and_then(Lang::from_tag))
            .or_else(|| {
                text(&parts.headers, &ACCEPT_LANGUAGE).and_then(Lang::from_accept_language)
            });
        Self {
            lang: lang.unwrap_or_default(),
            here: parts
                .uri
                .path_and_query()
                .map_or_else(String::new, ToString::to_string),
            session: cookie(&parts.headers, service.brand.key).map(str::to_owned),
            origin: text(&parts.headers, &ORIGIN).map(str::to_owned),
        }
    }

    /// Refuses a form that another site sent.
    pub(crate) fn own_form(&self, service: &Service) -> Result<(), Fault> {
        match &self.origin {
            Some(origin) if *origin != service.origin => Err(Fault::ForeignForm),
            _ => Ok(()),
        }
    }
}

impl FromRequestParts<Arc<Service>> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        service: &Arc<Service>,
    ) -> Result<Self, Infallible> {
        Ok(Self::of(parts, service))
    }
}

/// A language that this very request chooses.
fn chosen(parts: &Parts) -> Option<Lang> {
    let query = parts.uri.query().unwrap_or_default();
    url::form_urlencoded::parse(query.as_bytes())
        .find_map(|(name, value)| (name == "lang").then(|| Lang::from_tag(&value)).flatten())
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

#[derive(Template)]
#[template(path = "service/message.html")]
struct MessagePage<'a> {
    frame: Frame<'a>,
    brand: Brand,
    text: &'a str,
    logged_on: bool,
}

/// Around every request: one name for this machine, a page for each fault, the language remembered, safe headers.
pub(super) async fn around(
    State(service): State<Arc<Service>>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let visit = Visit::of(&parts, &service);
    let mut response = match by_its_name(&service.origin, &parts.headers, &parts.uri) {
        Some(elsewhere) if parts.method == Method::GET => elsewhere,
        _ => next.run(Request::from_parts(parts.clone(), body)).await,
    };
    if let Some(fault) = response.extensions_mut().remove::<Fault>() {
        response = failed(&service, visit, &fault);
    }
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    if let Some(lang) = chosen(&parts)
        && let Ok(cookie) = format!(
            "{LANG_COOKIE}={}; Path=/; SameSite=Lax; Max-Age=31536000",
            lang.tag()
        )
        .parse()
    {
        headers.append(SET_COOKIE, cookie);
    }
    response
}

fn failed(service: &Service, visit: Visit, fault: &Fault) -> Response {
    let row = fault.row();
    if row.status.is_server_error() {
        tracing::error!(service = service.brand.key, code = row.code, %fault, "a request failed");
    }
    let key = format!("fault-{}", row.code.replace('_', "-"));
    let t = service.texts.of(visit.lang);
    let (title, text) = (
        t.with_all(&key, &[]),
        t.with_all(&format!("{key}.help"), &[]),
    );
    let mut frame = service.frame(&visit, "fault-internal");
    frame.title = &title;
    "/".clone_into(&mut frame.here);
    let page = MessagePage {
        text: &text,
        frame,
        brand: service.brand,
        logged_on: false,
    };
    service
        .page(&page, row.status)
        .unwrap_or_else(|_| row.status.into_response())
}
