//! The values that a set of settings has as far as its text says.

use confgate_core::value::{Node, Table, Value};
use rnix::{SyntaxKind, SyntaxNode};

use crate::nix_text::flow::{Step, applied, attributes, function_name, unwrapped};
use crate::nix_text::functions::{Passage, passage};
use crate::nix_text::marker::MARKER;
use crate::nix_text::names::{name_of, plain_string};

/// Largest depth of values that are read.
const MAX_DEPTH: usize = 64;

/// Returns the value of an expression. Null stands for what only an evaluation knows.
pub(super) fn value(node: &SyntaxNode) -> Node {
    Node::generated(read(node, MAX_DEPTH))
}

fn read(node: &SyntaxNode, depth: usize) -> Value {
    let Some(depth) = depth.checked_sub(1) else { return Value::Null };
    let node = unwrapped(node);
    let inner = |child: Option<SyntaxNode>| child.map_or(Value::Null, |child| read(&child, depth));
    match node.kind() {
        SyntaxKind::NODE_ATTR_SET => Value::Table(table(&node, depth)),
        SyntaxKind::NODE_LIST => {
            Value::List(node.children().map(|element| Node::generated(read(&element, depth))).collect())
        }
        SyntaxKind::NODE_STRING => plain_string(&node).map_or(Value::Null, Value::String),
        SyntaxKind::NODE_LITERAL => number(&node.text().to_string()),
        SyntaxKind::NODE_IDENT => match name_of(&node).as_deref() {
            Some("true") => Value::Bool(true),
            Some("false") => Value::Bool(false),
            _ => Value::Null,
        },
        SyntaxKind::NODE_UNARY_OP => match inner(node.last_child()) {
            Value::Integer(number) => Value::Integer(number.wrapping_neg()),
            Value::Float(number) => Value::Float(-number),
            _ => Value::Null,
        },
        SyntaxKind::NODE_LET_IN | SyntaxKind::NODE_WITH | SyntaxKind::NODE_ASSERT | SyntaxKind::NODE_LAMBDA => {
            inner(node.last_child())
        }
        SyntaxKind::NODE_IF_ELSE => inner(node.children().nth(1)),
        SyntaxKind::NODE_BIN_OP => join(node.children().map(|side| read(&side, depth))),
        SyntaxKind::NODE_APPLY => {
            let (function, index) = applied(&node);
            match function_name(&function).and_then(|name| passage(&name, index)) {
                Some(Passage::Whole) => inner(node.last_child()),
                Some(Passage::Merged) => match inner(node.last_child()) {
                    Value::List(elements) => join(elements.into_iter().map(|element| element.value)),
                    _ => Value::Null,
                },
                _ => Value::Null,
            }
        }
        _ => Value::Null,
    }
}

fn table(set: &SyntaxNode, depth: usize) -> Table {
    let mut table = Table::default();
    for entry in set.children() {
        match entry.kind() {
            SyntaxKind::NODE_ATTRPATH_VALUE => {
                let steps: Option<Vec<String>> = attributes(&entry)
                    .map(|step| match step {
                        Step::Key(key) => Some(key),
                        _ => None,
                    })
                    .collect();
                let is_value = |child: &SyntaxNode| child.kind() != SyntaxKind::NODE_ATTRPATH;
                let value = entry.last_child().filter(is_value).map_or(Value::Null, |child| read(&child, depth));
                let is_written = |keys: &Vec<String>| keys.len() <= MAX_DEPTH && keys.iter().all(|key| key != MARKER);
                if let Some(keys) = steps.filter(is_written) {
                    insert(&mut table, &keys, value);
                }
            }
            SyntaxKind::NODE_INHERIT => {
                for name in entry.children().filter_map(|child| name_of(&child)) {
                    insert(&mut table, &[name], Value::Null);
                }
            }
            _ => {}
        }
    }
    table
}

/// Inserts a value, and merges it with one that is there.
fn insert(table: &mut Table, keys: &[String], value: Value) {
    let Some((first, rest)) = keys.split_first() else { return };
    if !table.contains_key(first) {
        table.insert(first.as_str(), Node::generated(Value::Null));
    }
    let Some(node) = table.get_mut(first) else { return };
    if rest.is_empty() {
        let known = std::mem::replace(&mut node.value, Value::Null);
        node.value = join([known, value]);
        return;
    }
    if node.as_table().is_none() {
        node.value = Value::Table(Table::default());
    }
    if let Some(inner) = node.as_table_mut() {
        insert(inner, rest, value);
    }
}

/// Joins values of one option: sets by their attributes, lists by their elements.
fn join(values: impl IntoIterator<Item = Value>) -> Value {
    values.into_iter().fold(Value::Null, |joined, value| match (joined, value) {
        (Value::Table(mut table), Value::Table(others)) => {
            for (key, node) in others.iter() {
                insert(&mut table, &[key.as_str().to_owned()], node.value.clone());
            }
            Value::Table(table)
        }
        (Value::List(mut list), Value::List(others)) => {
            list.extend(others);
            Value::List(list)
        }
        (joined, Value::Null) => joined,
        (_, value) => value,
    })
}

fn number(text: &str) -> Value {
    match (text.parse(), text.parse()) {
        (Ok(integer), _) => Value::Integer(integer),
        (_, Ok(float)) => Value::Float(float),
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use confgate_core::value::json;

    use super::*;

    #[test]
    fn values_are_read_as_far_as_the_text_says() {
        let text = "{ lib, ... }: let x = 1; in {
            a.b = 1; a.c = lib.mkDefault (-2.5); list = [ \"x\" true ] ++ [ x ]; s = \"a${x}\";
            t = lib.mkMerge [ { u = \"v\\\"\"; } (lib.mkIf x { w = [ ]; }) ]; inherit x; ${x} = 1; o = { p = 1; } // { q = 2; };
        }";
        let root = rnix::Root::parse(text).syntax();
        let read = json::write(&value(&root.first_child().unwrap()));
        // Null is not written.
        let expected = serde_json::json!({
            "a": { "b": 1, "c": -2.5 }, "list": ["x", true, null], "t": { "u": "v\"", "w": [] },
            "o": { "p": 1, "q": 2 },
        });
        assert_eq!(read, expected);
    }
}
