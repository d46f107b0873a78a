//! `GET /enrol/v1/enrolments/events`: server-sent events for whoever goes on with an enrolment, one whenever something has changed.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::unfold;
use tokio::sync::{Notify, watch};

use super::enrolments::shown;
use super::owner::Owner;
use crate::Segl;
use crate::app_api::openapi::Problem;
use crate::error::Fault;

/// How soon something that happened on another server is seen.
const LOOK: Duration = Duration::from_secs(1);

/// The stream.
#[utoipa::path(get, path = "/enrol/v1/enrolments/events", responses((status = 200, description = "Server-sent events named enrolment, each as /enrol/v1/enrolments answers"), (status = "4XX", body = Problem)))]
pub async fn stream(State(segl): State<Arc<Segl>>, owner: Owner) -> Result<Response, Fault> {
    // What is wrong now is told now.
    shown(&segl, owner, segl.clock.now()).await?;
    let watching = Watching {
        changed: segl.enrolments.watch(owner.enrolment),
        stopping: segl.relays.stopping(),
        segl,
        owner,
        told: None,
        is_over: false,
    };
    let events = unfold(watching, |mut watching| async move {
        let event = watching.next().await?;
        Some((Ok::<_, Infallible>(event), watching))
    });
    // An official may take hours: proxies are to see that the stream lives.
    let stream = Sse::new(events).keep_alive(KeepAlive::default());
    Ok(stream.into_response())
}

struct Watching {
    segl: Arc<Segl>,
    owner: Owner,
    changed: Arc<Notify>,
    stopping: watch::Receiver<bool>,
    told: Option<String>,
    is_over: bool,
}

impl Watching {
    /// The next state that differs from the last one told; nothing after the last.
    async fn next(&mut self) -> Option<Event> {
        let changed = Arc::clone(&self.changed);
        let signal = changed.notified();
        tokio::pin!(signal);
        signal.as_mut().enable();
        loop {
            if self.is_over {
                return None;
            }
            match shown(&self.segl, self.owner, self.segl.clock.now()).await {
                Ok(shown) => {
                    self.is_over = matches!(shown.state, "done" | "handed_over" | "refused");
                    let text = serde_json::to_string(&shown).ok()?;
                    if self.told.as_ref() != Some(&text) {
                        self.told = Some(text.clone());
                        return Some(Event::default().event("enrolment").data(text));
                    }
                }
                Err(Fault::EnrolmentUnknown) => return None,
                // A database that fails is asked again.
                Err(_) => {}
            }
            tokio::select! {
                () = &mut signal => {
                    signal.set(changed.notified());
                    signal.as_mut().enable();
                }
                () = tokio::time::sleep(LOOK) => {}
                _ = self.stopping.wait_for(|stopping| *stopping) => return None,
            }
        }
    }
}
