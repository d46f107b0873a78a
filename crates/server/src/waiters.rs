//! Browsers that wait for an answer in the app.
//!
//! An answer on this server wakes its browser at once. One on another server is found by a batched query ([`crate::jobs`]), so no
//! message broker is needed.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use domain::id::{IdentityId, SignInId};
use tokio::sync::Notify;

use crate::Segl;
use crate::error::Fault;

/// How many windows of a browser may wait for one sign-in.
const WINDOWS: usize = 4;

/// Who waits for what.
#[derive(Debug, Default)]
pub struct Waiters {
    by_sign_in: Mutex<HashMap<SignInId, Waiting>>,
    ending: AtomicBool,
}

impl Segl {
    /// Ends every browser's wait and every relay on this server, as a stop needs: each asks again by itself, and meets another server or the next.
    pub fn end_waiting(&self) {
        self.waiters.ending.store(true, Ordering::SeqCst);
        for (_, sign_in) in self.waiters.all() {
            self.waiters.wake(sign_in);
        }
        self.relays.end();
    }
}

#[derive(Debug)]
struct Waiting {
    identity: IdentityId,
    browsers: usize,
    notify: Arc<Notify>,
}

/// One browser that waits; it stops when this goes.
#[derive(Debug)]
pub struct Waiter {
    waiters: Arc<Waiters>,
    sign_in: SignInId,
    notify: Arc<Notify>,
}

impl Waiters {
    /// Begins to wait, unless enough windows do so already.
    pub fn wait(
        self: &Arc<Self>,
        identity: IdentityId,
        sign_in: SignInId,
    ) -> Result<Waiter, Fault> {
        let mut map = self
            .by_sign_in
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let waiting = map.entry(sign_in).or_insert_with(|| Waiting {
            identity,
            browsers: 0,
            notify: Arc::default(),
        });
        if waiting.browsers >= WINDOWS {
            return Err(Fault::TooManyRequests);
        }
        waiting.browsers += 1;
        Ok(Waiter {
            waiters: Arc::clone(self),
            sign_in,
            notify: Arc::clone(&waiting.notify),
        })
    }

    /// Something happened to a sign-in.
    pub fn wake(&self, sign_in: SignInId) {
        if let Some(waiting) = self
            .by_sign_in
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&sign_in)
        {
            waiting.notify.notify_waiters();
        }
    }

    /// Everything that somebody waits for.
    pub fn all(&self) -> Vec<(IdentityId, SignInId)> {
        self.by_sign_in
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .map(|(sign_in, waiting)| (waiting.identity, *sign_in))
            .collect()
    }
}

impl Waiter {
    /// Whether the server stops; to be asked after the signal is polled.
    pub fn must_end(&self) -> bool {
        self.waiters.ending.load(Ordering::SeqCst)
    }

    /// The signal, to be polled before the state is read, so that nothing falls in between.
    pub fn notify(&self) -> Arc<Notify> {
        Arc::clone(&self.notify)
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        let mut map = self
            .waiters
            .by_sign_in
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(waiting) = map.get_mut(&self.sign_in) {
            waiting.browsers -= 1;
            if waiting.browsers == 0 {
                map.remove(&self.sign_in);
            }
        }
    }
}
