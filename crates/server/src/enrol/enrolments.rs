//! `POST /enrol/v1/enrolments`, and where an enrolment stands (R-ENR-1).

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::id::EnrolmentId;
use domain::proofing::enrolment::{Enrolment, EnrolmentRefused, EnrolmentState};
use domain::proofing::{VerifiedDocument, Way};
use face::picture::Png;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::Tx;
use utoipa::ToSchema;

use super::owner::Owner;
use crate::Segl;
use crate::app_api::openapi::Problem;
use crate::app_api::{Body, Worked};
use crate::around::json_answer;
use crate::context::Context;
use crate::error::Fault;
use crate::oidc_api::danish_day;
use crate::random;

/// By which way.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Begin {
    /// `home` or `helper`.
    way: String,
}

/// A body without members.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Empty {}

/// An enrolment that this device goes on with.
#[derive(Serialize, ToSchema)]
pub struct Begun {
    /// Names it.
    enrolment: String,
    /// For this device: `Authorization: Segl-Enrolment <owner>`.
    owner: String,
    /// When it is over.
    expires_at: String,
}

impl Begun {
    /// For whoever has the seat now.
    pub(super) fn of(segl: &Segl, enrolment: &Enrolment) -> Worked<Self> {
        let owner = Owner {
            enrolment: enrolment.id,
            seat: enrolment.seat,
        };
        Ok(Self {
            enrolment: enrolment.id.to_string(),
            owner: owner.token(segl)?,
            expires_at: enrolment.expires_at.to_string(),
        })
    }
}

/// Where an enrolment stands, for the device that asks.
#[derive(Serialize, ToSchema)]
pub struct Shown {
    way: &'static str,
    /// `document`, `face`, `waiting_for_official`, `number`, `user_id`, `app`, `done`, `handed_over` or `refused`.
    pub(super) state: &'static str,
    expires_at: Option<String>,
    document: Option<ShownDocument>,
    refusal: Option<ShownRefusal>,
    /// The person had an identity before (R-PER-1).
    has_identity: bool,
    /// Of the identity, in `app` and `done`.
    user_id: Option<String>,
    number_tries_left: u32,
}

/// What was read.
#[derive(Serialize, ToSchema)]
struct ShownDocument {
    /// `passport`, `id_card` or `other`.
    kind: &'static str,
    name: String,
    birth_date: Option<String>,
    nationality: String,
    document_number_tail: String,
    expiry: Option<String>,
    /// A `data:` address, where browsers show such a picture.
    portrait: Option<String>,
}

/// Why it came to nothing.
#[derive(Serialize, ToSchema)]
struct ShownRefusal {
    rule: &'static str,
    code: &'static str,
    /// With `too_young`: from which day an identity can be had.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
}

/// `POST /enrol/v1/enrolments`.
#[utoipa::path(post, path = "/enrol/v1/enrolments", request_body = Begin, responses((status = 200, body = Begun), (status = "4XX", body = Problem)))]
pub async fn begin(
    State(segl): State<Arc<Segl>>,
    context: Context,
    Body(begin): Body<Begin>,
) -> Result<Response, Fault> {
    context.own_form(&segl)?;
    segl.limits.start(context.address)?;
    let way = match begin.way.as_str() {
        "home" => Way::Home,
        "helper" => Way::Helper,
        _ => return Err(Fault::Malformed("way is home or helper".to_owned())),
    };
    let id = EnrolmentId::from_random(random::bytes()?);
    let enrolment = Enrolment::begin(id, way, &segl.policy, context.now);
    let answer = Begun::of(&segl, &enrolment)?;
    let shared = Arc::clone(&segl);
    segl.store
        .write(id.as_bytes(), move |tx| {
            store::enrolment::insert(tx, &shared.keys().data, &enrolment)
        })
        .await
        .map_err(Fault::Store)?;
    Ok(json_answer(StatusCode::OK, &answer))
}

/// `GET /enrol/v1/enrolments`.
#[utoipa::path(get, path = "/enrol/v1/enrolments", responses((status = 200, body = Shown), (status = "4XX", body = Problem)))]
pub async fn state(
    State(segl): State<Arc<Segl>>,
    context: Context,
    owner: Owner,
) -> Result<Response, Fault> {
    let shown = shown(&segl, owner, context.now).await?;
    Ok(json_answer(StatusCode::OK, &shown))
}

/// Where an enrolment stands, for whoever asks.
pub(super) async fn shown(segl: &Arc<Segl>, owner: Owner, now: Timestamp) -> Worked<Shown> {
    let shared = Arc::clone(segl);
    let (mut shown, document) = segl
        .store
        .read(move |tx| show(tx, &shared, owner, now))
        .await?;
    if let Some(document) = document {
        // A JPEG 2000 picture takes a while to decode, and keeps nobody else waiting.
        shown.document = Some(Segl::aside(move || ShownDocument::of(&document, now)).await?);
    }
    Ok(shown)
}

