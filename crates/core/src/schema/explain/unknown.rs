//! Diagnostics for unknown keys, with suggestions.

use serde_json::Value as Json;

use crate::diagnostics::suggest::{join_or, nearest};
use crate::diagnostics::{Diagnostic, Suggestion, codes};
use crate::schema::explain::context::ExplainContext;
use crate::schema::explain::site::{Site, key_place};
use crate::schema::subschema::Subschema;
use crate::sensitive::display;
use crate::value::{self, Node, Origin, Path, Value};

/// Creates the diagnostic for an unknown key that the validator reports.
pub(super) fn unexpected_key(
    key: &str,
    keyword: &str,
    parent: &Site<'_>,
    root: Subschema<'_>,
    context: &ExplainContext<'_>,
) -> Diagnostic {
    let written = parent.node.and_then(|node| node.as_table()?.get(key));
    let place = written.and_then(|node| key_place(node, context.sources));
    let mut diagnostic = unknown(key, parent, root, place);
    diagnostic.keyword = Some(keyword.to_owned());
    diagnostic.severity = context.unknown_keys;
    match written {
        Some(node) => diagnostic.at(context.sources.locations(&node.origin), ""),
        None => diagnostic,
    }
}

/// Creates the diagnostic for an unknown key, without a label.
pub fn unknown_key(root: Subschema<'_>, path: &Path, tree: &Node) -> Diagnostic {
    let table = path.parent().unwrap_or_default();
    // The table may be absent: the unknown key may be its only entry.
    let empty = Node::generated(Value::Table(value::Table::default()));
    let node = tree.get(&table.0).unwrap_or(&empty);
    let (view, in_secret) = (root.at(&table.0, tree), root.hides(&table.0, tree));
    let parent = Site { node: Some(node), view, stated: None, path: table, unresolved: None, in_secret };
    unknown(path.last_key().unwrap_or_default(), &parent, root, None)
}

/// Tells whether an unknown key is probably a misspelt secret.
pub fn resembles_secret(root: Subschema<'_>, path: &Path, tree: &Node) -> bool {
    let (Some(table), Some(key)) = (path.parent(), path.last_key()) else { return false };
    let (node, view, in_secret) = (tree.get(&table.0), root.at(&table.0, tree), root.hides(&table.0, tree));
    if in_secret {
        return true;
    }
    let parent = Site { node, view, stated: None, path: table, unresolved: None, in_secret };
    let similar = similar_keys(key, &parent, root);
    // A key that resembles no other may be another word for a secret that is missing from its table.
    let misses_secret = || {
        parent
            .node
            .zip(parent.view)
            .is_some_and(|(node, view)| view.fields().any(|(name, field)| field.is_secret() && !is_set(node, name)))
    };
    if similar.is_empty() {
        misses_secret()
    } else {
        similar.iter().any(|path| root.at(&path.0, tree).is_some_and(Subschema::is_secret))
    }
}

/// Creates the diagnostic for an unknown key at `place`.
fn unknown(key: &str, parent: &Site<'_>, root: Subschema<'_>, place: Option<value::Location>) -> Diagnostic {
    let path = parent.path.key(key);
    let node = parent.node.and_then(|node| node.as_table()?.get(key));
    let keys = node.filter(|node| node.as_table().is_some_and(|table| !table.is_empty())).map_or(1, Node::leaf_count);
    let name = display::path(&path);
    let message =
        if keys > 1 { format!("unknown table {name} with {keys} keys") } else { format!("unknown key {name}") };
    let mut diagnostic = Diagnostic::error(&codes::SCHEMA_UNKNOWN_KEY, path, message);
    diagnostic.keyword = Some("additionalProperties".into());
    diagnostic.count = Some(keys).filter(|keys| *keys > 1);
    let similar = similar_keys(key, parent, root);
    let names: Vec<String> = similar.iter().map(Path::to_string).collect();
    match (similar.is_empty(), known_keys(parent)) {
        (false, _) => {
            diagnostic.suggest(&names, similar.iter().map(|path| suggest_key(path, parent, place.as_ref())).collect())
        }
        (true, Some(known)) => diagnostic.help(format!("remove it: nothing reads it; {known}")),
        (true, None) => diagnostic.help("remove it: nothing reads it"),
    }
}

