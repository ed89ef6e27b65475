//! A line of a source as a terminal can show it: tabs and control characters made visible, secrets hidden, long lines cut
//! around what matters.

use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use crate::sensitive::display::is_hostile;

/// A line to show, and where each of its bytes went.
pub struct Shown {
    cells: Vec<(char, usize)>,
    columns: Vec<usize>,
}

/// What stands in for something hidden.
const HIDDEN: &str = "***";

impl Shown {
    /// Shapes a line; `hidden` are the bytes not to show, in order and apart.
    pub fn new(line: &str, hidden: &[Range<usize>]) -> Self {
        let mut shown = Self { cells: Vec::new(), columns: vec![0; line.len() + 1] };
        let mut column = 0;
        let mut put = |cells: &mut Vec<(char, usize)>, c: char| {
            let width = c.width().unwrap_or(1);
            cells.push((c, column));
            column += width;
            column
        };
        let mut end = 0;
        for (at, c) in line.char_indices() {
            shown.columns[at..at + c.len_utf8()].fill(end);
            let mask = hidden.iter().find(|range| range.contains(&at));
            end = match (mask, c) {
                (Some(mask), _) if mask.start == at => {
                    HIDDEN.chars().map(|star| put(&mut shown.cells, star)).last().unwrap_or(end)
                }
                (Some(_), _) => end,
                (None, '\t') => (0..4).map(|_| put(&mut shown.cells, ' ')).last().unwrap_or(end),
                (None, c) if is_hostile(c) => put(&mut shown.cells, '\u{FFFD}'),
                (None, c) => put(&mut shown.cells, c),
            };
        }
        shown.columns[line.len()] = end;
        shown
    }

    /// The columns that a run of bytes of the line takes, at least one.
    pub fn columns(&self, bytes: Range<usize>) -> Range<usize> {
        let last = self.columns.len() - 1;
        let start = self.columns[bytes.start.min(last)];
        start..self.columns[bytes.end.min(last)].max(start + 1)
    }

    /// The text in `width` columns, cut so that `focus` is seen, and how many columns were cut off before it.
    pub fn window(&self, width: usize, focus: Range<usize>) -> (String, usize) {
        let total = self.columns.last().copied().unwrap_or_default();
        if total <= width {
            return (self.text(0..total), 0);
        }
        // A third of the line before what matters gives it context.
        let inner = width.saturating_sub(2).max(8);
        let start = if focus.end <= inner { 0 } else { focus.start.saturating_sub(inner / 3) };
        let end = (start + inner).min(total);
        let before = if start > 0 { "…" } else { "" };
        let after = if end < total { "…" } else { "" };
        (format!("{before}{}{after}", self.text(start..end)), start.saturating_sub(before.chars().count()))
    }

    fn text(&self, columns: Range<usize>) -> String {
        self.cells.iter().filter(|(_, column)| columns.contains(column)).map(|(c, _)| c).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tabs_wide_characters_and_hidden_bytes_move_the_columns() {
        let shown = Shown::new("\tä = 漢x", std::slice::from_ref(&(6..9)));
        let (text, _) = shown.window(80, 0..1);
        assert_eq!(text, "    ä = ***x");
        assert_eq!(shown.columns(9..10), 11..12);
        assert_eq!(Shown::new("漢x", &[]).columns(3..4), 2..3);
    }

    #[test]
    fn a_long_line_is_cut_around_what_matters() {
        let line = format!("{}KEY{}", "a".repeat(300), "b".repeat(300));
        let shown = Shown::new(&line, &[]);
        let focus = shown.columns(300..303);
        let (text, cut) = shown.window(40, focus.clone());
        let found: String = text.chars().skip(focus.start - cut).take(3).collect();
        assert_eq!(found, "KEY");
        assert!(text.starts_with('…') && text.ends_with('…') && text.chars().count() <= 40, "{text}");
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        let (text, _) = Shown::new("a\u{1b}[31m\u{202E}b", &[]).window(80, 0..1);
        assert_eq!(text, "a\u{FFFD}[31m\u{FFFD}b");
    }

    proptest! {
        #[test]
        fn the_window_shows_the_focus_within_its_width(line in "\\PC{0,120}", at in 0usize..120, width in 20usize..60) {
            let shown = Shown::new(&line, &[]);
            let focus = shown.columns(at..at + 1);
            let (text, cut) = shown.window(width, focus.clone());
            let total: usize = text.chars().map(|c| c.width().unwrap_or(1)).sum();
            prop_assert!(total <= width + 2, "{total} {width}");
            prop_assert!(focus.start >= cut);
        }
    }
}
