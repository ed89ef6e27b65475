//! `confgate check`: validation of config files.

use std::mem::{self, ManuallyDrop};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use clap::{Args, ValueEnum};
use confgate_core::diagnostics::{Diagnostic, Report, Severity, codes};
use confgate_core::flags::Date;
#[cfg(feature = "flags")]
use confgate_core::flags::check_conditions;
use confgate_core::gate::{Gate, Input, Outcome, ValidateOptions, accepted};
use confgate_core::pretty_json::document;
use confgate_core::render::{Totals, github, human, json, sarif};
use confgate_core::value::{self, Location, Source, Span};
#[cfg(feature = "flags")]
use confgate_core::value::{Node, Sources};
use confgate_core::{parallel, profile};

use crate::cli::config_files::config_files;
use crate::cli::environment_args::EnvironmentArgs;
use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
#[cfg(feature = "flags")]
use crate::cli::flags::declared_flags;
use crate::cli::format::ReportFormat;
use crate::cli::huge_pages;
use crate::cli::input;
use crate::cli::input_args::InputArgs;
use crate::cli::output::Output;
use crate::cli::path_name::display_name;
use crate::cli::schemas::{SchemaArgs, SchemaChoice, Schemas, foreign};

/// Validate configs and print every diagnostic with its location.
#[derive(Debug, Args)]
pub struct Check {
    /// TOML, JSON or YAML files, by their extensions. A directory stands for the TOML files below it, or for those in the format
    /// of --input and in confgate.toml; `-` for standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    input: InputArgs,
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
    /// Check that the flags which conditions of profiles name are declared in this flags file.
    #[cfg(feature = "flags")]
    #[arg(long, value_name = "FILE")]
    flags: Option<PathBuf>,
    #[command(flatten)]
    schema: SchemaArgs,
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
    pub fn run(self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        // Skip dropping the gates: the process exits next.
        let schemas = ManuallyDrop::new(Schemas::new(&self.schema, model));
        let files = config_files(&self.files, self.input.format(), schemas.projects())?;
        huge_pages::allow_for(&files);
        let results = parallel::map(&files, |file| self.validate(file, &schemas, files.len() == 1));
        let mut reports = Vec::with_capacity(results.len());
        let mut errors = Vec::new();
        for (file, result) in files.iter().zip(results) {
            match result {
                Ok(Some(report)) => reports.push((display_name(file), report)),
                // The report of its confgate.toml says why the file is not checked.
                Ok(None) => {}
                Err(error) => {
                    reports.push((display_name(file), unreadable(file, &error)));
                    errors.push(error);
                }
            }
        }
        for (name, report) in schemas.projects().rejected() {
            if reports.iter().all(|(checked, _)| *checked != name) {
                reports.push((name, report));
            }
        }
        self.print(&reports, schemas.used_model(), output)?;
        if !errors.is_empty() {
            output.flush()?;
            return Err(CliError::Several(errors));
        }
        Ok(ExitStatus::success_if(reports.iter().all(|(_, report)| report.admits())))
    }

