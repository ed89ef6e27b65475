//! Validates the tree against the schema.

use std::collections::HashSet;

use crate::diagnostics::{Diagnostic, Severity, codes};
use crate::gate::input::Phase;
use crate::gate::pass::Pass;
use crate::gate::{plain_secrets, profiles};
use crate::schema::{ExplainContext, MisspeltSecrets, Subschema};
use crate::syntax::{self, Reading};
use crate::value::{Location, Node, Path, Sources};

/// The keywords that a missing key violates.
const MISSING: &[&str] = &["required", "dependentRequired"];

pub fn run(pass: &mut Pass<'_>) {
    let view = pass.spec.view();
    let subject = ExplainContext {
        sources: pass.sources,
        environment: Some(pass.environment),
        unknown_keys: pass.options.unknown_keys,
        env_prefix: pass.spec.env_prefix(),
        resolved: pass.options.phase == Phase::Load,
    };
    let mut by_schema = pass.spec.schema.diagnostics(&pass.tree, &subject);
    // The settings of profiles are validated on the config that they are merged into.
    by_schema.retain(|diagnostic| !profiles::in_overlay(view, &diagnostic.path, &pass.tree));
    let errors = pass.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
    let with_errors: HashSet<&Path> = errors.map(|diagnostic| &diagnostic.path).collect();
    by_schema.retain(|diagnostic| match pass.options.phase {
        _ if !with_errors.contains(&diagnostic.path) => true,
        // A reference that was not resolved has its diagnostic already; its text is not a wrong value as well.
        Phase::Load => false,
        // A value that Nix could not hand over has one too, and is not missing.
        Phase::Build => diagnostic.keyword.as_deref().is_none_or(|keyword| !MISSING.contains(&keyword)),
    });
    let all = pass.diagnostics.iter().chain(&by_schema);
    let misspelled = misspelled_secrets(view, all, &pass.tree, pass.sources);
    pass.hidden.extend(misspelled);
    match &pass.sources.text {
        Some(source) if pass.has_syntax_errors => {
            let reading = pass.reading.get_or_init(|| Reading::of(source));
            pass.diagnostics.extend(syntax::reliable(by_schema, reading, &pass.tree));
        }
        _ => pass.diagnostics.extend(by_schema),
    }
}

/// Locates the values of unknown keys that are probably misspelled names of secrets.
pub fn misspelled_secrets<'d>(
    view: Subschema<'_>,
    diagnostics: impl IntoIterator<Item = &'d Diagnostic>,
    tree: &Node,
    sources: &Sources,
) -> Vec<Location> {
    let mut unknown = diagnostics.into_iter().filter(|diagnostic| diagnostic.is(&codes::SCHEMA_UNKNOWN_KEY)).peekable();
    let search = unknown.peek().map(|_| MisspeltSecrets::new(view));
    unknown
        .filter(|diagnostic| search.as_ref().is_some_and(|search| search.resembles(&diagnostic.path, tree)))
        .filter_map(|diagnostic| tree.get(&diagnostic.path.0))
        .flat_map(|node| plain_secrets::places_within(node, sources))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::stages::test_pass::TestPass;

    #[test]
    fn the_value_of_a_misspelled_secret_is_not_displayed() {
        let schema = serde_json::json!({ "additionalProperties": false, "properties": {
            "password": { "type": "string", "x-secret": true },
        } });
        let test = TestPass::new(schema, "pasword = 'hunter2'\n");
        let pass = test.run(run);
        assert!(pass.diagnostics[0].is(&codes::SCHEMA_UNKNOWN_KEY));
        assert_eq!(pass.hidden.len(), 1);
    }

    #[test]
    fn an_unresolved_reference_with_an_error_is_not_reported_again() {
        let schema = serde_json::json!({ "properties": { "port": { "type": "integer" } } });
        let mut test = TestPass::new(schema, "port = '${SECRET_PORT}'\n");
        test.options.phase = Phase::Load;
        assert_eq!(test.run(run).diagnostics.len(), 1);
        let pass = test.run(|pass| {
            let path = crate::value::Path::dotted("port");
            pass.diagnostics.push(Diagnostic::error(&codes::SCHEMA_UNKNOWN_KEY, path, "not resolved"));
            run(pass);
        });
        assert_eq!(pass.diagnostics.len(), 1);
    }

    #[test]
    fn a_key_whose_value_has_an_error_is_not_missing() {
        let schema = serde_json::json!({ "required": ["port"], "properties": { "port": { "type": "integer" } } });
        let test = TestPass::new(schema, "");
        assert_eq!(test.run(run).diagnostics[0].message, "the file needs port, which is missing");
        let pass = test.run(|pass| {
            let path = crate::value::Path::dotted("port");
            pass.diagnostics.push(Diagnostic::error(&codes::NIX_NO_VALUE, path, "a function, not a value"));
            run(pass);
        });
        assert_eq!(pass.diagnostics.len(), 1);
    }
}
