//! The key that distinguishes the alternatives of a union, such as `kind` or `type`.

use serde_json::Value as Json;

use crate::schema::explain::union::branch::Branch;
use crate::schema::subschema::Subschema;

/// The maximum depth of parts in which a tag is looked up.
const MAX_DEPTH: usize = 4;

/// A key that distinguishes the alternatives of a union by its value.
pub(super) struct Tag<'a> {
    /// The key.
    pub(super) key: &'a str,
    /// The subschema of the key in the first alternative.
    pub(super) view: Subschema<'a>,
    /// The values of each alternative, in the order of the alternatives.
    values: Vec<Vec<&'a Json>>,
}

impl<'a> Tag<'a> {
    /// Finds the key for which every alternative names values, and not all of them the same ones. A key with one value for each
    /// alternative is preferred to one with several.
    pub(super) fn of(branches: &[Branch<'a, '_>]) -> Option<Self> {
        let first = branches.first()?.view?;
        let mut names: Vec<&str> = Vec::new();
        tagged_names(first, MAX_DEPTH, &mut names);
        let tags = names.into_iter().filter_map(|key| {
            let of = |branch: &Branch<'a, '_>| values_of(branch.view?, key, MAX_DEPTH);
            let found: Vec<(Subschema<'a>, Vec<&Json>)> = branches.iter().map(of).collect::<Option<_>>()?;
            let (view, _) = *found.first()?;
            let values: Vec<Vec<&Json>> = found.into_iter().map(|(_, values)| values).collect();
            let distinguishes = values.iter().any(|other| *other != values[0]);
            distinguishes.then_some(Self { key, view, values })
        });
        tags.min_by_key(|tag| tag.values.iter().map(Vec::len).sum::<usize>())
    }

    /// Returns all values, each once.
    pub(super) fn options(&self) -> Vec<Json> {
        let mut options: Vec<Json> = Vec::new();
        for value in self.values.iter().flatten() {
            if !options.contains(value) {
                options.push((*value).clone());
            }
        }
        options
    }

    /// Returns the values of an alternative.
    pub(super) fn values(&self, branch: usize) -> &[&'a Json] {
        &self.values[branch]
    }

    /// Returns the indices of the alternatives with a value.
    pub(super) fn with_value(&self, value: &Json) -> Vec<usize> {
        let all = self.values.iter().enumerate();
        all.filter(|(_, values)| values.contains(&value)).map(|(index, _)| index).collect()
    }
}

/// Collects the keys for which a schema names values.
fn tagged_names<'a>(view: Subschema<'a>, depth: usize, names: &mut Vec<&'a str>) {
    let named = view.fields().filter(|(_, field)| field.is_enumerated() || field.get("const").is_some());
    names.extend(named.map(|(name, _)| name.as_str()));
    if depth > 0 {
        view.parts().for_each(|part| tagged_names(part, depth - 1, names));
    }
}

/// Returns the values that a schema names for a key.
fn values_of<'a>(view: Subschema<'a>, key: &str, depth: usize) -> Option<(Subschema<'a>, Vec<&'a Json>)> {
    let own = view.field(key).and_then(|field| {
        let constant = field.get("const").map(|value| vec![value]);
        let values = constant.or_else(|| Some(field.get("enum")?.as_array()?.iter().collect()))?;
        Some((field, values))
    });
    own.or_else(|| view.parts().filter(|_| depth > 0).find_map(|part| values_of(part, key, depth - 1)))
}
