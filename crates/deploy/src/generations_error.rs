//! Errors of the generations on a disk.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::lock_owner::LockOwner;

/// An error of reading or changing the generations of a node.
#[derive(Debug, Error)]
pub enum GenerationsError {
    /// The system refused an operation on a path.
    #[error("{}: {source}", path.display())]
    Io {
        /// The path.
        path: PathBuf,
        /// Error of the system.
        source: io::Error,
    },
    /// Something else than a link has the name of the link to the active generation.
    #[error("{} is not a link; move it away", path.display())]
    NotALink {
        /// The path.
        path: PathBuf,
    },
    /// The link to the active generation points elsewhere, and its target cannot be recorded.
    #[error("{} points to a path that is not UTF-8 text; move the link away", path.display())]
    LinkNotText {
        /// The link.
        path: PathBuf,
    },
    /// Another command holds the lock.
    #[error("another command is running{}", owner.as_ref().map(|owner| format!(": {owner}")).unwrap_or_default())]
    Locked {
        /// Its holder, if the lock file can be read.
        owner: Option<LockOwner>,
    },
}

impl GenerationsError {
    pub(crate) fn io(path: &Path, source: io::Error) -> Self {
        Self::Io { path: path.to_owned(), source }
    }
}
