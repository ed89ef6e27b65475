//! Inputs that Nix passes to a builder.

use std::path::PathBuf;
use std::{env, fs};

use serde::de::DeserializeOwned;

use crate::error::BuildError;

/// Returns the path that the build creates.
pub(crate) fn output_path() -> Result<PathBuf, BuildError> {
    path_variable("out")
}

/// Reads the request file.
pub(crate) fn read_request<T: DeserializeOwned>() -> Result<T, BuildError> {
    let path = path_variable("requestPath")?;
    let text = fs::read(&path).map_err(BuildError::io(&path))?;
    serde_json::from_slice(&text).map_err(|source| BuildError::Request { path, source })
}

fn path_variable(name: &'static str) -> Result<PathBuf, BuildError> {
    env::var_os(name).map(PathBuf::from).ok_or(BuildError::NoVariable(name))
}
