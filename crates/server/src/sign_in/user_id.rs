//! `GET` and `POST /signin`: the person says who signs in (R-SIG-1, R-UID-2).

use std::sync::Arc;

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::assurance::Wanted;
use domain::audit::Event;
use domain::id::{IdentityId, SignInId};
use domain::secret::Pii;
use domain::sign_in::{Action, Asked, Browser, Ending, Meeting, SignIn, SignInState, meeting};
use domain::user_id;
use jiff::SignedDuration;
use oidc::authorize::CheckedAuthorizeRequest;
use oidc::level::RequiredAssurance;
use serde::Deserialize;
use store::{StoreError, Tx};

use super::{Carries, wait};
use crate::context::{BrowserCookie, Context};
use crate::error::Fault;
use crate::i18n::T;
use crate::kept::Kept;
use crate::oidc_api::domain_level;
use crate::pages::{Frame, UserIdPage, render};
use crate::sealed::{self, Begin, Wait};
use crate::{Segl, random, services};

/// How long the page may lie open before it must be asked for anew.
const OPEN_MINUTES: i64 = 30;

/// The sealed request in a link.
#[derive(Deserialize)]
pub struct Address {
    b: String,
}

/// The page, at an address that can be asked for again.
pub async fn page(
    State(segl): State<Arc<Segl>>,
    context: Context,
    Carries(address): Carries<Address>,
) -> Result<Response, Fault> {
    let Address { b } = address;
    let begin = begun(&segl, &context, &b)?;
    show(&segl, &context, &begin.request, &b, None)
}

/// What the page sends.
#[derive(Deserialize)]
pub struct Typed {
    b: String,
    user_id: String,
}

/// The user ID, whatever it is: an unknown one is answered like any other (R-UID-2). The answer is the waiting page itself, without the
/// way round a redirect: on a phone that is a moment less until the app can be opened. The page gives itself its own address.
pub async fn submit(
    State(segl): State<Arc<Segl>>,
    mut context: Context,
    form: Result<Form<Typed>, FormRejection>,
) -> Result<Response, Fault> {
    let Form(Typed { b, user_id }) =
        form.map_err(|_| Fault::Malformed("b and user_id".to_owned()))?;
    context.own_form(&segl)?;
    context.here = format!("/signin?b={b}");
    let begin = begun(&segl, &context, &b)?;
    if user_id.trim().is_empty() || user_id.chars().count() > 100 {
        return show(&segl, &context, &begin.request, &b, Some("user-id-missing"));
    }
    segl.limits.start(context.address)?;
    let wait = start(&segl, &context, begin, &user_id).await?;
    let sealed = sealed::seal(&segl.keys().sealed, &wait)?;
    wait::show(&segl, &context, &wait, &sealed)
}

fn begun(segl: &Segl, context: &Context, sealed: &str) -> Result<Begin, Fault> {
    let begin: Begin = sealed::open(&segl.keys().sealed, sealed).ok_or(Fault::LinkOver)?;
    if context.browser.as_ref().map(BrowserCookie::hash) != Some(begin.browser) {
        return Err(Fault::OtherBrowser);
    }
    if context.now.duration_since(begin.at) > SignedDuration::from_mins(OPEN_MINUTES) {
        return Err(Fault::LinkOver);
    }
    Ok(begin)
}

/// Renders the page.
pub(crate) fn show(
    segl: &Segl,
    context: &Context,
    request: &CheckedAuthorizeRequest,
    sealed: &str,
    error: Option<&str>,
) -> Result<Response, Fault> {
    let client = segl
        .services
        .find(request.client_id())
        .ok_or(Fault::LinkOver)?;
    let t = context.texts(segl);
    let page = UserIdPage {
        frame: Frame::new(segl, context, "sign-in-title"),
        service: services::name(&client, context.lang),
        organisation: &client.organisation.name,
        action: t.get(action_key(action(request))),
        begin: sealed,
        typed: request.login_hint().unwrap_or_default(),
        error: error.map(|key| t.get(key)),
    };
    let status = if error.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    render(&page, status, Some(&client.form_targets))
}

/// The words for what a person is asked to do.
pub(crate) const fn action_key(action: Action) -> &'static str {
    match action {
        Action::LogOn => "action-log-on",
        Action::Approve => "action-approve",
        Action::Confirm => "action-confirm",
        Action::Accept => "action-accept",
        Action::Sign => "action-sign",
    }
}

fn action(request: &CheckedAuthorizeRequest) -> Action {
    request.action_text().as_str().parse().unwrap_or_default()
}

fn asked(request: &CheckedAuthorizeRequest, t: T<'_>) -> Asked {
    let reference_text = match request.reference_text() {
        Some(text) => text.to_owned(),
        None if request.has_age_check_defaults() => t.get("reference-age-check").to_owned(),
        None => String::new(),
    };
    Asked {
        service: request.client_id().to_owned(),
        action: action(request),
        reference_text: Pii::new(reference_text),
        wanted: match request.required_assurance() {
            RequiredAssurance::Loa(level) => Wanted::Loa(domain_level(level)),
            RequiredAssurance::Aal(level) => Wanted::Aal(domain_level(level)),
        },
        psd2: request.require_psd2(),
    }
}

