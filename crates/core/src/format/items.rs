//! The items of a text: what a comment can be attached to.

use std::ops::Range;

use crate::edit::{self, Layout};
use crate::value::{Format, Node, Origin, Path, Segment, Source, Value};

/// A header, an entry or an element of a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Item {
    pub path: Path,
    /// Start of the key, the header or the element.
    pub start: usize,
    /// Bytes of the value; empty for a header.
    pub value: Range<usize>,
    /// True for a scalar, whose bytes hold no comment.
    pub is_scalar: bool,
    pub kind: ItemKind,
    /// The table that a line below the item is in: that of a header, or the one that the entry is written in.
    pub table: Path,
    /// Bytes before it in its line, or before the dash of an element.
    pub column: usize,
}

/// Kind of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ItemKind {
    /// `[table]` or `[[list]]` of TOML.
    Header,
    /// On a line of its own.
    Line,
    /// In a list or a table in brackets.
    Inner,
}

/// The items of a text in their order, and its comments.
#[derive(Debug, Default)]
pub(super) struct Items {
    pub items: Vec<Item>,
    pub comments: Vec<Range<usize>>,
}

impl Items {
    /// Reads the items of a valid text. `tree` is what is read from it.
    pub(super) fn of(source: &Source, tree: &Node) -> Self {
        match source.format() {
            Format::Toml => Self::of_toml(source.text()),
            // JSON has no comments.
            Format::Json => Self::default(),
            Format::Yaml => Self::of_yaml(source.text(), tree),
        }
    }

    fn of_toml(text: &str) -> Self {
        let Layout { items, comments } = Layout::parse(text);
        let items = items.into_iter().map(|item| {
            let is_scalar = !text[item.value.clone()].starts_with(['[', '{']) && !item.value.is_empty();
            let (kind, table) = match item.kind {
                edit::ItemKind::Header => (ItemKind::Header, item.path.clone()),
                edit::ItemKind::Line => (ItemKind::Line, item.base),
                edit::ItemKind::Inline | edit::ItemKind::Element => (ItemKind::Inner, item.base),
            };
            let column = column(text, item.start);
            Item { path: item.path, start: item.start, value: item.value, is_scalar, kind, table, column }
        });
        Self { items: items.collect(), comments }
    }

    fn of_yaml(text: &str, tree: &Node) -> Self {
        let mut items = Vec::new();
        collect(text, tree, &Path::root(), is_flow(text, tree), &mut items);
        items.sort_by_key(|item| (item.start, item.path.0.len()));
        let comments = hash_signs(text, &items);
        Self { items, comments }
    }
}

fn collect(text: &str, node: &Node, path: &Path, in_flow: bool, items: &mut Vec<Item>) {
    let mut add = |child: &Node, child_path: Path| {
        if let Origin::Text { key, value } = child.origin {
            let is_scalar = match &child.value {
                // A key without a value may be a table whose entries are all commented out.
                Value::Table(_) | Value::List(_) | Value::Null => false,
                _ => true,
            };
            let (start, kind) = (key.range().start, if in_flow { ItemKind::Inner } else { ItemKind::Line });
            let is_element = matches!(child_path.0.last(), Some(Segment::Index(_)));
            let column = if is_element { dash_column(text, start) } else { column(text, start) };
            let (value, table) = (value.range(), path.clone());
            items.push(Item { path: child_path.clone(), start, value, is_scalar, kind, table, column });
        }
        collect(text, child, &child_path, in_flow || is_flow(text, child), items);
    };
    match &node.value {
        Value::Table(table) => table.iter().for_each(|(key, child)| add(child, path.key(key))),
        Value::List(elements) => elements.iter().enumerate().for_each(|(index, child)| add(child, path.index(index))),
        _ => {}
    }
}

/// Returns whether a list or table of YAML is in brackets.
fn is_flow(text: &str, node: &Node) -> bool {
    match (&node.origin, &node.value) {
        (Origin::Text { value, .. }, Value::Table(_) | Value::List(_)) => {
            text.get(value.range()).is_some_and(|text| text.starts_with(['[', '{']))
        }
        _ => false,
    }
}

fn column(text: &str, at: usize) -> usize {
    at - text[..at].rfind('\n').map_or(0, |end| end + 1)
}

/// Returns the column of the dash before an element of a list.
fn dash_column(text: &str, start: usize) -> usize {
    let line = start - column(text, start);
    let before = text[line..start].trim_end();
    if before.ends_with('-') { before.len() - 1 } else { start - line }
}

/// Returns the comments of a YAML text: from a number sign after white space, outside of keys and scalars, to the end of the line.
fn hash_signs(text: &str, items: &[Item]) -> Vec<Range<usize>> {
    let mut covered: Vec<Range<usize>> = Vec::with_capacity(items.len() * 2);
    for item in items {
        if item.start < item.value.start {
            covered.push(item.start..key_end(text, item));
        }
        if item.is_scalar {
            covered.push(item.value.clone());
        }
    }
    covered.sort_by_key(|range| (range.start, range.end));
    let mut covered = covered.into_iter().peekable();
    let mut end_of_last = 0;
    let mut comments = Vec::new();
    let mut line = 0;
    for part in text.split_inclusive('\n') {
        let signs = part.match_indices('#').map(|(at, _)| line + at);
        for at in signs {
            while let Some(range) = covered.next_if(|range| range.start <= at) {
                end_of_last = range.end.max(end_of_last);
            }
            let is_first = at == line || text[..at].ends_with([' ', '\t', '\u{FEFF}']);
            if at >= end_of_last && is_first {
                comments.push(at..line + part.trim_end().len());
                break;
            }
        }
        line += part.len();
    }
    comments
}

/// Returns the end of the key of a YAML entry: its closing quote, or the colon behind it.
fn key_end(text: &str, item: &Item) -> usize {
    let key = &text[item.start..item.value.start];
    let quote = key.chars().next().filter(|first| matches!(first, '"' | '\''));
    let end = match quote {
        Some(quote) => key[1..].find(quote).map(|at| at + 2),
        None => key.find(": ").or_else(|| key.find(":\n")),
    };
    item.start + end.unwrap_or(key.len())
}

/// Returns the line of an anchor or an alias in a YAML text, from 1.
pub(super) fn anchor_line(source: &Source, tree: &Node) -> Option<usize> {
    if source.format() != Format::Yaml || !source.text().contains(['&', '*']) {
        return None;
    }
    let text = source.text();
    let Items { items, comments } = Items::of(source, tree);
    let in_scalar = |at: usize| {
        items.iter().any(|item| {
            item.is_scalar && item.value.contains(&at) && !text[item.value.clone()].starts_with('*')
                || (item.start..item.value.start).contains(&at) && at < key_end(text, item)
        })
    };
    let in_comment = |at: usize| comments.iter().any(|comment| comment.contains(&at));
    let starts_token = |at: usize| text[..at].is_empty() || text[..at].ends_with([' ', '\t', '\n', '[', '{', ',', '-']);
    let found = text.match_indices(['&', '*']).map(|(at, _)| at);
    let mut anchors = found.filter(|at| starts_token(*at) && !in_comment(*at) && !in_scalar(*at));
    anchors.next().map(|at| source.position(at).0)
}
