//! OpenID Connect Discovery 1.0 and the keys (RFC 7517).

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use oidc::authorize::Language;
use oidc::discovery::Discovery;

use crate::Segl;
use crate::error::Fault;

/// How long services may keep the document and the keys: a rotation publishes a key longer than this before it signs.
const CACHE: &str = "public, max-age=300";

/// `GET /.well-known/openid-configuration`.
pub async fn document(State(segl): State<Arc<Segl>>) -> Result<Response, Fault> {
    let keys = segl.keys().signing.published(segl.clock.now());
    Ok(public(
        Discovery::new(segl.settings.issuer(), &keys, &[Language::Da, Language::En])
            .to_json()
            .map_err(|_| Fault::Signing)?,
    ))
}

/// `GET /.well-known/openid-configuration/jwks`.
pub async fn jwks(State(segl): State<Arc<Segl>>) -> Result<Response, Fault> {
    Ok(public(
        segl.keys()
            .signing
            .published(segl.clock.now())
            .to_json()
            .map_err(|_| Fault::Signing)?,
    ))
}

fn public(json: String) -> Response {
    let mut response = json.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(CACHE));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}
