//! Reports of a watcher.

use std::time::Duration;

use crate::entry::{Entry, Listing};
use crate::position::{Position, Revision};
use crate::store_error::StoreError;

/// An update of the entries below a prefix.
#[derive(Debug)]
pub enum Update {
    /// All entries. Those that were known and are not among them are gone.
    Listed {
        /// The reason of the listing.
        reason: ListReason,
        /// The entries.
        listing: Listing,
    },
    /// Changes since the last update, in the order in which they were made.
    Changed {
        /// The changes.
        changes: Vec<Change>,
        /// The position after them.
        position: Position,
    },
    /// The store answers again after an interruption, and the watch goes on where it was. Changes that were made meanwhile follow.
    Resumed {
        /// The position of the last update.
        position: Position,
    },
    /// The store cannot be reached. The next call waits, and tries again.
    Interrupted {
        /// Reason.
        error: StoreError,
        /// The wait before the next attempt.
        retry_in: Duration,
    },
}

/// The reason why a watcher lists all entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListReason {
    /// The watch begins.
    Start,
    /// The changes since the last update were compacted.
    Compacted {
        /// The oldest revision that is left.
        oldest: Revision,
    },
    /// The cluster is another one: it was restored from a snapshot, or the endpoints lead elsewhere.
    OtherCluster {
        /// The last position of the earlier cluster.
        known: Position,
    },
    /// The revision of the cluster went back: its data was replaced by older ones.
    WentBack {
        /// The last known position.
        known: Position,
    },
    /// Some time has passed: a watch may stay silent for a reason that it cannot detect.
    Periodic,
    /// The watch ended, for a reason that leaves a gap.
    Ended,
}

/// A change of one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// The key has a value.
    Put(Entry),
    /// The key was removed, or its lease ended.
    Deleted {
        /// The key.
        key: String,
        /// The revision of the removal.
        revision: Revision,
    },
}

impl Change {
    /// Returns the key.
    pub fn key(&self) -> &str {
        match self {
            Self::Put(entry) => &entry.key,
            Self::Deleted { key, .. } => key,
        }
    }

    /// Returns the revision of the change.
    pub const fn revision(&self) -> Revision {
        match self {
            Self::Put(entry) => entry.modified,
            Self::Deleted { revision, .. } => *revision,
        }
    }
}
