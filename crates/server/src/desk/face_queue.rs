//! `/faces`: officials compare a chip's portrait with the pictures of a face, side by side, where no model decided (R-DOC-6).
//!
//! Whoever looks at a case has taken it first: no two look at one case without knowing. Pictures are given out only to them.

use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::id::{EnrolmentId, IdentityId};
use domain::proofing::enrolment::EnrolmentState;
use domain::proofing::{
    Advice, FaceCase, FaceDecision, FaceReason, OfficialView, VerifiedDocument, ViewLeads,
    is_of_person,
};
use face::picture::Png;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use store::Tx;
use store::desk::Act;
use store::face_case::NewView;

use super::{Official, see_other};
use crate::app_api::Worked;
use crate::context::Context;
use crate::enrol::accept::face_decided;
use crate::error::{FaceFault, Fault};
use crate::oidc_api::danish_day;
use crate::pages::{Frame, render};
use crate::{Segl, random};

/// How many cases the list shows.
const SHOWN: u32 = 50;
/// How long a note may be.
const NOTE: usize = 1000;

#[derive(Template)]
#[template(path = "desk/faces.html")]
struct QueuePage<'a> {
    frame: Frame<'a>,
    official: &'a Official,
    section: &'static str,
    waiting: Vec<Waiting>,
    /// What was just done, as the key of a text.
    done: Option<&'static str>,
}

/// A case in the list: nothing of whom it is about.
struct Waiting {
    id: String,
    since: String,
    until: String,
    is_high: bool,
    is_mine: bool,
    is_taken: bool,
}

#[derive(Template)]
#[template(path = "desk/face.html")]
struct CasePage<'a> {
    frame: Frame<'a>,
    official: &'a Official,
    section: &'static str,
    id: String,
    until: String,
    is_high: bool,
    is_second: bool,
    steps: Vec<(u32, &'static str)>,
    advice: &'a Advice,
    not_same: Vec<&'static str>,
    cannot_tell: Vec<&'static str>,
}

/// `GET /faces`.
pub(super) async fn list(
    State(segl): State<Arc<Segl>>,
    context: Context,
    official: Official,
) -> Result<Response, Fault> {
    let now = context.now;
    let cases = segl
        .store
        .read(move |tx| store::face_case::waiting(tx, now, SHOWN))
        .await?;
    let me = official.identity;
    let done = [
        ("done=same", "face-done-same"),
        ("done=second", "face-done-second"),
        ("done=not_same", "face-done-not-same"),
        ("done=cannot_tell", "face-done-cannot-tell"),
    ];
    let done = done
        .into_iter()
        .find(|(query, _)| context.here.contains(query))
        .map(|(_, text)| text);
    let page = QueuePage {
        frame: Frame::new(&segl, &context, "face-queue-title"),
        official: &official,
        section: "faces",
        waiting: cases
            .iter()
            .map(|case| Waiting::of(case, me, now))
            .collect(),
        done,
    };
    render(&page, StatusCode::OK, None)
}

impl Waiting {
    fn of(case: &FaceCase, me: IdentityId, now: Timestamp) -> Self {
        let lease = case.lease.filter(|lease| now < lease.until);
        Self {
            id: case.enrolment.to_string(),
            since: danish_time(case.waiting_since),
            until: danish_time(case.expires_at),
            is_high: case.wanted == domain::assurance::Level::High,
            is_mine: lease.is_some_and(|lease| lease.official == me),
            is_taken: lease.is_some_and(|lease| lease.official != me),
        }
    }
}

fn danish_time(at: Timestamp) -> String {
    let zone = TimeZone::get("Europe/Copenhagen").unwrap_or(TimeZone::UTC);
    at.to_zoned(zone).strftime("%Y-%m-%d %H:%M").to_string()
}

