//! Mistakes in Nix, one file each, with the whole message: `nix/mistakes/modules` has configs, which the builder reports, and
//! `nix/mistakes/calls` has calls, which evaluating them reports. The messages are the same on every version of Nix.
//! `nix/mistakes/evaluations` has modules that cannot be evaluated, with all that each version of Nix prints.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use confgate_test_support::nix::{nix, printed};
use confgate_test_support::{confgate, golden, root};
use serde_json::Value as Json;

const FOLDER: &str = "tests/nix/mistakes";

/// Versions of Nix whose words on modules that cannot be evaluated are golden files.
const VERSIONS: [&str; 2] = ["2.8", "2.34"];

/// Asserts what every message has to have: a place of the user, a way out, and no file of Confgate or of the store.
fn check(name: &str, text: &str) {
    assert!(!text.contains("/nix/store/"), "{name}: a store path\n{text}");
    assert!(!text.contains(&format!("{}/modules/", root().display())), "{name}: a file of Confgate\n{text}");
    assert!(!text.contains(root().to_str().unwrap()), "{name}: a path that is not relative\n{text}");
    let is_place = |word: &str| {
        let parts: Vec<&str> = word.trim_end_matches(':').split(':').collect();
        parts.len() == 3 && parts[0].ends_with(".nix") && parts[1..].iter().all(|part| part.parse::<u32>().is_ok())
    };
    let has_place = text.split_whitespace().any(is_place);
    // Nix has no position for an argument that is no set.
    let is_placeless = ["a-list-of-arguments", "forModel-of-a-number", "forSchema-of-a-missing-file"].contains(&name);
    assert!(has_place || is_placeless, "{name}: no place\n{text}");
}

#[test]
#[ignore = "needs Nix: `make test` runs it"]
fn every_mistake_in_a_module_is_reported_at_its_place() {
    let requests = printed(nix(&root(), &["eval", "--impure", "--json", "-f", FOLDER, "requests"]));
    let requests: BTreeMap<String, Json> = serde_json::from_str(&requests).unwrap();
    assert!(requests.len() >= 90, "{} mistakes", requests.len());
    let mut differences = String::new();
    for (name, request) in &requests {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("request");
        fs::write(&file, request.to_string()).unwrap();
        let mut builder = confgate!();
        builder.arg("bundle").env("out", folder.path().join("out")).env("requestPath", &file);
        let built = builder.output().unwrap();
        let text = String::from_utf8([built.stdout, built.stderr].concat()).unwrap();
        assert!(!built.status.success(), "{name} is built:\n{text}");
        check(name, &text);
        assert!(text.contains("= help: "), "{name}: no way out\n{text}");
        golden::compare(&root().join(FOLDER).join(format!("modules/{name}.txt")), &text, &mut differences);
    }
    assert!(differences.is_empty(), "{differences}");
}

#[test]
#[ignore = "needs Nix: `make test` runs it"]
fn every_mistake_in_a_call_is_reported_first_and_in_the_same_words() {
    let folder = root().join(FOLDER).join("calls");
    let names = names_in(&folder);
    assert!(names.len() >= 50, "{} mistakes", names.len());
    let mut differences = String::new();
    for name in &names {
        let is_bundle = fs::read_to_string(folder.join(format!("{name}.nix"))).unwrap().contains("confgate = confgate");
        let attribute = format!("calls.{name}{}", if is_bundle { ".drvPath" } else { "" });
        let output = nix(&root(), &["eval", "--impure", "--raw", "-f", FOLDER, &attribute]);
        let printed = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{name} is evaluated");
        let text = message(&printed).replace(&format!("{}/{FOLDER}/", root().display()), "");
        check(name, &text);
        let frames = format!("{}/modules/", root().display());
        assert!(!printed.contains(&frames), "{name}: a frame names a file of Confgate\n{printed}");
        golden::compare(&folder.join(format!("{name}.txt")), &text, &mut differences);
    }
    assert!(differences.is_empty(), "{differences}");
}

#[test]
#[ignore = "needs Nix: `make test` runs it"]
fn a_module_that_cannot_be_evaluated_is_named_in_the_first_line() {
    let version = printed(nix(&root(), &["--version"]));
    let version = version.trim().rsplit(' ').next().unwrap().splitn(3, '.').take(2).collect::<Vec<_>>().join(".");
    let folder = root().join(FOLDER).join("evaluations");
    let mut differences = String::new();
    for name in names_in(&folder) {
        let attribute = format!("evaluations.{name}.drvPath");
        let output = nix(&root(), &["eval", "--impure", "--raw", "-f", FOLDER, &attribute]);
        let printed = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{name} is evaluated");
        let lines = printed.lines().filter(|line| !line.starts_with("warning: ")).map(str::trim_end);
        let screen: String = lines.fold(String::new(), |text, line| text + line + "\n");
        let screen = screen.replace(&format!("{}/{FOLDER}/", root().display()), "");
        check(&name, &screen);
        let first =
            screen.trim_start_matches("error:").trim_start().trim_start_matches("… ").trim_start_matches("trace: ");
        let place = first.split(": ").next().unwrap();
        assert!(
            place.split_once(".nix:").is_some_and(|(_, at)| at.contains(':')),
            "{name}: no place comes first\n{screen}"
        );
        let golden = folder.join(format!("{name}.{version}.txt"));
        if VERSIONS.contains(&version.as_str()) {
            golden::compare(&golden, &screen, &mut differences);
        }
    }
    assert!(differences.is_empty(), "{differences}");
}

/// Returns the names of the Nix files of a folder.
fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().to_str().unwrap().strip_suffix(".nix").map(str::to_owned))
        .collect();
    names.sort();
    names
}

/// Returns the message of an error: the line that is first on the screen, unless it is part of the rest, and the rest.
fn message(printed: &str) -> String {
    let printed: Vec<&str> = printed.lines().filter(|line| !line.starts_with("warning: ")).collect();
    // Versions without contexts print a trace.
    let first =
        printed.iter().find_map(|line| line.strip_prefix("trace: ").or_else(|| line.trim_start().strip_prefix("… ")));
    let is_start = |line: &&str| line.trim_start().starts_with("error: ");
    let start = printed.iter().rposition(is_start).unwrap();
    let rest = printed[start..].iter().take_while(|line| !line.starts_with("(use '--show-trace'"));
    let rest: Vec<&str> = rest.map(|line| line.trim_start().trim_start_matches("error: ")).collect();
    let above = first.filter(|first| *first != rest[0]).map(|first| format!("{first}\n")).unwrap_or_default();
    format!("{above}{}\n", rest.join("\n").trim_end())
}

/// The folder of the mistakes is one of the project, and each file of it is tested.
#[test]
fn every_mistake_has_its_message() {
    for part in ["modules", "calls"] {
        for entry in fs::read_dir(root().join(FOLDER).join(part)).unwrap() {
            let path = entry.unwrap().path();
            let other = if path.extension().is_some_and(|ending| ending == "nix") { "txt" } else { "nix" };
            assert!(Path::new(&path).with_extension(other).exists(), "{} has no .{other}", path.display());
        }
    }
    let folder = root().join(FOLDER).join("evaluations");
    for name in names_in(&folder) {
        for version in VERSIONS {
            assert!(folder.join(format!("{name}.{version}.txt")).exists(), "{name} has no text of Nix {version}");
        }
    }
}
