//! The comments of a text, each attached to an item.

use std::ops::Range;

use crate::format::item_index::ItemIndex;
use crate::format::items::{Item, ItemKind, Items};
use crate::format::setting::CommentedOut;
use crate::value::{Format, Path};

/// A comment and its position relative to an item.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Comment {
    pub text: String,
    pub anchor: Anchor,
    /// Table of a setting that is commented out. It would be another setting in another table.
    pub table: Option<Path>,
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
    /// On a line below an item.
    Below(Path),
    /// On a line below the last entry of a table.
    EndOf(Path),
    /// At the end of the text.
    End,
}

/// Attaches the comments of a text to its items.
pub(super) fn attached(text: &str, format: Format, items: &Items) -> Vec<Comment> {
    let first_item = items.items.iter().map(|item| item.start).min().unwrap_or(text.len());
    let top_end = end_of_top(text, &items.comments, first_item);
    let attacher = Attacher::new(text, format, items);
    let mut comments = Vec::with_capacity(items.comments.len());
    let mut open = items.comments.as_slice();
    while let Some((first, rest)) = open.split_first() {
        let mut block = std::slice::from_ref(first);
        let (anchor, table) = match is_own_line(text, first.start) {
            true if first.start < top_end => (Anchor::Top, None),
            true => {
                block = &open[..1 + attacher.following(first, rest)];
                attacher.block(block)
            }
            false => (attacher.beside(first), None),
        };
        open = &open[block.len()..];
        comments.extend(block.iter().map(|range| Comment {
            text: text[range.clone()].trim_end().to_owned(),
            anchor: anchor.clone(),
            table: table.clone(),
            after_blank: has_blank_above(text, range),
            before_blank: has_blank_below(text, range),
        }));
    }
    comments
}

fn is_own_line(text: &str, at: usize) -> bool {
    text[line_start(text, at)..at].trim_start_matches('\u{FEFF}').trim().is_empty()
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |end| end + 1)
}

fn has_blank_above(text: &str, comment: &Range<usize>) -> bool {
    text[..line_start(text, comment.start)].lines().next_back().is_some_and(|line| line.trim().is_empty())
}

fn has_blank_below(text: &str, comment: &Range<usize>) -> bool {
    text[comment.end..].lines().nth(1).is_some_and(|line| line.trim().is_empty())
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

/// Attaches comments to the items of a text.
struct Attacher<'t> {
    text: &'t str,
    format: Format,
    items: ItemIndex<'t>,
}

impl<'t> Attacher<'t> {
    fn new(text: &'t str, format: Format, items: &'t Items) -> Self {
        Self { text, format, items: ItemIndex::new(text, &items.items) }
    }

    /// Returns the number of comments that continue the block of the first: on the next lines, in the same column.
    fn following(&self, first: &Range<usize>, rest: &[Range<usize>]) -> usize {
        let column = self.column(first);
        let continues = |(last, comment): &(&Range<usize>, &Range<usize>)| {
            let between = &self.text[last.end..comment.start];
            between.trim().is_empty()
                && between.matches('\n').count() == 1
                && (self.format == Format::Toml || self.column(comment) == column)
        };
        std::iter::once(first).chain(rest).zip(rest).take_while(continues).count()
    }

    fn column(&self, comment: &Range<usize>) -> usize {
        self.text[line_start(self.text, comment.start)..comment.start].trim_start_matches('\u{FEFF}').len()
    }

