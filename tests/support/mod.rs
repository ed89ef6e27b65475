//! What tests of the binary share.
#![allow(dead_code, reason = "each test file uses its own part")]

#[cfg(feature = "agent")]
pub mod agent;
pub mod nix;
pub mod terminal;

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The binary under test, with no colours and nothing of this process's environment that could change what it says.
pub fn confgate() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_confgate"));
    command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
    command
}

/// The folder of the project.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The cases below `folder` that have a file called `file`, in order.
pub fn cases(folder: &str, file: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path());
    let mut cases: Vec<PathBuf> = entries.filter(|case| case.join(file).exists()).collect();
    cases.sort();
    cases
}

/// Runs every case and compares its exit code and all that it prints with `expected.txt`.
pub fn compare_all(folder: &str, file: &str, code: i32, run: impl Fn(&Path) -> Output) {
    let cases = cases(folder, file);
    assert!(!cases.is_empty(), "{folder} has no case with {file}");
    let mut wrong = String::new();
    for case in &cases {
        let output = run(case);
        let said = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        if output.status.code() != Some(code) {
            let _ = writeln!(wrong, "--- {}: exit code {:?}, not {code}\n{said}", case.display(), output.status.code());
        }
        compare(case, &said, &mut wrong);
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Compares what was said with `expected.txt` of the case, or writes it there when `UPDATE` is set.
pub fn compare(case: &Path, said: &str, wrong: &mut String) {
    let file = case.join("expected.txt");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&file, said).unwrap();
        return;
    }
    let expected = fs::read_to_string(&file).unwrap_or_default();
    if expected != said {
        let _ = writeln!(wrong, "--- {}: expected\n{expected}--- but it says\n{said}", case.display());
    }
}
