//! `manifest.json`: what a bundle is and what it was made from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::diagnostics::{Diagnostic, Severity};
use crate::environment::Environment;

/// The names of the files that a build writes; the config has one of the first two.
pub const FILES: [&str; 4] = ["config.toml", "config.json", "origins.json", "manifest.json"];

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
    /// How many values stand in the config.
    pub keys: usize,
    /// What was found and did not refuse it.
    #[serde(rename = "findings")]
    pub diagnostics: Vec<Noted>,
    /// What it was made from.
    pub digests: Digests,
}

/// A diagnostic that did not refuse the bundle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Noted {
    /// How much it weighs.
    pub severity: Severity,
    /// The code.
    #[serde(rename = "rule")]
    pub code: String,
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
    /// The config as it is rendered.
    pub settings: String,
    /// The Nix files that define values.
    pub sources: BTreeMap<String, String>,
}

impl From<&Diagnostic> for Noted {
    fn from(diagnostic: &Diagnostic) -> Self {
        Self {
            severity: diagnostic.severity,
            code: diagnostic.code.clone(),
            path: diagnostic.path.pointer(),
            message: diagnostic.message.clone(),
        }
    }
}