/// What is told, and the document that is still to be told of.
fn show(
    tx: &mut Tx<'_>,
    segl: &Segl,
    owner: Owner,
    now: Timestamp,
) -> Worked<(Shown, Option<Box<VerifiedDocument>>)> {
    let keys = segl.keys();
    let found = store::enrolment::find(tx, &keys.data, owner.enrolment, now)?;
    let enrolment = found.ok_or(Fault::EnrolmentUnknown)?;
    if enrolment.seat != owner.seat {
        return Ok((Shown::handed_over(enrolment.way), None));
    }
    if enrolment.is_helpers(owner.seat) {
        return Ok((Shown::to_helper(&enrolment), None));
    }
    let owned = enrolment.state.owner();
    let identity = owned
        .map(|owned| store::identity::find(tx, &keys.data, owned.identity))
        .transpose()?
        .flatten();
    let refusal = match &enrolment.state {
        EnrolmentState::Refused(refused) => Some(ShownRefusal::of(*refused, true)),
        _ => None,
    };
    let document = enrolment.state.document().cloned().map(Box::new);
    let shown = Shown {
        way: enrolment.way.word(),
        state: enrolment.state.word(),
        expires_at: Some(enrolment.expires_at.to_string()),
        document: None,
        refusal,
        has_identity: owned.is_some_and(|owned| owned.had_identity),
        user_id: identity.map(|identity| identity.user_id.expose().to_owned()),
        number_tries_left: enrolment.number_tries_left(&segl.policy),
    };
    Ok((shown, document))
}

impl Shown {
    /// For a device that is out: nothing that changes, for ever (R-HLP-1).
    const fn handed_over(way: Way) -> Self {
        Self {
            way: way.word(),
            state: "handed_over",
            expires_at: None,
            document: None,
            refusal: None,
            has_identity: false,
            user_id: None,
            number_tries_left: 0,
        }
    }

    /// For a helper's device: how far it is, and nothing of whom it is about (R-HLP-1).
    fn to_helper(enrolment: &Enrolment) -> Self {
        let refusal = match &enrolment.state {
            EnrolmentState::Refused(refused) => Some(ShownRefusal::of(*refused, false)),
            _ => None,
        };
        Self {
            state: enrolment.state.word(),
            expires_at: Some(enrolment.expires_at.to_string()),
            refusal,
            ..Self::handed_over(enrolment.way)
        }
    }
}

impl ShownRefusal {
    fn of(refused: EnrolmentRefused, to_the_person: bool) -> Self {
        let from = match refused {
            EnrolmentRefused::TooYoung { from } if to_the_person => Some(from.to_string()),
            _ => None,
        };
        Self {
            rule: refused.rule(),
            code: refused.code(),
            from,
        }
    }
}

impl ShownDocument {
    fn of(document: &VerifiedDocument, now: Timestamp) -> Self {
        let today = danish_day(now);
        let mrz = document.mrz();
        let names = mrz.name.secondary().iter().chain(mrz.name.primary());
        let number = mrz.document_number.expose();
        let tail = number.len().saturating_sub(3);
        Self {
            kind: document.kind().word(),
            name: names.map(|name| titled(name)).collect::<Vec<_>>().join(" "),
            birth_date: document.birth_date(today).map(|date| date.to_string()),
            nationality: mrz.nationality.code(),
            document_number_tail: number.get(tail..).unwrap_or_default().to_owned(),
            expiry: mrz
                .expiry
                .expiry(today)
                .latest()
                .map(|date| date.to_string()),
            portrait: portrait(document),
        }
    }
}

/// A name of the zone, which knows capital letters only, as people write names.
fn titled(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(String::from).unwrap_or_default();
    first + &letters.as_str().to_lowercase()
}

/// The chip's picture as it is where browsers show its kind, and JPEG 2000 as PNG.
fn portrait(document: &VerifiedDocument) -> Option<String> {
    let portrait = document.portrait();
    if matches!(portrait.media_type, "image/jpeg" | "image/png") {
        return Some(data_address(portrait.media_type, portrait.bytes));
    }
    let png = Png::of(portrait.bytes).ok()?;
    Some(data_address("image/png", &png.file))
}

/// A picture within a document (RFC 2397).
fn data_address(media_type: &str, bytes: &[u8]) -> String {
    format!("data:{media_type};base64,{}", STANDARD.encode(bytes))
}
