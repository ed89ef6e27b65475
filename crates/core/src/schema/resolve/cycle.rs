//! Schemas that apply themselves to the same value.

use std::collections::{HashMap, HashSet};

use serde_json::Value as Json;

use super::dialect::{Application, Dialect, subschemas};
use super::reference::follow;

/// The maximum number of schemas that apply to one value, each inside the one before. Validation needs stack for each.
const MAX_CHAIN: usize = 256;

/// The maximum number of schemas that apply to one value, counted as often as they are referred to. Validation visits each.
const MAX_APPLIED: usize = 1_000_000;

/// A defect of the references of a schema.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Recursion {
    /// The schema applies itself to the same value, on which a validator would recurse without an end.
    #[error("it refers to itself without an end")]
    Endless,
    /// Too many schemas apply to one value, each inside the one before.
    #[error("more than {MAX_CHAIN} schemas follow from it for one value")]
    TooDeep,
    /// Too many schemas apply to one value.
    #[error("its references lead to more than {MAX_APPLIED} schemas for one value")]
    TooMany,
}

/// The schemas that apply to a value by one schema.
#[derive(Debug, Clone, Copy)]
struct Extent {
    /// The length of the longest chain of schemas, each inside the one before.
    length: usize,
    /// The number of schemas, counted as often as they are referred to.
    count: usize,
}

impl Extent {
    fn add(&mut self, inner: Self) {
        self.length = self.length.max(inner.length + 1);
        self.count = self.count.saturating_add(inner.count);
    }
}

/// A schema that is being visited.
struct Visit<'d> {
    schema: &'d Json,
    pointer: String,
    /// The schemas that apply to the same value, and are still to be visited.
    same: Vec<(&'d Json, String, Dialect)>,
    /// The extent that is known so far.
    extent: Extent,
}

/// Finds a schema of a resolved document whose validation would have no end, with its place.
///
/// Each schema is visited once.
pub fn find_cycle(document: &Json, dialect: Dialect) -> Option<(String, Recursion)> {
    let mut search = Search { document, root: dialect, extents: HashMap::new() };
    let mut all = vec![(document, String::new(), dialect)];
    let mut seen = HashSet::new();
    while let Some((schema, pointer, dialect)) = all.pop() {
        let dialect = dialect.within(schema);
        if !seen.insert(std::ptr::from_ref(schema)) {
            continue;
        }
        if let Some(found) = search.visit(schema, pointer.clone(), dialect) {
            return Some(found);
        }
        let inner = subschemas(dialect, schema).flat_map(|found| found.each);
        let start = all.len();
        all.extend(inner.map(|(step, inner)| (inner, format!("{pointer}{step}"), dialect)));
        all.extend(search.target(schema));
        all[start..].reverse();
    }
    None
}

struct Search<'d> {
    document: &'d Json,
    root: Dialect,
    /// The extents of the schemas that were visited; `None` while a schema is being visited.
    extents: HashMap<*const Json, Option<Extent>>,
}

impl<'d> Search<'d> {
    fn target(&self, schema: &'d Json) -> Option<(&'d Json, String, Dialect)> {
        follow(self.document, self.root, schema)
    }

    /// Follows the schemas that apply to the same value.
    fn visit(&mut self, schema: &'d Json, pointer: String, dialect: Dialect) -> Option<(String, Recursion)> {
        let mut open = Vec::new();
        self.open(&mut open, schema, pointer, dialect);
        while let Some(visit) = open.last_mut() {
            if let Some((inner, pointer, dialect)) = visit.same.pop() {
                match self.extents.get(&std::ptr::from_ref(inner)) {
                    Some(None) => return Some((pointer, Recursion::Endless)),
                    Some(Some(extent)) => visit.extent.add(*extent),
                    None => self.open(&mut open, inner, pointer, dialect),
                }
                continue;
            }
            let extent = visit.extent;
            if extent.length > MAX_CHAIN {
                return Some((visit.pointer.clone(), Recursion::TooDeep));
            }
            if extent.count > MAX_APPLIED {
                return Some((visit.pointer.clone(), Recursion::TooMany));
            }
            self.extents.insert(std::ptr::from_ref(visit.schema), Some(extent));
            open.pop();
            if let Some(around) = open.last_mut() {
                around.extent.add(extent);
            }
        }
        None
    }

