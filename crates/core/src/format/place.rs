//! Comments written into the canonical text.

use std::collections::{BTreeMap, HashMap};

use crate::format::comments::{Anchor, Comment};
use crate::format::items::{Item, ItemKind, Items};
use crate::value::{Path, Segment};

/// Returns the canonical text with comments; `None` if it lacks the table of a setting that is commented out.
pub(super) fn with_comments(text: &str, items: &Items, comments: &[Comment]) -> Option<String> {
    let mut placement = Placement { text, ..Placement::default() };
    for item in &items.items {
        placement.by_path.entry(&item.path).or_insert(item);
        for length in 0..item.path.0.len() {
            placement.first_below.entry(&item.path.0[..length]).or_insert(item);
        }
        if item.kind != ItemKind::Inner {
            placement.last_of.insert(&item.table, item);
        }
    }
    for comment in comments {
        placement.add(comment)?;
    }
    Some(placement.finish())
}

/// The comments of each line.
#[derive(Default)]
struct Placement<'t> {
    text: &'t str,
    by_path: HashMap<&'t Path, &'t Item>,
    /// The first item below each path.
    first_below: HashMap<&'t [Segment], &'t Item>,
    /// The last item of each table.
    last_of: HashMap<&'t Path, &'t Item>,
    top: Vec<&'t Comment>,
    end: Vec<&'t Comment>,
    /// The comments above each line, by the start of the line.
    above: BTreeMap<usize, Vec<&'t Comment>>,
    /// The comment at the end of each line, by the end of the line.
    beside: BTreeMap<usize, &'t Comment>,
    /// The comments below each line with their columns, by the end of the line.
    below: BTreeMap<usize, Vec<(usize, &'t Comment)>>,
}

impl<'t> Placement<'t> {
    fn add(&mut self, comment: &'t Comment) -> Option<()> {
        let is_in_table = |item: &&Item| {
            comment.table.as_ref().is_none_or(|table| item.kind != ItemKind::Inner && item.table == *table)
        };
        match &comment.anchor {
            Anchor::Top => self.top.push(comment),
            Anchor::End => self.end.push(comment),
            Anchor::Above(path) => {
                let is_above = |item: &&Item| comment.table.is_none() || item.kind != ItemKind::Header;
                match (self.find(path).filter(is_in_table).filter(is_above), &comment.table) {
                    (Some(item), _) => self.add_above(item, comment),
                    (None, Some(table)) => self.add_at_end(table, comment)?,
                    (None, None) => self.end.push(comment),
                }
            }
            Anchor::Below(path) => match (self.by_path.get(path).copied().filter(is_in_table), path.parent()) {
                (Some(item), _) => self.add_below(item, item.column, comment),
                (None, parent) => match comment.table.as_ref().or(parent.as_ref()) {
                    Some(table) => self.add_at_end(table, comment)?,
                    None => self.end.push(comment),
                },
            },
            Anchor::EndOf(table) => self.add_at_end(table, comment)?,
            Anchor::Beside(path) => {
                let Some(item) = self.find(path) else {
                    self.end.push(comment);
                    return Some(());
                };
                let line_end = self.line_end(item.value.end.max(item.start));
                // The end of the line may belong to another item, and the end of a text in several lines to its value.
                let is_free = item.path == *path && !self.beside.contains_key(&line_end) && self.holds_comment(item);
                match is_free {
                    true => {
                        self.beside.insert(line_end, comment);
                    }
                    false => self.add_above(item, comment),
                }
            }
        }
        Some(())
    }

    fn add_above(&mut self, item: &Item, comment: &'t Comment) {
        self.above.entry(self.line_start(item.start)).or_default().push(comment);
    }

    fn add_below(&mut self, item: &Item, column: usize, comment: &'t Comment) {
        let end = item.value.end.max(item.start);
        // A text in several lines may end with a line break.
        let end = if self.text[..end].ends_with('\n') { end - 1 } else { end };
        self.below.entry(self.line_end(end)).or_default().push((column, comment));
    }

