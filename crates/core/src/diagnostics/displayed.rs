//! Selection of the diagnostics that a report displays.

use std::fmt;

use crate::diagnostics::diagnostic::Diagnostic;
use crate::diagnostics::severity::Severity;

/// The largest number of diagnostics that the report of a config displays.
pub const MAX_DISPLAYED: usize = 1000;

/// The diagnostics that a report displays, in their order, and the number of the others. Errors come before warnings where there is no
/// room for all.
#[derive(Debug, Clone)]
pub struct Displayed<'d> {
    /// The diagnostics to display, at most [`MAX_DISPLAYED`].
    pub diagnostics: Vec<&'d Diagnostic>,
    /// The number of the others.
    pub omitted: Omitted,
}

impl<'d> Displayed<'d> {
    /// Selects from diagnostics in the order of a report.
    pub fn of(diagnostics: impl Iterator<Item = &'d Diagnostic> + Clone) -> Self {
        let is_error = |diagnostic: &Diagnostic| diagnostic.severity == Severity::Error;
        let errors = diagnostics.clone().filter(|diagnostic| is_error(diagnostic)).take(MAX_DISPLAYED).count();
        let (mut for_errors, mut for_warnings) = (errors, MAX_DISPLAYED - errors);
        let mut displayed = Self { diagnostics: Vec::new(), omitted: Omitted::default() };
        for diagnostic in diagnostics {
            let (room, omitted) = match is_error(diagnostic) {
                true => (&mut for_errors, &mut displayed.omitted.errors),
                false => (&mut for_warnings, &mut displayed.omitted.warnings),
            };
            if *room > 0 {
                *room -= 1;
                displayed.diagnostics.push(diagnostic);
            } else {
                *omitted += 1;
            }
        }
        displayed
    }
}

/// The numbers of diagnostics that a report leaves out. It displays as `and 5 more (errors: 3, warnings: 2)`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Omitted {
    /// The number of errors.
    pub errors: usize,
    /// The number of warnings.
    pub warnings: usize,
}

impl Omitted {
    /// Returns whether any diagnostic is left out.
    pub fn is_any(&self) -> bool {
        self.errors + self.warnings > 0
    }
}

impl fmt::Display for Omitted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { errors, warnings } = self;
        write!(f, "and {} more (errors: {errors}, warnings: {warnings})", errors + warnings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::codes;
    use crate::value::Path;

    fn select(errors: usize, warnings: usize) -> (usize, Omitted) {
        let of = |severity| Diagnostic::new(severity, &codes::SCHEMA_WHOLE, Path::root(), "");
        let warning = std::iter::repeat_with(|| of(Severity::Warning)).take(warnings);
        let all: Vec<Diagnostic> = warning.chain(std::iter::repeat_with(|| of(Severity::Error)).take(errors)).collect();
        let displayed = Displayed::of(all.iter());
        (displayed.diagnostics.len(), displayed.omitted)
    }

    #[test]
    fn errors_are_displayed_before_warnings() {
        assert_eq!(select(0, 0), (0, Omitted::default()));
        assert_eq!(select(600, 400), (1000, Omitted::default()));
        assert_eq!(select(600, 500), (1000, Omitted { errors: 0, warnings: 100 }));
        assert_eq!(select(1500, 2), (1000, Omitted { errors: 500, warnings: 2 }));
        assert_eq!(select(1500, 2).1.to_string(), "and 502 more (errors: 500, warnings: 2)");
        assert!(!select(1000, 0).1.is_any());
    }
}