    /// Returns the position of a block of comments on lines of their own, and the table of the settings in it.
    fn block(&self, block: &[Range<usize>]) -> (Anchor, Option<Path>) {
        let (Some(first), Some(last)) = (block.first(), block.last()) else { return (Anchor::End, None) };
        let before = self.items.count_before(last.end);
        if let Some(container) = self.items.enclosing(&(first.start..last.end)) {
            let next = self.items.get(before).filter(|next| next.start < container.value.end);
            return (Anchor::Above(next.unwrap_or(container).path.clone()), None);
        }
        let neighbours = Neighbours {
            items: &self.items,
            before,
            next: self.items.get(before),
            touches_previous: !has_blank_above(self.text, first),
            touches_next: !has_blank_below(self.text, last),
        };
        match self.format {
            Format::Toml => neighbours.in_toml(block.iter().map(|comment| &self.text[comment.clone()])),
            Format::Json | Format::Yaml => (neighbours.in_yaml(self.column(first)), None),
        }
    }

    fn beside(&self, comment: &Range<usize>) -> Anchor {
        let line = line_start(self.text, comment.start)..comment.start;
        // A header has an empty value at its end.
        let ended = self.items.ending_in(&line).iter().filter(|item| item.value.end <= comment.start);
        if let Some(item) = ended.max_by_key(|item| (item.value.end, usize::MAX - item.path.0.len())) {
            return Anchor::Beside(item.path.clone());
        }
        match self.items.starting_in(&line).last() {
            Some(item) => Anchor::Above(item.path.clone()),
            None => self.block(std::slice::from_ref(comment)).0,
        }
    }
}

/// The items around a block of comments.
struct Neighbours<'t> {
    items: &'t ItemIndex<'t>,
    /// The number of items before the block.
    before: usize,
    next: Option<&'t Item>,
    /// True if no blank line stands above the block.
    touches_previous: bool,
    /// True if no blank line stands below the block.
    touches_next: bool,
}

impl Neighbours<'_> {
    /// Attaches a block of TOML. The table of a line is that of the header above it.
    fn in_toml<'c>(&self, lines: impl Iterator<Item = &'c str>) -> (Anchor, Option<Path>) {
        let settings: Vec<CommentedOut> = lines.filter_map(CommentedOut::of).collect();
        let has_header = settings.contains(&CommentedOut::Header);
        let has_entry = !has_header && !settings.is_empty();
        let previous = self.items.last_line(self.before);
        let section = previous.map_or_else(Path::root, |item| item.table.clone());
        let anchor = match (self.next, previous) {
            (Some(next), previous) if next.kind != ItemKind::Header => match previous {
                Some(previous) if self.touches_previous && !self.touches_next => Anchor::Below(previous.path.clone()),
                _ => Anchor::Above(next.path.clone()),
            },
            (_, None) if has_header || has_entry => Anchor::Top,
            (_, Some(_)) if has_header => Anchor::EndOf(section.clone()),
            (_, Some(previous))
                if self.touches_previous
                    && (has_entry
                        || self.next.is_none()
                        || !self.touches_next
                        || previous.kind == ItemKind::Header) =>
            {
                Anchor::Below(previous.path.clone())
            }
            (_, Some(_)) if has_entry => Anchor::EndOf(section.clone()),
            (Some(next), _) => Anchor::Above(next.path.clone()),
            (None, _) => Anchor::End,
        };
        (anchor, has_entry.then_some(section))
    }

    /// Attaches a block of YAML. Its column says which table it is in.
    fn in_yaml(&self, column: usize) -> Anchor {
        let owner = self.items.last_line_within(self.before, column);
        match (self.next, owner) {
            (Some(next), _) if column < next.column => Anchor::Above(next.path.clone()),
            (Some(next), owner) if column == next.column => match owner {
                Some(owner) if owner.column == column && self.touches_previous && !self.touches_next => {
                    Anchor::Below(owner.path.clone())
                }
                _ => Anchor::Above(next.path.clone()),
            },
            (None, _) if column == 0 && !self.touches_previous => Anchor::End,
            (_, Some(owner)) if owner.column < column && !owner.is_scalar => Anchor::EndOf(owner.path.clone()),
            (_, Some(owner)) => Anchor::Below(owner.path.clone()),
            (Some(next), None) => Anchor::Above(next.path.clone()),
            (None, None) => Anchor::End,
        }
    }
}
