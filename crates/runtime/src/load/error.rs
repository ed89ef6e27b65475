//! The error of a load.

use std::fmt;

use confgate_core::diagnostics::{Diagnostic, Report};
use confgate_core::render::{Totals, human};

/// A rejected config. It displays as the whole report.
#[derive(Debug, Clone, PartialEq)]
pub struct Refused {
    /// All diagnostics.
    pub report: Report,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let style = human::Style::default();
        f.write_str(&human::report(&self.report, style))?;
        f.write_str(human::totals(Totals::of([&self.report]), style).trim_end())
    }
}

impl std::error::Error for Refused {}

impl From<Diagnostic> for Refused {
    fn from(diagnostic: Diagnostic) -> Self {
        Self { report: Report::new(vec![diagnostic]) }
    }
}
