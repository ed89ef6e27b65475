//! Changes of files that decide about the schemas of documents, found by their state on the disk.
//!
//! Most clients watch files for the server. For the others, the server compares the state of the files when it is idle.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::time::SystemTime;

/// Largest number of files that are compared.
const MAX_FILES: usize = 1000;

/// State of a file: time of the last change and size; `None` for one that does not exist.
type State = Option<(SystemTime, u64)>;

/// The files that decide about schemas, and their last known states.
#[derive(Debug, Default)]
pub(crate) struct FileWatch {
    states: HashMap<PathBuf, State>,
}

impl FileWatch {
    /// Compares the files, and remembers their states. Returns whether a known one has changed.
    pub(crate) fn update(&mut self, files: impl IntoIterator<Item = PathBuf>) -> bool {
        let mut states = HashMap::new();
        for file in files.into_iter().take(MAX_FILES) {
            states.entry(file).or_insert_with_key(state);
        }
        let is_changed = |(file, old): (&PathBuf, &State)| states.get(file).is_some_and(|new| new != old);
        let has_changed = self.states.iter().any(is_changed);
        self.states = states;
        has_changed
    }
}

fn state(file: &PathBuf) -> State {
    let metadata = fs::metadata(file).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_appears_changes_or_disappears_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("confgate.toml");
        let mut watch = FileWatch::default();
        let mut update = || watch.update([file.clone()]);
        assert!(!update() && !update());
        fs::write(&file, "a = 1").unwrap();
        assert!(update() && !update());
        fs::write(&file, "a = 1234").unwrap();
        assert!(update() && !update());
        fs::remove_file(&file).unwrap();
        assert!(update() && !update());
    }
}
