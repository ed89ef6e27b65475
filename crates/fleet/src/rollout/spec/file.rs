//! The rollout file as a model.

use confgate_core::environment::Environment;
use confgate_core::gate::Gate;
use confgate_core::model::{Model, Rule};
use confgate_core::schema::generate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::rollout::spec::rollout::RolloutSpec;
use crate::rollout::spec::rules::RULES;

/// A rollout file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "rollout.toml")]
pub struct RolloutFile {
    /// The way of a release to the nodes.
    pub rollout: RolloutSpec,
}

impl Model for RolloutFile {
    const NAME: &'static str = "rollout";
    const ENV_PREFIX: &'static str = "CONFGATE_ROLLOUT";

    fn defaults(_: Environment) -> Self {
        Self::default()
    }

    fn rules() -> &'static [Rule<Self>] {
        RULES
    }
}

/// Returns the gate of rollout files.
pub fn rollout_gate() -> Gate<RolloutFile> {
    Gate::of::<RolloutFile>()
}

/// Returns the JSON Schema of rollout files.
pub fn rollout_schema() -> Json {
    generate::schema::<RolloutFile>()
}
