//! What `mkBundle` asks for.

use std::collections::BTreeMap;
use std::path::PathBuf;

use confgate_core::bundle::ValueOrigins;
use confgate_core::environment::Environment;

use serde::Deserialize;

use crate::problem::Problem;

/// What a derivation asks its builder for: bundles, and what they share.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Request {
    /// The bundles: one, or those of a fleet.
    pub orders: Vec<Order>,
    /// The files that origins and problems name, and where they are.
    pub sources: BTreeMap<String, PathBuf>,
    /// Whether what the gate refuses is refused here: without it the diagnostics are said and the bundle is made all the
    /// same, for those who check elsewhere.
    #[serde(default = "yes")]
    pub check: bool,
    /// The warnings that are known and accepted, each by its rule or as `RULE:FIELD`.
    #[serde(default)]
    pub accept: Vec<String>,
    /// Whether the other warnings refuse a bundle.
    #[serde(default)]
    pub deny_warnings: bool,
    /// The schema, when it is not the bundled one.
    #[serde(default)]
    pub schema: Option<PathBuf>,
}

/// One bundle: the values that modules define, where they do, and what is wrong before any value is looked at.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// What the bundle is called.
    pub name: String,
    /// The environment whose defaults fill in what no module defines.
    pub environment: Environment,
    /// What was defined and won.
    pub settings: serde_json::Value,
    /// JSON Pointer to the places that define the value.
    pub origins: BTreeMap<String, ValueOrigins>,
    /// What composing the modules found.
    pub problems: Vec<Problem>,
    /// What the config is rendered as.
    #[serde(default)]
    pub format: Format,
}

/// What a config is rendered as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// `config.toml`.
    #[default]
    Toml,
    /// `config.json`.
    Json,
}

impl Order {
    /// The files that origins and problems name.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        let written = self.origins.values().flat_map(|written| {
            let overridden = written.overridden.iter().map(|overridden| &overridden.definition);
            written.set.iter().chain(overridden)
        });
        let wrong = self.problems.iter().flat_map(|problem| problem.places());
        written.chain(wrong).map(|definition| definition.file.as_str())
    }
}

fn yes() -> bool {
    true
}
