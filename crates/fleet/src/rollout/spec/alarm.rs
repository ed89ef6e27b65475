//! Alarms of a rollout.

use confgate_core::types::Duration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A condition on the state of the fleet under which a rollout goes back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AlarmSpec {
    /// Name in messages and in the history.
    #[schemars(length(min = 1, max = 100))]
    pub name: String,
    /// Query in PromQL, with `above`, `below` or both. `$nodes` and `$others` become patterns of the nodes that have the release
    /// and of those that do not yet; `$service`, `$release` and `$wave` their names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 10000))]
    pub query: Option<String>,
    /// Matchers of alerts in Alertmanager, such as `severity="page"`. The alarm fires while an alert that is neither silenced nor
    /// inhibited matches all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20), inner(length(min = 1, max = 1000)))]
    pub matchers: Vec<String>,
    /// The alarm fires while a value of the query is above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above: Option<f64>,
    /// The alarm fires while a value of the query is below.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<f64>,
    /// Time for which the condition must hold without a break.
    #[serde(default, rename = "for")]
    pub hold: Duration,
    /// Consequence of a query without a value in the bake, for the time of `for`.
    #[serde(default)]
    pub missing: Missing,
}

/// Consequence of a query without a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum Missing {
    /// The rollout pauses.
    #[default]
    Pause,
    /// The alarm does not fire.
    Pass,
    /// The alarm fires.
    Fail,
}
