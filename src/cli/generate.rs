//! `confgate schema`, `completions` and `man`: what other programs read of this one.

use std::path::{Path, PathBuf};
use std::{fs, io};

use clap::Args;
use clap_complete::Shell;
use serde_json::Value as Json;

use crate::cli::output::Output;
#[cfg(feature = "live")]
use crate::cli::replace::{Readers, replace};
use crate::cli::report_format::ReportFormat;
use crate::cli::{DONE, Failure, REFUSED, input};
use confgate_core::diagnostics::{Diagnostic, Report};
use confgate_core::gate::Gate;
use confgate_core::migrate::compatible;
use confgate_core::migrate::compatible::BreakingChange;
use confgate_core::pretty_json::document;
use confgate_core::render::{Totals, github, human, json, sarif};

/// Print the JSON Schema of the config, or compare it with an older one.
///
/// With --against nothing is printed but what the older schema admits and this one refuses, where no migration does anything
/// about it: for a check before a change of the config types is taken in. With --history the schema is printed, and kept under
/// its version beside the older ones, unless it breaks what they admit.
#[derive(Debug, Args)]
pub struct Schema {
    /// Older schema. A config that it admits must be one that is admitted now, or become one by a migration.
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
    /// This JSON Schema instead of the bundled model.
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,
    /// Folder that keeps the schema of each version: 1.json, 2.json, …
    #[cfg(feature = "live")]
    #[arg(long, value_name = "DIR", conflicts_with = "against")]
    history: Option<PathBuf>,
    /// How to print the diagnostics.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human", requires = "against")]
    format: ReportFormat,
}

impl Schema {
    pub fn run(self, output: &mut Output, gate: &dyn Fn() -> Gate) -> Result<u8, Failure> {
        let gate = match &self.schema {
            Some(path) => input::schema_gate(path)?,
            None => gate(),
        };
        #[cfg(feature = "live")]
        if let Some(folder) = &self.history {
            return keep(folder, &gate, output);
        }
        match &self.against {
            None => {
                output.put(&document(gate.schema()))?;
                Ok(DONE)
            }
            Some(path) => self.compare(input::schema_gate(path)?.schema(), &gate, path, output),
        }
    }

    fn compare(&self, older: &Json, gate: &Gate, path: &Path, output: &mut Output) -> Result<u8, Failure> {
        let report = compared(older, gate);
        match self.format {
            ReportFormat::Human => {
                output.put(&human::report(&report, output.style))?;
                output.put(&human::totals(Totals::of([&report]), output.style))?;
            }
            ReportFormat::Json => output.put(&document(&json::document([(input::shown(path).as_str(), &report)])))?,
            ReportFormat::Sarif => output.put(&document(&sarif::log([&report], gate.rules())))?,
            ReportFormat::Github => output.put(&github::commands(&report))?,
        }
        Ok(if report.admits() { DONE } else { REFUSED })
    }
}

/// What an older schema admits, the one of a gate refuses, and no migration does anything about.
fn compared(older: &Json, gate: &Gate) -> Report {
    let migrations = gate.model_name().map(|_| gate.migrations());
    let breaks = compatible::breaking_changes(older, gate.schema(), migrations);
    Report::new(breaks.into_iter().map(diagnostic).collect())
}

fn diagnostic(it: BreakingChange) -> Diagnostic {
    Diagnostic::error(it.code, it.path, it.message).help(it.help)
}

/// Keeps the schema of a gate in its history, and prints it. One that breaks an older one changes nothing.
#[cfg(feature = "live")]
fn keep(folder: &Path, gate: &Gate, output: &mut Output) -> Result<u8, Failure> {
    let Some(version) = gate.version() else {
        return Err(Failure("the schema says no version: no field of it is marked x-version".to_owned()));
    };
    // Only what the last version admits is migrated further; what older ones admit was looked at before.
    for older in [version.checked_sub(1), Some(version)].into_iter().flatten() {
        let path = folder.join(format!("{older}.json"));
        if !path.exists() {
            continue;
        }
        let report = compared(input::schema_gate(&path)?.schema(), gate);
        if !report.admits() {
            // Standard output is for the schema.
            eprint!("{}", crate::cli::output::build_log(&report));
            return Ok(REFUSED);
        }
    }
    let text = document(gate.schema());
    replace(&folder.join(format!("{version}.json")), text.as_bytes(), Readers::Usual)?;
    output.put(&text)?;
    Ok(DONE)
}

/// Print a completion script.
#[derive(Debug, Args)]
pub struct Completions {
    /// Shell that it is for.
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub fn run(self, output: &mut Output) -> Result<u8, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut crate::cli::command(), crate::cli::program_name(), &mut script);
        output.put(&String::from_utf8_lossy(&script))?;
        Ok(DONE)
    }
}

/// Write the manual pages.
#[derive(Debug, Args)]
pub struct Man {
    /// Folder to write them to; it is made if it is not there.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl Man {
    pub fn run(self) -> Result<u8, Failure> {
        let failed = |error: io::Error| Failure(format!("{}: {error}", self.folder.display()));
        fs::create_dir_all(&self.folder).map_err(failed)?;
        clap_mangen::generate_to(crate::cli::command(), &self.folder).map_err(failed)?;
        Ok(DONE)
    }
}
