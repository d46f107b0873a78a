//! `POST /enrol/v1/chip` and what follows: a reading of a document's chip, for whoever began it (R-DOC-6).
//!
//! What the chip says is not told here either: what came of each step is, and nothing of whom the document is about.

use std::sync::Arc;

use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::response::Response;
use domain::id::ChipReadingId;
use domain::proofing::{ChipReading, ChipReadingState, KeptStep};
use jiff::Timestamp;
use serde::Serialize;
use store::Tx;
use store::chip_reading::StoredChipReading;
use utoipa::ToSchema;
use zeroize::Zeroizing;

use super::access::AccessData;
use super::relay::new_token;
use crate::Segl;
use crate::app_api::openapi::Problem;
use crate::app_api::{Body, Worked};
use crate::around::json_answer;
use crate::context::{Context, text};
use crate::error::Fault;
use crate::random;
use crate::sealed::{self, ChipReadingOwner};

/// A reading that has begun.
#[derive(Serialize, ToSchema)]
pub struct Begun {
    /// Names the reading in `/enrol/chip/{case}`.
    case: String,
    /// For whoever began it: `Authorization: Segl-Reading <owner>`.
    owner: String,
    /// For whoever relays, once.
    relay_token: String,
    /// When it and everything that was read is over.
    expires_at: String,
}

/// A token for another relay.
#[derive(Serialize, ToSchema)]
pub struct AnotherRelay {
    relay_token: String,
}

/// Where a reading stands.
#[derive(Serialize, ToSchema)]
pub struct Shown {
    /// `waiting` for a relay, `relayed`, `verified` or `refused`.
    pub(super) state: &'static str,
    /// How far the present relay is, or the last one was.
    progress: Option<ShownProgress>,
    /// Why the last relay ended before the chip was read.
    fault: Option<String>,
    /// Once the chip was read: what came of each step.
    steps: Vec<ShownStep>,
    /// How many more relays may be begun.
    relays_left: u32,
    expires_at: String,
}

/// How far a relay is.
#[derive(Serialize, ToSchema)]
struct ShownProgress {
    /// Such as `DG2`.
    file: String,
    /// Of this file.
    percent: u32,
}

/// A step of the verification.
#[derive(Serialize, ToSchema)]
struct ShownStep {
    /// Such as `security_object_signature`.
    step: String,
    /// `proved`, `failed` or `not_applicable`.
    outcome: String,
    /// The name of the fault, or of the reason.
    why: Option<String>,
}

/// Whoever began a reading.
pub struct Owner(pub(super) ChipReadingId);

impl FromRequestParts<Arc<Segl>> for Owner {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, segl: &Arc<Segl>) -> Result<Self, Fault> {
        let owner: Option<ChipReadingOwner> = text(&parts.headers, &AUTHORIZATION)
            .and_then(|header| header.strip_prefix("Segl-Reading "))
            .and_then(|sealed| sealed::open(&segl.keys().sealed, sealed));
        owner
            .filter(|owner| segl.clock.now() < owner.expires_at)
            .map(|owner| Self(owner.reading))
            .ok_or(Fault::ReadingUnknown)
    }
}

/// `POST /enrol/v1/chip`.
#[utoipa::path(post, path = "/enrol/v1/chip", request_body = AccessData, responses((status = 200, body = Begun), (status = "4XX", body = Problem)))]
pub async fn begin(
    State(segl): State<Arc<Segl>>,
    context: Context,
    Body(access): Body<AccessData>,
) -> Result<Response, Fault> {
    context.own_form(&segl)?;
    segl.limits.start(context.address)?;
    let beginning = Beginning::of(&segl, access, context.now)?;
    let (shared, id) = (Arc::clone(&segl), beginning.reading.id);
    let answer = segl
        .store
        .write(id.as_bytes(), move |tx| {
            beginning.insert(tx, &shared)?;
            beginning.answer(&shared)
        })
        .await?;
    Ok(json_answer(StatusCode::OK, &answer))
}

/// A reading that is about to begin, by itself or for an enrolment.
pub(super) struct Beginning {
    pub(super) reading: ChipReading,
    access: Zeroizing<Vec<u8>>,
    relay_token: String,
    hash: [u8; 32],
}

