//! Errors of fetching a bundle.

use std::io;
use std::path::PathBuf;

use confgate_core::bundle::FILES;
use confgate_files::{ReadFileError, SizeLimit};
use thiserror::Error;

use crate::bundle_error::BundleError;
use crate::bundle_file::shown;
use crate::limits::{MAX_ENTRIES, MAX_HEADER};
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
    #[error("{} is a link; a bundle holds regular files only", shown(&path.to_string_lossy()))]
    Link {
        /// Path in the tar.
        path: PathBuf,
    },
    /// An entry of a tar points out of its directory.
    #[error("{} leads out of the bundle", shown(&path.to_string_lossy()))]
    Outside {
        /// Path in the tar.
        path: PathBuf,
    },
    /// An entry of a tar is a device or another special file.
    #[error("{} is a special file; a bundle holds regular files only", shown(&path.to_string_lossy()))]
    NotAFile {
        /// Path in the tar.
        path: PathBuf,
    },
    /// A file lies deeper than in a folder at the top of a tar.
    #[error("{} lies too deep; a tar holds the files of a bundle, or one folder with them", shown(&path.to_string_lossy()))]
    TooDeep {
        /// Path in the tar.
        path: PathBuf,
    },
    /// A tar has files in two folders.
    #[error(
        "{} and {} lie in different folders; a tar holds the files of one bundle",
        shown(&one.to_string_lossy()), shown(&other.to_string_lossy())
    )]
    TwoFolders {
        /// Path of the first file.
        one: PathBuf,
        /// Path of a file in another folder.
        other: PathBuf,
    },
    /// A tar or a folder of a repository has too many entries.
    #[error("more than {MAX_ENTRIES} entries; a bundle has at most {} files", FILES.len() - 2)]
    TooManyEntries,
    /// An extended header of a tar is too long.
    #[error("a file name or its header is longer than the limit of {MAX_HEADER}")]
    NameTooLong,
    /// The objects that git fetched exceed a limit.
    #[error("the repository is larger than the limit of {limit}; name a smaller one, or deploy a tar")]
    RepositoryTooLarge {
        /// The limit.
        limit: SizeLimit,
    },
    /// The source changed while it was read, or is not a regular file.
    #[error(transparent)]
    Read(#[from] ReadFileError),
    /// The files are not those of a bundle.
    #[error(transparent)]
    Bundle(#[from] BundleError),
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

impl FetchError {
    /// Returns whether the source was read and is not a bundle, as opposed to one that could not be read.
    pub fn is_rejection(&self) -> bool {
        matches!(self, Self::Bundle(error) if error.is_rejection())
    }
}
