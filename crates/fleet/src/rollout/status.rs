//! Status of the rollout of a service.

use serde::Serialize;

use crate::keys::Keys;
use crate::limits::MAX_VALUE;
use crate::names::{NodeName, WaveName};
use crate::position::Revision;
use crate::rollout::commands::{read_last, read_plan, read_state};
use crate::rollout::error::RolloutError;
use crate::rollout::inventory::Inventory;
use crate::rollout::plan::Plan;
use crate::rollout::progress::{NodeProgress, Progress};
use crate::rollout::state::{Outcome, RolloutState};
use crate::store::Store;

/// Status of a rollout.
#[derive(Debug, Clone, Serialize)]
pub struct RolloutStatus {
    /// Its state.
    pub state: RolloutState,
    /// The controller that carries it out; `None` if there is none, or the rollout ended.
    pub controller: Option<String>,
    /// Its waves. Empty if the rollout ended.
    pub waves: Vec<WaveStatus>,
    /// The nodes that have the release and do not run it.
    pub pending: Vec<NodeStatus>,
}

/// Status of a wave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WaveStatus {
    /// The wave.
    pub wave: WaveName,
    /// Number of its nodes.
    pub nodes: usize,
    /// Number of those that the pointer holds for.
    pub admitted: usize,
    /// Number of those that run the release.
    pub done: usize,
}

/// Status of a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NodeStatus {
    /// The node.
    pub node: NodeName,
    /// Its wave.
    pub wave: WaveName,
    /// Its progress.
    #[serde(flatten)]
    pub progress: NodeProgress,
}

/// Reads the status of the running rollout, or of the last one. `None` if there was none.
///
/// # Errors
///
/// The store cannot be read, or a value is invalid.
pub async fn status(store: &Store, keys: &Keys) -> Result<Option<RolloutStatus>, RolloutError> {
    if let Some((state, entry)) = read_state(store, keys).await?
        && let Some(plan) = read_plan(store, keys, &state).await?
    {
        let inventory = Inventory::of(&store.list(&keys.nodes()).await?, keys);
        let (leader, _) = store.get(&keys.controller(), MAX_VALUE).await?;
        let controller = leader.map(|leader| String::from_utf8_lossy(&leader.value).into_owned());
        return Ok(Some(RolloutStatus::of(&state, &plan, &inventory, entry.created, controller)));
    }
    let ended = |state| RolloutStatus { state, controller: None, waves: Vec::new(), pending: Vec::new() };
    Ok(read_last(store, keys).await?.map(ended))
}

impl RolloutStatus {
    /// Returns whether the rollout waits for an operator, or went back.
    pub const fn needs_attention(&self) -> bool {
        self.state.paused.is_some() || matches!(self.state.outcome, Some(Outcome::Back { .. }))
    }

    /// Returns the status of a running rollout.
    pub(super) fn of(
        state: &RolloutState,
        plan: &Plan,
        inventory: &Inventory,
        began: Revision,
        controller: Option<String>,
    ) -> Self {
        let progress = Progress::of(state, plan, inventory, began);
        let name = |index: usize| state.spec.waves.get(index).map_or_else(WaveName::all, |wave| wave.name());
        let waves = plan.waves.iter().enumerate().map(|(index, wave)| {
            let (admitted, done) = progress.of_wave(index);
            WaveStatus { wave: wave.wave.name(), nodes: wave.len(), admitted, done }
        });
        let pending = progress.nodes.iter().filter(|(_, _, progress)| *progress != NodeProgress::Done);
        let pending = pending.map(|(node, wave, progress)| NodeStatus {
            node: (*node).clone(),
            wave: name(*wave),
            progress: progress.clone(),
        });
        Self { state: state.clone(), controller, waves: waves.collect(), pending: pending.collect() }
    }
}
