//! Definitions and defaults that have no effect on any node.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use confgate_core::value::reference::has_reference;

use crate::insight::bundle_values::{BundleValues, FieldValue};
use crate::insight::recommend::finding::{CountedValue, Evidence, Finding};
use crate::names::NodeName;

/// The fewest nodes of which something is said: one node overrides whatever it sets.
const FEWEST_NODES: usize = 2;

/// The largest number of places that are named.
const NAMED: usize = 3;

/// The nodes with their configs.
pub(super) type Nodes = BTreeMap<NodeName, Arc<BundleValues>>;

/// Returns the values of a field with their numbers of nodes, the most frequent one first.
fn counted(nodes: &Nodes, field: &str) -> Vec<CountedValue> {
    let mut counts: BTreeMap<Option<&Arc<str>>, usize> = BTreeMap::new();
    nodes.values().for_each(|values| *counts.entry(values.text(field)).or_default() += 1);
    let mut counted: Vec<CountedValue> =
        counts.into_iter().map(|(value, nodes)| CountedValue { value: value.cloned(), nodes }).collect();
    counted.sort_by_key(|counted| std::cmp::Reverse(counted.nodes));
    counted
}

/// Returns the fields of all nodes, each once, with the nodes' values.
fn fields(nodes: &Nodes) -> BTreeMap<&Arc<str>, Vec<&FieldValue>> {
    let mut fields: BTreeMap<&Arc<str>, Vec<&FieldValue>> = BTreeMap::new();
    for (name, field) in nodes.values().flat_map(|values| &values.fields) {
        fields.entry(name).or_default().push(field);
    }
    fields
}

/// Returns the definitions that every node overrides.
pub(super) fn overridden(nodes: &Nodes) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, values) in fields(nodes) {
        if values.len() < nodes.len().max(FEWEST_NODES) {
            continue;
        }
        let effective: BTreeSet<&Arc<str>> = values.iter().filter_map(|value| value.place.as_ref()).collect();
        let mut counts: BTreeMap<&Arc<str>, usize> = BTreeMap::new();
        for value in &values {
            let places: BTreeSet<&Arc<str>> = value.overridden.iter().collect();
            places.into_iter().for_each(|place| *counts.entry(place).or_default() += 1);
        }
        let everywhere =
            counts.into_iter().filter(|(place, count)| *count == values.len() && !effective.contains(place));
        findings.extend(everywhere.map(|(definition, nodes_of_it)| Finding {
            subject: name.clone(),
            evidence: Evidence::Overridden {
                definition: definition.clone(),
                nodes: nodes_of_it,
                values: counted(nodes, name),
                by: effective.iter().take(NAMED).map(|place| (*place).clone()).collect(),
            },
        }));
    }
    findings
}

/// Returns the defaults of the schema that no node uses. `defaults` has those of the environment of each node.
pub(super) fn unused_defaults(nodes: &Nodes, defaults: &dyn Fn(&BundleValues) -> Arc<BundleValues>) -> Vec<Finding> {
    if nodes.len() < FEWEST_NODES {
        return Vec::new();
    }
    let defaults: Vec<Arc<BundleValues>> = nodes.values().map(|values| defaults(values)).collect();
    let mut findings = Vec::new();
    for name in fields(nodes).into_keys() {
        let mut used = BTreeSet::new();
        let mut is_unused = true;
        for (values, defaults) in nodes.values().zip(&defaults) {
            let (Some(field), Some(default)) = (values.fields.get(name), defaults.text(name)) else {
                is_unused = false;
                break;
            };
            is_unused &=
                field.place.is_some() && field.text != *default && !has_reference(&field.text) && !field.is_redacted;
            used.insert(default.clone());
        }
        // With a default for each environment, none of them is the one to name.
        let (true, Some(default), 1) = (is_unused, used.first(), used.len()) else { continue };
        findings.push(Finding {
            subject: name.clone(),
            evidence: Evidence::UnusedDefault {
                default: default.clone(),
                nodes: nodes.len(),
                values: counted(nodes, name),
            },
        });
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::bundle_values::tests::values;
    use crate::insight::recommend::recorded::tests::nodes;

    fn subjects(findings: &[Finding]) -> Vec<&str> {
        findings.iter().map(|finding| finding.subject.as_ref()).collect()
    }

    #[test]
    fn a_definition_that_every_node_overrides_is_found() {
        let one = values("limit = 600\ndebug = true\n", &[("/limit", 7), ("/debug", 8)]);
        let other = values("limit = 700\ndebug = true\n", &[("/limit", 9)]);
        let findings = overridden(&nodes(&[one.clone(), other]));
        assert_eq!(subjects(&findings), ["limit"], "one node has the debug of the base");
        let value = |text: &str| CountedValue { value: Some(text.into()), nodes: 1 };
        assert_eq!(
            findings[0].evidence,
            Evidence::Overridden {
                definition: "base.nix:1:1".into(),
                nodes: 2,
                values: vec![value("600"), value("700")],
                by: vec!["node.nix:7:1".into(), "node.nix:9:1".into()],
            }
        );
        assert_eq!(overridden(&nodes(std::slice::from_ref(&one))), [], "one node says nothing of a fleet");
        let mut based = values("limit = 500\n", &[("/limit", 7)]);
        based.fields.values_mut().for_each(|field| {
            field.place = Some("base.nix:1:1".into());
            field.overridden.clear();
        });
        assert_eq!(overridden(&nodes(&[one, based])), [], "one node uses it");
    }

    #[test]
    fn a_default_that_no_node_uses_is_found() {
        let defaults = Arc::new(values("limit = 500\ndebug = false\n", &[]));
        let of = |_: &BundleValues| defaults.clone();
        let set = |text: &str| values(text, &[("/limit", 1), ("/debug", 2), ("/token", 3)]);
        let fleet = [set("limit = 600\ndebug = false\n"), set("limit = 600\ndebug = true\n")];
        let findings = unused_defaults(&nodes(&fleet), &of);
        assert_eq!(subjects(&findings), ["limit"]);
        let Evidence::UnusedDefault { default, nodes: 2, values: counted } = &findings[0].evidence else {
            panic!("{findings:?}")
        };
        assert_eq!((default.as_ref(), counted.len(), counted[0].nodes), ("500", 1, 2));
        let one_uses_it = [set("limit = 600\n"), values("limit = 500\n", &[])];
        assert_eq!(unused_defaults(&nodes(&one_uses_it), &of), []);
        let one_lacks_it = [set("limit = 600\n"), set("debug = true\n")];
        assert_eq!(unused_defaults(&nodes(&one_lacks_it), &of), []);
        assert_eq!(unused_defaults(&nodes(&fleet[..1]), &of), []);
    }
}
