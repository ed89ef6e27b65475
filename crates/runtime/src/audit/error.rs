//! What can stand in the way of a trail.

use std::path::{Path, PathBuf};
use std::{fmt, io};

/// Why a trail could not be opened, written or read.
#[derive(Debug)]
pub enum AuditError {
    /// The system refused.
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What it said.
        error: io::Error,
    },
    /// Another process, or another trail of this one, writes the same file.
    Locked {
        /// The trail.
        path: PathBuf,
    },
    /// The file is something else, and nothing was written to it.
    NotATrail {
        /// The file.
        path: PathBuf,
    },
}

impl AuditError {
    /// For `map_err`: an error of the system at `path`.
    pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::Io { path: path.to_owned(), error }
    }
}

impl fmt::Display for AuditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { path, error } => write!(f, "{}: {error}", path.display()),
            Self::Locked { path } => {
                write!(f, "{}: another process writes this audit trail; give each process its own", path.display())
            }
            Self::NotATrail { path } => {
                write!(f, "{}: not an audit trail; move it away, or name another file", path.display())
            }
        }
    }
}

impl std::error::Error for AuditError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { error, .. } => Some(error),
            Self::Locked { .. } | Self::NotATrail { .. } => None,
        }
    }
}
