//! Fills in the defaults of a schema without a config type, after the config was validated without them: what the schema says of the
//! config does not depend on its defaults.

use crate::diagnostics::Severity;
use crate::gate::fill::fill_defaults;
use crate::gate::pass::Pass;
use crate::gate::valid_defaults::{DefaultsContext, fill_valid_defaults};

pub fn run(pass: &mut Pass<'_>) {
    if pass.spec.has_type() || !pass.fills_defaults() {
        return;
    }
    if pass.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
        // The errors of a rejected config say nothing about defaults.
        fill_defaults(pass.spec.view(), &mut pass.tree, pass.environment);
        return;
    }
    let context = DefaultsContext {
        schema: &pass.spec.schema,
        env_prefix: pass.spec.env_prefix(),
        sources: pass.sources,
        environment: pass.environment,
        options: pass.options,
    };
    pass.diagnostics.extend(fill_valid_defaults(&context, &mut pass.tree));
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::gate::input::Phase;
    use crate::gate::stages::test_pass::TestPass;
    use crate::toml;

    /// Returns the tree with its defaults as TOML, and the messages.
    fn filled(schema: Json, text: &str) -> (String, Vec<String>) {
        let mut test = TestPass::new(schema, text);
        test.options.fill_defaults = true;
        let pass = test.run(run);
        let messages = pass.diagnostics.iter().map(|diagnostic| diagnostic.message.clone()).collect();
        (toml::write(&pass.tree).unwrap(), messages)
    }

    #[test]
    fn a_schema_without_a_model_gets_its_defaults_on_request() {
        let schema = json!({ "properties": { "port": { "type": "integer", "default": 80 } } });
        let test = TestPass::new(schema.clone(), "");
        assert_eq!(test.run(run).tree.as_table().unwrap().len(), 0);
        assert_eq!(filled(schema, ""), ("port = 80\n".to_owned(), vec![]));
    }

    #[test]
    fn a_default_that_its_own_schema_rejects_is_reported_once_and_not_used() {
        let schema = json!({ "properties": {
            "debug": { "type": "boolean", "default": "false" },
            "port": { "type": "integer", "default": 80 },
            "peers": { "items": { "properties": { "weight": { "maximum": 9, "default": 10 } } } },
        } });
        let text = "[[peers]]\n\n[[peers]]\n";
        let (tree, messages) = filled(schema, text);
        assert_eq!(tree, format!("port = 80\n\n{text}"));
        assert_eq!(
            messages,
            [
                "the schema rejects its own default of peers[0].weight: peers[0].weight must be at most 9, and is 10",
                "the schema rejects its own default of debug: debug must be true or false, and is \"false\"",
            ]
        );
    }

    #[test]
    fn a_default_that_no_config_can_hold_is_reported_and_not_used() {
        let schema = json!({ "properties": {
            "a": { "default": u64::MAX },
            "b": { "default": [{ "c": 9_223_372_036_854_775_808_u64 }] },
            "ports": { "default": {}, "properties": { "first": { "default": i64::MAX } } },
            "peers": { "items": { "properties": { "weight": { "default": u64::MAX } } } },
        } });
        let (tree, messages) = filled(schema, "[[peers]]\n\n[[peers]]\n");
        assert_eq!(tree, "[[peers]]\n\n[[peers]]\n\n[ports]\nfirst = 9223372036854775807\n");
        assert_eq!(
            messages,
            [
                "the default of weight holds 18446744073709551615, which does not fit in 64 bits",
                "the default of a holds 18446744073709551615, which does not fit in 64 bits",
                "the default of b holds 9223372036854775808, which does not fit in 64 bits",
            ]
        );
    }

    #[test]
    fn a_reference_in_a_default_is_text() {
        let table = json!({ "default": { "b": ["$x ${x:-y}"] } });
        let schema = json!({ "properties": { "a": { "maxLength": 4, "default": "${x}" }, "t": table, "w": {} } });
        let text = "w = \"${x}\"\n";
        let (tree, messages) = filled(schema.clone(), text);
        assert_eq!(messages, [] as [String; 0]);
        assert_eq!(tree, format!("{text}a = \"$${{x}}\"\n\n[t]\nb = [\"$x $${{x:-y}}\"]\n"));
        let mut loaded = TestPass::new(schema.clone(), "");
        (loaded.options.fill_defaults, loaded.options.phase) = (true, Phase::Load);
        let written = toml::write(&loaded.run(run).tree).unwrap();
        assert_eq!(written, "a = \"${x}\"\n\n[t]\nb = [\"$x ${x:-y}\"]\n");
        // A second reading of the written config adds no defaults.
        assert_eq!(filled(schema, &tree), (tree, vec![]));
    }

    #[test]
    fn a_default_within_a_default_is_left_out_alone() {
        let section = json!({ "default": { "a": 1 }, "properties": {
            "a": { "type": "integer" }, "b": { "type": "integer", "default": "2" }, "c": { "default": [3] },
        } });
        let (tree, messages) = filled(json!({ "properties": { "section": section } }), "");
        assert_eq!(tree, "[section]\na = 1\nc = [3]\n");
        assert_eq!(messages.len(), 1);
    }

    #[test]
    fn defaults_that_do_not_fit_the_config_are_left_out() {
        let schema = json!({
            "properties": { "a": { "default": 1 }, "b": {}, "c": { "default": 3 }, "d": { "default": 4 } },
            "dependentRequired": { "a": ["b"] },
        });
        let (tree, messages) = filled(schema.clone(), "x = 1\n");
        assert_eq!(tree, "x = 1\nc = 3\nd = 4\n");
        assert_eq!(messages.len(), 1);
        assert!(messages[0].starts_with("the default of a does not fit this config: "), "{messages:?}");
        assert_eq!(filled(schema, "b = 2\n").0, "b = 2\na = 1\nc = 3\nd = 4\n");
    }
}
