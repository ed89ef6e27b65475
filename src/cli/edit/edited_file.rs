//! A TOML file whose values are edited.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use confgate_core::environment::Environment;
use confgate_core::gate::{Gate, Input, ValidateOptions};
use confgate_core::value::{self, Format, MAX_DEPTH, Node, Source};
use confgate_runtime::atomic_file::{self, Mode};

use crate::cli::error::{CliError, FileError};
use crate::cli::exit_status::ExitStatus;
use crate::cli::input;
use crate::cli::output::Output;
use crate::cli::path_name::{display_name, is_stdin};
use crate::cli::schemas::{SchemaArgs, Schemas};

/// A file with its values and its gate.
pub(super) struct EditedFile {
    path: PathBuf,
    pub text: String,
    pub tree: Node,
    pub gate: Arc<Gate>,
    options: ValidateOptions,
}

impl EditedFile {
    /// Reads a file of TOML. Prints the report and returns the exit code if it has syntax errors.
    pub(super) fn read(
        path: &Path,
        schema: &SchemaArgs,
        environment: Option<Environment>,
        output: &mut Output,
        model: &(dyn Fn() -> Gate + Sync),
    ) -> Result<Result<Self, ExitStatus>, CliError> {
        if is_stdin(path) {
            return Err(CliError::InPlaceStdin);
        }
        let format = Format::of_file(path).unwrap_or_default();
        if format != Format::Toml {
            return Err(CliError::file(path, FileError::NotEditable(format)));
        }
        let bytes = input::read_config(path, format, None)?;
        let options = ValidateOptions { environment, ..ValidateOptions::default() };
        let input = input::parse(path, format, bytes, options);
        let gate = Schemas::new(schema, model).choose_or_fail(path, &input, output)?;
        if !input.found.is_empty() {
            output.put_report(&gate.validate(input).report)?;
            return Ok(Err(ExitStatus::Rejected));
        }
        let text = input.sources.text.as_ref().map(|source| source.text().to_owned()).unwrap_or_default();
        Ok(Ok(Self { path: path.to_owned(), text, tree: input.tree, gate, options }))
    }

    /// Returns the name in messages.
    pub(super) fn name(&self) -> String {
        display_name(&self.path)
    }

    /// Validates an edited text, which must have the values of `tree`, and replaces the file. Prints the report of a rejected one,
    /// which changes nothing.
    pub(super) fn write(&self, text: &str, tree: &Node, output: &mut Output) -> Result<ExitStatus, CliError> {
        let input = Input::text(&Source::new(self.name(), text), self.options);
        if input.tree != *tree || !input.found.is_empty() {
            return Err(CliError::file(&self.path, FileError::Layout));
        }
        let report = self.gate.validate(input).report;
        if !report.admits() {
            output.put_report(&report)?;
            return Ok(ExitStatus::Rejected);
        }
        if text != self.text {
            atomic_file::replace(&self.path, text.as_bytes(), Mode::Default)?;
        }
        Ok(ExitStatus::Success)
    }
}

/// Dotted name of a field on the command line.
#[derive(Debug, Clone)]
pub(super) struct FieldName(pub value::Path);

/// A name that no field can have.
#[derive(Debug, thiserror::Error)]
pub(super) enum InvalidFieldName {
    #[error("write a dotted field: network.max_connections")]
    Empty,
    #[error("nested more than {MAX_DEPTH} levels deep")]
    TooDeep,
}

impl std::str::FromStr for FieldName {
    type Err = InvalidFieldName;

    fn from_str(text: &str) -> Result<Self, InvalidFieldName> {
        let path = parse(text).ok_or(InvalidFieldName::Empty)?;
        if path.0.len() > MAX_DEPTH { Err(InvalidFieldName::TooDeep) } else { Ok(Self(path)) }
    }
}

/// Parses a dotted key of TOML, in which keys may have quotes, and indices in brackets: `routes."a.b"[0].port`.
fn parse(text: &str) -> Option<value::Path> {
    let text = text.trim();
    if !text.contains(['"', '\'']) {
        let path = value::Path::dotted(text);
        let has_empty = path.0.iter().any(|segment| matches!(segment, value::Segment::Key(key) if key.is_empty()));
        return (!has_empty).then_some(path);
    }
    let source = Source::new("", format!("{text} = 0\n"));
    let (tree, errors) = confgate_core::toml::read(&source);
    let mut path = value::Path::root();
    let mut node = &tree;
    while let Some((key, child)) = node.as_table().and_then(|table| table.get_index(0)) {
        path = path.key(key);
        node = child;
    }
    (errors.is_empty() && !path.0.is_empty()).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_name_may_have_quotes_and_indices() {
        for (text, expected) in [
            ("network.port", Some("network.port")),
            ("peers[1].host", Some("peers[1].host")),
            ("routes.\"a.b\".port", Some("routes.\"a.b\".port")),
            ("", None),
            ("a..b", None),
            ("a.\"b", None),
        ] {
            assert_eq!(parse(text).map(|path| path.to_string()).as_deref(), expected, "{text}");
        }
    }
}
