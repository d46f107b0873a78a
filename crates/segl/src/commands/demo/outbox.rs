//! The outbox: every SMS, e-mail and letter that would have been sent, newest first.

use std::sync::Arc;

use askama::Template;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::id::{IdentityId, MessageId};
use serde::{Deserialize, Serialize};
use server::error::Fault;
use server::i18n::Lang;
use server::letters::{self, Sender};
use server::pages::{Frame, render};
use store::message::{Message, MessageChannel};

use super::Demo;
use super::pages::{Asked, encoded, moment};
use super::people::SEEDS;

/// How many are shown.
const SHOWN: u32 = 100;

/// Whose messages.
#[derive(Deserialize)]
pub(crate) struct Filter {
    #[serde(default)]
    user_id: String,
}

#[derive(Template)]
#[template(path = "demo/outbox.html")]
struct OutboxPage<'a> {
    frame: Frame<'a>,
    people: Vec<Choice>,
    chosen: &'a str,
    messages: Vec<Shown>,
}

struct Choice {
    user_id: String,
    address: String,
}

struct Shown {
    id: MessageId,
    channel: MessageChannel,
    at: String,
    to: String,
    subject: String,
    text: String,
}

/// `GET /demo/outbox`.
pub(crate) async fn page(
    State(demo): State<Arc<Demo>>,
    Asked(context): Asked,
    Query(filter): Query<Filter>,
) -> Result<Response, Fault> {
    let messages = newest(&demo, &filter).await?;
    let shown = messages.into_iter().map(|message| {
        let body = message.body.into_exposed();
        Shown {
            id: message.id,
            channel: message.channel,
            at: moment(message.created_at, context.lang),
            to: body.to,
            subject: body.subject,
            text: body.text.trim().to_owned(),
        }
    });
    let people = SEEDS
        .iter()
        .map(|seed| seed.user_id.to_owned())
        .chain(demo.data.kept().added);
    let page = OutboxPage {
        frame: Frame::new(&demo.segl, &context, "demo-outbox"),
        people: people
            .map(|user_id| Choice {
                address: format!("/demo/outbox?{}", encoded(&[("user_id", &user_id)])),
                user_id,
            })
            .collect(),
        chosen: &filter.user_id,
        messages: shown.collect(),
    };
    render(&page, StatusCode::OK, None)
}

/// `GET /demo/outbox/letter/{message}`: a letter as it is printed. Messages are written in Danish.
pub(crate) async fn letter(
    State(demo): State<Arc<Demo>>,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let id: MessageId = id.parse().map_err(|_| Fault::NotFound)?;
    let everybody = Filter {
        user_id: String::new(),
    };
    let message = newest(&demo, &everybody)
        .await?
        .into_iter()
        .find(|message| message.id == id && message.channel == MessageChannel::Letter)
        .ok_or(Fault::NotFound)?;
    let t = demo.segl.texts.of(Lang::Da);
    let sender = Sender {
        name: "Segl".to_owned(),
        lines: Vec::new(),
    };
    letters::from_message(t, sender, &message).answer(t, "brev")
}

/// A message, for programs.
#[derive(Serialize)]
pub(crate) struct Written {
    channel: &'static str,
    at: String,
    to: String,
    subject: String,
    text: String,
}

/// `GET /demo/api/outbox`.
pub(crate) async fn json(
    State(demo): State<Arc<Demo>>,
    Query(filter): Query<Filter>,
) -> Result<Json<Vec<Written>>, Fault> {
    let messages = newest(&demo, &filter).await?;
    let written = messages.into_iter().map(|message| {
        let body = message.body.into_exposed();
        Written {
            channel: message.channel.word(),
            at: message.created_at.to_string(),
            to: body.to,
            subject: body.subject,
            text: body.text,
        }
    });
    Ok(Json(written.collect()))
}

/// The newest messages, of everybody or of one user ID. An unknown one has none.
async fn newest(demo: &Arc<Demo>, filter: &Filter) -> Result<Vec<Message>, Fault> {
    let (segl, user_id) = (Arc::clone(&demo.segl), filter.user_id.clone());
    demo.segl
        .store
        .read(move |tx| {
            let keys = segl.keys();
            let of: Option<IdentityId> = match user_id.as_str() {
                "" => None,
                typed => match store::identity::find_id(tx, &keys.data, typed)? {
                    None => return Ok(Vec::new()),
                    found => found,
                },
            };
            Ok(store::message::newest(tx, &keys.data, of, SHOWN)?)
        })
        .await
}
