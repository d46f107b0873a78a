//! Questions, acceptance and refusal of a case.

use std::collections::BTreeSet;
use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::id::DeskCaseId;
use domain::proofing::control_questions::{ROUND_RANDOM, Round};
use domain::proofing::desk_case::{Accepting, DeskCase};
use serde::Deserialize;
use store::desk::Act;

use super::cases::{change, handled, number};
use super::{Official, see_other};
use crate::context::Context;
use crate::enrol::accept::{Continuation, OPEN_RANDOM};
use crate::error::{DeskFault, Fault};
use crate::letters::{RefusalReason, Sender, refusal_letter};
use crate::oidc_api::danish_day;
use crate::pages::{Frame, render};
use crate::{Segl, enrol, random};

/// How many others lend their answers to a round.
const OTHERS: usize = 40;

#[derive(Template)]
#[template(path = "desk/accepted.html")]
struct AcceptedPage<'a> {
    frame: Frame<'a>,
    official: &'a Official,
    section: &'static str,
    continuation: Continuation,
}

async fn loaded(segl: &Arc<Segl>, official: &Official, id: DeskCaseId) -> Result<DeskCase, Fault> {
    let (shared, who) = (Arc::clone(segl), official.clone());
    segl.store
        .read(move |tx| handled(tx, &shared, &who, id).map(|stored| stored.case))
        .await
}

/// A round of control questions begins; the person answers it on their side of the desk (R-QUE-1).
pub(super) async fn ask(
    State(segl): State<Arc<Segl>>,
    context: Context,
    official: Official,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    context.own_desk_form(&segl)?;
    let id: DeskCaseId = id.parse().map_err(|_| Fault::NotFound)?;
    let case = loaded(&segl, &official, id).await?;
    case.is_open()?;
    let entry = number(&segl, &case.applicant).await?.into_entry();
    let others = segl
        .register
        .plausible(&segl, OTHERS, &random::bytes()?)
        .await?;
    let (shared, today, dice) = (Arc::clone(&segl), danish_day(context.now), dice()?);
    let act = Act {
        rule: Some("R-QUE-1"),
        ..Act::in_case("questions_asked", id)
    };
    change(&segl, (&official, id, context.now), act, move |tx, case| {
        case.is_open()?;
        let (keys, cpr) = (shared.keys(), case.applicant.cpr);
        let earlier = store::question_round::of_person(tx, &keys.data, &cpr)?;
        if earlier.iter().any(|round| round.day == today) {
            return Err(Fault::Desk(DeskFault::RoundToday));
        }
        let before: BTreeSet<_> = earlier
            .iter()
            .flat_map(|round| round.round.asked())
            .collect();
        let policy = &shared.policy.questions;
        let round = Round::make(&entry, &others, &before, policy, &dice)
            .map_err(|_| Fault::Desk(DeskFault::TooLittleData))?;
        if !store::question_round::insert(tx, &keys.data, &cpr, (today, id), &round)? {
            return Err(Fault::Desk(DeskFault::RoundToday));
        }
        Ok((case, ()))
    })
    .await?;
    see_other(&format!("/cases/{id}"))
}

fn dice() -> Result<Vec<u8>, Fault> {
    let mut dice = Vec::with_capacity(ROUND_RANDOM);
    while dice.len() < ROUND_RANDOM {
        dice.extend_from_slice(&random::bytes::<256>()?);
    }
    Ok(dice)
}

/// The official accepts: the person is proved, or a supervisor must accept as well (R-DOC-5).
pub(super) async fn accept(
    State(segl): State<Arc<Segl>>,
    context: Context,
    official: Official,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    context.own_desk_form(&segl)?;
    let id: DeskCaseId = id.parse().map_err(|_| Fault::NotFound)?;
    let applicant = loaded(&segl, &official, id).await?.applicant;
    let proved = number(&segl, &applicant).await?;
    let (shared, who, now) = (Arc::clone(&segl), official.clone(), context.now);
    let random = random::bytes::<OPEN_RANDOM>()?;
    let act = Act::in_case("case_accepted", id);
    let continuation = change(&segl, (&official, id, now), act, move |tx, case| {
        let today = danish_day(now);
        match case.accept(&who, proved.clone(), (&shared.policy, today))? {
            Accepting::ToSecond(case) => Ok((case, None)),
            Accepting::Done(case, person) => {
                let opened = enrol::accept::open(tx, &shared, *person, now, &random)?;
                Ok((case, Some(opened)))
            }
        }
    })
    .await?;
    let Some(continuation) = continuation else {
        return see_other(&format!("/cases/{id}"));
    };
    let page = AcceptedPage {
        frame: Frame::at(
            context.texts(&segl),
            format!("/cases/{id}"),
            context.texts(&segl).get("desk-accepted"),
        ),
        official: &official,
        section: "cases",
        continuation,
    };
    render(&page, StatusCode::OK, None)
}

