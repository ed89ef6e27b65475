use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// Returns the top folder of the project.
pub fn root() -> PathBuf {
    // This crate is two folders below it.
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("crates/test-support is in the project").to_owned()
}

/// Creates a temporary folder with the given files, each a path and its text.
pub fn files(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}
