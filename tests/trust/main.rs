//! Signed bundles: the commands, reasons to refuse a bundle, and interoperability with Nix.

mod commands;
mod flips;
mod nix;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use tempfile::TempDir;

/// Creates a folder with a small bundle `production`, which has a file of every kind.
fn folder_with_bundle() -> TempDir {
    let folder = TempDir::new().unwrap();
    let bundle = folder.path().join("production");
    fs::create_dir_all(bundle.join("sub/empty")).unwrap();
    fs::write(bundle.join("config.toml"), "port = 1\n").unwrap();
    fs::write(bundle.join("sub/run"), "#!/bin/sh\n").unwrap();
    fs::write(bundle.join("sub/none"), "").unwrap();
    set_mode(&bundle.join("sub/run"), 0o755);
    symlink("sub/run", bundle.join("link")).unwrap();
    folder
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}