impl Beginning {
    /// Checks what opens the chip.
    pub(super) fn of(segl: &Segl, access: AccessData, now: Timestamp) -> Worked<Self> {
        let access = access.check()?.to_bytes()?;
        let id = ChipReadingId::from_random(random::bytes()?);
        let (relay_token, hash) = new_token()?;
        Ok(Self {
            reading: ChipReading::begin(id, &segl.policy.chip, now),
            access,
            relay_token,
            hash,
        })
    }

    /// Keeps it.
    pub(super) fn insert(&self, tx: &mut Tx<'_>, segl: &Segl) -> Worked<()> {
        let keys = segl.keys();
        Ok(store::chip_reading::insert(
            tx,
            &keys.data,
            &self.reading,
            &self.access,
            &self.hash,
        )?)
    }

    /// What whoever began it is told.
    pub(super) fn answer(&self, segl: &Segl) -> Worked<Begun> {
        let owner = ChipReadingOwner {
            reading: self.reading.id,
            expires_at: self.reading.expires_at,
        };
        Ok(Begun {
            case: self.reading.id.to_string(),
            owner: sealed::seal(&segl.keys().sealed, &owner)?,
            relay_token: self.relay_token.clone(),
            expires_at: self.reading.expires_at.to_string(),
        })
    }
}
/// `GET /enrol/v1/chip/reading`.
#[utoipa::path(get, path = "/enrol/v1/chip/reading", responses((status = 200, body = Shown), (status = "4XX", body = Problem)))]
pub async fn reading(
    State(segl): State<Arc<Segl>>,
    context: Context,
    Owner(id): Owner,
) -> Result<Response, Fault> {
    let stored = stored(&segl, id, context.now).await?;
    let shown = show(&segl, &stored, context.now);
    Ok(json_answer(StatusCode::OK, &shown))
}

/// `POST /enrol/v1/chip/relay`: a token for another device, or for the same after the token got lost. The one before is worth nothing then.
#[utoipa::path(post, path = "/enrol/v1/chip/relay", responses((status = 200, body = AnotherRelay), (status = "4XX", body = Problem)))]
pub async fn another_relay(
    State(segl): State<Arc<Segl>>,
    context: Context,
    Owner(id): Owner,
) -> Result<Response, Fault> {
    context.own_form(&segl)?;
    segl.limits.start(context.address)?;
    let (relay_token, hash) = new_token()?;
    let is_open = segl
        .store
        .write(id.as_bytes(), move |tx| {
            store::chip_reading::renew_token(tx, id, &hash, context.now)
        })
        .await
        .map_err(Fault::Store)?;
    if !is_open {
        return Err(Fault::ReadingOver);
    }
    Ok(json_answer(StatusCode::OK, &AnotherRelay { relay_token }))
}

/// The reading behind an owner's token.
pub(super) async fn stored(
    segl: &Arc<Segl>,
    id: ChipReadingId,
    now: Timestamp,
) -> Result<StoredChipReading, Fault> {
    let shared = Arc::clone(segl);
    let found = segl
        .store
        .read(move |tx| store::chip_reading::find(tx, &shared.keys().data, id, now))
        .await
        .map_err(Fault::Store)?;
    found.ok_or(Fault::ReadingUnknown)
}

/// What its owner is told.
pub(super) fn show(segl: &Segl, stored: &StoredChipReading, now: Timestamp) -> Shown {
    let reading = &stored.reading;
    let (state, steps): (_, &[KeptStep]) = match &reading.state {
        ChipReadingState::Open { lease: Some(lease) } if now < lease.until => ("relayed", &[]),
        ChipReadingState::Open { .. } => ("waiting", &[]),
        ChipReadingState::Verified { steps, .. } => ("verified", steps),
        ChipReadingState::Refused { steps } => ("refused", steps),
    };
    Shown {
        state,
        progress: stored.progress.as_ref().map(|progress| ShownProgress {
            file: progress.file.clone(),
            percent: progress.percent,
        }),
        fault: stored.last_fault.clone(),
        steps: steps.iter().map(ShownStep::from).collect(),
        relays_left: segl.policy.chip.relays.saturating_sub(reading.relays),
        expires_at: reading.expires_at.to_string(),
    }
}

impl From<&KeptStep> for ShownStep {
    fn from(step: &KeptStep) -> Self {
        Self {
            step: step.step.clone(),
            outcome: step.outcome.clone(),
            why: step.why.clone(),
        }
    }
}