/// Why the official refuses.
#[derive(Deserialize)]
pub(super) struct Reason {
    rule: String,
    reason: String,
}

/// The rules on which a refusal at the desk can rest.
pub(super) const RULES: [&str; 9] = [
    "R-DOC-1", "R-DOC-2", "R-DOC-3", "R-DOC-4", "R-DOC-5", "R-QUE-1", "R-WIT-1", "R-AGE-1",
    "R-CPR-3",
];

/// The longest reason, in characters.
const REASON: usize = 1000;

/// The official refuses, with a reason that is kept.
pub(super) async fn refuse(
    State(segl): State<Arc<Segl>>,
    context: Context,
    official: Official,
    Path(id): Path<String>,
    form: Result<Form<Reason>, FormRejection>,
) -> Result<Response, Fault> {
    context.own_desk_form(&segl)?;
    let Form(Reason { rule, reason }) = form.map_err(|_| Fault::Malformed("reason".to_owned()))?;
    let id: DeskCaseId = id.parse().map_err(|_| Fault::NotFound)?;
    let rule = RULES.into_iter().find(|known| *known == rule);
    let rule = rule.ok_or_else(|| Fault::Malformed("rule".to_owned()))?;
    if reason.trim().is_empty() || reason.chars().count() > REASON {
        return Err(Fault::Desk(DeskFault::ReasonMissing));
    }
    let (shared, who, now) = (Arc::clone(&segl), official.clone(), context.now);
    let random = random::bytes()?;
    let act = Act::in_case("case_refused", id);
    change(&segl, (&official, id, now), act, move |tx, case| {
        let refused = case.refuse(&who)?;
        let why = Act {
            rule: Some(rule),
            reason: Some(reason.trim()),
            ..Act::in_case("refusal_reason", id)
        };
        store::desk::record(tx, &shared.keys().data, &who, &why, (now, random))?;
        Ok((refused, ()))
    })
    .await?;
    see_other(&format!("/cases/{id}"))
}

/// The letter of a refusal, to be printed and handed over: the rules, the reasons, and how to complain.
pub(super) async fn letter(
    State(segl): State<Arc<Segl>>,
    context: Context,
    official: Official,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let id: DeskCaseId = id.parse().map_err(|_| Fault::NotFound)?;
    let (shared, who) = (Arc::clone(&segl), official.clone());
    let (case, acts) = segl
        .store
        .read(move |tx| {
            let case = handled(tx, &shared, &who, id)?.case;
            let acts = store::desk::of_case(tx, &shared.keys().data, id)?;
            Ok::<_, Fault>((case, acts))
        })
        .await?;
    let mut refusals = acts.into_iter().filter(|act| act.act == "refusal_reason");
    let refusal = refusals.next().ok_or(Fault::NotFound)?;
    let decided_on = danish_day(refusal.at);
    let t = context.texts(&segl);
    let mut reasons = vec![RefusalReason {
        rule: refusal.rule.unwrap_or_default(),
        reason: refusal.reason.unwrap_or_default(),
        enough: None,
    }];
    if let Err(missing) = case.documents_enough(&segl.policy, decided_on) {
        reasons.push(RefusalReason {
            rule: missing.rule().to_owned(),
            reason: t.with_all(&format!("desk-missing-{}", missing.word()), &[]),
            enough: None,
        });
    }
    let recipient = recipient(&case);
    let sender = Sender {
        name: official.organisation.name.clone(),
        lines: vec![official.office.clone()],
    };
    let decided = (&*id.to_string(), decided_on);
    let letter = refusal_letter(t, sender, recipient, decided, &reasons, &segl.policy);
    letter.answer(t, "refusal")
}

/// The name that was given. Whoever is refused was not proved to be the person of the register, so nothing that only the register knows, such as
/// an address, is handed over; and a protected one never is (R-CPR-3).
fn recipient(case: &DeskCase) -> Vec<String> {
    let (given, family) = (&case.applicant.given, &case.applicant.family);
    let name = format!("{} {}", given.expose(), family.expose());
    vec![name.trim().to_owned()]
}
