//! Paths that lead to something other than a regular file: each command answers in time, with the reason, and with exit code 2.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use assert_cmd::Command as Timed;
use confgate_test_support::{confgate, files};

use super::{GOOD, run_in};

/// A slow machine runs several tests at once; a command that blocks never ends.
const PATIENCE: Duration = Duration::from_secs(60);

const KINDS: [&str; 6] = ["FIFO", "socket", "directory", "device", "loop", "sparse"];

/// A command that opens a path.
struct Opening {
    /// The path that leads to something else.
    path: &'static str,
    arguments: &'static [&'static str],
    /// The message, with `{}` for the reason.
    message: &'static str,
    /// The size limit of the file.
    limit: &'static str,
    /// Kinds with another meaning, such as a directory of configs, or another message, which a test below reads.
    without: &'static [&'static str],
}

const CONFIG: &str = "64 MiB; raise it with --max-size";
const LOADED: &str = "error: the config cannot be read: {}";

const COMMANDS: &[Opening] = &[
    Opening {
        path: "x.toml",
        arguments: &["check", "x.toml"],
        message: "error: x.toml: {}\n",
        limit: CONFIG,
        without: &["directory"],
    },
    Opening {
        path: "x.toml",
        arguments: &["diff", "x.toml", "a.toml"],
        message: "error: x.toml: {}\n",
        limit: CONFIG,
        without: &["directory"],
    },
    Opening {
        path: "x.toml",
        arguments: &["diff", "a.toml", "x.toml"],
        message: "error: x.toml: {}\n",
        limit: CONFIG,
        without: &["directory"],
    },
    Opening {
        path: "x.toml",
        arguments: &["render", "x.toml"],
        message: "error: x.toml: {}\n",
        limit: CONFIG,
        without: &[],
    },
    Opening {
        path: "x.toml",
        arguments: &["migrate", "x.toml"],
        message: "error: x.toml: {}\n",
        limit: CONFIG,
        without: &[],
    },
    Opening {
        path: "x.json",
        arguments: &["check", "a.toml", "--schema", "x.json"],
        message: "error: x.json: {}\n",
        limit: "32 MiB",
        without: &[],
    },
    Opening {
        path: "x.json",
        arguments: &["check", "a.toml", "--schema", "reference.json"],
        message: "error: reference.json: cannot follow $ref \"x.json\" at the root: x.json: {}\n",
        limit: "32 MiB",
        without: &[],
    },
    Opening {
        path: "sub/confgate.toml",
        arguments: &["check", "sub/a.toml"],
        message: "/sub/confgate.toml: {}\n",
        limit: "4 MiB",
        without: &[],
    },
    Opening {
        path: "x.toml",
        arguments: &["show", "-c", "x.toml"],
        message: LOADED,
        limit: "64 MiB",
        without: &["directory", "sparse"],
    },
    Opening {
        path: "x.toml",
        arguments: &["explain", "-c", "x.toml", "network.listen_port"],
        message: LOADED,
        limit: "64 MiB",
        without: &["directory", "sparse"],
    },
    Opening {
        path: "x.toml",
        arguments: &["secrets", "check", "-c", "x.toml"],
        message: LOADED,
        limit: "64 MiB",
        without: &["directory", "sparse"],
    },
    Opening {
        path: "x.toml",
        arguments: &["secrets", "list", "x.toml"],
        message: LOADED,
        limit: "64 MiB",
        without: &["directory"],
    },
    Opening {
        path: "sub/profiles.toml",
        arguments: &["show", "-c", "sub/a.toml"],
        message: LOADED,
        limit: "4 MiB",
        without: &[],
    },
    Opening {
        path: "sub/manifest.json",
        arguments: &["show", "-c", "sub"],
        message: LOADED,
        limit: "256 MiB",
        without: &["directory"],
    },
    Opening {
        path: "sub/manifest.json",
        arguments: &["bundles", "sub"],
        message: "error: sub/manifest.json: {}\n",
        limit: "256 MiB",
        without: &[],
    },
    Opening {
        path: "x.key",
        arguments: &["sign", "sub", "-k", "x.key"],
        message: "error: x.key: {}\n",
        limit: "64 KiB",
        without: &[],
    },
    Opening {
        path: "x.key",
        arguments: &["key", "public", "x.key"],
        message: "error: x.key: {}\n",
        limit: "64 KiB",
        without: &[],
    },
    Opening {
        path: "x.sig",
        arguments: &["sign", "sub", "-k", "key", "-o", "x.sig"],
        message: "error: x.sig: {}\n",
        limit: "1 MiB",
        without: &[],
    },
    Opening {
        path: "x.sig",
        arguments: &["verify", "sub", "--signature", "x.sig", "-k", "KEY"],
        message: "error: x.sig: {}\n",
        limit: "1 MiB",
        without: &[],
    },
    Opening {
        path: "x",
        arguments: &["seal", "-R", "x", "a.toml"],
        message: "error: x: {}\n",
        limit: "1 MiB",
        without: &[],
    },
    Opening {
        path: "x",
        arguments: &["seal", "--passphrase-file", "x", "a.toml"],
        message: "error: x: {}\n",
        limit: "4 KiB",
        without: &[],
    },
    Opening {
        path: "x",
        arguments: &["seal", "--passphrase-file", "passphrase", "x"],
        message: "error: x: {}\n",
        limit: "256 MiB",
        without: &[],
    },
    Opening { path: "x", arguments: &["unseal", "x"], message: "error: x: {}\n", limit: "256 MiB", without: &[] },
    Opening {
        path: "x",
        arguments: &["unseal", "-i", "x", "sealed"],
        message: "error: x: {}\n",
        limit: "1 MiB",
        without: &[],
    },
    Opening {
        path: "x.jsonl",
        arguments: &["audit", "show", "x.jsonl"],
        message: "error: x.jsonl: {}\n",
        limit: "",
        without: &["sparse"],
    },
    Opening {
        path: "x.jsonl",
        arguments: &["audit", "verify", "x.jsonl"],
        message: "error: x.jsonl: {}\n",
        limit: "",
        without: &["sparse"],
    },
];

