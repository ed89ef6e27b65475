//! States of files, to find the ones that have changed.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::SystemTime;

/// Time of the last change and size of each file; `None` for one that does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileStates(BTreeMap<PathBuf, Option<(SystemTime, u64)>>);

impl FileStates {
    /// Reads the states of files.
    pub fn of(files: &[PathBuf]) -> Self {
        let state = |file: &PathBuf| {
            let metadata = fs::metadata(file).ok()?;
            Some((metadata.modified().ok()?, metadata.len()))
        };
        Self(files.iter().map(|file| (file.clone(), state(file))).collect())
    }

    /// Adds the states of more files.
    pub fn with(mut self, files: &[PathBuf]) -> Self {
        for (file, state) in Self::of(files).0 {
            self.0.entry(file).or_insert(state);
        }
        self
    }

    /// Returns whether the files are the same, and have these states.
    pub fn are_current(&self, files: &[PathBuf]) -> bool {
        Self::of(files) == *self
    }
}
