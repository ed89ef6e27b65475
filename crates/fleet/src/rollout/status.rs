//! Status of the rollout of a service.

use std::sync::Arc;

use serde::Serialize;

use crate::keys::Keys;
use crate::limits::MAX_VALUE;
use crate::names::{NodeName, WaveName};
use crate::position::Revision;
use crate::rollout::commands::{read_last, read_plan, read_state};
use crate::rollout::error::RolloutError;
use crate::rollout::inventory::Inventory;
use crate::rollout::plan::{Plan, PlannedWave};
use crate::rollout::progress::{NodeProgress, Progress, rejections};
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
    /// The nodes of later waves that would reject the release.
    pub rejecting: Vec<RejectingNode>,
}

/// A node that would reject the release of the rollout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RejectingNode {
    /// The node.
    pub node: NodeName,
    /// Its wave.
    pub wave: WaveName,
    /// The reason.
    pub message: String,
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

/// A rollout as the store has it: the running one, or the last one that ended.
#[derive(Debug, Clone)]
pub struct StoredRollout {
    /// Its state.
    pub state: RolloutState,
    /// The rest of a running one.
    pub running: Option<RunningRollout>,
}

/// The part of a rollout that is stored while it runs.
#[derive(Debug, Clone)]
pub struct RunningRollout {
    plan: Arc<Plan>,
    began: Revision,
    controller: Option<String>,
}

/// Reads the status of the running rollout, or of the last one. `None` if there was none.
///
/// # Errors
///
/// The store cannot be read, or a value is invalid.
pub async fn status(store: &Store, keys: &Keys) -> Result<Option<RolloutStatus>, RolloutError> {
    let Some(stored) = StoredRollout::read(store, keys, None).await? else { return Ok(None) };
    let inventory = Inventory::of(&store.list(&keys.nodes()).await?, keys);
    Ok(Some(stored.status(&inventory)))
}

impl StoredRollout {
    /// Reads the running rollout, or the last one. The plan of `known` is not read again: it does not change.
    ///
    /// # Errors
    ///
    /// The store cannot be read, or a value is invalid.
    pub async fn read(store: &Store, keys: &Keys, known: Option<&Self>) -> Result<Option<Self>, RolloutError> {
        if let Some((state, entry)) = read_state(store, keys).await? {
            let is_known = |known: &&Self| known.state.id == state.id && known.state.plan == state.plan;
            let known = known.filter(is_known).and_then(|known| known.running.as_ref());
            let plan = match known {
                Some(known) => Some(known.plan.clone()),
                None => read_plan(store, keys, &state).await?,
            };
            if let Some(plan) = plan {
                let (leader, _) = store.get(&keys.controller(), MAX_VALUE).await?;
                let controller = leader.map(|leader| String::from_utf8_lossy(&leader.value).into_owned());
                let running = RunningRollout { plan, began: entry.created, controller };
                return Ok(Some(Self { state, running: Some(running) }));
            }
        }
        Ok(read_last(store, keys).await?.map(|state| Self { state, running: None }))
    }

    /// Returns the status, with the reports of the nodes.
    pub fn status(&self, inventory: &Inventory) -> RolloutStatus {
        match &self.running {
            Some(running) => {
                RolloutStatus::of(&self.state, &running.plan, inventory, running.began, running.controller.clone())
            }
            None => RolloutStatus {
                state: self.state.clone(),
                controller: None,
                waves: Vec::new(),
                pending: Vec::new(),
                rejecting: Vec::new(),
            },
        }
    }
}

impl RunningRollout {
    /// Returns the nodes of its plan.
    pub fn nodes(&self) -> impl Iterator<Item = &NodeName> {
        self.plan.waves.iter().flat_map(PlannedWave::nodes)
    }
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
        // The nodes of a wave that has begun get the release all the same.
        let first = if state.admitted > 0 { state.wave.saturating_add(1) } else { state.wave };
        let rejecting = (first..plan.waves.len()).flat_map(|index| {
            let rejections = rejections(state, plan, index, inventory, began);
            rejections.into_iter().map(move |(node, message)| (index, node, message))
        });
        let rejecting =
            rejecting.map(|(index, node, message)| RejectingNode { node: node.clone(), wave: name(index), message });
        Self {
            state: state.clone(),
            controller,
            waves: waves.collect(),
            pending: pending.collect(),
            rejecting: rejecting.collect(),
        }
    }
}
