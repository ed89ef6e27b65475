//! `confgate fmt`: canonical form of config files.

use std::path::PathBuf;

use clap::Args;
use confgate_core::diagnostics::Report;
use confgate_core::format::{FormatError, format};
use confgate_core::gate::{Gate, ValidateOptions};
use confgate_core::parallel;
use confgate_core::value::Source;
use confgate_runtime::atomic_file::{self, Mode};

use crate::cli::config_files::{ConfigFile, config_files};
use crate::cli::environment_args::EnvironmentArgs;
use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::file_check::report_of_foreign;
use crate::cli::input;
use crate::cli::input_args::InputArgs;
use crate::cli::output::Output;
use crate::cli::path_name::{display_name, is_stdin};
use crate::cli::schemas::{SchemaArgs, Schemas, foreign};

/// Format config files: fields in the order of their schema, values in canonical form, with all comments.
///
/// A file that the gate rejects, or whose comments or anchors cannot be kept, stays as it is and is reported. Standard input is
/// formatted to standard output.
#[derive(Debug, Args)]
pub struct Fmt {
    /// TOML, JSON or YAML files, by their extensions. A directory stands for the files that `check` validates in it; `-` for
    /// standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Change nothing; list the files that are not formatted, and fail if there are any.
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    environment: EnvironmentArgs,
    #[command(flatten)]
    schema: SchemaArgs,
}

/// Result for one file.
enum Formatted {
    Unchanged,
    Changed(String),
    Rejected(Report),
}

impl Fmt {
    pub fn run(self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        let schemas = Schemas::new(&self.schema, model);
        let files = config_files(&self.files, self.input.format(), schemas.projects())?;
        let results = parallel::map(&files, |file| self.formatted(file, &schemas));
        let (mut is_clean, mut errors) = (true, Vec::new());
        for (file, result) in files.iter().zip(results) {
            let file = &file.path;
            match result {
                Ok(Formatted::Unchanged) => {}
                Ok(Formatted::Changed(text)) if is_stdin(file) && !self.check => output.put(&text)?,
                Ok(Formatted::Changed(_)) if self.check => {
                    is_clean = false;
                    output.put(&format!("{}: not formatted\n", display_name(file)))?;
                }
                Ok(Formatted::Changed(text)) => {
                    atomic_file::replace(file, text.as_bytes(), Mode::Default)?;
                    output.put(&format!("{}: formatted\n", display_name(file)))?;
                }
                Ok(Formatted::Rejected(report)) => {
                    is_clean = false;
                    output.put_report(&report)?;
                }
                Err(error) => errors.push(error),
            }
        }
        if !errors.is_empty() {
            output.flush()?;
            return Err(CliError::Several(errors));
        }
        Ok(ExitStatus::success_if(is_clean))
    }

    fn formatted(&self, config: &ConfigFile, schemas: &Schemas<'_>) -> Result<Formatted, CliError> {
        let file = &config.path;
        let project = schemas.projects().of(file)?;
        if let Some((_, report)) = project.rejection() {
            return Ok(Formatted::Rejected(report.clone()));
        }
        let text_format = self.input.format().or_else(|| project.format(file)).unwrap_or_default();
        let bytes = self.input.read_file(config, text_format)?;
        let options = ValidateOptions { environment: self.environment.environment, ..ValidateOptions::default() };
        let input = input::parse(file, text_format, bytes, options);
        let choice = match schemas.choose(file, &input, &project)? {
            Ok(choice) => choice,
            Err(unusable) => return Ok(Formatted::Rejected(Report::new(vec![*unusable]))),
        };
        // Bytes that are not UTF-8 are a diagnostic of the input, and are replaced in its text.
        let source =
            input.sources.text.clone().unwrap_or_else(|| Source::in_format(text_format, display_name(file), ""));
        if !input.found.is_empty() {
            return Ok(Formatted::Rejected(choice.gate.validate(input).report));
        }
        let foreign = if choice.is_guess { foreign(&choice.gate, &input) } else { None };
        match format(&choice.gate, &source, options) {
            Ok(text) if text == source.text() && (self.check || !is_stdin(file)) => Ok(Formatted::Unchanged),
            Ok(text) => Ok(Formatted::Changed(text)),
            Err(FormatError::Rejected(report)) => {
                Ok(Formatted::Rejected(report_of_foreign(foreign, &report).unwrap_or(report)))
            }
            Err(error) => Err(CliError::file(file, error)),
        }
    }
}
