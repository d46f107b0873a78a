//! `POST /enrol/v1/enrolments/number`: the CPR number or P code of the person of the document (R-CPR-3, R-PER-4).
//!
//! A try is counted, and that is committed, before the number is looked up (R-AUT-9). Nobody but the holder learns what the register says.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::cpr_number::CprNumber;
use domain::p_code::PCode;
use domain::person::PersonNumber;
use domain::proofing::enrolment::{Enrolment, EnrolmentRefused, EnrolmentState};
use domain::proofing::{NumberProved, VerifiedDocument};
use domain::register::{RegisterMatch, RegisterMismatch, matched};
use jiff::Timestamp;
use serde::Deserialize;
use store::Tx;
use store::enrolment::Before;
use utoipa::ToSchema;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::accept::{advance, found_identity};
use super::enrolments::{Shown, shown};
use super::owner::Owner;
use crate::Segl;
use crate::app_api::openapi::Problem;
use crate::app_api::{Body, Worked};
use crate::around::json_answer;
use crate::context::Context;
use crate::error::Fault;
use crate::oidc_api::danish_day;
use crate::random;

/// What was typed.
#[derive(Deserialize, ToSchema, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    /// Ten digits, with or without a hyphen, or eight.
    number: String,
}

/// `POST /enrol/v1/enrolments/number`.
#[utoipa::path(post, path = "/enrol/v1/enrolments/number", request_body = Typed, responses((status = 200, body = Shown), (status = "4XX", body = Problem)))]
pub async fn number(
    State(segl): State<Arc<Segl>>,
    context: Context,
    owner: Owner,
    Body(typed): Body<Typed>,
) -> Result<Response, Fault> {
    context.own_form(&segl)?;
    segl.limits.start(context.address)?;
    let number = typed.number()?;
    let now = context.now;
    let document = count(&segl, owner, now).await?;
    let Some(document) = document else {
        let shown = shown(&segl, owner, now).await?;
        return Ok(json_answer(StatusCode::OK, &shown));
    };
    let found = look_up(&segl, owner, &number, &document, now).await?;
    let random = random::bytes::<8>()?;
    let shared = Arc::clone(&segl);
    let outcome = segl
        .store
        .write(owner.enrolment.as_bytes(), move |tx| {
            judge(tx, &shared, owner, found.clone(), (now, random))
        })
        .await?;
    segl.enrolments.wake(owner.enrolment);
    outcome?;
    let shown = shown(&segl, owner, now).await?;
    Ok(json_answer(StatusCode::OK, &shown))
}

impl Typed {
    fn number(&self) -> Result<PersonNumber, Fault> {
        let text = self.number.trim();
        CprNumber::parse(text)
            .map(PersonNumber::Cpr)
            .or_else(|_| PCode::parse(text).map(PersonNumber::PCode))
            .map_err(|_| Fault::NumberMalformed)
    }
}

/// Counts a try, and gives the document that the number must fit. Nothing where the tries were used up already: the enrolment has ended by this.
async fn count(
    segl: &Arc<Segl>,
    owner: Owner,
    now: Timestamp,
) -> Worked<Option<Box<VerifiedDocument>>> {
    let shared = Arc::clone(segl);
    segl.store
        .write(owner.enrolment.as_bytes(), move |tx| {
            let enrolment = owner.own_enrolment(tx, &shared, now)?;
            let before = Before::of(&enrolment);
            let tried = enrolment.number_tried(&shared.policy)?;
            advance(tx, &shared, before, &tried)?;
            Ok(match tried.state {
                EnrolmentState::Number { document, .. } => Some(document),
                _ => None,
            })
        })
        .await
}

/// What came of looking a number up. A P code is redeemed in the transaction that judges.
#[derive(Clone)]
enum Found {
    Register(Box<RegisterMatch>),
    Not(RegisterMismatch),
    Unknown,
    PCode(PCode),
}

