//! Every node in exactly one wave, in an order that never changes.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::names::{Tag, WaveName};
use crate::placement::HASHES;
use crate::pointer::Pointer;
use crate::pointer_choice::pointer_of;
use crate::rollout::spec::Spread;

/// A node of a test.
#[derive(Debug, Clone)]
struct Node {
    name: NodeName,
    region: Option<RegionName>,
    tags: BTreeSet<Tag>,
}

impl Node {
    fn resident(&self) -> Resident<'_> {
        Resident { node: &self.name, region: self.region.as_ref(), tags: &self.tags }
    }
}

fn node(number: usize, region: usize, is_canary: bool) -> Node {
    let region = ["eu", "us", "ap"].get(region).map(|region| region.parse().unwrap());
    let tags = is_canary.then(|| "canary".parse().unwrap()).into_iter().collect();
    Node { name: format!("n{number}").parse().unwrap(), region, tags }
}

fn spec(waves: &[&str], spread: Spread) -> RolloutSpec {
    let waves = waves.iter().map(|wave| wave.parse().unwrap()).collect();
    RolloutSpec { waves, spread, ..RolloutSpec::default() }
}

fn plan(spec: &RolloutSpec, nodes: &[Node]) -> Plan {
    Plan::new(spec, "r", nodes.iter().map(Node::resident))
}

fn sizes(plan: &Plan) -> Vec<usize> {
    plan.waves.iter().map(PlannedWave::len).collect()
}

#[test]
fn a_share_counts_the_nodes_of_the_waves_before() {
    let nodes: Vec<Node> = (0..20).map(|number| node(number, 3, number < 1)).collect();
    let waves = ["canary", "10%", "50%", "100%"];
    assert_eq!(sizes(&plan(&spec(&waves, Spread::None), &nodes)), [1, 1, 8, 10]);
    let canaries: Vec<Node> = (0..20).map(|number| node(number, 3, number < 4)).collect();
    let small = plan(&spec(&waves, Spread::None), &canaries);
    assert_eq!(sizes(&small), [4, 0, 6, 10]);
    assert_eq!((small.next_wave(0), small.next_wave(1), small.next_wave(4)), (Some(0), Some(2), None));
    let one = plan(&spec(&waves, Spread::None), &nodes[1..2]);
    assert_eq!(sizes(&one), [0, 1, 0, 0]);
    assert!(plan(&spec(&waves, Spread::None), &[]).is_empty());
}

#[test]
fn a_wave_reaches_a_region_when_it_has_all_nodes_of_the_one_before() {
    let nodes: Vec<Node> = (0..40).map(|number| node(number, number % 4, false)).collect();
    let plan = plan(&spec(&["10%", "25%", "50%", "100%"], Spread::Region), &nodes);
    let regions: Vec<Vec<String>> =
        plan.waves.iter().map(|wave| wave.regions().map(ToString::to_string).collect()).collect();
    let order: Vec<String> = ["eu", "us", "ap"].map(str::to_owned).to_vec();
    let first = regions[0][0].clone();
    assert!(order.contains(&first));
    assert_eq!((regions[0].len(), regions[1].len(), regions[2].len()), (1, 1, 1), "{regions:?}");
    assert_eq!(regions[1], regions[0]);
    assert_ne!(regions[2], [first]);
    // Nodes without a region come last.
    let last: Vec<&NodeName> = plan.waves[3].nodes().skip(10).collect();
    assert!(last.iter().all(|name| nodes.iter().any(|node| node.name == **name && node.region.is_none())));
}

#[test]
fn a_plan_survives_the_store_and_an_altered_one_is_rejected() {
    let nodes: Vec<Node> = (0..20).map(|number| node(number, number % 4, number < 2)).collect();
    let plan = plan(&spec(&["canary", "100%"], Spread::Region), &nodes);
    let bytes = plan.encode().unwrap();
    assert_eq!(Plan::decode(&bytes, "/k", &Digest::of(&bytes)).unwrap(), plan);
    let error = Plan::decode(b"{}", "/k", &Digest::of(&bytes)).unwrap_err().to_string();
    assert!(error.starts_with("/k: the value was altered"), "{error}");
}

#[test]
fn ten_thousand_nodes_are_planned_and_fit_into_one_value() {
    let nodes: Vec<Node> = (0..10_000).map(|number| node(number, number % 3, number % 100 == 0)).collect();
    let before = HASHES.get();
    let plan = plan(&spec(&["canary", "10%", "50%", "100%"], Spread::Region), &nodes);
    // One hash for each node, and one for each region.
    assert_eq!(HASHES.get() - before, 10_003);
    assert_eq!(sizes(&plan), [100, 900, 4000, 5000]);
    assert!(plan.encode().unwrap().len() < 1 << 20);
    let huge: Vec<Node> = (0..150_000).map(|number| node(number, 3, false)).collect();
    let error = Plan::new(&RolloutSpec::default(), "r", huge.iter().map(Node::resident)).encode().unwrap_err();
    assert_eq!(
        error.to_string(),
        "the fleet has 150000 nodes; their plan is larger than the limit of 1 MiB; roll out several services"
    );
}

