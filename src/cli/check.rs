//! `confgate check`: examine files and say all that is wrong with them.

use std::mem::{self, ManuallyDrop};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use confgate_core::diagnostics::{Diagnostic, Report, Severity};
use confgate_core::gate::{Gate, Input, Outcome, UNREADABLE, ValidateOptions};
use confgate_core::pretty_json::document;
use confgate_core::render::{Totals, github, human, json, sarif};
use confgate_core::value::{self, Location, Source, Span};
use confgate_core::{parallel, profile};

use crate::cli::output::Output;
use crate::cli::report_format::ReportFormat;
use crate::cli::{DONE, Failure, ForEnvironment, REFUSED, input};

/// Check configs: every diagnostic of each, at its place.
#[derive(Debug, Args)]
pub struct Check {
    /// TOML files; a folder stands for every TOML file in it, `-` for standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    environment: ForEnvironment,
    /// How to print the diagnostics.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: ReportFormat,
    /// Refuse what would only be warned of.
    #[arg(long, value_name = "WHAT", value_enum)]
    deny: Option<Deny>,
    /// Warning that is known and accepted: the name of its rule, or RULE:FIELD for one field. May be given several times.
    #[arg(long, value_name = "RULE[:FIELD]")]
    accept: Vec<String>,
    /// How much a key weighs that the schema does not name.
    #[arg(long, value_name = "WEIGHT", value_enum, default_value = "error")]
    unknown_keys: Weight,
    /// Check against this JSON Schema instead of the bundled model.
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Deny {
    Warnings,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Weight {
    Error,
    Warn,
}

impl Check {
    pub fn run(self, output: &mut Output, gate: &dyn Fn() -> Gate) -> Result<u8, Failure> {
        let files = input::files(&self.files)?;
        // The process ends with the command: taking the gate apart would be for nothing.
        let gate = ManuallyDrop::new(match &self.schema {
            Some(path) => input::schema_gate(path)?,
            None => gate(),
        });
        let examined = parallel::map(&files, |file| self.examine(file, &gate, files.len() == 1));
        let mut reports = Vec::with_capacity(examined.len());
        let mut unread = Vec::new();
        for (file, result) in files.iter().zip(examined) {
            match result {
                Ok(report) => reports.push((input::shown(file), report)),
                Err(Failure(message)) => {
                    reports.push((input::shown(file), cannot_be_read(file, &message)));
                    unread.push(message);
                }
            }
        }
        self.print(&reports, &gate, output)?;
        if !unread.is_empty() {
            output.finish()?;
            return Err(Failure(unread.join("\n")));
        }
        Ok(if reports.iter().all(|(_, report)| report.admits()) { DONE } else { REFUSED })
    }

    fn examine(&self, file: &Path, gate: &Gate, alone: bool) -> Result<Report, Failure> {
        let options = ValidateOptions {
            environment: self.environment.environment,
            unknown_keys: match self.unknown_keys {
                Weight::Error => Severity::Error,
                Weight::Warn => Severity::Warning,
            },
            ..ValidateOptions::default()
        };
        let bytes = input::text(file)?;
        let Input { tree, sources, mut found, options } = input::input(file, bytes, options);
        if file.ends_with(profile::BESIDE) {
            found.extend(gate.beside_profiles(&tree, &sources));
        }
        let Outcome { mut report, tree, .. } = gate.assess(tree, &sources, found, options);
        if alone {
            // Nor would it be of any use to take a large tree apart.
            mem::forget(tree);
        }
        report.accept(&self.accept);
        if self.deny.is_some() {
            report.deny_warnings();
        }
        Ok(report)
    }

    fn print(&self, reports: &[(String, Report)], gate: &Gate, output: &mut Output) -> Result<(), Failure> {
        let only = || reports.iter().map(|(_, report)| report);
        match self.format {
            ReportFormat::Human => {
                // What could not be read is said where it fails the command.
                let read =
                    |report: &&Report| report.diagnostics().iter().all(|diagnostic| diagnostic.code != UNREADABLE);
                for report in only().filter(read) {
                    output.put(&human::report(report, output.style))?;
                }
                output.put(&human::totals(Totals::of(only()), output.style))
            }
            ReportFormat::Json => {
                let named = reports.iter().map(|(name, report)| (name.as_str(), report));
                output.put(&document(&json::document(named)))
            }
            ReportFormat::Sarif => output.put(&document(&sarif::log(only(), gate.rules()))),
            ReportFormat::Github => only().try_for_each(|report| output.put(&github::commands(report))),
        }
    }
}

/// A config that nobody could look at is not admitted.
fn cannot_be_read(file: &Path, message: &str) -> Report {
    let place = Location { source: Source::new(input::shown(file), ""), span: Span::default(), position: (0, 0) };
    let diagnostic =
        Diagnostic::error(UNREADABLE, value::Path::root(), format!("the config cannot be read: {message}"));
    Report::new(vec![diagnostic.at([place], "")])
}
