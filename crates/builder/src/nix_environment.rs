//! Inputs that Nix passes to a builder.

use std::env;
use std::path::PathBuf;

use confgate_files::SizeLimit;
use serde::de::DeserializeOwned;

use crate::error::BuildError;

/// Returns the path that the build creates.
pub(crate) fn output_path() -> Result<PathBuf, BuildError> {
    path_variable("out")
}

/// Reads the request file.
pub(crate) fn read_request<T: DeserializeOwned>() -> Result<T, BuildError> {
    let path = path_variable("requestPath")?;
    let text = confgate_files::read(&path, SizeLimit::BUILD_INPUT).map_err(BuildError::read(&path))?;
    serde_json::from_slice(&text).map_err(|source| BuildError::Request { path, source })
}

fn path_variable(name: &'static str) -> Result<PathBuf, BuildError> {
    env::var_os(name).map(PathBuf::from).ok_or(BuildError::NoVariable(name))
}
