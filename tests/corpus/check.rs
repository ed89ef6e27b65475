//! Cases with `config.toml`, `config.json` or `config.yaml`: all that `confgate check` prints.

use std::fs;
use std::process::Output;

use confgate_test_support::confgate;
use libtest_mimic::Failed;

use crate::case::{Case, Input, Verdict};

/// Checks the config of a case, and compares.
pub fn run(case: &Case) -> Result<(), Failed> {
    let output = check(case, "human");
    let text = String::from_utf8([output.stdout, output.stderr].concat())?;
    let verdict = match output.status.code() {
        Some(0) => Verdict::Admitted,
        Some(1) => Verdict::Refused,
        code => return Err(format!("exit code {code:?}:\n{text}").into()),
    };
    case.compare(verdict, &text)
}

/// Runs `confgate check` with the schema and the arguments of a case.
pub fn check(case: &Case, format: &str) -> Output {
    let mut command = confgate!();
    let Input::File(config) = case.input else { panic!("{}: not a file", case.name()) };
    command.current_dir(&case.folder).args(["check", config]);
    if case.file("schema.json").exists() {
        command.args(["--schema", "schema.json"]);
    }
    let arguments = case.read("arguments").unwrap_or_default();
    let mut arguments: Vec<&str> = arguments.lines().collect();
    // A case may be about another format.
    let own = arguments.iter().position(|argument| *argument == "--format");
    match own {
        Some(at) if format != "human" => drop(arguments.splice(at..at + 2, ["--format", format])),
        Some(_) => {}
        None => arguments.extend(["--format", format]),
    }
    command.args(arguments);
    command.output().unwrap()
}

pub fn a_file_of_one_endless_line_is_refused_in_a_few() {
    let long = "x".repeat(1 << 18);
    let folder = tempfile::tempdir().unwrap();
    let case = Case { folder: folder.path().to_owned(), input: Input::File("config.toml") };
    for text in [
        format!("[app]\nname = \"{long}\"\n"),
        format!("[app]\n{long} = 1\n"),
        format!("[{long}]\na = 1\n"),
        format!("[app]\nname = {long}\n"),
        format!("x = {}", "[".repeat(1 << 18)),
        format!("{}x = 1", "a.".repeat(1 << 16)),
    ] {
        fs::write(case.file("config.toml"), text).unwrap();
        let output = check(&case, "human");
        assert_eq!(output.status.code(), Some(1));
        assert!(output.stdout.len() < 4000 && output.stderr.is_empty(), "{output:?}");
    }
}
