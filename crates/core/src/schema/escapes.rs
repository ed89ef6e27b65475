//! Escapes of references in a config that is not loaded yet.

use std::borrow::Cow;

use crate::value::{Node, Value, reference};

/// Returns a tree with the texts that a load makes of those with escapes, which the schema is about. A text with references as well is
/// not known yet, and stays.
pub fn unescaped(tree: &Node) -> Cow<'_, Node> {
    if !has_escapes(tree) {
        return Cow::Borrowed(tree);
    }
    let mut unescaped = tree.clone();
    replace(&mut unescaped, reference::unescaped);
    Cow::Owned(unescaped)
}

/// Escapes the texts of a value that a load would take for references.
pub fn escape(node: &mut Node) {
    replace(node, reference::escaped);
}

fn has_escapes(node: &Node) -> bool {
    match &node.value {
        Value::String(text) => reference::unescaped(text).is_some(),
        Value::List(elements) => elements.iter().any(has_escapes),
        Value::Table(table) => table.values().any(has_escapes),
        _ => false,
    }
}

fn replace(node: &mut Node, by: fn(&str) -> Option<String>) {
    match &mut node.value {
        Value::String(text) => {
            if let Some(other) = by(text) {
                *text = other;
            }
        }
        Value::List(elements) => elements.iter_mut().for_each(|element| replace(element, by)),
        Value::Table(table) => table.values_mut().for_each(|value| replace(value, by)),
        _ => {}
    }
}
