//! Checks the flags of a document that declares some.

use crate::diagnostics::Diagnostic;
use crate::flags;
use crate::gate::pass::Pass;
use crate::gate::spec::ConfigSpec;
use crate::value::{Node, Sources};

pub fn run(pass: &mut Pass<'_>) {
    if !pass.has_syntax_errors {
        let found = check(pass.spec, &pass.tree, pass.sources, pass.options.today);
        pass.diagnostics.extend(found);
    }
}

/// Checks the flags in a tree, if the schema marks a table with some.
pub fn check(spec: &ConfigSpec, tree: &Node, sources: &Sources, today: Option<flags::Date>) -> Vec<Diagnostic> {
    let Some(path) = &spec.flags_path else { return Vec::new() };
    tree.get(&path.0).map(|node| flags::check_at(path, node, sources, today)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::codes;
    use crate::gate::stages::test_pass::TestPass;

    #[test]
    fn flags_are_checked_where_the_schema_marks_them() {
        let text = "[own.flags.a]\nvariants = { on = true }\ndefaultVariant = 'off'\n";
        let schema = serde_json::json!({ "properties": { "own": { "type": "object", "x-flags": true } } });
        let pass = TestPass::new(schema, text);
        let pass = pass.run(run);
        assert!(pass.diagnostics[0].is(&codes::FLAGS_DEFAULT_VARIANT));
        assert_eq!(pass.diagnostics[0].path.to_string(), "own.flags.a.defaultVariant");
        let pass = TestPass::new(serde_json::json!({}), text);
        assert!(pass.run(run).diagnostics.is_empty());
    }
}
