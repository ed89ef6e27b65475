//! Placement: the nodes that a pointer of a rollout holds for.
//!
//! The *place* of a node in a rollout is a hash of the rollout's name and the node's. A rollout raises the place through which a
//! pointer holds, so that a node that has the new release keeps it as the share grows, and a node that joins in between takes the
//! side that its place is on. When a rollout ends, `all` has its release, and its own pointers are gone.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use confgate_nix_signatures::Sha256Hash;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::names::{NodeName, RegionName, Tag};

#[cfg(test)]
thread_local! {
    /// Number of hashes that this thread computed.
    pub(crate) static HASHES: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// Place of a node in a rollout: the first eight bytes of a SHA-256, as 16 hexadecimal digits in documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Place(u64);

/// A text that is not a place.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("not a place: expected 16 hexadecimal digits")]
pub struct InvalidPlace;

impl Place {
    /// The last place: a pointer that holds through it holds for all nodes.
    pub const LAST: Self = Self(u64::MAX);

    /// Returns the place of a node.
    pub fn of(rollout: &str, node: &NodeName) -> Self {
        Self::of_name(rollout, node.as_str())
    }

    /// Returns the place of a region, by which the regions of a rollout are ordered.
    pub(crate) fn of_region(rollout: &str, region: &RegionName) -> Self {
        // No node has a name with a slash.
        Self::of_name(rollout, &format!("region/{region}"))
    }

    fn of_name(rollout: &str, name: &str) -> Self {
        #[cfg(test)]
        HASHES.set(HASHES.get() + 1);
        // No name has a line feed, so that two pairs never make the same text.
        let hash = Sha256Hash::of(format!("{name}\n{rollout}").as_bytes());
        let first = hash.as_bytes().first_chunk().copied().unwrap_or_default();
        Self(u64::from_be_bytes(first))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for Place {
    type Err = InvalidPlace;

    fn from_str(text: &str) -> Result<Self, InvalidPlace> {
        if text.len() != 16 || !text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(InvalidPlace);
        }
        u64::from_str_radix(text, 16).map(Self).map_err(|_| InvalidPlace)
    }
}

impl TryFrom<String> for Place {
    type Error = InvalidPlace;

    fn try_from(text: String) -> Result<Self, InvalidPlace> {
        text.parse()
    }
}

impl From<Place> for String {
    fn from(place: Place) -> Self {
        place.to_string()
    }
}

/// The nodes that a pointer of a rollout holds for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selector {
    /// Name of the rollout, from which places are computed.
    pub rollout: String,
    /// Number of the wave: the first pointer that holds for a node is its own.
    pub order: u32,
    /// The tag that the nodes have; `None` for any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<Tag>,
    /// The last place of nodes in the regions below.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub regions: BTreeMap<RegionName, Place>,
    /// The last place of other nodes; `None` if the pointer holds for none of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub through: Option<Place>,
}

/// A node as placement knows it.
#[derive(Debug, Clone, Copy)]
pub struct Resident<'n> {
    /// Its name.
    pub node: &'n NodeName,
    /// Its region.
    pub region: Option<&'n RegionName>,
    /// Its tags.
    pub tags: &'n BTreeSet<Tag>,
}

impl Selector {
    /// Returns whether the pointer holds for a node.
    pub fn holds_for(&self, node: Resident<'_>) -> bool {
        if self.tag.as_ref().is_some_and(|tag| !node.tags.contains(tag)) {
            return false;
        }
        let of_region = node.region.and_then(|region| self.regions.get(region)).copied();
        of_region.or(self.through).is_some_and(|last| Place::of(&self.rollout, node.node) <= last)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn places_never_change() {
        // A node of another version must compute the same place: these vectors are a part of the format.
        let place = |node: &str| Place::of("2026-11", &node.parse().unwrap()).to_string();
        assert_eq!((place("node-1").as_str(), place("node-2").as_str()), ("f04464ab66802164", "5f63cfdfc39595cb"));
        assert_eq!("00000000000000ff".parse(), Ok(Place(255)));
        for text in ["", "ff", "00000000000000FF", "00000000000000fg", "+0000000000000ff"] {
            assert_eq!(text.parse::<Place>(), Err(InvalidPlace), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_node_stays_selected_as_the_place_rises(node in "[a-z0-9]{1,20}", one: u64, other: u64) {
            let (lower, higher) = (one.min(other), one.max(other));
            let node: NodeName = node.parse().unwrap();
            let resident = Resident { node: &node, region: None, tags: &BTreeSet::new() };
            let holds = |last| Selector { rollout: "r".to_owned(), order: 0, tag: None, regions: BTreeMap::new(), through: Some(Place(last)) }.holds_for(resident);
            prop_assert!(!holds(lower) || holds(higher));
            prop_assert!(holds(u64::MAX));
        }
    }
}
