//! What the server does by itself: ends what nobody answered, wakes browsers whose answer came on another server, forgets what is over.

use std::sync::Arc;
use std::time::Duration;

use domain::audit::Event;
use domain::id::{IdentityId, SignInId};
use domain::sign_in::Ending;
use jiff::{SignedDuration, Timestamp};
use store::{StoreError, Tx};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use crate::{Segl, appointments};

/// Does once what must not wait for its time: for tests, whose clock stands still.
pub async fn once(segl: &Arc<Segl>) -> Result<(), StoreError> {
    reload_trust(Arc::clone(segl)).await?;
    end_unanswered(Arc::clone(segl)).await?;
    appointments::remind::remind(Arc::clone(segl)).await?;
    appointments::remind::forget(Arc::clone(segl)).await?;
    forget(Arc::clone(segl)).await
}

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
    jobs.spawn(every(
        Arc::clone(segl),
        Duration::from_secs(10),
        reload_trust,
    ));
    jobs.spawn(every(
        Arc::clone(segl),
        Duration::from_secs(5),
        end_unanswered,
    ));
    jobs.spawn(every(Arc::clone(segl), Duration::from_mins(1), forget));
    jobs.spawn(every(
        Arc::clone(segl),
        Duration::from_mins(1),
        appointments::remind::remind,
    ));
    jobs.spawn(every(
        Arc::clone(segl),
        Duration::from_hours(1),
        appointments::remind::forget,
    ));
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

/// What was imported since, by a command or on another server.
async fn reload_trust(segl: Arc<Segl>) -> Result<(), StoreError> {
    if segl.trust.reload_async(&segl.store).await? {
        tracing::info!(trust = ?segl.trust.now(), "what is trusted about documents was read anew");
    }
    Ok(())
}

/// How many rows one transaction ends or forgets, so that nobody waits long behind it.
const AT_ONCE: u32 = 500;

/// Ends what nobody answered within five minutes, and writes it into the log of whoever it was for (R-SIG-1, R-SIG-6).
async fn end_unanswered(segl: Arc<Segl>) -> Result<(), StoreError> {
    let now = segl.clock.now();
    let over = segl
        .store
        .read(move |tx| store::sign_in::unanswered(tx, now, AT_ONCE))
        .await?;
    for (identity, sign_in) in over {
        let shared = Arc::clone(&segl);
        segl.store
            .write(identity.as_bytes(), move |tx| {
                time_out(tx, &shared, (identity, sign_in), now)
            })
            .await?;
    }
    Ok(())
}

fn time_out(
    tx: &mut Tx<'_>,
    segl: &Segl,
    (identity, id): (IdentityId, SignInId),
    now: Timestamp,
) -> Result<(), StoreError> {
    let keys = segl.keys();
    let Some(stored) = store::sign_in::find(tx, &keys.data, identity, id)? else {
        return Ok(());
    };
    let before = stored.sign_in.state.clone();
    let Ok(ended) = stored.sign_in.end(Ending::TimedOut, now) else {
        return Ok(());
    };
    if store::sign_in::advance(tx, &before, &ended)? && store::identity::exists(tx, identity)? {
        let mut random = [0; 8];
        random.copy_from_slice(&id.as_bytes()[..8]);
        store::event::append(
            tx,
            &keys.data,
            &Event::sign_in_ended(&ended, Ending::TimedOut, now),
            random,
        )?;
    }
    Ok(())
}

/// A sign-in is forgotten when the last of its tokens has ended, an hour later.
async fn forget(segl: Arc<Segl>) -> Result<(), StoreError> {
    segl.limits.forget_the_quiet();
    let now = segl.clock.now();
    let policy = &segl.policy;
    let life = policy.sign_in.seconds
        + policy.tokens.code_seconds
        + policy.tokens.access_token_seconds
        + 3600;
    let before = now
        .saturating_sub(SignedDuration::from_secs(life))
        .unwrap_or(Timestamp::MIN);
    while segl
        .store
        .write(b"forget", move |tx| {
            store::sign_in::forget_before(tx, before, AT_ONCE)
        })
        .await?
        == u64::from(AT_ONCE)
    {}
    segl.store
        .write(b"forget", move |tx| {
            store::used_once::forget_before(tx, now)
        })
        .await?;
    segl.relays.forget_before(now);
    segl.store
        .write(b"forget", move |tx| {
            store::chip_reading::forget_before(tx, now)
        })
        .await?;
    segl.enrolments.forget_unwatched();
    segl.store
        .write(b"forget", move |tx| {
            store::face_case::forget_before(tx, now)?;
            store::enrolment::forget_before(tx, now)
        })
        .await?;
    Ok(())
}
