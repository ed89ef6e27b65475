use unicode_width::UnicodeWidthStr;

use crate::diagnostics::Report;
use crate::sensitive::display::harmless;

/// What a pass over one or more configs came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// How many configs were examined.
    pub configs: usize,
    /// How many of them were refused.
    pub refused: usize,
    /// Errors in all of them.
    pub errors: usize,
    /// Warnings in all of them.
    pub warnings: usize,
}

impl Totals {
    /// The totals of these reports.
    pub fn of<'r>(reports: impl IntoIterator<Item = &'r Report>) -> Self {
        reports.into_iter().fold(Self::default(), |totals, report| Self {
            configs: totals.configs + 1,
            refused: totals.refused + usize::from(!report.admits()),
            errors: totals.errors + report.errors(),
            warnings: totals.warnings + report.warnings(),
        })
    }
}

/// `1 error`, `2 errors`.
pub fn count(number: usize, word: &str) -> String {
    format!("{number} {word}{}", if number == 1 { "" } else { "s" })
}

/// The text in lines of at most `width` columns, broken between words.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(20);
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let word = harmless(word);
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(&word),
            Some(line) if line.width() + 1 + word.width() <= width => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word.into_owned()),
        }
    }
    lines
}