/// `POST /faces/{id}/take`.
pub(super) async fn take(
    State(segl): State<Arc<Segl>>,
    context: Context,
    official: Official,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    context.own_desk_form(&segl)?;
    let id = case_id(&id)?;
    let (shared, now, random) = (Arc::clone(&segl), context.now, random::bytes()?);
    segl.store
        .write(id.as_bytes(), move |tx| {
            let opened = Opened::find(tx, &shared, &official, id, now)?;
            let lease =
                opened
                    .case
                    .taken_by(official.identity, opened.is_own, &shared.policy.face, now)?;
            if !store::face_case::take(tx, id, lease, now)? {
                return Err(FaceFault::CaseTaken.into());
            }
            record(
                tx,
                &shared,
                &official,
                ("face_case_taken", id, ""),
                (now, random),
            )
        })
        .await?;
    see_other(&format!("/faces/{id}"))
}

/// `POST /faces/{id}/put-back`.
pub(super) async fn put_back(
    State(segl): State<Arc<Segl>>,
    context: Context,
    official: Official,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    context.own_desk_form(&segl)?;
    let id = case_id(&id)?;
    segl.store
        .write(id.as_bytes(), move |tx| {
            store::face_case::put_back(tx, id, official.identity)
        })
        .await?;
    see_other("/faces")
}

/// `GET /faces/{id}`, for whoever has taken the case.
pub(super) async fn page(
    State(segl): State<Arc<Segl>>,
    context: Context,
    official: Official,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let id = case_id(&id)?;
    let (opened, steps) = mine(&segl, &official, id, context.now).await?;
    let reasons = |view| {
        FaceReason::ALL
            .into_iter()
            .filter(move |reason| reason.goes_with(view))
            .map(FaceReason::word)
            .collect()
    };
    let page = CasePage {
        frame: Frame::new(&segl, &context, "face-case-title"),
        official: &official,
        section: "faces",
        id: id.to_string(),
        until: opened
            .case
            .lease
            .map(|lease| danish_time(lease.until))
            .unwrap_or_default(),
        is_high: opened.case.wanted == domain::assurance::Level::High,
        is_second: !opened.case.same.is_empty(),
        steps: steps
            .iter()
            .map(|(place, step)| (*place, step.word()))
            .collect(),
        advice: &opened.advice,
        not_same: reasons(OfficialView::NotSame),
        cannot_tell: reasons(OfficialView::CannotTell),
    };
    render(&page, StatusCode::OK, None)
}

/// `GET /faces/{id}/portrait`: the chip's, as PNG, since no browser shows JPEG 2000.
pub(super) async fn portrait(
    State(segl): State<Arc<Segl>>,
    context: Context,
    official: Official,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let (opened, _) = mine(&segl, &official, case_id(&id)?, context.now).await?;
    let png = Segl::aside(move || {
        let portrait = opened.document.portrait();
        Png::of(portrait.bytes).map(|png| png.file.into_owned())
    });
    let png = png.await?.map_err(|_| Fault::NotFound)?;
    Ok(image("image/png", png))
}

/// `GET /faces/{id}/pictures/{place}`.
pub(super) async fn picture(
    State(segl): State<Arc<Segl>>,
    context: Context,
    official: Official,
    Path((id, place)): Path<(String, u32)>,
) -> Result<Response, Fault> {
    let id = case_id(&id)?;
    mine(&segl, &official, id, context.now).await?;
    let shared = Arc::clone(&segl);
    let picture = segl
        .store
        .read(move |tx| store::face_case::picture(tx, &shared.keys().data, id, place))
        .await?;
    Ok(image("image/jpeg", picture.ok_or(Fault::NotFound)?))
}

