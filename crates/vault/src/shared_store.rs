//! A store that loads and the renewal thread share.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::store::Store;

/// A store behind a lock, which is held during a request.
pub struct SharedStore {
    store: Mutex<Store>,
    /// Set by the start of a load. The next use of the store forgets the entries of the load before.
    is_outdated: AtomicBool,
}

impl SharedStore {
    /// Shares a store.
    pub fn new(store: Store) -> Self {
        Self { store: Mutex::new(store), is_outdated: AtomicBool::new(false) }
    }

    /// Starts another load. Does not wait for the lock: a config without secrets must load while a server does not answer.
    pub fn begin_load(&self) {
        self.is_outdated.store(true, Ordering::Release);
    }

    /// Locks the store. A thread that panicked with the lock held has returned nothing, so the state is used as it is.
    pub fn lock(&self) -> MutexGuard<'_, Store> {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        if self.is_outdated.swap(false, Ordering::AcqRel) {
            store.begin_load();
        }
        store
    }
}
