//! Validates profiles on the config that they are merged into, and puts their list back into the tree.

use crate::gate::pass::Pass;
use crate::gate::profiles::check::{ProfileContext, ProfileFindings};
use crate::gate::profiles::{list, put_back};

pub fn run(pass: &mut Pass<'_>) {
    let Some(mut profiles) = pass.profiles.take() else { return };
    if !pass.has_syntax_errors {
        let context = ProfileContext {
            spec: pass.spec,
            tree: &pass.tree,
            sources: pass.sources,
            environment: pass.environment,
            options: pass.options,
            invalid: &pass.invalid,
        };
        let ProfileFindings { found, hidden, combinations, .. } =
            list::check_list(&mut profiles, &context, &pass.diagnostics);
        pass.diagnostics.extend(found);
        pass.hidden.extend(hidden);
        pass.combinations = combinations;
    }
    put_back(pass.spec, &mut pass.tree, profiles);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::codes;
    use crate::gate::stages::rules;
    use crate::gate::stages::test_pass::TestPass;

    #[test]
    fn a_profile_is_validated_as_the_config_would_be_with_it() {
        let set = serde_json::json!({ "type": "object", "x-overlay": true });
        let item = serde_json::json!({ "type": "object", "properties": { "name": { "type": "string" }, "set": set } });
        let schema = serde_json::json!({ "properties": {
            "port": { "type": "integer", "maximum": 9 },
            "profiles": { "type": "array", "x-profiles": true, "items": item },
        } });
        let text = "port = 1\n[[profiles]]\nname = 'night'\nset.port = 10\n";
        let test = TestPass::new(schema, text);
        let pass = test.run(|pass| {
            rules::run(pass, &mut |model, tree| model.run(tree));
            assert!(!pass.tree.as_table().unwrap().contains_key("profiles"));
            run(pass);
        });
        assert_eq!(pass.diagnostics.len(), 1);
        assert_eq!(pass.diagnostics[0].path.to_string(), "port");
        assert!(!pass.diagnostics[0].is(&codes::SCHEMA_UNKNOWN_KEY));
        assert!(pass.tree.as_table().unwrap().contains_key("profiles"));
    }
}
