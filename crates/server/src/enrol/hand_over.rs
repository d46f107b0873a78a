//! Going on with an enrolment on another device: a helper hands over once and for ever (R-HLP-1), and whoever was interrupted may go on
//! elsewhere (R-ENR-1).

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::proofing::ContinuationCode;
use serde::Deserialize;
use store::StoreError;
use store::enrolment::Before;
use utoipa::ToSchema;

use super::accept::{Continuation, continuation};
use super::enrolments::{Begun, Empty};
use super::owner::Owner;
use crate::Segl;
use crate::app_api::Body;
use crate::app_api::openapi::Problem;
use crate::around::json_answer;
use crate::context::Context;
use crate::error::Fault;
use crate::random;
use crate::sealed::{self, ContinueLink};

/// What another device brings: exactly one of the two.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Brought {
    /// As it was typed.
    code: Option<String>,
    /// As it was scanned: what stands after `#continue=`.
    link: Option<String>,
}

/// `POST /enrol/v1/enrolments/hand-over`.
#[utoipa::path(post, path = "/enrol/v1/enrolments/hand-over", responses((status = 200, body = Continuation), (status = "4XX", body = Problem)))]
pub async fn hand_over(
    State(segl): State<Arc<Segl>>,
    context: Context,
    owner: Owner,
    Body(Empty {}): Body<Empty>,
) -> Result<Response, Fault> {
    context.own_form(&segl)?;
    segl.limits.start(context.address)?;
    let code = ContinuationCode::from_random(random::bytes()?);
    let shared = Arc::clone(&segl);
    let given = segl
        .store
        .write(owner.enrolment.as_bytes(), move |tx| {
            let enrolment = owner.enrolment(tx, &shared, context.now)?;
            enrolment.may_hand_over()?;
            let leave = enrolment.is_helpers(owner.seat);
            let before = Before::of(&enrolment);
            let keys = shared.keys();
            if !store::enrolment::set_continuation(tx, &keys.data, before, &code, leave)? {
                return Err(Fault::Store(StoreError::Busy));
            }
            if leave {
                store::enrolment::forget_reading(tx, enrolment.id)?;
            }
            continuation(&shared, &enrolment, &code)
        })
        .await?;
    segl.enrolments.wake(owner.enrolment);
    Ok(json_answer(StatusCode::OK, &given))
}

/// `POST /enrol/v1/continue`.
#[utoipa::path(post, path = "/enrol/v1/continue", request_body = Brought, responses((status = 200, body = Begun), (status = "4XX", body = Problem)))]
pub async fn go_on(
    State(segl): State<Arc<Segl>>,
    context: Context,
    Body(brought): Body<Brought>,
) -> Result<Response, Fault> {
    context.own_form(&segl)?;
    segl.limits.continuation(context.address)?;
    let code = brought.code(&segl)?;
    let shared = Arc::clone(&segl);
    let key = code.as_bytes().to_owned();
    let taken = segl
        .store
        .write(&key, move |tx| {
            store::enrolment::take_seat(tx, &shared.keys().data, &code, context.now)
        })
        .await
        .map_err(Fault::Store)?;
    let enrolment = taken.ok_or(Fault::ContinuationRefused)?;
    segl.enrolments.wake(enrolment.id);
    Ok(json_answer(StatusCode::OK, &Begun::of(&segl, &enrolment)?))
}

impl Brought {
    fn code(self, segl: &Segl) -> Result<ContinuationCode, Fault> {
        let code = match (self.code, self.link) {
            (Some(code), None) => code,
            (None, Some(link)) => {
                let link: Option<ContinueLink> = sealed::open(&segl.keys().sealed, &link);
                link.ok_or(Fault::ContinuationRefused)?.code
            }
            _ => {
                let what = "exactly one of code and link".to_owned();
                return Err(Fault::Malformed(what));
            }
        };
        ContinuationCode::parse(&code).map_err(|_| Fault::ContinuationRefused)
    }
}
