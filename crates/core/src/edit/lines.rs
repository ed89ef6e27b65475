//! Lines, keys and replacements in a TOML text.

use std::ops::Range;

use crate::toml;
use crate::value::{Node, Path, Segment, Value};

/// Returns a key as it is written in TOML, with quotes if it needs them.
pub fn key_text(name: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    match !name.is_empty() && name.chars().all(is_bare) {
        true => name.to_owned(),
        false => toml::inline(&Node::generated(Value::String(name.replace('\n', "\\n")))),
    }
}

/// Returns keys as a dotted key.
pub fn dotted_key<'k>(names: impl IntoIterator<Item = &'k str>) -> String {
    names.into_iter().map(key_text).collect::<Vec<_>>().join(".")
}

/// Returns the keys of a path, without indices, as headers name them.
pub fn keys_of(path: &Path) -> Vec<&str> {
    path.0
        .iter()
        .filter_map(|segment| match segment {
            Segment::Key(key) => Some(key.as_str()),
            Segment::Index(_) => None,
        })
        .collect()
}

/// Returns the line ending of a text.
pub fn line_ending(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// Returns the start of the line of a byte. The first line starts after a byte order mark.
pub fn line_start(text: &str, at: usize) -> usize {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    if start == 0 && text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { start }
}

/// Returns the start of the line after that of a byte.
pub fn next_line(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end + 1)
}

/// Returns the start of the comment lines directly above a line.
pub fn comments_above(text: &str, line: usize) -> usize {
    let mut start = line;
    while start > line_start(text, 0) {
        let above = line_start(text, start - 1);
        if !text[above..start].trim_start().starts_with('#') {
            break;
        }
        start = above;
    }
    start
}

/// Returns the indentation of a line.
pub fn indentation(text: &str, line: usize) -> &str {
    let rest = &text[line..];
    &rest[..rest.len() - rest.trim_start_matches([' ', '\t']).len()]
}

/// Replaces ranges of a text, which must not overlap.
pub fn replace_ranges(text: &str, mut replacements: Vec<(Range<usize>, String)>) -> String {
    replacements.sort_by_key(|(range, _)| (range.start, range.end));
    let mut result = String::with_capacity(text.len());
    let mut from = 0;
    for (range, replacement) in replacements {
        result.push_str(text.get(from..range.start).unwrap_or_default());
        result.push_str(&replacement);
        from = range.end.max(from);
    }
    result.push_str(&text[from..]);
    result
}