/// Creates a file of a kind. The listener of a socket is left open until the process ends.
fn create(kind: &str, path: &Path) {
    match kind {
        "FIFO" => assert!(Command::new("mkfifo").arg(path).status().unwrap().success()),
        "socket" => std::mem::forget(UnixListener::bind(path).unwrap()),
        "directory" => fs::create_dir(path).unwrap(),
        "device" => symlink("/dev/zero", path).unwrap(),
        "loop" => symlink(path.file_name().unwrap(), path).unwrap(),
        _ => File::create(path).unwrap().set_len(1 << 30).unwrap(),
    }
}

fn remove(path: &Path) {
    if fs::symlink_metadata(path).unwrap().is_dir() {
        fs::remove_dir(path).unwrap();
    } else {
        fs::remove_file(path).unwrap();
    }
}

impl Opening {
    /// Returns the reason in the message of a kind.
    fn reason(&self, kind: &str) -> String {
        let trail = self.path.ends_with(".jsonl");
        match kind {
            "loop" if trail => "too many levels of symbolic links".to_owned(),
            _ if trail => "not an audit trail; move it away, or name another file".to_owned(),
            "loop" => "too many levels of symbolic links".to_owned(),
            "sparse" => format!("larger than the limit of {}", self.limit),
            "FIFO" if self.limit == CONFIG => {
                "not a regular file: a FIFO; pass what it holds on standard input, with the path -".to_owned()
            }
            kind => format!("not a regular file: a {kind}"),
        }
    }
}

#[test]
fn each_command_names_what_it_cannot_read() {
    let folder = files(&[
        ("a.toml", GOOD),
        ("sub/a.toml", GOOD),
        ("reference.json", r#"{ "$ref": "x.json" }"#),
        ("passphrase", "correct horse\n"),
    ]);
    let path = folder.path();
    run_in(path, &["key", "generate", "test-1", "-o", "key"]).success();
    let public = run_in(path, &["key", "public", "key"]).success();
    let public = String::from_utf8(public.get_output().stdout.clone()).unwrap();
    let key = run_in(path, &["keygen", "-o", "identity"]).success();
    let printed = key.get_output();
    let recipient = String::from_utf8([printed.stdout.clone(), printed.stderr.clone()].concat()).unwrap();
    let recipient = recipient.split_whitespace().find(|word| word.starts_with("age1")).unwrap().to_owned();
    run_in(path, &["seal", "-r", &recipient, "a.toml", "-o", "sealed"]).success();
    for command in COMMANDS {
        for kind in KINDS.into_iter().filter(|kind| !command.without.contains(kind)) {
            let at = path.join(command.path);
            create(kind, &at);
            let mut program = Timed::from_std(confgate!());
            let arguments = command.arguments.iter().map(|word| if *word == "KEY" { public.trim() } else { word });
            program.current_dir(path).args(arguments).timeout(PATIENCE);
            let output = program.output().unwrap();
            let printed = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
            let what = format!("{kind} for {:?}: {printed}", command.arguments);
            assert_eq!(output.status.code(), Some(2), "{what}");
            assert!(printed.contains(&command.message.replace("{}", &command.reason(kind))), "{what}");
            remove(&at);
        }
    }
}

#[test]
fn a_named_schema_and_a_build_request_are_regular_files() {
    let named = format!("#:schema x.json\n{GOOD}");
    let folder = files(&[("named.toml", &named)]);
    let at = folder.path().join("x.json");
    for kind in KINDS {
        let reason = match kind {
            "loop" => "too many levels of symbolic links".to_owned(),
            "sparse" => "larger than the limit of ".to_owned(),
            kind => format!("not a regular file: a {kind}"),
        };
        create(kind, &at);
        let mut check = Timed::from_std(confgate!());
        let output = check.current_dir(folder.path()).args(["check", "named.toml"]).timeout(PATIENCE).output().unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(1), "{kind}: {printed}");
        assert!(
            printed.starts_with(&format!("error: the schema x.json cannot be used: {reason}")),
            "{kind}: {printed}"
        );
        let mut build = Timed::from_std(confgate!());
        build.current_dir(folder.path()).arg("bundle").env("out", "out").env("requestPath", "x.json").timeout(PATIENCE);
        let output = build.output().unwrap();
        let printed = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{kind}: {printed}");
        assert!(printed.starts_with(&format!("error: x.json: {reason}")), "{kind}: {printed}");
        remove(&at);
    }
}

