//! Reads alternative forms of values, and fills in the defaults of a model, without which its type cannot be built.

use crate::gate::fill::fill_defaults;
use crate::gate::normalize;
use crate::gate::pass::Pass;
use crate::schema::Subschema;
use crate::value::Node;

pub fn run(pass: &mut Pass<'_>) {
    let view = pass.spec.view();
    if pass.sources.may_hold_nulls() {
        normalize::read_nulls(view, &mut pass.tree);
        remove_schema_reference(view, &mut pass.tree);
    }
    normalize::read_other_forms(view, &mut pass.tree);
    if pass.spec.has_type() {
        fill_defaults(view, &mut pass.tree, pass.environment);
    }
}

/// Removes the key `$schema`, by which JSON and YAML name their schema, unless the schema describes it.
fn remove_schema_reference(view: Subschema<'_>, tree: &mut Node) {
    const KEY: &str = "$schema";
    let is_described = view.properties().is_some_and(|properties| properties.contains_key(KEY));
    if let Some(table) = tree.as_table_mut().filter(|_| !is_described)
        && table.get(KEY).is_some_and(|node| node.as_str().is_some())
    {
        table.shift_remove(KEY);
    }
}
