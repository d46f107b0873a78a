//! `POST /enrol/v1/enrolments/face/challenge` and `POST /enrol/v1/enrolments/face`: a living face against the chip's portrait (R-DOC-6).

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::assurance::Level;
use domain::policy::FacePolicy;
use domain::proofing::enrolment::EnrolmentState;
use domain::proofing::{Advice, FaceChallenge, FaceDecision, FaceJudgement, FaceStep, judge};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{StoreError, Tx};
use utoipa::ToSchema;

use super::accept::face_decided;
use super::enrolments::Empty;
use super::owner::Owner;
use crate::app_api::openapi::Problem;
use crate::app_api::{Body, Worked};
use crate::around::json_answer;
use crate::context::Context;
use crate::error::{FaceFault, Fault};
use crate::faces::Looked;
use crate::random::digest;
use crate::sealed::{self, FaceChallenged};
use crate::{Segl, random};

/// Where pictures are sent.
pub const PATH: &str = "/enrol/v1/enrolments/face";

/// How many bytes the pictures of a challenge may have, in base64url, with what stands around them.
pub fn body_limit(policy: &FacePolicy) -> usize {
    policy.picture_bytes * FaceStep::ALL.len() / 3 * 4 + (64 << 10)
}

/// What the face is to do.
#[derive(Serialize, ToSchema)]
pub struct Challenge {
    /// To be sent back with the pictures.
    #[serde(rename = "challenge")]
    sealed: String,
    /// In this order.
    steps: Vec<Step>,
    expires_at: String,
}

/// One picture that is asked for.
#[derive(Serialize, ToSchema)]
pub struct Step {
    /// `straight`, `turn_left`, `turn_right` or `approach`.
    step: &'static str,
}

/// The pictures.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    challenge: String,
    pictures: Vec<Taken>,
}

/// One picture.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Taken {
    step: String,
    /// A JPEG, not mirrored, in base64url.
    jpeg: String,
}

/// What came of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Outcome {
    /// `proved`, `to_official` or `again`.
    outcome: &'static str,
    /// With `again`: what is wrong, first what matters most.
    why: Vec<&'static str>,
}

/// `POST /enrol/v1/enrolments/face/challenge`.
#[utoipa::path(post, path = "/enrol/v1/enrolments/face/challenge", request_body = Empty, responses((status = 200, body = Challenge), (status = "4XX", body = Problem)))]
pub async fn challenge(
    State(segl): State<Arc<Segl>>,
    context: Context,
    owner: Owner,
    Body(Empty {}): Body<Empty>,
) -> Result<Response, Fault> {
    context.own_form(&segl)?;
    segl.limits.start(context.address)?;
    let challenge = FaceChallenge::new(&segl.policy.face, random::bytes()?, context.now);
    let nonce = random::bytes()?;
    let sealed = FaceChallenged {
        enrolment: owner.enrolment,
        steps: challenge.steps.clone(),
        nonce,
        expires_at: challenge.expires_at,
    };
    let answer = Challenge {
        sealed: sealed::seal(&segl.keys().sealed, &sealed)?,
        steps: challenge
            .steps
            .iter()
            .map(|step| Step { step: step.word() })
            .collect(),
        expires_at: challenge.expires_at.to_string(),
    };
    let shared = Arc::clone(&segl);
    segl.store
        .write(owner.enrolment.as_bytes(), move |tx| {
            let enrolment = owner.enrolment(tx, &shared, context.now)?;
            let EnrolmentState::Face { .. } = enrolment.state else {
                return Err(Fault::EnrolmentOutOfTurn);
            };
            // At a distance nobody reaches more (R-DOC-5), so one official is enough.
            let (wanted, until) = (Level::Substantial, enrolment.expires_at);
            if store::face_case::challenge(tx, enrolment.id, &digest(&nonce), wanted, until)? {
                Ok(())
            } else {
                Err(Fault::EnrolmentOutOfTurn)
            }
        })
        .await?;
    Ok(json_answer(StatusCode::OK, &answer))
}

