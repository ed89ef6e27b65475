//! The page about sealing: its commands, run in order.

use std::fs;
use std::process::Command;

use tempfile::TempDir;

use confgate_test_support::{Printed, pipe, program, root};

/// Shortens keys and sealed values, which are random, as the page does.
fn elided(text: &str) -> String {
    let long = |word: &str| word.len() > 60;
    let words = text.split_inclusive(|c: char| !(c.is_ascii_alphanumeric() || "+/=:".contains(c)));
    let words = words.map(|word| match word {
        key if key.starts_with("age1") && long(key) => format!("age1…{}", &key[62..]),
        value if value.starts_with("encrypted:") && long(value) => {
            format!(
                "encrypted:…{}",
                value.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "+/=:".contains(c))
            )
        }
        other => other.to_owned(),
    });
    words.collect()
}

#[test]
fn the_page_about_sealing_shows_what_the_commands_print() {
    let page = fs::read_to_string(root().join("docs/sealing.md")).unwrap();
    let folder = TempDir::new().unwrap();
    fs::write(
        folder.path().join("node.toml"),
        "[database]\nurl = \"postgresql://app:hunter2@db/app\" # rotated yearly\n",
    )
    .unwrap();
    fs::write(folder.path().join("passphrase.txt"), "correct horse battery staple\n").unwrap();
    let mut ran = 0;
    for block in page.split("```console\n").skip(1).map(|rest| rest.split("```").next().unwrap()) {
        for step in block.split("$ ").skip(1) {
            let (command, shown) = step.split_once('\n').unwrap();
            let line = format!("exec 2>&1; confgate() {{ '{}' \"$@\"; }}; {command}", program!().display());
            let mut bash = Command::new("bash");
            bash.args(["-c", &line]).current_dir(folder.path()).env_remove("CONFGATE_IDENTITY");
            assert_eq!(elided(&pipe(bash, "").out()), shown, "{command}");
            ran += 1;
        }
    }
    assert_eq!(ran, page.matches("\n$ ").count(), "every command of the page is run");
    assert!(ran > 8, "{ran}");
}
