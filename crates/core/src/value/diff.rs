//! Differences between two trees.

use crate::value::{Node, Path, PathRef, Value};

/// A value that differs between two trees.
#[derive(Debug, Clone, PartialEq)]
pub struct ValueChange<'t> {
    /// Path of the value.
    pub path: Path,
    /// The old value; `None` when it was absent.
    pub old: Option<&'t Node>,
    /// The new value; `None` when it is absent.
    pub new: Option<&'t Node>,
}

/// Returns the changes from `old` to `new`, in the order of the trees. Tables are compared key by key; a list is one value.
pub fn changes<'t>(old: &'t Node, new: &'t Node) -> Vec<ValueChange<'t>> {
    let mut changes = Vec::new();
    compare(Some(old), Some(new), PathRef::Root, &mut changes);
    changes
}

fn compare<'t>(old: Option<&'t Node>, new: Option<&'t Node>, path: PathRef<'_>, changes: &mut Vec<ValueChange<'t>>) {
    let old = old.filter(|node| !node.is_null());
    let new = new.filter(|node| !node.is_null());
    match (old.map(|node| &node.value), new.map(|node| &node.value)) {
        (Some(Value::Table(old_table)), Some(Value::Table(new_table))) => {
            for (key, node) in old_table {
                compare(Some(node), new_table.get(key), PathRef::Key(&path, key), changes);
            }
            for (key, node) in new_table.iter().filter(|(key, _)| !old_table.contains_key(*key)) {
                compare(None, Some(node), PathRef::Key(&path, key), changes);
            }
        }
        (old_value, new_value) if old_value == new_value => {}
        _ => changes.push(ValueChange { path: path.to_path(), old, new }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toml;
    use crate::value::Source;

    #[test]
    fn nan_equals_nan() {
        let tree = toml::read(&Source::new("a", "a = nan\nb = [nan]\n")).0;
        assert_eq!(changes(&tree, &tree), []);
    }

    #[test]
    fn only_a_different_meaning_is_a_change() {
        let old = toml::read(&Source::new("a", "a = 1\nb = [1, 2]\n[t]\nx = 'same'\ngone = true\n")).0;
        let new = toml::read(&Source::new("b", "t = { x = \"same\", come = 0.5 }\nb = [2, 1]\na = 0x1\n")).0;
        let changed: Vec<String> = changes(&old, &new).iter().map(|change| change.path.to_string()).collect();
        assert_eq!(changed, ["b", "t.gone", "t.come"]);
    }
}
