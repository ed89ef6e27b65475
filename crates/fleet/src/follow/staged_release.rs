//! The release that a node has fetched before its pointer moves.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::digest::Digest;
use crate::reader::VerifiedBundle;

/// The largest bundle that is kept in memory, in bytes. A larger one is checked, and read again when the pointer moves.
const MAX_STAGED: usize = 4 << 20;

/// The place for one verified bundle. It holds what the store has, never a secret that the node resolved.
#[derive(Debug, Default)]
pub(super) struct StagedRelease(Mutex<Option<(Digest, Box<VerifiedBundle>)>>);

impl StagedRelease {
    fn slot(&self) -> MutexGuard<'_, Option<(Digest, Box<VerifiedBundle>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the node's bundle of a release, in place of the one before.
    pub(super) fn put(&self, release: Digest, verified: VerifiedBundle) {
        let size: usize = verified.bundle.files.iter().map(|file| file.bytes.len()).sum();
        *self.slot() = (size <= MAX_STAGED).then(|| (release, Box::new(verified)));
    }

    /// Takes the bundle, if it is the one of this release. The deployment verifies and gates it again.
    pub(super) fn take(&self, release: &Digest) -> Option<VerifiedBundle> {
        self.slot().take_if(|(staged, _)| staged == release).map(|(_, verified)| *verified)
    }

    /// Forgets it.
    pub(super) fn clear(&self) {
        *self.slot() = None;
    }
}
