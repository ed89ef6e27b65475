//! The newest changes of a service's pointers.

use serde::Serialize;

use crate::history::{Action, HistoryEntry};
use crate::keys::Keys;
use crate::position::Revision;
use crate::store::Store;
use crate::store_error::StoreError;

/// A change of the pointers, with the revision that made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineEntry {
    /// The revision.
    pub revision: Revision,
    /// The change, or the reason why its entry cannot be read.
    pub change: Result<HistoryEntry, String>,
}

impl Serialize for TimelineEntry {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(untagged)]
        enum Form<'f> {
            Valid {
                revision: Revision,
                #[serde(flatten)]
                entry: &'f HistoryEntry,
            },
            Invalid {
                revision: Revision,
                error: &'f str,
            },
        }
        let revision = self.revision;
        match &self.change {
            Ok(entry) => Form::Valid { revision, entry },
            Err(error) => Form::Invalid { revision, error },
        }
        .serialize(serializer)
    }
}

impl TimelineEntry {
    /// Reads the newest changes, newest first.
    ///
    /// # Errors
    ///
    /// The store cannot be read.
    pub async fn newest(store: &Store, keys: &Keys, count: usize) -> Result<Vec<Self>, StoreError> {
        let listing = store.newest(&keys.history(), count).await?;
        let read = |entry: &crate::entry::Entry| Self {
            revision: entry.created,
            change: HistoryEntry::decode(&entry.value, &entry.key).map_err(|error| error.to_string()),
        };
        Ok(listing.entries.iter().map(read).collect())
    }

    /// Returns whether a rollout went back.
    pub fn is_rollback(&self) -> bool {
        self.change.as_ref().is_ok_and(|entry| entry.action == Action::Rollback)
    }
}