    fn open(&mut self, open: &mut Vec<Visit<'d>>, schema: &'d Json, pointer: String, dialect: Dialect) {
        if self.extents.contains_key(&std::ptr::from_ref(schema)) {
            return;
        }
        let dialect = dialect.within(schema);
        let mut same: Vec<_> = self.target(schema).into_iter().collect();
        if same.is_empty() || !dialect.is_classic() {
            let applied = subschemas(dialect, schema).filter(|found| found.application == Application::Same);
            let applied = applied.flat_map(|found| found.each);
            same.extend(applied.map(|(step, inner)| (inner, format!("{pointer}{step}"), dialect)));
        }
        same.reverse();
        self.extents.insert(std::ptr::from_ref(schema), None);
        open.push(Visit { schema, pointer, same, extent: Extent { length: 0, count: 1 } });
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(schema: &Json) -> Option<(String, Recursion)> {
        find_cycle(schema, Dialect::default())
    }

    #[test]
    fn a_schema_may_contain_itself_but_not_apply_itself_to_the_same_value() {
        for good in [
            json!({ "properties": { "child": { "$ref": "#" } } }),
            json!({ "$defs": { "a": { "anyOf": [{ "items": { "$ref": "#/$defs/a" } }] } }, "$ref": "#/$defs/a" }),
            json!({ "allOf": [{ "$ref": "#/$defs/a" }, { "$ref": "#/$defs/a" }], "$defs": { "a": {} } }),
            json!({ "enum": [{ "$ref": "#" }], "properties": { "not": { "$ref": "#" } } }),
        ] {
            assert_eq!(found(&good), None, "{good}");
        }
        for (bad, pointer) in [
            (json!({ "allOf": [{ "$ref": "#" }] }), ""),
            (json!({ "properties": { "b": { "oneOf": [{ "$ref": "#/properties/b" }] } } }), "/properties/b"),
            (json!({ "$defs": { "a": { "$ref": "#/$defs/a" } } }), "/$defs/a"),
            (json!({ "$defs": { "x y": { "not": { "$ref": "#/$defs/x%20y" } } } }), "/$defs/x y"),
        ] {
            assert_eq!(found(&bad), Some((pointer.to_owned(), Recursion::Endless)), "{bad}");
        }
    }

    #[test]
    fn the_number_of_schemas_for_one_value_is_limited() {
        let diamond = |depth: usize| {
            let twice = |index: usize| json!({ "allOf": [{ "$ref": format!("#/$defs/{index}") }, { "$ref": format!("#/$defs/{index}") }] });
            let mut definitions: serde_json::Map<String, Json> =
                (0..depth).map(|index| (index.to_string(), twice(index + 1))).collect();
            definitions.insert(depth.to_string(), json!({}));
            json!({ "$defs": definitions })
        };
        assert_eq!(found(&diamond(10)), None);
        assert_eq!(found(&diamond(60)).map(|(_, recursion)| recursion), Some(Recursion::TooMany));
    }

    #[test]
    fn the_length_of_a_chain_is_limited() {
        let chain = |length: usize| {
            let link = |index: usize| (index.to_string(), json!({ "$ref": format!("#/$defs/{}", index + 1) }));
            let mut definitions: serde_json::Map<String, Json> = (0..length).map(link).collect();
            definitions.insert(length.to_string(), json!({}));
            json!({ "$defs": definitions })
        };
        assert_eq!(found(&chain(MAX_CHAIN)), None);
        assert_eq!(found(&chain(100_000)).map(|(_, recursion)| recursion), Some(Recursion::TooDeep));
    }
}