/// Returns the waves of the nodes, by the pointers of the rollout alone, as nodes compute them.
fn chosen(plan: &Plan, nodes: &[Node], wave: usize, admitted: usize) -> BTreeMap<NodeName, WaveName> {
    let pointer = |index: usize| {
        let admitted = if index == wave { admitted } else { plan.waves[index].len() };
        let pointer = Pointer {
            release: Digest::of(b""),
            by: String::new(),
            at: jiff::Timestamp::UNIX_EPOCH,
            commit: None,
            authority: None,
            selector: Some(plan.selector(index, admitted)),
        };
        (plan.waves[index].wave.name(), pointer)
    };
    // An empty wave has no pointer.
    let pointers: BTreeMap<WaveName, Pointer> =
        Plan::through(wave).filter(|index| !plan.waves[*index].is_empty()).map(pointer).collect();
    let of = |node: &Node| Some((node.name.clone(), pointer_of(&pointers, node.resident())?.0.clone()));
    nodes.iter().filter_map(of).collect()
}

fn fleets() -> impl Strategy<Value = Vec<Node>> {
    let member = (0..4_usize, prop::bool::weighted(0.2));
    proptest::collection::vec(member, 1..40).prop_map(|nodes| {
        nodes.into_iter().enumerate().map(|(number, (region, tag))| node(number, region, tag)).collect()
    })
}

fn specs() -> impl Strategy<Value = RolloutSpec> {
    let waves = prop::sample::select(vec![
        &["100%"][..],
        &["canary", "100%"],
        &["10%", "50%", "100%"],
        &["canary", "10%", "50%", "100%"],
        &["10%", "canary", "100%"],
        &["1%", "2%", "3%", "99.99%", "100%"],
    ]);
    (waves, prop::bool::ANY)
        .prop_map(|(waves, by_region)| spec(waves, if by_region { Spread::Region } else { Spread::None }))
}

proptest! {
    #[test]
    fn every_node_is_in_one_wave_and_nodes_choose_as_planned(nodes in fleets(), spec in specs()) {
        let plan = plan(&spec, &nodes);
        let mut planned: Vec<&NodeName> = plan.waves.iter().flat_map(PlannedWave::nodes).collect();
        planned.sort();
        let mut names: Vec<&NodeName> = nodes.iter().map(|node| &node.name).collect();
        names.sort();
        prop_assert_eq!(planned, names);
        let mut before = BTreeMap::new();
        for wave in (0..plan.waves.len()).filter(|wave| !plan.waves[*wave].is_empty()) {
            for admitted in 1..=plan.waves[wave].len() {
                let now = chosen(&plan, &nodes, wave, admitted);
                // Sticky: a node that has the release keeps it, and its wave.
                for (node, wave) in &before {
                    prop_assert_eq!(now.get(node), Some(wave));
                }
                // One more node: the next one of the plan.
                let next = plan.waves[wave].nodes().nth(admitted - 1).unwrap();
                prop_assert_eq!(now.len(), before.len() + 1);
                prop_assert_eq!(now.get(next), Some(&plan.waves[wave].wave.name()));
                before = now;
            }
        }
        prop_assert_eq!(before.len(), nodes.len());
    }

    #[test]
    fn a_plan_does_not_depend_on_the_order_of_the_nodes(nodes in fleets(), spec in specs()) {
        let reversed: Vec<Node> = nodes.iter().rev().cloned().collect();
        prop_assert_eq!(plan(&spec, &nodes), plan(&spec, &reversed));
    }

    #[test]
    fn a_node_that_joins_gets_the_release_at_the_end(nodes in fleets(), spec in specs(), region in 0..4_usize, tag: bool) {
        let plan = plan(&spec, &nodes);
        let joined = [node(1000, region, tag)];
        let last = plan.next_wave(0).into_iter().chain((0..plan.waves.len()).filter(|wave| !plan.waves[*wave].is_empty())).max().unwrap();
        prop_assert_eq!(chosen(&plan, &joined, last, plan.waves[last].len()).len(), 1);
    }

    #[test]
    fn any_bytes_are_a_plan_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Plan::decode(&bytes, "/k", &Digest::of(&bytes)).is_err());
    }
}
