//! The plan of a rollout: every node in exactly one wave, in the order in which the nodes get the release.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::limits::MAX_INDEX;
use crate::names::{NodeName, RegionName};
use crate::placement::{Place, Resident, Selector};
use crate::release::{read_document, write_document};
use crate::release_error::ReleaseError;
use crate::rollout::error::RolloutError;
use crate::rollout::spec::{RolloutSpec, Spread, Wave};

/// The format of a plan that this program writes, and the newest that it reads.
const FORMAT: u32 = 1;

/// Waves of nodes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Name of the rollout, from which places are computed.
    pub rollout: String,
    /// The waves.
    pub waves: Vec<PlannedWave>,
    known: HashSet<NodeName>,
}

/// A wave with its nodes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedWave {
    /// The wave.
    pub wave: Wave,
    /// Its nodes by region, in their order. One group without a region, if regions do not matter.
    groups: Vec<Group>,
}

/// Nodes of a wave in one region, by their places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Group {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    region: Option<RegionName>,
    nodes: Vec<NodeName>,
}

/// The plan as it is stored.
#[derive(Serialize, Deserialize)]
struct Document<W> {
    format: u32,
    rollout: String,
    waves: W,
}

/// A node with its position in the order of the rollout.
struct Ordered<'n> {
    /// Rank of its region, and its place.
    position: (usize, Place),
    region: Option<&'n RegionName>,
    node: Resident<'n>,
}

impl Plan {
    /// Plans the waves of a rollout over these nodes. Each node is hashed once; the rest is one sort, and one pass for each wave.
    pub fn new<'n>(spec: &RolloutSpec, rollout: &str, nodes: impl IntoIterator<Item = Resident<'n>>) -> Self {
        let mut waiting = in_order(spec.spread, rollout, nodes.into_iter().collect());
        let total = waiting.len();
        let mut taken = 0;
        let mut waves = Vec::with_capacity(spec.waves.len());
        for wave in &spec.waves {
            let (chosen, rest): (Vec<_>, Vec<_>) = match wave {
                Wave::Tag(tag) => waiting.into_iter().partition(|ordered| ordered.node.tags.contains(tag)),
                Wave::Share(share) => {
                    let missing = share.of_rounded_up(total).saturating_sub(taken);
                    let rest = waiting.split_off(missing.min(waiting.len()));
                    (waiting, rest)
                }
            };
            taken += chosen.len();
            waiting = rest;
            waves.push(PlannedWave { wave: wave.clone(), groups: grouped(chosen) });
        }
        Self::of_waves(rollout.to_owned(), waves)
    }

    fn of_waves(rollout: String, waves: Vec<PlannedWave>) -> Self {
        let known = waves.iter().flat_map(PlannedWave::nodes).cloned().collect();
        Self { rollout, waves, known }
    }

    /// Returns the number of nodes.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Returns whether the plan has no nodes.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Returns whether a node is in the plan.
    pub fn contains(&self, node: &NodeName) -> bool {
        self.known.contains(node)
    }

    /// Returns the first wave at `from` or later that has nodes.
    pub fn next_wave(&self, from: usize) -> Option<usize> {
        (from..self.waves.len()).find(|index| !self.waves[*index].is_empty())
    }

    /// Returns the selector of a wave's pointer that holds for its first `admitted` nodes.
    pub fn selector(&self, index: usize, admitted: usize) -> Selector {
        let order = u32::try_from(index).unwrap_or(u32::MAX);
        let mut selector =
            Selector { rollout: self.rollout.clone(), order, tag: None, regions: BTreeMap::new(), through: None };
        let Some(wave) = self.waves.get(index) else { return selector };
        if let Wave::Tag(tag) = &wave.wave {
            selector.tag = Some(tag.clone());
        }
        // Nodes that join later have the release too.
        if self.next_wave(index.saturating_add(1)).is_none() && admitted >= wave.len() {
            selector.tag = None;
            selector.through = Some(Place::LAST);
            return selector;
        }
        let mut left = admitted;
        for Group { region, nodes } in &wave.groups {
            let count = left.min(nodes.len());
            left -= count;
            let Some(last) = nodes[..count].last() else { break };
            let last = Place::of(&self.rollout, last);
            match region {
                Some(region) => drop(selector.regions.insert(region.clone(), last)),
                None => selector.through = Some(last),
            }
        }
        selector
    }

    /// Returns the indexes of the waves up to this one.
    pub const fn through(index: usize) -> RangeInclusive<usize> {
        0..=index
    }

    /// Returns the plan as it is stored.
    ///
    /// # Errors
    ///
    /// It is larger than [`MAX_INDEX`].
    pub fn encode(&self) -> Result<Vec<u8>, RolloutError> {
        let document = Document { format: FORMAT, rollout: self.rollout.clone(), waves: &self.waves };
        let bytes = write_document(&document);
        if bytes.len() as u64 > MAX_INDEX.get() {
            return Err(RolloutError::TooManyNodes { nodes: self.len(), limit: MAX_INDEX });
        }
        Ok(bytes)
    }

    /// Reads the plan `digest`.
    ///
    /// # Errors
    ///
    /// The bytes are not those of the plan.
    pub fn decode(bytes: &[u8], key: &str, digest: &Digest) -> Result<Self, ReleaseError> {
        let found = Digest::of(bytes);
        if found != *digest {
            return Err(ReleaseError::Altered { key: key.to_owned(), found });
        }
        let Document { rollout, waves, .. } = read_document(bytes, key, "the plan of a rollout", FORMAT)?;
        Ok(Self::of_waves(rollout, waves))
    }
}

