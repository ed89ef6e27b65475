//! History: each change of the pointers, with who made it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::names::WaveName;
use crate::release::{read_document, write_document};
use crate::release_error::ReleaseError;

/// The format of an entry that this program writes, and the newest that it reads.
const FORMAT: u32 = 1;

/// A change of pointers. Its revision is that of its key, which one transaction creates with the change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// Kind of the change.
    pub action: Action,
    /// The waves whose pointers were moved, with the releases before and after.
    pub waves: BTreeMap<WaveName, Move>,
    /// Author of the change: USER@HOST.
    pub by: String,
    /// Time of the change, by the clock of who made it.
    pub at: Timestamp,
    /// Commit of the configuration, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The reason, such as the alarm of a rollout that went back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The move of one pointer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// The release before; `None` for the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Digest>,
    /// The release after.
    pub to: Digest,
}

/// Kind of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// A release was published.
    Publish,
    /// A release was published on top of another author's changes.
    Rebase,
    /// A rollout moved a wave forward.
    Advance,
    /// A rollout went back.
    Rollback,
}

impl Action {
    /// Returns the word for the kind.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Publish => "publish",
            Self::Rebase => "rebase",
            Self::Advance => "advance",
            Self::Rollback => "rollback",
        }
    }
}

/// The entry as it is stored.
#[derive(Serialize, Deserialize)]
struct Document<E> {
    format: u32,
    #[serde(flatten)]
    entry: E,
}

impl HistoryEntry {
    /// Returns the entry as it is stored.
    pub fn encode(&self) -> Vec<u8> {
        write_document(&Document { format: FORMAT, entry: self })
    }

    /// Reads an entry.
    ///
    /// # Errors
    ///
    /// The bytes are not an entry.
    pub fn decode(bytes: &[u8], key: &str) -> Result<Self, ReleaseError> {
        let document: Document<Self> = read_document(bytes, key, "an entry of the history", FORMAT)?;
        Ok(document.entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_survives_the_store() {
        let moved = Move { from: None, to: Digest::of(b"") };
        let entry = HistoryEntry {
            action: Action::Publish,
            waves: BTreeMap::from([("10%".parse().unwrap(), moved)]),
            by: "alice@ci".to_owned(),
            at: Timestamp::from_second(1).unwrap(),
            commit: None,
            reason: None,
        };
        assert_eq!(HistoryEntry::decode(&entry.encode(), "/k").unwrap(), entry);
        let message = HistoryEntry::decode(b"[]", "/k").unwrap_err().to_string();
        assert!(message.starts_with("/k: not an entry of the history: "), "{message}");
    }
}
