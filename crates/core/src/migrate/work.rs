//! A tree under the hands of a migration, and what was done to it.

use crate::migrate::apply;
use crate::migrate::change::{Migrated, Problem};
use crate::migrate::route::Route;
use crate::value::{Node, Origin, Path, Segment, Table, Value};

/// Where in a config a migration has something to do.
#[derive(Debug, Clone)]
pub struct Scope<'a> {
    /// The field that says the version.
    pub version: &'a Path,
    /// The tables that are laid on the config, in which its fields stand as they do at the top: what profiles set.
    pub overlays: Vec<Path>,
}

impl<'a> Scope<'a> {
    /// A config without overlays, whose version stands here.
    pub fn whole(version: &'a Path) -> Self {
        Self { version, overlays: Vec::new() }
    }
}

/// One thing that was done to a tree, and is done to its text.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// A value has another place. Nothing was there.
    Move {
        /// Where it was.
        from: Path,
        /// Where it is.
        to: Path,
    },
    /// A value is another, or is there and was not.
    Set {
        /// Where.
        at: Path,
        /// What.
        value: Node,
    },
    /// A value is gone, or a table that was left empty.
    Remove {
        /// Where it was.
        at: Path,
    },
}

/// A tree and what was done to it.
pub struct Work<'t> {
    pub tree: &'t mut Node,
    pub edits: Vec<Edit>,
    pub done: Migrated,
    /// The table in which fields are looked for.
    pub base: Path,
}

/// Applies a route, and gives what was done in words and in edits.
pub fn migrate(tree: &mut Node, route: &Route<'_>, scope: &Scope<'_>) -> (Migrated, Vec<Edit>) {
    let mut work = Work { tree, edits: Vec::new(), done: Migrated::default(), base: Path::root() };
    for step in route.steps() {
        for base in [Path::root()].iter().chain(&scope.overlays) {
            work.base.clone_from(base);
            if route.is_down() { apply::down(step, &mut work) } else { apply::up(step, &mut work) }
        }
    }
    let version = Value::Integer(i64::try_from(route.to).unwrap_or(i64::MAX));
    if work.tree.get(&scope.version.0).is_none_or(|node| node.value != version) {
        work.base = Path::root();
        work.set(scope.version, version, Origin::Unwritten, "the version");
    }
    (work.done, work.edits)
}

impl Work<'_> {
    /// Whether the fields are those of a table that is laid on the config.
    pub fn in_overlay(&self) -> bool {
        !self.base.0.is_empty()
    }

    /// What stands at a path.
    pub fn get(&self, at: &Path) -> Option<&Node> {
        self.tree.get(&at.0)
    }

    /// Puts a value in another place where nothing is.
    pub fn move_to(&mut self, from: &Path, to: &Path, why: &str) {
        if self.is_blocked(from, to) {
            return;
        }
        let Some(node) = self.tree.remove(&from.0) else { return };
        self.done.note(vec![(from.clone(), node.clone())], vec![(to.clone(), node.clone())], why.to_owned());
        put(self.tree, &to.0, node);
        self.edits.push(Edit::Move { from: from.clone(), to: to.clone() });
        self.prune(from);
    }

    /// Puts a value in the place of another, or where nothing is. It counts as written where the other one was.
    pub fn set(&mut self, at: &Path, value: Value, origin: Origin, why: &str) {
        if self.get(at).is_none() && self.is_blocked(at, at) {
            return;
        }
        let before = self.get(at).cloned();
        let origin = before.as_ref().map_or(origin, |node| node.origin.clone());
        let node = Node { value, origin };
        let from = before.map(|before| (at.clone(), before));
        self.done.note(from.into_iter().collect(), vec![(at.clone(), node.clone())], why.to_owned());
        put(self.tree, &at.0, node.clone());
        self.edits.push(Edit::Set { at: at.clone(), value: node });
    }

    /// Takes a value out.
    pub fn remove(&mut self, at: &Path, why: &str) {
        let Some(node) = self.tree.remove(&at.0) else { return };
        self.done.note(vec![(at.clone(), node)], Vec::new(), why.to_owned());
        self.edits.push(Edit::Remove { at: at.clone() });
        self.prune(at);
    }

    /// Takes out the tables around what was taken out, where that left them empty.
    fn prune(&mut self, taken: &Path) {
        let mut around = taken.parent();
        while let Some(table) = around.filter(|table| table.0.len() > self.base.0.len()) {
            let empty = self.get(&table).and_then(Node::as_table).is_some_and(|table| table.is_empty());
            if !empty || table.last_key().is_none() {
                return;
            }
            self.tree.remove(&table.0);
            self.edits.push(Edit::Remove { at: table.clone() });
            around = table.parent();
        }
    }

    /// Says that a step cannot be done to the value at a path.
    pub fn refuse(&mut self, at: &Path, what: &str, help: String) {
        let message = format!("{at} {what}");
        let places = self.places([at], &["set here"]);
        self.done.problems.push(Problem { path: at.clone(), is_conflict: false, message, help, places });
    }

    /// Says that a value is to be where another one is.
    pub fn conflict(&mut self, from: &Path, to: &Path) {
        let message = format!("{from} is now {to}, and both are set, to different values");
        let help = format!("keep the one that is meant, as {to}, and remove the other");
        let places = self.places([from, to], &["the old field", "the new field"]);
        self.done.problems.push(Problem { path: from.clone(), is_conflict: true, message, help, places });
    }

    /// Whether something that is no table stands where one is needed for `to`; says so.
    fn is_blocked(&mut self, from: &Path, to: &Path) -> bool {
        let mut around = to.parent();
        while let Some(table) = around {
            let is_list = matches!(to.0[table.0.len()], Segment::Index(_));
            if !is_list && self.get(&table).is_some_and(|node| node.as_table().is_none()) {
                let message = format!("{table} is to be a table that holds {to}, and is something else");
                let help = format!("make {table} a table");
                let places = self.places([&table, from], &["set here", "the field that is moved"]);
                self.done.problems.push(Problem { path: table, is_conflict: true, message, help, places });
                return true;
            }
            around = table.parent();
        }
        false
    }

    fn places<const N: usize>(
        &self,
        paths: [&Path; N],
        words: &[&'static str; N],
    ) -> Vec<(Path, Origin, &'static str)> {
        let found = paths
            .into_iter()
            .zip(words)
            .filter_map(|(path, words)| Some((path.clone(), self.get(path)?.origin.clone(), *words)));
        found.collect()
    }
}

/// Puts a value at a path, and the tables that it needs. Nothing else stands in their place.
fn put(tree: &mut Node, path: &[Segment], node: Node) {
    let Some((first, rest)) = path.split_first() else {
        *tree = node;
        return;
    };
    let inner = match (first, &mut tree.value) {
        (Segment::Key(key), Value::Table(table)) => {
            table.entry(key.clone()).or_insert_with(|| Node::bare(Value::Table(Table::default())))
        }
        (Segment::Index(index), Value::List(elements)) if *index < elements.len() => &mut elements[*index],
        _ => return,
    };
    put(inner, rest, node);
}
