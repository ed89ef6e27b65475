use crate::diagnostics::Diagnostic;
use crate::gate::spec::ConfigSpec;
use crate::gate::stages::unused_keys;
use crate::schema::Subschema;
use crate::value::{Node, Path, Segment, Sources, Value};

/// Returns whether a path leads into the values that a profile sets.
pub fn in_overlay(view: Subschema<'_>, path: &Path, tree: &Node) -> bool {
    (0..path.0.len()).any(|end| view.at(&path.0[..end], tree).is_some_and(Subschema::is_overlay))
}

/// Puts the list of profiles back into the tree.
pub fn put_back(spec: &ConfigSpec, tree: &mut Node, list: Node) {
    let Some((Segment::Key(key), around)) = spec.profiles_path.as_ref().and_then(|path| path.0.split_last()) else {
        return;
    };
    if let Some(table) = tree.get_mut(around).and_then(Node::as_table_mut) {
        table.insert(key.clone(), list);
    }
}

/// Returns the name and the set values of each profile of a list.
pub fn sets(list: &mut Node) -> impl Iterator<Item = (String, &mut Node)> {
    let elements = if let Value::List(elements) = &mut list.value { elements.as_mut_slice() } else { &mut [] };
    elements.iter_mut().filter_map(Node::as_table_mut).filter_map(|profile| {
        let name = profile.get("name").and_then(Node::as_str).unwrap_or_default().to_owned();
        Some((name, profile.get_mut("set")?))
    })
}

/// Removes retired keys from profiles, and returns a warning for each.
pub fn retire_within(view: Subschema<'_>, list: &mut Node, sources: &Sources) -> Vec<Diagnostic> {
    let retired = sets(list).flat_map(|(name, set)| {
        let found = unused_keys::retire(view, set, sources).into_iter();
        found.map(move |diagnostic| diagnostic.note(format!("in the profile {name}")))
    });
    retired.collect()
}
