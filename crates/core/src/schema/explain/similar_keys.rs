//! The search for the key that an unknown one may mean.

use crate::diagnostics::similar_names::{is_generic, similar};
use crate::schema::explain::explainer::Explainer;
use crate::schema::explain::site::Site;
use crate::schema::search;
use crate::schema::subschema::Subschema;
use crate::value::{Node, Path, Segment};

/// The maximum number of keys that one help suggests.
const MAX_KEYS: usize = 3;

/// The maximum number of similar names that are tried on the config.
const MAX_TRIALS: usize = 8;

/// Returns the names that `name` may be a misspelling of, the nearest first.
pub(super) fn similar_names<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Vec<&'k str> {
    similar(name, known).into_iter().map(|(_, name)| name).take(MAX_TRIALS).collect()
}

/// Finds the keys that `key` may mean: a similar name in the same table, a dotted path in quotes, the same name elsewhere, or a table
/// with the same keys. Each of them is right in this config.
pub(super) fn similar_keys(key: &str, parent: &Site<'_>, explainer: &Explainer<'_>) -> Vec<Path> {
    let (Some(node), Some(view)) = (parent.node, parent.view) else { return Vec::new() };
    let from = parent.path.key(key);
    let is_right = |path: &Path| explainer.accepts_move(&from, path);
    let mut names = names_of(view, node);
    // A part with conditions may state fields that hold for this table alone.
    for (name, _) in parent.stated.into_iter().flat_map(Subschema::fields) {
        if !names.contains(&name.as_str()) {
            names.push(name.as_str());
        }
    }
    let mut nearest: Vec<(u32, Path)> = Vec::new();
    for (distance, name) in similar(key, names.iter().copied()).into_iter().take(MAX_TRIALS) {
        if nearest.first().is_some_and(|(least, _)| *least < distance) {
            break;
        }
        let path = parent.path.key(name);
        if is_right(&path) {
            nearest.push((distance, path));
        }
    }
    if !nearest.is_empty() {
        // More than a few equally near names are a guess.
        return if nearest.len() > MAX_KEYS { Vec::new() } else { nearest.into_iter().map(|(_, path)| path).collect() };
    }
    if let Some(path) = dotted(key, parent, explainer).filter(is_right) {
        return vec![path];
    }
    if let Some(path) = in_overlay(key, parent, explainer).filter(is_right) {
        return vec![path];
    }
    let elsewhere = elsewhere(key, parent, explainer);
    match elsewhere.len() {
        // A name that is common in the schema is not a useful suggestion.
        0 => table_with_the_keys(key, node, view, &names)
            .map(|name| parent.path.key(name))
            .filter(is_right)
            .into_iter()
            .collect(),
        1..=MAX_KEYS => elsewhere.into_iter().filter(is_right).collect(),
        _ => Vec::new(),
    }
}

/// Finds the key of the same table that `key` most likely means, but that the config sets as well, so that it cannot take its place.
pub(super) fn similar_set_key(key: &str, parent: &Site<'_>, explainer: &Explainer<'_>) -> Option<Path> {
    let (node, view) = (parent.node?, parent.view?);
    let written = node.as_table()?.get(key);
    let nearest = similar(key, names_of(view, node));
    let least = nearest.first()?.0;
    let of_least = nearest.into_iter().take_while(|(distance, _)| *distance == least);
    let mut paths = of_least.map(|(_, name)| parent.path.key(name)).filter(|path| {
        let admits = |view: Subschema<'_>| written.is_none_or(|value| view.admits_type(&value.value));
        explainer.sets(path) && explainer.root.at(&path.0, explainer.tree).is_none_or(admits)
    });
    // Of two, either would be a guess.
    paths.next().filter(|_| paths.next().is_none())
}

