//! `/p-codes` of the desk: a P code for somebody without a CPR number, by their passport (R-PER-4).

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::id::IdentityId;
use domain::p_code::{IssuedPCode, PCode, PCodeName, PCodeNameFault};
use domain::person::{TooYoung, old_enough};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use store::Tx;
use store::desk::Act;

use super::{Official, see_other};
use crate::Segl;
use crate::context::Context;
use crate::dates;
use crate::error::Fault;
use crate::letters::{Sender, p_code_letter};
use crate::pages::{Frame, render};
use crate::random;
use crate::sealed::{self, Travels};

/// How long the official who issued a code can look at it and print its letter.
const SHOWN_MINUTES: i64 = 30;
/// How many codes are drawn before a collision is called a fault.
const DRAWS: usize = 4;

/// Whoever holds it issued a code a short while ago.
#[derive(Serialize, Deserialize)]
struct JustIssued {
    official: IdentityId,
    code: String,
    at_micros: i64,
}
impl Travels for JustIssued {
    const PURPOSE: &'static str = "p code just issued";
}

/// The page that asks for name and birth date.
#[derive(Template)]
#[template(path = "desk/p_codes.html")]
struct AskPage<'a> {
    frame: Frame<'a>,
    official: &'a Official,
    section: &'static str,
    lead: String,
    typed: &'a Typed,
    wrong: Wrong,
}

/// The page that asks whether it is somebody who has a code already.
#[derive(Template)]
#[template(path = "desk/p_codes_same.html")]
struct SamePage<'a> {
    frame: Frame<'a>,
    official: &'a Official,
    section: &'static str,
    same: String,
    ended: bool,
    typed: &'a Typed,
}

/// The page that shows a code.
#[derive(Template)]
#[template(path = "desk/p_code_issued.html")]
struct IssuedPage<'a> {
    frame: Frame<'a>,
    official: &'a Official,
    section: &'static str,
    code: String,
    give: String,
    until: String,
    key: &'a str,
}

/// What the page sends.
#[derive(Deserialize, Default)]
pub(super) struct Typed {
    given: String,
    family: String,
    born: String,
    #[serde(default)]
    seen: String,
    /// Empty at first; then `renew` or `another`.
    #[serde(default)]
    same: String,
}

/// What is wrong with each field: texts.
#[derive(Default)]
struct Wrong {
    name: Option<String>,
    born: Option<String>,
    seen: Option<String>,
}

impl Wrong {
    const fn any(&self) -> bool {
        self.name.is_some() || self.born.is_some() || self.seen.is_some()
    }
}

/// The page.
pub(super) async fn page(
    State(segl): State<Arc<Segl>>,
    context: Context,
    official: Official,
) -> Result<Response, Fault> {
    show(
        &segl,
        &context,
        &official,
        &Typed::default(),
        Wrong::default(),
    )
}

fn show(
    segl: &Segl,
    context: &Context,
    official: &Official,
    typed: &Typed,
    wrong: Wrong,
) -> Result<Response, Fault> {
    let t = context.texts(segl);
    let (days, uses) = (
        segl.policy.p_code.days.to_string(),
        segl.policy.p_code.uses.to_string(),
    );
    let life = [("days", days.as_str()), ("uses", &uses)];
    let status = if wrong.any() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let page = AskPage {
        frame: Frame::new(segl, context, "desk-p-codes-title"),
        official,
        section: "p-codes",
        lead: t.with_all("desk-p-codes-lead", &life),
        typed,
        wrong,
    };
    render(&page, status, None)
}

