//! The checks that nested alternatives repeat.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::schema::admission::rule::{ListRule, Place, Rule, SameRule, TableRule};
use crate::value::{Node, Table, Value};

/// The depth of values to which checks are counted.
const MAX_DEPTH: usize = 300;

/// Numbers of checks that the validator makes for a tree. A check is one rule for one value.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct CheckCounts {
    /// The different checks, a number that grows with the tree.
    pub different: u64,
    /// The checks that are made again, because the rule is in several alternatives of the value around it. Each level of nested
    /// alternatives multiplies them: twenty levels of two make a million. The number saturates.
    pub repeated: u64,
}

/// Counts the checks of a tree, if a rule has alternatives.
pub fn check_counts(rules: &[Rule], tree: &Node) -> CheckCounts {
    let has_unions = rules.iter().filter_map(|rule| rule.same.as_ref()).any(|same| alternatives(same).count() > 1);
    if !has_unions {
        return CheckCounts::default();
    }
    let mut counter = Counter { rules, known: HashMap::default() };
    let all = counter.checks(0, &tree.value, 0);
    let different = counter.known.len() as u64;
    CheckCounts { different, repeated: all.saturating_sub(different) }
}

struct Counter<'a> {
    rules: &'a [Rule],
    /// The checks of a value by a rule, with those of what is in it.
    known: HashMap<(Place, *const Value), u64, RandomState>,
}

impl Counter<'_> {
    fn checks(&mut self, place: Place, value: &Value, depth: usize) -> u64 {
        let key = (place, std::ptr::from_ref(value));
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        // A rule that leads to itself for the same value is counted once.
        self.known.insert(key, 1);
        let Some(rule) = self.rules.get(place as usize).filter(|_| depth < MAX_DEPTH) else { return 1 };
        let inside = match value {
            Value::List(elements) => rule.list.as_ref().map_or(0, |rule| self.list(rule, elements, depth)),
            Value::Table(table) => rule.table.as_ref().map_or(0, |rule| self.table(rule, table, depth)),
            _ => 0,
        };
        let same = rule.same.as_ref().map_or(0, |same| {
            let places: Vec<Place> = same.all.iter().copied().chain(alternatives(same)).collect();
            places.into_iter().fold(0, |sum: u64, place| sum.saturating_add(self.checks(place, value, depth + 1)))
        });
        let checks = 1_u64.saturating_add(inside).saturating_add(same);
        self.known.insert(key, checks);
        checks
    }

    fn list(&mut self, rule: &ListRule, elements: &[Node], depth: usize) -> u64 {
        let mut sum = 0_u64;
        for (index, element) in elements.iter().enumerate() {
            let own = rule.first.get(index).copied().or(rule.items);
            for place in own.into_iter().chain(rule.contains) {
                sum = sum.saturating_add(self.checks(place, &element.value, depth + 1));
            }
        }
        sum
    }

    fn table(&mut self, rule: &TableRule, table: &Table, depth: usize) -> u64 {
        let mut sum = 0_u64;
        for (key, node) in table {
            let named = rule.properties.get(key.as_str()).and_then(|property| property.rule);
            let patterns: Vec<Place> = rule.patterns.iter().map(|(_, place)| *place).collect();
            let others = rule.others.filter(|_| named.is_none());
            for place in named.into_iter().chain(patterns).chain(others) {
                sum = sum.saturating_add(self.checks(place, &node.value, depth + 1));
            }
        }
        sum
    }
}

/// Returns the rules of which one decision about a value tries several.
fn alternatives(same: &SameRule) -> impl Iterator<Item = Place> {
    let lists = same.any.iter().chain(&same.one).flat_map(|places| places.iter().copied());
    lists.chain(same.not).chain(same.condition).chain(same.then).chain(same.otherwise)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::schema::admission::compile::compile;
    use crate::schema::resolve::Dialect;
    use crate::value;

    /// Returns a schema whose alternatives both lead to the next level, and a tree of this depth.
    fn nested(levels: usize) -> (Json, Node) {
        let mut levels_by_name = serde_json::Map::new();
        let mut tree = json!("text");
        for level in 0..levels {
            let next = json!({ "$ref": format!("#/$defs/{}", level + 1) });
            let alternative = |required: Json| json!({ "properties": { "a": next }, "required": required });
            let union = json!({ "anyOf": [alternative(json!(["a"])), alternative(json!(["a", "b"]))] });
            levels_by_name.insert(level.to_string(), union);
            tree = json!({ "a": tree });
        }
        levels_by_name.insert(levels.to_string(), json!({ "type": "integer" }));
        let schema = json!({ "$ref": "#/$defs/0", "$defs": levels_by_name });
        (schema, value::json::read(tree).unwrap())
    }

    #[test]
    fn each_level_of_alternatives_doubles_the_checks() {
        let counted = |levels| {
            let (schema, tree) = nested(levels);
            check_counts(&compile(&schema, Dialect::default()), &tree).repeated
        };
        assert_eq!(counted(0), 0);
        assert_eq!(counted(1), 1, "the integer is checked by both alternatives");
        assert!(counted(10) > 2 * counted(9) && counted(10) < 3 * counted(9), "{} {}", counted(9), counted(10));
        assert!(counted(80) > 1 << 60);
    }
}
