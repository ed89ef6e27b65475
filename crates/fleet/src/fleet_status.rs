//! The nodes of a service beside their pointers: who runs what, and who is behind.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::Serialize;

use crate::digest::Digest;
use crate::keys::Keys;
use crate::limits::MAX_INDEX;
use crate::names::{NodeName, RegionName, Tag, WaveName};
use crate::node_report::{NodeReport, ReportedError, ReportedStaging};
use crate::pointer::Pointer;
use crate::pointer_choice::pointer_of;
use crate::release::{Release, Targets};
use crate::release_error::ReleaseError;
use crate::rollout::{Inventory, RolloutError, StoredRollout};
use crate::store::Store;

/// The nodes of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FleetStatus {
    /// Number of nodes by their states.
    pub states: BTreeMap<NodeState, usize>,
    /// The nodes, odd ones first.
    pub nodes: Vec<NodeRow>,
}

/// A node beside its pointer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NodeRow {
    /// The node.
    pub node: NodeName,
    /// Its state.
    pub state: NodeState,
    /// Its region.
    pub region: Option<RegionName>,
    /// Its tags.
    pub tags: BTreeSet<Tag>,
    /// The release that it runs.
    pub release: Option<Digest>,
    /// The pointer that holds for it.
    pub pointer: Option<WaveName>,
    /// The release of that pointer.
    pub wanted: Option<Digest>,
    /// The bundle that it runs.
    pub bundle: Option<Digest>,
    /// The reason for its state: the error that it reports, or why its report cannot be read.
    pub error: Option<String>,
    /// The release of the running rollout that it would reject, and the reason.
    pub rejects: Option<ReportedError>,
    /// Time of its last change, by its own clock.
    pub since: Option<Timestamp>,
}

/// State of a node, odd ones first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum NodeState {
    /// Its report cannot be read.
    Invalid,
    /// A published release has a bundle for it, or the running rollout plans with it, and it does not report.
    Dead,
    /// It rejected the release of its pointer, or went back from it.
    Failed,
    /// The service is not healthy.
    Unhealthy,
    /// It runs a bundle that its release does not have for it: one that was deployed or rolled back by hand.
    Drifted,
    /// It runs another release than that of its pointer.
    Behind,
    /// It runs the release of its pointer, and a part of it takes effect with the next restart.
    Restart,
    /// It runs the release of its pointer.
    Current,
}

impl NodeState {
    /// All states, odd ones first.
    pub const ALL: [Self; 8] = [
        Self::Invalid,
        Self::Dead,
        Self::Failed,
        Self::Unhealthy,
        Self::Drifted,
        Self::Behind,
        Self::Restart,
        Self::Current,
    ];

    /// Returns the word for the state.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Dead => "dead",
            Self::Failed => "failed",
            Self::Unhealthy => "unhealthy",
            Self::Drifted => "drifted",
            Self::Behind => "behind",
            Self::Restart => "restart",
            Self::Current => "current",
        }
    }

    /// Returns whether the node is as its pointer says.
    pub const fn is_fine(self) -> bool {
        matches!(self, Self::Restart | Self::Current)
    }
}

/// The message of a node that drifted.
const DRIFT: &str = "the active bundle is not the one of a release: it was deployed or rolled back by hand";

/// The parts of a store that nodes are compared with.
#[derive(Debug, Default)]
pub struct Expectation {
    /// The pointers.
    pub pointers: BTreeMap<WaveName, Pointer>,
    /// The releases that the pointers name, and those that nodes run as far as they are known.
    pub releases: BTreeMap<Digest, Release>,
    /// Further nodes that are to report.
    pub nodes: BTreeSet<NodeName>,
}

/// Reads the status of all nodes of a service.
///
/// # Errors
///
/// The store cannot be read, or a pointer, a release or the state of a rollout is invalid.
pub async fn fleet_status(store: &Store, keys: &Keys) -> Result<FleetStatus, RolloutError> {
    let prefix = keys.rollouts();
    let mut expectation = Expectation::default();
    for entry in store.list(&prefix).await?.entries {
        let Some(wave) = Keys::name_below(&entry.key, &prefix).and_then(|name| name.parse::<WaveName>().ok()) else {
            continue;
        };
        expectation.pointers.insert(wave, Pointer::decode(&entry.value, &entry.key)?);
    }
    if let Some(StoredRollout { running: Some(running), .. }) = StoredRollout::read(store, keys, None).await? {
        expectation.nodes.extend(running.nodes().cloned());
    }
    let inventory = Inventory::of(&store.list(&keys.nodes()).await?, keys);
    for digest in expectation.named_releases() {
        let release = read_release(store, keys, &digest).await?;
        expectation.releases.insert(digest, release);
    }
    for digest in inventory.running_releases() {
        // A release that a node still runs may have been removed from the store.
        if !expectation.releases.contains_key(&digest)
            && let Ok(release) = read_release(store, keys, &digest).await
        {
            expectation.releases.insert(digest, release);
        }
    }
    Ok(FleetStatus::of(&expectation, &inventory))
}

