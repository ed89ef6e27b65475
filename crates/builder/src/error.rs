use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};

use confgate_core::gate::accepted::UnknownCheck;
use confgate_files::ReadFileError;

use crate::store_name;

/// Reason why a build failed, apart from a config that the gate rejects.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// Nix sets this environment variable for a builder.
    #[error("{0} is not set: this command is the builder of a Nix derivation")]
    NoVariable(&'static str),
    /// A file could not be read or written.
    #[error("{}: {source}", .path.display())]
    Io {
        /// Path of the file.
        path: PathBuf,
        /// System error.
        source: io::Error,
    },
    /// A file of the request could not be read.
    #[error("{}: {source}", store_name::display(.path))]
    Read {
        /// Path of the file.
        path: PathBuf,
        /// Reason.
        source: ReadFileError,
    },
    /// The request file is malformed.
    #[error("{}: not a request for this builder: {source}", .path.display())]
    Request {
        /// Path of the file.
        path: PathBuf,
        /// Error of the parser.
        source: serde_json::Error,
    },
    /// A bundle refers to shared origins that the request does not have.
    #[error("{bundle}: the request has no shared origins `{name}`: use a binary and a Nix library of the same version")]
    SharedOrigins {
        /// Name of the bundle.
        bundle: String,
        /// Name that it refers to.
        name: String,
    },
    /// A request for one bundle contains another number of them.
    #[error("not a request for a bundle: expected one order, found {0}")]
    BundleCount(usize),
    /// The schema of the request cannot be read as JSON.
    #[error("{}: not JSON: {source}", store_name::display(.path))]
    SchemaText {
        /// Path of the file.
        path: PathBuf,
        /// Error of the parser.
        source: serde_json::Error,
    },
    /// The schema of the request is not a JSON Schema, or one of its references cannot be followed.
    #[error("{}: {source}", store_name::display(.path))]
    Schema {
        /// Path of the file.
        path: PathBuf,
        /// Reason.
        source: Box<dyn Error + Send + Sync>,
    },
    /// An accepted warning is one that no check reports.
    #[error(transparent)]
    Accepted(#[from] UnknownCheck),
    /// The settings of a bundle contain a value that no config can hold, or that its format cannot express.
    #[error("{bundle}: {source}")]
    Settings {
        /// Name of the bundle.
        bundle: String,
        /// Reason.
        source: Box<dyn Error + Send + Sync>,
    },
}

impl BuildError {
    /// Returns a function that adds the path to an I/O error.
    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path, source }
    }

    /// Returns a function that adds the path to an error about reading.
    pub(crate) fn read(path: &Path) -> impl FnOnce(ReadFileError) -> Self {
        let path = path.to_owned();
        move |source| Self::Read { path, source }
    }

    /// Returns a function that adds the path to an error about a schema.
    pub(crate) fn schema<E: Error + Send + Sync + 'static>(path: &Path) -> impl FnOnce(E) -> Self {
        let path = path.to_owned();
        move |error| Self::Schema { path, source: error.into() }
    }

    /// Returns a function that adds the name of the bundle to an error about its settings.
    pub(crate) fn settings<E: Error + Send + Sync + 'static>(bundle: &str) -> impl FnOnce(E) -> Self {
        let bundle = bundle.to_owned();
        move |error| Self::Settings { bundle, source: error.into() }
    }
}