#[test]
fn the_size_limit_of_a_config_is_an_option() {
    let text = format!("{GOOD}# {}\n", "x".repeat(3000));
    let folder = files(&[("a.toml", &text), ("b.toml", GOOD)]);
    let path = folder.path();
    let error = "error: a.toml: larger than the limit of 2 KiB; raise it with --max-size\n".to_owned();
    run_in(path, &["check", "a.toml", "--max-size", "2KiB"]).code(2).stderr(error.clone());
    run_in(path, &["render", "a.toml", "--max-size", "2048"]).code(2).stderr(error.clone());
    run_in(path, &["diff", "b.toml", "a.toml", "--max-size", "2 KiB"]).code(2).stderr(error.clone());
    for loads in [&["show"][..], &["explain", "network.listen_port"], &["secrets", "check"]] {
        run_in(path, &[loads, &["-c", "a.toml", "--max-size", "2KiB"]].concat()).code(2).stderr(error.clone());
    }
    run_in(path, &["check", "a.toml", "--max-size", "4KiB"]).code(0);
    run_in(path, &["check", "a.toml", "--max-size", "many"]).code(2).stderr(
        "error: invalid value 'many' for '--max-size <SIZE>': not a size; write a number of bytes, or one with KiB, MiB or GiB, \
         such as 256MiB\n\nFor more information, try '--help'.\n",
    );
    let json = path.join("a.json");
    File::create(&json).unwrap().set_len(1 << 30).unwrap();
    run_in(path, &["check", "a.json", "--max-size", "2GiB"])
        .code(2)
        .stderr("error: a.json: larger than 256 MiB, the largest size of a config in JSON\n");
}

#[test]
fn a_report_displays_a_thousand_diagnostics_and_counts_all() {
    let lines: String = (0..1203).map(|_| "= x\n").collect();
    let folder = files(&[("a.toml", &lines)]);
    let printed = |format: &str| {
        let printed = run_in(folder.path(), &["check", "a.toml", "--format", format]).code(1);
        String::from_utf8(printed.get_output().stdout.clone()).unwrap()
    };
    let human = printed("human");
    assert_eq!(human.matches("error: ").count(), 1000);
    assert!(
        human.ends_with(
            "\n\nand 203 more (errors: 203, warnings: 0)\n\nrefused in Development: 1203 errors, 0 warnings\n"
        ),
        "{}",
        &human[human.len() - 200..]
    );
    let json: serde_json::Value = serde_json::from_str(&printed("json")).unwrap();
    let config = &json["configs"][0];
    assert_eq!((&json["errors"], &config["errors"]), (&1203.into(), &1203.into()));
    assert_eq!(config["findings"].as_array().unwrap().len(), 1000);
    assert_eq!(config["omitted"], serde_json::json!({ "errors": 203, "warnings": 0 }));
    let sarif: serde_json::Value = serde_json::from_str(&printed("sarif")).unwrap();
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), 1000);
    assert_eq!(sarif["runs"][0]["properties"]["omitted"], serde_json::json!({ "errors": 203, "warnings": 0 }));
    let github = printed("github");
    assert_eq!(github.lines().count(), 1001);
    assert!(github.ends_with("::notice::and 203 more (errors: 203, warnings: 0)\n"));
}

#[test]
fn many_unknown_keys_of_a_table_are_one_diagnostic() {
    let keys: String = (0..1500).map(|index| format!("zz{index} = 1\n")).collect();
    let folder = files(&[("a.toml", &format!("[network]\n{keys}"))]);
    let printed = run_in(folder.path(), &["check", "a.toml"]).code(1);
    let printed = String::from_utf8(printed.get_output().stdout.clone()).unwrap();
    assert!(printed.starts_with("error: 1500 unknown keys in network "), "{}", &printed[..200]);
    assert!(printed.contains("zz999 (line 1001)\n") && !printed.contains("zz1000"));
    assert!(printed.contains("= and 500 more keys\n"), "{}", &printed[printed.len() - 400..]);
    assert!(printed.ends_with("refused in Development: 1500 errors, 0 warnings\n"));
}
