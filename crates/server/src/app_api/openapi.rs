//! `GET /app/openapi.json`: the app protocol as OpenAPI, made from the handlers themselves.

use std::sync::LazyLock;

use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use super::{activation, approve, claim, holder, request, unlock};
use crate::enrol::{
    chip, document, enrolment_events, enrolments, events, face, hand_over, number, relay, user_id,
};

/// A refusal (RFC 9457).
#[derive(Serialize, ToSchema)]
pub struct Problem {
    /// `urn:segl:problem:..`.
    r#type: String,
    /// For a person, in the language asked for.
    title: String,
    /// The HTTP status again.
    status: u16,
    /// The name to branch on.
    code: String,
    /// The rule that decided.
    rule: Option<String>,
    /// When something opens again.
    until: Option<String>,
    /// What remains before a lock.
    tries_left: Option<u32>,
    /// What became of a request that is over.
    outcome: Option<String>,
    /// Which member of an approval was altered.
    member: Option<String>,
    /// Which part of R-UID-1 a user ID breaks.
    why: Option<String>,
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "The Segl app protocol",
        version = "1",
        description = "What a Segl app and the server say to each other; docs/app-protocol.md explains it."
    ),
    paths(
        activation::enter_codes,
        activation::register_pin,
        activation::finish,
        request::waiting,
        claim::claim,
        request::reject,
        approve::start,
        approve::finish,
        unlock::start,
        unlock::finish,
        holder::me,
        holder::activity,
        holder::settings,
        holder::remove,
        chip::begin,
        chip::reading,
        chip::another_relay,
        events::stream,
        relay::relay,
        enrolments::begin,
        enrolments::state,
        enrolment_events::stream,
        document::begin_reading,
        face::challenge,
        face::answer,
        hand_over::hand_over,
        hand_over::go_on,
        number::number,
        user_id::check,
        user_id::choose,
        user_id::app
    )
)]
struct Protocol;

static DOCUMENT: LazyLock<String> =
    LazyLock::new(|| Protocol::openapi().to_json().unwrap_or_default());

/// The document.
pub async fn document() -> Response {
    let mut response = DOCUMENT.as_str().into_response();
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
