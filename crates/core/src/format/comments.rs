//! The comments of a text, each attached to an item.

use std::ops::Range;

use crate::format::items::{Item, Items};
use crate::value::Path;

/// A comment and its position relative to an item.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Comment {
    pub text: String,
    pub anchor: Anchor,
    /// True if a blank line stands above the comment.
    pub after_blank: bool,
    /// True if a blank line stands below the comment, and the next line has no comment.
    pub before_blank: bool,
}

/// Position of a comment.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Anchor {
    /// At the top of the text.
    Top,
    /// On a line above an item.
    Above(Path),
    /// At the end of the last line of an item.
    Beside(Path),
    /// At the end of the text.
    End,
}

/// Attaches the comments of a text to its items.
pub(super) fn attached(text: &str, items: &Items) -> Vec<Comment> {
    let first_item = items.items.iter().map(|item| item.start).min().unwrap_or(text.len());
    let top_end = end_of_top(text, &items.comments, first_item);
    let mut comments = Vec::with_capacity(items.comments.len());
    for range in &items.comments {
        let anchor = match is_own_line(text, range.start) {
            true if range.start < top_end => Anchor::Top,
            true => above(text, items, range),
            false => beside(text, items, range),
        };
        let line = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
        let is_blank = |line: Option<&str>| line.is_some_and(|line| line.trim().is_empty());
        let after_blank = is_blank(text[..line].lines().next_back());
        let before_blank = is_blank(text[range.end..].lines().nth(1));
        comments.push(Comment { text: text[range.clone()].trim_end().to_owned(), anchor, after_blank, before_blank });
    }
    comments
}

fn is_own_line(text: &str, at: usize) -> bool {
    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
    text[line..at].trim_start_matches('\u{FEFF}').trim().is_empty()
}

/// Returns the end of the comments that belong to the whole text: those above a blank line before the first item, and those that
/// name a schema.
fn end_of_top(text: &str, comments: &[Range<usize>], first_item: usize) -> usize {
    let head = || comments.iter().filter(|comment| comment.start < first_item);
    let blank_below = |comment: &&Range<usize>| {
        text[comment.end..].lines().nth(1).is_none_or(|line| line.trim().is_empty())
            || text[(*comment).clone()].starts_with("#:")
            || text[(*comment).clone()].contains("yaml-language-server:")
    };
    head().filter(blank_below).map(|comment| comment.end).max().unwrap_or(0)
}

fn above(text: &str, items: &Items, comment: &Range<usize>) -> Anchor {
    let encloses = |item: &&Item| !item.is_scalar && item.value.start < comment.start && comment.end <= item.value.end;
    let container = items.items.iter().filter(encloses).max_by_key(|item| item.value.start);
    let next = items.items.iter().find(|item| item.start >= comment.end);
    match (next, container) {
        (Some(next), Some(container)) if next.start < container.value.end => Anchor::Above(next.path.clone()),
        // The last line of a list in brackets. A block of YAML ends with its last value.
        (_, Some(container)) if text[container.value.clone()].starts_with(['[', '{']) => {
            Anchor::Above(container.path.clone())
        }
        (Some(next), _) => Anchor::Above(next.path.clone()),
        (None, _) => Anchor::End,
    }
}

fn beside(text: &str, items: &Items, comment: &Range<usize>) -> Anchor {
    let line = text[..comment.start].rfind('\n').map_or(0, |end| end + 1);
    let line = line..comment.start;
    // A header has an empty value at its end.
    let ends_here = |item: &&Item| line.contains(&item.value.end.saturating_sub(1)) && item.value.end <= comment.start;
    let starts_here = |item: &&Item| line.contains(&item.start);
    let ended =
        items.items.iter().filter(ends_here).max_by_key(|item| (item.value.end, usize::MAX - item.path.0.len()));
    if let Some(item) = ended {
        return Anchor::Beside(item.path.clone());
    }
    match items.items.iter().filter(starts_here).max_by_key(|item| item.start) {
        Some(item) => Anchor::Above(item.path.clone()),
        None => above(text, items, comment),
    }
}
