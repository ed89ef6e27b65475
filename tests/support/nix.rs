//! What tests of the flake share: a real Nix, named by `CONFGATE_NIX`, behind `scripts/nix`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// `scripts/nix` of the project in `folder`.
pub fn nix(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(folder.join("scripts/nix")).current_dir(folder).args(arguments).output().unwrap()
}

/// What a command printed; it must not fail.
pub fn printed(output: Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout).unwrap()
}

/// Where a path of the store is on this machine: another Nix may keep its store elsewhere (`CONFGATE_NIX_STORE`).
pub fn in_store(path: &Path) -> PathBuf {
    let target = fs::read_link(path).unwrap();
    match std::env::var_os("CONFGATE_NIX_STORE") {
        Some(store) => Path::new(&store).join(target.strip_prefix("/nix").unwrap()),
        None => target,
    }
}
