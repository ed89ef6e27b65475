//! Values that fit several alternatives of `oneOf`.

use crate::diagnostics::Diagnostic;
use crate::diagnostics::suggest::join_and;
use crate::schema::explain::describe::{describe, distinct};
use crate::schema::explain::explainer::Explainer;
use crate::schema::explain::finish::finish;
use crate::schema::explain::site::Site;
use crate::schema::subschema::Subschema;
use crate::schema::violation::Violation;

/// Creates the diagnostic for a value that fits several alternatives; `fitting` are their indices.
pub(in crate::schema::explain) fn several(
    violation: &Violation,
    fitting: &[usize],
    site: &Site<'_>,
    explainer: &Explainer<'_>,
) -> Diagnostic {
    let view = |index: &usize| explainer.root.pointer(&format!("{}/{index}", violation.schema));
    let views: Vec<Subschema<'_>> = fitting.iter().filter_map(view).collect();
    if let Some(keys) = excluding_keys(&views, site) {
        let words = format!("have only one of the keys {}", join_and(&keys));
        let has = format!("has {}", if keys.len() == 2 { "both".to_owned() } else { format!("all {}", keys.len()) });
        let diagnostic = finish(&violation.keyword, words.into(), Some(has), site, explainer);
        return diagnostic.help(format!("remove all but one of {}", join_and(&keys)));
    }
    let titles = distinct(views.iter().filter_map(|view| name_of(*view)));
    let words = match titles.len() == views.len() {
        true => format!("fit only one alternative of the schema, and fits several: {}", join_and(&titles)),
        false => {
            let numbers: Vec<String> = fitting.iter().map(|index| (index + 1).to_string()).collect();
            format!("fit only one alternative of the schema, and fits the alternatives {}", join_and(&numbers))
        }
    };
    finish(&violation.keyword, words.into(), None, site, explainer)
}

/// Returns one key of each alternative that it requires alone, if every alternative has one.
fn excluding_keys(views: &[Subschema<'_>], site: &Site<'_>) -> Option<Vec<String>> {
    let table = site.node?.as_table()?;
    let of = |(index, view): (usize, &Subschema<'_>)| {
        let others = || views.iter().enumerate().filter(move |(other, _)| *other != index);
        let required = view.get("required")?.as_array()?.iter().filter_map(|key| key.as_str());
        let mut own = required.filter(|key| !others().any(|(_, other)| other.requires(key)));
        own.find(|key| table.contains_key(*key)).map(str::to_owned)
    };
    (views.len() > 1).then(|| views.iter().enumerate().map(of).collect())?
}

/// Returns a short name of an alternative: its title, or the values that it admits.
fn name_of(view: Subschema<'_>) -> Option<String> {
    let title = view.text("title").map(|title| format!("\"{title}\""));
    title.or_else(|| describe(view).into_iter().next())
}
