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
    if pass.fills_defaults() {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::stages::test_pass::TestPass;

    #[test]
    fn a_schema_without_a_model_gets_its_defaults_on_request() {
        let schema = serde_json::json!({ "properties": { "port": { "type": "integer", "default": 80 } } });
        let mut test = TestPass::new(schema, "");
        assert_eq!(test.run(run).tree.as_table().unwrap().len(), 0);
        test.options.fill_defaults = true;
        assert!(test.run(run).tree.as_table().unwrap().contains_key("port"));
    }
}
