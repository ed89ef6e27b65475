//! One key of a store, kept up to date from the updates of a watcher.

use crate::entry::Entry;
use crate::update::{Change, Update};

/// A key that a watcher follows.
#[derive(Debug)]
pub(crate) struct OneKey {
    key: String,
    /// The entry; `None` before the first listing.
    found: Option<Option<Entry>>,
}

impl OneKey {
    /// Returns a key that was not read yet.
    pub(crate) fn new(key: impl Into<String>) -> Self {
        Self { key: key.into(), found: None }
    }

    /// Returns the key.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// Returns the entry, if there is one; `None` before it is known.
    pub(crate) fn entry(&self) -> Option<Option<&Entry>> {
        self.found.as_ref().map(Option::as_ref)
    }

    /// Applies an update of a watcher. Returns whether it was about the key.
    pub(crate) fn apply(&mut self, update: Update) -> bool {
        match update {
            // Another key may begin with this one.
            Update::Listed { listing, .. } => {
                self.found = Some(listing.entries.into_iter().find(|entry| entry.key == self.key));
                true
            }
            Update::Changed { changes, .. } => {
                let newest = changes.into_iter().rfind(|change| change.key() == self.key);
                let Some(newest) = newest else { return false };
                self.found = Some(match newest {
                    Change::Put(entry) => Some(entry),
                    Change::Deleted { .. } => None,
                });
                true
            }
            Update::Resumed { .. } | Update::Interrupted { .. } => false,
        }
    }
}
