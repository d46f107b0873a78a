//! `/cases/{id}`: one case with its documents, what vouches beside them, and what was done in it.

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::assurance::Level;
use domain::id::DeskCaseId;
use domain::proofing::desk_case::{CaseState, DeskCase, Vouched};
use domain::proofing::documents::{Counts, DocumentsEnough, KindPolicy, Presented};
use domain::register::RegisterEntry;
use jiff::civil::Date;
use serde::Deserialize;
use store::Tx;
use store::desk::Act;

use super::cases::{change, handled, state_text};
use super::customer::link;
use super::{Official, moment, see_other};
use crate::Segl;
use crate::context::Context;
use crate::error::Fault;
use crate::i18n::T;
use crate::oidc_api::danish_day;
use crate::pages::{Frame, render};

#[derive(Template)]
#[template(path = "desk/case.html")]
struct CasePage<'a> {
    frame: Frame<'a>,
    official: &'a Official,
    section: &'static str,
    case: DeskCase,
    entry: RegisterEntry,
    protected: bool,
    documents: Vec<Shown>,
    witness_documents: Vec<Shown>,
    /// The key of the text that says what is missing, and its rule; nothing where the documents are enough.
    missing: Option<(String, &'static str)>,
    /// Whether questions or a witness are needed beside the documents.
    needs_vouching: bool,
    /// What became of today's questions.
    round: Option<String>,
    needed_witness_before: bool,
    /// Who vouched, so that the official sees whether it is the person of the photo ID (R-WIT-1).
    witness: Option<String>,
    customer: String,
    kinds: &'a [KindPolicy],
    acts: Vec<(String, String)>,
    rules: [&'static str; 9],
}

/// A document, and why it counts or does not.
struct Shown {
    document: Presented,
    /// The key of a text.
    verdict: String,
    rule: &'static str,
    good: bool,
}

impl CasePage<'_> {
    fn t(&self) -> &T<'_> {
        &self.frame.t
    }

    fn text(&self, key: &str) -> String {
        self.frame.t.with_all(key, &[])
    }

    fn kind(&self, kind: &str) -> String {
        self.text(&format!("desk-kind-{}", kind.replace('_', "-")))
    }

    fn rule_text(&self, rule: &str) -> String {
        self.text(&format!("desk-rule-{}", rule.to_lowercase()))
    }

    fn is_open(&self) -> bool {
        self.case.state == CaseState::Open
    }

    fn awaits_second(&self) -> bool {
        matches!(self.case.state, CaseState::AwaitsSecond { .. })
    }

    fn state(&self) -> String {
        self.text(state_text(&self.case.state))
    }

    fn is_high(&self) -> bool {
        self.case.wanted == Level::High
    }

    fn vouched(&self) -> Option<&'static str> {
        self.case.vouched.map(|vouched| match vouched {
            Vouched::Questions => "desk-vouched-questions",
            Vouched::Witness => "desk-vouched-witness",
        })
    }
}

/// Name and day of birth of whoever vouched.
fn witness(tx: &mut Tx<'_>, segl: &Segl, id: DeskCaseId) -> Result<Option<String>, Fault> {
    let Some(identity) = store::witness::of_case(tx, id)? else {
        return Ok(None);
    };
    let person = store::person::of_identity(tx, &segl.keys().data, identity)?;
    Ok(person.map(|person| format!("{}, {}", person.name.expose(), person.birth_date.expose())))
}

/// The case.
pub(super) async fn page(
    State(segl): State<Arc<Segl>>,
    context: Context,
    official: Official,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let id: DeskCaseId = id.parse().map_err(|_| Fault::NotFound)?;
    let (shared, who) = (Arc::clone(&segl), official.clone());
    let today = danish_day(context.now);
    let (case, round, before, witness, acts) = segl
        .store
        .read(move |tx| {
            let keys = shared.keys();
            let case = handled(tx, &shared, &who, id)?.case;
            let cpr = case.applicant.cpr;
            let rounds = store::question_round::of_person(tx, &keys.data, &cpr)?;
            let round = rounds.into_iter().find(|round| round.day == today);
            let before = store::witness::needed_before(tx, &keys.data, &cpr, id)?;
            let acts = store::desk::of_case(tx, &keys.data, id)?;
            let witness = witness(tx, &shared, id)?;
            Ok::<_, Fault>((case, round, before, witness, acts))
        })
        .await?;
    let entry = segl
        .register
        .find(&segl, &case.applicant.cpr)
        .await?
        .ok_or(Fault::Missing("a register's entry"))?;
    let enough = case.documents_enough(&segl.policy, today);
    let shown =
        |documents: &[Presented]| documents.iter().map(|d| shown(&segl, d, today)).collect();
    let at = |act: store::desk::RecordedAct| {
        let key = format!("desk-act-{}", act.act.replace('_', "-"));
        (moment(act.at, context.lang), key)
    };
    let page = CasePage {
        frame: Frame::new(&segl, &context, "desk-case"),
        official: &official,
        section: "cases",
        protected: entry.is_protected_on(today),
        documents: shown(&case.documents),
        witness_documents: shown(&case.witness_documents),
        needs_vouching: !enough.as_ref().is_ok_and(DocumentsEnough::has_one),
        missing: enough
            .err()
            .map(|missing| (format!("desk-missing-{}", missing.word()), missing.rule())),
        round: round.map(|round| format!("desk-round-{}", round.state)),
        needed_witness_before: before,
        witness,
        customer: link(&segl, &case, context.now)?,
        kinds: &segl.policy.documents.kinds,
        rules: super::decision::RULES,
        acts: acts.into_iter().map(at).collect(),
        entry,
        case,
    };
    render(&page, StatusCode::OK, None)
}

