//! Whom this server trusts now: read at its start, and anew when what the database keeps has changed.

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use store::trust::TrustState;
use store::{Store, StoreError, Tx};

use super::Trust;

/// What is trusted as it is now.
#[derive(Debug, Default)]
pub struct TrustInUse {
    now: RwLock<Arc<Trust>>,
    state: Mutex<Option<TrustState>>,
}

impl TrustInUse {
    /// What is trusted.
    pub fn now(&self) -> Arc<Trust> {
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads what the database keeps, if that is not what is in use already. Gives whether it was not.
    pub fn reload(&self, store: &Store) -> Result<bool, StoreError> {
        let known = self.state();
        let found = store.read_blocking(move |tx| changed(tx, known))?;
        Ok(self.take(found))
    }

    /// The same, where a thread must not wait.
    pub async fn reload_async(self: &Arc<Self>, store: &Store) -> Result<bool, StoreError> {
        let known = self.state();
        let found = store.read(move |tx| changed(tx, known)).await?;
        let in_use = Arc::clone(self);
        let taken = tokio::task::spawn_blocking(move || in_use.take(found)).await;
        Ok(taken.unwrap_or(false))
    }

    fn state(&self) -> Option<TrustState> {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, found: Option<Found>) -> bool {
        let Some((state, items)) = found else {
            return false;
        };
        let (trust, faults) = Trust::of_readable(items);
        for fault in faults {
            tracing::error!(%fault, "something that is kept about trust cannot be read, and counts for nothing");
        }
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(trust);
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = Some(state);
        true
    }
}

type Found = (TrustState, Vec<store::trust::TrustItem>);

/// What is kept, where it is not in the state that is known.
fn changed(tx: &mut Tx<'_>, known: Option<TrustState>) -> Result<Option<Found>, StoreError> {
    let state = store::trust::state(tx)?;
    if Some(state) == known {
        return Ok(None);
    }
    Ok(Some((state, store::trust::all(tx)?)))
}
