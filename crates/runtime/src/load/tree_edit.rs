//! Edits of a value tree that layers need: setting origins and inserting values.

use confgate_core::value::{Node, Origin, Path, Segment, Span, Table, Value};

/// Sets the origin of a value and of everything in it.
pub(crate) fn set_origin(node: &mut Node, origin: &Origin) {
    node.origin = origin.clone();
    for_each_child(node, &mut |child| set_origin(child, origin));
}

/// Returns the origin of a value that is a whole source of a layer, without a position in it.
pub(crate) fn layer_origin(source: u16) -> Origin {
    Origin::Layer { source, key: Span::default(), value: Span::default() }
}

/// Inserts a value at `path`, and creates the tables on the way.
pub fn insert_at(tree: &mut Node, path: &Path, node: Node) {
    let Some((last, parents)) = path.0.split_last() else { return };
    let mut table = tree;
    for segment in parents {
        let Some(entries) = into_table(table) else { return };
        table = entries.get_or_insert_with(key(segment).into(), empty_table);
    }
    if let Some(entries) = into_table(table) {
        entries.insert(key(last).to_owned(), node);
    }
}

/// Returns an empty table without origin.
pub(crate) fn empty_table() -> Node {
    Node::generated(Value::Table(Table::default()))
}

/// Calls `visit` for each element or entry of a value.
pub(crate) fn for_each_child(node: &mut Node, visit: &mut dyn FnMut(&mut Node)) {
    match &mut node.value {
        Value::List(elements) => elements.iter_mut().for_each(visit),
        Value::Table(table) => table.values_mut().for_each(visit),
        _ => {}
    }
}

fn key(segment: &Segment) -> &str {
    match segment {
        Segment::Key(key) => key,
        Segment::Index(_) => "",
    }
}

/// Returns the entries of a table. Any other value is replaced by an empty table.
fn into_table(node: &mut Node) -> Option<&mut Table> {
    if node.as_table().is_none() {
        node.value = Value::Table(Table::default());
    }
    node.as_table_mut()
}
