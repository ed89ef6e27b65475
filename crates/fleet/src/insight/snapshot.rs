//! A fleet at one moment: all that its page shows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use crate::digest::Digest;
use crate::fleet_status::{FleetStatus, NodeState};
use crate::insight::bundle_cache::BundleCache;
use crate::insight::fleet_table::FleetTable;
use crate::insight::record::{FleetRecord, RegionValues};
use crate::insight::timeline::TimelineEntry;
use crate::names::{NodeName, ServiceName};
use crate::position::Position;
use crate::rollout::{Inventory, RolloutStatus};

/// A fleet at one moment, without secrets.
#[derive(Debug, Clone, Serialize)]
pub struct FleetSnapshot {
    /// The service.
    pub service: ServiceName,
    /// Time of the snapshot; `None` before the store was read.
    pub taken: Option<Timestamp>,
    /// Position of the store.
    pub position: Option<Position>,
    /// The nodes beside their pointers, odd ones first.
    pub status: FleetStatus,
    /// The running rollout, or the last one.
    pub rollout: Option<RolloutStatus>,
    /// The newest changes of the pointers, newest first.
    pub timeline: Vec<TimelineEntry>,
    /// Overrides of regions that apply.
    pub overrides: Vec<RegionValues>,
    /// The fields in which nodes differ.
    #[serde(skip)]
    pub table: FleetTable,
    /// Number of bundles that are not read yet.
    pub unread: usize,
    /// Values of the store that cannot be used.
    pub problems: Vec<String>,
}

/// The sources of a snapshot.
pub(super) struct SnapshotSources<'s> {
    pub service: &'s ServiceName,
    pub position: Option<Position>,
    pub record: &'s FleetRecord,
    pub inventory: &'s Inventory,
    pub bundles: &'s BundleCache,
    /// True if configs are read.
    pub has_configs: bool,
}

impl FleetSnapshot {
    /// Returns the snapshot before the store was read.
    pub(super) fn unread(service: &ServiceName) -> Self {
        Self {
            service: service.clone(),
            taken: None,
            position: None,
            status: FleetStatus { states: BTreeMap::new(), nodes: Vec::new() },
            rollout: None,
            timeline: Vec::new(),
            overrides: Vec::new(),
            table: FleetTable::default(),
            unread: 0,
            problems: Vec::new(),
        }
    }

    pub(super) fn of(sources: &SnapshotSources<'_>) -> Self {
        let SnapshotSources { service, position, record, inventory, bundles, has_configs } = *sources;
        let mut status = FleetStatus::of(&record.expectation, inventory);
        let mut problems = record.problems.clone();
        let mut known: BTreeMap<Digest, Arc<crate::insight::bundle_values::BundleValues>> = BTreeMap::new();
        let mut unread = 0;
        let running = running_bundles(&status);
        for digest in running.values().copied().collect::<BTreeSet<_>>() {
            match bundles.get(&digest) {
                Some(Ok(values)) => drop(known.insert(digest, values.clone())),
                Some(Err(problem)) => problems.push(problem.to_string()),
                None => unread += usize::from(has_configs),
            }
        }
        let table = FleetTable::of(running, &known);
        // Within a state, the nodes with the most odd values come first.
        status.nodes.sort_by_cached_key(|row| (row.state, usize::MAX - table.oddity(&row.node), row.node.clone()));
        Self {
            service: service.clone(),
            taken: Some(Timestamp::now()),
            position,
            status,
            rollout: record.rollout.as_ref().map(|rollout| rollout.status(inventory)),
            timeline: record.timeline.clone(),
            overrides: record.overrides.clone(),
            table,
            unread,
            problems,
        }
    }

    /// Returns the reasons why the snapshot needs attention: nodes that are not as their pointers say, a rollout that waits or went
    /// back, values that cannot be used.
    pub fn attention(&self) -> Vec<String> {
        let odd = |state: &NodeState| !state.is_fine();
        let states = self.status.states.iter().filter(|(state, _)| odd(state));
        let states = states.map(|(state, number)| {
            let noun = if *number == 1 { "node is" } else { "nodes are" };
            format!("{number} {noun} {}", state.name())
        });
        let paused = self.rollout.as_ref().and_then(|rollout| rollout.state.paused.as_ref());
        let paused = paused.map(|pause| format!("the rollout is paused: {}", pause.reason));
        states.chain(paused).chain(self.problems.iter().cloned()).collect()
    }
}

/// Returns the bundle that each node runs.
pub(super) fn running_bundles(status: &FleetStatus) -> BTreeMap<NodeName, Digest> {
    status.nodes.iter().filter_map(|row| Some((row.node.clone(), row.bundle?))).collect()
}
