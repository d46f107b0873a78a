//! `/cases` of the desk: the organisation's cases, opening one, and what everything in a case has in common.

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::assurance::Level;
use domain::cpr_number::CprNumber;
use domain::id::DeskCaseId;
use domain::person::PersonNumber;
use domain::proofing::desk_case::{Applicant, CaseState, DeskCase, Ties, may_open};
use domain::register::{RegisterMatch, matched};
use domain::secret::Pii;
use emrtd::mrz::{HolderName, Language};
use jiff::Timestamp;
use serde::Deserialize;
use store::Tx;
use store::desk::Act;
use store::desk_case::StoredCase;

use super::{Official, moment, see_other};
use crate::app_api::Worked;
use crate::context::Context;
use crate::error::{DeskFault, Fault};
use crate::pages::{Frame, render};
use crate::{Segl, random};

/// How many cases the list shows.
const LISTED: u32 = 50;

#[derive(Template)]
#[template(path = "desk/cases.html")]
struct CasesPage<'a> {
    frame: Frame<'a>,
    official: &'a Official,
    section: &'static str,
    cases: Vec<Listed>,
}

struct Listed {
    id: DeskCaseId,
    name: String,
    opened: String,
    state: &'static str,
}

/// The list, and the form that opens a case.
pub(super) async fn page(
    State(segl): State<Arc<Segl>>,
    context: Context,
    official: Official,
) -> Result<Response, Fault> {
    let (shared, cvr) = (Arc::clone(&segl), official.organisation.cvr.clone());
    let cases = segl
        .store
        .read(move |tx| store::desk_case::of_organisation(tx, &shared.keys().data, &cvr, LISTED))
        .await?;
    let listed = |StoredCase { case, .. }: StoredCase| Listed {
        id: case.id,
        name: format!(
            "{} {}",
            case.applicant.given.expose(),
            case.applicant.family.expose()
        ),
        opened: moment(case.opened_at, context.lang),
        state: state_text(&case.state),
    };
    let page = CasesPage {
        frame: Frame::new(&segl, &context, "desk-cases"),
        official: &official,
        section: "cases",
        cases: cases.into_iter().map(listed).collect(),
    };
    render(&page, StatusCode::OK, None)
}

/// The key of a state's text.
pub(super) const fn state_text(state: &CaseState) -> &'static str {
    match state {
        CaseState::Open => "desk-state-open",
        CaseState::AwaitsSecond { .. } => "desk-state-awaits-second",
        CaseState::Accepted { .. } => "desk-state-accepted",
        CaseState::Refused { .. } => "desk-state-refused",
    }
}

/// Whom a case is to be about.
#[derive(Deserialize)]
pub(super) struct Opening {
    number: String,
    given: String,
    family: String,
}

/// Opens a case. The register must have the person by this number and name, so that no case is about nobody.
pub(super) async fn open(
    State(segl): State<Arc<Segl>>,
    context: Context,
    official: Official,
    form: Result<Form<Opening>, FormRejection>,
) -> Result<Response, Fault> {
    context.own_desk_form(&segl)?;
    let Form(opening) =
        form.map_err(|_| Fault::Malformed("number, given and family".to_owned()))?;
    let applicant = Applicant {
        cpr: CprNumber::parse(opening.number.trim())
            .map_err(|_| Fault::Desk(DeskFault::NoNumber))?,
        given: Pii::new(words(&opening.given)),
        family: Pii::new(words(&opening.family)),
    };
    number(&segl, &applicant).await?;
    let case = DeskCase {
        id: DeskCaseId::from_random(random::bytes()?),
        cvr: official.organisation.cvr.clone(),
        opened_by: official.identity,
        opened_at: context.now,
        applicant,
        documents: Vec::new(),
        witness_documents: Vec::new(),
        vouched: None,
        wanted: Level::Substantial,
        state: CaseState::Open,
    };
    let id = case.id;
    let (shared, now, random) = (Arc::clone(&segl), context.now, random::bytes()?);
    segl.store
        .write(id.as_bytes(), move |tx| {
            let keys = shared.keys();
            may_open(ties(tx, &shared, &official, &case.applicant.cpr)?)?;
            store::desk_case::insert(tx, &keys.data, &case)?;
            let act = Act::in_case("case_opened", id);
            store::desk::record(tx, &keys.data, &official, &act, (now, random))?;
            Ok::<_, Fault>(())
        })
        .await?;
    see_other(&format!("/cases/{id}"))
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The proof that the register has somebody by their number and the name on what they brought (R-CPR-3).
pub(super) async fn number(segl: &Segl, applicant: &Applicant) -> Result<RegisterMatch, Fault> {
    let entry = segl
        .register
        .find(segl, &applicant.cpr)
        .await?
        .ok_or(Fault::Desk(DeskFault::NotInRegister))?;
    let (family, given) = (applicant.family.expose(), applicant.given.expose());
    let name = HolderName::transliterated(family, given, Language::Other)
        .map_err(|_| Fault::Desk(DeskFault::NotInRegister))?;
    let born = *entry.birth_date.expose();
    matched(entry, &name, born, &segl.policy.register)
        .map_err(|mismatch| Fault::Desk(DeskFault::of_mismatch(mismatch)))
}

/// What ties an official to whom a case is about.
pub(super) fn ties(
    tx: &mut Tx<'_>,
    segl: &Segl,
    official: &Official,
    cpr: &CprNumber,
) -> Worked<Ties> {
    let keys = segl.keys();
    let own = store::person::of_identity(tx, &keys.data, official.identity)?
        .ok_or(Fault::Missing("the person of an official"))?;
    Ok(Ties {
        same_person: own.number == PersonNumber::Cpr(*cpr),
        witness: store::witness::tied(tx, &keys.data, official.identity, cpr)?,
    })
}

/// The case that an official may handle; another organisation's does not exist for them.
pub(super) fn handled(
    tx: &mut Tx<'_>,
    segl: &Segl,
    official: &Official,
    id: DeskCaseId,
) -> Worked<StoredCase> {
    let stored = store::desk_case::find(tx, &segl.keys().data, id)?.ok_or(Fault::NotFound)?;
    if stored.case.cvr != official.organisation.cvr {
        return Err(Fault::NotFound);
    }
    let ties = ties(tx, segl, official, &stored.case.applicant.cpr)?;
    stored.case.may_handle(official, ties)?;
    Ok(stored)
}

/// Changes a case and records who did it, both or neither. Whoever comes second is told that the case has changed.
pub(super) async fn change<T: Send + 'static>(
    segl: &Arc<Segl>,
    (official, id, now): (&Official, DeskCaseId, Timestamp),
    act: Act<'static>,
    mut change: impl FnMut(&mut Tx<'_>, DeskCase) -> Worked<(DeskCase, T)> + Send + 'static,
) -> Result<T, Fault> {
    let (shared, official, random) = (Arc::clone(segl), official.clone(), random::bytes()?);
    segl.store
        .write(id.as_bytes(), move |tx| {
            let keys = shared.keys();
            let before = handled(tx, &shared, &official, id)?;
            let (after, given) = change(tx, before.case.clone())?;
            if !store::desk_case::update(tx, &keys.data, &before, &after)? {
                return Err(Fault::Desk(DeskFault::CaseDecided));
            }
            store::desk::record(tx, &keys.data, &official, &act, (now, random))?;
            Ok::<_, Fault>(given)
        })
        .await
}
