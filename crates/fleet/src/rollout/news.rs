//! Changes of a rollout's state that others made.

use crate::entry::Entry;
use crate::update::{Change, Update};

/// Returns whether an update of the state's key is another change than this controller's own.
pub(super) fn is_news(update: &Update, known: Option<&Entry>) -> bool {
    let newest = match update {
        Update::Listed { listing, .. } => listing.entries.first().map(|entry| entry.modified),
        Update::Changed { changes, .. } => changes.last().and_then(|change| match change {
            Change::Put(entry) => Some(entry.modified),
            Change::Deleted { .. } => None,
        }),
        Update::Resumed { .. } | Update::Interrupted { .. } => return false,
    };
    // An own change that the watch reports late is older than the known one.
    newest.is_none_or(|newest| known.is_none_or(|known| newest > known.modified))
}
