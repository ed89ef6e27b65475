//! The diagnostics of one violation.

use std::borrow::Cow;

use crate::diagnostics::Diagnostic;
use crate::schema::explain::explainer::Explainer;
use crate::schema::explain::finish::finish;
use crate::schema::explain::missing::{missing, requiring_key};
use crate::schema::explain::names::wrong_name;
use crate::schema::explain::phrases::{breach, help_of};
use crate::schema::explain::reasons::reason;
use crate::schema::explain::repeated::repeated;
use crate::schema::explain::site::Site;
use crate::schema::explain::union::{resolve, several};
use crate::schema::explain::unknown::unexpected_keys;
use crate::schema::format::Format;
use crate::schema::subschema::Subschema;
use crate::schema::violation::{Condition, Violation};
use crate::value::{Node, Path, reference};

/// Returns the diagnostics of one violation.
pub fn diagnostics(violation: &Violation, explainer: &Explainer<'_>) -> Vec<Diagnostic> {
    let site = explainer.site(violation);
    let keyword = &violation.keyword;
    let resolved = explainer.context.resolved;
    let mut found = match &violation.condition {
        Condition::NoOtherKeys(unexpected) => unexpected_keys(unexpected, keyword, &site, explainer),
        Condition::Required(key) => {
            let is_dependent = ["/dependentRequired", "/dependencies"].iter().any(|end| violation.schema.contains(end));
            let required_by = is_dependent.then(|| requiring_key(key, &site)).flatten();
            vec![missing(key, required_by, &site, explainer)]
        }
        Condition::NoAlternative(violations) => {
            let may_become_text = |node: &Node| is_opaque_text(node) && admits_text(&site);
            if !resolved && site.node.is_some_and(may_become_text) {
                return Vec::new();
            }
            let resolved = resolve(violation, violations, &site, explainer);
            let mut found = resolved.diagnostics;
            found.extend(
                resolved.violations.iter().flat_map(|inner: &Cow<'_, Violation>| diagnostics(inner, explainer)),
            );
            return found;
        }
        Condition::SeveralAlternatives(fitting) => vec![several(violation, fitting, &site, explainer)],
        Condition::PropertyNames(name, violation) => vec![wrong_name(name, violation, &site, explainer)],
        Condition::UniqueItems => vec![repeated(&site, explainer)],
        _ if !resolved && is_undecided(&site, violation) => return Vec::new(),
        condition => {
            let (must, is) = breach(condition, keyword, &site);
            let diagnostic = finish(keyword, must, is, &site, explainer);
            vec![if *condition == Condition::Nothing { diagnostic.help("remove it") } else { diagnostic }]
        }
    };
    if let Some(reason) = reason(violation, explainer) {
        for diagnostic in &mut found {
            diagnostic.notes.push(reason.clone());
        }
    }
    found
}

/// Tells whether an alternative admits strings; a reference may resolve to any string.
fn admits_text(site: &Site<'_>) -> bool {
    site.views().any(|view| view.alternatives().any(|view| view.types().contains(&"string")))
}

fn is_opaque_text(node: &Node) -> bool {
    node.as_str().is_some_and(reference::is_unresolved)
}

/// Tells whether the violation is about the form of a text with references, which is not known before they are resolved.
fn is_undecided(site: &Site<'_>, violation: &Violation) -> bool {
    let about_form = match &violation.condition {
        // The formats of the gate consider references themselves.
        Condition::Format(format) => Format::named(format).is_none(),
        _ => matches!(
            violation.keyword.as_str(),
            "pattern" | "enum" | "const" | "minLength" | "maxLength" | "contentEncoding" | "contentMediaType"
        ),
    };
    about_form && site.node.is_some_and(is_opaque_text)
}

/// Creates the diagnostic for a whole float where the schema requires an integer, without a label: the tree may have no such
/// value.
pub fn whole_float(root: Subschema<'_>, path: &Path, value: i64, tree: &Node) -> Diagnostic {
    let mut diagnostic =
        Diagnostic::error(path.field(), path.clone(), format!("{path} must be an integer, and is {value}.0"));
    diagnostic.keyword = Some("type".into());
    let help = root.at(&path.0, tree).and_then(help_of).map(|help| format!("; {help}")).unwrap_or_default();
    diagnostic.help(format!("write {value}{help}"))
}

/// Creates the diagnostic for a value where the schema requires a table, without a label: the tree has no such value. `found`
/// is the type of the value, with its article.
pub fn not_a_table(root: Subschema<'_>, path: &Path, found: &str, tree: &Node) -> Diagnostic {
    let mut diagnostic =
        Diagnostic::error(path.field(), path.clone(), format!("{path} must be a table, and is {found}"));
    diagnostic.keyword = Some("type".into());
    let help = root.at(&path.0, tree).and_then(help_of).map(|help| format!("; {help}")).unwrap_or_default();
    let key = path.last_key().unwrap_or_default();
    diagnostic.help(if found == "null" {
        format!("remove it, or write {key} = {{ … }}{help}")
    } else {
        format!("write {key} = {{ … }}{help}")
    })
}
