//! Insertion of entries into a text.

use crate::edit::entry::Entry;
use crate::edit::layout::{ItemKind, Layout, LayoutItem, keys_between};
use crate::edit::lines::{
    comments_above, dotted_key, indentation, keys_of, line_ending, line_start, next_line, replace_ranges,
};
use crate::value::{Path, Segment};

/// Inserts an entry at a path without a value; `None` if the layout has no position for it.
pub fn insert(text: &str, at: &Path, entry: &Entry) -> Option<String> {
    let layout = Layout::parse(text);
    let table = at.parent()?;
    if let Some(index) = enclosing_inline_table(text, &layout, &table) {
        return insert_inline(text, &layout, index, at, entry);
    }
    if table.0.is_empty() {
        return Some(insert_at_top(text, &layout, at, entry));
    }
    if let Some(header) = layout.header(&table) {
        return Some(insert_after(text, &layout, last_of_section(&layout, header), &keys_between(&table, at)?, entry));
    }
    // Insert after a dotted key of the same table.
    let dotted = |item: &LayoutItem| {
        item.kind == ItemKind::Line && item.path.0.starts_with(&table.0) && !item.base.0.starts_with(&table.0)
    };
    if let Some(index) = layout.items.iter().rposition(dotted) {
        return Some(insert_after(text, &layout, index, &keys_between(&layout.items[index].base, at)?, entry));
    }
    match table.0.iter().rposition(|segment| matches!(segment, Segment::Index(_))) {
        Some(element) => {
            let element = Path(table.0[..=element].to_vec());
            let header = layout.header(&element)?;
            Some(insert_after(text, &layout, last_of_section(&layout, header), &keys_between(&element, at)?, entry))
        }
        None => Some(append_section(text, &table, at, entry)),
    }
}

/// Returns the index of the innermost inline table that contains a table.
fn enclosing_inline_table(text: &str, layout: &Layout, table: &Path) -> Option<usize> {
    let encloses = |item: &LayoutItem| {
        item.kind != ItemKind::Header && table.0.starts_with(&item.path.0) && text[item.value.clone()].starts_with('{')
    };
    layout
        .items
        .iter()
        .enumerate()
        .filter(|(_, item)| encloses(item))
        .max_by_key(|(_, item)| item.path.0.len())
        .map(|(index, _)| index)
}

fn insert_inline(text: &str, layout: &Layout, index: usize, at: &Path, entry: &Entry) -> Option<String> {
    let item = &layout.items[index];
    let assignment = format!("{} = {}", dotted_key(keys_between(&item.path, at)?), entry.value);
    let last = layout.items.iter().rev().find(|other| other.parent == Some(index));
    let insertion = match last {
        None => (item.value.start + 1, format!(" {assignment} ")),
        Some(LayoutItem { comma: Some(comma), .. }) => (comma + 1, format!(" {assignment},")),
        Some(last) => (last.value.end, format!(", {assignment}")),
    };
    let mut replacements = vec![(insertion.0..insertion.0, insertion.1)];
    if last.is_none() && text[item.value.start + 1..].starts_with([' ', '\t']) {
        replacements[0].1.pop();
    }
    // Move the comments above the statement: an inline table on one line cannot contain them.
    let line = line_start(text, layout.items[layout.statement(index)].start);
    let trailing = Some(entry.rest_of_line.trim()).filter(|comment| !comment.is_empty());
    let comments = entry
        .comments_above
        .iter()
        .map(String::as_str)
        .chain(trailing)
        .map(|comment| format!("{}{comment}{}", indentation(text, line), line_ending(text)));
    replacements.push((line..line, comments.collect()));
    Some(replace_ranges(text, replacements))
}

/// Inserts an entry of the root: after its other entries, or else before the first header.
fn insert_at_top(text: &str, layout: &Layout, at: &Path, entry: &Entry) -> String {
    let end = line_ending(text);
    let keys = keys_of(at);
    let first_header = layout.items.iter().position(|item| item.kind == ItemKind::Header);
    let top = &layout.items[..first_header.unwrap_or(layout.items.len())];
    if let Some(last) = top.iter().rposition(|item| item.kind == ItemKind::Line) {
        return insert_after(text, layout, last, &keys, entry);
    }
    match first_header {
        Some(header) => {
            let line = comments_above(text, line_start(text, layout.items[header].start));
            let lines = entry.lines(&dotted_key(keys), "", end);
            replace_ranges(text, vec![(line..line, format!("{lines}{end}"))])
        }
        None => {
            let gap = if text.is_empty() || text.ends_with('\n') { "" } else { end };
            format!("{text}{gap}{}", entry.lines(&dotted_key(keys), "", end))
        }
    }
}

/// Returns the index of the last entry of a section, or of its header.
fn last_of_section(layout: &Layout, header: usize) -> usize {
    layout
        .items
        .iter()
        .enumerate()
        .skip(header + 1)
        .take_while(|(_, item)| item.kind != ItemKind::Header)
        .filter(|(_, item)| item.kind == ItemKind::Line)
        .last()
        .map_or(header, |(index, _)| index)
}

/// Inserts an entry on the line after an item.
fn insert_after(text: &str, layout: &Layout, index: usize, keys: &[&str], entry: &Entry) -> String {
    let item = &layout.items[index];
    let line = next_line(text, item.value.end);
    let indentation = if item.kind == ItemKind::Line { indentation(text, line_start(text, item.start)) } else { "" };
    let end = line_ending(text);
    let gap = if text[..line].ends_with('\n') { "" } else { end };
    let lines = entry.lines(&dotted_key(keys.iter().copied()), indentation, end);
    replace_ranges(text, vec![(line..line, format!("{gap}{lines}"))])
}

/// Appends a section with the entry to the text.
fn append_section(text: &str, table: &Path, at: &Path, entry: &Entry) -> String {
    let end = line_ending(text);
    let gap = match text {
        _ if text.trim_start_matches('\u{FEFF}').is_empty() => String::new(),
        _ if text.ends_with('\n') => end.to_owned(),
        _ => end.repeat(2),
    };
    let name = at.last_key().unwrap_or_default();
    format!("{text}{gap}[{}]{end}{}", dotted_key(keys_of(table)), entry.lines(&dotted_key([name]), "", end))
}