/// Suggests the key at `path` for a key in the table `parent`. A key of another table needs a move, not a replacement.
pub(super) fn suggest_key(path: &Path, parent: &Site<'_>, place: Option<&value::Location>) -> Suggestion {
    match (place, path.0.split_last()) {
        (Some(place), Some((last, table))) if *table == parent.path.0 => {
            Suggestion { replacement: Path(vec![last.clone()]).to_string(), place: Some(place.clone()) }
        }
        _ => Suggestion { replacement: path.to_string(), place: None },
    }
}

/// Tells whether the config sets this key. A default that was filled in is not set.
fn is_set(table: &Node, key: &str) -> bool {
    table.as_table().and_then(|table| table.get(key)).is_some_and(|node| node.origin != Origin::Generated)
}

/// Finds the known keys that `key` resembles: a similar name in the same table, the same name elsewhere, or a table with the
/// same keys.
fn similar_keys(key: &str, parent: &Site<'_>, root: Subschema<'_>) -> Vec<Path> {
    let (Some(node), Some(view)) = (parent.node, parent.view) else { return Vec::new() };
    let mut names = view.names(node);
    // No alternative may fit yet: consider all of them.
    names.extend(
        view.alternatives().filter_map(Subschema::properties).flat_map(|names| names.keys()).map(String::as_str),
    );
    names.retain(|name| !is_set(node, name));
    if let Some(name) = nearest(key, names.iter().copied()) {
        return vec![parent.path.key(name)];
    }
    let elsewhere = root.paths_of(key);
    let below = elsewhere.iter().filter(|path| path.0.starts_with(&parent.path.0)).cloned().collect();
    let mut paths: Vec<Path> =
        if parent.path.0.is_empty() || !elsewhere.iter().any(|path| path.0.starts_with(&parent.path.0)) {
            elsewhere
        } else {
            below
        };
    let depth = paths.first().map_or(0, |path| path.0.len());
    paths.retain(|path| path.0.len() == depth);
    match paths.len() {
        // A name that is common in the schema is not a useful suggestion.
        4.. => Vec::new(),
        1.. => paths,
        0 => {
            let inner = node.as_table().and_then(|table| table.get(key));
            let has_same_keys = |name: &&str| {
                let shared = inner.and_then(|inner| Some(view.property(name, node)?.known_keys(inner))).unwrap_or(0);
                shared > 1 && inner.and_then(Node::as_table).is_some_and(|table| shared * 2 > table.len())
            };
            names.into_iter().find(has_same_keys).map(|name| parent.path.key(name)).into_iter().collect()
        }
    }
}

/// Lists the known keys of a table, for the help.
fn known_keys(parent: &Site<'_>) -> Option<String> {
    let view = parent.view?;
    let names = view.names(parent.node?);
    let root = parent.path.0.is_empty();
    let owner = if root { "the file".to_owned() } else { parent.path.to_string() };
    let patterns = view.get("patternProperties").and_then(Json::as_object).into_iter().flat_map(|names| names.keys());
    let patterns: Vec<String> = patterns.map(|pattern| format!("keys that match {pattern}")).collect();
    match (names.len(), patterns.is_empty()) {
        (0, true) => Some(format!("{owner} knows no keys")),
        (0, false) => Some(format!("{owner} knows {}", join_or(&patterns))),
        (1..=16, _) => Some(format!(
            "{owner} knows {}",
            names.into_iter().map(str::to_owned).chain(patterns).collect::<Vec<_>>().join(", ")
        )),
        (many, _) => Some(format!("{owner} knows {many} keys, see `confgate schema`")),
    }
}
