//! Reports secrets in plain text, and keeps them from being displayed.

use crate::diagnostics::Diagnostic;
use crate::gate::input::Phase;
use crate::gate::pass::Pass;
use crate::gate::plain_secrets;
use crate::value::Node;

pub fn run(pass: &mut Pass<'_>) {
    let plain = plain_secrets::find(pass.spec.view(), &pass.tree);
    // At load time, references are resolved: every secret is plain text then.
    if pass.options.phase == Phase::Build {
        let (severity, env_prefix) = (pass.options.plain_secrets, pass.spec.env_prefix());
        let found: Vec<Diagnostic> = plain
            .iter()
            .filter_map(|secret| secret.diagnostic(pass.sources, severity, env_prefix))
            .filter(|diagnostic| !is_malformed_reference(diagnostic, pass))
            .collect();
        pass.diagnostics.extend(found);
    }
    pass.hidden.extend(plain.iter().flat_map(|secret| secret.places(pass.sources)));
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

    #[test]
    fn a_plain_secret_is_hidden_and_reported_before_references_are_resolved() {
        let schema = serde_json::json!({ "properties": { "password": { "type": "string", "x-secret": true } } });
        let mut test = TestPass::new(schema, "password = 'hunter2'\n");
        let pass = test.run(run);
        assert!(pass.diagnostics[0].is(&codes::SECRETS_NO_PLAIN_TEXT));
        assert_eq!(pass.hidden.len(), 1);
        test.options.phase = Phase::Load;
        let pass = test.run(run);
        assert!(pass.diagnostics.is_empty());
        assert_eq!(pass.hidden.len(), 1);
    }
}
