//! The demo's own pages: what they share, and how times are written.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use server::context::Context;
use server::i18n::Lang;

use super::Demo;
use super::people::denmark;

/// A request's circumstances, as the provider sees them.
pub(crate) struct Asked(pub(crate) Context);

impl FromRequestParts<Arc<Demo>> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, demo: &Arc<Demo>) -> Result<Self, Infallible> {
        Ok(Self(Context::of(parts, &demo.segl)))
    }
}

/// `GET /demo/style.css`.
pub(crate) async fn style() -> Response {
    let css = include_str!("../../../templates/demo/demo.css");
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], css).into_response()
}

/// A time as people in Denmark read it.
pub(crate) fn moment(time: Timestamp, lang: Lang) -> String {
    let format = match lang {
        Lang::Da => "%-d.%-m.%Y kl. %H.%M",
        Lang::En => "%-d %b %Y, %H:%M",
    };
    time.to_zoned(denmark()).strftime(format).to_string()
}

/// The time of day.
pub(crate) fn clock_time(time: Timestamp, lang: Lang) -> String {
    let format = match lang {
        Lang::Da => "%H.%M",
        Lang::En => "%H:%M",
    };
    time.to_zoned(denmark()).strftime(format).to_string()
}

/// Sends a browser that came by another name of this machine to the one that links and cookies are made for.
pub(crate) fn by_its_name(origin: &str, headers: &HeaderMap, uri: &Uri) -> Option<Response> {
    let host = headers
        .get(axum::http::header::HOST)
        .map(HeaderValue::as_bytes)?;
    let (_, name) = origin.split_once("://")?;
    let path = uri
        .path_and_query()
        .map_or("/", axum::http::uri::PathAndQuery::as_str);
    (host != name.as_bytes()).then(|| Redirect::to(&format!("{origin}{path}")).into_response())
}

/// 303 to a page of this site.
pub(crate) fn see_other(address: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(address) = HeaderValue::from_str(address) {
        response
            .headers_mut()
            .insert(axum::http::header::LOCATION, address);
    }
    response
}

/// Percent-encoding for a query or a fragment.
pub(crate) fn encoded(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}
