//! The web build, embedded: styles, scripts, fonts and the app.

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::error::Fault;

/// One file of the web build.
struct Asset {
    /// What pages and templates call it.
    name: &'static str,
    /// Its path below `/assets/`, with a hash of its contents, or its own path for the app's shell.
    file: &'static str,
    content_type: &'static str,
    bytes: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// Whether the web build is embedded; without it no page has its styles.
pub const fn embedded() -> bool {
    !ASSETS.is_empty()
}

/// The address of a file by its name.
pub fn address(name: &str) -> String {
    ASSETS.iter().find(|asset| asset.name == name).map_or_else(
        || format!("/assets/{name}"),
        |asset| format!("/assets/{}", asset.file),
    )
}

/// `GET /assets/{*file}`: for ever, since the name changes with the contents.
pub async fn file(Path(file): Path<String>) -> Result<Response, Fault> {
    let asset = ASSETS
        .iter()
        .find(|asset| asset.file == file)
        .ok_or(Fault::NotFound)?;
    Ok(answer(asset, "public, max-age=31536000, immutable", None))
}

/// `GET /app/` and the files of the app's shell, which keep their names.
pub async fn app(path: Option<Path<String>>) -> Result<Response, Fault> {
    let file = path.map_or_else(
        || "app/index.html".to_owned(),
        |Path(path)| format!("app/{path}"),
    );
    let asset = ASSETS
        .iter()
        .find(|asset| asset.file == file)
        .ok_or(Fault::NotFound)?;
    Ok(answer(asset, "no-cache", Some(APP_POLICY)))
}

/// The app's own policy: OPAQUE runs as WebAssembly, the camera's picture is a blob.
const APP_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; \
                          media-src 'self' blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; \
                          form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

fn answer(asset: &'static Asset, cache: &'static str, policy: Option<&'static str>) -> Response {
    let mut response = (StatusCode::OK, asset.bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    if let Some(policy) = policy {
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    }
    response
}
