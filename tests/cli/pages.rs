//! Pages of the documentation: the commands of each block marked `console` run in a folder of the page's own, and print what
//! the page shows. `…` stands for any text.

use std::fs;
use std::path::Path;
use std::process::Command;

#[cfg(feature = "deploy")]
use confgate_test_support::Bundle;
use confgate_test_support::{confgate, root};

/// Command of a page with its expected output.
struct Step {
    command: String,
    printed: String,
}

fn steps(page: &str) -> Vec<Step> {
    let blocks = page.split("\n```console\n").skip(1).map(|rest| &rest[..rest.find("\n```").expect("it ends")]);
    let mut steps = Vec::new();
    for line in blocks.flat_map(str::lines) {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(command), _) => steps.push(Step { command: command.to_owned(), printed: String::new() }),
            (None, Some(Step { printed, .. })) => *printed += &format!("{line}\n"),
            (None, None) => panic!("a block begins with a command: {line}"),
        }
    }
    steps
}

/// Returns true if a text matches a pattern, in which `…` stands for any part of a line.
fn fits(text: &str, pattern: &str) -> bool {
    let line_fits = |(text, pattern): (&str, &str)| {
        let mut parts = pattern.split('…');
        let Some(mut rest) = text.strip_prefix(parts.next().unwrap_or_default()) else { return false };
        let parts: Vec<&str> = parts.collect();
        for (index, part) in parts.iter().enumerate() {
            let found = if index + 1 == parts.len() { rest.len().checked_sub(part.len()) } else { rest.find(part) };
            match found.filter(|at| rest[*at..].starts_with(part)) {
                Some(at) => rest = &rest[at + part.len()..],
                None => return false,
            }
        }
        rest.is_empty()
    };
    text.lines().count() == pattern.lines().count() && text.lines().zip(pattern.lines()).all(line_fits)
}

fn run(page: &str) {
    run_with(page, |_| {});
}

fn run_with(page: &str, prepare: impl FnOnce(&Path)) {
    let text = fs::read_to_string(root().join("docs").join(page)).unwrap();
    let steps = steps(&text);
    assert!(!steps.is_empty(), "{page} runs nothing");
    let folder = tempfile::tempdir().unwrap();
    prepare(folder.path());
    let program = confgate!();
    let programs = Path::new(program.get_program()).parent().unwrap();
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
    for Step { command, printed } in steps {
        let output = Command::new("bash")
            .args(["-c", &format!("{command} 2>&1")])
            .current_dir(folder.path())
            .env("PATH", &path)
            .env_remove("BITCRAPS_ENV")
            .output()
            .unwrap();
        let message = String::from_utf8(output.stdout).unwrap();
        assert!(fits(&message, &printed), "{page}: `{command}` prints\n{message}\nand the page says\n{printed}");
    }
}

#[test]
fn a_running_service() {
    run("runtime.md");
}

#[test]
fn secrets() {
    run("secrets.md");
}

/// The page deploys the result of a build, so create one.
#[cfg(feature = "deploy")]
#[test]
fn a_deployment() {
    run_with("deploy.md", |folder| {
        let gate = confgate::gate::Gate::of::<confgate::bitcraps::Config>();
        let schema = serde_json::to_string_pretty(gate.schema()).unwrap() + "\n";
        let config = "[network]\nmax_connections = 500\n";
        let bundle =
            Bundle { name: "production", environment: "Production", schema: &schema, config, ..Bundle::default() };
        bundle.write(&folder.join("result/production"));
    });
}

#[test]
fn older_configs() {
    run("migrations.md");
}

#[test]
fn a_pattern_fits_what_it_says_and_nothing_else() {
    assert!(fits("a 12 b\nc\n", "a … b\nc\n"));
    assert!(fits("a12", "a…") && fits("12b", "…b") && fits("a1b2c", "a…b…c"));
    assert!(!fits("a 12 c\n", "a … b\n"));
    assert!(!fits("a\nb\n", "a\n"));
    assert!(!fits("ab", "a"));
}

/// The page shows commands without their output: each of them succeeds, or fails with the code that its comment names.
#[test]
fn editing() {
    let text = fs::read_to_string(root().join("docs/editing.md")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        fs::create_dir_all(folder.path().join(name).parent().unwrap()).unwrap();
        fs::write(folder.path().join(name), text).unwrap();
    };
    write("production.toml", "[network]\nmax_connections = 64\n");
    write("config/a.toml", "[network]\nmax_connections=64\n");
    write("a.toml", "[network]\nmax_connections=64\n");
    write("relay.schema.json", "{ \"properties\": { \"port\": { \"type\": \"integer\", \"default\": 80 } } }");
    let program = confgate!();
    let programs = Path::new(program.get_program()).parent().unwrap();
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
    let blocks = text.split("\n```sh\n").skip(1).map(|rest| &rest[..rest.find("\n```").expect("it ends")]);
    let mut ran = 0;
    // A watch ends when it is interrupted.
    for line in blocks.flat_map(str::lines).filter(|line| !line.contains("--watch")) {
        let output =
            Command::new("bash").args(["-c", line]).current_dir(folder.path()).env("PATH", &path).output().unwrap();
        let printed = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{line}\n{printed}");
        ran += 1;
    }
    assert_eq!(ran, text.matches("\nconfgate ").count() - 1, "every command of the page is run");
    assert_eq!(
        fs::read_to_string(folder.path().join("production.toml")).unwrap(),
        "[network]\nbootstrap_nodes = [\"192.0.2.7:8333\", \"198.51.100.7:8333\"]\n"
    );
    assert_eq!(
        fs::read_to_string(folder.path().join("relay.toml")).unwrap(),
        "#:schema ./relay.schema.json\n\nport = 80\n"
    );
}
