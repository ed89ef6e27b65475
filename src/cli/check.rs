//! `confgate check`: validation of config files.

use std::mem::{self, ManuallyDrop};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use confgate_core::diagnostics::{Diagnostic, Report, Severity, codes};
use confgate_core::gate::{Gate, Input, Outcome, ValidateOptions};
use confgate_core::pretty_json::document;
use confgate_core::render::{Totals, github, human, json, sarif};
use confgate_core::value::{self, Location, Source, Span};
use confgate_core::{parallel, profile};

use crate::cli::environment_args::EnvironmentArgs;
use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::format::ReportFormat;
use crate::cli::input;
use crate::cli::output::Output;
use crate::cli::path_name::display_name;
use crate::cli::schema_map_args::SchemaMapArgs;

/// Validate configs and print every diagnostic with its location.
#[derive(Debug, Args)]
pub struct Check {
    /// TOML files. A directory stands for all TOML files below it, `-` for standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    environment: EnvironmentArgs,
    /// Print the diagnostics in this format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: ReportFormat,
    /// Reject configs with warnings.
    #[arg(long, value_name = "WHAT", value_enum)]
    deny: Option<Deny>,
    /// Accept a known warning: CODE, or CODE:FIELD for one field. Can be repeated.
    #[arg(long, value_name = "CODE[:FIELD]")]
    accept: Vec<String>,
    /// Report keys that the schema does not define at this level.
    #[arg(long, value_name = "LEVEL", value_enum, default_value = "error")]
    unknown_keys: Level,
    /// Validate against this JSON Schema instead of the bundled model.
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,
    #[command(flatten)]
    maps: SchemaMapArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Deny {
    Warnings,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Level {
    Error,
    Warn,
}

impl Check {
    pub fn run(self, output: &mut Output, model: &dyn Fn() -> Gate) -> Result<ExitStatus, CliError> {
        let files = input::toml_files(&self.files)?;
        // Skip dropping the gate: the process exits next.
        let gate = ManuallyDrop::new(input::gate(self.schema.as_deref(), &self.maps, model)?);
        let results = parallel::map(&files, |file| self.validate(file, &gate, files.len() == 1));
        let mut reports = Vec::with_capacity(results.len());
        let mut errors = Vec::new();
        for (file, result) in files.iter().zip(results) {
            let report = result.unwrap_or_else(|error| {
                let report = unreadable(file, &error);
                errors.push(error);
                report
            });
            reports.push((display_name(file), report));
        }
        self.print(&reports, &gate, output)?;
        if !errors.is_empty() {
            output.flush()?;
            return Err(CliError::Several(errors));
        }
        Ok(ExitStatus::success_if(reports.iter().all(|(_, report)| report.admits())))
    }

    fn validate(&self, file: &Path, gate: &Gate, is_only_file: bool) -> Result<Report, CliError> {
        let options = ValidateOptions {
            environment: self.environment.environment,
            unknown_keys: match self.unknown_keys {
                Level::Error => Severity::Error,
                Level::Warn => Severity::Warning,
            },
            ..ValidateOptions::default()
        };
        let bytes = input::read_bytes(file)?;
        let Input { tree, sources, mut found, options } = input::toml_input(file, bytes, options);
        if file.ends_with(profile::BESIDE) {
            found.extend(gate.beside_profiles(&tree, &sources));
        }
        let Outcome { mut report, tree, .. } = gate.validate_as_written(tree, &sources, found, options);
        if is_only_file {
            // Skip dropping the tree: the process exits next, and freeing a large tree costs milliseconds.
            mem::forget(tree);
        }
        report.accept(&self.accept);
        if self.deny.is_some() {
            report.deny_warnings();
        }
        Ok(report)
    }

    fn print(&self, reports: &[(String, Report)], gate: &Gate, output: &mut Output) -> Result<(), CliError> {
        let unnamed = || reports.iter().map(|(_, report)| report);
        match self.format {
            ReportFormat::Human => {
                // Unreadable files are printed on standard error, as the errors that the command fails with.
                let is_readable = |report: &&Report| {
                    report.diagnostics().iter().all(|diagnostic| !diagnostic.is(&codes::FILE_UNREADABLE))
                };
                for report in unnamed().filter(is_readable) {
                    output.put(&human::report(report, output.style))?;
                }
                output.put(&human::totals(Totals::of(unnamed()), output.style))
            }
            ReportFormat::Json => {
                let named = reports.iter().map(|(name, report)| (name.as_str(), report));
                output.put(&document(&json::document(named)))
            }
            ReportFormat::Sarif => output.put(&document(&sarif::log(unnamed(), gate.rules()))),
            ReportFormat::Github => unnamed().try_for_each(|report| output.put(&github::commands(report))),
        }
    }
}

/// Returns the report of a file that cannot be read, so that formats for programs contain it.
fn unreadable(file: &Path, error: &CliError) -> Report {
    let place = Location { source: Source::new(display_name(file), ""), span: Span::default(), position: (0, 0) };
    let diagnostic =
        Diagnostic::error(&codes::FILE_UNREADABLE, value::Path::root(), format!("the config cannot be read: {error}"));
    Report::new(vec![diagnostic.at([place], "")])
}
