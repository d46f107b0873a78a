//! The demo's interface for checks and load tests: people by the thousand, and a service to sign in to.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use domain::id::IdentityId;
use serde::{Deserialize, Serialize};
use server::error::Fault;
use store::StoreError;

use super::codes::Drawn;
use super::pages::Asked;
use super::people::Newcomer;
use super::{Demo, registrations};

/// How many at once at most.
const MOST: usize = 100_000;
/// How many share a transaction.
const BATCH: usize = 250;

/// How many people are wanted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    count: usize,
}

/// Somebody new, and what activates their app.
#[derive(Serialize)]
pub(crate) struct Made {
    user_id: String,
    letter_code: String,
    sms_code: String,
}

/// `POST /demo/api/people`.
pub(crate) async fn people(
    State(demo): State<Arc<Demo>>,
    Asked(context): Asked,
    wanted: Result<Json<Wanted>, JsonRejection>,
) -> Result<Json<Vec<Made>>, Fault> {
    context.own_form(&demo.segl)?;
    let Json(Wanted { count }) =
        wanted.map_err(|rejection| Fault::Malformed(rejection.body_text()))?;
    if count > MOST {
        return Err(Fault::Malformed(format!("count is at most {MOST}")));
    }
    let mut made = Vec::with_capacity(count);
    while made.len() < count {
        let batch = BATCH.min(count - made.len());
        made.extend(some(&demo, batch).await?);
    }
    Ok(Json(made))
}

/// A few people in one transaction. Two with one made-up CPR number are a matter of time, so such a batch is drawn again.
async fn some(demo: &Arc<Demo>, count: usize) -> Result<Vec<Made>, Fault> {
    for _ in 0..5 {
        match draw(demo, count).await {
            Err(Fault::Store(StoreError::UniqueViolation { .. })) => {}
            other => return other,
        }
    }
    Err(Fault::Store(StoreError::Busy))
}

async fn draw(demo: &Arc<Demo>, count: usize) -> Result<Vec<Made>, Fault> {
    let now = demo.segl.clock.now();
    let drawn = (0..count)
        .map(|_| Ok((Newcomer::invent(now)?, Drawn::draw()?)))
        .collect::<Result<Vec<_>, Fault>>()?;
    let made = drawn
        .iter()
        .map(|(newcomer, codes)| Made {
            user_id: newcomer.identity.user_id.expose().to_owned(),
            letter_code: codes.letter.expose(),
            sms_code: codes.sms.expose().to_owned(),
        })
        .collect();
    let segl = Arc::clone(&demo.segl);
    demo.segl
        .store
        .write(b"people", move |tx| {
            let keys = segl.keys();
            for (newcomer, codes) in &drawn {
                newcomer.insert(tx, &keys.data)?;
                let identity: IdentityId = newcomer.identity.id;
                codes.send(tx, &segl, (identity, now), &newcomer.person)?;
            }
            Ok::<_, Fault>(())
        })
        .await?;
    Ok(made)
}

/// A service that a load generator may be.
#[derive(Serialize)]
pub(crate) struct BenchClient {
    client_id: &'static str,
    client_secret: String,
    redirect_uri: String,
    scope: &'static str,
    api_scope: &'static str,
}

/// `GET /demo/api/bench-client`.
pub(crate) async fn bench_client(State(demo): State<Arc<Demo>>) -> Json<BenchClient> {
    Json(BenchClient {
        client_id: registrations::BENCH,
        client_secret: demo.data.kept().bench_secret,
        redirect_uri: registrations::bench_redirect_uri(&demo.addresses),
        scope: registrations::BENCH_SCOPE,
        api_scope: registrations::BENCH_API_SCOPE,
    })
}
