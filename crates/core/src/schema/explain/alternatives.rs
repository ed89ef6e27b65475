//! Diagnostics for `anyOf` and `oneOf` without a valid alternative.

use crate::diagnostics::suggest::{join_or, nearest};
use crate::diagnostics::{Diagnostic, Suggestion};
use crate::schema::explain::bounds::bounds;
use crate::schema::explain::context::ExplainContext;
use crate::schema::explain::finish::finish;
use crate::schema::explain::phrases::{Must, describe, is};
use crate::schema::explain::site::{Site, key_place};
use crate::schema::explain::unknown::suggest_key;
use crate::schema::subschema::Subschema;
use crate::value::{Node, Path};

/// Returns the index of the alternative that a value is probably an attempt at, whose violations then explain the problem.
pub(super) fn attempted_alternative(site: &Site<'_>) -> Option<usize> {
    let node = site.node?;
    let (index, view) = site.view?.chosen(node)?;
    // Neither a table without a known key nor a word that is not an option is an attempt at a particular alternative.
    let is_attempt = match node.as_table() {
        Some(table) => !table.is_empty() && (!view.is_table() || view.known_keys(node) > 0),
        None => view.get("enum").is_none() && view.get("const").is_none(),
    };
    is_attempt.then_some(index)
}

/// Creates the diagnostic for a value that fits none of the alternatives.
pub(super) fn no_alternative(site: &Site<'_>, keyword: &str, context: &ExplainContext<'_>) -> Diagnostic {
    let views = || site.view.into_iter().flat_map(Subschema::alternatives);
    let words = |view| match describe(view) {
        words if words.is_empty() => vec!["another value".to_owned()],
        words => words,
    };
    let alternatives: Vec<String> = views().flat_map(words).collect();
    let mut must = Must::from("fit one alternative of the schema");
    if !alternatives.is_empty() {
        must.words = format!("be {}", join_or(&alternatives));
        must.states = views().filter_map(bounds).collect();
    }
    let is = match site.node.and_then(Node::as_table) {
        Some(table) if !table.is_empty() => {
            let keys: Vec<&str> = table.keys().map(|key| key.as_str()).collect();
            Some(format!(
                "is a table with {} {}",
                if keys.len() == 1 { "the key" } else { "the keys" },
                keys.join(", ")
            ))
        }
        _ => is(site),
    };
    let diagnostic = finish(keyword, must, is, site, context);
    // A suggestion for a key that resembles one of an alternative is more useful than the summary of the field.
    let names = || {
        site.view
            .into_iter()
            .flat_map(Subschema::alternatives)
            .filter_map(Subschema::properties)
            .flat_map(|names| names.keys())
    };
    let keys = site.node.and_then(Node::as_table).into_iter().flatten();
    let similar: Vec<(Path, Suggestion)> = keys
        .filter_map(|(key, node)| {
            let path = site.path.key(nearest(key, names().map(String::as_str))?);
            let suggestion = suggest_key(&path, site, key_place(node, context.sources).as_ref());
            Some((path, suggestion))
        })
        .collect();
    if !similar.is_empty() {
        let (paths, suggestions): (Vec<Path>, _) = similar.into_iter().unzip();
        let names: Vec<String> = paths.iter().map(Path::to_string).collect();
        return diagnostic.suggest(&names, suggestions);
    }
    // A table such as `mode = { name = "fast" }` in the place of the word `fast`.
    let only =
        site.node.and_then(Node::as_table).filter(|table| table.len() == 1).and_then(|table| table.values().next());
    let word = only.and_then(Node::as_str).filter(|word| {
        let listed =
            site.view.into_iter().flat_map(Subschema::alternatives).filter_map(|view| view.get("enum")?.as_array());
        listed.flatten().any(|value| value == word)
    });
    match word {
        Some(word) => diagnostic.help(format!("write {} = \"{word}\"", site.path)),
        None => diagnostic,
    }
}
