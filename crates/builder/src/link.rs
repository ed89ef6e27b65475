//! The builder of a folder of bundles: a link for each, by name.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use serde::Deserialize;

use crate::error::{BuildError, request, variable};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    bundles: BTreeMap<String, PathBuf>,
}

/// Makes the folder that Nix asks for through the environment of a builder.
///
/// # Errors
///
/// The request cannot be read or the folder cannot be written.
pub fn build() -> Result<(), BuildError> {
    let out = variable("out")?;
    let asked: Request = request()?;
    fs::create_dir(&out).map_err(BuildError::io(&out))?;
    for (name, bundle) in &asked.bundles {
        let link = out.join(name);
        symlink(bundle, &link).map_err(BuildError::io(&link))?;
    }
    Ok(())
}
