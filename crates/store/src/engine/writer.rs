//! Group commit: everything that waits is done in one transaction, and nobody is told before its COMMIT has returned.
//!
//! Each closure of a group has its own savepoint, so one that fails is undone alone. A savepoint costs as much as a small statement and
//! a copy of every page that is touched after it, and hardly any closure fails, so a group first goes without; when one does fail, all
//! of it is undone and done again with savepoints, as the groups after it are for a while. When the group as a whole cannot go on (a
//! lock conflict, a connection lost before COMMIT was sent, a COMMIT refused), nothing of it has happened, and each closure is run
//! again alone.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;

use super::Session;
use super::queue::Queue;
use crate::{StoreError, Tx};

/// How often work that meets a lock conflict is run alone before its caller is told [`StoreError::Busy`].
const TRIES: u32 = 5;

/// What is to become of what a closure did.
pub(crate) enum Verdict {
    Keep,
    Undo,
    /// The transaction broke for a reason that may not be there the next time.
    Again(StoreError),
}

/// A closure with the caller who waits for its answer.
pub(crate) trait Job: Send {
    /// Runs the closure and keeps its result.
    fn run(&mut self, session: &mut dyn Session) -> Verdict;
    /// Gives the caller the closure's result, or the error that made it void.
    fn answer(self: Box<Self>, outcome: Result<(), StoreError>);
}

/// Where a job's answer arrives.
pub(crate) type Answer<T, E> = oneshot::Receiver<Result<T, E>>;

struct Work<T, E, F> {
    closure: F,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

/// Makes a job of a closure.
pub(crate) fn job<T, E, F>(closure: F) -> (Box<dyn Job>, Answer<T, E>)
where
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    let (reply, answer) = oneshot::channel();
    (
        Box::new(Work {
            closure,
            result: None,
            reply,
        }),
        answer,
    )
}

impl<T, E, F> Job for Work<T, E, F>
where
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run(&mut self, session: &mut dyn Session) -> Verdict {
        let (result, failure) = run(session, &mut self.closure);
        let verdict = match failure {
            Some(failure) if failure.is_transient() => Verdict::Again(failure),
            _ if result.is_err() => Verdict::Undo,
            _ => Verdict::Keep,
        };
        self.result = Some(result);
        verdict
    }

    fn answer(self: Box<Self>, outcome: Result<(), StoreError>) {
        let result = match (outcome, self.result) {
            (Ok(()), Some(result)) => result,
            (Ok(()), None) => Err(E::from(StoreError::Closed)),
            (Err(error), _) => Err(E::from(error)),
        };
        // A caller who no longer waits is no fault: the work was accepted, so it was done.
        let _ = self.reply.send(result);
    }
}

/// Runs a closure: its result, which is an error whenever one of its statements failed or it panicked, and that statement's error.
pub(crate) fn run<T, E: From<StoreError>>(
    session: &mut dyn Session,
    work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
) -> (Result<T, E>, Option<StoreError>) {
    let mut tx = Tx::new(session);
    // Unwind safe: what the closure left half done in the database is rolled back, and its own captures are not used again.
    let result = catch_unwind(AssertUnwindSafe(|| work(&mut tx)));
    let failure = tx.into_failure();
    let result = match (result, &failure) {
        (Ok(Ok(_)), Some(failure)) => Err(E::from(failure.clone())),
        (Ok(result), _) => result,
        (Err(_panic), _) => Err(E::from(StoreError::Panicked)),
    };
    (result, failure)
}

/// How long a busy writer lets company gather before it begins a transaction. A commit costs about the same for one as for twenty, so
/// under load this trades a little of everybody's time for much of the processor's. A lone caller never waits: see [`commit_all`].
const GATHER: Duration = Duration::from_millis(4);
/// From how many in one group on a writer counts as busy.
const BUSY: usize = 3;

/// Commits what the queue brings until it is closed and empty.
///
/// A group grows by itself while the one before it commits. Where that made a group of several, many are asking, and the next one
/// waits for company.
pub(crate) fn commit_all(queue: &Queue<Box<dyn Job>>, session: &Mutex<dyn Session>, most: usize) {
    let mut group = Vec::with_capacity(most);
    let mut busy = false;
    let mut doubt = 0;
    while queue.take(most, &mut group) {
        if busy && group.len() < most {
            thread::sleep(GATHER);
            queue.take_more(most - group.len(), &mut group);
        }
        busy = group.len() >= BUSY;
        let mut session = session.lock().unwrap_or_else(PoisonError::into_inner);
        commit(&mut *session, &mut group, &mut doubt);
    }
}

