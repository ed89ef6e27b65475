//! The elements of a list that break a rule.

use crate::gate::model_info::ModelInfo;
use crate::value::{Node, Path, Value};

/// The number of elements that are found. Each takes a few runs of the rules.
const MAX_ELEMENTS: usize = 8;

/// The length of the lists that are searched.
const MAX_LENGTH: usize = 1_000;

/// Returns the elements of a list that break a rule, in their order: the last element of the shortest beginning of the list that
/// breaks it, then the same without that element. A rule tells only whether a whole config satisfies it.
///
/// Returns none if the list is not at fault, as where the rule is broken with an empty list as well.
pub fn elements_at_fault(model: &ModelInfo, rule: usize, tree: &Node, list: &Path) -> Vec<usize> {
    let Some(Value::List(elements)) = tree.get(&list.0).map(|node| &node.value) else { return Vec::new() };
    if elements.len() > MAX_LENGTH {
        return Vec::new();
    }
    let mut trial = tree.clone();
    let mut breaks = |kept: &[usize]| {
        let Some(node) = trial.get_mut(&list.0) else { return false };
        node.value = Value::List(kept.iter().map(|index| elements[*index].clone()).collect());
        model.run(&trial).is_ok_and(|broken| broken.contains(&rule))
    };
    let mut kept: Vec<usize> = (0..elements.len()).collect();
    let mut found = Vec::new();
    if breaks(&[]) {
        return found;
    }
    while found.len() < MAX_ELEMENTS && breaks(&kept) {
        let (mut satisfied, mut broken) = (0, kept.len());
        while broken - satisfied > 1 {
            let middle = satisfied.midpoint(broken);
            if breaks(&kept[..middle]) {
                broken = middle;
            } else {
                satisfied = middle;
            }
        }
        found.push(kept.remove(broken - 1));
    }
    found.sort_unstable();
    found
}
