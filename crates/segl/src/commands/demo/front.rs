//! The front page: what this is, who is there, and where to go.

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use domain::authenticator::AuthenticatorState;
use domain::id::IdentityId;
use domain::identity::Identity;
use domain::person::{Person, age_on};
use jiff::Timestamp;
use serde::Deserialize;
use server::Segl;
use server::error::Fault;
use server::i18n::{Lang, T};
use server::pages::{Frame, render};
use store::Tx;

use super::codes::{self, Drawn, Live};
use super::p_codes::P_CODE;
use super::pages::{Asked, by_its_name, clock_time, encoded, see_other};
use super::people::{Newcomer, SEEDS, denmark};
use super::personas::{PERSONAS, Persona};
use super::{Addresses, Demo};

#[derive(Template)]
#[template(path = "demo/front.html")]
struct FrontPage<'a> {
    frame: Frame<'a>,
    addresses: &'a Addresses,
    newcomers: Vec<Newcoming>,
    cards: Vec<Card>,
}

/// Somebody who has no identity yet.
struct Newcoming {
    key: &'static str,
    name: String,
    age: i16,
    /// What their way shows.
    shows: String,
    number: Option<String>,
    /// For who has no CPR number.
    p_code: Option<String>,
    has_passport: bool,
}

impl Newcoming {
    fn of(persona: &Persona, demo: &Demo, now: Timestamp, t: &T<'_>) -> Self {
        let first_day = demo.data.first_day();
        let born = persona.born_on(first_day);
        Self {
            key: persona.key,
            name: persona.name(),
            age: age_on(born, now.to_zoned(denmark()).date()),
            shows: t.get(&format!("demo-persona-{}", persona.key)).to_owned(),
            number: persona.cpr(first_day).map(|cpr| {
                let digits = cpr.expose();
                let (date, serial) = digits.split_at(6);
                format!("{date}-{serial}")
            }),
            p_code: (!persona.registered).then(|| {
                let (first, second) = P_CODE.split_at(4);
                format!("{first} {second}")
            }),
            has_passport: persona.passport.is_some(),
        }
    }
}

/// One person, as the front page shows them.
struct Card {
    user_id: String,
    name: String,
    given_name: String,
    age: i16,
    /// Its texts are `demo-who-<story>`.
    story: String,
    apps: usize,
    /// Nothing while the person has as many apps as anyone may.
    codes: Option<ShownCodes>,
}

struct ShownCodes {
    letter: String,
    sms: String,
    until: String,
    activate: String,
}

/// `GET /`.
pub(crate) async fn page(
    State(demo): State<Arc<Demo>>,
    Asked(context): Asked,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Fault> {
    if let Some(elsewhere) = by_its_name(&demo.addresses.segl, &headers, &uri) {
        return Ok(elsewhere);
    }
    let added = demo.data.kept().added;
    let people = SEEDS
        .iter()
        .map(|seed| (seed.user_id.to_owned(), seed.story))
        .chain(added.into_iter().map(|user_id| (user_id, "added")));
    let mut cards = Vec::new();
    for (user_id, story) in people {
        if let Some(found) = find(&demo, user_id, context.now).await? {
            cards.push(found.card(story, context.now, context.lang));
        }
    }
    let t = context.texts(&demo.segl);
    let newcomers = PERSONAS
        .iter()
        .map(|persona| Newcoming::of(persona, &demo, context.now, &t))
        .collect();
    let page = FrontPage {
        newcomers,
        frame: Frame::new(&demo.segl, &context, "demo-title").script("common.js"),
        addresses: &demo.addresses,
        cards,
    };
    render(&page, StatusCode::OK, None)
}

impl FrontPage<'_> {
    fn t(&self) -> &T<'_> {
        &self.frame.t
    }

    fn story(&self, card: &Card) -> String {
        self.frame.t.with(
            &format!("demo-who-{}", card.story),
            "name",
            &card.given_name,
        )
    }

    fn story_tag(&self, card: &Card) -> String {
        self.frame
            .t
            .with_all(&format!("demo-who-{}.tag", card.story), &[])
    }
}

/// Somebody, their apps, and codes that work.
struct Found {
    identity: Identity,
    person: Person,
    apps: usize,
    codes: Option<Live>,
}

