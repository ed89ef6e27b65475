//! Results in reviews: the action of GitHub, the report of GitLab, the hooks of pre-commit.

use std::fs;
use std::path::Path;
use std::process::Command;

use assert_cmd::assert::OutputAssertExt;
use confgate_test_support::{Printed, confgate, files, program, root};
use predicates::str::contains;
use serde_json::Value as Json;

use super::{BAD, GOOD, WARNED, action_runner, run_in};

#[test]
fn the_report_of_gitlab_fits_its_schema() {
    let schema = fs::read_to_string(root().join("tests/fixtures/gitlab/code-quality.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let files = files(&[("a.toml", BAD), ("dir/b.toml", WARNED), ("c.toml", GOOD), ("d.toml", "a = \nb = \n")]);
    let done = run_in(files.path(), &["check", "./a.toml", "dir", "c.toml", "d.toml", "--format", "gitlab"]).code(1);
    let report: Json = serde_json::from_str(&done.out()).unwrap();
    let mistakes: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
    assert_eq!(mistakes, [""; 0], "{report}");
    let issues = report.as_array().unwrap();
    assert_eq!(issues[0]["location"], serde_json::json!({ "path": "a.toml", "lines": { "begin": 2 } }));
    assert_eq!((&issues[0]["severity"], &issues[1]["severity"]), (&"major".into(), &"minor".into()));
    let mut fingerprints: Vec<&str> = issues.iter().map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
    let all = fingerprints.len();
    fingerprints.sort_unstable();
    fingerprints.dedup();
    assert_eq!((fingerprints.len(), all >= 4), (all, true));
    let clean = run_in(files.path(), &["check", "c.toml", "--format", "gitlab"]).code(0).out();
    assert_eq!(clean, "[]\n");
}

#[test]
fn the_action_annotates_logs_and_compares() {
    let files = files(&[("new/a.toml", BAD), ("new/b b.toml", GOOD), ("old/a.toml", GOOD), ("good/a.toml", GOOD)]);
    let action = |inputs: &[(&str, &str)]| action_runner::run(files.path(), &[&[("version", "")], inputs].concat());
    let done = action(&[("files", "new"), ("base", "old/a.toml"), ("head", "new/b b.toml")]);
    assert_eq!((done.code, done.outputs["admitted"].as_str()), (1, "false"), "{}", done.text);
    assert!(done.text.starts_with("::error file=new/a.toml,line=2,"), "{}", done.text);
    assert_eq!(done.summary, "### Config: no change\n");
    let page = fs::read_to_string(&done.outputs["page"]).unwrap();
    assert!(page.contains("<h1>Config: no change</h1>"), "{page}");
    // The results are uploaded before the job fails.
    let sarif = fs::read_to_string(&done.used["github/codeql-action/upload-sarif"]["sarif_file"]).unwrap();
    let sarif: Json = serde_json::from_str(&sarif).unwrap();
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), 1);
    let done = action(&[("files", "good"), ("base", "old/a.toml"), ("head", "new/a.toml"), ("sarif", "false")]);
    assert_eq!((done.code, done.outputs["admitted"].as_str()), (0, "true"), "{}", done.text);
    assert!(done.summary.contains("| `network.listen_port` | `4000` | `0` |"), "{}", done.summary);
    assert!(done.used.is_empty(), "{done:?}");
    // A warning with `--deny warnings`, and a file that is missing.
    fs::write(files.path().join("good/a.toml"), WARNED).unwrap();
    assert_eq!(action(&[("files", "good")]).code, 0);
    let done = action(&[("files", "good"), ("arguments", "--deny warnings")]);
    assert_eq!((done.code, done.outputs["admitted"].as_str(), done.outputs["page"].as_str()), (1, "false", ""));
    let done = action(&[("files", "missing.toml *")]);
    assert!(done.code == 2 && done.text.contains("missing.toml: ") && done.used.is_empty(), "{done:?}");
}

/// Runs the step `install` of the action with the releases of a folder. Returns the exit code, what it printed and the new path.
fn install(folder: &Path, path: &str, version: &str) -> (i32, String, String) {
    let temp = folder.join("runner");
    fs::create_dir_all(&temp).unwrap();
    fs::write(temp.join("path"), "").unwrap();
    let mut command = Command::new(root().join(".github/action/install"));
    command.env("PATH", path).env("RUNNER_TEMP", &temp).env("GITHUB_PATH", temp.join("path")).env("VERSION", version);
    let done = command.env("RELEASES", format!("file://{}/releases", folder.display())).assert();
    (done.exit_code(), done.text(), fs::read_to_string(temp.join("path")).unwrap())
}