/// Asks the register. If it does not answer, the try is taken back: it told nobody anything.
async fn look_up(
    segl: &Arc<Segl>,
    owner: Owner,
    number: &PersonNumber,
    document: &VerifiedDocument,
    now: Timestamp,
) -> Worked<Found> {
    let cpr = match number {
        PersonNumber::Cpr(cpr) => cpr,
        PersonNumber::PCode(code) => return Ok(Found::PCode(*code)),
    };
    let entry = match segl.register.find(segl, cpr).await {
        Ok(entry) => entry,
        Err(fault) => {
            forgive(segl, owner, now).await?;
            return Err(fault);
        }
    };
    // A Danish document says itself whose number it is: a namesake born on the same day does not have it.
    if document.cpr_in_zone().is_some_and(|own| own != *cpr) {
        return Ok(Found::Unknown);
    }
    let born = document.birth_date(danish_day(now));
    let (Some(entry), Some(born)) = (entry, born) else {
        return Ok(Found::Unknown);
    };
    let name = &document.mrz().name;
    Ok(match matched(entry, name, born, &segl.policy.register) {
        Ok(proved) => Found::Register(Box::new(proved)),
        Err(mismatch) => Found::Not(mismatch),
    })
}

/// Takes back a try that was not looked up.
async fn forgive(segl: &Arc<Segl>, owner: Owner, now: Timestamp) -> Worked<()> {
    let shared = Arc::clone(segl);
    segl.store
        .write(owner.enrolment.as_bytes(), move |tx| {
            let enrolment = owner.own_enrolment(tx, &shared, now)?;
            let before = Before::of(&enrolment);
            advance(tx, &shared, before, &enrolment.number_forgiven())
        })
        .await
}

/// Takes the enrolment on, or says why not. A refusal is a value here, since what it changes must be kept.
fn judge(
    tx: &mut Tx<'_>,
    segl: &Segl,
    owner: Owner,
    found: Found,
    (now, random): (Timestamp, [u8; 8]),
) -> Worked<Result<(), Fault>> {
    let enrolment = owner.own_enrolment(tx, segl, now)?;
    // Another try may have proved the number meanwhile: a late wrong one takes nothing back.
    let EnrolmentState::Number { .. } = enrolment.state else {
        return Err(Fault::EnrolmentOutOfTurn);
    };
    let before = Before::of(&enrolment);
    let tries_left = enrolment.number_tries_left(&segl.policy);
    let today = danish_day(now);
    let proved = match found {
        Found::Register(proved) => Ok(NumberProved::by_register(*proved, today)),
        Found::PCode(code) => {
            redeem(tx, segl, &enrolment, code, now)?.ok_or(Fault::PCodeRefused { tries_left })
        }
        Found::Not(RegisterMismatch::Status(_)) => {
            let refused = enrolment.refused(EnrolmentRefused::RegisterStatus);
            advance(tx, segl, before, &refused)?;
            return Ok(Ok(()));
        }
        Found::Not(RegisterMismatch::Replaced) => Err(Fault::NumberReplaced { tries_left }),
        Found::Not(RegisterMismatch::Name | RegisterMismatch::BirthDate) | Found::Unknown => {
            Err(Fault::NumberRefused { tries_left })
        }
    };
    match proved {
        Ok(proved) => {
            let proven = enrolment.number_proved(proved, today)?;
            let after = found_identity(tx, segl, proven, now, random)?;
            advance(tx, segl, before, &after)?;
            store::enrolment::forget_reading(tx, after.id)?;
            Ok(Ok(()))
        }
        Err(fault) => {
            let after = enrolment.number_wrong(&segl.policy);
            let is_over = matches!(after.state, EnrolmentState::Refused(_));
            advance(tx, segl, before, &after)?;
            Ok(if is_over { Ok(()) } else { Err(fault) })
        }
    }
}

/// Redeems a P code for the person of the document (R-PER-4).
fn redeem(
    tx: &mut Tx<'_>,
    segl: &Segl,
    enrolment: &Enrolment,
    code: PCode,
    now: Timestamp,
) -> Worked<Option<NumberProved>> {
    let Some(document) = enrolment.state.document() else {
        return Err(Fault::EnrolmentOutOfTurn);
    };
    let Some(born) = document.birth_date(danish_day(now)) else {
        return Ok(None);
    };
    let (keys, holder) = (segl.keys(), (&document.mrz().name, born));
    let redeemed = store::p_code::redeem(tx, &keys.data, code, holder, now, &segl.policy)?;
    Ok(redeemed.ok().as_ref().map(NumberProved::by_p_code))
}
