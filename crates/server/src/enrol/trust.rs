//! Whose signatures on documents count: the countries' authorities, held in memory and read anew when they change.

use std::sync::{Arc, PoisonError, RwLock};

use emrtd::trust::Store;

/// The authorities as they are now.
#[derive(Debug, Default)]
pub struct Trust(RwLock<Arc<Store>>);

impl Trust {
    /// The authorities.
    pub fn now(&self) -> Arc<Store> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes others into use.
    pub fn replace(&self, store: Store) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(store);
    }
}
