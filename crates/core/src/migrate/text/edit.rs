//! One edit of a text.

use std::ops::Range;

use crate::migrate::text::insert::{Entry, insert};
use crate::migrate::text::layout::{Kind, Layout, keys_between};
use crate::migrate::work::Edit;
use crate::toml::{reader, writer};
use crate::value::{Node, Path, Source, Value};

/// The text after an edit; `None` where its layout is not understood.
pub fn edit(text: &str, edit: &Edit) -> Option<String> {
    match edit {
        Edit::Set { at, value } => set(text, at, &writer::inline(value)),
        Edit::Remove { at } => Some(remove(text, at)),
        Edit::Move { from, to } if from.parent() == to.parent() => Some(rename(text, from, to.last_key()?)),
        Edit::Move { from, to } => move_whole(text, from, to),
    }
}

/// A key as it is written.
pub fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    match !name.is_empty() && name.chars().all(bare) {
        true => name.to_owned(),
        false => writer::inline(&Node::bare(Value::String(name.replace('\n', "\\n")))),
    }
}

/// Keys as they are written one behind the other.
pub fn keys<'k>(names: impl IntoIterator<Item = &'k str>) -> String {
    names.into_iter().map(key).collect::<Vec<_>>().join(".")
}

/// The line end of a text.
pub fn line_end(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// Where the line of a byte begins; behind a byte order mark, which is none of it.
pub fn line_start(text: &str, at: usize) -> usize {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    if start == 0 && text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { start }
}

/// Where the line after that of a byte begins.
pub fn next_line(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end + 1)
}

/// Where the comment lines begin that stand right above a line.
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

fn rename(text: &str, from: &Path, to: &str) -> String {
    let layout = Layout::of(text);
    let keys = layout.parts.iter().flat_map(|part| &part.keys).filter(|key| key.path == *from);
    replaced(text, keys.map(|found| (found.span.clone(), key(to))).collect())
}

fn set(text: &str, at: &Path, value: &str) -> Option<String> {
    let layout = Layout::of(text);
    let Some(index) = layout.entry(at) else {
        let text = remove(text, at);
        return insert(&text, at, &Entry { value: value.to_owned(), ..Entry::default() });
    };
    let part = &layout.parts[index];
    let line = line_start(text, layout.parts[layout.statement(index)].start);
    let mut edits = vec![(part.value.clone(), value.to_owned())];
    edits.extend(kept_comments(text, &layout, &part.value, line).map(|comments| (line..line, comments)));
    Some(replaced(text, edits))
}

/// Takes out all that stands at a path or below it.
fn remove(text: &str, at: &Path) -> String {
    let layout = Layout::of(text);
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    for (index, part) in layout.parts.iter().enumerate() {
        let covered = || edits.iter().any(|(range, _)| range.contains(&part.start));
        if !part.path.0.starts_with(&at.0) || covered() {
            continue;
        }
        match part.kind {
            Kind::Header | Kind::Line => {
                let lines = line_start(text, part.start)..next_line(text, part.value.end);
                let comments = kept_comments(text, &layout, &lines, lines.start);
                edits.push((lines, comments.unwrap_or_default()));
            }
            Kind::Inline | Kind::Element => {
                let line = line_start(text, layout.parts[layout.statement(index)].start);
                let comments = kept_comments(text, &layout, &part.value, line);
                edits.push((between_commas(text, &layout, index), String::new()));
                edits.extend(comments.map(|comments| (line..line, comments)));
            }
        }
    }
    replaced(text, edits)
}

/// An entry between braces with one of the commas around it.
fn between_commas(text: &str, layout: &Layout, index: usize) -> Range<usize> {
    let part = &layout.parts[index];
    if let Some(comma) = part.comma {
        let rest = &text[comma + 1..];
        return part.start..comma + 1 + (rest.len() - rest.trim_start_matches([' ', '\t']).len());
    }
    let before = layout.parts[..index].iter().rev().find(|other| other.holder == part.holder);
    match before.and_then(|before| before.comma) {
        // What stands between that comma and the entry may be a comment.
        Some(comma) if text[comma + 1..part.start].trim().is_empty() => comma..part.value.end,
        _ => part.start..part.value.end,
    }
}

