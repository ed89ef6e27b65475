//! The state machine, in a simulated world: a store, nodes that follow its pointers, and controllers that are killed.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::digest::Digest;
use crate::entry::{Entry, Listing};
use crate::keys::Keys;
use crate::names::{NodeName, RegionName, Tag, WaveName};
use crate::node_report::{NodeReport, ReportedError};
use crate::placement::Resident;
use crate::pointer::Pointer;
use crate::pointer_choice::pointer_of;
use crate::position::{ClusterId, Position};
use crate::rollout::change::{Pointers, Stored, transaction};
use crate::rollout::spec::{Amount, RolloutSpec};

const SECOND: Duration = Duration::from_secs(1);

/// A node: what it will do with the release.
#[derive(Debug, Clone)]
struct Node {
    region: Option<RegionName>,
    tags: BTreeSet<Tag>,
    /// Ticks until it runs a release.
    delay: u32,
    /// True if it rejects the new release.
    rejects: bool,
    /// The release that it follows, and the ticks since.
    wanted: (Digest, u32),
}

/// A store with nodes.
struct World {
    keys: Keys,
    entries: BTreeMap<String, Entry>,
    revision: Revision,
    nodes: BTreeMap<NodeName, Node>,
    plan: Plan,
    release: Digest,
    before: Digest,
}

fn at() -> Timestamp {
    Timestamp::UNIX_EPOCH
}

impl World {
    fn new(spec: &RolloutSpec, nodes: BTreeMap<NodeName, Node>) -> Self {
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

    fn put(&mut self, key: String, value: Vec<u8>) {
        self.revision = self.revision.next();
        crate::transaction::Transaction::new().put(key, value).apply(&mut self.entries, self.revision);
    }

    fn listing(&self, prefix: &str) -> Listing {
        let entries = self.entries.values().filter(|entry| entry.key.starts_with(prefix)).cloned().collect();
        Listing { entries, position: Position { cluster: ClusterId(1), revision: self.revision } }
    }

    fn pointers(&self) -> Pointers {
        Pointers::of(self.listing(&self.keys.rollouts()), &self.keys).unwrap()
    }

    fn inventory(&self) -> Inventory {
        Inventory::of(&self.listing(&self.keys.nodes()), &self.keys)
    }

    fn state(&self) -> Option<(RolloutState, Entry)> {
        let entry = self.entries.get(&self.keys.rollout_state())?.clone();
        Some((RolloutState::decode(&entry.value, &entry.key).unwrap(), entry))
    }

    fn last(&self) -> RolloutState {
        RolloutState::decode(&self.entries[&self.keys.last_rollout()].value, "/k").unwrap()
    }

    /// Returns the nodes whose pointer names the new release, as they compute it.
    fn selected(&self) -> BTreeSet<NodeName> {
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
    fn report(&mut self) {
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
                since: at(),
            };
            reports.push((self.keys.node(name), report.encode()));
        }
        reports.into_iter().for_each(|(key, value)| self.put(key, value));
    }

