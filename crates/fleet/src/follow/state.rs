//! The state that a node keeps over a restart: `fleet.json` beside the link to the active generation.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use confgate_files::SizeLimit;
use confgate_runtime::atomic_file::{self, Mode};
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::names::WaveName;
use crate::position::Position;

/// Name of the file.
const FILE: &str = "fleet.json";

/// The format that this program writes, and the newest that it reads.
const FORMAT: u32 = 1;

/// The largest number of waves whose pointers are remembered. Waves of past rollouts are forgotten first.
const MAX_SEEN: usize = 64;

/// State of a node in its fleet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FollowState {
    format: u32,
    /// The newest pointer of each wave that was chosen.
    #[serde(default)]
    pub seen: BTreeMap<WaveName, SeenPointer>,
    /// The release that is active, with the node's bundle of it.
    #[serde(default)]
    pub active: Option<ActiveRelease>,
    /// The release that failed here, which is not tried again.
    #[serde(default)]
    pub failed: Option<FailedRelease>,
}

/// A pointer that was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SeenPointer {
    /// Its position at the authority.
    pub position: Position,
    /// Its release.
    pub release: Digest,
}

/// A release that is active.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ActiveRelease {
    /// The release.
    pub release: Digest,
    /// The node's bundle.
    pub bundle: Digest,
}

/// A release that failed on this node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FailedRelease {
    /// The release.
    pub release: Digest,
    /// Position of the pointer that named it: a pointer that moves to it again is another attempt.
    pub position: Position,
    /// The reason, without secrets.
    pub message: String,
    /// True if it was activated, and the node went back. It is not tried again by itself.
    pub went_back: bool,
}

impl FollowState {
    fn path(root: &Path) -> PathBuf {
        root.join(FILE)
    }

    /// Reads the state. One that is missing or cannot be read is that of a new node: the pointer of the store is then followed,
    /// whatever it was before.
    pub(super) fn read(root: &Path) -> Self {
        let path = Self::path(root);
        let bytes = match confgate_files::read(&path, SizeLimit::STATE) {
            Ok(bytes) => bytes,
            Err(error) if error.is_not_found() => return Self::default(),
            Err(error) => {
                tracing::warn!(%error, file = %path.display(), "the state of the fleet cannot be read; it is written anew");
                return Self::default();
            }
        };
        match serde_json::from_slice::<Self>(&bytes) {
            Ok(state) if state.format == FORMAT => state,
            Ok(Self { format, .. }) => {
                tracing::warn!(format, file = %path.display(), "the state of the fleet is of another version; it is written anew");
                Self::default()
            }
            Err(error) => {
                tracing::warn!(%error, file = %path.display(), "the state of the fleet is damaged; it is written anew");
                Self::default()
            }
        }
    }

    /// Writes the state. A failure is logged: the node follows all the same, and forgets with a restart.
    pub(super) fn write(&mut self, root: &Path) {
        self.format = FORMAT;
        let path = Self::path(root);
        let mut text = serde_json::to_vec_pretty(self).unwrap_or_default();
        text.push(b'\n');
        if let Err(error) = atomic_file::overwrite(&path, &text, Mode::Exact(0o644)) {
            tracing::warn!(%error, file = %path.display(), "the state of the fleet cannot be written");
        }
    }

    /// Remembers a pointer.
    pub(super) fn see(&mut self, wave: &WaveName, pointer: SeenPointer) {
        self.seen.insert(wave.clone(), pointer);
        while self.seen.len() > MAX_SEEN {
            let oldest =
                self.seen.iter().filter(|(other, _)| *other != wave).min_by_key(|(_, it)| it.position.revision);
            let Some(oldest) = oldest.map(|(wave, _)| wave.clone()) else { return };
            self.seen.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;
    use crate::position::{ClusterId, Revision};

    fn seen(revision: i64) -> SeenPointer {
        let position = Position { cluster: ClusterId(1), revision: Revision(revision) };
        SeenPointer { position, release: Digest::of(b"") }
    }

    #[test]
    fn a_state_survives_a_restart_and_a_damaged_one_is_that_of_a_new_node() {
        let folder = TempDir::new().unwrap();
        assert_eq!(FollowState::read(folder.path()), FollowState::default());
        let mut state = FollowState::default();
        state.see(&WaveName::all(), seen(7));
        state.active = Some(ActiveRelease { release: Digest::of(b""), bundle: Digest::of(b"b") });
        state.write(folder.path());
        assert_eq!(FollowState::read(folder.path()), state);
        for text in ["{", "{\"format\":9}", ""] {
            fs::write(folder.path().join(FILE), text).unwrap();
            assert_eq!(FollowState::read(folder.path()), FollowState::default());
        }
    }

    #[test]
    fn the_oldest_waves_are_forgotten_first() {
        let mut state = FollowState::default();
        for number in 0..100 {
            state.see(&format!("w{number}").parse().unwrap(), seen(number));
        }
        assert_eq!(state.seen.len(), MAX_SEEN);
        assert!(!state.seen.contains_key(&"w35".parse().unwrap()) && state.seen.contains_key(&"w99".parse().unwrap()));
    }
}
