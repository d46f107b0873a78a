//! `/customer/{link}`: the person's side of the desk. Here they answer control questions, and a witness signs in to vouch for them.

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::id::{DeskCaseId, IdentityId};
use domain::identity::IdentityState;
use domain::person::PersonNumber;
use domain::proofing::control_questions::Question;
use domain::proofing::desk_case::{DeskCase, Vouched};
use domain::proofing::documents::Presented;
use domain::proofing::witness::{Witness, WitnessRefused};
use domain::sign_in::Action;
use jiff::{SignedDuration, Timestamp};
use store::Tx;
use store::question_round::StoredRound;

use super::see_other;
use super::sign_in::{desk_origin, send};
use crate::Segl;
use crate::app_api::Worked;
use crate::context::Context;
use crate::error::{DeskFault, Fault};
use crate::oidc_api::danish_day;
use crate::pages::{Frame, render};
use crate::sealed::{self, DeskCustomer};

#[derive(Template)]
#[template(path = "desk/customer.html")]
struct CustomerPage<'a> {
    frame: Frame<'a>,
    link: &'a str,
    /// The questions that wait for an answer.
    questions: Vec<Question>,
    /// What became of today's questions.
    round: Option<String>,
    vouched: bool,
    witness_may_sign_in: bool,
}

impl CustomerPage<'_> {
    fn question(&self, question: &Question) -> String {
        let which = u32::from(question.which) + 1;
        let key = format!("desk-question-{}", question.about.word());
        self.frame.t.with(&key, "which", &which.to_string())
    }

    /// A month as people write it; a name or a year as it is.
    fn choice(&self, choice: &str) -> String {
        match choice.split_once('-') {
            Some((year, month)) if choice.len() == 7 && year.len() == 4 => {
                let month = self.frame.t.with_all(&format!("desk-month-{month}"), &[]);
                format!("{month} {year}")
            }
            _ => choice.to_owned(),
        }
    }
}

/// The link of a case to the person's side, for the length of a policy's working day.
pub(super) fn link(segl: &Segl, case: &DeskCase, now: Timestamp) -> Result<String, Fault> {
    let life = SignedDuration::from_mins(segl.policy.desk.customer_minutes);
    let customer = DeskCustomer {
        case: case.id,
        expires_at: now.saturating_add(life).unwrap_or(Timestamp::MAX),
    };
    let sealed = sealed::seal(&segl.keys().sealed, &customer)?;
    Ok(format!("{}/customer/{sealed}", desk_origin(segl)?))
}

fn case_of(segl: &Segl, link: &str, now: Timestamp) -> Result<DeskCaseId, Fault> {
    sealed::open::<DeskCustomer>(&segl.keys().sealed, link)
        .filter(|customer| now < customer.expires_at)
        .map(|customer| customer.case)
        .ok_or(Fault::LinkOver)
}

async fn loaded(
    segl: &Arc<Segl>,
    id: DeskCaseId,
    now: Timestamp,
) -> Result<(DeskCase, Option<StoredRound>), Fault> {
    let (shared, today) = (Arc::clone(segl), danish_day(now));
    segl.store
        .read(move |tx| {
            let keys = shared.keys();
            let case = store::desk_case::find(tx, &keys.data, id)?.ok_or(Fault::LinkOver)?;
            let cpr = case.case.applicant.cpr;
            let rounds = store::question_round::of_person(tx, &keys.data, &cpr)?;
            let round = rounds
                .into_iter()
                .find(|round| round.day == today && round.case == id);
            Ok((case.case, round))
        })
        .await
}

/// What there is to do on this side.
pub(super) async fn page(
    State(segl): State<Arc<Segl>>,
    context: Context,
    Path(link): Path<String>,
) -> Result<Response, Fault> {
    let id = case_of(&segl, &link, context.now)?;
    let (case, round) = loaded(&segl, id, context.now).await?;
    let is_open = case.is_open().is_ok();
    let asked = round
        .as_ref()
        .is_some_and(|round| is_open && round.state == "asked");
    let mut frame = Frame::new(&segl, &context, "desk-customer");
    if is_open && !asked {
        frame.refresh = Some(format!("5; url=/customer/{link}"));
    }
    let page = CustomerPage {
        frame,
        link: &link,
        round: round
            .as_ref()
            .filter(|round| round.state != "asked")
            .map(|round| format!("desk-customer-{}", round.state)),
        questions: round
            .filter(|_| asked)
            .map_or_else(Vec::new, |round| round.round.questions),
        vouched: case.vouched.is_some(),
        witness_may_sign_in: is_open
            && case.vouched.is_none()
            && !case.witness_documents.is_empty(),
    };
    render(&page, StatusCode::OK, None)
}

