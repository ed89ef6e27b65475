//! What the gate says: diagnostics, and the report of a pass.

use crate::diagnostics::codes::{self, Code};
use crate::diagnostics::{Severity, suggest};
use crate::value::{Path, Place};

/// One thing that the gate says of a config.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostic {
    /// The stable name: of a [code](crate::diagnostics::codes) (`schema/unknown-key`, `toml/syntax`, `nix/conflict`), of a rule
    /// of a model (`security/tls-paths`), or of a field for its own type and bounds (`network/max_connections`).
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
    /// The suggestions that the help asks about.
    pub suggestions: Vec<Suggestion>,
    /// The number of keys in an unknown table, where it is more than one.
    pub count: Option<usize>,
}

/// A replacement that was probably meant.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// The text that belongs at `place`; without a place, the name of a field or of a variable.
    pub replacement: String,
    /// The text to replace; `None` where a replacement there is not enough, as for a key that belongs to another table.
    pub place: Option<Place>,
}

/// A place and what it is to the diagnostic.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// What stands there, in a few words; may be empty.
    pub text: String,
}

impl Diagnostic {
    /// A diagnostic without places, notes and help, under the name of a code or of the field at `path`.
    ///
    /// # Panics
    ///
    /// In debug builds, when the name is neither.
    pub fn new(severity: Severity, code: impl Into<String>, path: Path, message: impl Into<String>) -> Self {
        let mut code = code.into();
        if code.is_empty() {
            // The code of a field is its name, and the config as a whole has none.
            codes::SCHEMA_WHOLE.name.clone_into(&mut code);
        }
        debug_assert!(codes::is_registered(&code) || code == path.field(), "{code} is not registered as a code");
        Self::named(severity, code, path, message.into())
    }

    /// A diagnostic of a rule of a model, whose name is the model's own.
    pub fn of_rule(severity: Severity, name: &'static str, path: Path, message: impl Into<String>) -> Self {
        Self::named(severity, name.to_owned(), path, message.into())
    }

    fn named(severity: Severity, code: String, path: Path, message: String) -> Self {
        Self {
            code,
            keyword: None,
            severity,
            path,
            message,
            labels: Vec::new(),
            notes: Vec::new(),
            help: None,
            suggestions: Vec::new(),
            count: None,
        }
    }

    /// An error without places, notes and help.
    pub fn error(code: impl Into<String>, path: Path, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, path, message)
    }

    /// Points at `places`, saying `text` at each.
    #[must_use]
    pub fn at(mut self, places: impl IntoIterator<Item = Place>, text: &str) -> Self {
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

    /// Adds suggestions, and the question whether one was meant; `names` are the suggestions as a message shows them.
    #[must_use]
    pub fn ask(mut self, names: &[String], suggestions: Vec<Suggestion>) -> Self {
        self.suggestions = suggestions;
        self.help(suggest::question(names))
    }

    /// Tells whether both say the same of the same value, at any place.
    pub fn says_the_same(&self, other: &Self) -> bool {
        (&self.code, &self.path, &self.message) == (&other.code, &other.path, &other.message)
    }

    /// Tells whether it has this code.
    pub fn is(&self, code: &Code) -> bool {
        self.code == code.name
    }

    /// The main place.
    pub fn place(&self) -> Option<&Place> {
        self.labels.first().map(|label| &label.place)
    }
}

/// All diagnostics of one pass, sorted by place.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    diagnostics: Vec<Diagnostic>,
    secrets: Vec<Place>,
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
    pub fn hiding(mut self, secrets: Vec<Place>) -> Self {
        self.secrets.extend(secrets);
        self
    }

    /// Where secrets stand.
    pub fn secrets(&self) -> &[Place] {
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

    /// Takes out the warnings that somebody knows and accepts: by the name of a code, or of a rule and a field
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
