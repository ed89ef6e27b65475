//! The rollout that a leader carries out, between two reads of its state.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::entry::Entry;
use crate::keys::Keys;
use crate::rollout::evaluation::Evaluation;
use crate::rollout::inventory::Inventory;
use crate::rollout::monitoring::Monitoring;
use crate::rollout::plan::Plan;
use crate::rollout::progress::Progress;
use crate::rollout::spec::QueryVariables;
use crate::rollout::state::RolloutState;
use crate::rollout::step::{Observation, Step, step};

/// The longest time that one step counts: a controller that was stopped did not watch.
const LONGEST_STEP: Duration = Duration::from_secs(5);

/// A rollout as the leader knows it.
pub(super) struct Watched {
    pub state: RolloutState,
    pub entry: Entry,
    pub plan: Arc<Plan>,
    pub monitoring: Arc<Monitoring>,
    /// Time of the last step.
    pub stepped: Instant,
    /// Time at which the state was stored.
    pub saved: Instant,
    pub evaluation: Evaluation,
}

impl Watched {
    /// Takes the readings that are ready, begins the next evaluation, and returns the next step.
    pub async fn step(&mut self, inventory: &Inventory, keys: &Keys) -> Step {
        let now = Instant::now();
        let elapsed = now.duration_since(self.stepped).min(LONGEST_STEP);
        self.stepped = now;
        let readings = self.evaluation.take(&self.state, now).await;
        let seen = Observation {
            plan: &self.plan,
            inventory,
            began: self.entry.created,
            alarms: readings.as_ref().map(|(readings, elapsed)| (readings, *elapsed)),
            elapsed,
            at: Timestamp::now(),
        };
        let step = step(&self.state, seen);
        if self.evaluation.is_due(now) && !self.monitoring.is_empty() && step.state.outcome.is_none() {
            let progress = Progress::of(&step.state, &self.plan, inventory, self.entry.created);
            if !progress.nodes.is_empty() {
                let variables = variables(&step.state, &progress, inventory, keys);
                self.evaluation.begin(&step.state, now, self.monitoring.clone().evaluate(variables));
            }
        }
        step
    }
}

/// Returns the variables of queries.
fn variables(state: &RolloutState, progress: &Progress<'_>, inventory: &Inventory, keys: &Keys) -> QueryVariables {
    let mut with: Vec<_> = progress.nodes.iter().map(|(node, _, _)| *node).collect();
    with.sort();
    let others = inventory.members().map(|(node, _)| node).filter(|node| with.binary_search(node).is_err());
    QueryVariables {
        others: QueryVariables::pattern(others),
        nodes: QueryVariables::pattern(with.iter().copied()),
        service: keys.service().to_string(),
        release: state.release.to_string(),
        wave: state.wave_name().to_string(),
    }
}