impl PlannedWave {
    /// Returns the number of nodes.
    pub fn len(&self) -> usize {
        self.groups.iter().map(|group| group.nodes.len()).sum()
    }

    /// Returns whether the wave has no nodes.
    pub fn is_empty(&self) -> bool {
        self.groups.iter().all(|group| group.nodes.is_empty())
    }

    /// Returns the nodes, in the order in which they get the release.
    pub fn nodes(&self) -> impl Iterator<Item = &NodeName> {
        self.groups.iter().flat_map(|group| &group.nodes)
    }

    /// Returns the regions of the nodes, in their order. Empty if regions do not matter.
    pub fn regions(&self) -> impl Iterator<Item = &RegionName> {
        self.groups.iter().filter_map(|group| group.region.as_ref())
    }
}

/// Sorts nodes by the ranks of their regions and by their places.
fn in_order<'n>(spread: Spread, rollout: &str, nodes: Vec<Resident<'n>>) -> Vec<Ordered<'n>> {
    let region_of = |node: &Resident<'n>| node.region.filter(|_| spread == Spread::Region);
    let distinct: BTreeSet<&RegionName> = nodes.iter().filter_map(region_of).collect();
    let regions: BTreeMap<Place, &RegionName> =
        distinct.into_iter().map(|region| (Place::of_region(rollout, region), region)).collect();
    let ranks: BTreeMap<&RegionName, usize> =
        regions.values().enumerate().map(|(rank, region)| (*region, rank)).collect();
    let mut ordered: Vec<Ordered<'n>> = nodes
        .into_iter()
        .map(|node| {
            let region = region_of(&node);
            let rank = region.and_then(|region| ranks.get(region)).copied().unwrap_or(ranks.len());
            Ordered { position: (rank, Place::of(rollout, node.node)), region, node }
        })
        .collect();
    ordered.sort_by(|one, other| (one.position, one.node.node).cmp(&(other.position, other.node.node)));
    // A node has one report.
    ordered.dedup_by(|one, other| one.node.node == other.node.node);
    ordered
}

fn grouped(nodes: Vec<Ordered<'_>>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for Ordered { region, node, .. } in nodes {
        match groups.last_mut().filter(|group| group.region.as_ref() == region) {
            Some(group) => group.nodes.push(node.node.clone()),
            None => groups.push(Group { region: region.cloned(), nodes: vec![node.node.clone()] }),
        }
    }
    groups
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
