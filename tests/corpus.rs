//! The corpus: configs that are refused and configs that are admitted, each with all that `confgate check` says of it.
//!
//! A case is a folder with `config.toml`, `expected.txt`, and where needed `schema.json` (checked against that instead
//! of the bundled model) and `arguments` (more arguments, one a line). Cases with `config.nix` are built by Nix instead
//! (`tests/nix.rs`). `UPDATE=1` writes what is said now; the difference is then for a person to read.

mod support;

use std::path::Path;
use std::process::Output;

use support::{compare_all, confgate};

fn check(case: &Path) -> Output {
    let mut command = confgate();
    command.current_dir(case).args(["check", "config.toml"]);
    if case.join("schema.json").exists() {
        command.args(["--schema", "schema.json"]);
    }
    if let Ok(arguments) = std::fs::read_to_string(case.join("arguments")) {
        command.args(arguments.lines());
    }
    command.output().unwrap()
}

#[test]
fn what_is_wrong_is_refused_with_the_whole_expected_message() {
    compare_all("tests/refused", "config.toml", 1, check);
}

#[test]
fn what_is_good_is_admitted_with_the_expected_warnings() {
    compare_all("tests/admitted", "config.toml", 0, check);
}