fn image(media_type: &'static str, bytes: Vec<u8>) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// `POST /faces/{id}`: what the official sees.
pub(super) async fn decide(
    State(segl): State<Arc<Segl>>,
    context: Context,
    official: Official,
    Path(id): Path<String>,
    form: Result<Form<HashMap<String, String>>, FormRejection>,
) -> Result<Response, Fault> {
    context.own_desk_form(&segl)?;
    let id = case_id(&id)?;
    let Form(form) = form.map_err(|_| FaceFault::ReasonNeeded)?;
    let seen = SeenByOfficial::of(&form)?;
    let (shared, now, random) = (Arc::clone(&segl), context.now, random::bytes()?);
    let done = segl
        .store
        .write(id.as_bytes(), move |tx| {
            commit(tx, &shared, (&official, id), &seen, (now, random))
        })
        .await?;
    segl.enrolments.wake(id);
    see_other(&format!("/faces?done={done}"))
}

/// What a form says.
struct SeenByOfficial {
    view: OfficialView,
    reasons: Vec<FaceReason>,
    note: Option<String>,
}

impl SeenByOfficial {
    fn of(form: &HashMap<String, String>) -> Result<Self, FaceFault> {
        let view = form.get("view").and_then(|view| view.parse().ok());
        let view = view.ok_or(FaceFault::ReasonNeeded)?;
        let reasons = FaceReason::ALL
            .into_iter()
            .filter(|reason| {
                reason.goes_with(view)
                    && form.contains_key(&format!("{}_{}", view.word(), reason.word()))
            })
            .collect();
        let note = form
            .get("note")
            .map(|note| note.trim())
            .filter(|note| !note.is_empty());
        Ok(Self {
            view,
            reasons,
            note: note.map(|note| note.chars().take(NOTE).collect()),
        })
    }
}

/// Writes down what was seen, and takes the enrolment on. Of two who decide at one moment one wins: the row is kept for one of them.
fn commit(
    tx: &mut Tx<'_>,
    segl: &Segl,
    (official, id): (&Official, EnrolmentId),
    seen: &SeenByOfficial,
    (now, random): (Timestamp, [u8; 8]),
) -> Worked<&'static str> {
    let opened = Opened::find(tx, segl, official, id, now)?;
    let me = official.identity;
    let leads = opened
        .case
        .seen(me, opened.is_own, (seen.view, &seen.reasons), now)?;
    let view = NewView {
        official: me,
        cvr: &official.organisation.cvr,
        view: seen.view,
        reasons: &seen.reasons,
        note: seen.note.as_deref(),
    };
    if !store::face_case::add_view(tx, &segl.keys().data, id, &view, now)? {
        return Err(FaceFault::CaseOver.into());
    }
    let act = match seen.view {
        OfficialView::Same => "face_same",
        OfficialView::NotSame => "face_not_same",
        OfficialView::CannotTell => "face_cannot_tell",
    };
    let words: Vec<&str> = seen.reasons.iter().map(|reason| reason.word()).collect();
    record(
        tx,
        segl,
        official,
        (act, id, &words.join(" ")),
        (now, random),
    )?;
    let ViewLeads::Decided(decision) = leads else {
        store::face_case::put_back(tx, id, me)?;
        return Ok("second");
    };
    let outcome = match decision {
        FaceDecision::Proved(_) => "proved",
        FaceDecision::Refused => "refused",
        FaceDecision::Again | FaceDecision::ToOfficial => "again",
    };
    if !store::face_case::decide(tx, id, me, outcome, now)? {
        return Err(FaceFault::CaseOver.into());
    }
    face_decided(tx, segl, id, decision, now)?;
    Ok(seen.view.word())
}

/// A case with whom it is about.
struct Opened {
    case: FaceCase,
    advice: Advice,
    document: Box<VerifiedDocument>,
    is_own: bool,
}

impl Opened {
    fn find(
        tx: &mut Tx<'_>,
        segl: &Segl,
        official: &Official,
        id: EnrolmentId,
        now: Timestamp,
    ) -> Worked<Self> {
        let keys = segl.keys();
        let found = store::face_case::find_waiting(tx, id, now)?;
        let (case, advice) = found.ok_or(FaceFault::CaseOver)?;
        let enrolment = store::enrolment::find(tx, &keys.data, id, now)?;
        let Some(EnrolmentState::WaitingForOfficial { document }) =
            enrolment.map(|enrolment| enrolment.state)
        else {
            return Err(FaceFault::CaseOver.into());
        };
        let person = store::person::of_identity(tx, &keys.data, official.identity)?
            .ok_or(Fault::Missing("the person of an official"))?;
        let is_own = is_of_person(&document, &person, danish_day(now));
        Ok(Self {
            case,
            advice,
            document,
            is_own,
        })
    }
}

