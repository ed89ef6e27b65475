//! A simulated world for tests of the steps: a store, nodes that follow its pointers, and controllers that are killed.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;

use crate::digest::Digest;
use crate::entry::{Entry, Listing};
use crate::keys::Keys;
use crate::names::{NodeName, RegionName, Tag, WaveName};
use crate::node_report::{NodeReport, ReportedError};
use crate::placement::Resident;
use crate::pointer::Pointer;
use crate::pointer_choice::pointer_of;
use crate::position::{ClusterId, Position, Revision};
use crate::rollout::alarm::{AlarmReading, AlarmState};
use crate::rollout::change::{Pointers, Stored, transaction};
use crate::rollout::inventory::Inventory;
use crate::rollout::plan::Plan;
use crate::rollout::spec::RolloutSpec;
use crate::rollout::state::{Phase, RolloutState};
use crate::rollout::step::{Action, Observation, Step, step};

pub(super) const SECOND: Duration = Duration::from_secs(1);

/// A node: what it will do with the release.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) region: Option<RegionName>,
    pub(super) tags: BTreeSet<Tag>,
    /// Ticks until it runs a release.
    pub(super) delay: u32,
    /// True if it rejects the new release.
    pub(super) rejects: bool,
    /// The release that it follows, and the ticks since.
    pub(super) wanted: (Digest, u32),
}

/// A store with nodes.
pub(super) struct World {
    pub(super) keys: Keys,
    pub(super) entries: BTreeMap<String, Entry>,
    pub(super) revision: Revision,
    pub(super) nodes: BTreeMap<NodeName, Node>,
    pub(super) plan: Plan,
    pub(super) release: Digest,
    pub(super) before: Digest,
}

pub(super) fn at() -> Timestamp {
    Timestamp::UNIX_EPOCH
}

impl World {
    pub(super) fn new(spec: &RolloutSpec, nodes: BTreeMap<NodeName, Node>) -> Self {
        let keys = Keys::new("relay".parse().unwrap());
        let (release, before) = (Digest::of(b"new"), Digest::of(b"old"));
        let residents =
            nodes.iter().map(|(name, node)| Resident { node: name, region: node.region.as_ref(), tags: &node.tags });
        let plan = Plan::new(spec, "r", residents);
        let mut world = Self { keys, entries: BTreeMap::new(), revision: Revision(1), nodes, plan, release, before };
        let all = Pointer {
            release: before,
            by: "alice@ci".to_owned(),
            at: at(),
            commit: None,
            authority: None,
            selector: None,
        };
        let state = RolloutState {
            id: "1".to_owned(),
            release,
            before,
            spec: spec.clone(),
            plan: Digest::of(b""),
            nodes: world.nodes.len(),
            by: "alice@ci".to_owned(),
            at: at(),
            commit: None,
            wave: world.plan.next_wave(0).unwrap(),
            admitted: 0,
            phase: Phase::Moving,
            spent_ms: 0,
            paused: None,
            promotion: None,
            alarms: spec.alarm.iter().map(|alarm| AlarmState::new(alarm.name.clone())).collect(),
            outcome: None,
        };
        let (all_key, state_key) = (world.keys.rollout(&WaveName::all()), world.keys.rollout_state());
        world.put(all_key, all.encode());
        world.put(state_key, state.encode());
        world.report();
        world
    }

    pub(super) fn put(&mut self, key: String, value: Vec<u8>) {
        self.revision = self.revision.next();
        crate::transaction::Transaction::new().put(key, value).apply(&mut self.entries, self.revision);
    }

    pub(super) fn listing(&self, prefix: &str) -> Listing {
        let entries = self.entries.values().filter(|entry| entry.key.starts_with(prefix)).cloned().collect();
        Listing { entries, position: Position { cluster: ClusterId(1), revision: self.revision } }
    }

    pub(super) fn pointers(&self) -> Pointers {
        Pointers::of(self.listing(&self.keys.rollouts()), &self.keys).unwrap()
    }

    pub(super) fn inventory(&self) -> Inventory {
        Inventory::of(&self.listing(&self.keys.nodes()), &self.keys)
    }

    pub(super) fn state(&self) -> Option<(RolloutState, Entry)> {
        let entry = self.entries.get(&self.keys.rollout_state())?.clone();
        Some((RolloutState::decode(&entry.value, &entry.key).unwrap(), entry))
    }

    pub(super) fn last(&self) -> RolloutState {
        RolloutState::decode(&self.entries[&self.keys.last_rollout()].value, "/k").unwrap()
    }

    /// Returns the nodes whose pointer names the new release, as they compute it.
    pub(super) fn selected(&self) -> BTreeSet<NodeName> {
        let pointers = self.pointers();
        let wanted = |(name, node): (&NodeName, &Node)| {
            let resident = Resident { node: name, region: node.region.as_ref(), tags: &node.tags };
            let (_, pointer) = pointer_of(pointers.iter(), resident).unwrap();
            assert!([self.release, self.before].contains(&pointer.release));
            (pointer.release == self.release).then(|| name.clone())
        };
        self.nodes.iter().filter_map(wanted).collect()
    }