/// Reads the index of a release.
pub(crate) async fn read_release(store: &Store, keys: &Keys, digest: &Digest) -> Result<Release, ReleaseError> {
    let key = keys.release(digest);
    let entry = store.get(&key, MAX_INDEX).await?.0.ok_or(ReleaseError::Missing { key })?;
    Release::decode(&entry.value, keys, digest)
}

impl Expectation {
    /// Returns the releases that the pointers name.
    pub fn named_releases(&self) -> BTreeSet<Digest> {
        self.pointers.values().map(|pointer| pointer.release).collect()
    }

    /// Returns the nodes that are to report: those that a published release has a bundle for, and the further ones.
    fn reporting(&self) -> BTreeSet<&NodeName> {
        let named = self.named_releases();
        let releases = self.releases.iter().filter(|(digest, _)| named.contains(digest));
        let listed = releases.filter_map(|(_, release)| match &release.targets {
            Targets::Nodes(nodes) => Some(nodes.keys()),
            Targets::All(_) => None,
        });
        listed.flatten().chain(&self.nodes).collect()
    }

    /// Returns the bundle of a node in a release, if both are known.
    fn bundle_of(&self, release: &Digest, node: &NodeName) -> Option<Digest> {
        self.releases.get(release)?.bundle_of(node)
    }
}

impl FleetStatus {
    /// Compares nodes with their pointers.
    pub fn of(expectation: &Expectation, inventory: &Inventory) -> Self {
        let expected = expectation.reporting();
        let dead = expected.into_iter().filter(|node| inventory.get(node).is_none());
        let dead = dead.map(|node| NodeRow::without_report(node, NodeState::Dead, None));
        let reporting = inventory.members().map(|(node, member)| match &member.report {
            Ok(report) => NodeRow::of(node, report, expectation),
            Err(error) => NodeRow::without_report(node, NodeState::Invalid, Some(error.clone())),
        });
        let mut nodes: Vec<NodeRow> = dead.chain(reporting).collect();
        nodes.sort_by(|one, other| (one.state, &one.node).cmp(&(other.state, &other.node)));
        let mut states = BTreeMap::new();
        for row in &nodes {
            *states.entry(row.state).or_default() += 1;
        }
        Self { states, nodes }
    }

    /// Returns whether all nodes are as their pointers say.
    pub fn is_fine(&self) -> bool {
        self.states.keys().all(|state| state.is_fine())
    }
}

impl NodeRow {
    fn without_report(node: &NodeName, state: NodeState, error: Option<String>) -> Self {
        Self {
            node: node.clone(),
            state,
            region: None,
            tags: BTreeSet::new(),
            release: None,
            pointer: None,
            wanted: None,
            bundle: None,
            error,
            rejects: None,
            since: None,
        }
    }

