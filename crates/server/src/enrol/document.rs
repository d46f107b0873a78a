//! The document of an enrolment: its chip is read as any other, and what came of it takes the enrolment on (R-DOC-6, R-AGE-1).

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::id::EnrolmentId;
use domain::proofing::enrolment::EnrolmentState;
use domain::proofing::{ChipReading, ChipReadingState};
use jiff::Timestamp;
use store::Tx;
use store::enrolment::Before;

use super::access::AccessData;
use super::chip::{Beginning, Begun};
use super::owner::Owner;
use crate::Segl;
use crate::app_api::openapi::Problem;
use crate::app_api::{Body, Worked};
use crate::around::json_answer;
use crate::context::Context;
use crate::error::Fault;
use crate::oidc_api::danish_day;

/// `POST /enrol/v1/enrolments/chip`.
#[utoipa::path(post, path = "/enrol/v1/enrolments/chip", request_body = AccessData, responses((status = 200, body = Begun), (status = "4XX", body = Problem)))]
pub async fn begin_reading(
    State(segl): State<Arc<Segl>>,
    context: Context,
    owner: Owner,
    Body(access): Body<AccessData>,
) -> Result<Response, Fault> {
    context.own_form(&segl)?;
    segl.limits.start(context.address)?;
    let beginning = Beginning::of(&segl, access, context.now)?;
    let shared = Arc::clone(&segl);
    let answer = segl
        .store
        .write(owner.enrolment.as_bytes(), move |tx| {
            let enrolment = owner.enrolment(tx, &shared, context.now)?;
            let before = Before::of(&enrolment);
            if !matches!(enrolment.state, EnrolmentState::Document)
                || !store::enrolment::bind_reading(tx, before, beginning.reading.id)?
            {
                return Err(Fault::EnrolmentOutOfTurn);
            }
            beginning.insert(tx, &shared)?;
            beginning.answer(&shared)
        })
        .await?;
    Ok(json_answer(StatusCode::OK, &answer))
}

/// A chip was read. If it was for an enrolment that still waits for it, the enrolment goes on in the same transaction; gives which.
pub(super) fn was_read(
    tx: &mut Tx<'_>,
    segl: &Segl,
    reading: &ChipReading,
    now: Timestamp,
) -> Worked<Option<EnrolmentId>> {
    let ChipReadingState::Verified { document, .. } = &reading.state else {
        return Ok(None);
    };
    let keys = segl.keys();
    let Some(enrolment) = store::enrolment::of_reading(tx, &keys.data, reading.id, now)? else {
        return Ok(None);
    };
    let before = Before::of(&enrolment);
    let (id, today) = (enrolment.id, danish_day(now));
    let document = document.as_ref().clone();
    let Ok(after) = enrolment.document_read(document, today, &segl.policy) else {
        return Ok(None);
    };
    store::enrolment::advance(tx, &keys.data, before, &after)?;
    Ok(Some(id))
}
