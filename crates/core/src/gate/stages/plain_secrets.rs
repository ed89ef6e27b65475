//! Reports secrets in plain text, and keeps them from being displayed.

use crate::diagnostics::Diagnostic;
use crate::gate::input::Phase;
use crate::gate::pass::Pass;
use crate::gate::plain_secrets;
use crate::value::Node;

/// Reports the secrets that are written in plain text.
pub fn run(pass: &mut Pass<'_>) {
    // At load time, references are resolved: every secret is plain text then.
    if pass.options.phase == Phase::Load {
        return;
    }
    let plain = plain_secrets::find(pass.spec.view(), &pass.tree);
    let (severity, env_prefix) = (pass.options.plain_secrets, pass.spec.env_prefix());
    let found: Vec<Diagnostic> = plain
        .iter()
        .filter_map(|secret| secret.diagnostic(pass.sources, severity, env_prefix))
        .filter(|diagnostic| !is_malformed_reference(diagnostic, pass))
        .collect();
    pass.diagnostics.extend(found);
    pass.hidden.extend(plain.iter().flat_map(|secret| secret.places(pass.sources)));
}

/// Hides the secrets of a load. A report without diagnostics displays none, so that most loads do not search for them.
pub fn hide_loaded(pass: &mut Pass<'_>) {
    if pass.options.phase == Phase::Load && !pass.diagnostics.is_empty() {
        let plain = plain_secrets::find(pass.spec.view(), &pass.tree);
        pass.hidden.extend(plain.iter().flat_map(|secret| secret.places(pass.sources)));
    }
}

/// Returns whether a value was meant to be a reference and has an error for its form: that is one mistake, and is reported once.
fn is_malformed_reference(diagnostic: &Diagnostic, pass: &Pass<'_>) -> bool {
    let text = pass.tree.get(&diagnostic.path.0).and_then(Node::as_str);
    text.is_some_and(|text| text.contains("${")) && pass.has_error_at(&diagnostic.path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::codes;
    use crate::gate::stages::test_pass::TestPass;
    use crate::value::Path;

    #[test]
    fn a_plain_secret_is_hidden_and_reported_before_references_are_resolved() {
        let schema = serde_json::json!({ "properties": { "password": { "type": "string", "x-secret": true } } });
        let test = TestPass::new(schema, "password = 'hunter2'\n");
        let pass = test.run(run);
        assert!(pass.diagnostics[0].is(&codes::SECRETS_NO_PLAIN_TEXT));
        assert_eq!(pass.hidden.len(), 1);
    }

    #[test]
    fn a_secret_of_a_load_is_hidden_if_there_is_something_to_report() {
        let schema = serde_json::json!({ "properties": { "password": { "type": "string", "x-secret": true } } });
        let mut test = TestPass::new(schema, "password = 'hunter2'\n");
        test.options.phase = Phase::Load;
        let hidden = |found: Vec<Diagnostic>| {
            let pass = test.run(|pass| {
                run(pass);
                assert!(pass.diagnostics.is_empty());
                pass.diagnostics.extend(found);
                hide_loaded(pass);
            });
            pass.hidden.len()
        };
        assert_eq!(hidden(Vec::new()), 0);
        assert_eq!(hidden(vec![Diagnostic::error(&codes::SCHEMA_UNKNOWN_KEY, Path::dotted("x"), "unknown key x")]), 1);
    }
}
