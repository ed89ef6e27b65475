//! `manifest.json`: the description of a bundle and the digests of its inputs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::diagnostics::{Diagnostic, Severity};
use crate::environment::Environment;
use crate::value::Format;

/// Names of the files of a bundle. The config has one of the first three; a bundle may have no schema.
pub const FILES: [&str; 6] =
    ["config.toml", "config.json", "config.yaml", "origins.json", "manifest.json", SCHEMA_FILE];

/// Name of the schema in a bundle. It is for editors: the gate of a program validates by its own.
pub const SCHEMA_FILE: &str = "config.schema.json";

/// Returns the name of a bundle's config in a format.
pub const fn config_name(format: Format) -> &'static str {
    match format {
        Format::Toml => FILES[0],
        Format::Json => FILES[1],
        Format::Yaml => FILES[2],
    }
}

/// Description of a bundle. It contains no time, host or revision, so that the same inputs give the same bytes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Name of the bundle.
    pub name: String,
    /// Environment of the config.
    pub environment: Environment,
    /// Name of the model; `None` for a config of a schema without a model.
    pub model: Option<String>,
    /// True if the gate admitted the config; false only if the build skipped the check.
    pub admitted: bool,
    /// Number of values in the config.
    pub keys: usize,
    /// Diagnostics that did not reject the config.
    #[serde(rename = "findings")]
    pub diagnostics: Vec<ManifestDiagnostic>,
    /// Digests of the inputs.
    pub digests: Digests,
}

/// A diagnostic that did not reject the config.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ManifestDiagnostic {
    /// Severity.
    pub severity: Severity,
    /// Code.
    #[serde(rename = "rule")]
    pub code: String,
    /// JSON Pointer of the value.
    pub path: String,
    /// Message.
    pub message: String,
}

/// SHA-256 digests, in the form of `sha256sum`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Digests {
    /// The schema document.
    pub schema: String,
    /// The rendered config.
    pub settings: String,
    /// The Nix files that define values.
    pub sources: BTreeMap<String, String>,
}

impl From<&Diagnostic> for ManifestDiagnostic {
    fn from(diagnostic: &Diagnostic) -> Self {
        Self {
            severity: diagnostic.severity,
            code: diagnostic.code.clone(),
            path: diagnostic.path.pointer(),
            message: diagnostic.message.clone(),
        }
    }
}
