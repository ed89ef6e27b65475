//! The pointer that holds for a node.
//!
//! A node finds its pointer by itself, from the pointers, its name, its region and its tags:
//!
//! 1. A pointer with a [`Selector`](crate::Selector) belongs to a rollout. The node takes the first one, by `order`, that holds for it.
//! 2. Otherwise a pointer that is named like one of the node's tags, the first by name.
//! 3. Otherwise the pointer [`all`](WaveName::all).

use crate::names::WaveName;
use crate::placement::Resident;
use crate::pointer::Pointer;

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
    use std::collections::BTreeMap;

    use jiff::Timestamp;

    use super::*;
    use crate::digest::Digest;
    use crate::placement::{Place, Selector};

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
        let unreached = [all, ("50%", Some(selector(1, None, None)))];
        assert_eq!(wave_of(&unreached, "n1", None, &[]), "all");
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
        let regions = BTreeMap::from([("eu".parse().unwrap(), "0000000000000001".parse().unwrap())]);
        let pointer = pointer(Some(Selector { regions, ..selector(2, Some("canary"), Some(Place::LAST)) }));
        let bytes = pointer.encode();
        let text = String::from_utf8(bytes.clone()).unwrap();
        let written = r#""selector":{"rollout":"r","order":2,"tag":"canary","regions":{"eu":"0000000000000001"},"through":"ffffffffffffffff"}"#;
        assert!(text.contains(written), "{text}");
        assert_eq!(Pointer::decode(&bytes, "/k").unwrap(), pointer);
    }
}
