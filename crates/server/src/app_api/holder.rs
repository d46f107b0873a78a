//! The holder's own pages in the app: who they are here, what was done with their identity, and what they have chosen (R-SIG-6).

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::audit::{Event, What};
use domain::authenticator::{AuthenticatorEvent, AuthenticatorState};
use domain::identity::Settings;
use domain::sign_in::wire_id;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::StoreError;
use store::event::Cursor;
use utoipa::ToSchema;

use super::request::service_name;
use super::{Body, Opened, as_holder, holder};
use crate::around::json_answer;
use crate::context::Context;
use crate::error::Fault;
use crate::i18n::Lang;
use crate::{Segl, notices, random};

/// The holder.
#[derive(Serialize, ToSchema)]
pub struct Me {
    name: String,
    user_id: String,
    assurance: &'static str,
    authenticators: Vec<AuthenticatorView>,
    remind_second_authenticator: bool,
    settings: SettingsView,
}

/// One authenticator.
#[derive(Serialize, ToSchema)]
pub struct AuthenticatorView {
    id: String,
    kind: &'static str,
    name: String,
    state: &'static str,
    since: String,
    last_used: Option<String>,
    this: bool,
}

/// What the holder has chosen.
#[derive(Serialize, ToSchema)]
pub struct SettingsView {
    typed_code: &'static str,
    typed_code_from: Option<String>,
    hide_service_names: bool,
}

impl SettingsView {
    fn new(settings: Settings, now: Timestamp) -> Self {
        let typed_code = match settings.typed_code_from {
            None => "off",
            Some(from) if from > now => "waiting",
            Some(_) => "on",
        };
        Self {
            typed_code,
            typed_code_from: settings.typed_code_from.map(|from| from.to_string()),
            hide_service_names: settings.hide_service_names,
        }
    }
}

/// `GET /app/v1/me`.
#[utoipa::path(get, path = "/app/v1/me", responses((status = 200, body = Me), (status = "4XX", body = super::openapi::Problem)))]
pub async fn me(
    State(segl): State<Arc<Segl>>,
    context: Context,
    opened: Opened,
) -> Result<Response, Fault> {
    let shared = Arc::clone(&segl);
    let me = segl
        .store
        .read(move |tx| {
            let (identity, app) = holder(tx, &shared, &opened.token)?;
            let person = store::person::of_identity(tx, &shared.keys().data, identity.id)?
                .ok_or(Fault::Missing("a person"))?;
            let apps = store::authenticator::of_identity(tx, identity.id)?;
            let views: Vec<_> = apps
                .iter()
                .map(|other| &other.authenticator)
                .filter(|other| other.state != AuthenticatorState::Replaced)
                .map(|other| AuthenticatorView {
                    id: wire_id(other.id),
                    kind: "app",
                    name: other.name.clone(),
                    state: other.state.word(),
                    since: other.activated_at.to_string(),
                    last_used: other.last_used_at.map(|at| at.to_string()),
                    this: other.id == app.authenticator.id,
                })
                .collect();
            Ok::<_, Fault>(Me {
                name: person.name.expose().clone(),
                user_id: identity.user_id.expose().to_owned(),
                assurance: as_holder(&identity, &app)
                    .assurance(&shared.policy)
                    .loa()
                    .word(),
                // R-AUT-3: two are recommended.
                remind_second_authenticator: views
                    .iter()
                    .filter(|view| view.state == "active")
                    .count()
                    < 2,
                authenticators: views,
                settings: SettingsView::new(identity.settings, context.now),
            })
        })
        .await?;
    Ok(json_answer(StatusCode::OK, &me))
}

/// From where a page of the log goes on.
#[derive(Deserialize)]
pub struct From {
    before: Option<String>,
}

/// A page of the log.
#[derive(Serialize, ToSchema)]
pub struct Activity {
    entries: Vec<Entry>,
    next: Option<String>,
}

/// One thing that happened.
#[derive(Serialize, ToSchema)]
pub struct Entry {
    at: String,
    what: &'static str,
    service: Option<String>,
    action: Option<&'static str>,
    reference_text: Option<String>,
    authenticator: Option<String>,
    tone: &'static str,
}

/// How many entries a page has.
const PAGE: u32 = 20;

/// `GET /app/v1/activity`.
#[utoipa::path(get, path = "/app/v1/activity", params(("before" = Option<String>, Query)), responses((status = 200, body = Activity), (status = "4XX", body = super::openapi::Problem)))]
pub async fn activity(
    State(segl): State<Arc<Segl>>,
    context: Context,
    opened: Opened,
    Query(from): Query<From>,
) -> Result<Response, Fault> {
    let before = from
        .before
        .map(|text| {
            cursor(&text).ok_or_else(|| Fault::Malformed("before is not a cursor".to_owned()))
        })
        .transpose()?;
    let shared = Arc::clone(&segl);
    let activity = segl
        .store
        .read(move |tx| {
            let (identity, _) = holder(tx, &shared, &opened.token)?;
            let page = store::event::page(tx, &shared.keys().data, identity.id, before, PAGE + 1)?;
            let more = page.len() > PAGE as usize;
            let shown = &page[..page.len().min(PAGE as usize)];
            let names: std::collections::HashMap<_, _> =
                store::authenticator::of_identity(tx, identity.id)?
                    .into_iter()
                    .map(|app| (app.authenticator.id, app.authenticator.name))
                    .collect();
            let entries = shown
                .iter()
                .map(|(_, event)| entry(&shared, &context, event, identity.settings, &names))
                .collect();
            let next = shown
                .last()
                .filter(|_| more)
                .map(|(cursor, _)| URL_SAFE_NO_PAD.encode(cursor));
            Ok::<_, Fault>(Activity { entries, next })
        })
        .await?;
    Ok(json_answer(StatusCode::OK, &activity))
}

