//! The property on public schemas, and the messages about a mistake in a file of each.
//!
//! The files are in `tests/schemastore`; `scripts/schemas` unpacks the schemas.

use std::fs;
use std::path::PathBuf;

use confgate::value::json;
use confgate_test_support::{Printed, confgate, golden, root};
use serde::Deserialize;
use serde_json::Value as Json;

use crate::generated::promises;
use crate::judge::{Judge, schemas_folder};
use crate::written::{SchemaOnDisk, read, source};

/// A file of a public schema.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    file: String,
    schema: String,
    /// A mistake: this text, which the file has once,
    replace: String,
    /// becomes this one.
    by: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

impl Case {
    /// Returns the path of the schema, or prints that it is not installed.
    fn schema(&self) -> Option<PathBuf> {
        let path = schemas_folder().join(&self.schema);
        let is_installed = path.is_file();
        if !is_installed {
            eprintln!("skipped: {} (its schema is not installed: scripts/schemas)", self.file);
        }
        is_installed.then_some(path)
    }

    fn config(&self) -> PathBuf {
        folder().join(&self.file)
    }
}

fn folder() -> PathBuf {
    root().join("tests/schemastore")
}

fn cases() -> Vec<Case> {
    let text = fs::read_to_string(folder().join("cases.toml")).unwrap();
    toml::from_str::<Cases>(&text).unwrap().case
}

/// Returns a map from the URLs of each host to its folder.
fn maps() -> Vec<(String, String)> {
    let hosts = fs::read_dir(schemas_folder()).into_iter().flatten().map(|entry| entry.unwrap());
    let hosts = hosts.filter(|entry| entry.path().is_dir() && entry.file_name() != "packages");
    // The path of this URL ends with a slash, and a file has none at its end.
    let project = "https://packaging.python.org/en/latest/specifications/pyproject-toml/";
    let project_file = schemas_folder().join("packages/validate-pyproject/project_metadata.schema.json");
    let maps = hosts.flat_map(|entry| {
        let (host, folder) = (entry.file_name().into_string().unwrap(), entry.path().display().to_string());
        ["https", "http"].map(|scheme| (format!("{scheme}://{host}/"), folder.clone()))
    });
    maps.chain([(project.to_owned(), project_file.display().to_string())]).collect()
}

#[test]
fn every_file_of_the_folder_is_a_case() {
    let cases = cases();
    assert!(cases.len() >= 30);
    let mut names: Vec<String> =
        fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| !cases.iter().any(|case| *name == case.file || *name == format!("{}.txt", case.file)));
    names.sort();
    assert_eq!(names, ["README.md", "cases.toml"]);
}

#[test]
fn what_is_written_of_a_public_config_is_admitted_and_has_no_other_keys() {
    let (mut judge, mut problems) = (Judge::default(), String::new());
    let maps = maps();
    for case in cases() {
        let Some(path) = case.schema() else { continue };
        let schema: Json = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let on_disk = SchemaOnDisk { schema: &schema, path: &path, maps: &maps };
        match admitted(&case, &on_disk) {
            Ok(written) => judge.add(&schema, written),
            Err(problem) => problems.push_str(&format!("{}: {problem}\n", case.file)),
        }
    }
    assert!(problems.is_empty(), "{problems}");
    judge.assert_admitted();
}

fn admitted(case: &Case, on_disk: &SchemaOnDisk<'_>) -> Result<Vec<crate::written::Written>, String> {
    let gate = on_disk.gate()?;
    let (report, tree) = read(&gate, &source(&case.config()), false);
    report?;
    let author = json::write(&tree);
    let written = on_disk.write(&gate, &case.config())?;
    for file in &written {
        promises(&gate, on_disk.schema, &author, file)
            .map_err(|problem| format!("{} to {}: {problem}\n{}", file.by, file.format, file.text))?;
    }
    Ok(written)
}

#[test]
fn a_mistake_in_a_public_config_is_reported() {
    let mut differences = String::new();
    let maps: Vec<String> = maps().into_iter().map(|(url, path)| format!("--schema-map={url}={path}")).collect();
    for case in cases() {
        let Some(schema) = case.schema() else { continue };
        let text = fs::read_to_string(case.config()).unwrap();
        assert_eq!(text.matches(&case.replace).count(), 1, "{}: {}", case.file, case.replace);
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(&case.file), text.replace(&case.replace, &case.by)).unwrap();
        let mut command = confgate!();
        command.current_dir(folder.path()).args(["check", &case.file, "--schema"]).arg(schema).args(&maps);
        let output = confgate_test_support::pipe(command, "");
        if output.exit_code() != 1 {
            differences.push_str(&format!("{} is not rejected: {}{}\n", case.file, output.out(), output.err()));
            continue;
        }
        golden::compare(&self::folder().join(format!("{}.txt", case.file)), &output.out(), &mut differences);
    }
    assert!(differences.is_empty(), "{differences}");
}