/// A case that this official has taken, with its steps.
async fn mine(
    segl: &Arc<Segl>,
    official: &Official,
    id: EnrolmentId,
    now: Timestamp,
) -> Worked<(Opened, Vec<(u32, domain::proofing::FaceStep)>)> {
    let (shared, official) = (Arc::clone(segl), official.clone());
    segl.store
        .read(move |tx| {
            let opened = Opened::find(tx, &shared, &official, id, now)?;
            let held = opened.case.lease.filter(|lease| now < lease.until);
            match held {
                Some(lease) if lease.official == official.identity => (),
                Some(_) => return Err(FaceFault::CaseTaken.into()),
                None => return Err(FaceFault::LeaseOver.into()),
            }
            let steps = store::face_case::steps(tx, id)?;
            Ok::<_, Fault>((opened, steps))
        })
        .await
}

/// Each act goes into the record of what officials did, with the enrolment that it was about.
fn record(
    tx: &mut Tx<'_>,
    segl: &Segl,
    official: &Official,
    (act, id, words): (&'static str, EnrolmentId, &str),
    at: (Timestamp, [u8; 8]),
) -> Worked<()> {
    let reason = format!("{id} {words}");
    let act = Act {
        rule: Some("R-DOC-6"),
        reason: Some(reason.trim_end()),
        ..Act::alone(act)
    };
    Ok(store::desk::record(
        tx,
        &segl.keys().data,
        official,
        &act,
        at,
    )?)
}

fn case_id(text: &str) -> Result<EnrolmentId, Fault> {
    text.parse().map_err(|_| Fault::NotFound)
}

/// The text of a step.
pub(crate) fn step_text(word: &str) -> &'static str {
    match word {
        "turn_left" => "face-step-turn-left",
        "turn_right" => "face-step-turn-right",
        "approach" => "face-step-approach",
        _ => "face-step-straight",
    }
}

/// What a step's picture is, for whoever does not see it.
pub(crate) fn step_alt(word: &str) -> &'static str {
    match word {
        "turn_left" => "face-step-turn-left.alt",
        "turn_right" => "face-step-turn-right.alt",
        "approach" => "face-step-approach.alt",
        _ => "face-step-straight.alt",
    }
}

/// What the model said.
pub(crate) fn verdict_text(word: &str) -> &'static str {
    match word {
        "same" => "face-verdict-same",
        "different" => "face-verdict-different",
        _ => "face-verdict-unsure",
    }
}

/// The text of a reason.
pub(crate) fn reason_text(word: &str) -> &'static str {
    match word {
        "features_differ" => "face-reason-features-differ",
        "not_a_living_face" => "face-reason-not-a-living-face",
        "steps_not_done" => "face-reason-steps-not-done",
        "several_persons" => "face-reason-several-persons",
        "pictures_poor" => "face-reason-pictures-poor",
        "portrait_poor" => "face-reason-portrait-poor",
        _ => "face-reason-face-covered",
    }
}

/// The text of what a machine saw.
pub(crate) fn word_text(word: &str) -> &'static str {
    match word {
        "too_small" => "face-word-too-small",
        "too_dark" => "face-word-too-dark",
        "too_bright" => "face-word-too-bright",
        "too_flat" => "face-word-too-flat",
        "blurred" => "face-word-blurred",
        "no_face" => "face-word-no-face",
        "several_faces" => "face-word-several-faces",
        "move_closer" => "face-word-move-closer",
        "not_in_frame" => "face-word-not-in-frame",
        "not_straight" => "face-word-not-straight",
        "not_turned_left" => "face-word-not-turned-left",
        "not_turned_right" => "face-word-not-turned-right",
        "not_closer" => "face-word-not-closer",
        "same_picture" => "face-word-same-picture",
        _ => "face-word-not-alike",
    }
}
