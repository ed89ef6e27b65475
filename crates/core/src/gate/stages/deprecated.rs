//! Warns of deprecated fields that are set.

use crate::diagnostics::{Diagnostic, Severity, codes};
use crate::gate::pass::Pass;
use crate::value::Origin;

pub fn run(pass: &mut Pass<'_>) {
    for path in &pass.spec.deprecated {
        let Some(node) = pass.tree.get(&path.0).filter(|node| !matches!(node.origin, Origin::Unwritten)) else {
            continue;
        };
        let message = format!("{path} is deprecated");
        let mut diagnostic = Diagnostic::new(Severity::Warning, &codes::SCHEMA_DEPRECATED, path.clone(), message)
            .at(pass.sources.places(&node.origin), "")
            .help("write it no more");
        let view = pass.spec.view().at(&path.0, &pass.tree);
        if let Some(description) = view.and_then(|view| view.text("description")) {
            diagnostic = diagnostic.note(description);
        }
        pass.diagnostics.push(diagnostic);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::stages::test_pass::TestPass;

    #[test]
    fn a_deprecated_field_is_warned_of_where_it_is_set() {
        let old = serde_json::json!({ "type": "integer", "deprecated": true, "description": "Use size." });
        let schema = serde_json::json!({ "properties": { "old": old, "size": { "type": "integer" } } });
        let test = TestPass::new(schema.clone(), "old = 1\n");
        let pass = test.run(run);
        assert!(pass.diagnostics[0].is(&codes::SCHEMA_DEPRECATED), "{:?}", pass.diagnostics);
        assert!(TestPass::new(schema, "size = 1\n").run(run).diagnostics.is_empty());
    }
}