/// How many groups have savepoints after one in which a closure failed: whoever sends what fails again and again makes no group run
/// twice but the first of these.
const DOUBT: u32 = 64;

fn commit(session: &mut dyn Session, group: &mut Vec<Box<dyn Job>>, doubt: &mut u32) {
    if group.len() > 1
        && let Some(outcome) = together(session, group, doubt)
    {
        for job in group.drain(..) {
            job.answer(outcome.clone());
        }
        return;
    }
    for job in group.drain(..) {
        alone(session, job);
    }
}

/// Runs a group in one transaction and says how its COMMIT went; `None` if it did not come so far, and nothing has happened.
fn together(
    session: &mut dyn Session,
    group: &mut [Box<dyn Job>],
    doubt: &mut u32,
) -> Option<Result<(), StoreError>> {
    if *doubt == 0 {
        match transaction(session, group, Undoing::All) {
            Ended::Commit(outcome) => return outcome,
            Ended::OneFailed => *doubt = DOUBT,
        }
    }
    *doubt -= 1;
    match transaction(session, group, Undoing::Each) {
        Ended::Commit(outcome) => outcome,
        Ended::OneFailed => None,
    }
}

/// What can be undone of a group.
#[derive(Clone, Copy, PartialEq)]
enum Undoing {
    /// Everything together.
    All,
    /// Each closure, to its savepoint.
    Each,
}

/// How a group's transaction ended.
enum Ended {
    /// With this answer to its COMMIT, or, with nothing done, before it.
    Commit(Option<Result<(), StoreError>>),
    /// With nothing done, since one closure failed and could not be undone alone.
    OneFailed,
}

fn transaction(session: &mut dyn Session, group: &mut [Box<dyn Job>], undoing: Undoing) -> Ended {
    if let Err(error) = session.begin() {
        return Ended::Commit((!error.is_transient()).then_some(Err(error)));
    }
    for job in group {
        let step = match undoing {
            Undoing::All => match job.run(session) {
                Verdict::Keep => Ok(()),
                Verdict::Undo => {
                    session.rollback();
                    return Ended::OneFailed;
                }
                Verdict::Again(error) => Err(error),
            },
            Undoing::Each => session.savepoint().and_then(|()| match job.run(session) {
                Verdict::Keep => session.release(),
                Verdict::Undo => session.undo(),
                Verdict::Again(error) => Err(error),
            }),
        };
        if step.is_err() {
            session.rollback();
            return Ended::Commit(None);
        }
    }
    Ended::Commit(match session.commit() {
        Ok(()) => Some(Ok(())),
        Err(StoreError::OutcomeUnknown) => Some(Err(StoreError::OutcomeUnknown)),
        // One of them broke a deferred constraint, say. Alone, only that one will.
        Err(_nothing_happened) => None,
    })
}

/// Runs one closure in its own transaction, again after a short pause if it meets a lock conflict.
fn alone(session: &mut dyn Session, mut job: Box<dyn Job>) {
    let mut pause = Duration::from_millis(1);
    for _ in 1..TRIES {
        match attempt(session, &mut *job) {
            Err(error) if error.is_transient() => thread::sleep(pause),
            outcome => return job.answer(outcome),
        }
        pause *= 4;
    }
    let outcome = attempt(session, &mut *job);
    job.answer(outcome);
}

fn attempt(session: &mut dyn Session, job: &mut dyn Job) -> Result<(), StoreError> {
    session.begin()?;
    match job.run(session) {
        Verdict::Keep => session.commit(),
        Verdict::Undo => {
            session.rollback();
            Ok(())
        }
        Verdict::Again(error) => {
            session.rollback();
            Err(error)
        }
    }
}

/// Runs what the queue brings, without a transaction, until it is closed and empty.
pub(crate) fn read_all(queue: &Queue<Box<dyn Job>>, session: &mut dyn Session) {
    let mut taken = Vec::with_capacity(1);
    while queue.take(1, &mut taken) {
        for mut job in taken.drain(..) {
            job.run(session);
            job.answer(Ok(()));
        }
    }
}
