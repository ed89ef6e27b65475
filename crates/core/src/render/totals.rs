//! Totals of a run, and helpers for text output.

use unicode_width::UnicodeWidthStr;

use crate::diagnostics::{FlagCombinations, Report};
use crate::environment::Environment;
use crate::sensitive::display::sanitize;

/// The numbers of configs and diagnostics of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// The number of configs.
    pub configs: usize,
    /// The number of rejected configs.
    pub refused: usize,
    /// The number of errors in all configs.
    pub errors: usize,
    /// The number of warnings in all configs.
    pub warnings: usize,
    /// The number of configs that were validated for an environment.
    pub with_environment: usize,
    /// True for the environments that the configs were validated for, in the order of [`Environment::ALL`].
    pub environments: [bool; Environment::ALL.len()],
    /// The combinations of flags that the last config with any was validated with.
    pub combinations: Option<FlagCombinations>,
}

impl Totals {
    /// Sums up reports, one for each config.
    pub fn of<'r>(reports: impl IntoIterator<Item = &'r Report>) -> Self {
        reports.into_iter().fold(Self::default(), |totals, report| Self {
            configs: totals.configs + 1,
            refused: totals.refused + usize::from(!report.admits()),
            errors: totals.errors + report.errors(),
            warnings: totals.warnings + report.warnings(),
            with_environment: totals.with_environment + usize::from(report.environment().is_some()),
            combinations: report.combinations().or(totals.combinations),
            environments: std::array::from_fn(|index| {
                totals.environments[index] || report.environment() == Some(Environment::ALL[index])
            }),
        })
    }

    /// Returns the environments that the configs were validated for.
    pub fn environments(&self) -> impl Iterator<Item = Environment> {
        Environment::ALL.into_iter().zip(self.environments).filter(|(_, is_used)| *is_used).map(|(known, _)| known)
    }
}

/// Formats a number with its noun: `1 error`, `2 errors`.
pub fn count(number: usize, word: &str) -> String {
    format!("{number} {word}{}", if number == 1 { "" } else { "s" })
}

/// Wraps a text between words into lines of at most `width` columns.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(20);
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let word = sanitize(word);
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