#[test]
#[ignore = "needs curl: `make test` runs it"]
fn the_action_installs_the_binary_of_any_release_and_no_altered_one() {
    let name = format!("confgate-{}-linux", std::env::consts::ARCH);
    let binary = "#!/bin/sh\necho confgate 9.9.9\n";
    let digest: String =
        <sha2::Sha256 as sha2::Digest>::digest(binary).iter().map(|byte| format!("{byte:02x}")).collect();
    let files = files(&[
        (&format!("releases/v9.9.9/{name}"), binary),
        ("releases/v9.9.9/SHA256SUMS", &format!("{digest}  {name}\n{digest}  confgate-other-linux\n")),
        (&format!("releases/v9.9.8/{name}"), &binary.replace("9.9.9", "9.9.8; rm -rf /")),
        ("releases/v9.9.8/SHA256SUMS", &format!("{digest}  {name}\n")),
    ]);
    let system = "/usr/local/bin:/usr/bin:/bin";
    let (code, text, path) = install(files.path(), system, "9.9.9");
    assert_eq!(code, 0, "{text}");
    let folder = path.trim_end();
    let version = Command::new(Path::new(folder).join("confgate")).arg("--version").assert().success().out();
    assert_eq!(version, "confgate 9.9.9\n");
    // The version that is on the path already is used as it is.
    assert_eq!(install(files.path(), &format!("{folder}:{system}"), "9.9.9").2, "");
    let (code, text, path) = install(files.path(), system, "9.9.8");
    assert!(code == 1 && path.is_empty() && text.contains("FAILED"), "{text}");
    let (code, _, path) = install(files.path(), system, "1.2.3");
    assert!(code != 0 && path.is_empty());
}

#[test]
fn the_action_and_the_workflow_of_init_are_of_their_forms() {
    // YAML is read by the reader of configs: both are configs without a schema.
    for name in ["action.yml", ".pre-commit-hooks.yaml", "src/cli/init/workflow.yml"] {
        let mut command = confgate!();
        command.arg("render").arg(root().join(name)).args(["--to", "json", "--schema"]);
        let schema = if name.starts_with('.') { "{}" } else { r#"{ "required": ["name"] }"# };
        let files = files(&[("schema.json", schema)]);
        let done = command.arg(files.path().join("schema.json")).assert();
        let document: Json =
            serde_json::from_str(&done.out()).unwrap_or_else(|error| panic!("{name}: {error}: {}", done.text()));
        if name == "action.yml" {
            let steps = document["runs"]["steps"].as_array().unwrap();
            for script in steps.iter().filter_map(|step| step["run"].as_str()).filter(|run| run.contains(".github")) {
                let path = script.trim_matches('"').replace("$GITHUB_ACTION_PATH", &root().display().to_string());
                assert!(Path::new(&path).is_file(), "{path}");
            }
        }
    }
}

#[test]
#[ignore = "needs pre-commit and git: `make test` runs it"]
fn the_hooks_run_under_pre_commit() {
    let hooks = fs::read_to_string(root().join(".pre-commit-hooks.yaml")).unwrap();
    let config = "repos:\n- repo: hooks\n  rev: v1\n  hooks: [{id: confgate-check}, {id: confgate-fmt}, {id: confgate-secrets}]\n";
    let files = files(&[
        ("a.toml", "[network]\nlisten_port=0\n"),
        ("b.toml", "[app]\nname = \"x\"\n"),
        ("c.toml", "# c\n[app]\nname='x'\n"),
        ("hooks/.pre-commit-hooks.yaml", &hooks),
        (".pre-commit-config.yaml", &config.replace("repo: hooks", "repo: ./hooks")),
    ]);
    let git = |folder: &str, arguments: &[&str]| {
        let mut command = Command::new("git");
        command.current_dir(files.path().join(folder)).args(["-c", "user.name=x", "-c", "user.email=x@x.test"]);
        command.args(arguments).assert().success();
    };
    // A repository with the hooks, as that of Confgate is for its users, and one that uses them.
    for arguments in
        [&["init", "--quiet"][..], &["add", "."], &["commit", "--quiet", "--message", "hooks"], &["tag", "v1"]]
    {
        git("hooks", arguments);
    }
    for arguments in [&["init", "--quiet"][..], &["add", "a.toml", "b.toml", "c.toml", ".pre-commit-config.yaml"]] {
        git(".", arguments);
    }
    let run = |hook: &str, name: &str| {
        let mut command = Command::new(root().join("target/peers/bin/pre-commit"));
        let path = format!("{}:{}", program!().parent().unwrap().display(), std::env::var("PATH").unwrap());
        command.current_dir(files.path()).env("PATH", path).env("PRE_COMMIT_HOME", files.path().join(".home"));
        command.args(["run", hook, "--files", name]).assert()
    };
    run("confgate-check", "a.toml").code(1).stdout(contains("network.listen_port must be at least 1"));
    run("confgate-check", "b.toml").code(0).stdout(contains("Passed"));
    run("confgate-fmt", "c.toml").code(1).stdout(contains("files were modified by this hook"));
    assert_eq!(fs::read_to_string(files.path().join("c.toml")).unwrap(), "# c\n[app]\nname = \"x\"\n");
    fs::write(files.path().join("b.toml"), "[app]\nname = \"AKIAIOSFODNN7EXAMPLE\"\n").unwrap();
    run("confgate-secrets", "b.toml").code(1);
}