/// The comments in a part of a text, as lines of their own.
fn kept_comments(text: &str, layout: &Layout, within: &Range<usize>, line: usize) -> Option<String> {
    let inside = layout.comments.iter().filter(|comment| within.start <= comment.start && comment.end <= within.end);
    let indent = indent(text, line);
    let lines: String = inside.map(|comment| format!("{indent}{}{}", &text[comment.clone()], line_end(text))).collect();
    (!lines.is_empty()).then_some(lines)
}

/// What a line begins with.
pub fn indent(text: &str, line: usize) -> &str {
    let rest = &text[line..];
    &rest[..rest.len() - rest.trim_start_matches([' ', '\t']).len()]
}

/// Moves what stands at a path as it is written, or, where that has no place, such as a header between braces, its value.
fn move_whole(text: &str, from: &Path, to: &Path) -> Option<String> {
    let value = read(text)?.get(&from.0)?.clone();
    let arrives = |moved: &String| read(moved).is_some_and(|tree| tree.get(&to.0) == Some(&value));
    move_to(text, from, to)
        .filter(arrives)
        .or_else(|| insert(&remove(text, from), to, &Entry { value: writer::inline(&value), ..Entry::default() }))
}

/// What a text says, unless it is no TOML.
fn read(text: &str) -> Option<Node> {
    let (tree, errors) = reader::read(&Source::new("", text));
    errors.is_empty().then_some(tree)
}

fn move_to(text: &str, from: &Path, to: &Path) -> Option<String> {
    let layout = Layout::of(text);
    if let Some(index) = layout.entry(from) {
        let entry = entry(text, &layout, index);
        return insert(&cut(text, &layout, index), to, &entry);
    }
    let is_above = |part: &crate::migrate::text::layout::Part| {
        part.path.0.starts_with(&from.0) && !part.base.0.starts_with(&from.0)
    };
    // Dotted keys go one by one, headers stay where they are and get another name.
    if let Some(part) = layout.parts.iter().find(|part| part.kind != Kind::Header && is_above(part)) {
        let rest = part.path.0[from.0.len()..].to_vec();
        let to_rest = Path([to.0.clone(), rest].concat());
        let moved = move_to(text, &part.path.clone(), &to_rest)?;
        return move_to(&moved, from, to);
    }
    let names: Vec<&str> = keys_between(&Path::root(), to).unwrap_or_else(|| names(to));
    let headers = layout.parts.iter().filter(|part| part.kind == Kind::Header && part.path.0.starts_with(&from.0));
    let edits = headers.filter_map(|header| {
        let last = header.keys.iter().rposition(|key| key.path == *from)?;
        Some((header.keys[0].span.start..header.keys[last].span.end, keys(names.iter().copied())))
    });
    Some(replaced(text, edits.collect()))
}

/// The keys of a path, as headers name them.
pub fn names(path: &Path) -> Vec<&str> {
    let keys = path.0.iter().filter_map(|segment| match segment {
        crate::value::Segment::Key(key) => Some(key.as_str()),
        crate::value::Segment::Index(_) => None,
    });
    keys.collect()
}

/// An entry with the comments that belong to it.
fn entry(text: &str, layout: &Layout, index: usize) -> Entry {
    let part = &layout.parts[index];
    let value = text[part.value.clone()].to_owned();
    if part.kind != Kind::Line {
        return Entry { value, ..Entry::default() };
    }
    let line = line_start(text, part.start);
    let above = text[comments_above(text, line)..line].lines().map(|line| line.trim().to_owned()).collect();
    let behind = text[part.value.end..next_line(text, part.value.end)].trim_end();
    Entry { value, above, behind: behind.to_owned() }
}

/// Takes out an entry with the comments that belong to it.
fn cut(text: &str, layout: &Layout, index: usize) -> String {
    let part = &layout.parts[index];
    let range = match part.kind {
        Kind::Line => comments_above(text, line_start(text, part.start))..next_line(text, part.value.end),
        _ => between_commas(text, layout, index),
    };
    replaced(text, vec![(range, String::new())])
}

/// A text with other things in some places, which do not overlap.
pub fn replaced(text: &str, mut edits: Vec<(Range<usize>, String)>) -> String {
    edits.sort_by_key(|(range, _)| (range.start, range.end));
    let mut result = String::with_capacity(text.len());
    let mut from = 0;
    for (range, new) in edits {
        result.push_str(text.get(from..range.start).unwrap_or_default());
        result.push_str(&new);
        from = range.end.max(from);
    }
    result.push_str(&text[from..]);
    result
}
