//! A source line prepared for a terminal: tabs expanded, control characters replaced, secrets masked, long lines cut
//! around the marked range.

use std::ops::Range;
use std::rc::Rc;

use unicode_width::UnicodeWidthChar;

use crate::sensitive::display::is_unsafe;
use crate::value::Source;

/// A displayed line, with the column of each byte of the source line.
pub struct Snippet {
    /// The displayed characters with their columns.
    cells: Vec<(char, usize)>,
    /// The column of each byte, and the end.
    columns: Vec<usize>,
}

/// The snippet of the line that was displayed last: many diagnostics can be on one line of any length.
#[derive(Default)]
pub struct LastSnippet(Option<(Source, usize, Rc<Snippet>)>);

impl LastSnippet {
    /// Returns the snippet of a line, which `prepare` makes for a line that was not displayed last.
    pub fn of(&mut self, source: &Source, line: usize, prepare: impl FnOnce() -> Snippet) -> Rc<Snippet> {
        match &self.0 {
            Some((last, number, snippet)) if last == source && *number == line => snippet.clone(),
            _ => {
                let snippet = Rc::new(prepare());
                self.0 = Some((source.clone(), line, snippet.clone()));
                snippet
            }
        }
    }
}

/// The replacement for a masked range.
const MASK: &str = "***";

impl Snippet {
    /// Prepares a line; `masked` are the ranges of bytes to mask, sorted and disjoint.
    pub fn new(line: &str, masked: &[Range<usize>]) -> Self {
        let mut snippet = Self { cells: Vec::new(), columns: vec![0; line.len() + 1] };
        let mut column = 0;
        let mut put = |cells: &mut Vec<(char, usize)>, c: char| {
            let width = c.width().unwrap_or(1);
            cells.push((c, column));
            column += width;
            column
        };
        let mut end = 0;
        let mut masked = masked.iter().peekable();
        for (at, c) in line.char_indices() {
            snippet.columns[at..at + c.len_utf8()].fill(end);
            while masked.next_if(|range| range.end <= at).is_some() {}
            let mask = masked.peek().filter(|range| range.contains(&at));
            end = match (mask, c) {
                (Some(mask), _) if mask.start == at => {
                    MASK.chars().map(|star| put(&mut snippet.cells, star)).last().unwrap_or(end)
                }
                (Some(_), _) => end,
                (None, '\t') => (0..4).map(|_| put(&mut snippet.cells, ' ')).last().unwrap_or(end),
                (None, c) if is_unsafe(c) => put(&mut snippet.cells, '\u{FFFD}'),
                (None, c) => put(&mut snippet.cells, c),
            };
        }
        snippet.columns[line.len()] = end;
        snippet
    }

    /// Returns the columns of a range of bytes, at least one.
    pub fn columns(&self, bytes: Range<usize>) -> Range<usize> {
        let last = self.columns.len() - 1;
        let start = self.columns[bytes.start.min(last)];
        start..self.columns[bytes.end.min(last)].max(start + 1)
    }

    /// Cuts the text to `width` columns around `focus`; returns it with the number of columns that were cut off before.
    pub fn window(&self, width: usize, focus: Range<usize>) -> (String, usize) {
        let total = self.columns.last().copied().unwrap_or_default();
        if total <= width {
            return (self.text(0..total), 0);
        }
        // Keep a third of the width as context before the focus.
        let inner = width.saturating_sub(2).max(8);
        let start = if focus.end <= inner { 0 } else { focus.start.saturating_sub(inner / 3) };
        let end = (start + inner).min(total);
        let before = if start > 0 { "…" } else { "" };
        let after = if end < total { "…" } else { "" };
        (format!("{before}{}{after}", self.text(start..end)), start.saturating_sub(before.chars().count()))
    }

    fn text(&self, columns: Range<usize>) -> String {
        let first = self.cells.partition_point(|(_, column)| *column < columns.start);
        self.cells[first..].iter().take_while(|(_, column)| *column < columns.end).map(|(c, _)| c).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tabs_wide_characters_and_masked_ranges_move_the_columns() {
        let snippet = Snippet::new("\tä = 漢x", std::slice::from_ref(&(6..9)));
        let (text, _) = snippet.window(80, 0..1);
        assert_eq!(text, "    ä = ***x");
        assert_eq!(snippet.columns(9..10), 11..12);
        assert_eq!(Snippet::new("漢x", &[]).columns(3..4), 2..3);
    }

    #[test]
    fn a_line_with_many_diagnostics_is_prepared_once() {
        let (one, other) = (Source::new("x", "a\nb\n"), Source::new("x", "a\nb\n"));
        let (mut last, mut prepared) = (LastSnippet::default(), 0);
        for (source, line) in [(&one, 1), (&one, 1), (&one, 2), (&other, 2), (&other, 2)] {
            last.of(source, line, || {
                prepared += 1;
                Snippet::new(source.line(line), &[])
            });
        }
        assert_eq!(prepared, 3);
    }

    #[test]
    fn a_long_line_is_cut_around_the_focus() {
        let line = format!("{}KEY{}", "a".repeat(300), "b".repeat(300));
        let snippet = Snippet::new(&line, &[]);
        let focus = snippet.columns(300..303);
        let (text, cut) = snippet.window(40, focus.clone());
        let found: String = text.chars().skip(focus.start - cut).take(3).collect();
        assert_eq!(found, "KEY");
        assert!(text.starts_with('…') && text.ends_with('…') && text.chars().count() <= 40, "{text}");
    }

    #[test]
    fn control_characters_are_replaced() {
        let (text, _) = Snippet::new("a\u{1b}[31m\u{202E}b", &[]).window(80, 0..1);
        assert_eq!(text, "a\u{FFFD}[31m\u{FFFD}b");
    }

    proptest! {
        #[test]
        fn the_window_has_the_focus_within_its_width(line in "\\PC{0,120}", at in 0usize..120, width in 20usize..60) {
            let snippet = Snippet::new(&line, &[]);
            let focus = snippet.columns(at..at + 1);
            let (text, cut) = snippet.window(width, focus.clone());
            let total: usize = text.chars().map(|c| c.width().unwrap_or(1)).sum();
            prop_assert!(total <= width + 2, "{total} {width}");
            prop_assert!(focus.start >= cut);
        }
    }
}
