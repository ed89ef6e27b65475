//! The table `rollout` of a rollout file.

use confgate_core::types::Duration;
use confgate_monitoring::ServerSpec;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::rollout::spec::alarm::AlarmSpec;
use crate::rollout::spec::amount::Amount;
use crate::rollout::spec::wave::{Share, Wave};

/// The longest time between two evaluations of the alarms, and of one request for them.
pub const MAX_INTERVAL: std::time::Duration = std::time::Duration::from_secs(3600);

/// The way of a release to the nodes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RolloutSpec {
    /// Name that the order of the nodes is computed from. A fixed name keeps the order from rollout to rollout; without one, each
    /// release has an order of its own.
    #[schemars(regex(pattern = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"))]
    pub name: Option<String>,
    /// Waves, in their order: a tag, or the share of the fleet that has the release after the wave. The last one is `100%`.
    // Going back is one transaction over the pointers of all waves.
    #[schemars(length(min = 1, max = 32), extend("uniqueItems" = true))]
    pub waves: Vec<Wave>,
    /// Order of the nodes in a share.
    pub spread: Spread,
    /// Time for which the nodes of a wave run the release, and no alarm fires, before the next wave begins.
    pub bake: Duration,
    /// Largest number of nodes that may be on their way to the release at once.
    // With 0, no node ever gets the release.
    #[schemars(extend("minimum" = 1))]
    pub max_unavailable: Option<Amount>,
    /// Largest number of nodes that may reject the release, or go back from it. With one more, the rollout goes back.
    pub max_failures: Amount,
    /// Time that the nodes of a wave may take. After it the rollout pauses.
    pub deadline: Duration,
    /// Time between two evaluations of the alarms, at most an hour.
    #[schemars(extend("formatMinimum" = "1ms", "formatMaximum" = "1h"))]
    pub interval: Duration,
    /// Largest number of evaluations of an alarm that may fail one after another. With one more, the rollout pauses.
    pub max_errors: u32,
    /// The server that evaluates queries.
    pub prometheus: Option<ServerSpec>,
    /// The server that knows the alerts.
    pub alertmanager: Option<ServerSpec>,
    /// Alarms.
    #[schemars(length(max = 50))]
    pub alarm: Vec<AlarmSpec>,
}

/// Order of the nodes in a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum Spread {
    /// By their places alone.
    None,
    /// Region by region: a wave reaches the next region when it has all nodes of the one before. Nodes without a region come last.
    Region,
}

impl Default for RolloutSpec {
    fn default() -> Self {
        let shares = ["10%", "50%"].into_iter().filter_map(|share| share.parse().ok());
        Self {
            name: None,
            waves: shares.chain([Wave::Share(Share::ALL)]).collect(),
            spread: Spread::None,
            bake: Duration::from_secs(600),
            max_unavailable: None,
            max_failures: Amount::Nodes(0),
            deadline: Duration::from_secs(600),
            interval: Duration::from_secs(15),
            max_errors: 4,
            prometheus: None,
            alertmanager: None,
            alarm: Vec::new(),
        }
    }
}

impl RolloutSpec {
    /// Returns the largest number of nodes that may be on their way at once, in a fleet of this many nodes.
    pub fn max_in_flight(&self, nodes: usize) -> usize {
        // A share of a small fleet is rounded to one, without which no node would ever move.
        self.max_unavailable.map_or(usize::MAX, |amount| amount.of(nodes).max(1))
    }
}