    /// Validates a file. Returns `None` if its `confgate.toml` is rejected.
    fn validate(&self, file: &Path, schemas: &Schemas<'_>, is_only_file: bool) -> Result<Option<Report>, CliError> {
        let options = ValidateOptions {
            environment: self.environment.environment,
            unknown_keys: match self.unknown_keys {
                Level::Error => Severity::Error,
                Level::Warn => Severity::Warning,
            },
            today: Some(Date::of(SystemTime::now())),
            ..ValidateOptions::default()
        };
        let project = schemas.projects().of(file)?;
        if project.is_rejected() {
            return Ok(None);
        }
        let format =
            self.input.format().or_else(|| project.entry()?.format).unwrap_or_else(|| self.input.format_of(file));
        let bytes = self.input.read(file, format)?;
        let is_large = bytes.len() >= parallel::LARGE;
        let parse = || input::parse(file, format, bytes, options);
        let (input, ()) = parallel::both(is_large, parse, || schemas.prepare(&project));
        let SchemaChoice { gate, is_guess, found: mut warnings, accept } =
            match schemas.choose(file, &input, &project)? {
                Ok(choice) => choice,
                Err(unusable) => {
                    let mut found = input.found;
                    found.push(*unusable);
                    return Ok(Some(Report::new(found)));
                }
            };
        let foreign = if is_guess { foreign(&gate, &input) } else { None };
        let Input { tree, sources, mut found, options } = input;
        found.append(&mut warnings);
        if file.ends_with(profile::BESIDE) {
            found.extend(gate.beside_profiles(&tree, &sources));
        }
        #[cfg(feature = "flags")]
        found.extend(self.undeclared_flags(&gate, &tree, &sources, options)?);
        let Outcome { mut report, tree, .. } = gate.validate_as_written(tree, &sources, found, options);
        if is_only_file {
            // Skip dropping the tree and its text: the process exits next, and freeing large ones costs milliseconds.
            mem::forget((tree, sources));
        }
        if let Some(foreign) = foreign.filter(|_| !is_misspelled(&report)) {
            return Ok(Some(Report::new(vec![foreign])));
        }
        self.check_accepted(&gate, schemas)?;
        report.accept(&self.accept);
        report.accept(&accept);
        if self.deny.is_some() {
            report.deny_warnings();
        }
        Ok(Some(report))
    }

    /// Fails if no check reports a warning of `--accept`. Files of the model and of other schemas can be checked in one run, so a name
    /// of the model's rules is known beside any schema.
    fn check_accepted(&self, gate: &Gate, schemas: &Schemas<'_>) -> Result<(), CliError> {
        for name in &self.accept {
            let Err(unknown) = accepted::check_names([name], gate) else { continue };
            if accepted::check_names([name], schemas.model()).is_err() {
                return Err(CliError::UnknownCheck { given: name.clone(), problem: unknown.problem() });
            }
        }
        Ok(())
    }

    /// Reports the flags and variants of conditions that the flags file does not declare.
    #[cfg(feature = "flags")]
    fn undeclared_flags(
        &self,
        gate: &Gate,
        tree: &Node,
        sources: &Sources,
        options: ValidateOptions,
    ) -> Result<Vec<Diagnostic>, CliError> {
        let (Some(file), Some(path)) = (&self.flags, gate.profiles_path()) else { return Ok(Vec::new()) };
        let declared = declared_flags(file)?;
        let profiles = gate.take_profiles(&mut tree.clone(), sources, options).profiles;
        Ok(check_conditions(&profiles, &declared, path, sources))
    }

    fn print(&self, reports: &[(String, Report)], model: Option<&Gate>, output: &mut Output) -> Result<(), CliError> {
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
            ReportFormat::Sarif => {
                let rules = model.map_or(&[][..], |gate| gate.rules());
                output.put(&document(&sarif::log(unnamed(), rules)))
            }
            ReportFormat::Github => unnamed().try_for_each(|report| output.put(&github::commands(report))),
        }
    }
}

/// Returns whether most unknown keys of a config have a suggestion.
fn is_misspelled(report: &Report) -> bool {
    let unknown = report.diagnostics().iter().filter(|diagnostic| diagnostic.is(&codes::SCHEMA_UNKNOWN_KEY));
    let (near, far): (Vec<_>, Vec<_>) = unknown.partition(|diagnostic| !diagnostic.suggestions.is_empty());
    near.len() > far.len()
}

/// Returns the report of a file that cannot be read, so that formats for programs contain it.
fn unreadable(file: &Path, error: &CliError) -> Report {
    let place = Location { source: Source::new(display_name(file), ""), span: Span::default(), position: (0, 0) };
    let diagnostic =
        Diagnostic::error(&codes::FILE_UNREADABLE, value::Path::root(), format!("the config cannot be read: {error}"));
    Report::new(vec![diagnostic.at([place], "")])
}
