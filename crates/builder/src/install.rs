//! Build of the binary's own package, for a flake whose binary was compiled elsewhere.

use std::{env, fs};

use crate::error::BuildError;
use crate::nix_environment::output_path;

/// Copies this executable to `$out/bin`, under the name in `$program`, or else as `confgate`.
///
/// # Errors
///
/// The executable cannot be read or the output cannot be written.
pub fn build() -> Result<(), BuildError> {
    let out = output_path()?;
    let executable = env::current_exe().map_err(BuildError::io("/proc/self/exe".as_ref()))?;
    let bin = out.join("bin");
    fs::create_dir_all(&bin).map_err(BuildError::io(&bin))?;
    let target = bin.join(env::var_os("program").unwrap_or_else(|| "confgate".into()));
    fs::copy(&executable, &target).map_err(BuildError::io(&target))?;
    Ok(())
}
