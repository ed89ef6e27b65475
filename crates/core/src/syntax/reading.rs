//! Reading of a text in any format.

use crate::diagnostics::codes::Code;
use crate::diagnostics::{Diagnostic, codes};
use crate::syntax::{conflict, toml_errors};
use crate::toml::SyntaxError;
use crate::value::{Format, Location, Node, Path, ReadError, ReadErrorKind, Source, Span};
use crate::{json, toml, yaml};

/// The tree that was read from a text, and the mistakes in the text.
#[derive(Debug)]
pub struct Reading {
    /// All of the tree that could be read.
    pub tree: Node,
    mistakes: Mistakes,
}

#[derive(Debug)]
enum Mistakes {
    Toml(Vec<SyntaxError>),
    Other(Vec<ReadError>),
}

impl Reading {
    /// Reads a text in the format of its source.
    pub fn of(source: &Source) -> Self {
        let other = |(tree, errors)| Self { tree, mistakes: Mistakes::Other(errors) };
        match source.format() {
            Format::Toml => {
                let (tree, errors) = toml::read(source);
                Self { tree, mistakes: Mistakes::Toml(errors) }
            }
            Format::Json => other(json::read(source)),
            Format::Yaml => other(yaml::read(source)),
        }
    }

    /// Returns a diagnostic for each mistake of `source`, without those that are consequences of another.
    pub fn diagnostics(&self, source: &Source) -> Vec<Diagnostic> {
        if self.is_valid() {
            return Vec::new();
        }
        let conflicts = conflict::diagnostics(source, code(source.format()));
        if !conflicts.is_empty() {
            return conflicts;
        }
        match &self.mistakes {
            Mistakes::Toml(errors) => toml_errors::diagnostics(source, &self.tree, errors),
            Mistakes::Other(errors) => errors.iter().map(|error| diagnostic(source, error)).collect(),
        }
    }

    /// Returns whether the text has no mistakes.
    fn is_valid(&self) -> bool {
        match &self.mistakes {
            Mistakes::Toml(errors) => errors.is_empty(),
            Mistakes::Other(errors) => errors.is_empty(),
        }
    }

    /// Returns the place of every mistake.
    pub(super) fn places(&self) -> Vec<Span> {
        match &self.mistakes {
            Mistakes::Toml(errors) => errors.iter().map(|error| error.span).collect(),
            Mistakes::Other(errors) => errors.iter().map(|error| error.span).collect(),
        }
    }

    /// Returns the places of mistakes beside which there are values that are not in the tree.
    pub(super) fn broken_places(&self) -> Vec<Span> {
        match &self.mistakes {
            Mistakes::Toml(errors) => {
                errors.iter().filter(|error| !toml_errors::is_duplicate(error)).map(|error| error.span).collect()
            }
            // The value of a second key is not in the tree either.
            Mistakes::Other(errors) => errors.iter().map(|error| error.span).collect(),
        }
    }

    /// Returns the syntax errors of a TOML text.
    pub(super) fn toml_errors(&self) -> &[SyntaxError] {
        match &self.mistakes {
            Mistakes::Toml(errors) => errors,
            Mistakes::Other(_) => &[],
        }
    }
}

/// Returns the code of the mistakes in a format.
fn code(format: Format) -> &'static Code {
    match format {
        Format::Toml => &codes::TOML_SYNTAX,
        Format::Json => &codes::JSON_SYNTAX,
        Format::Yaml => &codes::YAML_SYNTAX,
    }
}

fn diagnostic(source: &Source, error: &ReadError) -> Diagnostic {
    let format = source.format();
    let message = match error.kind {
        ReadErrorKind::Unsupported => error.message.to_string(),
        ReadErrorKind::Syntax | ReadErrorKind::Duplicate(_) => format!("not {format}: {}", error.message),
    };
    let diagnostic = Diagnostic::error(code(format), Path::root(), message)
        .at([Location::in_text(source, error.span)], "")
        .help(error.help.clone());
    match error.kind {
        ReadErrorKind::Duplicate(first) => diagnostic.at([Location::in_text(source, first)], "first here"),
        ReadErrorKind::Syntax | ReadErrorKind::Unsupported => diagnostic,
    }
}
