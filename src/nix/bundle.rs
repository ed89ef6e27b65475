//! The builder of a bundle: `config.toml`, `origins.json` and `manifest.json`, or a report and nothing.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use super::request::{Request, Written};
use super::{BuildError, request, variable};
use crate::environment::Environment;
use crate::gate::finding::{Finding, Report};
use crate::gate::{Gate, Submission, Terms};
use crate::model::Severity;
use crate::tree::{self, Origin, Source, Sources, json, write};

/// What a build came to.
#[derive(Debug)]
pub struct Built {
    /// Everything that was found.
    pub report: Report,
    /// Whether the config was refused and nothing was written.
    pub refused: bool,
}

/// What a bundle is made of. The same inputs give the same bytes: no clock, no machine, no revision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// What the bundle is called.
    pub name: String,
    /// The environment that it is for.
    pub environment: Environment,
    /// The model that it is a config of; none for a schema alone.
    pub model: Option<String>,
    /// Whether the gate admitted it; false only where the build was told not to check.
    pub admitted: bool,
    /// How many values stand in `config.toml`.
    pub keys: usize,
    /// What was found and did not refuse it.
    pub findings: Vec<Noted>,
    /// What it was made from.
    pub digests: Digests,
}

/// A finding that did not refuse the bundle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Noted {
    /// How much it weighs.
    pub severity: Severity,
    /// The rule.
    pub rule: String,
    /// The value, as a JSON Pointer.
    pub path: String,
    /// The headline.
    pub message: String,
}

/// SHA-256 of each part, as `sha256sum` prints it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Digests {
    /// The schema document.
    pub schema: String,
    /// `config.toml`.
    pub settings: String,
    /// The Nix files that define values.
    pub sources: BTreeMap<String, String>,
}

/// Builds the bundle that Nix asks for through the environment of a builder.
///
/// # Errors
///
/// The request cannot be read or the output cannot be written. A config that is refused is no error: its report says so.
pub fn build(bundled: &dyn Fn() -> Gate) -> Result<Built, BuildError> {
    let out = variable("out")?;
    let asked: Request = request()?;
    let schema_text = match &asked.schema {
        Some(path) => Some(fs::read(path).map_err(BuildError::io(path))?),
        None => None,
    };
    let gate = match (&schema_text, &asked.schema) {
        (Some(text), Some(path)) => own_gate(text, path)?,
        _ => bundled(),
    };
    let schema_text = schema_text.unwrap_or_else(|| document(gate.schema()).into_bytes());
    let mut sources = Sources::default();
    let mut digests = BTreeMap::new();
    for (name, path) in &asked.sources {
        let bytes = fs::read(path).map_err(BuildError::io(path))?;
        digests.insert(name.clone(), digest(&bytes));
        sources.nix.insert(name.clone(), Source::new(name.clone(), String::from_utf8_lossy(&bytes)));
    }
    let outcome = gate.examine(submission(&asked, &gate, sources)?);
    let refused = asked.check && !outcome.report.admits();
    if !refused {
        let text = write::toml(&outcome.tree).map_err(|error| refused_request(&error))?;
        let manifest = Manifest {
            name: asked.name.clone(),
            environment: outcome.environment,
            model: gate.model_name().map(str::to_owned),
            admitted: outcome.report.admits(),
            keys: outcome.tree.keys(),
            findings: outcome.report.findings().iter().map(noted).collect(),
            digests: Digests { schema: digest(&schema_text), settings: digest(text.as_bytes()), sources: digests },
        };
        fs::create_dir(&out).map_err(BuildError::io(&out))?;
        put(&out, "config.toml", &text)?;
        put(&out, "origins.json", &document(&asked.origins))?;
        put(&out, "manifest.json", &document(&manifest))?;
    }
    Ok(Built { refused, report: outcome.report })
}

fn own_gate(text: &[u8], path: &Path) -> Result<Gate, BuildError> {
    let refused = |reason: String| BuildError::Request { path: path.to_owned(), reason };
    let schema: Json = serde_json::from_slice(text).map_err(|error| refused(error.to_string()))?;
    Gate::of_schema(schema).map_err(|error| refused(error.to_string()))
}

fn refused_request(error: &dyn std::error::Error) -> BuildError {
    BuildError::Request { path: "settings".into(), reason: error.to_string() }
}

fn submission(asked: &Request, gate: &Gate, sources: Sources) -> Result<Submission, BuildError> {
    let mut tree = json::read(asked.settings.clone()).map_err(|error| refused_request(&error))?;
    for (pointer, written) in &asked.origins {
        if let Some(node) = tree.get_mut(&tree::Path::from_pointer(pointer).0) {
            node.origin = origin(written);
        }
    }
    let found: Vec<Finding> = asked.problems.iter().map(|problem| problem.finding(gate, &tree, &sources)).collect();
    let terms = Terms {
        environment: Some(asked.environment),
        plain_secrets: Severity::Error,
        fill_defaults: true,
        ..Terms::default()
    };
    Ok(Submission { tree, sources, found, terms })
}

fn origin(written: &Written) -> Origin {
    Origin::Nix(Arc::from(written.set.as_slice()))
}

fn noted(finding: &Finding) -> Noted {
    Noted {
        severity: finding.severity,
        rule: finding.rule.clone(),
        path: finding.path.pointer(),
        message: finding.message.clone(),
    }
}

/// A JSON document as it stands in a file: indented, with a line end.
pub fn document(value: &impl Serialize) -> String {
    // Maps with text keys and plain values always serialize.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn put(folder: &Path, name: &str, text: &str) -> Result<(), BuildError> {
    let path = folder.join(name);
    fs::write(&path, text).map_err(BuildError::io(&path))
}
