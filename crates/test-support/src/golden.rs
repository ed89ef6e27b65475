//! Golden files: text that a test compares with, and rewrites when `UPDATE` is set.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use crate::root;

/// Returns true where golden files are to be rewritten.
pub fn is_update() -> bool {
    env::var_os("UPDATE").is_some()
}

/// Returns the folders below `folder` of the project that have a file called `file`, sorted.
pub fn cases(folder: &str, file: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path());
    let mut cases: Vec<PathBuf> = entries.filter(|case| case.join(file).exists()).collect();
    cases.sort();
    cases
}

/// Compares `text` with a golden file, and appends the difference to `differences`. Rewrites the file when `UPDATE` is set.
pub fn compare(file: &Path, text: &str, differences: &mut String) {
    if is_update() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
        return;
    }
    let expected = fs::read_to_string(file).unwrap_or_default();
    if expected != text {
        let _ = writeln!(differences, "--- {}: expected\n{expected}--- actual\n{text}", file.display());
    }
}
