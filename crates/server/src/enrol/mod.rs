//! Getting an identity (R-ENR-1): with the chip of a passport or an ID card (R-DOC-6), at home or on a helper's device (R-HLP-1).
//!
//! The chip is read from here. Who begins a reading says what opens the chip, and hears what came of it; who relays carries sealed APDUs
//! between the chip and this server, and hears nothing but how far it is. Both may be one phone, or a phone and somebody else's browser.

pub mod accept;
pub mod access;
pub mod chip;
pub mod document;
pub mod enrolment_events;
pub mod enrolments;
pub mod events;
pub mod face;
pub mod hand_over;
mod line;
pub mod number;
pub mod owner;
pub mod relay;
pub mod user_id;
mod verdict;
pub mod web_socket;

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use domain::id::{ChipReadingId, EnrolmentId};
use emrtd::reader::Session;
use jiff::Timestamp;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, watch};

use crate::Segl;
use crate::error::Fault;

/// How many relays one server carries at once.
const PLACES: usize = 512;

/// What a server remembers of readings, and could forget: everything that must not be lost is in the store.
pub struct Relays {
    places: Arc<Semaphore>,
    torn: Mutex<HashMap<ChipReadingId, Torn>>,
    watched: Signals<ChipReadingId>,
    stopping: watch::Sender<bool>,
}

/// A session whose relay was torn, to be taken up again where it was.
struct Torn {
    session: Session,
    expires_at: Timestamp,
}

impl Default for Relays {
    fn default() -> Self {
        Self {
            places: Arc::new(Semaphore::new(PLACES)),
            torn: Mutex::default(),
            watched: Signals::default(),
            stopping: watch::Sender::new(false),
        }
    }
}

impl Relays {
    fn place(&self) -> Result<OwnedSemaphorePermit, Fault> {
        Arc::clone(&self.places)
            .try_acquire_owned()
            .map_err(|_| Fault::TooManyRequests)
    }

    fn keep_torn(&self, id: ChipReadingId, session: Session, expires_at: Timestamp) {
        let torn = Torn {
            session,
            expires_at,
        };
        lock(&self.torn).insert(id, torn);
    }

    fn take_torn(&self, id: ChipReadingId) -> Option<Session> {
        lock(&self.torn).remove(&id).map(|torn| torn.session)
    }

    /// The signal of something that happened to a reading on this server.
    fn watch(&self, id: ChipReadingId) -> Arc<Notify> {
        self.watched.watch(id)
    }

    fn wake(&self, id: ChipReadingId) {
        self.watched.wake(id);
    }

    /// Whether the server stops, and when it will.
    fn stopping(&self) -> watch::Receiver<bool> {
        self.stopping.subscribe()
    }

    /// Ends every relay, as a stop needs: each asks again by itself, and meets another server or the next.
    pub(crate) fn end(&self) {
        self.stopping.send_replace(true);
    }

    /// Forgets what is over.
    pub(crate) fn forget_before(&self, now: Timestamp) {
        lock(&self.torn).retain(|_, torn| now < torn.expires_at);
        self.watched.forget_unwatched();
    }
}

/// What wakes whoever watches something on this server.
pub struct Signals<K>(Mutex<HashMap<K, Weak<Notify>>>);

/// Those of enrolments.
pub type EnrolmentSignals = Signals<EnrolmentId>;

impl<K> Default for Signals<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash> Signals<K> {
    fn watch(&self, id: K) -> Arc<Notify> {
        let mut watched = lock(&self.0);
        if let Some(notify) = watched.get(&id).and_then(Weak::upgrade) {
            return notify;
        }
        let notify = Arc::new(Notify::new());
        watched.insert(id, Arc::downgrade(&notify));
        notify
    }

    /// Something has happened, and is committed.
    pub fn wake(&self, id: K) {
        if let Some(notify) = lock(&self.0).get(&id).and_then(Weak::upgrade) {
            notify.notify_waiters();
        }
    }

    pub(crate) fn forget_unwatched(&self) {
        lock(&self.0).retain(|_, notify| notify.strong_count() > 0);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Segl {
    /// Does a step of cryptography where it keeps no other request waiting.
    pub(crate) async fn aside<T: Send + 'static>(
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Fault> {
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|_| Fault::Missing("a step of a chip reading"))
    }
}
