//! Tables that are not complete, and how parts of the tree were defined.

use std::borrow::Cow;
use std::collections::HashSet;

use foldhash::fast::RandomState;

use crate::value::{self, Node, Origin, Span, Table, Value};

/// Limit of the lists and tables around a value, whether brackets, headers or dotted keys make them. The recovery path has the same
/// limit.
pub const MAX_DEPTH: usize = 80;

/// A part of a key.
pub(super) struct Key<'t> {
    pub name: Cow<'t, str>,
    pub span: Span,
}

/// A table that is not complete, and the start of its keys and entries on the stacks.
#[derive(Default)]
pub(super) struct OpenTable {
    pub table: Table,
    pub first_key: usize,
    pub first_entry: usize,
}

/// The syntax that defined a table or a list, which decides about additions to it.
#[derive(PartialEq)]
pub(super) enum DefinedBy {
    /// The header or dotted key of something inside it.
    KeyPrefix,
    /// A header of its own.
    Header,
    /// A value.
    Value,
}

/// Returns the syntax that defined a table or a list. The spans tell: a header contains its key, and a value follows it.
pub(super) fn defined_by(node: &Node) -> DefinedBy {
    match node.origin {
        Origin::Text { key, value } if key == value => DefinedBy::KeyPrefix,
        Origin::Text { key, value } if key.start > value.start => DefinedBy::Header,
        _ => DefinedBy::Value,
    }
}

/// Returns an empty table with an origin.
pub(super) fn empty_table(key: Span, value: Span) -> Node {
    Node { value: Value::Table(Table::default()), origin: Origin::Text { key, value } }
}

impl OpenTable {
    /// Adds the waiting entries; `None` if a key is defined twice.
    pub fn add_entries(&mut self, entries: &mut Vec<(value::Key, Node)>) -> Option<()> {
        let waiting = entries.len() - self.first_entry;
        if waiting == 0 {
            return Some(());
        }
        let mut added = Vec::with_capacity(waiting);
        // The entries of a header are all that wait, and are moved at once.
        match self.first_entry {
            0 => added.append(entries),
            first => added.extend(entries.drain(first..)),
        }
        self.table.append_new(added).then_some(())
    }

    /// Adds the value of a dotted key.
    pub fn add_dotted(
        &mut self,
        mut path: Vec<Key<'_>>,
        value: Value,
        span: Span,
        dotted: &mut HashSet<u32, RandomState>,
    ) -> Option<()> {
        let last = path.pop().filter(|_| path.len() < MAX_DEPTH)?;
        let mut current = &mut self.table;
        for Key { name, span } in path {
            let index = match current.get_index_of(&*name) {
                Some(index) => index,
                None => current.insert_full(name, empty_table(span, span)).0,
            };
            let (_, node) = current.get_index_mut(index)?;
            let Origin::Text { key, .. } = node.origin else { return None };
            if defined_by(node) != DefinedBy::KeyPrefix {
                return None;
            }
            dotted.insert(key.start);
            current = node.as_table_mut()?;
        }
        let origin = Origin::Text { key: last.span, value: span };
        current.insert(last.name, Node { value, origin }).is_none().then_some(())
    }
}
