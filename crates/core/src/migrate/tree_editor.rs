//! The tree of a running migration. Every change is recorded as an edit and in the outcome.

use crate::migrate::convert::ConvertError;
use crate::migrate::outcome::{MigrationOutcome, MigrationProblem};
use crate::migrate::tree_edit::TreeEdit;
use crate::value::{Node, Origin, Path, Segment, Table, Value};

/// A tree with the record of its changes.
pub struct TreeEditor<'t> {
    pub tree: &'t mut Node,
    pub edits: Vec<TreeEdit>,
    pub outcome: MigrationOutcome,
    /// Path of the table whose fields are migrated: the root or an overlay.
    pub base: Path,
}

impl<'t> TreeEditor<'t> {
    /// Starts without changes.
    pub fn new(tree: &'t mut Node) -> Self {
        Self { tree, edits: Vec::new(), outcome: MigrationOutcome::default(), base: Path::root() }
    }

    /// Returns whether the fields of an overlay are migrated.
    pub fn in_overlay(&self) -> bool {
        !self.base.0.is_empty()
    }

    /// Returns the node at a path.
    pub fn get(&self, at: &Path) -> Option<&Node> {
        self.tree.get(&at.0)
    }

    /// Moves a value to a path without a value.
    pub fn move_to(&mut self, from: &Path, to: &Path, action: &str) {
        if self.is_blocked(from, to) {
            return;
        }
        let Some(node) = self.tree.remove(&from.0) else { return };
        self.outcome.record(vec![(from.clone(), node.clone())], vec![(to.clone(), node.clone())], action.to_owned());
        insert(self.tree, &to.0, node);
        self.edits.push(TreeEdit::Move { from: from.clone(), to: to.clone() });
        self.remove_empty_parents(from);
    }

    /// Sets or replaces a value. A replaced value keeps its origin.
    pub fn set(&mut self, at: &Path, value: Value, origin: Origin, action: &str) {
        if self.get(at).is_none() && self.is_blocked(at, at) {
            return;
        }
        let old = self.get(at).cloned();
        let node = Node { value, origin: old.as_ref().map_or(origin, |old| old.origin.clone()) };
        self.outcome.record(
            old.map(|old| (at.clone(), old)).into_iter().collect(),
            vec![(at.clone(), node.clone())],
            action.to_owned(),
        );
        insert(self.tree, &at.0, node.clone());
        self.edits.push(TreeEdit::Set { at: at.clone(), value: node });
    }

    /// Removes a value.
    pub fn remove(&mut self, at: &Path, action: &str) {
        let Some(node) = self.tree.remove(&at.0) else { return };
        self.outcome.record(vec![(at.clone(), node)], Vec::new(), action.to_owned());
        self.edits.push(TreeEdit::Remove { at: at.clone() });
        self.remove_empty_parents(at);
    }

    /// Removes the tables around a removed value that became empty.
    fn remove_empty_parents(&mut self, removed: &Path) {
        let mut parent = removed.parent();
        while let Some(table) = parent.filter(|table| table.0.len() > self.base.0.len()) {
            let is_empty = self.get(&table).and_then(Node::as_table).is_some_and(|table| table.is_empty());
            if !is_empty || table.last_key().is_none() {
                return;
            }
            self.tree.remove(&table.0);
            self.edits.push(TreeEdit::Remove { at: table.clone() });
            parent = table.parent();
        }
    }

    /// Records that a step cannot be applied to the value at a path. The error continues a sentence about the value.
    pub fn reject(&mut self, at: &Path, error: &ConvertError, help: String) {
        let message = format!("{at} {error}");
        let labels = self.labels([at], ["set here"]);
        self.outcome.problems.push(MigrationProblem { path: at.clone(), is_conflict: false, message, help, labels });
    }

    /// Records that a step would overwrite a different value.
    pub fn reject_conflict(&mut self, from: &Path, to: &Path) {
        let message = format!("{from} is now {to}, and both are set to different values");
        let help = format!("keep the right value as {to} and remove {from}");
        let labels = self.labels([from, to], ["the old field", "the new field"]);
        self.outcome.problems.push(MigrationProblem { path: from.clone(), is_conflict: true, message, help, labels });
    }

    /// Returns whether a value other than a table is a parent of `to`, and records it.
    fn is_blocked(&mut self, from: &Path, to: &Path) -> bool {
        let mut parent = to.parent();
        while let Some(table) = parent {
            let is_list = matches!(to.0[table.0.len()], Segment::Index(_));
            if !is_list && self.get(&table).is_some_and(|node| node.as_table().is_none()) {
                let message = format!("{table} must be a table that contains {to}");
                let help = format!("make {table} a table");
                let labels = self.labels([&table, from], ["set here", "the field that is moved"]);
                self.outcome.problems.push(MigrationProblem { path: table, is_conflict: true, message, help, labels });
                return true;
            }
            parent = table.parent();
        }
        false
    }

    fn labels<const N: usize>(
        &self,
        paths: [&Path; N],
        labels: [&'static str; N],
    ) -> Vec<(Path, Origin, &'static str)> {
        paths
            .into_iter()
            .zip(labels)
            .filter_map(|(path, label)| Some((path.clone(), self.get(path)?.origin.clone(), label)))
            .collect()
    }
}

/// Inserts a node at a path, and the tables on its way. The caller checks that they are not other values.
fn insert(tree: &mut Node, path: &[Segment], node: Node) {
    let Some((first, rest)) = path.split_first() else {
        *tree = node;
        return;
    };
    let inner = match (first, &mut tree.value) {
        (Segment::Key(key), Value::Table(table)) => {
            table.get_or_insert_with(key.clone(), || Node::generated(Value::Table(Table::default())))
        }
        (Segment::Index(index), Value::List(elements)) if *index < elements.len() => &mut elements[*index],
        _ => return,
    };
    insert(inner, rest, node);
}
