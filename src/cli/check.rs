//! `confgate check`: validation of config files.

use std::collections::{BTreeSet, HashSet};
use std::mem::{self, ManuallyDrop};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use clap::{Args, ValueEnum};
use confgate_core::diagnostics::{Diagnostic, Report, Severity, codes};
use confgate_core::gate::{Gate, accepted};
use confgate_core::parallel;
use confgate_core::pretty_json::document;
use confgate_core::render::{Totals, github, gitlab, human, json, sarif};
use confgate_core::value::{self, Location, Source, Span};

use crate::cli::config_files::{ConfigFile, config_files};
use crate::cli::environment_args::EnvironmentArgs;
use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::file_check::{CheckedFile, FileCheck};
use crate::cli::file_states::FileStates;
use crate::cli::format::ReportFormat;
use crate::cli::huge_pages;
use crate::cli::input_args::InputArgs;
use crate::cli::output::Output;
use crate::cli::path_name::{display_name, is_stdin};
use crate::cli::project::PROJECT_FILE;
use crate::cli::schemas::{SchemaArgs, Schemas};

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
    /// Validate again after each change of the files, their schemas and confgate.toml, until interrupted.
    #[arg(long)]
    watch: bool,
}

/// Time between two comparisons of the files that are watched.
const WATCH_EVERY: Duration = Duration::from_millis(200);

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Deny {
    Warnings,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Level {
    Error,
    Warn,
}

/// Report of a file, and the gate that made it, if its schema could be used.
type Checked = (Report, Option<Arc<Gate>>);

impl Check {
    pub fn run(self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        if self.watch {
            return self.watch(output, model);
        }
        // Skip dropping the gates: the process exits next.
        let schemas = ManuallyDrop::new(Schemas::new(&self.schema, model));
        self.check(&schemas, output, true)
    }

    /// Validates all files and prints their reports.
    fn check(&self, schemas: &Schemas<'_>, output: &mut Output, is_last: bool) -> Result<ExitStatus, CliError> {
        let files = config_files(&self.files, self.input.format(), schemas.projects())?;
        huge_pages::allow_for(&files);
        let progress = output.progress("checking", files.len());
        let results = parallel::map(&files, |file| {
            let result = self.validate(file, schemas, is_last && files.len() == 1);
            progress.advance();
            result
        });
        drop(progress);
        let mut reports = Vec::with_capacity(results.len());
        let (mut errors, mut failed, mut gates) = (Vec::new(), HashSet::new(), Vec::new());
        for (file, result) in files.iter().zip(results) {
            let file = &file.path;
            match result {
                Ok(Some((report, gate))) => {
                    gates.extend(gate);
                    reports.push((display_name(file), report));
                }
                // The report of its confgate.toml says why the file is not checked.
                Ok(None) => {}
                Err(error) => {
                    reports.push((display_name(file), unreadable(file, &error)));
                    failed.insert(display_name(file));
                    // A schema that several files share is one mistake.
                    let is_known = |known: &CliError| matches!((known, &error), (CliError::Shared(known), CliError::Shared(error)) if Arc::ptr_eq(known, error));
                    if !errors.iter().any(is_known) {
                        errors.push(error);
                    }
                }
            }
        }
        self.check_accepted(&gates, schemas)?;
        for (name, report) in schemas.projects().rejected() {
            if reports.iter().all(|(checked, _)| *checked != name) {
                reports.push((name, report));
            }
        }
        self.print(&reports, &failed, schemas.used_model(), output)?;
        if !errors.is_empty() {
            output.flush()?;
            return Err(CliError::Several(errors));
        }
        Ok(ExitStatus::success_if(reports.iter().all(|(_, report)| report.admits())))
    }

    /// Validates all files, and again after each change of one of them, of a schema or of a `confgate.toml`, until the process is
    /// ended.
    fn watch(&self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        if self.files.iter().any(|file| is_stdin(file)) {
            return Err(CliError::WatchStdin);
        }
        loop {
            let schemas = Schemas::new(&self.schema, model);
            let before = FileStates::of(&self.inputs(&schemas));
            output.clear_screen()?;
            if let Err(error) = self.check(&schemas, output, false) {
                output.flush()?;
                output.print_error(&error);
            }
            output.flush()?;
            // The check has found the files of the schemas; those that changed meanwhile are validated again.
            let known = before.with(&schemas.files());
            while known.are_current(&self.inputs(&schemas)) {
                thread::sleep(WATCH_EVERY);
            }
        }
    }

    /// Returns the files that the result of a check depends on. A directory that cannot be read has its error where it is checked.
    fn inputs(&self, schemas: &Schemas<'_>) -> Vec<PathBuf> {
        let found = config_files(&self.files, self.input.format(), schemas.projects()).unwrap_or_default();
        let mut files: Vec<PathBuf> = found.into_iter().map(|file| file.path).collect();
        files.extend(self.files.iter().cloned());
        let folders: BTreeSet<PathBuf> = files
            .iter()
            .filter_map(|file| std::path::absolute(file).ok())
            .flat_map(|file| file.ancestors().skip(1).map(Path::to_owned).collect::<Vec<_>>())
            .collect();
        files.extend(folders.into_iter().map(|folder| folder.join(PROJECT_FILE)));
        files.extend(schemas.files());
        files
    }

    /// Fails if no check of the files reports a warning that an option accepts. A check of the model is known beside any schema,
    /// since one command may be run on the files of each change.
    fn check_accepted(&self, gates: &[Arc<Gate>], schemas: &Schemas<'_>) -> Result<(), CliError> {
        for name in &self.accept {
            let problem = |gate: &Gate| accepted::check_names([name], gate).err();
            // Without a file that could be checked, the model is asked.
            let of_model = || gates.is_empty().then(|| schemas.model());
            let problems: Option<Vec<_>> = gates.iter().chain(of_model()).map(|gate| problem(gate)).collect();
            let Some(unknown) = problems.and_then(|problems| problems.into_iter().next()) else { continue };
            let code = name.split(':').next().unwrap_or_default();
            if !schemas.model().rules().iter().any(|rule| rule.name == code) {
                return Err(CliError::UnknownCheck { given: name.clone(), problem: unknown.problem() });
            }
        }
        Ok(())
    }

    /// Validates a file. Returns its report and its gate, and `None` if its `confgate.toml` is rejected.
    fn validate(
        &self,
        config: &ConfigFile,
        schemas: &Schemas<'_>,
        is_only_file: bool,
    ) -> Result<Option<Checked>, CliError> {
        let file = &config.path;
        let check = FileCheck {
            schemas,
            environment: self.environment.environment,
            unknown_keys: match self.unknown_keys {
                Level::Error => Severity::Error,
                Level::Warn => Severity::Warning,
            },
            accept: &self.accept,
            denies_warnings: self.deny.is_some(),
            #[cfg(feature = "flags")]
            flags: self.flags.as_deref(),
        };
        let project = config.project(schemas.projects())?;
        if project.is_rejected() {
            return Ok(None);
        }
        let format = self.input.format().or_else(|| project.format(file)).unwrap_or_default();
        let bytes = self.input.read_file(config, format)?;
        let checked = check.run(file, &project, format, bytes)?;
        let CheckedFile { report, gate, tree, sources, .. } = checked;
        if is_only_file {
            // Skip dropping the tree and its text: the process exits next, and freeing large ones costs milliseconds.
            mem::forget((tree, sources));
        }
        Ok(Some((report, gate)))
    }

    /// Prints the reports. `failed` has the names of the files that have an error of the command in place of a report.
    fn print(
        &self,
        reports: &[(String, Report)],
        failed: &HashSet<String>,
        model: Option<&Gate>,
        output: &mut Output,
    ) -> Result<(), CliError> {
        let unnamed = || reports.iter().map(|(_, report)| report);
        match self.format {
            ReportFormat::Human => {
                // The errors that the command fails with are printed on standard error.
                for (_, report) in reports.iter().filter(|(name, _)| !failed.contains(name)) {
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
            ReportFormat::Gitlab => {
                let named = reports.iter().map(|(name, report)| (name.as_str(), report));
                output.put(&document(&gitlab::document(named)))
            }
            ReportFormat::Github => unnamed().try_for_each(|report| output.put(&github::commands(report))),
        }
    }
}

/// Returns the report of a file that cannot be read, or whose schema cannot, so that formats for programs contain it.
fn unreadable(file: &Path, error: &CliError) -> Report {
    let (code, name, message) = match error {
        CliError::Shared(error) => match &**error {
            CliError::File { name, source } => {
                (&codes::SCHEMA_NOT_FOUND, name.clone(), format!("the schema {name} cannot be used: {source}"))
            }
            other => (
                &codes::SCHEMA_NOT_FOUND,
                display_name(file),
                format!("the schema of the config cannot be used: {other}"),
            ),
        },
        error => (&codes::FILE_UNREADABLE, display_name(file), format!("the config cannot be read: {error}")),
    };
    let place = Location { source: Source::new(name, ""), span: Span::default(), position: (0, 0) };
    Report::new(vec![Diagnostic::error(code, value::Path::root(), message).at([place], "")])
}
