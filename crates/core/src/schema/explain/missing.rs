//! Diagnostics for missing keys.

use serde_json::Value as Json;

use crate::diagnostics::Diagnostic;
use crate::diagnostics::suggest::join_or;
use crate::schema::explain::explainer::Explainer;
use crate::schema::explain::phrases::help_of;
use crate::schema::explain::site::Site;
use crate::schema::subschema::Subschema;
use crate::sensitive::display;
use crate::value::{self, Path, Span};

/// Names a table in a message; the root is the file.
pub(super) fn owner(path: &Path) -> String {
    if path.0.is_empty() { "the file".to_owned() } else { display::path(path) }
}

/// Finds the key whose presence requires `key`.
pub(super) fn requiring_key<'a>(key: &str, parent: &Site<'a>) -> Option<&'a str> {
    let table = parent.node?.as_table()?;
    let needs = |names: &Json| names.as_array().is_some_and(|names| names.iter().any(|name| name == key));
    let stated = parent.stated?;
    let of = |keyword: &str| stated.get(keyword).and_then(Json::as_object).into_iter().flatten();
    let mut all = of("dependentRequired").chain(of("dependencies"));
    all.find(|(by, names)| table.contains_key(*by) && needs(names)).map(|(by, _)| by.as_str())
}

/// Creates the diagnostic for a missing key.
pub(super) fn missing(key: &str, needed_by: Option<&str>, parent: &Site<'_>, explainer: &Explainer<'_>) -> Diagnostic {
    let path = parent.path.key(key);
    let needs = needed_by.map_or_else(|| owner(&parent.path), |by| display::path(&parent.path.key(by)));
    let mut diagnostic =
        Diagnostic::error(path.field(), path.clone(), format!("{needs} needs {key}, which is missing"));
    diagnostic.keyword = Some(if needed_by.is_some() { "dependentRequired" } else { "required" }.into());
    let requiring_node = needed_by.and_then(|by| parent.node?.as_table()?.get(by));
    diagnostic = match requiring_node {
        Some(node) => diagnostic.at(explainer.context.sources.locations(&node.origin), "set here"),
        None => locate_table(diagnostic, parent, explainer),
    };
    match explainer.root.at(&path.0, explainer.tree).and_then(help_of) {
        Some(help) => diagnostic.help(format!("add {key}: {help}")),
        None => diagnostic.help(format!("add {key}")),
    }
}

/// Creates the diagnostic for a missing key whose value distinguishes the alternatives of a union.
pub(super) fn missing_tag(
    key: &str,
    view: Subschema<'_>,
    options: &[Json],
    table: &Site<'_>,
    explainer: &Explainer<'_>,
) -> Diagnostic {
    let path = table.path.key(key);
    let message = format!("{} needs {key}, which is missing", owner(&table.path));
    let mut diagnostic = Diagnostic::error(path.field(), path, message);
    diagnostic.keyword = Some("required".into());
    diagnostic = locate_table(diagnostic, table, explainer);
    let options: Vec<String> = options.iter().map(display::json).collect();
    let summary = view.summary().map(|summary| format!("; {summary}")).unwrap_or_default();
    diagnostic.help(format!("add {key}: {}{summary}", join_or(&options)))
}

/// Points at the table that should have a key. A missing key has no line of its own, and a sibling is not the place of it.
pub(super) fn locate_table(diagnostic: Diagnostic, table: &Site<'_>, explainer: &Explainer<'_>) -> Diagnostic {
    let sources = explainer.context.sources;
    if let Some(node) = table.node.filter(|_| !table.path.0.is_empty()) {
        return diagnostic.at(sources.locations(&node.origin), "here");
    }
    let Some(source) = &sources.text else { return diagnostic };
    let place = value::Location { source: source.clone(), span: Span::default(), position: (0, 0) };
    diagnostic.at([place], "")
}
