//! Reads alternative forms of values, and fills in defaults.

use crate::gate::normalize;
use crate::gate::pass::Pass;

pub fn run(pass: &mut Pass<'_>) {
    let view = pass.spec.view();
    normalize::read_other_forms(view, &mut pass.tree);
    if pass.fills_defaults() {
        normalize::fill_defaults(view, &mut pass.tree, pass.environment);
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
