//! `/p-codes/cpr` of the desk: somebody with a P code has a CPR number now (R-PER-4). The identity stays the same.

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::cpr_number::CprNumber;
use domain::p_code::PCode;
use domain::person::PersonNumber;
use domain::register::{RegisterMatch, matched};
use emrtd::mrz::{HolderName, Language};
use jiff::Timestamp;
use serde::Deserialize;
use store::desk::Act;
use store::person::Renumbered;
use store::{StoreError, Tx};

use super::Official;
use crate::Segl;
use crate::context::Context;
use crate::error::Fault;
use crate::pages::{Frame, MessagePage, render};
use crate::random;

/// The page that asks for both numbers.
#[derive(Template)]
#[template(path = "desk/p_code_replaced.html")]
struct ReplacePage<'a> {
    frame: Frame<'a>,
    official: &'a Official,
    section: &'static str,
    p_code: &'a str,
    error: Option<&'a str>,
}

/// What the page sends.
#[derive(Deserialize, Default)]
pub(super) struct Typed {
    p_code: String,
    cpr: String,
}

/// The page.
pub(super) async fn page(
    State(segl): State<Arc<Segl>>,
    context: Context,
    official: Official,
) -> Result<Response, Fault> {
    show(&segl, &context, &official, "", None)
}

fn show(
    segl: &Segl,
    context: &Context,
    official: &Official,
    p_code: &str,
    error: Option<&'static str>,
) -> Result<Response, Fault> {
    let t = context.texts(segl);
    let status = if error.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let page = ReplacePage {
        frame: Frame::new(segl, context, "desk-p-code-cpr-title"),
        official,
        section: "p-codes",
        p_code,
        error: error.map(|key| t.get(key)),
    };
    render(&page, status, None)
}

/// Puts the CPR number in the place of the P code, if the register says that it is the same person.
pub(super) async fn submit(
    State(segl): State<Arc<Segl>>,
    context: Context,
    official: Official,
    form: Result<Form<Typed>, FormRejection>,
) -> Result<Response, Fault> {
    let Form(typed) = form.map_err(|_| Fault::Malformed("p_code and cpr".to_owned()))?;
    context.own_desk_form(&segl)?;
    let again = |error| show(&segl, &context, &official, &typed.p_code, Some(error));
    let code = PCode::parse(typed.p_code.trim());
    let cpr: String = typed.cpr.chars().filter(char::is_ascii_digit).collect();
    let (Ok(code), Ok(cpr)) = (code, CprNumber::parse(&cpr)) else {
        return again("desk-p-code-cpr-form");
    };
    let Some(register) = same_person(&segl, code, &cpr).await? else {
        return again("desk-p-code-cpr-mismatch");
    };
    let number = PersonNumber::Cpr(register.cpr());
    let (shared, by, now) = (Arc::clone(&segl), official.clone(), context.now);
    let random = random::bytes::<8>()?;
    let done = segl
        .store
        .write(code.expose().as_bytes(), move |tx| {
            replace(tx, &shared, &by, (code, number), (now, random))
        })
        .await;
    let error = match done {
        Ok(Some(Renumbered::Done)) => return say_done(&segl, &context),
        Ok(None | Some(Renumbered::Changed)) => "desk-p-code-cpr-none",
        Ok(Some(Renumbered::TakenBy(_))) | Err(StoreError::UniqueViolation { .. }) => {
            "desk-p-code-cpr-taken"
        }
        Err(fault) => return Err(fault.into()),
    };
    again(error)
}

/// The register's entry of a number, if it is of whom the P code was issued to: by name and birth date.
async fn same_person(
    segl: &Arc<Segl>,
    code: PCode,
    cpr: &CprNumber,
) -> Result<Option<RegisterMatch>, Fault> {
    let shared = Arc::clone(segl);
    let issued = segl
        .store
        .read(move |tx| store::p_code::find(tx, &shared.keys().data, code))
        .await?;
    let (Some(issued), Some(entry)) = (issued, segl.register.find(segl, cpr).await?) else {
        return Ok(None);
    };
    let (given, family) = (issued.name.given(), issued.name.family());
    let Ok(name) = HolderName::transliterated(family, given, Language::Other) else {
        return Ok(None);
    };
    let born = *issued.birth_date.expose();
    Ok(matched(entry, &name, born, &segl.policy.register).ok())
}

fn replace(
    tx: &mut Tx<'_>,
    segl: &Segl,
    official: &Official,
    (code, number): (PCode, PersonNumber),
    (now, random): (Timestamp, [u8; 8]),
) -> Result<Option<Renumbered>, StoreError> {
    let keys = segl.keys();
    let held = PersonNumber::PCode(code);
    let Some(person) = store::person::find_by_number(tx, &keys.data, &held)? else {
        return Ok(None);
    };
    let done = store::person::renumber(tx, &keys.data, &person, number, now)?;
    if done == Renumbered::Done {
        let act = Act {
            rule: Some("R-PER-4"),
            ..Act::alone("p_code_replaced")
        };
        store::desk::record(tx, &keys.data, official, &act, (now, random))?;
    }
    Ok(Some(done))
}

fn say_done(segl: &Segl, context: &Context) -> Result<Response, Fault> {
    let t = context.texts(segl);
    let mut frame = Frame::new(segl, context, "desk-p-code-cpr-done");
    "/p-codes/cpr".clone_into(&mut frame.here);
    let page = MessagePage {
        frame,
        text: t.get("desk-p-code-cpr-done.text"),
        code: "",
        rule: Some("R-PER-4"),
        onward: Some((
            "/p-codes".to_owned(),
            t.get("desk-p-codes-title").to_owned(),
        )),
        tone: "success",
    };
    render(&page, StatusCode::OK, None)
}
