//! The elements of a list that break a rule.

use crate::gate::model_info::ModelInfo;
use crate::value::{Node, Path, Value};

/// The number of elements that are found. Each takes a few runs of the rules.
const MAX_ELEMENTS: usize = 8;

/// The length of the lists that are searched.
const MAX_LENGTH: usize = 1_000;

/// Returns the elements of a list that break a rule, in their order: the last element of the shortest beginning of the list that
/// breaks it, then the same without that element. A rule tells only whether a whole config satisfies it, and no rule sees a list with
/// fewer elements than `least`, the `minItems` of the schema: it may rely on them.
///
/// Returns none if the list is not at fault, as where the rule is broken with an empty list as well, and if all of several elements
/// would be: then the rule is about the whole list, such as its sum.
pub fn elements_at_fault(model: &ModelInfo, rule: usize, tree: &Node, list: &Path, least: usize) -> Vec<usize> {
    let Some(Value::List(elements)) = tree.get(&list.0).map(|node| &node.value) else { return Vec::new() };
    if elements.len() > MAX_LENGTH {
        return Vec::new();
    }
    let mut trial = tree.clone();
    let mut breaks = |kept: &[usize]| {
        let Some(node) = trial.get_mut(&list.0).filter(|_| kept.len() >= least) else { return false };
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
    if found.len() == elements.len() && found.len() > 1 {
        return Vec::new();
    }
    found.sort_unstable();
    found
}

#[cfg(test)]
mod tests {
    use schemars::JsonSchema;
    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::diagnostics::Severity;
    use crate::environment::Environment;
    use crate::model::{Model, Rule};
    use crate::value::json;

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
    struct Shares {
        shares: Vec<u32>,
    }

    const fn rule(name: &'static str, holds: fn(&Shares) -> bool) -> Rule<Shares> {
        Rule { name, severity: Severity::Error, why: "", reads: &["shares"], holds, help: "" }
    }

    impl Model for Shares {
        const NAME: &'static str = "shares";
        const ENV_PREFIX: &'static str = "SHARES";

        fn defaults(_: Environment) -> Self {
            Self { shares: Vec::new() }
        }

        fn rules() -> &'static [Rule<Self>] {
            const RULES: &[Rule<Shares>] = &[
                rule("all/small", |config| config.shares.iter().all(|share| *share < 10)),
                rule("all/sum", |config| config.shares.is_empty() || config.shares.iter().sum::<u32>() == 100),
                rule("all/first", |config| config.shares[0] == 1),
                rule("all/many", |config| config.shares.len() > 3),
                rule("all/increasing", |config| config.shares.is_sorted()),
            ];
            RULES
        }
    }

    fn at_fault(rule: usize, shares: &[u32], least: usize) -> Vec<usize> {
        let tree = json::read(serde_json::json!({ "shares": shares })).unwrap();
        elements_at_fault(&ModelInfo::of::<Shares>(), rule, &tree, &Path::dotted("shares"), least)
    }

    #[test]
    fn the_elements_that_break_a_rule_are_found_up_to_a_number() {
        assert_eq!(at_fault(0, &[1, 20, 3, 40, 5], 1), [1, 3]);
        assert_eq!(at_fault(0, &[20], 1), [0]);
        assert_eq!(at_fault(4, &[1, 5, 3, 6], 1), [2]);
        let many: Vec<u32> = (0..30).map(|index| index % 2 * 20).collect();
        assert_eq!(at_fault(0, &many, 1), [1, 3, 5, 7, 9, 11, 13, 15]);
    }

    #[test]
    fn a_rule_about_the_whole_list_names_no_element() {
        assert!(at_fault(1, &[50, 30, 10], 1).is_empty());
        assert!(at_fault(3, &[1, 2], 1).is_empty());
    }

    #[test]
    fn no_rule_sees_fewer_elements_than_the_schema_asks_for() {
        assert_eq!(at_fault(2, &[2, 1], 1), [0]);
    }
}