/// What the transaction needs of a request to begin a sign-in.
struct Beginning {
    typed: String,
    decoy: IdentityId,
    id: SignInId,
    asked: Asked,
    request: Vec<u8>,
    known: sealed::KnownIn,
    now: jiff::Timestamp,
    random: [u8; 8],
}

async fn start(
    segl: &Arc<Segl>,
    context: &Context,
    begin: Begin,
    typed: &str,
) -> Result<Wait, Fault> {
    let canonical = user_id::canonical(typed);
    let mut decoy = [0; 16];
    decoy.copy_from_slice(&segl.keys().decoy.mac(&[canonical.as_bytes()])[..16]);
    let beginning = Beginning {
        typed: canonical,
        decoy: IdentityId::from_random(decoy),
        id: SignInId::from_random(random::bytes()?),
        asked: asked(&begin.request, context.texts(segl)),
        request: Kept {
            request: begin.request,
            browser: context.browser_name(),
        }
        .bytes()?,
        known: context.known_in(segl),
        now: context.now,
        random: random::bytes()?,
    };
    let key = beginning.decoy;
    let shared = Arc::clone(segl);
    let mut counted = None;
    let (sign_in, ended) = segl
        .store
        .write(key.as_bytes(), move |tx| {
            transact(tx, &shared, &beginning, &mut counted)
        })
        .await?;
    for other in ended {
        segl.waiters.wake(other);
    }
    metrics::counter!("segl_sign_ins_begun_total").increment(1);
    Ok(Wait {
        identity: sign_in.identity,
        sign_in: sign_in.id,
        service: sign_in.asked.service,
        browser: begin.browser,
        begun_at: sign_in.begun_at,
        expires_at: sign_in.expires_at,
    })
}

/// Begins the sign-in, and lets it meet those that wait already (R-SIG-3). The same steps are taken for a user ID that does not
/// exist, on an identity that does not exist (R-UID-2). `counted` keeps what a strange browser counts as, if this runs more than once.
fn transact(
    tx: &mut Tx<'_>,
    segl: &Segl,
    beginning: &Beginning,
    counted: &mut Option<Browser>,
) -> Result<(SignIn, Vec<SignInId>), StoreError> {
    let keys = segl.keys();
    let identity =
        store::identity::find_id(tx, &keys.data, &beginning.typed)?.unwrap_or(beginning.decoy);
    let waiting = store::sign_in::waiting(tx, identity, beginning.now)?;
    let browser = if beginning.known.identities.contains(&identity) {
        Browser::Known
    } else {
        *counted.get_or_insert_with(|| {
            if segl.limits.strange_start(identity) {
                Browser::Strange
            } else {
                Browser::StrangeOverBudget
            }
        })
    };
    let mut sign_in = SignIn::begin(
        beginning.id,
        identity,
        beginning.asked.clone(),
        browser,
        &segl.policy,
        beginning.now,
    );
    let meeting = meeting(waiting.iter().map(|(_, browser)| *browser), browser);
    let mut ended = Vec::new();
    if matches!(meeting, Meeting::OthersEnd | Meeting::AllEnd) {
        for (other, _) in waiting
            .iter()
            .filter(|(_, browser)| *browser != Browser::StrangeOverBudget)
        {
            if end_other(tx, segl, identity, *other, beginning)? {
                ended.push(*other);
            }
        }
    }
    if matches!(meeting, Meeting::NewcomerEnds | Meeting::AllEnd) {
        sign_in.state = SignInState::Ended(Ending::SecondRequest);
        append_ended(tx, segl, &sign_in, beginning)?;
    }
    store::sign_in::insert(tx, &keys.data, &sign_in, &beginning.request)?;
    Ok((sign_in, ended))
}

fn end_other(
    tx: &mut Tx<'_>,
    segl: &Segl,
    identity: IdentityId,
    other: SignInId,
    beginning: &Beginning,
) -> Result<bool, StoreError> {
    let Some(stored) = store::sign_in::find(tx, &segl.keys().data, identity, other)? else {
        return Ok(false);
    };
    let before = stored.sign_in.state.clone();
    let Ok(ended) = stored.sign_in.end(Ending::SecondRequest, beginning.now) else {
        return Ok(false);
    };
    let hit = store::sign_in::advance(tx, &before, &ended)?;
    if hit {
        append_ended(tx, segl, &ended, beginning)?;
    }
    Ok(hit)
}

fn append_ended(
    tx: &mut Tx<'_>,
    segl: &Segl,
    sign_in: &SignIn,
    beginning: &Beginning,
) -> Result<(), StoreError> {
    let mut random = beginning.random;
    random
        .iter_mut()
        .zip(sign_in.id.as_bytes())
        .for_each(|(random, id)| *random ^= id);
    store::event::append(
        tx,
        &segl.keys().data,
        &Event::sign_in_ended(sign_in, Ending::SecondRequest, beginning.now),
        random,
    )
}
