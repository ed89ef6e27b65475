//! Replacement, insertion and removal of one value in a text.

use std::ops::Range;

use crate::edit::entry::Entry;
use crate::edit::insert::insert;
use crate::edit::layout::{ItemKind, Layout};
use crate::edit::lines::{indentation, line_ending, line_start, next_line, replace_ranges};
use crate::value::Path;

/// Returns the text with another value at a path, which is written as `value`. An entry that is there keeps its key and its place;
/// comments inside a replaced value move above it. Returns `None` if the layout has no position for a new entry.
///
/// ```
/// use confgate_core::edit::set;
/// use confgate_core::value::Path;
///
/// let text = set("[network]\nport = 80 # for browsers\n", &Path::dotted("network.port"), "8080");
/// assert_eq!(text.as_deref(), Some("[network]\nport = 8080 # for browsers\n"));
/// ```
pub fn set(text: &str, at: &Path, value: &str) -> Option<String> {
    let layout = Layout::parse(text);
    let Some(index) = layout.entry(at) else {
        return insert(&remove(text, at), at, &Entry::of_value(value.to_owned()));
    };
    let item = &layout.items[index];
    let line = line_start(text, layout.items[layout.statement(index)].start);
    let mut replacements = vec![(item.value.clone(), value.to_owned())];
    replacements.extend(kept_comments(text, &layout, &item.value, line).map(|comments| (line..line, comments)));
    Some(replace_ranges(text, replacements))
}

/// Returns the text without everything at a path and below it. The comments inside stay.
pub fn remove(text: &str, at: &Path) -> String {
    let layout = Layout::parse(text);
    let mut replacements: Vec<(Range<usize>, String)> = Vec::new();
    for (index, item) in layout.items.iter().enumerate() {
        let is_covered = || replacements.iter().any(|(range, _)| range.contains(&item.start));
        if !item.path.0.starts_with(&at.0) || is_covered() {
            continue;
        }
        match item.kind {
            ItemKind::Header | ItemKind::Line => {
                let lines = line_start(text, item.start)..next_line(text, item.value.end);
                let comments = kept_comments(text, &layout, &lines, lines.start);
                replacements.push((lines, comments.unwrap_or_default()));
            }
            ItemKind::Inline | ItemKind::Element => {
                let line = line_start(text, layout.items[layout.statement(index)].start);
                let comments = kept_comments(text, &layout, &item.value, line);
                replacements.push((range_with_comma(text, &layout, index), String::new()));
                replacements.extend(comments.map(|comments| (line..line, comments)));
            }
        }
    }
    replace_ranges(text, replacements)
}

/// Returns the bytes of an inline entry or an element with one of the commas around it.
pub(crate) fn range_with_comma(text: &str, layout: &Layout, index: usize) -> Range<usize> {
    let item = &layout.items[index];
    if let Some(comma) = item.comma {
        let rest = &text[comma + 1..];
        return item.start..comma + 1 + (rest.len() - rest.trim_start_matches([' ', '\t']).len());
    }
    let before = layout.items[..index].iter().rev().find(|other| other.parent == item.parent);
    match before.and_then(|before| before.comma) {
        // Keep the comma if a comment separates it from the entry.
        Some(comma) if text[comma + 1..item.start].trim().is_empty() => comma..item.value.end,
        _ => item.start..item.value.end,
    }
}

/// Returns the comments in a range of a text, as lines of their own.
fn kept_comments(text: &str, layout: &Layout, within: &Range<usize>, line: usize) -> Option<String> {
    let indentation = indentation(text, line);
    let lines: String = layout
        .comments
        .iter()
        .filter(|comment| within.start <= comment.start && comment.end <= within.end)
        .map(|comment| format!("{indentation}{}{}", &text[comment.clone()], line_ending(text)))
        .collect();
    (!lines.is_empty()).then_some(lines)
}