/// Finds the key of the same table that `key` clearly means, although its value is wrong there: a name that differs in case and
/// separators alone, or in two letters at most.
pub(super) fn similar_wrong_key(key: &str, parent: &Site<'_>, explainer: &Explainer<'_>) -> Option<Path> {
    let (node, view) = (parent.node?, parent.view?);
    let names = names_of(view, node);
    let written = node.as_table()?.get(key)?;
    // A key of another alternative, or one that another key excludes, may have a right value.
    let is_wrong = |path: &Path| {
        let view = explainer.root.at(&path.0, explainer.tree);
        !explainer.sets(path) && view.is_some_and(|view| !explainer.trial.admits(view, written))
    };
    let is_meant = |name: &&&str| is_wrong(&parent.path.key(name));
    let mut same = names.iter().filter(|name| folded(name) == folded(key)).filter(is_meant);
    if let Some(name) = same.next() {
        return same.all(|other| other == name).then(|| parent.path.key(name));
    }
    let near = similar(key, names.iter().copied());
    let least = near.first()?.0;
    let mut near = near.into_iter().take_while(|(distance, _)| *distance == least).map(|(_, name)| name);
    let name = near.next().filter(|name| near.all(|other| other == *name))?;
    // Two letters of a short name are most of it; two in each other's place are one mistake.
    let letters = if name.chars().count() < 6 { 1 } else { 2 };
    (is_meant(&&name) && strsim::osa_distance(key, name) <= letters).then(|| parent.path.key(name))
}

/// Returns a name without its case and separators.
fn folded(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-' | '.' | ' ')).flat_map(char::to_lowercase).collect()
}

/// Returns the names of the known keys of a table, those of all alternatives included, because none may fit yet.
fn names_of<'s>(view: Subschema<'s>, node: &Node) -> Vec<&'s str> {
    let mut names = view.names(node);
    names.extend(view.alternatives().flat_map(Subschema::fields).map(|(name, _)| name.as_str()));
    names
}

/// Returns the path that a key with dots in quotes spells, if the schema knows it.
pub(super) fn dotted(key: &str, parent: &Site<'_>, explainer: &Explainer<'_>) -> Option<Path> {
    let words: Vec<&str> = key.split('.').collect();
    let is_word = |word: &&str| !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    if words.len() < 2 || !words.iter().all(is_word) {
        return None;
    }
    let path = words.iter().fold(parent.path.clone(), |path, word| path.key(word));
    explainer.root.at(&path.0, explainer.tree).map(|_| path)
}

/// Returns the path of a key of the config in the overlay beside it, as `set` of a profile is.
fn in_overlay(key: &str, parent: &Site<'_>, explainer: &Explainer<'_>) -> Option<Path> {
    explainer.root.field(key)?;
    let (overlay, _) = parent.view?.fields().find(|(_, view)| view.is_overlay())?;
    Some(parent.path.key(overlay).key(key))
}

/// Returns the paths of the fields with the name of an unknown key in other tables, the nearest ones.
fn elsewhere(key: &str, parent: &Site<'_>, explainer: &Explainer<'_>) -> Vec<Path> {
    // A common word in a known table means something of that table.
    if is_generic(key) && !parent.path.0.is_empty() {
        return Vec::new();
    }
    let mut paths = search::paths_of(explainer.root, key);
    paths.retain(|path| !explainer.sets(path) && *path != parent.path.key(key));
    if paths.iter().any(|path| path.0.starts_with(&parent.path.0)) {
        paths.retain(|path| path.0.starts_with(&parent.path.0));
    }
    let depth = paths.first().map_or(0, |path| path.0.len());
    paths.retain(|path| path.0.len() == depth && path.0.iter().all(|step| matches!(step, Segment::Key(_))));
    paths
}

/// Finds the table of the schema that has most keys of an unknown table.
fn table_with_the_keys<'s>(key: &str, node: &Node, view: Subschema<'s>, names: &[&'s str]) -> Option<&'s str> {
    let inner = node.as_table()?.get(key)?;
    let length = inner.as_table()?.len();
    let shared = |name: &str| view.property(name, node).map_or(0, |view| view.known_keys(inner));
    names.iter().copied().find(|name| {
        let shared = shared(name);
        shared > 1 && shared * 2 > length
    })
}