    /// Returns the step of a controller that knows the stored state alone.
    fn step(&self, readings: Option<&BTreeMap<String, AlarmReading>>) -> Option<(Step, Entry)> {
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
    fn commit(&mut self, step: &Step, entry: &Entry) -> bool {
        let state = RolloutState::decode(&entry.value, &entry.key).unwrap();
        let stored = Stored { state: &state, revision: entry.modified, leader: None };
        let transaction = transaction(step, stored, &self.pointers(), Some(&self.plan), &self.keys, ("ctl", at()));
        assert!(transaction.written().len() < 100);
        self.revision = self.revision.next();
        transaction.apply(&mut self.entries, self.revision)
    }

    /// Takes a step, and commits it.
    fn advance(&mut self, readings: Option<&BTreeMap<String, AlarmReading>>) -> Option<Action> {
        let (step, entry) = self.step(readings)?;
        assert!(self.commit(&step, &entry));
        Some(step.action)
    }

    fn in_flight(&self) -> usize {
        let inventory = self.inventory();
        let is_there = |name: &NodeName| {
            let report = inventory.get(name).unwrap().report.as_ref().unwrap();
            report.runs(&self.release) || report.error_of(&self.release).is_some()
        };
        self.selected().iter().filter(|name| !is_there(name)).count()
    }

    fn wave_pointers(&self) -> usize {
        self.pointers().iter().count() - 1
    }

    fn all(&self) -> Digest {
        self.pointers().get(&WaveName::all()).unwrap().release
    }
}

fn node(region: usize, is_canary: bool, delay: u32, rejects: bool) -> Node {
    let region = ["eu", "us"].get(region).map(|region| region.parse().unwrap());
    let tags = is_canary.then(|| "canary".parse().unwrap()).into_iter().collect();
    Node { region, tags, delay, rejects, wanted: (Digest::of(b"old"), 100) }
}

fn fleet(nodes: impl IntoIterator<Item = Node>) -> BTreeMap<NodeName, Node> {
    nodes.into_iter().enumerate().map(|(number, node)| (format!("n{number}").parse().unwrap(), node)).collect()
}

fn spec(text: &str) -> RolloutSpec {
    let source = confgate_core::value::Source::new("rollout.toml", format!("[rollout]\n{text}"));
    let outcome = crate::rollout::spec::rollout_gate().check(&source, None);
    outcome.into_config().unwrap_or_else(|report| panic!("{report:?}")).rollout
}

/// Runs a rollout to its end, or to a pause.
fn run(world: &mut World, readings: Option<&BTreeMap<String, AlarmReading>>) -> Vec<Action> {
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

fn reason(world: &World) -> String {
    match world.state() {
        Some((state, _)) => state.paused.map_or_else(String::new, |pause| pause.reason),
        None => world.last().ending(),
    }
}

#[test]
fn waves_follow_each_other_and_the_pointer_of_all_gets_the_release() {
    let mut world = World::new(&spec("bake = \"5s\""), fleet((0..20).map(|_| node(2, false, 2, false))));
    use Action::{Admit, Finish, Save};
    assert_eq!(run(&mut world, None), [Admit, Save, Admit, Save, Admit, Save, Finish]);
    assert_eq!((world.all(), world.wave_pointers()), (world.release, 0));
    assert!(matches!(world.last().outcome, Some(Outcome::Finished { .. })));
    assert_eq!(world.selected().len(), 20);
}

#[test]
fn a_node_that_fails_makes_the_rollout_go_back_in_one_transaction() {
    let nodes = (0..20).map(|number| node(2, false, 1, number == 7));
    let mut world = World::new(&spec("bake = \"0s\""), fleet(nodes));
    let actions = run(&mut world, None);
    assert_eq!(actions.last(), Some(&Action::Back));
    assert_eq!((world.all(), world.wave_pointers()), (world.before, 0));
    assert_eq!(reason(&world), "went back at 1970-01-01 00:00:00 UTC: 1 node failed: n7: rejected by the gate");
    assert!(world.selected().is_empty());
    let tolerant = spec("bake = \"0s\"\nmax_failures = 1");
    let mut world = World::new(&tolerant, fleet((0..20).map(|number| node(2, false, 1, number == 7))));
    assert_eq!(run(&mut world, None).last(), Some(&Action::Finish));
    let mut world = World::new(&tolerant, fleet((0..20).map(|number| node(2, false, 1, number % 7 == 0))));
    run(&mut world, None);
    let message = reason(&world);
    assert!(message.contains("2 nodes failed, more than max_failures = 1: n"), "{message}");
}

#[test]
fn nodes_that_are_late_pause_the_rollout_and_a_promotion_goes_on() {
    let text = "waves = [\"100%\"]\nbake = \"0s\"\ndeadline = \"10s\"";
    let mut world = World::new(&spec(text), fleet((0..3).map(|number| node(2, false, number * 1000, false))));
    run(&mut world, None);
    let message = reason(&world);
    assert_eq!(message, "2 nodes do not run the release within 10s: n1 (does not run it), n2 (does not run it)");
    let (mut state, entry) = world.state().unwrap();
    state.resume();
    state.promotion = Some(Promotion::Wave);
    assert!(world.commit(&Step { action: Action::Save, state }, &entry));
    assert_eq!(run(&mut world, None).last(), Some(&Action::Finish));
}

#[test]
fn a_node_that_stops_reporting_pauses_the_rollout() {
    let mut world = World::new(&spec("waves = [\"100%\"]\ndeadline = \"10s\""), fleet([node(2, false, 1, false)]));
    for _ in 0..4 {
        world.advance(None);
        world.report();
    }
    assert_eq!(world.state().unwrap().0.phase, Phase::Baking);
    world.entries.remove(&world.keys.node(&"n0".parse().unwrap()));
    while world.state().unwrap().0.paused.is_none() {
        world.advance(None);
    }
    assert_eq!(reason(&world), "1 node does not run the release within 10s: n0 (no report)");
}

#[test]
fn a_node_that_stays_unhealthy_fails() {
    let mut world = World::new(&spec("waves = [\"100%\"]\ndeadline = \"10s\""), fleet([node(2, false, 1, false)]));
    world.advance(None);
    let key = world.keys.node(&"n0".parse().unwrap());
    let mut report = NodeReport::decode(&world.entries[&key].value, "/k").unwrap();
    report.release = Some(world.release);
    report.healthy = false;
    world.put(key, report.encode());
    while world.advance(None).is_some() {}
    assert_eq!(reason(&world), "went back at 1970-01-01 00:00:00 UTC: 1 node failed: n0: not healthy");
}

#[test]
fn an_error_that_was_reported_before_the_start_does_not_count() {
    let mut world = World::new(&spec("waves = [\"100%\"]\nbake = \"0s\""), fleet([node(2, false, 3, false)]));
    // The report of an earlier attempt is older than the state.
    let key = world.keys.node(&"n0".parse().unwrap());
    let mut report = NodeReport::decode(&world.entries[&key].value, "/k").unwrap();
    report.error = Some(ReportedError::new(world.release, "an earlier attempt"));
    let entry = world.entries.get_mut(&key).unwrap();
    entry.value = report.encode();
    entry.modified = Revision(1);
    assert_eq!(world.advance(None), Some(Action::Admit));
    assert_eq!(world.advance(None), Some(Action::Wait));
    assert_eq!(run(&mut world, None).last(), Some(&Action::Finish));
}

#[test]
fn an_alarm_goes_back_and_an_inconclusive_one_pauses() {
    let text = "bake = \"5s\"\nprometheus.url = \"http://localhost\"\n[[rollout.alarm]]\nname = \"errors\"\nquery = \"q\"\nabove = 2";
    let nodes = || fleet((0..20).map(|_| node(2, false, 1, false)));
    let readings = |reading| BTreeMap::from([("errors".to_owned(), reading)]);
    let mut world = World::new(&spec(text), nodes());
    run(&mut world, Some(&readings(AlarmReading::Quiet("1".to_owned()))));
    assert_eq!(world.all(), world.release);
    let mut world = World::new(&spec(text), nodes());
    run(&mut world, Some(&readings(AlarmReading::Raised("3 is above 2".to_owned()))));
    assert_eq!(reason(&world), "went back at 1970-01-01 00:00:00 UTC: alarm errors fires: 3 is above 2");
    let mut world = World::new(&spec(text), nodes());
    run(&mut world, Some(&readings(AlarmReading::Missing)));
    assert_eq!(reason(&world), "alarm errors has no value");
    // A paused rollout still goes back.
    world.advance(Some(&readings(AlarmReading::Raised("3 is above 2".to_owned()))));
    assert_eq!((world.all(), world.wave_pointers()), (world.before, 0));
    let mut world = World::new(&spec(text), nodes());
    run(&mut world, Some(&readings(AlarmReading::Failed("no answer within 5s".to_owned()))));
    assert_eq!(reason(&world), "alarm errors cannot be evaluated: no answer within 5s");
}

#[test]
fn a_bake_does_not_end_before_its_alarms_were_evaluated() {
    let text = "waves = [\"100%\"]\nbake = \"0s\"\nprometheus.url = \"http://localhost\"\n[[rollout.alarm]]\nname = \"errors\"\nquery = \"q\"\nabove = 2";
    let mut world = World::new(&spec(text), fleet([node(2, false, 1, false)]));
    for _ in 0..50 {
        world.advance(None);
        world.report();
    }
    let (state, _) = world.state().unwrap();
    assert_eq!((state.phase, state.paused), (Phase::Baking, None));
    run(&mut world, Some(&BTreeMap::from([("errors".to_owned(), AlarmReading::Quiet("0".to_owned()))])));
    assert_eq!(world.all(), world.release);
}

#[test]
fn a_controller_that_lost_the_race_changes_nothing() {
    let mut world = World::new(&spec("bake = \"0s\""), fleet((0..4).map(|_| node(2, false, 1, false))));
    let (late, read) = world.step(None).unwrap();
    assert_eq!(world.advance(None), Some(Action::Admit));
    let before = world.entries.clone();
    assert!(!world.commit(&late, &read));
    assert_eq!(world.entries, before);
}

#[test]
fn a_pointer_that_others_change_is_found() {
    let mut world = World::new(&spec("bake = \"0s\""), fleet((0..4).map(|_| node(2, false, 1, false))));
    assert_eq!(world.pointers().foreign(&world.state().unwrap().0), None);
    world.advance(None);
    assert_eq!(world.pointers().foreign(&world.state().unwrap().0), None);
    let other = Pointer {
        release: Digest::of(b"x"),
        by: "mallory".to_owned(),
        at: at(),
        commit: None,
        authority: None,
        selector: None,
    };
    world.put(world.keys.rollout(&"canary".parse().unwrap()), other.encode());
    let reason = world.pointers().foreign(&world.state().unwrap().0);
    assert_eq!(reason.as_deref(), Some("the pointer canary was changed by mallory"));
    world.put(world.keys.rollout(&WaveName::all()), other.encode());
    let reason = world.pointers().foreign(&world.state().unwrap().0);
    assert_eq!(reason.as_deref(), Some("the pointer all was changed by mallory"));
}

/// An event of a simulated run.
#[derive(Debug, Clone, Copy)]
enum Happening {
    /// The controller takes a step.
    Step,
    /// The controller is killed before its transaction.
    KilledBefore,
    /// The controller is killed after its transaction; another one takes over, and repeats what it knows.
    KilledAfter,
    /// Nodes follow their pointers.
    Report,
    /// An operator pauses or resumes.
    Operator,
}

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    use Happening::{KilledAfter, KilledBefore, Operator, Report, Step};
    let one = prop_oneof![6 => Just(Step), 1 => Just(KilledBefore), 1 => Just(KilledAfter), 6 => Just(Report), 1 => Just(Operator)];
    proptest::collection::vec(one, 0..150)
}

fn limits() -> impl Strategy<Value = (Option<Amount>, u32, &'static [&'static str], bool)> {
    let unavailable = prop_oneof![
        Just(None),
        (1..4_u32).prop_map(|nodes| Some(Amount::Nodes(nodes))),
        Just(Some(Amount::Share("20%".parse().unwrap())))
    ];
    let waves = prop::sample::select(vec![&["canary", "10%", "50%", "100%"][..], &["20%", "100%"], &["100%"]]);
    (unavailable, 0..3_u32, waves, prop::bool::ANY)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn limits_hold_and_nodes_go_back_together_whenever_a_controller_is_killed(
        nodes in proptest::collection::vec((0..3_usize, prop::bool::weighted(0.2), 0..4_u32, prop::bool::weighted(0.03)), 1..25),
        (max_unavailable, max_failures, waves, by_region) in limits(),
        happenings in happenings(),
    ) {
        let nodes = fleet(nodes.into_iter().map(|(region, tag, delay, rejects)| node(region, tag, delay, rejects)));
        let waves = waves.iter().map(|wave| wave.parse().unwrap()).collect();
        let spread = if by_region { crate::rollout::spec::Spread::Region } else { crate::rollout::spec::Spread::None };
        let spec = RolloutSpec {
            waves, spread, max_unavailable,
            max_failures: Amount::Nodes(max_failures),
            bake: confgate_core::types::Duration::from_secs(3),
            ..RolloutSpec::default()
        };
        let mut world = World::new(&spec, nodes);
        let limit = spec.max_in_flight(world.nodes.len());
        let mut selected = BTreeSet::new();
        let rest = std::iter::repeat_n([Happening::Step, Happening::Report], 2000).flatten();
        for happening in happenings.into_iter().chain(rest) {
            let Some((state, entry)) = world.state() else { break };
            match happening {
                Happening::Step => {
                    // Whatever paused it, the operator resumes.
                    world.advance(None);
                }
                Happening::KilledBefore => drop(world.step(None)),
                Happening::KilledAfter => {
                    let (step, read) = world.step(None).unwrap();
                    prop_assert!(world.commit(&step, &read));
                    // The answer was lost: the transaction runs again, and its conditions do not hold.
                    prop_assert!(!world.commit(&step, &read));
                }
                Happening::Report => world.report(),
                Happening::Operator => {
                    let mut next = state.clone();
                    match state.paused {
                        Some(_) => next.resume(),
                        None => next.paused = Some(Pause { reason: "lunch".to_owned(), by: Some("bob".to_owned()), at: at() }),
                    }
                    world.commit(&Step { action: Action::Save, state: next }, &entry);
                }
            }
            let now = world.selected();
            match world.state() {
                Some((next, _)) => {
                    prop_assert!(world.in_flight() <= limit, "{} in flight, {limit} allowed", world.in_flight());
                    prop_assert!(now.is_superset(&selected), "a node lost the release without a rollback");
                    prop_assert!(state.paused.is_none() || now == selected, "a paused rollout moved a node");
                    prop_assert_eq!(world.all(), world.before);
                    if next.paused.is_some() && matches!(happening, Happening::Step) {
                        let (mut resumed, entry) = world.state().unwrap();
                        resumed.resume();
                        world.commit(&Step { action: Action::Save, state: resumed }, &entry);
                    }
                }
                None => {
                    // The one transaction of the end moved every node.
                    prop_assert_eq!(world.wave_pointers(), 0);
                    let finished = matches!(world.last().outcome, Some(Outcome::Finished { .. }));
                    prop_assert_eq!(now.len(), if finished { world.nodes.len() } else { 0 });
                    prop_assert_eq!(world.all(), if finished { world.release } else { world.before });
                    let rejecting = world.nodes.values().filter(|node| node.rejects).count();
                    prop_assert_eq!(finished, rejecting <= max_failures as usize);
                }
            }
            selected = now;
        }
        prop_assert!(world.state().is_none(), "the rollout did not end");
    }
}
