//! Request file: the JSON that the Nix library writes for the builder.

use std::collections::BTreeMap;
use std::path::PathBuf;

use confgate_core::bundle::ValueOrigins;
use confgate_core::environment::Environment;
use confgate_core::value::Format;
use serde::Deserialize;

use crate::problem::ModuleProblem;

/// Request of a derivation: the bundles to build and their common inputs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct BuildRequest {
    /// Bundles to build: one, or those of a fleet.
    #[serde(rename = "orders")]
    pub bundles: Vec<BundleRequest>,
    /// Nix files that origins and problems refer to, by name, with their paths in the store.
    pub sources: BTreeMap<String, PathBuf>,
    /// Fails the build if the gate rejects a config. Otherwise the report is printed and the bundle is written, for those who
    /// validate elsewhere.
    #[serde(default = "default_check")]
    pub check: bool,
    /// Accepted warnings, each as `CODE` or `CODE:FIELD`.
    #[serde(default)]
    pub accept: Vec<String>,
    /// Rejects a config with other warnings.
    #[serde(default)]
    pub deny_warnings: bool,
    /// Path of the schema, or `None` for the bundled model.
    #[serde(default)]
    pub schema: Option<PathBuf>,
    /// Files and directories that stand for the URLs that the schema refers to.
    #[serde(default)]
    pub schema_map: BTreeMap<String, PathBuf>,
    /// Puts the schema into the bundle, and names it in the first line of the config.
    #[serde(default)]
    pub with_schema: bool,
    /// Rollout of the fleet.
    #[serde(default)]
    pub rollout: Option<RolloutRequest>,
}

/// Request for the rollout file of a fleet.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RolloutRequest {
    /// Path of the schema of rollout files.
    pub schema: PathBuf,
    /// The file.
    pub order: BundleRequest,
}

/// Request for one bundle, as the evaluation of its modules left it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleRequest {
    /// Name of the bundle.
    pub name: String,
    /// Environment whose defaults fill in the values that no module defines.
    pub environment: Environment,
    /// Values of the definitions that won.
    pub settings: serde_json::Value,
    /// Places that define each value, by JSON Pointer.
    pub origins: BTreeMap<String, ValueOrigins>,
    /// Problems that were found during evaluation.
    pub problems: Vec<ModuleProblem>,
    /// Format of the config.
    #[serde(default)]
    pub format: Format,
}

impl BundleRequest {
    /// Returns the names of the Nix files that origins and problems refer to.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        let of_origins = self.origins.values().flat_map(|origins| {
            origins.set.iter().chain(origins.overridden.iter().map(|overridden| &overridden.definition))
        });
        let of_problems = self.problems.iter().flat_map(|problem| problem.definitions());
        of_origins.chain(of_problems).map(|definition| definition.file.as_str())
    }
}

fn default_check() -> bool {
    true
}
