//! Comments written into the canonical text.

use std::collections::{BTreeMap, HashMap};

use crate::format::comments::{Anchor, Comment};
use crate::format::items::{Item, Items};
use crate::value::Path;

/// Returns the canonical text with comments.
pub(super) fn with_comments(text: &str, items: &Items, comments: &[Comment]) -> String {
    let mut placement = Placement { text, by_path: HashMap::new(), items: &items.items, ..Placement::default() };
    for (index, item) in items.items.iter().enumerate() {
        placement.by_path.entry(&item.path).or_insert(index);
    }
    for comment in comments {
        placement.add(comment);
    }
    placement.finish()
}

/// The comments of each line.
#[derive(Default)]
struct Placement<'t> {
    text: &'t str,
    items: &'t [Item],
    by_path: HashMap<&'t Path, usize>,
    top: Vec<&'t Comment>,
    end: Vec<&'t Comment>,
    /// The comments above each line, by the start of the line.
    above: BTreeMap<usize, Vec<&'t Comment>>,
    /// The comment at the end of each line, by the end of the line.
    beside: BTreeMap<usize, &'t Comment>,
}

impl<'t> Placement<'t> {
    fn add(&mut self, comment: &'t Comment) {
        match &comment.anchor {
            Anchor::Top => self.top.push(comment),
            Anchor::End => self.end.push(comment),
            Anchor::Above(path) => match self.find(path) {
                Some(item) => self.above.entry(self.line_start(item.start)).or_default().push(comment),
                None => self.end.push(comment),
            },
            Anchor::Beside(path) => {
                let Some(item) = self.find(path) else { return self.end.push(comment) };
                let line_end = self.line_end(item.value.end.max(item.start));
                // The end of the line may belong to another item, and the end of a text in several lines to its value.
                let is_free = item.path == *path && !self.beside.contains_key(&line_end) && self.holds_comment(item);
                match is_free {
                    true => {
                        self.beside.insert(line_end, comment);
                    }
                    false => self.above.entry(self.line_start(item.start)).or_default().push(comment),
                }
            }
        }
    }

    /// Returns the item at a path, else the first one below it, else the nearest one that contains it.
    fn find(&self, path: &Path) -> Option<&'t Item> {
        let below = || self.items.iter().find(|item| item.path.0.starts_with(&path.0));
        let around = || {
            let parents = (1..path.0.len()).rev().map(|length| Path(path.0[..length].to_vec()));
            parents.filter_map(|parent| self.by_path.get(&parent).map(|index| &self.items[*index])).next()
        };
        self.by_path.get(path).map(|index| &self.items[*index]).or_else(below).or_else(around)
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
        for line in self.text.split_inclusive('\n') {
            let content = line.trim_end_matches('\n');
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
