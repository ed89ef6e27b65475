//! `confgate flags check`: validation of a flags file.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use clap::Args;
use confgate_core::bundle::config_name;
use confgate_core::flags::Date;
use confgate_core::gate::{ValidateOptions, accepted};
use confgate_core::pretty_json::document;
use confgate_core::render::{Totals, github, gitlab, human, json, sarif};
use confgate_core::value::Format;
use confgate_flags::flags_gate;

use crate::cli::environment_args::EnvironmentArgs;
use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::format::ReportFormat;
use crate::cli::input;
use crate::cli::output::Output;
use crate::cli::path_name::display_name;

/// Validate flags files and print every diagnostic with its location.
#[derive(Debug, Args)]
pub(super) struct CheckFlags {
    /// Flags files in TOML, JSON or YAML; `-` for standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    environment: EnvironmentArgs,
    /// Report the flags that are expired on this date. [default: today]
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
    /// Print the diagnostics in this format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: ReportFormat,
    /// Accept a known warning: CODE, or CODE:FIELD for one field. Can be repeated.
    #[arg(long, value_name = "CODE[:FIELD]")]
    accept: Vec<String>,
    /// Reject files with warnings.
    #[arg(long)]
    deny_warnings: bool,
}

impl CheckFlags {
    pub fn run(self, output: &mut Output) -> Result<ExitStatus, CliError> {
        let gate = flags_gate();
        for name in &self.accept {
            if let Err(unknown) = accepted::check_names([name], &gate) {
                return Err(CliError::UnknownCheck { given: name.clone(), problem: unknown.problem() });
            }
        }
        let today = self.on.unwrap_or_else(|| Date::of(SystemTime::now()));
        let options = ValidateOptions {
            environment: self.environment.environment,
            today: Some(today),
            ..ValidateOptions::default()
        };
        let mut reports = Vec::with_capacity(self.files.len());
        let files = self.files.iter().map(|file| of_bundle(file).unwrap_or_else(|| file.clone()));
        for file in &files.collect::<Vec<_>>() {
            let format = Format::of_file(file).unwrap_or_default();
            let bytes = input::read_config(file, format, None)?;
            let mut report = gate.validate(input::parse(file, format, bytes, options)).report;
            report.accept(&self.accept);
            if self.deny_warnings {
                report.deny_warnings();
            }
            reports.push((display_name(file), report));
        }
        let unnamed = || reports.iter().map(|(_, report)| report);
        match self.format {
            ReportFormat::Human => {
                for report in unnamed() {
                    output.put(&human::report(report, output.style))?;
                }
                output.put(&human::totals(Totals::of(unnamed()), output.style))?;
            }
            ReportFormat::Json => {
                let named = reports.iter().map(|(name, report)| (name.as_str(), report));
                output.put(&document(&json::document(named)))?;
            }
            ReportFormat::Sarif => output.put(&document(&sarif::log(unnamed(), gate.rules())))?,
            ReportFormat::Gitlab => {
                let named = reports.iter().map(|(name, report)| (name.as_str(), report));
                output.put(&document(&gitlab::document(named)))?;
            }
            ReportFormat::Github => unnamed().try_for_each(|report| output.put(&github::commands(report)))?,
        }
        Ok(ExitStatus::success_if(unnamed().all(|report| report.admits())))
    }
}

/// Returns the flags file in a folder that is a bundle.
fn of_bundle(folder: &Path) -> Option<PathBuf> {
    let mut files = Format::ALL.map(|format| folder.join(config_name(format))).into_iter();
    files.find(|file| folder.is_dir() && file.is_file())
}
