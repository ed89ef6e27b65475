//! Searches of a whole schema: for secret fields, for fields of a name, and for marked fields.

use std::collections::HashSet;

use foldhash::fast::RandomState;

use crate::schema::keywords::RETIRED;
use crate::schema::subschema::{MAX_NESTING, Subschema};
use crate::value::{Node, Path, Segment, Value};

/// The maximum depth of a search, which ends it in a schema that contains itself.
const MAX_DEPTH: usize = 8;

/// The maximum number of subschemas at one depth of a search.
const MAX_WIDTH: usize = 4096;

/// Returns the names of all secret fields, at any depth.
pub fn secret_names(root: Subschema<'_>) -> Vec<&str> {
    let mut found = Vec::new();
    let mut level = vec![root];
    for _ in 0..MAX_DEPTH {
        level.retain(|view| view.holds_secrets());
        level.truncate(MAX_WIDTH);
        let mut next = Vec::new();
        for view in level {
            let same = view.parts().chain(view.alternatives()).chain(view.conditional());
            next.extend(same.chain(view.element(0, &Node::generated(Value::Null))));
            for (key, view) in view.fields() {
                let elements = view.element(0, &Node::generated(Value::Null));
                if (view.is_secret() || elements.is_some_and(Subschema::is_secret)) && !found.contains(&key.as_str()) {
                    found.push(key.as_str());
                }
                next.push(view);
            }
        }
        level = next;
    }
    found
}

/// Returns the paths of the fields with a name, the nearest to the root first.
pub fn paths_of(root: Subschema<'_>, name: &str) -> Vec<Path> {
    paths(root, &|key, view| key == name && !view.marked("deprecated"))
}

/// Returns the paths of deprecated fields that are still read.
pub fn deprecated(root: Subschema<'_>) -> Vec<Path> {
    if !root.has_mark("deprecated") {
        return Vec::new();
    }
    paths(root, &|_, view| view.marked("deprecated") && !view.marked(RETIRED))
}

/// Returns the paths of the fields that `matches` selects, the nearest to the root first.
fn paths<'s>(root: Subschema<'s>, matches: &dyn Fn(&str, Subschema<'s>) -> bool) -> Vec<Path> {
    let mut found = Vec::new();
    let mut level = vec![(Path::root(), root)];
    for _ in 0..MAX_DEPTH {
        level.truncate(MAX_WIDTH);
        let mut next = Vec::new();
        for (path, view) in level {
            let same = view.parts().chain(view.alternatives()).chain(view.conditional());
            next.extend(same.map(|part| (path.clone(), part)));
            for (key, view) in view.fields() {
                let is_match = matches(key, view);
                if !is_match && next.len() >= MAX_WIDTH {
                    continue;
                }
                let path = path.key(key);
                if is_match && !found.contains(&path) {
                    found.push(path.clone());
                }
                next.push((path, view));
            }
        }
        level = next;
    }
    found.sort_by_key(|path| path.0.len());
    found
}

/// Returns the path of the first field with a keyword that is `true`.
pub fn find_marked(root: Subschema<'_>, keyword: &str) -> Option<Path> {
    // A schema may contain itself: visit each subschema once. The path is written on the way back, which most visits are not on.
    fn find<'s>(
        view: Subschema<'s>,
        keyword: &str,
        seen: &mut HashSet<usize, RandomState>,
        depth: usize,
    ) -> Option<Vec<&'s str>> {
        if view.marked(keyword) {
            return Some(Vec::new());
        }
        let names = view.properties().filter(|_| depth < MAX_NESTING)?;
        names.iter().find_map(|(name, place)| {
            if !seen.insert(*place) {
                return None;
            }
            let mut path = find(view.to(*place), keyword, seen, depth + 1)?;
            path.push(name);
            Some(path)
        })
    }
    if !root.has_mark(keyword) {
        return None;
    }
    let names = find(root, keyword, &mut HashSet::default(), 0)?;
    Some(Path(names.into_iter().rev().map(|name| Segment::Key(name.into())).collect()))
}
