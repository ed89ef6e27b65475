//! Build of a directory with a link to each of several bundles.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use serde::Deserialize;

use crate::error::BuildError;
use crate::nix_environment::{output_path, read_request};

/// Request for a directory of links: the target of each, by name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LinkRequest {
    bundles: BTreeMap<String, PathBuf>,
}

/// Builds the directory that Nix requests.
///
/// # Errors
///
/// The request cannot be read or the directory cannot be written.
pub fn build() -> Result<(), BuildError> {
    let out = output_path()?;
    let request: LinkRequest = read_request()?;
    fs::create_dir(&out).map_err(BuildError::io(&out))?;
    for (name, bundle) in &request.bundles {
        let link = out.join(name);
        symlink(bundle, &link).map_err(BuildError::io(&link))?;
    }
    Ok(())
}
