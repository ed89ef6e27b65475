//! Keys that the schema does not name, and the ones that were probably meant.

use serde_json::Value as Json;

use crate::diagnostics::Diagnostic;
use crate::diagnostics::suggest::nearest;
use crate::schema::explain::words::either;
use crate::schema::explain::{Place, Subject};
use crate::schema::subschema::Subschema;
use crate::sensitive::display;
use crate::value::{Node, Origin, Path, Value};

/// The rule of unknown keys.
pub const UNKNOWN_KEY: &str = "schema/unknown-key";

pub(super) fn unexpected(
    key: &str,
    keyword: &str,
    parent: &Place<'_>,
    root: Subschema<'_>,
    subject: &Subject<'_>,
) -> Diagnostic {
    let mut diagnostic = unknown(key, parent, root);
    diagnostic.keyword = Some(keyword.to_owned());
    diagnostic.severity = subject.unknown_keys;
    match parent.node.and_then(|node| node.as_table()?.get(key)) {
        Some(node) => diagnostic.at(subject.sources.locations(&node.origin), ""),
        None => diagnostic,
    }
}

/// The diagnostic for a key that the schema does not name, without its place.
pub fn unknown_key(root: Subschema<'_>, path: &Path, tree: &Node) -> Diagnostic {
    let table = path.parent().unwrap_or_default();
    // The table need not be there: what is unknown may be all that was said of it.
    let empty = Node::generated(Value::Table(crate::value::Table::default()));
    let node = tree.get(&table.0).unwrap_or(&empty);
    let (view, inside) = (root.at(&table.0, tree), root.hides(&table.0, tree));
    let parent = Place { node: Some(node), view, stated: None, path: table, written: None, inside };
    unknown(path.last_key().unwrap_or_default(), &parent, root)
}

/// Whether an unknown key was probably meant to be one whose value nobody may see.
pub fn means_secret(root: Subschema<'_>, path: &Path, tree: &Node) -> bool {
    let (Some(table), Some(key)) = (path.parent(), path.last_key()) else { return false };
    let (node, view, inside) = (tree.get(&table.0), root.at(&table.0, tree), root.hides(&table.0, tree));
    if inside {
        return true;
    }
    let parent = Place { node, view, stated: None, path: table, written: None, inside };
    let meant = meant(key, &parent, root);
    // A word for a secret that nobody thought of stands where the secret does not.
    let empty = || {
        parent
            .node
            .zip(parent.view)
            .is_some_and(|(node, view)| view.fields().any(|(name, field)| field.is_secret() && !is_written(node, name)))
    };
    if meant.is_empty() {
        empty()
    } else {
        meant.iter().any(|path| root.at(&path.0, tree).is_some_and(Subschema::is_secret))
    }
}

pub(super) fn unknown(key: &str, parent: &Place<'_>, root: Subschema<'_>) -> Diagnostic {
    let path = parent.path.key(key);
    let node = parent.node.and_then(|node| node.as_table()?.get(key));
    let held = node.filter(|node| node.as_table().is_some_and(|table| !table.is_empty())).map_or(1, Node::leaf_count);
    let name = display::path(&path);
    let what = if held > 1 { format!("unknown table {name} with {held} keys") } else { format!("unknown key {name}") };
    let mut diagnostic = Diagnostic::error(UNKNOWN_KEY, path, what);
    diagnostic.keyword = Some("additionalProperties".into());
    let meant: Vec<String> = meant(key, parent, root).iter().map(Path::to_string).collect();
    match (meant.is_empty(), known(parent)) {
        (false, _) => diagnostic.help(format!("did you mean {}?", either(&meant))),
        (true, Some(known)) => diagnostic.help(format!("remove it: nothing reads it; {known}")),
        (true, None) => diagnostic.help("remove it: nothing reads it"),
    }
}

/// Whether somebody wrote this key; a default that was filled in is nobody's.
pub(super) fn is_written(table: &Node, key: &str) -> bool {
    table.as_table().and_then(|table| table.get(key)).is_some_and(|node| node.origin != Origin::Generated)
}

/// The known keys that `key` was probably meant to be: one like it in the same table, the same one elsewhere, or the
/// table that knows the keys below it.
pub(super) fn meant(key: &str, parent: &Place<'_>, root: Subschema<'_>) -> Vec<Path> {
    let (Some(node), Some(view)) = (parent.node, parent.view) else { return Vec::new() };
    let mut names = view.names(node);
    // Of alternatives none may be chosen yet.
    names.extend(
        view.alternatives().filter_map(Subschema::properties).flat_map(|names| names.keys()).map(String::as_str),
    );
    names.retain(|name| !is_written(node, name));
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
        // A name that stands everywhere points nowhere.
        4.. => Vec::new(),
        1.. => paths,
        0 => {
            let inner = node.as_table().and_then(|table| table.get(key));
            let alike = |name: &&str| {
                let known = inner.and_then(|inner| Some(view.property(name, node)?.known_keys(inner))).unwrap_or(0);
                known > 1 && inner.and_then(Node::as_table).is_some_and(|table| known * 2 > table.len())
            };
            names.into_iter().find(alike).map(|name| parent.path.key(name)).into_iter().collect()
        }
    }
}

/// What the table of an unknown key knows.
pub(super) fn known(parent: &Place<'_>) -> Option<String> {
    let view = parent.view?;
    let names = view.names(parent.node?);
    let root = parent.path.0.is_empty();
    let owner = if root { "the file".to_owned() } else { parent.path.to_string() };
    let patterns = view.get("patternProperties").and_then(Json::as_object).into_iter().flat_map(|names| names.keys());
    let patterns: Vec<String> = patterns.map(|pattern| format!("keys that match {pattern}")).collect();
    match (names.len(), patterns.is_empty()) {
        (0, true) => Some(format!("{owner} knows no keys")),
        (0, false) => Some(format!("{owner} knows {}", either(&patterns))),
        (1..=16, _) => Some(format!(
            "{owner} knows {}",
            names.into_iter().map(str::to_owned).chain(patterns).collect::<Vec<_>>().join(", ")
        )),
        (many, _) => Some(format!("{owner} knows {many} keys, see `confgate schema`")),
    }
}
