//! Output at a terminal: hyperlinks, and the progress of long work. A pipe, CI and a plain terminal see neither.

use std::fs;
use std::path::Path;
use std::process::Command;

use confgate_test_support::{confgate, files};
use tempfile::TempDir;

const UNKNOWN: &str = "[network]\nlisten_prot = 4000\n";

/// Runs `check a.toml` with its output in a pipe.
fn check(folder: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> String {
    let mut command = confgate!();
    command.current_dir(folder).arg("check").arg("a.toml").args(arguments);
    command.env_remove("NO_COLOR").env_remove("FORCE_HYPERLINK").envs(variables.iter().copied());
    String::from_utf8(command.output().unwrap().stdout).unwrap()
}

#[test]
fn files_and_codes_are_links_where_the_terminal_displays_them() {
    let folder = files(&[("a.toml", UNKNOWN)]);
    let directory = folder.path().canonicalize().unwrap();
    let linked = check(folder.path(), &[("FORCE_HYPERLINK", "1")], &[]);
    let file = format!("┌─ \u{1b}]8;;file://{}/a.toml\u{1b}\\a.toml:2:1\u{1b}]8;;\u{1b}\\\n", directory.display());
    assert!(linked.contains(&file), "{linked:?}");
    let code = "\u{1b}]8;;https://github.com/confgate/confgate/blob/main/docs/codes.md#schemaunknown-key\u{1b}\\schema/unknown-key\u{1b}]8;;\u{1b}\\";
    assert!(linked.contains(code), "{linked:?}");
    // The sequences take no columns: without them, the text is the one of a pipe.
    let mut text = String::new();
    for (place, part) in linked.split("\u{1b}]8;;").enumerate() {
        text += if place == 0 { part } else { part.split_once("\u{1b}\\").unwrap().1 };
    }
    let plain = check(folder.path(), &[], &[]);
    assert_eq!(text, plain);
    assert!(!plain.contains('\u{1b}'), "{plain:?}");
    assert_eq!(check(folder.path(), &[("FORCE_HYPERLINK", "0")], &[]), plain);
    assert_eq!(check(folder.path(), &[("FORCE_HYPERLINK", "1")], &["--color", "never"]), plain);
    assert_eq!(check(folder.path(), &[("NO_COLOR", "1")], &[]), plain);
}

/// Runs a shell command on a terminal, and returns what the terminal received.
fn on_terminal(folder: &Path, shell: &str, variables: &[(&str, &str)]) -> String {
    let program = confgate!();
    let programs = Path::new(program.get_program()).parent().unwrap();
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
    let mut script = Command::new("script");
    script.args(["--quiet", "--return", "--command", shell, "/dev/null"]).current_dir(folder);
    script.env("PATH", path).env("TERM", "xterm");
    for name in ["CI", "NO_COLOR", "FORCE_HYPERLINK"] {
        script.env_remove(name);
    }
    let output = script.envs(variables.iter().copied()).output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Creates a folder whose check takes longer than the delay of the progress.
fn many_files() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("many")).unwrap();
    let peers: Vec<String> = (0..200).map(|number| format!("\"192.0.2.{number}:8333\"")).collect();
    let config = format!("[network]\nlisten_port = 4000\nbootstrap_nodes = [{}]\n", peers.join(", "));
    for number in 0..4000 {
        fs::write(folder.path().join(format!("many/{number}.toml")), &config).unwrap();
    }
    folder
}

#[test]
#[ignore = "needs script: `make test` runs it"]
fn long_work_shows_its_progress_on_a_terminal_alone() {
    let folder = many_files();
    let seen = on_terminal(folder.path(), "confgate check many", &[]);
    assert!(seen.contains("checking ") && seen.contains("/4000"), "{seen:?}");
    // The bar is gone before the result.
    let end = seen.rsplit('\r').find(|line| line.contains("admitted")).unwrap();
    assert!(!end.contains("checking"), "{end:?}");
    for (shell, variables) in [
        ("confgate check many 2>errors; cat errors", &[][..]),
        ("confgate check many", &[("CI", "true")][..]),
        ("confgate check many", &[("NO_COLOR", "1")][..]),
        ("confgate check many", &[("TERM", "dumb")][..]),
        ("confgate check many --color never", &[][..]),
        // One file and a few are no long work.
        ("confgate check many/1.toml", &[][..]),
        ("confgate check many/1.toml many/2.toml", &[][..]),
    ] {
        let seen = on_terminal(folder.path(), shell, variables);
        assert!(seen.contains("admitted") && !seen.contains("checking"), "{shell} {variables:?}: {seen:?}");
    }
}

#[test]
#[ignore = "needs script: `make test` runs it"]
fn a_report_has_colors_and_links_on_a_terminal_and_neither_where_they_are_unwanted() {
    let folder = files(&[("a.toml", UNKNOWN)]);
    let seen = on_terminal(
        folder.path(),
        "confgate check a.toml",
        &[("TERM_PROGRAM", "WezTerm"), ("TERM_PROGRAM_VERSION", "20240203")],
    );
    assert!(seen.contains("\u{1b}[1m") && seen.contains("\u{1b}]8;;file://"), "{seen:?}");
    for (shell, variables) in [
        ("confgate check a.toml --color never", &[][..]),
        ("confgate check a.toml", &[("NO_COLOR", "1")][..]),
        ("confgate check a.toml", &[("TERM", "dumb")][..]),
        ("confgate check a.toml | cat", &[][..]),
    ] {
        let seen = on_terminal(folder.path(), shell, variables);
        assert!(seen.contains("listen_prot") && !seen.contains('\u{1b}'), "{shell} {variables:?}: {seen:?}");
    }
    let narrow = on_terminal(folder.path(), "stty cols 60 rows 24; confgate check a.toml --color never", &[]);
    let widest = narrow.lines().map(|line| line.trim_end().chars().count()).max();
    assert!(widest.is_some_and(|width| width <= 60), "{narrow}");
}
