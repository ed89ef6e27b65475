//! Where a new entry goes in a text.

use crate::migrate::text::edit::{comments_above, indent, keys, line_end, line_start, names, next_line, replaced};
use crate::migrate::text::layout::{Kind, Layout, Part, keys_between};
use crate::value::{Path, Segment};

/// What is put at a path.
#[derive(Debug, Default)]
pub struct Entry {
    /// The value, as it is written.
    pub value: String,
    /// The comment lines above it.
    pub above: Vec<String>,
    /// What stands behind the value on its last line.
    pub behind: String,
}

impl Entry {
    fn lines(&self, keys: &str, indent: &str, end: &str) -> String {
        let above: String = self.above.iter().map(|comment| format!("{indent}{comment}{end}")).collect();
        format!("{above}{indent}{keys} = {}{}{end}", self.value, self.behind)
    }
}

/// Puts an entry where nothing is; `None` where there is no place for it.
pub fn insert(text: &str, at: &Path, entry: &Entry) -> Option<String> {
    let layout = Layout::of(text);
    let table = at.parent()?;
    if let Some(index) = between_braces(text, &layout, &table) {
        return into_braces(text, &layout, index, at, entry);
    }
    if table.0.is_empty() {
        return Some(at_top(text, &layout, at, entry));
    }
    if let Some(header) = layout.header(&table) {
        return Some(behind(text, &layout, last_of(&layout, header), &keys_between(&table, at)?, entry));
    }
    // Beside what a dotted key says of the same table.
    let dotted = |part: &Part| {
        part.kind == Kind::Line && part.path.0.starts_with(&table.0) && !part.base.0.starts_with(&table.0)
    };
    if let Some(index) = layout.parts.iter().rposition(dotted) {
        return Some(behind(text, &layout, index, &keys_between(&layout.parts[index].base, at)?, entry));
    }
    match table.0.iter().rposition(|segment| matches!(segment, Segment::Index(_))) {
        Some(element) => {
            let element = Path(table.0[..=element].to_vec());
            let header = layout.header(&element)?;
            Some(behind(text, &layout, last_of(&layout, header), &keys_between(&element, at)?, entry))
        }
        None => Some(in_section(text, &table, at, entry)),
    }
}

/// The entry or element with the innermost table around a place that is written between braces.
fn between_braces(text: &str, layout: &Layout, table: &Path) -> Option<usize> {
    let holds = |part: &Part| {
        part.kind != Kind::Header && table.0.starts_with(&part.path.0) && text[part.value.clone()].starts_with('{')
    };
    let around = layout.parts.iter().enumerate().filter(|(_, part)| holds(part));
    around.max_by_key(|(_, part)| part.path.0.len()).map(|(index, _)| index)
}

fn into_braces(text: &str, layout: &Layout, index: usize, at: &Path, entry: &Entry) -> Option<String> {
    let part = &layout.parts[index];
    let written = format!("{} = {}", keys(keys_between(&part.path, at)?), entry.value);
    let last = layout.parts.iter().rev().find(|other| other.holder == Some(index));
    let insertion = match last {
        None => (part.value.start + 1, format!(" {written} ")),
        Some(Part { comma: Some(comma), .. }) => (comma + 1, format!(" {written},")),
        Some(last) => (last.value.end, format!(", {written}")),
    };
    let mut edits = vec![(insertion.0..insertion.0, insertion.1)];
    if last.is_none() && text[part.value.start + 1..].starts_with([' ', '\t']) {
        edits[0].1.pop();
    }
    // There is no place for a comment between braces on one line.
    let line = line_start(text, layout.parts[layout.statement(index)].start);
    let behind = Some(entry.behind.trim()).filter(|comment| !comment.is_empty());
    let comments = entry.above.iter().map(String::as_str).chain(behind);
    let comments = comments.map(|comment| format!("{}{comment}{}", indent(text, line), line_end(text)));
    edits.push((line..line, comments.collect()));
    Some(replaced(text, edits))
}

/// At the top: behind the entries that are there, else before the first header.
fn at_top(text: &str, layout: &Layout, at: &Path, entry: &Entry) -> String {
    let end = line_end(text);
    let names = names(at);
    let first_header = layout.parts.iter().position(|part| part.kind == Kind::Header);
    let top = &layout.parts[..first_header.unwrap_or(layout.parts.len())];
    if let Some(last) = top.iter().rposition(|part| part.kind == Kind::Line) {
        return behind(text, layout, last, &names, entry);
    }
    match first_header {
        Some(header) => {
            let line = comments_above(text, line_start(text, layout.parts[header].start));
            let lines = entry.lines(&keys(names), "", end);
            replaced(text, vec![(line..line, format!("{lines}{end}"))])
        }
        None => {
            let gap = if text.is_empty() || text.ends_with('\n') { "" } else { end };
            format!("{text}{gap}{}", entry.lines(&keys(names), "", end))
        }
    }
}

/// The last entry of a section, or its header.
fn last_of(layout: &Layout, header: usize) -> usize {
    let section = layout.parts.iter().enumerate().skip(header + 1).take_while(|(_, part)| part.kind != Kind::Header);
    section.filter(|(_, part)| part.kind == Kind::Line).last().map_or(header, |(index, _)| index)
}

/// On the line behind a part.
fn behind(text: &str, layout: &Layout, index: usize, names: &[&str], entry: &Entry) -> String {
    let part = &layout.parts[index];
    let line = next_line(text, part.value.end);
    let indent = if part.kind == Kind::Line { indent(text, line_start(text, part.start)) } else { "" };
    let end = line_end(text);
    let gap = if text[..line].ends_with('\n') { "" } else { end };
    let lines = entry.lines(&keys(names.iter().copied()), indent, end);
    replaced(text, vec![(line..line, format!("{gap}{lines}"))])
}

/// In a section of its own at the end.
fn in_section(text: &str, table: &Path, at: &Path, entry: &Entry) -> String {
    let end = line_end(text);
    let gap = match text {
        _ if text.trim_start_matches('\u{FEFF}').is_empty() => String::new(),
        _ if text.ends_with('\n') => end.to_owned(),
        _ => end.repeat(2),
    };
    let name = at.last_key().unwrap_or_default();
    format!("{text}{gap}[{}]{end}{}", keys(names(table)), entry.lines(&keys([name]), "", end))
}
