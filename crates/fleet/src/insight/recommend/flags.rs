//! Booleans that have one value on all nodes, in all releases.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::insight::recommend::definitions::Nodes;
use crate::insight::recommend::finding::{Evidence, Finding};
use crate::insight::recommend::recorded::RecordedRelease;

/// The fewest releases of which something is said: a flag of a first release had no time to change.
const FEWEST_RELEASES: usize = 2;

/// The values of a boolean that were seen.
#[derive(Default)]
struct Seen {
    on: bool,
    off: bool,
    is_set: bool,
    releases: usize,
}

/// Returns the booleans that some config sets, and that have one value on all nodes and in all releases; and the number of those
/// that no config sets.
pub(super) fn one_sided(nodes: &Nodes, releases: &[RecordedRelease]) -> (Vec<Finding>, usize) {
    let mut seen: BTreeMap<&Arc<str>, Seen> = BTreeMap::new();
    for release in releases {
        let mut in_release: BTreeMap<&Arc<str>, ()> = BTreeMap::new();
        for (name, field) in release.bundles.iter().flat_map(|values| &values.fields) {
            let Some(flag) = field.flag else { continue };
            let seen = seen.entry(name).or_default();
            seen.on |= flag;
            seen.off |= !flag;
            seen.is_set |= field.place.is_some();
            in_release.insert(name, ());
        }
        for name in in_release.into_keys() {
            seen.entry(name).or_default().releases += 1;
        }
    }
    let Some(since) = releases.iter().map(|release| release.at).min() else { return (Vec::new(), 0) };
    let one_sided = seen.into_iter().filter(|(_, seen)| seen.on != seen.off && seen.releases >= FEWEST_RELEASES);
    let (set, never): (Vec<_>, Vec<_>) = one_sided.partition(|(_, seen)| seen.is_set);
    let findings = set.into_iter().map(|(name, seen)| {
        let set_by = nodes.values().filter_map(|values| values.fields.get(name));
        let set_by = set_by.filter(|field| field.place.is_some()).count();
        let nodes = nodes.values().filter(|values| values.fields.contains_key(name)).count();
        let evidence = Evidence::OneSidedFlag { value: seen.on, nodes, releases: seen.releases, since, set_by };
        Finding { subject: name.clone(), evidence }
    });
    (findings.collect(), never.len())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::insight::bundle_values::tests::values;
    use crate::insight::recommend::recorded::tests::{nodes, release};

    #[test]
    fn a_flag_with_one_value_in_all_releases_is_found_if_a_config_sets_it() {
        let set = values("debug = true\n", &[("/debug", 1)]);
        let releases =
            [release("a", None, std::slice::from_ref(&set)), release("b", None, &[set.clone(), set.clone()])];
        let fleet = nodes(&[set.clone(), values("debug = true\n", &[])]);
        let (findings, never) = one_sided(&fleet, &releases);
        let evidence =
            Evidence::OneSidedFlag { value: true, nodes: 2, releases: 2, since: Timestamp::UNIX_EPOCH, set_by: 1 };
        assert_eq!(findings, [Finding { subject: "debug".into(), evidence }]);
        assert_eq!(never, 0);
        let unset = values("debug = true\n", &[]);
        let never_set = [release("a", None, std::slice::from_ref(&unset)), release("b", None, &[unset])];
        assert_eq!(one_sided(&fleet, &never_set), (Vec::new(), 1));
        let flipped = [release("a", None, &[set]), release("b", None, &[values("debug = false\n", &[("/debug", 1)])])];
        assert_eq!(one_sided(&fleet, &flipped), (Vec::new(), 0));
        assert_eq!(one_sided(&fleet, &releases[..1]), (Vec::new(), 0), "one release says nothing");
        assert_eq!(one_sided(&fleet, &[]), (Vec::new(), 0));
    }
}