/// The answers: `q0` to `q5`, each the place of a choice. They are taken once.
pub(super) async fn answer(
    State(segl): State<Arc<Segl>>,
    context: Context,
    Path(link): Path<String>,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Result<Response, Fault> {
    context.own_desk_form(&segl)?;
    let Form(fields) = form.map_err(|_| Fault::Malformed("answers".to_owned()))?;
    let id = case_of(&segl, &link, context.now)?;
    let (shared, today) = (Arc::clone(&segl), danish_day(context.now));
    segl.store
        .write(id.as_bytes(), move |tx| {
            let keys = shared.keys();
            let before = store::desk_case::find(tx, &keys.data, id)?.ok_or(Fault::LinkOver)?;
            before.case.is_open()?;
            let cpr = before.case.applicant.cpr;
            let rounds = store::question_round::of_person(tx, &keys.data, &cpr)?;
            let round = rounds
                .into_iter()
                .find(|round| round.day == today && round.case == id)
                .ok_or(Fault::Desk(DeskFault::RoundOver))?;
            let chosen: Vec<Option<usize>> = (0..round.round.questions.len())
                .map(|at| chosen(&fields, at))
                .collect();
            let passed = round
                .round
                .answer(&chosen, &shared.policy.questions)
                .is_ok();
            if !store::question_round::answer(tx, &keys.data, &cpr, today, passed)? {
                return Err(Fault::Desk(DeskFault::RoundOver));
            }
            if passed {
                let mut after = before.case.clone();
                after.vouched = Some(Vouched::Questions);
                update(tx, &shared, &before, &after)?;
            }
            Ok(())
        })
        .await?;
    see_other(&format!("/customer/{link}"))
}

fn chosen(fields: &[(String, String)], at: usize) -> Option<usize> {
    let name = format!("q{at}");
    let (_, value) = fields.iter().find(|(field, _)| *field == name)?;
    value.parse().ok()
}

fn update(
    tx: &mut Tx<'_>,
    segl: &Segl,
    before: &store::desk_case::StoredCase,
    after: &DeskCase,
) -> Worked<()> {
    if store::desk_case::update(tx, &segl.keys().data, before, after)? {
        Ok(())
    } else {
        Err(Fault::Desk(DeskFault::CaseDecided))
    }
}

/// A witness goes to sign in, and confirms there for whom (R-WIT-1).
pub(super) async fn witness(
    State(segl): State<Arc<Segl>>,
    context: Context,
    Path(link): Path<String>,
) -> Result<Response, Fault> {
    let id = case_of(&segl, &link, context.now)?;
    let (case, _) = loaded(&segl, id, context.now).await?;
    case.is_open()?;
    let name: String = case
        .applicant
        .given
        .expose()
        .chars()
        .chain([' '])
        .chain(case.applicant.family.expose().chars())
        .take(60)
        .collect();
    let reference = context
        .texts(&segl)
        .with("desk-witness-reference", "name", name.trim());
    let back = format!("/customer/{link}");
    send(
        &segl,
        &context,
        Action::Confirm,
        &reference,
        (&back, Some(id)),
    )
}

/// A witness has signed in: every rule is checked, and the one that fails is named (R-WIT-1 to R-WIT-3).
pub(super) async fn vouch(
    segl: &Arc<Segl>,
    identity: IdentityId,
    id: DeskCaseId,
    now: Timestamp,
) -> Result<(), Fault> {
    let shared = Arc::clone(segl);
    segl.store
        .write(identity.as_bytes(), move |tx| {
            let keys = shared.keys();
            let before = store::desk_case::find(tx, &keys.data, id)?.ok_or(Fault::LinkOver)?;
            before.case.is_open()?;
            let cpr = before.case.applicant.cpr;
            let policy = &shared.policy.witness;
            let after = policy.counted_after(now);
            admitted(tx, &shared, identity, &before.case, now)?;
            let slots = (policy.slots(), now, after);
            if !store::witness::vouch(tx, &keys.data, (identity, id), &cpr, slots)? {
                return Err(Fault::Desk(DeskFault::Witness(WitnessRefused::TooMany)));
            }
            let mut case = before.case.clone();
            case.vouched = Some(Vouched::Witness);
            update(tx, &shared, &before, &case)
        })
        .await
}

fn admitted(
    tx: &mut Tx<'_>,
    segl: &Segl,
    identity: IdentityId,
    case: &DeskCase,
    now: Timestamp,
) -> Worked<()> {
    let keys = segl.keys();
    let refused = |refused| Fault::Desk(DeskFault::Witness(refused));
    let cpr = case.applicant.cpr;
    let person = store::person::of_identity(tx, &keys.data, identity)?
        .ok_or(Fault::Missing("the person of a witness"))?;
    if person.number == PersonNumber::Cpr(cpr) {
        return Err(refused(WitnessRefused::Themselves));
    }
    let acts = store::desk::of_case(tx, &keys.data, case.id)?;
    if case.opened_by == identity || acts.iter().any(|act| act.official == identity) {
        return Err(refused(WitnessRefused::Official));
    }
    let state = store::identity::find(tx, &keys.data, identity)?
        .map_or(IdentityState::Closed, |identity| identity.state);
    let apps = store::authenticator::of_identity(tx, identity)?;
    let active_since = apps.iter().map(|app| app.authenticator.activated_at).min();
    let policy = &segl.policy;
    let of = |kinds: &[String]| -> Option<&Presented> {
        let mut documents = case.witness_documents.iter();
        documents.find(|document| kinds.contains(&document.kind))
    };
    let after = policy.witness.counted_after(now);
    let witness = Witness {
        identity,
        state,
        active_since,
        born: *person.birth_date.expose(),
        photo: of(&policy.witness.danish_photo).or_else(|| of(&policy.witness.other_photo)),
        beside: of(&policy.witness.beside),
        others: store::witness::others(tx, &keys.data, identity, &cpr, after)?,
    };
    let clock = (now, danish_day(now));
    policy
        .witness
        .admit(&witness, &policy.documents, clock)
        .map(|_| ())
        .map_err(refused)
}
