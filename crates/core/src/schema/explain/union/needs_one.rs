//! Unions of required keys: a table that needs one key or another.

use crate::diagnostics::Diagnostic;
use crate::diagnostics::suggest::{join_and, join_or};
use crate::schema::explain::describe::distinct;
use crate::schema::explain::explainer::Explainer;
use crate::schema::explain::missing::{locate_table, owner};
use crate::schema::explain::phrases::help_of;
use crate::schema::explain::site::Site;
use crate::schema::explain::union::branch::Branch;
use crate::schema::violation::{Condition, Violation};

/// Returns the keys that each alternative misses, if nothing else rules the alternatives out.
fn missing_keys<'v>(branches: &[Branch<'_, 'v>], instance: &str) -> Option<Vec<Vec<&'v str>>> {
    let key = |violation: &'v Violation| match &violation.condition {
        Condition::Required(key) if violation.instance == instance => Some(key.as_str()),
        _ => None,
    };
    let of = |branch: &Branch<'_, 'v>| branch.violations.iter().map(key).collect::<Option<Vec<&str>>>();
    branches.iter().map(of).collect()
}

/// Creates the diagnostic for a table that needs the keys of one alternative, if that is all that it needs.
pub(super) fn needs_one(
    site: &Site<'_>,
    keyword: &str,
    instance: &str,
    branches: &[Branch<'_, '_>],
    explainer: &Explainer<'_>,
) -> Option<Diagnostic> {
    site.node?.as_table()?;
    let missing = missing_keys(branches, instance)?;
    let names = |keys: &Vec<&str>| join_and(&keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>());
    let alternatives = distinct(missing.iter().map(names));
    let message = format!("{} needs {}", owner(&site.path), join_or(&alternatives));
    let mut diagnostic = Diagnostic::error(site.path.field(), site.path.clone(), message);
    diagnostic.keyword = Some(keyword.to_owned());
    let alone = missing.iter().filter(|keys| keys.len() == 1);
    diagnostic.missing = alone.map(|keys| site.path.key(keys[0])).collect();
    diagnostic = locate_table(diagnostic, site, explainer);
    let mut seen = Vec::new();
    for key in missing.iter().flatten() {
        let path = site.path.key(key);
        if seen.contains(key) {
            continue;
        }
        seen.push(key);
        if let Some(help) = explainer.root.at(&path.0, explainer.tree).and_then(help_of) {
            diagnostic = diagnostic.note(format!("{key}: {help}"));
        }
    }
    Some(diagnostic.help(format!("add {}", join_or(&alternatives))))
}
