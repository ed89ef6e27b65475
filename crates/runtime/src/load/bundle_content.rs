//! Bundles in memory.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The files of a bundle in memory, so that the bytes that were verified are the bytes that are loaded.
#[derive(Clone, PartialEq, Eq)]
pub struct BundleContent {
    directory: PathBuf,
    files: BTreeMap<String, Arc<[u8]>>,
}

impl BundleContent {
    /// Describes a bundle with these files. Messages name `directory` as their place; it need not exist.
    pub fn new(directory: impl Into<PathBuf>, files: impl IntoIterator<Item = (String, Arc<[u8]>)>) -> Self {
        Self { directory: directory.into(), files: files.into_iter().collect() }
    }

    /// Returns the directory that messages name.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Returns the bytes of a file.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.files.get(name).map(|bytes| &**bytes)
    }
}

impl fmt::Debug for BundleContent {
    // Leave out the content: it may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&String> = self.files.keys().collect();
        f.debug_struct("BundleContent").field("directory", &self.directory).field("files", &names).finish()
    }
}
