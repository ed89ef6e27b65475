//! The effect of a failing subschema on `unevaluatedProperties` and `unevaluatedItems`.
//!
//! A subschema that fails evaluates nothing, so all keys that only it describes count as unevaluated. The failure itself is the
//! mistake, and the keys are right.

use std::collections::HashSet;

use indexmap::IndexSet;

use crate::schema::subschema::Subschema;
use crate::schema::violation::{Condition, Violation};

/// The maximum depth of subschemas that are searched for a key.
const MAX_DEPTH: usize = 8;

/// Removes the violations of `unevaluatedProperties` and `unevaluatedItems` that follow from others, in all alternatives as well.
pub fn without_consequences(violations: Vec<Violation>, root: Subschema<'_>) -> Vec<Violation> {
    let failing = failing_instances(&violations);
    violations.into_iter().filter_map(|violation| independent(violation, &failing, root)).collect()
}

/// Returns the instances with another violation at them or in them.
fn failing_instances(violations: &[Violation]) -> HashSet<String> {
    let mut failing = HashSet::new();
    if !violations.iter().any(is_unevaluated) {
        return failing;
    }
    for violation in violations.iter().filter(|violation| !is_unevaluated(violation)) {
        let mut instance = violation.instance.as_str();
        while failing.insert(instance.to_owned()) {
            match instance.rsplit_once('/') {
                Some((parent, _)) => instance = parent,
                None => break,
            }
        }
    }
    failing
}

fn is_unevaluated(violation: &Violation) -> bool {
    matches!(violation.keyword.as_str(), "unevaluatedProperties" | "unevaluatedItems")
}

/// Returns a violation without the part that follows from others; `None` if nothing remains.
fn independent(mut violation: Violation, failing: &HashSet<String>, root: Subschema<'_>) -> Option<Violation> {
    if let Condition::NoAlternative(branches) = violation.condition {
        let branches = branches.into_iter().map(|branch| without_consequences(branch, root)).collect();
        violation.condition = Condition::NoAlternative(branches);
        return Some(violation);
    }
    if !is_unevaluated(&violation) || !failing.contains(&violation.instance) {
        return Some(violation);
    }
    let Condition::NoOtherKeys(keys) = &mut violation.condition else { return None };
    let owner = violation.schema.rsplit_once('/').and_then(|(owner, _)| root.pointer(owner));
    if let Some(owner) = owner {
        let mut known = IndexSet::new();
        collect_names(owner, MAX_DEPTH, &mut HashSet::new(), &mut known);
        keys.retain(|key| !known.contains(key.as_str()));
    }
    (!keys.is_empty()).then_some(violation)
}

/// Returns the names of the keys that a subschema describes, with all parts of it that apply to the same value.
pub(super) fn described_names(view: Subschema<'_>) -> Vec<&str> {
    let mut names = IndexSet::new();
    collect_names(view, MAX_DEPTH, &mut HashSet::new(), &mut names);
    names.into_iter().collect()
}

/// Collects the names of the keys that a subschema describes, with all parts of it that apply to the same value.
fn collect_names<'s>(view: Subschema<'s>, depth: usize, seen: &mut HashSet<&'s str>, names: &mut IndexSet<&'s str>) {
    if depth == 0 || !seen.insert(view.place()) {
        return;
    }
    names.extend(view.fields().map(|(name, _)| name.as_str()));
    let conditional = ["/if", "/then", "/else"].into_iter().filter_map(|pointer| view.pointer(pointer));
    let dependent = view.get("dependentSchemas").and_then(serde_json::Value::as_object).into_iter().flatten();
    let dependent = dependent.filter_map(|(name, _)| {
        view.pointer(&format!("/dependentSchemas/{}", name.replace('~', "~0").replace('/', "~1")))
    });
    for part in view.parts().chain(view.alternatives()).chain(conditional).chain(dependent) {
        collect_names(part, depth - 1, seen, names);
    }
}
