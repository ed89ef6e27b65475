//! What differs between two trees, by meaning.

use crate::value::{Node, Path, Value};

/// A value that is not the same in both trees.
#[derive(Debug, Clone, PartialEq)]
pub struct Change<'t> {
    /// Where.
    pub path: Path,
    /// What stood there; `None` when nothing did.
    pub old: Option<&'t Node>,
    /// What stands there now; `None` when nothing does.
    pub new: Option<&'t Node>,
}

/// The changes from `old` to `new`, in the order of the trees. Tables are compared key by key; a list is one value.
pub fn changes<'t>(old: &'t Node, new: &'t Node) -> Vec<Change<'t>> {
    let mut found = Vec::new();
    compare(Some(old), Some(new), Path::root(), &mut found);
    found
}

fn compare<'t>(old: Option<&'t Node>, new: Option<&'t Node>, path: Path, found: &mut Vec<Change<'t>>) {
    let old = old.filter(|node| !node.is_null());
    let new = new.filter(|node| !node.is_null());
    match (old.map(|node| &node.value), new.map(|node| &node.value)) {
        (Some(Value::Table(before)), Some(Value::Table(after))) => {
            for (key, node) in before {
                compare(Some(node), after.get(key), path.key(key), found);
            }
            for (key, node) in after.iter().filter(|(key, _)| !before.contains_key(*key)) {
                compare(None, Some(node), path.key(key), found);
            }
        }
        (before, after) if before == after => {}
        _ => found.push(Change { path, old, new }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toml::reader;
    use crate::value::Source;

    #[test]
    fn what_is_not_a_number_did_not_change() {
        let tree = reader::read(&Source::new("a", "a = nan\nb = [nan]\n")).0;
        assert_eq!(changes(&tree, &tree), []);
    }

    #[test]
    fn only_what_means_something_else_is_a_change() {
        let old = reader::read(&Source::new("a", "a = 1\nb = [1, 2]\n[t]\nx = 'same'\ngone = true\n")).0;
        let new = reader::read(&Source::new("b", "t = { x = \"same\", come = 0.5 }\nb = [2, 1]\na = 0x1\n")).0;
        let changed: Vec<String> = changes(&old, &new).iter().map(|change| change.path.to_string()).collect();
        assert_eq!(changed, ["b", "t.gone", "t.come"]);
    }
}