/// `POST /enrol/v1/enrolments/face`.
#[utoipa::path(post, path = "/enrol/v1/enrolments/face", request_body = Answer, responses((status = 200, body = Outcome), (status = "4XX", body = Problem)))]
pub async fn answer(
    State(segl): State<Arc<Segl>>,
    context: Context,
    owner: Owner,
    Body(answer): Body<Answer>,
) -> Result<Response, Fault> {
    context.own_form(&segl)?;
    segl.limits.start(context.address)?;
    let now = context.now;
    let asked: FaceChallenged = sealed::open(&segl.keys().sealed, &answer.challenge)
        .filter(|asked: &FaceChallenged| asked.enrolment == owner.enrolment)
        .ok_or(FaceFault::ChallengeOver)?;
    let pictures = pictures(&answer.pictures, &segl.policy.face)?;
    let steps: Vec<FaceStep> = pictures.iter().map(|(step, _)| *step).collect();
    let challenge = FaceChallenge {
        steps: asked.steps,
        expires_at: asked.expires_at,
    };
    challenge.answered(&steps, now)?;
    let (portrait, tries) = count(&segl, owner, asked.nonce, now).await?;
    let policy = &segl.policy.face;
    let looked = segl.faces.look(policy, portrait, pictures.clone()).await?;
    let judgement = match looked {
        Some(Looked { portrait, steps }) => {
            judge(portrait.as_ref(), &steps, policy, tries >= policy.tries)
        }
        None => FaceJudgement::Again(vec!["unreadable"]),
    };
    let shared = Arc::clone(&segl);
    let outcome = segl
        .store
        .write(owner.enrolment.as_bytes(), move |tx| {
            let pictures = pictures.clone();
            commit(tx, &shared, owner, (judgement.clone(), pictures), now)
        })
        .await?;
    segl.enrolments.wake(owner.enrolment);
    Ok(json_answer(StatusCode::OK, &outcome))
}

/// The pictures of a request, as bytes.
fn pictures(taken: &[Taken], policy: &FacePolicy) -> Result<Vec<(FaceStep, Vec<u8>)>, FaceFault> {
    let read = |taken: &Taken| {
        let step = taken.step.parse().ok()?;
        let bytes = URL_SAFE_NO_PAD.decode(&taken.jpeg).ok()?;
        let is_jpeg = bytes.starts_with(&[0xFF, 0xD8]) && bytes.len() <= policy.picture_bytes;
        is_jpeg.then_some((step, bytes))
    };
    taken
        .iter()
        .map(|taken| read(taken).ok_or(FaceFault::Pictures))
        .collect()
}

/// Uses the challenge up and counts it, before anything is looked at. Gives the chip's portrait, and how many were answered.
async fn count(
    segl: &Arc<Segl>,
    owner: Owner,
    nonce: [u8; 16],
    now: Timestamp,
) -> Worked<(Vec<u8>, u32)> {
    let shared = Arc::clone(segl);
    segl.store
        .write(owner.enrolment.as_bytes(), move |tx| {
            let enrolment = owner.enrolment(tx, &shared, now)?;
            let EnrolmentState::Face { document } = &enrolment.state else {
                return Err(Fault::EnrolmentOutOfTurn);
            };
            let tries = store::face_case::answer(tx, enrolment.id, &digest(&nonce))?;
            let tries = tries.ok_or(FaceFault::ChallengeOver)?;
            Ok((document.portrait().bytes.to_vec(), tries))
        })
        .await
}

/// Writes down what came of the pictures, if the device still has its turn. Pictures are kept only for an official.
fn commit(
    tx: &mut Tx<'_>,
    segl: &Segl,
    owner: Owner,
    (judgement, pictures): (FaceJudgement, Vec<(FaceStep, Vec<u8>)>),
    now: Timestamp,
) -> Worked<Outcome> {
    let id = owner.enrolment(tx, segl, now)?.id;
    let outcome = |outcome, why| Outcome { outcome, why };
    match judgement {
        FaceJudgement::Again(why) => Ok(outcome("again", why)),
        FaceJudgement::Proved(proved) => {
            face_decided(tx, segl, id, FaceDecision::Proved(proved), now)?;
            changed(store::face_case::proved_by_model(tx, id)?)?;
            Ok(outcome("proved", Vec::new()))
        }
        FaceJudgement::ToOfficial(advice) => {
            let until = face_decided(tx, segl, id, FaceDecision::ToOfficial, now)?.expires_at;
            to_officials(tx, segl, id, (&pictures, &advice), (now, until))?;
            Ok(outcome("to_official", Vec::new()))
        }
    }
}

fn to_officials(
    tx: &mut Tx<'_>,
    segl: &Segl,
    id: domain::id::EnrolmentId,
    what: (&[(FaceStep, Vec<u8>)], &Advice),
    times: (Timestamp, Timestamp),
) -> Worked<()> {
    let keys = segl.keys();
    changed(store::face_case::wait_for_official(
        tx, &keys.data, id, what, times,
    )?)
}

/// What another request has changed meanwhile is begun anew.
fn changed(was: bool) -> Worked<()> {
    if was {
        Ok(())
    } else {
        Err(Fault::Store(StoreError::Busy))
    }
}
