//! The result of a pass: every diagnostic about one config.

use std::error::Error;
use std::fmt;

use crate::diagnostics::diagnostic::Diagnostic;
use crate::diagnostics::displayed::Displayed;
use crate::diagnostics::flag_combinations::FlagCombinations;
use crate::diagnostics::severity::Severity;
use crate::environment::Environment;
use crate::value::Location;

/// The diagnostics of one pass, sorted by place, and the places of secrets in the sources.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    diagnostics: Vec<Diagnostic>,
    secrets: Vec<Location>,
    environment: Option<Environment>,
    public: Vec<Location>,
    combinations: Option<FlagCombinations>,
}

impl Report {
    /// Creates a report with the diagnostics sorted by file, line and column; those without a place come last, by path.
    pub fn new(mut diagnostics: Vec<Diagnostic>) -> Self {
        diagnostics.sort_by_cached_key(|diagnostic| {
            let place = diagnostic.place().map(|place| (place.source.name().to_owned(), place.position));
            (place.is_none(), place, diagnostic.path.clone(), diagnostic.code.clone())
        });
        Self { diagnostics, ..Self::default() }
    }

    /// Sets the environment that the verdict is for.
    #[must_use]
    pub fn for_environment(mut self, environment: Option<Environment>) -> Self {
        self.environment = environment;
        self
    }

    /// Returns the environment that the verdict is for; `None` for a schema that has no environments.
    pub fn environment(&self) -> Option<Environment> {
        self.environment
    }

    /// Sets the combinations of flags that the config was validated with.
    #[must_use]
    pub fn with_combinations(mut self, combinations: Option<FlagCombinations>) -> Self {
        self.combinations = combinations;
        self
    }

    /// Returns the combinations of flags that the config was validated with; `None` if no profile depends on a flag.
    pub fn combinations(&self) -> Option<FlagCombinations> {
        self.combinations
    }

    /// Adds the places of secrets, which every renderer masks in the lines that it displays.
    #[must_use]
    pub fn with_secrets(mut self, secrets: Vec<Location>) -> Self {
        self.secrets.extend(secrets);
        self
    }

    /// Adds the places that renderers display although the names before them sound like those of secrets.
    #[must_use]
    pub fn with_public(mut self, public: Vec<Location>) -> Self {
        self.public.extend(public);
        self
    }

    /// Returns the places that are displayed although the names before them sound like those of secrets.
    pub fn public(&self) -> &[Location] {
        &self.public
    }

    /// Returns the places of secrets in the sources.
    pub fn secrets(&self) -> &[Location] {
        &self.secrets
    }

    /// Returns the diagnostics in their order.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Returns the diagnostics that renderers display: all, or the first of very many.
    pub fn displayed(&self) -> Displayed<'_> {
        Displayed::of(self.diagnostics.iter())
    }

    /// Counts the errors.
    pub fn errors(&self) -> usize {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count()
    }

    /// Counts the warnings.
    pub fn warnings(&self) -> usize {
        self.diagnostics.len() - self.errors()
    }

    /// Tells whether the config is admitted: no diagnostic is an error.
    pub fn admits(&self) -> bool {
        self.errors() == 0
    }

    /// Removes the accepted warnings. Each name is a code, or a code and a field (`secrets/likely-secret:app.name`).
    pub fn accept(&mut self, names: &[String]) {
        let accepted = |diagnostic: &Diagnostic| {
            let with_field = format!("{}:{}", diagnostic.code, diagnostic.path);
            diagnostic.severity == Severity::Warning
                && names.iter().any(|name| *name == diagnostic.code || *name == with_field)
        };
        self.diagnostics.retain(|diagnostic| !accepted(diagnostic));
    }

    /// Turns every warning into an error.
    pub fn deny_warnings(&mut self) {
        for diagnostic in &mut self.diagnostics {
            diagnostic.severity = Severity::Error;
        }
    }
}

/// One line for each diagnostic: level, message, code, first place and help. [`render`](crate::render) has longer forms, with the
/// lines of the sources.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Displayed { diagnostics, omitted } = self.displayed();
        for (index, diagnostic) in diagnostics.into_iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            let mut line = format!("{}: {} [{}]", diagnostic.severity.name(), diagnostic.message, diagnostic.code);
            if let Some(place) = diagnostic.place() {
                let (row, column) = place.position;
                line += &match row {
                    0 => format!(" in {}", place.source.name()),
                    _ => format!(" at {}:{row}:{column}", place.source.name()),
                };
            }
            if let Some(help) = &diagnostic.help {
                line += &format!("; help: {help}");
            }
            // A message may quote a value with characters that would garble a log.
            for character in line.chars() {
                match character {
                    '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => write!(f, "{}", character.escape_unicode())?,
                    _ if character.is_control() => write!(f, "{}", character.escape_default())?,
                    _ => write!(f, "{character}")?,
                }
            }
        }
        if omitted.is_any() { write!(f, "\n{omitted}") } else { Ok(()) }
    }
}

impl Error for Report {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::codes;
    use crate::value::{Path, Source};

    #[test]
    fn a_report_displays_each_diagnostic_on_one_line() {
        let place =
            Location { source: Source::new("a.toml", ""), span: crate::value::Span::default(), position: (2, 3) };
        let first = Diagnostic::error("a", Path::dotted("a"), "a must be \"\u{1b}[31m\u{202E}\n\"").at([place], "");
        let second = Diagnostic::new(Severity::Warning, &codes::SCHEMA_DEPRECATED, Path::dotted("b"), "b is old")
            .help("remove it");
        assert_eq!(
            Report::new(vec![second, first]).to_string(),
            "error: a must be \"\\u{1b}[31m\\u{202e}\\n\" [a] at a.toml:2:3\nwarning: b is old [schema/deprecated]; help: remove it"
        );
        let boxed: Box<dyn Error> = Report::default().into();
        assert_eq!(boxed.to_string(), "");
    }
}
