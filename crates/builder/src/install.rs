//! The builder of the binary's own package, for a flake that is given a binary that was built elsewhere.

use std::{env, fs};

use crate::error::{BuildError, variable};

/// Copies this program to `$out/bin`, under the name in `$program`, or else as `confgate`.
///
/// # Errors
///
/// The program cannot be read or the output cannot be written.
pub fn build() -> Result<(), BuildError> {
    let out = variable("out")?;
    let this = env::current_exe().map_err(BuildError::io("/proc/self/exe".as_ref()))?;
    let bin = out.join("bin");
    fs::create_dir_all(&bin).map_err(BuildError::io(&bin))?;
    let target = bin.join(env::var_os("program").unwrap_or_else(|| "confgate".into()));
    fs::copy(&this, &target).map_err(BuildError::io(&target))?;
    Ok(())
}