impl Found {
    fn card(self, story: &str, now: Timestamp, lang: Lang) -> Card {
        let user_id = self.identity.user_id.expose().to_owned();
        let codes = self.codes.map(|codes| {
            let (letter, sms) = (codes.letter.expose(), codes.sms.expose().to_owned());
            let fragment = encoded(&[("user_id", &user_id), ("letter", &letter), ("sms", &sms)]);
            ShownCodes {
                until: clock_time(codes.until, lang),
                activate: format!("/app/#activate?{fragment}"),
                letter,
                sms,
            }
        });
        Card {
            user_id,
            name: self.person.name.expose().clone(),
            given_name: self.person.given_name().to_owned(),
            age: self.person.age_on(now.to_zoned(denmark()).date()),
            story: story.to_owned(),
            apps: self.apps,
            codes,
        }
    }
}

/// Somebody, with codes that work: new ones where the old are used, blocked or too old.
async fn find(demo: &Arc<Demo>, user_id: String, now: Timestamp) -> Result<Option<Found>, Fault> {
    let segl = Arc::clone(&demo.segl);
    let found = demo
        .segl
        .store
        .read(move |tx| {
            let keys = segl.keys();
            match store::identity::find_id(tx, &keys.data, &user_id)? {
                Some(id) => load(tx, &segl, id, now).map(Some),
                None => Ok(None),
            }
        })
        .await?;
    let Some(found) = found else { return Ok(None) };
    let most = usize::try_from(demo.segl.policy.app.at_most).unwrap_or(usize::MAX);
    if found.codes.is_some() || found.apps >= most {
        return Ok(Some(found));
    }
    issue(demo, found.identity.id, now).await.map(Some)
}

fn load(tx: &mut Tx<'_>, segl: &Segl, id: IdentityId, now: Timestamp) -> Result<Found, Fault> {
    let keys = segl.keys();
    let in_use = |state| {
        matches!(
            state,
            AuthenticatorState::Active | AuthenticatorState::Suspended
        )
    };
    let apps = store::authenticator::of_identity(tx, id)?;
    Ok(Found {
        identity: store::identity::find(tx, &keys.data, id)?
            .ok_or(Fault::Missing("an identity"))?,
        person: store::person::of_identity(tx, &keys.data, id)?
            .ok_or(Fault::Missing("a person"))?,
        apps: apps
            .iter()
            .filter(|app| in_use(app.authenticator.state))
            .count(),
        codes: codes::live(tx, segl, id, now)?,
    })
}

/// Sends somebody new codes.
async fn issue(demo: &Arc<Demo>, id: IdentityId, now: Timestamp) -> Result<Found, Fault> {
    let (segl, drawn) = (Arc::clone(&demo.segl), Drawn::draw()?);
    demo.segl
        .store
        .write(id.as_bytes(), move |tx| {
            let found = load(tx, &segl, id, now)?;
            drawn.send(tx, &segl, (id, now), &found.person)?;
            load(tx, &segl, id, now)
        })
        .await
}

/// Who shall have new codes.
#[derive(Deserialize)]
pub(crate) struct ForWhom {
    user_id: String,
}

/// `POST /demo/codes`.
pub(crate) async fn new_codes(
    State(demo): State<Arc<Demo>>,
    Asked(context): Asked,
    form: Result<Form<ForWhom>, FormRejection>,
) -> Result<Response, Fault> {
    let Form(ForWhom { user_id }) = form.map_err(|_| Fault::Malformed("user_id".to_owned()))?;
    context.own_form(&demo.segl)?;
    let segl = Arc::clone(&demo.segl);
    let typed = user_id.clone();
    let id = demo
        .segl
        .store
        .read(move |tx| store::identity::find_id(tx, &segl.keys().data, &typed))
        .await?
        .ok_or(Fault::NotFound)?;
    issue(&demo, id, context.now).await?;
    Ok(see_other(&format!(
        "/#{}",
        encoded(&[(&user_id, "")]).trim_end_matches('=')
    )))
}

/// `POST /demo/people`.
pub(crate) async fn add_person(
    State(demo): State<Arc<Demo>>,
    Asked(context): Asked,
) -> Result<Response, Fault> {
    context.own_form(&demo.segl)?;
    let newcomer = Newcomer::invent(context.now)?;
    let user_id = newcomer.identity.user_id.expose().to_owned();
    let segl = Arc::clone(&demo.segl);
    demo.segl
        .store
        .write(b"people", move |tx| newcomer.insert(tx, &segl.keys().data))
        .await?;
    demo.data
        .add(&user_id)
        .map_err(|_| Fault::Missing("room in the demo's folder"))?;
    Ok(see_other(&format!("/#{user_id}")))
}
