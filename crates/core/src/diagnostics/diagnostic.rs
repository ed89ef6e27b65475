//! What the gate says: diagnostics, and the report of a pass.

use crate::diagnostics::Severity;
use crate::value::{Location, Path};

/// One thing that the gate says of a config.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostic {
    /// The stable name: of a rule (`security/tls-paths`), of a field for its own type and bounds
    /// (`network/max_connections`), or of the kind of mistake (`schema/unknown-key`, `toml/syntax`, `nix/conflict`).
    pub code: String,
    /// The keyword of the schema that was not kept, if one was.
    pub keyword: Option<String>,
    /// Whether it refuses the config.
    pub severity: Severity,
    /// The value that it is about.
    pub path: Path,
    /// The headline.
    pub message: String,
    /// The places that it is about, the main one first.
    pub labels: Vec<Label>,
    /// Facts that help to understand: defaults, values that were not written.
    pub notes: Vec<String>,
    /// The way out.
    pub help: Option<String>,
}

/// A place and what it is to the diagnostic.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    /// Where.
    pub place: Location,
    /// What stands there, in a few words; may be empty.
    pub text: String,
}

/// The rule of what the schema says of the config as a whole.
pub const WHOLE: &str = "schema/whole";

impl Diagnostic {
    /// A diagnostic without places, notes and help.
    pub fn new(severity: Severity, rule: impl Into<String>, path: Path, message: impl Into<String>) -> Self {
        let rule = rule.into();
        Self {
            // A rule is called after its field, and the whole config has no name.
            code: if rule.is_empty() { WHOLE.to_owned() } else { rule },
            keyword: None,
            severity,
            path,
            message: message.into(),
            labels: Vec::new(),
            notes: Vec::new(),
            help: None,
        }
    }

    /// An error without places, notes and help.
    pub fn error(rule: impl Into<String>, path: Path, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, rule, path, message)
    }

    /// Points at `places`, saying `text` at each.
    #[must_use]
    pub fn at(mut self, places: impl IntoIterator<Item = Location>, text: &str) -> Self {
        self.labels.extend(places.into_iter().map(|place| Label { place, text: text.to_owned() }));
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Says the way out.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The main place.
    pub fn place(&self) -> Option<&Location> {
        self.labels.first().map(|label| &label.place)
    }
}

/// All diagnostics of one pass, sorted by place.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    diagnostics: Vec<Diagnostic>,
    secrets: Vec<Location>,
}

impl Report {
    /// Sorts the diagnostics by place: file, line, column; those without a place come last, by path.
    pub fn new(mut diagnostics: Vec<Diagnostic>) -> Self {
        diagnostics.sort_by_cached_key(|diagnostic| {
            let place = diagnostic.place().map(|place| (place.source.name().to_owned(), place.position));
            (place.is_none(), place, diagnostic.path.clone(), diagnostic.code.clone())
        });
        Self { diagnostics, secrets: Vec::new() }
    }

    /// Says where secrets stand, so that no line is shown with one.
    #[must_use]
    pub fn hiding(mut self, secrets: Vec<Location>) -> Self {
        self.secrets.extend(secrets);
        self
    }

    /// Where secrets stand.
    pub fn secrets(&self) -> &[Location] {
        &self.secrets
    }

    /// The diagnostics in their order.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// How many diagnostics refuse the config.
    pub fn errors(&self) -> usize {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count()
    }

    /// How many diagnostics do not.
    pub fn warnings(&self) -> usize {
        self.diagnostics.len() - self.errors()
    }

    /// Whether the config is admitted.
    pub fn admits(&self) -> bool {
        self.errors() == 0
    }

    /// Takes out the warnings that somebody knows and accepts: by the name of a rule, or of a rule and a field
    /// (`secrets/likely-secret:app.name`).
    pub fn accept(&mut self, names: &[String]) {
        let accepted = |diagnostic: &Diagnostic| {
            let with_field = format!("{}:{}", diagnostic.code, diagnostic.path);
            diagnostic.severity == Severity::Warning
                && names.iter().any(|name| *name == diagnostic.code || *name == with_field)
        };
        self.diagnostics.retain(|diagnostic| !accepted(diagnostic));
    }

    /// Makes every warning an error.
    pub fn deny_warnings(&mut self) {
        for diagnostic in &mut self.diagnostics {
            diagnostic.severity = Severity::Error;
        }
    }
}