    /// Lets a tick pass for the nodes: they follow their pointers, and report.
    pub(super) fn report(&mut self) {
        let selected = self.selected();
        let mut reports = Vec::new();
        for (name, node) in &mut self.nodes {
            let release = if selected.contains(name) { self.release } else { self.before };
            node.wanted = if node.wanted.0 == release { (release, node.wanted.1 + 1) } else { (release, 0) };
            let is_there = node.wanted.1 >= node.delay;
            let fails = node.rejects && release == self.release;
            let report = NodeReport {
                region: node.region.clone(),
                tags: node.tags.clone(),
                release: Some(if is_there && !fails { release } else { self.before }),
                bundle: None,
                wanted: Some(release),
                wave: None,
                position: None,
                active: is_there,
                healthy: is_there,
                restart_pending: false,
                error: (fails && is_there).then(|| ReportedError::new(release, "rejected by the gate")),
                staging: None,
                since: at(),
            };
            reports.push((self.keys.node(name), report.encode()));
        }
        reports.into_iter().for_each(|(key, value)| self.put(key, value));
    }

    /// Returns the step of a controller that knows the stored state alone.
    pub(super) fn step(&self, readings: Option<&BTreeMap<String, AlarmReading>>) -> Option<(Step, Entry)> {
        let (state, entry) = self.state()?;
        let seen = Observation {
            plan: &self.plan,
            inventory: &self.inventory(),
            began: entry.created,
            alarms: readings.map(|readings| (readings, SECOND)),
            elapsed: SECOND,
            at: at(),
        };
        Some((step(&state, seen), entry))
    }

    /// Commits a step as etcd would, unless the state changed since `entry` was read.
    pub(super) fn commit(&mut self, step: &Step, entry: &Entry) -> bool {
        let state = RolloutState::decode(&entry.value, &entry.key).unwrap();
        let stored = Stored { state: &state, revision: entry.modified, leader: None };
        let transaction = transaction(step, stored, &self.pointers(), Some(&self.plan), &self.keys, ("ctl", at()));
        assert!(transaction.written().len() < 100);
        self.revision = self.revision.next();
        transaction.apply(&mut self.entries, self.revision)
    }

    /// Takes a step, and commits it.
    pub(super) fn advance(&mut self, readings: Option<&BTreeMap<String, AlarmReading>>) -> Option<Action> {
        let (step, entry) = self.step(readings)?;
        assert!(self.commit(&step, &entry));
        Some(step.action)
    }

    pub(super) fn in_flight(&self) -> usize {
        let inventory = self.inventory();
        let is_there = |name: &NodeName| {
            let report = inventory.get(name).unwrap().report.as_ref().unwrap();
            report.runs(&self.release) || report.error_of(&self.release).is_some()
        };
        self.selected().iter().filter(|name| !is_there(name)).count()
    }

    pub(super) fn wave_pointers(&self) -> usize {
        self.pointers().iter().count() - 1
    }

    pub(super) fn all(&self) -> Digest {
        self.pointers().get(&WaveName::all()).unwrap().release
    }
}

pub(super) fn node(region: usize, is_canary: bool, delay: u32, rejects: bool) -> Node {
    let region = ["eu", "us"].get(region).map(|region| region.parse().unwrap());
    let tags = is_canary.then(|| "canary".parse().unwrap()).into_iter().collect();
    Node { region, tags, delay, rejects, wanted: (Digest::of(b"old"), 100) }
}

pub(super) fn fleet(nodes: impl IntoIterator<Item = Node>) -> BTreeMap<NodeName, Node> {
    nodes.into_iter().enumerate().map(|(number, node)| (format!("n{number}").parse().unwrap(), node)).collect()
}

pub(super) fn spec(text: &str) -> RolloutSpec {
    let source = confgate_core::value::Source::new("rollout.toml", format!("[rollout]\n{text}"));
    let outcome = crate::rollout::spec::rollout_gate().check(&source, None);
    outcome.into_config().unwrap_or_else(|report| panic!("{report:?}")).rollout
}

/// Runs a rollout to its end, or to a pause.
pub(super) fn run(world: &mut World, readings: Option<&BTreeMap<String, AlarmReading>>) -> Vec<Action> {
    let mut actions = Vec::new();
    for _ in 0..10_000 {
        let Some((state, _)) = world.state() else { return actions };
        if state.paused.is_some() {
            return actions;
        }
        match world.advance(readings) {
            Some(Action::Wait) | None => {}
            Some(action) => actions.push(action),
        }
        world.report();
    }
    panic!("the rollout does not end");
}

pub(super) fn reason(world: &World) -> String {
    match world.state() {
        Some((state, _)) => state.paused.map_or_else(String::new, |pause| pause.reason),
        None => world.last().ending(),
    }
}
