//! Three-way comparison of configs, by field.

use confgate_core::bundle::ValueOrigins;
use confgate_core::gate::Gate;
use confgate_core::gate::redact::redacted;
use confgate_core::sensitive::display::sanitize;
use confgate_core::toml::inline_json;
use confgate_core::value::diff::{ValueChange, changes};
use confgate_core::value::{Node, Path, Sources, json};
use confgate_runtime::load::insert_at;
use serde::Serialize;
use serde_json::Value as Json;
use std::collections::BTreeMap;

use crate::gated::GatedConfig;

/// The longest value that a message quotes, in characters.
const QUOTED: usize = 80;

/// A field that two authors changed to different values. Secrets are redacted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FieldConflict {
    /// Name of the bundle.
    pub bundle: String,
    /// The field.
    #[serde(serialize_with = "pointer")]
    pub path: Path,
    /// The value before both changes; `None` if it was absent.
    pub base: Option<Json>,
    /// The published value.
    pub theirs: Side,
    /// The value to publish.
    pub mine: Side,
}

/// One side of a conflict.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Side {
    /// The value; `None` if it is absent.
    pub value: Option<Json>,
    /// The place where it is defined.
    pub origin: Option<String>,
}

/// A change of one field. Secrets are redacted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FieldChange {
    /// The field.
    #[serde(serialize_with = "pointer")]
    pub path: Path,
    /// The old value; `None` if it was absent.
    pub old: Option<Json>,
    /// The new value; `None` if it is absent.
    pub new: Option<Json>,
    /// The place where the new value is defined.
    pub origin: Option<String>,
}

fn pointer<S: serde::Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&path.pointer())
}

/// The changes of two authors on top of each other.
#[derive(Debug, Clone)]
pub struct Merge {
    /// The values.
    pub tree: Node,
    /// Their definitions.
    pub origins: BTreeMap<String, ValueOrigins>,
    /// Fields that were taken from the other author.
    pub taken: Vec<Path>,
}

/// Puts the changes of `mine` on top of those of `theirs`.
///
/// # Errors
///
/// Both changed one field, to different values.
pub fn merge(
    gate: &Gate,
    bundle: &str,
    base: &GatedConfig,
    theirs: &GatedConfig,
    mine: &GatedConfig,
) -> Result<Merge, Vec<FieldConflict>> {
    let (their_changes, my_changes) = (changes(&base.tree, &theirs.tree), changes(&base.tree, &mine.tree));
    let mut merged = Merge { tree: mine.tree.clone(), origins: mine.origins.clone(), taken: Vec::new() };
    let mut conflicts = Vec::new();
    for change in &their_changes {
        let is_same = |other: &&ValueChange<'_>| other.path == change.path && value(other.new) == value(change.new);
        match my_changes.iter().find(|other| other.path.overlaps(&change.path)) {
            Some(other) if is_same(&other) => {}
            Some(other) => {
                // The shorter path contains both changes.
                let path = if other.path.0.len() < change.path.0.len() { &other.path } else { &change.path };
                conflicts.push(conflict(gate, bundle, path, base, theirs, mine));
            }
            None => {
                match change.new {
                    Some(node) => insert_at(&mut merged.tree, &change.path, node.clone()),
                    None => drop(merged.tree.remove(&change.path.0)),
                }
                take_origins(&mut merged.origins, &change.path, theirs);
                merged.taken.push(change.path.clone());
            }
        }
    }
    conflicts.dedup();
    if conflicts.is_empty() { Ok(merged) } else { Err(conflicts) }
}

fn value(node: Option<&Node>) -> Option<&confgate_core::value::Value> {
    node.map(|node| &node.value)
}

/// Replaces the definitions of a field and of what it contains.
fn take_origins(origins: &mut BTreeMap<String, ValueOrigins>, path: &Path, theirs: &GatedConfig) {
    let pointer = path.pointer();
    let below = format!("{pointer}/");
    let is_inside = |other: &str| other == pointer || other.starts_with(&below);
    origins.retain(|other, _| !is_inside(other));
    let taken = theirs.origins.iter().filter(|(other, _)| is_inside(other));
    origins.extend(taken.map(|(pointer, origins)| (pointer.clone(), origins.clone())));
}

fn conflict(
    gate: &Gate,
    bundle: &str,
    path: &Path,
    base: &GatedConfig,
    theirs: &GatedConfig,
    mine: &GatedConfig,
) -> FieldConflict {
    let trees = [&base.tree, &theirs.tree, &mine.tree];
    let [base_value, their_value, my_value] = displayed(gate, path, trees);
    FieldConflict {
        bundle: bundle.to_owned(),
        path: path.clone(),
        base: base_value,
        theirs: Side { value: their_value, origin: theirs.place_of(path) },
        mine: Side { value: my_value, origin: mine.place_of(path) },
    }
}

/// Returns the changes of fields between two configs.
pub fn field_changes(gate: &Gate, old: &GatedConfig, new: &GatedConfig) -> Vec<FieldChange> {
    let change = |change: ValueChange<'_>| {
        let [old_value, new_value] = displayed(gate, &change.path, [&old.tree, &new.tree]);
        let origin = new.place_of(&change.path);
        FieldChange { path: change.path, old: old_value, new: new_value, origin }
    };
    changes(&old.tree, &new.tree).into_iter().map(change).collect()
}

/// Returns the value at a path in each tree, without secrets. A value that is secret in one tree is displayed from none.
fn displayed<const N: usize>(gate: &Gate, path: &Path, trees: [&Node; N]) -> [Option<Json>; N] {
    let sources = Sources::default();
    let all = trees.map(|tree| gate.visibility_in(path, tree)).into_iter().reduce(|all, other| all.and(other));
    trees.map(|tree| {
        let node = tree.get(&path.0).filter(|node| !node.is_null())?;
        all.map(|seen| json::write(&redacted(seen, node, path, &sources)))
    })
}

/// Returns a value for a message.
pub(crate) fn quoted(value: Option<&Json>) -> String {
    let text = value.map_or("absent".to_owned(), inline_json);
    let text = sanitize(&text);
    match text.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into_owned(),
    }
}
