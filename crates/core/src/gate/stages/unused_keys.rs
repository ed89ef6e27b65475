//! Removes keys that the service does not read: unknown keys that are only warned of, and retired ones.

use crate::diagnostics::{Diagnostic, Severity, codes};
use crate::gate::pass::Pass;
use crate::schema::Subschema;
use crate::schema::keywords::RETIRED;
use crate::value::{Node, Path, Sources};

pub fn run(pass: &mut Pass<'_>) {
    remove_ignored(&mut pass.tree, &pass.diagnostics);
    pass.diagnostics.extend(retire(pass.spec.view(), &mut pass.tree, pass.sources));
}

/// Removes unknown keys that have a warning: the typed config is built without them.
pub fn remove_ignored(tree: &mut Node, diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics.iter().filter(|diagnostic| is_ignored_key(diagnostic)) {
        tree.remove(&diagnostic.path.0);
    }
}

/// Returns whether a diagnostic is about an unknown key that is left out of the config.
pub fn is_ignored_key(diagnostic: &Diagnostic) -> bool {
    diagnostic.is(&codes::SCHEMA_UNKNOWN_KEY) && diagnostic.severity == Severity::Warning
}

/// Removes retired keys at the top of a tree, and returns a warning for each.
pub fn retire(view: Subschema<'_>, tree: &mut Node, sources: &Sources) -> Vec<Diagnostic> {
    let Some(table) = tree.as_table_mut() else { return Vec::new() };
    let mut warnings = Vec::new();
    for (name, property) in view.fields().filter(|(_, property)| property.marked(RETIRED)) {
        let Some(node) = table.shift_remove(name) else { continue };
        let message = format!("{name} is no longer read");
        let path = Path::root().key(name);
        let mut diagnostic = Diagnostic::new(Severity::Warning, &codes::SCHEMA_RETIRED_KEY, path, message)
            .at(sources.locations(&node.origin), "")
            .help("remove it");
        if let Some(description) = property.text("description") {
            diagnostic = diagnostic.note(description);
        }
        warnings.push(diagnostic);
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::stages::test_pass::TestPass;

    #[test]
    fn a_retired_key_is_removed_with_a_warning() {
        let schema = serde_json::json!({ "properties": {
            "cache": { "x-retired": true, "description": "The cache sizes itself." }, "port": {},
        } });
        let test = TestPass::new(schema, "cache = 1\nport = 2\n");
        let pass = test.run(run);
        assert!(pass.diagnostics[0].is(&codes::SCHEMA_RETIRED_KEY));
        assert_eq!(pass.tree.as_table().unwrap().keys().collect::<Vec<_>>(), ["port"]);
    }

    #[test]
    fn an_unknown_key_is_removed_only_where_it_is_a_warning() {
        let test = TestPass::new(serde_json::json!({}), "a = 1\nb = 2\n");
        let pass = test.run(|pass| {
            for (severity, key) in [(Severity::Warning, "a"), (Severity::Error, "b")] {
                let path = Path::dotted(key);
                pass.diagnostics.push(Diagnostic::new(severity, &codes::SCHEMA_UNKNOWN_KEY, path, "unknown key"));
            }
            run(pass);
        });
        assert_eq!(pass.tree.as_table().unwrap().keys().collect::<Vec<_>>(), ["b"]);
    }
}