    fn of(node: &NodeName, report: &NodeReport, expectation: &Expectation) -> Self {
        let pointer = pointer_of(&expectation.pointers, report.resident(node));
        let wanted = pointer.map(|(_, pointer)| pointer.release);
        // Without a pointer, a node keeps what it runs.
        let runs_it = wanted.is_none() || wanted == report.release;
        let of_release = report.release.and_then(|release| expectation.bundle_of(&release, node));
        let has_drifted = report.active
            && match report.release {
                None => wanted.is_some() && report.bundle.is_some(),
                Some(_) => of_release.is_some() && report.bundle.is_some() && of_release != report.bundle,
            };
        let error = wanted.as_ref().and_then(|wanted| report.error_of(wanted));
        let state = match (error, runs_it) {
            (Some(_), _) => NodeState::Failed,
            (None, _) if has_drifted => NodeState::Drifted,
            (None, false) => NodeState::Behind,
            (None, true) if !report.active => NodeState::Behind,
            (None, true) if !report.healthy => NodeState::Unhealthy,
            (None, true) if report.restart_pending => NodeState::Restart,
            (None, true) => NodeState::Current,
        };
        Self {
            state,
            region: report.region.clone(),
            tags: report.tags.clone(),
            release: report.release,
            pointer: pointer.map(|(wave, _)| wave.clone()),
            wanted,
            bundle: report.bundle.or(of_release),
            error: error.or((state == NodeState::Drifted).then_some(DRIFT)).map(str::to_owned),
            rejects: report.staging.as_ref().and_then(ReportedStaging::rejection),
            since: Some(report.since),
            ..Self::without_report(node, state, None)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::Entry;
    use crate::position::Revision;

    #[test]
    fn nodes_are_compared_with_their_pointers_and_odd_ones_come_first() {
        let keys = Keys::new("relay".parse().unwrap());
        let (old, new) = (Digest::of(b"old"), Digest::of(b"new"));
        let base = NodeReport {
            region: None,
            tags: BTreeSet::new(),
            release: Some(new),
            bundle: None,
            wanted: Some(new),
            wave: None,
            position: None,
            active: true,
            healthy: true,
            restart_pending: false,
            error: None,
            staging: None,
            since: Timestamp::UNIX_EPOCH,
        };
        let failed = NodeReport { release: Some(old), error: Some(ReportedError::new(new, "no")), ..base.clone() };
        let reports = [
            ("current", base.clone()),
            ("restart", NodeReport { restart_pending: true, ..base.clone() }),
            ("behind", NodeReport { release: Some(old), ..base.clone() }),
            ("starting", NodeReport { active: false, healthy: false, ..base.clone() }),
            ("unhealthy", NodeReport { healthy: false, ..base.clone() }),
            ("failed", failed),
            ("by-hand", NodeReport { release: None, bundle: Some(Digest::of(b"other")), ..base.clone() }),
            ("altered", NodeReport { bundle: Some(Digest::of(b"other")), ..base.clone() }),
            ("fresh", NodeReport { release: None, active: false, ..base.clone() }),
        ];
        let mut inventory = Inventory::default();
        let entry = |key: String, value| Entry { key, value, created: Revision(1), modified: Revision(1), lease: None };
        for (name, report) in &reports {
            inventory.put(&entry(keys.node(&name.parse().unwrap()), report.encode()), &keys);
        }
        inventory.put(&entry(keys.node(&"garbage".parse().unwrap()), b"{".to_vec()), &keys);
        let pointer = |release| Pointer {
            release,
            by: String::new(),
            at: Timestamp::UNIX_EPOCH,
            commit: None,
            authority: None,
            selector: None,
        };
        let nodes = ["dead", "current", "altered"].map(|node| (node.parse().unwrap(), Digest::of(b"bundle")));
        let release = Release { service: keys.service().clone(), targets: Targets::Nodes(BTreeMap::from(nodes)) };
        let expectation = Expectation {
            pointers: BTreeMap::from([(WaveName::all(), pointer(new))]),
            releases: BTreeMap::from([(new, release)]),
            nodes: ["planned".parse().unwrap()].into(),
        };
        let status = FleetStatus::of(&expectation, &inventory);
        let rows: Vec<(&str, &str)> = status.nodes.iter().map(|row| (row.node.as_str(), row.state.name())).collect();
        assert_eq!(
            rows,
            [
                ("garbage", "invalid"),
                ("dead", "dead"),
                ("planned", "dead"),
                ("failed", "failed"),
                ("unhealthy", "unhealthy"),
                ("altered", "drifted"),
                ("by-hand", "drifted"),
                ("behind", "behind"),
                ("fresh", "behind"),
                ("starting", "behind"),
                ("restart", "restart"),
                ("current", "current"),
            ]
        );
        assert!(!status.is_fine());
        let current = status.nodes.last().unwrap();
        assert_eq!((current.bundle, &current.error), (Some(Digest::of(b"bundle")), &None));
        let drifted = status.nodes.iter().find(|row| row.state == NodeState::Drifted).unwrap();
        assert_eq!(drifted.error.as_deref(), Some(DRIFT));
        let alone = FleetStatus::of(&Expectation::default(), &Inventory::default());
        assert!(alone.is_fine() && alone.nodes.is_empty());
    }
}