/// Issues a code, or renews the one that the person has.
pub(super) async fn submit(
    State(segl): State<Arc<Segl>>,
    context: Context,
    official: Official,
    form: Result<Form<Typed>, FormRejection>,
) -> Result<Response, Fault> {
    let Form(typed) = form.map_err(|_| Fault::Malformed("name and birth date".to_owned()))?;
    context.own_desk_form(&segl)?;
    let (name, born) = match checked(&segl, &context, &typed) {
        Ok(holder) => holder,
        Err(wrong) => return show(&segl, &context, &official, &typed, wrong),
    };
    let answer = match typed.same.as_str() {
        "renew" => Same::Renew,
        "another" => Same::Another,
        _ => Same::Unasked,
    };
    let identity = official.identity;
    let (shared, now) = (Arc::clone(&segl), context.now);
    let (draws, random) = (random::bytes::<{ DRAWS * 8 }>()?, random::bytes::<8>()?);
    let by = official.clone();
    let done = segl
        .store
        .write(identity.as_bytes(), move |tx| {
            let holder = (name.clone(), born);
            issue(tx, &shared, &by, (holder, answer), (now, draws, random))
        })
        .await?;
    match done {
        Done::Issued(code) => {
            let just = JustIssued {
                official: identity,
                code: code.expose(),
                at_micros: now.as_microsecond(),
            };
            let key = sealed::seal(&segl.keys().sealed, &just)?;
            see_other(&format!("/p-codes/issued?k={key}"))
        }
        Done::Same(before) => ask_same(&segl, &context, &official, (&before, &typed)),
    }
}

/// Checks every field, and that the person may have an identity at all (R-AGE-1).
fn checked(segl: &Segl, context: &Context, typed: &Typed) -> Result<(PCodeName, Date), Wrong> {
    let t = context.texts(segl);
    let today = dates::in_denmark(context.now).date();
    let name = PCodeName::new(&typed.given, &typed.family);
    let born = typed
        .born
        .trim()
        .parse::<Date>()
        .ok()
        .filter(|born| *born <= today && born.year() >= 1900);
    let young = born.and_then(|born| old_enough(born, today, &segl.policy).err());
    let wrong = Wrong {
        name: name.as_ref().err().map(|fault| {
            t.get(match fault {
                PCodeNameFault::NoFamilyName => "desk-p-codes-family.missing",
                PCodeNameFault::TooLong => "desk-p-codes-family.long",
                PCodeNameFault::Letters => "desk-p-codes-family.letters",
            })
            .to_owned()
        }),
        born: match (born, young) {
            (None, _) => Some(t.get("desk-p-codes-born.wrong").to_owned()),
            (_, Some(TooYoung { from })) => {
                Some(t.with("desk-p-codes-young", "from", &dates::day(t, from)))
            }
            _ => None,
        },
        seen: (typed.seen != "yes").then(|| t.get("desk-p-codes-seen.missing").to_owned()),
    };
    match (name, born) {
        (Ok(name), Some(born)) if !wrong.any() => Ok((name, born)),
        _ => Err(wrong),
    }
}

/// What the official says of somebody with the same name and birth date.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Same {
    Unasked,
    Renew,
    Another,
}

enum Done {
    Issued(PCode),
    Same(Box<IssuedPCode>),
}

fn issue(
    tx: &mut Tx<'_>,
    segl: &Segl,
    official: &Official,
    ((name, born), same): ((PCodeName, Date), Same),
    (now, draws, random): (Timestamp, [u8; DRAWS * 8], [u8; 8]),
) -> Result<Done, Fault> {
    let keys = segl.keys();
    let record = |tx: &mut Tx<'_>, act| {
        let act = Act {
            rule: Some("R-PER-4"),
            ..Act::alone(act)
        };
        store::desk::record(tx, &keys.data, official, &act, (now, random))
    };
    let before = store::p_code::of_holder(tx, &keys.data, &name, born)?;
    // Of two people of one name and birthday nobody here can tell whose code is meant, so neither is handed out: each act gives a code of its own.
    let is_ambiguous = before.iter().filter(|code| !code.ended).count() > 1;
    // The code that still stands for the person goes before one that a CPR number has taken the place of.
    let before = before.into_iter().min_by_key(|code| code.ended);
    match (before, same) {
        (Some(before), Same::Unasked) => return Ok(Done::Same(Box::new(before))),
        (Some(before), Same::Renew) if !is_ambiguous => {
            let code = before.code;
            let Ok(renewed) = before.clone().renew(now) else {
                return Ok(Done::Same(Box::new(before)));
            };
            if !store::p_code::renew(tx, &keys.data, &renewed)? {
                return Ok(Done::Same(Box::new(before)));
            }
            record(tx, "p_code_renewed")?;
            return Ok(Done::Issued(code));
        }
        _ => {}
    }
    for draw in draws.chunks_exact(8) {
        let code = PCode::from_random(draw.try_into().unwrap_or_default());
        let issued = IssuedPCode::issue(code, name.clone(), born, now);
        if store::p_code::insert(tx, &keys.data, &issued)? {
            record(tx, "p_code_issued")?;
            return Ok(Done::Issued(code));
        }
    }
    Err(Fault::Missing("a P code that is free"))
}

