//! The Python package `jsonschema`, which decides on many files in one process.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use confgate_test_support::root;
use serde_json::{Value as Json, json};

use crate::written::Written;

/// The folder where `benches/peers install` puts the schemas of the package `schemastore`.
pub fn schemas_folder() -> PathBuf {
    root().join("target/peers/schemas")
}

/// Files to decide on.
#[derive(Default)]
pub struct Judge {
    schemas: Vec<Json>,
    files: Vec<(usize, Written)>,
}

impl Judge {
    /// Adds the files that were written for a schema.
    pub fn add(&mut self, schema: &Json, written: Vec<Written>) {
        self.schemas.push(schema.clone());
        self.files.extend(written.into_iter().map(|file| (self.schemas.len() - 1, file)));
    }

    /// Asserts that the package admits each file, and rejects a file that it must reject. Prints the name of what is missing in
    /// place of that.
    pub fn assert_admitted(mut self) {
        let Some(python) = python() else { return };
        // A validator that admits everything proves nothing.
        self.schemas.push(json!({ "properties": { "a": { "type": "string" } } }));
        let files = self.files.iter().map(|(schema, file)| (*schema, file.extension(), file.text.as_str()));
        let wrong = [("toml", "a = 1\n"), ("json", "{ \"a\": 1 }"), ("yaml", "a: 1\n")];
        let wrong = wrong.into_iter().map(|(format, text)| (self.schemas.len() - 1, format, text));
        let files = files
            .chain(wrong)
            .map(|(schema, format, text)| json!({ "schema": schema, "format": format, "text": text }));
        let request =
            json!({ "schemas": self.schemas, "folder": schemas_folder(), "files": files.collect::<Vec<_>>() });
        let mut reasons = decide(&python, &request);
        let rejected = reasons.split_off(self.files.len());
        assert_eq!(rejected, vec![Some("$.a: 1 is not of type 'string'".to_owned()); 3]);
        let mut failures: Vec<(usize, String)> = Vec::new();
        for ((schema, file), reason) in self.files.iter().zip(reasons) {
            if let Some(reason) = reason {
                let schema = serde_json::to_string_pretty(&self.schemas[*schema]).unwrap();
                failures.push((schema.len(), format!("{}: {reason}\n{}\n{:.4000}", file.by, file.text, schema)));
            }
        }
        // The smallest schema shows the mistake best.
        failures.sort();
        assert!(failures.is_empty(), "{} files are rejected; the first:\n{}", failures.len(), failures[0].1);
    }
}

/// Returns the reason why each file is rejected.
fn decide(python: &Path, request: &Json) -> Vec<Option<String>> {
    let mut child = Command::new(python);
    child.arg(root().join("tests/written/judge.py")).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = child.spawn().unwrap();
    serde_json::to_writer(child.stdin.take().unwrap(), request).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "judge.py fails");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Returns a Python with the packages that the script imports, or prints that none is installed.
fn python() -> Option<PathBuf> {
    let candidates = [root().join("target/peers/bin/python"), PathBuf::from("python3")];
    let has_packages = |python: &PathBuf| {
        let mut command = Command::new(python);
        command.args(["-c", "import jsonschema, referencing, ruamel.yaml"]).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let found = candidates.into_iter().find(has_packages);
    if found.is_none() {
        eprintln!("skipped: the verdicts of Python (the packages jsonschema and ruamel.yaml are not installed)");
    }
    found
}
