//! What the server does by itself: ends what nobody answered, wakes browsers whose answer came on another server, forgets what is over.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use store::{Store, StoreError};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use crate::Segl;

/// Starts the jobs; they stop when the set is dropped.
pub fn start(segl: &Arc<Segl>) -> JoinSet<()> {
    let mut jobs = JoinSet::new();
    jobs.spawn(every(
        Arc::clone(segl),
        Duration::from_millis(200),
        wake_waiting,
    ));
    jobs.spawn(every(
        Arc::clone(segl),
        Duration::from_secs(10),
        reload_services,
    ));
    jobs.spawn(every(Arc::clone(segl), Duration::from_secs(60), forget));
    jobs
}

async fn every<F>(segl: Arc<Segl>, period: Duration, job: impl Fn(Arc<Segl>) -> F)
where
    F: Future<Output = Result<(), StoreError>>,
{
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = job(Arc::clone(&segl)).await {
            tracing::warn!(%error, "a job failed and will be tried again");
        }
    }
}

/// One query for all browsers that wait here (DESIGN, "Waiting browsers").
async fn wake_waiting(segl: Arc<Segl>) -> Result<(), StoreError> {
    for some in segl.waiters.all().chunks(store::sign_in::POLL) {
        let some = some.to_vec();
        let done = segl
            .store
            .read(move |tx| store::sign_in::no_longer_waiting(tx, &some))
            .await?;
        for sign_in in done {
            segl.waiters.wake(sign_in);
        }
    }
    Ok(())
}

async fn reload_services(segl: Arc<Segl>) -> Result<(), StoreError> {
    segl.services.reload_async(&segl.store).await
}

async fn forget(segl: Arc<Segl>) -> Result<(), StoreError> {
    segl.limits.forget_the_quiet();
    forget_over(&segl.store, &segl).await
}

/// A sign-in is forgotten when the last of its tokens has ended, an hour later.
async fn forget_over(store: &Store, segl: &Segl) -> Result<(), StoreError> {
    let now = segl.clock.now();
    let policy = &segl.policy;
    let life = policy.sign_in.seconds
        + policy.tokens.code_seconds
        + policy.tokens.access_token_seconds
        + 3600;
    let before = now
        .saturating_sub(SignedDuration::from_secs(life))
        .unwrap_or(jiff::Timestamp::MIN);
    store
        .write(b"forget", move |tx| {
            store::sign_in::forget_before(tx, before)?;
            store::used_once::forget_before(tx, now)?;
            Ok::<_, StoreError>(())
        })
        .await
}
