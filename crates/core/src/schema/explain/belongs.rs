//! Diagnostics for keys that belong to another alternative than the one that a tag selects.

use crate::diagnostics::suggest::join_or;
use crate::diagnostics::{Diagnostic, codes};
use crate::schema::explain::explainer::Explainer;
use crate::schema::explain::site::Site;
use crate::schema::violation::Violation;
use crate::sensitive::display;

/// Creates the diagnostic for a key of other alternatives. `owners` are the tags of those, `selected` is the one of the table.
pub(super) fn belongs(
    key: &str,
    owners: &[String],
    selected: &str,
    violation: &Violation,
    table: &Site<'_>,
    explainer: &Explainer<'_>,
) -> Diagnostic {
    let path = table.path.key(key);
    let message = format!("{} belongs to {}, and not to {selected}", display::path(&path), join_or(owners));
    let mut diagnostic = Diagnostic::new(explainer.context.unknown_keys, &codes::SCHEMA_UNKNOWN_KEY, path, message);
    diagnostic.keyword = Some(violation.keyword.clone());
    if let Some(node) = table.node.and_then(|node| node.as_table()?.get(key)) {
        diagnostic = diagnostic.at(explainer.context.sources.locations(&node.origin), "");
    }
    diagnostic.help(format!("remove it, or use {}", join_or(owners)))
}
