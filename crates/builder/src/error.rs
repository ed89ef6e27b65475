use std::path::{Path, PathBuf};
use std::{env, fmt, fs, io};

use serde::de::DeserializeOwned;

/// What went wrong around a build: not the config's fault.
#[derive(Debug)]
pub enum BuildError {
    /// Nix did not set a variable that a builder is given.
    NoVariable(&'static str),
    /// A file could not be read or written.
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The request does not say what this builder needs.
    Request {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoVariable(name) => write!(f, "{name} is not set: this command is the builder of a Nix derivation"),
            Self::Io { path, error } => write!(f, "{}: {error}", path.display()),
            Self::Request { path, reason } => write!(f, "{}: not a request for this builder: {reason}", path.display()),
        }
    }
}

impl std::error::Error for BuildError {}

impl BuildError {
    pub(crate) fn refused(path: &Path, reason: &dyn fmt::Display) -> Self {
        Self::Request { path: path.to_owned(), reason: reason.to_string() }
    }

    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::Io { path, error }
    }
}

/// The path in a variable that Nix sets.
pub(crate) fn variable(name: &'static str) -> Result<PathBuf, BuildError> {
    env::var_os(name).map(PathBuf::from).ok_or(BuildError::NoVariable(name))
}

/// The request that the derivation carries. It is a file (`passAsFile`), because a large config does not fit into a
/// variable.
pub(crate) fn request<T: DeserializeOwned>() -> Result<T, BuildError> {
    let path = variable("requestPath")?;
    let text = fs::read(&path).map_err(BuildError::io(&path))?;
    serde_json::from_slice(&text).map_err(|error| BuildError::refused(&path, &error))
}
