//! Three-way comparison of configs, by field.

use confgate_core::bundle::ValueOrigins;
use confgate_core::gate::Gate;
use confgate_core::gate::redact::redacted;
use confgate_core::sensitive::display::sanitize;
use confgate_core::toml::inline_json;
use confgate_core::value::diff::{ValueChange, changes};
use confgate_core::value::{Definition, Node, Path, Sources, json};
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
    #[serde(serialize_with = "place")]
    pub origin: Option<Definition>,
}

fn place<S: serde::Serializer>(definition: &Option<Definition>, serializer: S) -> Result<S::Ok, S::Error> {
    definition.as_ref().map(ToString::to_string).serialize(serializer)
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
        theirs: Side { value: their_value, origin: theirs.definition_of(path).map(ToString::to_string) },
        mine: Side { value: my_value, origin: mine.definition_of(path).map(ToString::to_string) },
    }
}

/// Returns the changes of fields between two configs.
pub fn field_changes(gate: &Gate, old: &GatedConfig, new: &GatedConfig) -> Vec<FieldChange> {
    let change = |change: ValueChange<'_>| {
        let [old_value, new_value] = displayed(gate, &change.path, [&old.tree, &new.tree]);
        let origin = new.definition_of(&change.path).cloned();
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

#[cfg(test)]
mod tests {
    use confgate_core::bundle::ValueOrigins;
    use confgate_core::diagnostics::Report;
    use confgate_core::toml;
    use confgate_core::value::{Definition, Format, Source};
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn gate() -> Gate {
        let number = json!({ "type": "integer" });
        let properties = json!({
            "a": number, "b": number, "c": number, "list": { "type": "array" },
            "section": { "type": "object", "properties": { "x": number, "y": number } },
            "token": { "type": "string", "x-secret": true },
        });
        Gate::of_schema(json!({ "type": "object", "properties": properties })).unwrap()
    }

    /// Returns a config whose values are all defined at one place of a file.
    fn config(text: &str, file: &str) -> GatedConfig {
        let tree = toml::read(&Source::new("config.toml", text)).0;
        let place = Definition { file: file.to_owned(), line: 3, column: 1, element: None };
        let all = changes(&Node::generated(confgate_core::value::Value::Table(Default::default())), &tree)
            .iter()
            .map(|change| {
                let origins = ValueOrigins { set: vec![place.clone()], overridden: Vec::new() };
                (change.path.pointer(), origins)
            })
            .collect();
        GatedConfig { tree, origins: all, report: Report::new(Vec::new()), format: Format::Toml }
    }

    fn merged(base: &str, theirs: &str, mine: &str) -> Result<Merge, Vec<FieldConflict>> {
        merge(&gate(), "node", &config(base, "base.nix"), &config(theirs, "theirs.nix"), &config(mine, "mine.nix"))
    }

    fn text(merge: &Merge) -> String {
        toml::write(&merge.tree).unwrap()
    }

    #[test]
    fn changes_of_different_fields_are_taken_together_with_their_places() {
        let merge = merged("a = 1\nb = 1\nc = 1\n", "a = 2\nb = 1\n", "a = 1\nb = 3\nc = 1\n").unwrap();
        assert_eq!(text(&merge), "a = 2\nb = 3\n");
        assert_eq!(merge.taken.iter().map(ToString::to_string).collect::<Vec<_>>(), ["a", "c"]);
        let file = |pointer: &str| merge.origins.get(pointer).map(|origins| origins.set[0].file.as_str());
        assert_eq!([file("/a"), file("/b"), file("/c")], [Some("theirs.nix"), Some("mine.nix"), None]);
    }

    #[test]
    fn a_section_that_one_adds_and_a_field_in_it_are_taken() {
        let merge = merged("a = 1\n", "a = 1\n[section]\nx = 5\n", "a = 2\n").unwrap();
        assert_eq!(text(&merge), "a = 2\n\n[section]\nx = 5\n");
        let merge =
            merged("[section]\nx = 1\ny = 1\n", "[section]\nx = 2\ny = 1\n", "[section]\nx = 1\ny = 2\n").unwrap();
        assert_eq!(text(&merge), "[section]\nx = 2\ny = 2\n");
    }

    #[test]
    fn a_field_that_both_changed_is_a_conflict_with_both_places() {
        let conflicts = merged("a = 1\n", "a = 2\n", "a = 3\n").unwrap_err();
        let side = |value: i64, file: &str| Side { value: Some(json!(value)), origin: Some(format!("{file}:3:1")) };
        assert_eq!(
            conflicts,
            [FieldConflict {
                bundle: "node".to_owned(),
                path: Path::dotted("a"),
                base: Some(json!(1)),
                theirs: side(2, "theirs.nix"),
                mine: side(3, "mine.nix"),
            }]
        );
        // One removes what the other changes.
        let removed = merged("a = 1\n", "", "a = 3\n").unwrap_err();
        assert_eq!((&removed[0].theirs.value, &removed[0].theirs.origin), (&None, &None));
        // One removes a section in which the other changes a field: the section is the conflict.
        let section = merged("[section]\nx = 1\n", "", "[section]\nx = 2\n").unwrap_err();
        assert_eq!(section.iter().map(|field| field.path.to_string()).collect::<Vec<_>>(), ["section"]);
        // A list is one value.
        assert_eq!(merged("list = [1]\n", "list = [1, 2]\n", "list = [0, 1]\n").unwrap_err().len(), 1);
    }

    #[test]
    fn a_secret_in_a_conflict_or_a_change_is_not_displayed() {
        let secret = |text: &str| format!("token = '{text}'\n");
        let (base, theirs, mine) = (secret("canary-3f9a-1"), secret("canary-3f9a-2"), secret("canary-3f9a-3"));
        let conflicts = merged(&base, &theirs, &mine).unwrap_err();
        assert!(!format!("{conflicts:?}").contains("canary"), "{conflicts:?}");
        let changed = field_changes(&gate(), &config(&base, "a.nix"), &config(&mine, "b.nix"));
        assert!(changed.len() == 1 && !format!("{changed:?}").contains("canary"), "{changed:?}");
    }

    proptest! {
        #[test]
        fn every_change_is_taken_or_a_conflict(
            values in proptest::collection::vec((0..3_u8, 0..3_u8, 0..3_u8), 3),
        ) {
            // Zero stands for an absent field.
            let side = |value: &dyn Fn(&(u8, u8, u8)) -> u8| -> String {
                let fields = ["a", "b", "c"].into_iter().zip(&values).filter(|(_, all)| value(all) > 0);
                fields.map(|(name, all)| format!("{name} = {}\n", value(all))).collect()
            };
            let outcome = merged(&side(&|all| all.0), &side(&|all| all.1), &side(&|all| all.2));
            let is_conflict = |(base, theirs, mine): &(u8, u8, u8)| base != theirs && base != mine && theirs != mine;
            match outcome {
                Ok(merge) => {
                    prop_assert!(!values.iter().any(is_conflict));
                    for (name, (base, theirs, mine)) in ["a", "b", "c"].into_iter().zip(&values) {
                        let expected = if base == theirs { mine } else { theirs };
                        let found = merge.tree.get(&Path::dotted(name).0).map(|node| node.value.clone());
                        let expected = (*expected > 0).then(|| confgate_core::value::Value::Integer((*expected).into()));
                        prop_assert_eq!(found, expected, "{}", name);
                    }
                }
                Err(conflicts) => {
                    prop_assert_eq!(conflicts.len(), values.iter().filter(|all| is_conflict(all)).count());
                }
            }
        }
    }
}
