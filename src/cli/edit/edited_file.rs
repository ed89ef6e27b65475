//! A TOML file whose values are edited.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use confgate_core::diagnostics::Diagnostic;
use confgate_core::environment::Environment;
use confgate_core::flags::Date;
use confgate_core::gate::{Gate, Input, ValidateOptions};
use confgate_core::value::{Format, Node, Source};
use confgate_runtime::atomic_file::{self, Mode};

use crate::cli::error::{CliError, FileError};
use crate::cli::exit_status::ExitStatus;
use crate::cli::file_check::report_of_foreign;
use crate::cli::input;
use crate::cli::output::Output;
use crate::cli::path_name::{display_name, is_stdin};
use crate::cli::schemas::{Chosen, SchemaArgs, Schemas};

/// A file with its values and its gate.
pub(super) struct EditedFile {
    path: PathBuf,
    pub text: String,
    pub tree: Node,
    pub gate: Arc<Gate>,
    foreign: Option<Diagnostic>,
    /// Accepted warnings.
    accept: Vec<String>,
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
            return Err(CliError::EditStdin);
        }
        let schemas = Schemas::new(schema, model);
        let format = schemas.projects().of(path)?.format(path).unwrap_or_default();
        if format != Format::Toml {
            return Err(CliError::file(path, FileError::NotEditable(format)));
        }
        let bytes = input::read_config(path, format, None)?;
        let today = Some(Date::of(SystemTime::now()));
        let options = ValidateOptions { environment, today, ..ValidateOptions::default() };
        let input = input::parse(path, format, bytes, options);
        let Chosen { gate, foreign, accept } = schemas.choose_or_fail(path, &input, output)?;
        if !input.found.is_empty() {
            output.put_report(&gate.validate(input).report)?;
            return Ok(Err(ExitStatus::Rejected));
        }
        let text = input.sources.text.as_ref().map(|source| source.text().to_owned()).unwrap_or_default();
        Ok(Ok(Self { path: path.to_owned(), text, tree: input.tree, gate, foreign, accept, options }))
    }

    /// Returns the name in messages.
    pub(super) fn name(&self) -> String {
        display_name(&self.path)
    }

    /// Validates an edited text, which must have the values of `tree`, and replaces the file. Prints the report of a rejected one,
    /// which changes nothing, and the warnings of one that is written.
    pub(super) fn write(&self, text: &str, tree: &Node, output: &mut Output) -> Result<ExitStatus, CliError> {
        let input = Input::text(&Source::new(self.name(), text), self.options);
        if input.tree != *tree || !input.found.is_empty() {
            return Err(CliError::file(&self.path, FileError::Layout));
        }
        let mut report = self.gate.validate(input).report;
        report.accept(&self.accept);
        if !report.admits() {
            output.put_report(&report_of_foreign(self.foreign.clone(), &report).unwrap_or(report))?;
            return Ok(ExitStatus::Rejected);
        }
        if text != self.text {
            atomic_file::replace(&self.path, text.as_bytes(), Mode::Default)?;
        }
        if !report.diagnostics().is_empty() {
            output.put_report(&report)?;
        }
        Ok(ExitStatus::Success)
    }
}
