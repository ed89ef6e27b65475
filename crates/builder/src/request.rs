//! Request file: the JSON that the Nix library writes for the builder.

use std::collections::BTreeMap;
use std::mem;
use std::path::PathBuf;
use std::sync::Arc;

use confgate_core::bundle::ValueOrigins;
use confgate_core::environment::Environment;
use confgate_core::value::Format;
use serde::Deserialize;

use crate::error::BuildError;
use crate::nix_environment::read_request;
use crate::problem::ModuleProblem;

/// Places that define values, by the JSON Pointer of the value.
pub type Origins = BTreeMap<String, Arc<ValueOrigins>>;

/// Request of a derivation: the bundles to build and their common inputs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct BuildRequest {
    /// Bundles to build: one, or those of a fleet.
    #[serde(rename = "orders")]
    pub bundles: Vec<BundleRequest>,
    /// Origins that several bundles share, by a name that these refer to. A request stays small without a copy for each node.
    #[serde(default)]
    pub shared_origins: BTreeMap<String, Origins>,
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

impl BuildRequest {
    /// Reads the request file, and gives each bundle the origins that it shares with others.
    pub(crate) fn read() -> Result<Self, BuildError> {
        let request: Self = read_request()?;
        request.with_shared_origins()
    }

    fn with_shared_origins(mut self) -> Result<Self, BuildError> {
        for bundle in &mut self.bundles {
            let Some(SharedOrigins { name, without }) = bundle.shared.take() else { continue };
            let Some(shared) = self.shared_origins.get(&name) else {
                return Err(BuildError::SharedOrigins { bundle: bundle.name.clone(), name });
            };
            let own = mem::replace(&mut bundle.origins, shared.clone());
            for pointer in &without {
                bundle.origins.remove(pointer);
            }
            bundle.origins.extend(own);
        }
        Ok(self)
    }
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
    /// Places that define each value, without those of `shared`.
    pub origins: Origins,
    /// Origins that the bundle shares with others.
    #[serde(default)]
    pub shared: Option<SharedOrigins>,
    /// Problems that were found during evaluation.
    pub problems: Vec<ModuleProblem>,
    /// Format of the config.
    #[serde(default)]
    pub format: Format,
}

/// Reference to origins that bundles share.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharedOrigins {
    /// Name in the request.
    pub name: String,
    /// Pointers that this bundle does not share.
    pub without: Vec<String>,
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn request(bundle: serde_json::Value) -> Result<BuildRequest, BuildError> {
        let place = |line: usize| json!({ "set": [{ "file": "base.nix", "line": line, "column": 3 }] });
        let mut order = json!({ "name": "ams1", "environment": "Production", "settings": {}, "problems": [] });
        order["origins"] = json!({ "/b": place(20), "/d": place(40) });
        order["shared"] = bundle;
        let request = json!({
            "orders": [order],
            "sharedOrigins": { "europe": { "/a": place(1), "/b": place(2), "/c": place(3) } },
            "sources": {},
        });
        serde_json::from_value::<BuildRequest>(request).unwrap().with_shared_origins()
    }

    #[test]
    fn own_origins_replace_shared_ones_and_dropped_ones_are_left_out() {
        let request = request(json!({ "name": "europe", "without": ["/c", "/e"] })).unwrap();
        let lines: Vec<(&str, usize)> = request.bundles[0]
            .origins
            .iter()
            .map(|(pointer, origins)| (pointer.as_str(), origins.set[0].line))
            .collect();
        assert_eq!(lines, [("/a", 1), ("/b", 20), ("/d", 40)]);
    }

    #[test]
    fn shared_origins_have_to_be_in_the_request() {
        let error = request(json!({ "name": "asia", "without": [] })).unwrap_err();
        assert_eq!(
            error.to_string(),
            "ams1: the request has no shared origins `asia`: use a binary and a Nix library of the same version"
        );
    }
}
