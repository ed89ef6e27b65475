//! The result of a pass: every diagnostic about one config.

use crate::diagnostics::diagnostic::Diagnostic;
use crate::diagnostics::severity::Severity;
use crate::value::Location;

/// The diagnostics of one pass, sorted by place, and the places of secrets in the sources.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    diagnostics: Vec<Diagnostic>,
    secrets: Vec<Location>,
    public: Vec<Location>,
}

impl Report {
    /// Creates a report with the diagnostics sorted by file, line and column; those without a place come last, by path.
    pub fn new(mut diagnostics: Vec<Diagnostic>) -> Self {
        diagnostics.sort_by_cached_key(|diagnostic| {
            let place = diagnostic.place().map(|place| (place.source.name().to_owned(), place.position));
            (place.is_none(), place, diagnostic.path.clone(), diagnostic.code.clone())
        });
        Self { diagnostics, secrets: Vec::new(), public: Vec::new() }
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
