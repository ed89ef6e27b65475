//! The type of a diagnostic.

use crate::diagnostics::codes::{self, Code};
use crate::diagnostics::label::Label;
use crate::diagnostics::severity::Severity;
use crate::diagnostics::suggest::{self, Suggestion};
use crate::value::{Location, Path};

/// One error or warning about a config.
///
/// The fields keep data apart from text: a renderer reads `code`, `keyword`, `count` and `suggestions`, and never parses
/// `message` or `help`.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostic {
    /// The stable name: a [code](crate::diagnostics::codes) (`schema/unknown-key`, `toml/syntax`, `nix/conflict`), the name of
    /// a rule of a model (`security/tls-paths`), or a field for its own type and bounds (`network/max_connections`).
    pub code: String,
    /// The keyword of the schema that the value violates; `None` for a diagnostic that is not of the schema.
    pub keyword: Option<String>,
    /// The severity; an error rejects the config.
    pub severity: Severity,
    /// The path of the value.
    pub path: Path,
    /// The headline: what is wrong.
    pub message: String,
    /// The places in the sources, the main one first.
    pub labels: Vec<Label>,
    /// Further facts, such as the default.
    pub notes: Vec<String>,
    /// The way to correct it, as an imperative or a question.
    pub help: Option<String>,
    /// The replacements that the help suggests.
    pub suggestions: Vec<Suggestion>,
    /// The absent keys, each of which alone would resolve it.
    pub missing: Vec<Path>,
    /// The number of keys in an unknown table, where it is more than one.
    pub count: Option<usize>,
}

impl Diagnostic {
    /// Creates a diagnostic without labels, notes and help, named by a code or by the field at `path`.
    ///
    /// # Panics
    ///
    /// Panics in debug builds if the name is neither.
    pub fn new(severity: Severity, code: impl Into<String>, path: Path, message: impl Into<String>) -> Self {
        let mut code = code.into();
        if code.is_empty() {
            // The code of a field is its name, and the root has an empty one.
            codes::SCHEMA_WHOLE.name.clone_into(&mut code);
        }
        debug_assert!(codes::is_registered(&code) || code == path.field(), "{code} is not registered as a code");
        Self::named(severity, code, path, message.into())
    }

    /// Creates a diagnostic of a rule of a model, which names its rules itself.
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
            missing: Vec::new(),
            count: None,
        }
    }

    /// Creates an error without labels, notes and help.
    pub fn error(code: impl Into<String>, path: Path, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, path, message)
    }

    /// Adds a label with `text` at each of `places`.
    #[must_use]
    pub fn at(mut self, places: impl IntoIterator<Item = Location>, text: &str) -> Self {
        self.labels.extend(places.into_iter().map(|place| Label { place, text: text.to_owned() }));
        self
    }

    /// Adds a note.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Sets the help.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Sets the suggestions, and a help that asks for them; `names` are the suggestions as the help displays them.
    #[must_use]
    pub fn suggest(mut self, names: &[String], suggestions: Vec<Suggestion>) -> Self {
        self.suggestions = suggestions;
        self.help(suggest::did_you_mean(names))
    }

    /// Tells whether both report the same problem of the same value, wherever the labels point.
    pub fn is_same_problem(&self, other: &Self) -> bool {
        (&self.code, &self.path, &self.message) == (&other.code, &other.path, &other.message)
    }

    /// Tells whether the diagnostic has this code.
    pub fn is(&self, code: &Code) -> bool {
        self.code == code.name
    }

    /// Tells whether the diagnostic is about a text that is not of its format.
    pub fn is_syntax(&self) -> bool {
        [&codes::TOML_SYNTAX, &codes::JSON_SYNTAX, &codes::YAML_SYNTAX].into_iter().any(|code| self.is(code))
    }

    /// Returns the main place.
    pub fn place(&self) -> Option<&Location> {
        self.labels.first().map(|label| &label.place)
    }
}
