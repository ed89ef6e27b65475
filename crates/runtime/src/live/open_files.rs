//! Files that other programs hold open for writing.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, ModifyKind, RenameMode};
use notify::{Event, EventKind};

use crate::live::watch::Inputs;

/// The time after its last write at which a file counts as written although its writer holds it open.
pub(super) const OPEN_LIMIT: Duration = Duration::from_secs(5);

/// Maximum number of files that are remembered.
const MAX_FILES: usize = 1024;

/// Files in watched directories that were written and not closed since.
#[derive(Debug, Default)]
pub(super) struct OpenFiles(Mutex<HashMap<PathBuf, Instant>>);

impl OpenFiles {
    /// Notes what an event of the system says about a file.
    pub fn note(&self, event: &Event) {
        let Some(path) = event.paths.first() else { return };
        match event.kind {
            EventKind::Modify(ModifyKind::Data(_)) => self.written(path.clone()),
            EventKind::Access(AccessKind::Close(AccessMode::Write)) => drop(self.lock().remove(path)),
            EventKind::Modify(ModifyKind::Name(RenameMode::Both)) => self.renamed(&event.paths),
            _ => {}
        }
    }

    fn written(&self, path: PathBuf) {
        let mut files = self.lock();
        if files.len() >= MAX_FILES {
            files.retain(|_, since| since.elapsed() < OPEN_LIMIT);
        }
        // Files beyond the maximum are left to the quiet time.
        if files.len() < MAX_FILES {
            files.insert(path, Instant::now());
        }
    }

    /// Follows a file that is renamed while it is written.
    fn renamed(&self, paths: &[PathBuf]) {
        let [from, to, ..] = paths else { return };
        let mut files = self.lock();
        if let Some(since) = files.remove(from) {
            files.insert(to.clone(), since);
        }
    }

    /// Returns whether one of the inputs is held open by its writer.
    pub fn hold(&self, inputs: &Inputs) -> bool {
        let recent: Vec<PathBuf> = {
            let mut files = self.lock();
            files.retain(|_, since| since.elapsed() < OPEN_LIMIT);
            files.keys().cloned().collect()
        };
        recent.iter().any(|path| inputs.contain_file(path))
    }

    /// Locks the files. A poisoned lock is usable: no holder can panic between two writes.
    fn lock(&self) -> MutexGuard<'_, HashMap<PathBuf, Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