    /// Adds a comment behind the last entry of a table. A setting is lost if there is no such table.
    fn add_at_end(&mut self, table: &Path, comment: &'t Comment) -> Option<()> {
        match (self.last_of.get(table).copied(), self.by_path.get(table).copied()) {
            (Some(last), _) => self.add_below(last, last.column, comment),
            // A table of YAML with nothing but comments.
            (None, Some(item)) if comment.table.is_none() => self.add_below(item, item.column + 2, comment),
            (None, _) if table.0.is_empty() => self.top.push(comment),
            (None, _) if comment.table.is_none() => self.end.push(comment),
            (None, _) => return None,
        }
        Some(())
    }

    /// Returns the item at a path, else the first one below it, else the nearest one that contains it.
    fn find(&self, path: &Path) -> Option<&'t Item> {
        let below = || self.first_below.get(path.0.as_slice()).copied();
        let around = || {
            let parents = (1..path.0.len()).rev().map(|length| Path(path.0[..length].to_vec()));
            parents.filter_map(|parent| self.by_path.get(&parent).copied()).next()
        };
        self.by_path.get(path).copied().or_else(below).or_else(around)
    }

    /// Returns whether a comment can follow the last line of an item.
    fn holds_comment(&self, item: &Item) -> bool {
        let value = &self.text[item.value.clone()];
        let is_block = item.is_scalar && value.contains('\n') && !value.starts_with(['"', '\'']);
        !is_block
    }

    fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |end| end + 1)
    }

    fn line_end(&self, at: usize) -> usize {
        self.text[at..].find('\n').map_or(self.text.len(), |end| at + end)
    }

    fn finish(self) -> String {
        let mut result = String::with_capacity(self.text.len() + 64);
        write_block(&mut result, &self.top, "");
        if !self.top.is_empty() && !self.text.is_empty() {
            result.push('\n');
        }
        let mut start = 0;
        // The comments below the last line.
        let mut open: &[(usize, &Comment)] = &[];
        for line in self.text.split_inclusive('\n') {
            let content = line.trim_end_matches('\n');
            // A blank line keeps a comment from the item below it, if the indentation does not.
            let column = content.len() - content.trim_start().len();
            let joins = open.last().is_some_and(|(of_comment, _)| *of_comment == column);
            if joins && !content.is_empty() && !result.ends_with("\n\n") {
                result.push('\n');
            }
            if let Some(comments) = self.above.get(&start) {
                let indentation = &content[..content.len() - content.trim_start().len()];
                write_block(&mut result, comments, indentation);
            }
            result.push_str(content);
            if let Some(comment) = self.beside.get(&(start + content.len())) {
                result.push(' ');
                result.push_str(&comment.text);
            }
            result.push_str(&line[content.len()..]);
            open = self.below.get(&(start + content.len())).map_or(&[], Vec::as_slice);
            for group in open.chunk_by(|(a, _), (b, _)| a == b) {
                let comments: Vec<&Comment> = group.iter().map(|(_, comment)| *comment).collect();
                write_block(&mut result, &comments, &" ".repeat(group[0].0));
            }
            start += line.len();
        }
        if !self.end.is_empty() && !result.is_empty() && !result.ends_with("\n\n") && self.end[0].after_blank {
            result.push('\n');
        }
        write_block(&mut result, &self.end, "");
        result
    }
}

/// Writes comments on lines of their own. Blank lines between them stay, one each.
fn write_block(result: &mut String, comments: &[&Comment], indentation: &str) {
    for (index, comment) in comments.iter().enumerate() {
        let is_separate = comment.after_blank || index > 0 && comments[index - 1].before_blank;
        if is_separate && !result.is_empty() && !result.ends_with("\n\n") {
            result.push('\n');
        }
        result.push_str(indentation);
        result.push_str(&comment.text);
        result.push('\n');
    }
}
