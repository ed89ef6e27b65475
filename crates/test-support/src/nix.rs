//! A real Nix, chosen by `CONFGATE_NIX`, behind `scripts/nix`.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

/// Runs `scripts/nix` of the project in `folder`.
pub fn nix(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(folder.join("scripts/nix")).current_dir(folder).args(arguments).output().unwrap()
}

/// Returns the standard output of a command that must succeed.
pub fn printed(output: Output) -> String {
    let messages = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{messages}");
    String::from_utf8(output.stdout).unwrap()
}

/// Returns the place on this machine of the store path that `link` points to. `CONFGATE_NIX_STORE` names the store of a Nix
/// that keeps it elsewhere.
pub fn in_store(link: &Path) -> PathBuf {
    let target = fs::read_link(link).unwrap();
    match env::var_os("CONFGATE_NIX_STORE") {
        Some(store) => Path::new(&store).join(target.strip_prefix("/nix").unwrap()),
        None => target,
    }
}