fn cursor(text: &str) -> Option<Cursor> {
    URL_SAFE_NO_PAD
        .decode(text)
        .ok()?
        .as_slice()
        .try_into()
        .ok()
}

fn entry(
    segl: &Segl,
    context: &Context,
    event: &Event,
    settings: Settings,
    names: &std::collections::HashMap<domain::id::AuthenticatorId, String>,
) -> Entry {
    let lang: Lang = context.lang;
    let named =
        |service: &str| (!settings.hide_service_names).then(|| service_name(segl, service, lang));
    let (service, action, reference_text, authenticator) = match &event.what {
        What::SignInApproved {
            service,
            action,
            reference_text,
            authenticator,
            ..
        } => {
            let text = (!settings.hide_service_names && !reference_text.is_empty())
                .then(|| reference_text.clone());
            (
                named(service),
                Some(action.word()),
                text,
                Some(*authenticator),
            )
        }
        What::SignInEnded {
            service, action, ..
        } => (named(service), Some(action.word()), None, None),
        What::AppActivated { authenticator, .. }
        | What::AppRemoved { authenticator }
        | What::PinLocked { authenticator, .. }
        | What::AppBlocked { authenticator } => (None, None, None, Some(*authenticator)),
        What::SettingChanged { .. }
        | What::Enrolled { .. }
        | What::Identified { .. }
        | What::RegisterFollowed { .. } => (None, None, None, None),
    };
    let tone = match event.what.activity() {
        "sign_in_approved" => "used",
        "sign_in_reported" | "pin_locked" | "app_blocked" | "sign_in_cancelled" => "warning",
        _ => "info",
    };
    Entry {
        at: event.at.to_string(),
        what: event.what.activity(),
        service,
        action,
        reference_text,
        authenticator: authenticator.and_then(|id| names.get(&id).cloned()),
        tone,
    }
}

/// A change of settings.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    typed_code: Option<bool>,
    hide_service_names: Option<bool>,
}

/// `POST /app/v1/settings`.
#[utoipa::path(post, path = "/app/v1/settings", request_body = Change, responses((status = 200, body = SettingsView), (status = "4XX", body = super::openapi::Problem)))]
pub async fn settings(
    State(segl): State<Arc<Segl>>,
    context: Context,
    opened: Opened,
    Body(change): Body<Change>,
) -> Result<Response, Fault> {
    let (shared, now) = (Arc::clone(&segl), context.now);
    let random = [random::bytes::<8>()?, random::bytes::<8>()?];
    let key = opened.token.identity;
    let settings = segl
        .store
        .write(key.as_bytes(), move |tx| {
            let keys = shared.keys();
            let (identity, _) = holder(tx, &shared, &opened.token)?;
            let mut settings = identity.settings;
            if let Some(on) = change.typed_code {
                settings = settings.with_typed_code(on, &shared.policy, now);
            }
            if let Some(on) = change.hide_service_names {
                settings.hide_service_names = on;
            }
            store::identity::set_settings(tx, identity.id, settings)?;
            let changes = [
                ("typed_code", change.typed_code),
                ("hide_service_names", change.hide_service_names),
            ];
            for ((setting, on), random) in changes.into_iter().zip(random) {
                let Some(on) = on else { continue };
                let what = What::SettingChanged {
                    setting: setting.to_owned(),
                    on,
                };
                store::event::append(
                    tx,
                    &keys.data,
                    &Event {
                        identity: identity.id,
                        at: now,
                        what,
                    },
                    random,
                )?;
            }
            Ok::<_, Fault>(settings)
        })
        .await?;
    Ok(json_answer(
        StatusCode::OK,
        &SettingsView::new(settings, now),
    ))
}

/// Nothing but the wish.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Remove {}

/// `POST /app/v1/remove`: this app stops being an authenticator, and the holder is told (R-REC-3).
#[utoipa::path(post, path = "/app/v1/remove", request_body = Remove, responses((status = 200), (status = "4XX", body = super::openapi::Problem)))]
pub async fn remove(
    State(segl): State<Arc<Segl>>,
    context: Context,
    opened: Opened,
    Body(Remove {}): Body<Remove>,
) -> Result<Response, Fault> {
    let (shared, now, key) = (Arc::clone(&segl), context.now, opened.token.identity);
    let random = random::bytes::<32>()?;
    segl.store
        .write(key.as_bytes(), move |tx| {
            let keys = shared.keys();
            let (identity, app) = holder(tx, &shared, &opened.token)?;
            if !store::authenticator::advance(tx, &app.authenticator, AuthenticatorEvent::Replace)?
            {
                return Err(Fault::Store(StoreError::Busy));
            }
            let (event_random, notice_random) = random.split_at(8);
            let event = Event {
                identity: identity.id,
                at: now,
                what: What::AppRemoved {
                    authenticator: app.authenticator.id,
                },
            };
            store::event::append(
                tx,
                &keys.data,
                &event,
                event_random.try_into().unwrap_or_default(),
            )?;
            let person = store::person::of_identity(tx, &keys.data, identity.id)?
                .ok_or(Fault::Missing("a person"))?;
            notices::app_removed(
                tx,
                &shared,
                (identity.id, now),
                &person,
                &app.authenticator,
                notice_random,
            )
        })
        .await?;
    Ok(json_answer(StatusCode::OK, &json!({ "removed": true })))
}
