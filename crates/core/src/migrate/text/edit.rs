//! Application of one edit to a text.

use crate::edit::{
    Entry, ItemKind, Layout, LayoutItem, comments_above, dotted_key, insert, key_text, keys_of, line_start, next_line,
    range_with_comma, remove, replace_ranges, set,
};
use crate::migrate::tree_edit::TreeEdit;
use crate::toml;
use crate::value::{Node, Path, Source};

/// Returns the text after an edit; `None` if its layout is not supported.
pub fn apply(text: &str, edit: &TreeEdit) -> Option<String> {
    match edit {
        TreeEdit::Set { at, value } => set(text, at, &toml::inline(value)),
        TreeEdit::Remove { at } => Some(remove(text, at)),
        TreeEdit::Move { from, to } if from.parent() == to.parent() => Some(rename(text, from, to.last_key()?)),
        TreeEdit::Move { from, to } => move_value(text, from, to),
    }
}

fn rename(text: &str, from: &Path, to: &str) -> String {
    let layout = Layout::parse(text);
    let keys = layout.items.iter().flat_map(|item| &item.keys).filter(|key| key.path == *from);
    replace_ranges(text, keys.map(|key| (key.span.clone(), key_text(to))).collect())
}

/// Moves a value as it is written. Where the target cannot hold that, such as a section in an inline table, the value is
/// written anew.
fn move_value(text: &str, from: &Path, to: &Path) -> Option<String> {
    let value = read(text)?.get(&from.0)?.clone();
    let is_moved = |moved: &String| read(moved).is_some_and(|tree| tree.get(&to.0) == Some(&value));
    move_as_written(text, from, to)
        .filter(is_moved)
        .or_else(|| insert(&remove(text, from), to, &Entry::of_value(toml::inline(&value))))
}

/// Reads a text; `None` if it is not TOML.
fn read(text: &str) -> Option<Node> {
    let (tree, errors) = toml::read(&Source::new("", text));
    errors.is_empty().then_some(tree)
}

fn move_as_written(text: &str, from: &Path, to: &Path) -> Option<String> {
    let layout = Layout::parse(text);
    if let Some(index) = layout.entry(from) {
        let entry = entry_at(text, &layout, index);
        return insert(&without_entry(text, &layout, index), to, &entry);
    }
    let crosses = |item: &LayoutItem| item.path.0.starts_with(&from.0) && !item.base.0.starts_with(&from.0);
    // Move dotted keys one by one. Headers stay in their position and are renamed.
    if let Some(item) = layout.items.iter().find(|item| item.kind != ItemKind::Header && crosses(item)) {
        let target = Path([to.0.as_slice(), &item.path.0[from.0.len()..]].concat());
        let moved = move_as_written(text, &item.path.clone(), &target)?;
        return move_as_written(&moved, from, to);
    }
    let target_keys = keys_of(to);
    let headers = layout.items.iter().filter(|item| item.kind == ItemKind::Header && item.path.0.starts_with(&from.0));
    let renames = headers.filter_map(|header| {
        let last = header.keys.iter().rposition(|key| key.path == *from)?;
        Some((header.keys[0].span.start..header.keys[last].span.end, dotted_key(target_keys.iter().copied())))
    });
    Some(replace_ranges(text, renames.collect()))
}

/// Returns an entry with its comments.
fn entry_at(text: &str, layout: &Layout, index: usize) -> Entry {
    let item = &layout.items[index];
    let value = text[item.value.clone()].to_owned();
    if item.kind != ItemKind::Line {
        return Entry::of_value(value);
    }
    let line = line_start(text, item.start);
    let comments = text[comments_above(text, line)..line].lines().map(|line| line.trim().to_owned()).collect();
    let rest_of_line = text[item.value.end..next_line(text, item.value.end)].trim_end();
    Entry { value, comments_above: comments, rest_of_line: rest_of_line.to_owned() }
}

/// Returns the text without an entry and its comments.
fn without_entry(text: &str, layout: &Layout, index: usize) -> String {
    let item = &layout.items[index];
    let range = match item.kind {
        ItemKind::Line => comments_above(text, line_start(text, item.start))..next_line(text, item.value.end),
        _ => range_with_comma(text, layout, index),
    };
    replace_ranges(text, vec![(range, String::new())])
}
