//! Errors of reading a bundle.

use std::io;

use confgate_files::{FileKind, ReadFileError, SizeLimit};
use confgate_nix_signatures::nar::NarError;
use thiserror::Error;

/// An error of reading a bundle.
#[derive(Debug, Error)]
pub enum BundleError {
    /// The directory cannot be read.
    #[error("cannot read the bundle: {0}")]
    Directory(#[source] io::Error),
    /// A file cannot be read.
    #[error("cannot read {name}: {source}")]
    File {
        /// Name of the file.
        name: &'static str,
        /// Reason.
        source: ReadFileError,
    },
    /// A file name is not UTF-8.
    #[error("not a bundle: a file name is not UTF-8")]
    FileName,
    /// A build does not write such a file.
    #[error("not a bundle: unexpected file {name}")]
    UnexpectedFile {
        /// Name of the file.
        name: String,
    },
    /// An entry is a link, a directory or a special file.
    #[error("not a bundle: {name} is not a regular file: {kind}")]
    NotAFile {
        /// Name of the entry.
        name: &'static str,
        /// Its kind.
        kind: FileKind,
    },
    /// A file is too large.
    #[error("not a bundle: {name} is larger than the limit of {limit}")]
    TooLarge {
        /// Name of the file.
        name: &'static str,
        /// The limit.
        limit: SizeLimit,
    },
    /// All files together are too large.
    #[error("not a bundle: its files together are larger than the limit of {limit}")]
    AllTooLarge {
        /// The limit.
        limit: SizeLimit,
    },
    /// Two files have the same name.
    #[error("not a bundle: duplicate file {name}")]
    Duplicate {
        /// Name of the files.
        name: &'static str,
    },
    /// A file ends before the size that its source states.
    #[error("{name} is shorter than its stated size; the source is incomplete, or changed while it was read")]
    Truncated {
        /// Name of the file.
        name: &'static str,
    },
    /// A required file is missing.
    #[error("not a bundle: {name} is missing")]
    Missing {
        /// Name of the file.
        name: &'static str,
    },
    /// The manifest is invalid.
    #[error("not a bundle: manifest.json: {0}")]
    Manifest(#[source] serde_json::Error),
    /// The bundle has configs in two formats.
    #[error("not a bundle: it has both {one} and {other}")]
    TwoConfigs {
        /// Name of a config.
        one: &'static str,
        /// Name of another.
        other: &'static str,
    },
    /// The digest of the config differs from the one in the manifest.
    #[error("the bundle was altered: the digest of its config differs from the manifest")]
    ConfigAltered,
    /// The NAR cannot be computed.
    #[error("cannot compute the NAR: {0}")]
    Nar(#[source] NarError),
}

impl BundleError {
    /// Returns whether the bundle was read and is invalid, as opposed to one that could not be read.
    pub fn is_rejection(&self) -> bool {
        !matches!(self, Self::Directory(_) | Self::File { .. } | Self::Truncated { .. })
    }
}