fn ask_same(
    segl: &Segl,
    context: &Context,
    official: &Official,
    (before, typed): (&IssuedPCode, &Typed),
) -> Result<Response, Fault> {
    let t = context.texts(segl);
    let mut frame = Frame::new(segl, context, "desk-p-codes-same-title");
    "/p-codes".clone_into(&mut frame.here);
    let day = dates::day(t, dates::in_denmark(before.issued_at).date());
    let page = SamePage {
        frame,
        official,
        section: "p-codes",
        same: t.with("desk-p-codes-same", "day", &day),
        ended: before.ended,
        typed,
    };
    render(&page, StatusCode::CONFLICT, None)
}

/// What stands in the address.
#[derive(Deserialize)]
pub(super) struct Address {
    k: String,
}

type Asked = Result<Query<Address>, QueryRejection>;

/// The code that an official issued a short while ago.
async fn just_issued(
    segl: &Arc<Segl>,
    context: &Context,
    official: &Official,
    key: &str,
) -> Result<IssuedPCode, Fault> {
    let just: JustIssued = sealed::open(&segl.keys().sealed, key).ok_or(Fault::LinkOver)?;
    let at = Timestamp::from_microsecond(just.at_micros).map_err(|_| Fault::LinkOver)?;
    let shown = SignedDuration::from_mins(SHOWN_MINUTES);
    if just.official != official.identity || context.now.duration_since(at) > shown {
        return Err(Fault::LinkOver);
    }
    let code = PCode::parse(&just.code).map_err(|_| Fault::LinkOver)?;
    let shared = Arc::clone(segl);
    segl.store
        .read(move |tx| store::p_code::find(tx, &shared.keys().data, code))
        .await?
        .ok_or(Fault::LinkOver)
}

/// Shows the code.
pub(super) async fn issued(
    State(segl): State<Arc<Segl>>,
    context: Context,
    official: Official,
    query: Asked,
) -> Result<Response, Fault> {
    let Query(Address { k }) = query.map_err(|_| Fault::Malformed("k".to_owned()))?;
    let issued = just_issued(&segl, &context, &official, &k).await?;
    let t = context.texts(&segl);
    let until = dates::in_denmark(issued.ends(&segl.policy));
    let page = IssuedPage {
        frame: Frame::new(&segl, &context, "desk-p-codes-done-title"),
        official: &official,
        section: "p-codes",
        code: issued.code.expose(),
        give: t.with("desk-p-codes-done", "name", &issued.name.whole()),
        until: dates::day_and_time(t, &until),
        key: &k,
    };
    render(&page, StatusCode::OK, None)
}

/// The letter with the code, to be handed over.
pub(super) async fn letter(
    State(segl): State<Arc<Segl>>,
    context: Context,
    official: Official,
    query: Asked,
) -> Result<Response, Fault> {
    let Query(Address { k }) = query.map_err(|_| Fault::Malformed("k".to_owned()))?;
    let issued = just_issued(&segl, &context, &official, &k).await?;
    let t = context.texts(&segl);
    let sender = Sender {
        name: official.organisation.name.clone(),
        lines: vec![official.office.clone()],
    };
    p_code_letter(t, sender, &issued, &segl.policy, context.now).answer(t, "p-kode")
}
