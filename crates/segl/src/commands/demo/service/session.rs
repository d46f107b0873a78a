//! Who is logged on in which browser. Sessions live in memory: a restart logs everybody off.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use server::error::Fault;

use crate::commands::demo::money::Amount;
use crate::commands::demo::relying_party::{self, Pending, SignedIn, random};

const LIFE: SignedDuration = SignedDuration::from_hours(1);
/// So that nobody fills the memory.
const MOST: usize = 10_000;
/// Requests under way in one browser: one for each window.
const MOST_UNDER_WAY: usize = 8;

/// What a browser has here.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) signed_in: Option<Arc<SignedIn>>,
    pub(crate) receipt: Option<Arc<Receipt>>,
    pub(crate) problem: Option<Arc<Problem>>,
    under_way: Vec<Arc<Under>>,
    ends_at: Timestamp,
}

/// A request that Segl has not answered yet.
pub(crate) struct Under {
    pub(crate) pending: Pending,
    /// What shall be approved; nothing when it is a log-on.
    pub(crate) order: Option<Order>,
}

/// What a person asks a service to do, and approves in the app (R-SIG-2).
#[derive(Clone)]
pub(crate) struct Order {
    pub(crate) reference_text: String,
    /// Text key and value of each fact on the receipt.
    pub(crate) facts: Vec<(&'static str, String)>,
    pub(crate) spends: Option<Amount>,
}

/// An order that was approved.
pub(crate) struct Receipt {
    pub(crate) order: Order,
    pub(crate) at: Timestamp,
    /// The approval, as Segl told of it.
    pub(crate) signed_in: SignedIn,
}

/// What went wrong last.
pub(crate) struct Problem {
    pub(crate) fault: relying_party::Fault,
    pub(crate) ordered: bool,
}

impl Session {
    fn new(now: Timestamp) -> Self {
        Self {
            signed_in: None,
            receipt: None,
            problem: None,
            under_way: Vec::new(),
            ends_at: now.saturating_add(LIFE).unwrap_or(Timestamp::MAX),
        }
    }

    pub(super) fn begin(&mut self, under: Under) {
        if self.under_way.len() == MOST_UNDER_WAY {
            self.under_way.remove(0);
        }
        self.under_way.push(Arc::new(under));
    }

    /// The request that an answer belongs to, once.
    pub(super) fn take(&mut self, state: &str) -> Option<Under> {
        let at = self
            .under_way
            .iter()
            .position(|under| under.pending.state == state)?;
        Arc::try_unwrap(self.under_way.remove(at)).ok()
    }

    pub(super) fn failed(&mut self, fault: relying_party::Fault, ordered: bool) {
        self.problem = Some(Arc::new(Problem { fault, ordered }));
    }

    /// Keeps the receipt, if it was approved by whoever is logged on.
    pub(super) fn approved(&mut self, signed_in: SignedIn, order: Order, at: Timestamp) -> bool {
        let same = self
            .signed_in
            .as_ref()
            .is_some_and(|logged_on| logged_on.claims.sub == signed_in.claims.sub);
        if same {
            self.receipt = Some(Arc::new(Receipt {
                order,
                at,
                signed_in,
            }));
        }
        same
    }
}

/// All of them, by the secret in their cookie.
#[derive(Default)]
pub(super) struct Sessions(Mutex<HashMap<String, Session>>);

impl Sessions {
    /// The session's key, and whether it is new to the browser.
    pub(super) fn key_of(
        &self,
        brought: Option<&str>,
        now: Timestamp,
    ) -> Result<(String, bool), Fault> {
        if let Some(key) = brought.filter(|key| self.find(key, now).is_some()) {
            return Ok((key.to_owned(), false));
        }
        self.insert(Session::new(now), now).map(|key| (key, true))
    }

    pub(super) fn find(&self, key: &str, now: Timestamp) -> Option<Session> {
        let sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sessions
            .get(key)
            .filter(|session| now < session.ends_at)
            .cloned()
    }

    pub(super) fn change<R>(&self, key: &str, change: impl FnOnce(&mut Session) -> R) -> Option<R> {
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.get_mut(key).map(change)
    }

    pub(super) fn remove(&self, key: &str) -> Option<Session> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(key)
    }

    /// Whoever logs on gets a new session, so that nobody can have prepared it.
    pub(super) fn replace(
        &self,
        key: &str,
        signed_in: SignedIn,
        now: Timestamp,
    ) -> Result<String, Fault> {
        self.remove(key);
        let mut session = Session::new(now);
        session.signed_in = Some(Arc::new(signed_in));
        self.insert(session, now)
    }

    fn insert(&self, session: Session, now: Timestamp) -> Result<String, Fault> {
        let key = random().map_err(|_| Fault::Randomness)?;
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if sessions.len() >= MOST {
            sessions.retain(|_, session| now < session.ends_at);
        }
        if sessions.len() >= MOST {
            return Err(Fault::TooManyRequests);
        }
        sessions.insert(key.clone(), session);
        Ok(key)
    }
}
