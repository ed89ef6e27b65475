//! Errors of fetching a bundle.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::process::ProcessError;

/// An error of fetching a bundle from its source.
#[derive(Debug, Error)]
pub enum FetchError {
    /// The system refused.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The source is not a directory.
    #[error("not a directory; a bundle is a directory")]
    NotADirectory,
    /// A signed commit is required, and the source is not a repository.
    #[error("--signed-commit needs a git repository as the source")]
    NotARepository,
    /// An entry of a tar is a link.
    #[error("{} is a link; a bundle holds regular files only", path.display())]
    Link {
        /// Path in the tar.
        path: PathBuf,
    },
    /// An entry of a tar points out of its directory.
    #[error("{} leads out of the bundle", path.display())]
    Outside {
        /// Path in the tar.
        path: PathBuf,
    },
    /// An entry of a tar is not a file of a bundle: by its kind, size, depth or number.
    #[error("{} is not a file of a bundle", path.display())]
    NotABundleFile {
        /// Path in the tar.
        path: PathBuf,
    },
    /// A tar has two files of the same name.
    #[error("duplicate file {name}")]
    Duplicate {
        /// Name of the file.
        name: String,
    },
    /// A tar is empty.
    #[error("the archive holds no files")]
    Empty,
    /// Git failed. Its output is displayed without the credentials of the URL.
    #[error(transparent)]
    Git(ProcessError),
    /// The repository lacks a commit.
    #[error("commit {revision} not found")]
    CommitNotFound {
        /// The commit.
        revision: String,
    },
    /// A commit has no signature that git verifies.
    #[error("commit {commit} has no signature that git verifies")]
    Unsigned {
        /// The commit.
        commit: String,
    },
    /// A commit lacks the directory of the bundle.
    #[error("directory {directory:?} not found in commit {commit}")]
    DirectoryNotFound {
        /// The directory.
        directory: String,
        /// The commit.
        commit: String,
    },
}