fn shown(segl: &Segl, document: &Presented, today: Date) -> Shown {
    let (verdict, rule, good) = match segl.policy.documents.counts(document, today) {
        Ok(kind) if kind.counts == Counts::One => ("desk-counts-one".to_owned(), "R-DOC-1", true),
        Ok(_) => ("desk-counts-half".to_owned(), "R-DOC-2", true),
        Err(not) => (format!("desk-not-{}", not.word()), not.rule(), false),
    };
    Shown {
        document: document.clone(),
        verdict,
        rule,
        good,
    }
}

/// A document, as the official typed it.
#[derive(Deserialize)]
pub(super) struct Typed {
    kind: String,
    number: String,
    valid_until: String,
    issued_on: String,
    temporary: Option<String>,
    in_app: Option<String>,
    of: String,
}

impl Typed {
    fn presented(&self) -> Result<Presented, Fault> {
        let day = |text: &str| match text.trim() {
            "" => Ok(None),
            text => text
                .parse::<Date>()
                .map(Some)
                .map_err(|_| Fault::Malformed("a date".to_owned())),
        };
        if self.kind.len() > 40 || self.number.chars().count() > 40 {
            return Err(Fault::Malformed("kind or number".to_owned()));
        }
        Ok(Presented {
            kind: self.kind.clone(),
            number: self.number.trim().to_owned(),
            valid_until: day(&self.valid_until)?,
            issued_on: day(&self.issued_on)?,
            temporary: self.temporary.is_some(),
            in_app: self.in_app.is_some(),
            chip_verified: false,
        })
    }
}

/// How many documents one case may have, of each side.
const DOCUMENTS: usize = 12;

/// A document is laid on the desk.
pub(super) async fn add_document(
    State(segl): State<Arc<Segl>>,
    context: Context,
    official: Official,
    Path(id): Path<String>,
    form: Result<Form<Typed>, FormRejection>,
) -> Result<Response, Fault> {
    context.own_desk_form(&segl)?;
    let Form(typed) = form.map_err(|_| Fault::Malformed("a document".to_owned()))?;
    let id: DeskCaseId = id.parse().map_err(|_| Fault::NotFound)?;
    let (document, of_witness) = (typed.presented()?, typed.of == "witness");
    let act = Act::in_case("document_added", id);
    change(
        &segl,
        (&official, id, context.now),
        act,
        move |_, mut case| {
            case.is_open()?;
            let documents = if of_witness {
                &mut case.witness_documents
            } else {
                &mut case.documents
            };
            if documents.len() >= DOCUMENTS {
                return Err(Fault::Malformed("too many documents".to_owned()));
            }
            documents.push(document.clone());
            Ok((case, ()))
        },
    )
    .await?;
    see_other(&format!("/cases/{id}"))
}

/// Which document goes.
#[derive(Deserialize)]
pub(super) struct Which {
    at: usize,
    of: String,
}

/// A document is taken off the desk: it was typed wrong, or handed back.
pub(super) async fn remove_document(
    State(segl): State<Arc<Segl>>,
    context: Context,
    official: Official,
    Path(id): Path<String>,
    form: Result<Form<Which>, FormRejection>,
) -> Result<Response, Fault> {
    context.own_desk_form(&segl)?;
    let Form(Which { at, of }) = form.map_err(|_| Fault::Malformed("at".to_owned()))?;
    let id: DeskCaseId = id.parse().map_err(|_| Fault::NotFound)?;
    let act = Act::in_case("document_removed", id);
    change(
        &segl,
        (&official, id, context.now),
        act,
        move |_, mut case| {
            case.is_open()?;
            let documents = if of == "witness" {
                &mut case.witness_documents
            } else {
                &mut case.documents
            };
            if at >= documents.len() {
                return Err(Fault::NotFound);
            }
            documents.remove(at);
            Ok((case, ()))
        },
    )
    .await?;
    see_other(&format!("/cases/{id}"))
}

/// How far the case is to reach.
#[derive(Deserialize)]
pub(super) struct Wanted {
    level: String,
}

/// The official says how far the case is to reach.
pub(super) async fn want(
    State(segl): State<Arc<Segl>>,
    context: Context,
    official: Official,
    Path(id): Path<String>,
    form: Result<Form<Wanted>, FormRejection>,
) -> Result<Response, Fault> {
    context.own_desk_form(&segl)?;
    let Form(Wanted { level }) = form.map_err(|_| Fault::Malformed("level".to_owned()))?;
    let id: DeskCaseId = id.parse().map_err(|_| Fault::NotFound)?;
    let level = match level.as_str() {
        "substantial" => Level::Substantial,
        "high" => Level::High,
        _ => return Err(Fault::Malformed("level".to_owned())),
    };
    let act = Act::in_case("level_chosen", id);
    change(
        &segl,
        (&official, id, context.now),
        act,
        move |_, mut case| {
            case.is_open()?;
            case.wanted = level;
            Ok((case, ()))
        },
    )
    .await?;
    see_other(&format!("/cases/{id}"))
}
