//! The two commands of docs/fleet.md: twenty agents on one machine, a release in waves, and one that goes back by itself.

use std::path::Path;
use std::process::Command;

use confgate::Source;
use confgate::value::Format;
use confgate_test_support::{confgate, program, root};
use tempfile::TempDir;

/// A fleet that the example started. It is stopped when it is dropped.
struct Example(TempDir);

impl Example {
    fn run(&self, command: &str) -> String {
        let mut example = Command::new(root().join("examples/fleet"));
        example.arg(command).arg(self.0.path()).env("CONFGATE", program!()).env_remove("CREDENTIALS_DIRECTORY");
        let output = example.output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
        text(&output.stdout)
    }
}

impl Drop for Example {
    fn drop(&mut self) {
        let _ = Command::new(root().join("examples/fleet")).arg("down").arg(self.0.path()).status();
    }
}

#[test]
#[ignore = "needs etcd"]
fn two_commands_roll_releases_over_twenty_agents_and_a_bad_one_goes_back() {
    let example = Example(TempDir::new().unwrap());
    let up = example.run("up");
    assert!(up.contains("✓ publish  revision ") && up.ends_with("20 nodes: 20 current\n"), "{up}");
    let rolled = example.run("roll");
    let (second, third) = rolled.split_once("── third release").unwrap();
    assert!(second.contains(": 20 nodes in canary (1), 25% (4), 100% (15)\n"), "{second}");
    assert!(second.contains("✓ finish   all nodes follow release "), "{second}");
    let (back, status) = third.split_once("\n\nNODE").unwrap();
    let last = back.lines().last().unwrap();
    assert!(last.starts_with("✗ back     release ") && last.contains(": 1 node failed: n1: "), "{last}");
    assert!(status.contains("20 nodes: 20 current\n"), "{status}");
    assert!(status.contains("  rollback by ") && status.contains("the rollout is finished"), "{status}");
    for number in 1..=20 {
        let config = example.0.path().join(format!("nodes/n{number}/bitcraps/current/config.toml"));
        assert!(has(&config, "max_connections = 600"), "n{number}");
    }
}

fn has(file: &Path, text: &str) -> bool {
    std::fs::read_to_string(file).unwrap().contains(text)
}

#[test]
fn the_compose_file_gives_options_that_the_commands_have() {
    let text = std::fs::read_to_string(root().join("examples/compose.yaml")).unwrap();
    let source = Source::in_format(Format::Yaml, "compose.yaml", text);
    let (tree, errors) = confgate::yaml::read(&source);
    // Compose merges maps by a key that YAML 1.2 does not have, and that no command here depends on.
    assert!(errors.iter().all(|error| format!("{error:?}").contains("merge keys")), "{errors:?}");
    let compose = confgate::value::json::write(&tree);
    let mut commands = 0;
    for service in compose["services"].as_object().unwrap().values() {
        let command: Vec<&str> = service["command"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
        if command[0] != "confgate" {
            continue;
        }
        let (options, words): (Vec<&str>, Vec<&str>) = command[1..].iter().partition(|word| word.starts_with("--"));
        let help = confgate!().args(&words).arg("--help").output().unwrap();
        let help = String::from_utf8(help.stdout).unwrap();
        for option in options {
            let name = option.split('=').next().unwrap();
            assert!(help.contains(&format!("{name} ")), "{words:?} has no {name}: {help}");
        }
        commands += 1;
    }
    assert_eq!(commands, 3);
}

#[test]
fn the_page_on_fleets_shows_the_commands() {
    let page = std::fs::read_to_string(root().join("docs/fleet.md")).unwrap();
    for command in ["examples/fleet up /tmp/fleet", "examples/fleet roll /tmp/fleet", "examples/fleet down /tmp/fleet"]
    {
        assert!(page.contains(command), "{command}");
    }
}
