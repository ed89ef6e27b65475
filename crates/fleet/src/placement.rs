//! Placement: the pointer that holds for a node.
//!
//! A node finds its pointer by itself, from the pointers, its name, its region and its tags:
//!
//! 1. A pointer with a [`Selector`] belongs to a rollout. The node takes the first one, by `order`, that holds for it.
//! 2. Otherwise a pointer that is named like one of the node's tags, the first by name.
//! 3. Otherwise the pointer [`all`](WaveName::all).
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

use crate::names::{NodeName, RegionName, Tag, WaveName};
use crate::pointer::Pointer;

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

/// Returns the pointer that holds for a node, with its wave.
pub fn pointer_of<'p>(
    pointers: impl IntoIterator<Item = (&'p WaveName, &'p Pointer)>,
    node: Resident<'_>,
) -> Option<(&'p WaveName, &'p Pointer)> {
    let all = WaveName::all();
    let rank = |wave: &WaveName, pointer: &Pointer| match &pointer.selector {
        Some(selector) => selector.holds_for(node).then_some((0, selector.order)),
        None if *wave == all => Some((2, 0)),
        None => node.tags.iter().any(|tag| tag.as_str() == wave.as_str()).then_some((1, 0)),
    };
    let candidates = pointers.into_iter().filter_map(|(wave, pointer)| Some((rank(wave, pointer)?, wave, pointer)));
    let first = candidates.min_by(|(rank, wave, _), (other, name, _)| (rank, wave).cmp(&(other, name)));
    first.map(|(_, wave, pointer)| (wave, pointer))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;
    use crate::digest::Digest;

    fn pointer(selector: Option<Selector>) -> Pointer {
        Pointer {
            release: Digest::of(b""),
            by: "alice@ci".to_owned(),
            at: Timestamp::UNIX_EPOCH,
            commit: None,
            authority: None,
            selector,
        }
    }

    fn selector(order: u32, tag: Option<&str>, through: Option<Place>) -> Selector {
        let tag = tag.map(|tag| tag.parse().unwrap());
        Selector { rollout: "r".to_owned(), order, tag, regions: BTreeMap::new(), through }
    }

    fn wave_of(pointers: &[(&str, Option<Selector>)], node: &str, region: Option<&str>, tags: &[&str]) -> String {
        let pointers: BTreeMap<WaveName, Pointer> =
            pointers.iter().map(|(wave, selector)| (wave.parse().unwrap(), pointer(selector.clone()))).collect();
        let (node, region) = (node.parse().unwrap(), region.map(|region| region.parse().unwrap()));
        let tags = tags.iter().map(|tag| tag.parse().unwrap()).collect();
        let resident = Resident { node: &node, region: region.as_ref(), tags: &tags };
        pointer_of(&pointers, resident).map_or_else(String::new, |(wave, _)| wave.to_string())
    }

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

    #[test]
    fn a_pointer_of_a_rollout_comes_before_a_tag_and_a_tag_before_all() {
        let all = ("all", None);
        assert_eq!(wave_of(&[], "n1", None, &[]), "");
        assert_eq!(wave_of(&[("canary", None)], "n1", None, &[]), "");
        assert_eq!(wave_of(&[all.clone(), ("canary", None)], "n1", None, &[]), "all");
        assert_eq!(wave_of(&[all.clone(), ("canary", None)], "n1", None, &["canary"]), "canary");
        let tagged = ("tagged", Some(selector(0, Some("canary"), Some(Place::LAST))));
        let share = ("50%", Some(selector(1, None, Some(Place::LAST))));
        let pointers = [all.clone(), ("canary", None), tagged, share];
        assert_eq!(wave_of(&pointers, "n1", None, &["canary"]), "tagged");
        assert_eq!(wave_of(&pointers, "n1", None, &["other"]), "50%");
        let nobody = [all, ("50%", Some(selector(1, None, None)))];
        assert_eq!(wave_of(&nobody, "n1", None, &[]), "all");
    }

    #[test]
    fn a_region_has_a_place_of_its_own() {
        let here = Place::of("r", &"n1".parse().unwrap());
        let regions = BTreeMap::from([("eu".parse().unwrap(), here)]);
        let pointers = [("all", None), ("10%", Some(Selector { regions, ..selector(0, None, None) }))];
        assert_eq!(wave_of(&pointers, "n1", Some("eu"), &[]), "10%");
        assert_eq!(wave_of(&pointers, "n1", Some("us"), &[]), "all");
        assert_eq!(wave_of(&pointers, "n1", None, &[]), "all");
    }

    #[test]
    fn a_selector_survives_the_store() {
        let regions = BTreeMap::from([("eu".parse().unwrap(), Place(1))]);
        let pointer = pointer(Some(Selector { regions, ..selector(2, Some("canary"), Some(Place::LAST)) }));
        let bytes = pointer.encode();
        let text = String::from_utf8(bytes.clone()).unwrap();
        let written = r#""selector":{"rollout":"r","order":2,"tag":"canary","regions":{"eu":"0000000000000001"},"through":"ffffffffffffffff"}"#;
        assert!(text.contains(written), "{text}");
        assert_eq!(Pointer::decode(&bytes, "/k").unwrap(), pointer);
    }

    proptest! {
        #[test]
        fn a_node_stays_selected_as_the_place_rises(node in "[a-z0-9]{1,20}", one: u64, other: u64) {
            let (lower, higher) = (one.min(other), one.max(other));
            let node: NodeName = node.parse().unwrap();
            let resident = Resident { node: &node, region: None, tags: &BTreeSet::new() };
            let holds = |last| selector(0, None, Some(Place(last))).holds_for(resident);
            prop_assert!(!holds(lower) || holds(higher));
            prop_assert!(holds(u64::MAX));
        }
    }
}
