//! `GET /enrol/v1/chip/events`: server-sent events for whoever began a reading, one whenever something has changed.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use domain::id::ChipReadingId;
use futures_util::stream::unfold;
use tokio::sync::{Notify, watch};

use super::chip::{Owner, show, stored};
use crate::Segl;
use crate::app_api::openapi::Problem;
use crate::error::Fault;

/// How soon something that happened on another server is seen.
const LOOK: Duration = Duration::from_secs(1);

/// The stream.
#[utoipa::path(get, path = "/enrol/v1/chip/events", responses((status = 200, description = "Server-sent events named reading, each as /enrol/v1/chip/reading answers"), (status = "4XX", body = Problem)))]
pub async fn stream(State(segl): State<Arc<Segl>>, Owner(id): Owner) -> Result<Response, Fault> {
    // What is wrong now is told now.
    stored(&segl, id, segl.clock.now()).await?;
    let watching = Watching {
        changed: segl.relays.watch(id),
        stopping: segl.relays.stopping(),
        segl,
        id,
        told: None,
        is_over: false,
    };
    let events = unfold(watching, |mut watching| async move {
        let event = watching.next().await?;
        Some((Ok::<_, Infallible>(event), watching))
    });
    Ok(Sse::new(events).into_response())
}

struct Watching {
    segl: Arc<Segl>,
    id: ChipReadingId,
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
            let now = self.segl.clock.now();
            // A database that fails is asked again; a reading that is over is not told any more.
            match stored(&self.segl, self.id, now).await {
                Ok(stored) => {
                    let shown = show(&self.segl, &stored, now);
                    self.is_over = matches!(shown.state, "verified" | "refused");
                    let text = serde_json::to_string(&shown).ok()?;
                    if self.told.as_ref() != Some(&text) {
                        self.told = Some(text.clone());
                        return Some(Event::default().event("reading").data(text));
                    }
                }
                Err(Fault::ReadingUnknown) => return None,
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
