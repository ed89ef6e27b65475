//! The state machine, in a simulated world.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::digest::Digest;
use crate::names::WaveName;
use crate::node_report::{NodeReport, ReportedError, ReportedStaging};
use crate::pointer::Pointer;
use crate::rollout::simulated_world::{World, at, fleet, node, reason, run, spec};
use crate::rollout::spec::{Amount, RolloutSpec};

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
fn a_wave_whose_nodes_would_reject_the_release_does_not_begin() {
    let text = |more: &str| format!("waves = [\"canary\", \"100%\"]\nbake = \"0s\"\n{more}");
    let nodes = || fleet((0..4).map(|number| node(2, number == 0, 1, false)));
    let refuse = |world: &mut World, names: &[&str], release: Digest| {
        for name in names {
            let key = world.keys.node(&name.parse().unwrap());
            let mut report = NodeReport::decode(&world.entries[&key].value, "/k").unwrap();
            report.staging = Some(ReportedStaging::rejected(release, "secret TURN not found\nneeded by turn"));
            world.put(key, report.encode());
        }
    };
    // Steps until nothing happens, without new reports of the nodes of the second wave.
    let goes_on = |world: &mut World| {
        for _ in 0..20 {
            world.advance(None);
            let done = world.keys.node(&"n0".parse().unwrap());
            let (others, before) = (["n1", "n2", "n3"], world.entries.clone());
            world.report();
            for other in others {
                let key = world.keys.node(&other.parse().unwrap());
                world.entries.insert(key.clone(), before[&key].clone());
            }
            assert!(world.entries.contains_key(&done));
        }
    };
    let mut world = World::new(&spec(&text("")), nodes());
    let release = world.release;
    refuse(&mut world, &["n2", "n1"], release);
    goes_on(&mut world);
    assert_eq!(
        reason(&world),
        "2 nodes of wave 100% would reject the release: n1: secret TURN not found, n2: secret TURN not found; repair that \
         and resume, promote, or abort"
    );
    assert_eq!((world.selected().len(), world.wave_pointers()), (1, 1), "the canary has it, and nothing else");
    // While it is so, a resumed rollout pauses again; a promotion goes on.
    let (mut state, entry) = world.state().unwrap();
    state.resume();
    assert!(world.commit(&Step { action: Action::Save, state: state.clone() }, &entry));
    goes_on(&mut world);
    assert_eq!(world.selected().len(), 1);
    let (mut state, entry) = world.state().unwrap();
    state.resume();
    state.promotion = Some(Promotion::Wave);
    assert!(world.commit(&Step { action: Action::Save, state }, &entry));
    world.advance(None);
    assert_eq!(world.selected().len(), 4);
    // Within max_failures, about another release, or before the start, it does not count.
    let mut world = World::new(&spec(&text("max_failures = 1")), nodes());
    refuse(&mut world, &["n2"], release);
    assert_eq!(run(&mut world, None).last(), Some(&Action::Finish));
    let mut world = World::new(&spec(&text("")), nodes());
    refuse(&mut world, &["n2"], Digest::of(b"another"));
    goes_on(&mut world);
    assert_eq!(reason(&world), "");
    assert_eq!(world.selected().len(), 4);
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
