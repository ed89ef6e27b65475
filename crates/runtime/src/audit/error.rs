//! The error of opening, writing and reading a trail.

use std::io;
use std::path::{Path, PathBuf};

use confgate_files::ReadFileError;

/// A trail could not be opened, written or read.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// An I/O error.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// The error of the system.
        #[source]
        source: io::Error,
    },
    /// Another process, or another [`AuditTrail`](crate::audit::AuditTrail) of this one, writes the same file.
    #[error("{}: another process writes this audit trail; give each process its own", path.display())]
    Locked {
        /// The trail.
        path: PathBuf,
    },
    /// The file is not a trail. It was not modified.
    #[error("{}: not an audit trail; move it away, or name another file", path.display())]
    NotATrail {
        /// The file.
        path: PathBuf,
    },
}

impl AuditError {
    /// Makes the closure for `map_err` that adds `path` to an I/O error.
    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { path: path.to_owned(), source }
    }

    /// Makes the closure for `map_err` that adds `path` to an error of opening a file of a trail.
    pub(super) fn read(path: &Path) -> impl FnOnce(ReadFileError) -> Self {
        move |error| match error {
            ReadFileError::NotRegular(_) => Self::NotATrail { path: path.to_owned() },
            error => Self::Io { path: path.to_owned(), source: error.into() },
        }
    }
}
