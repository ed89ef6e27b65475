//! `confgate schema`: JSON Schema of the config, and comparison with older schemas.

use std::path::{Path, PathBuf};

use clap::Args;
#[cfg(feature = "live")]
use confgate_builder::SchemaMap;
use confgate_core::diagnostics::{Diagnostic, Report};
use confgate_core::gate::Gate;
use confgate_core::migrate::compatible;
use confgate_core::pretty_json::document;
use confgate_core::render::{github, gitlab, json, sarif};
#[cfg(feature = "live")]
use confgate_runtime::atomic_file::{self, Mode};
use serde_json::Value as Json;

#[cfg(feature = "live")]
use crate::cli::build_log::build_log;
use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::format::ReportFormat;
use crate::cli::input;
use crate::cli::output::Output;
use crate::cli::path_name::display_name;
use crate::cli::project::project_schema;
use crate::cli::schema_map_args::SchemaMapArgs;

/// Print the JSON Schema of the config, or compare it with an older one.
///
/// With --against, prints only the incompatible changes: configs that the older schema accepts, this one rejects and no
/// migration converts. With --history, prints the schema and records it under its version beside the older ones, unless it has
/// incompatible changes.
#[derive(Debug, Args)]
pub struct Schema {
    /// Compare with this older schema: a config that it accepts must be valid now, or become valid by a migration.
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
    /// Use this JSON Schema instead of the bundled model.
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,
    #[command(flatten)]
    maps: SchemaMapArgs,
    /// Print the schema of confgate.toml instead.
    #[arg(long, exclusive = true)]
    project: bool,
    /// Print the schema of a rollout file instead.
    #[cfg(feature = "fleet")]
    #[arg(long, exclusive = true)]
    rollout: bool,
    /// Print the schema of a flags file instead.
    #[cfg(feature = "flags")]
    #[arg(long, exclusive = true)]
    flags: bool,
    /// Print the schema of a tuning file instead.
    #[cfg(feature = "flags")]
    #[arg(long, exclusive = true)]
    tuning: bool,
    /// Print the compiled form of the schema, which a program embeds to start faster.
    #[arg(long, conflicts_with_all = ["against", "schema"])]
    compiled: bool,
    /// Record the schema in this directory of the schemas of all versions: 1.json, 2.json, …
    #[cfg(feature = "live")]
    #[arg(long, value_name = "DIR", conflicts_with = "against")]
    history: Option<PathBuf>,
    /// Print the diagnostics in this format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human", requires = "against")]
    format: ReportFormat,
}

impl Schema {
    pub fn run(self, output: &mut Output, model: &dyn Fn() -> Gate) -> Result<ExitStatus, CliError> {
        if self.project {
            output.put(&document(&project_schema()))?;
            return Ok(ExitStatus::Success);
        }
        #[cfg(feature = "fleet")]
        if self.rollout {
            output.put(&document(&confgate_fleet::rollout::spec::rollout_schema()))?;
            return Ok(ExitStatus::Success);
        }
        #[cfg(feature = "flags")]
        if self.flags {
            output.put(&document(&confgate_flags::flags_schema()))?;
            return Ok(ExitStatus::Success);
        }
        #[cfg(feature = "flags")]
        if self.tuning {
            output.put(&document(&confgate_tuning::tuning_schema()))?;
            return Ok(ExitStatus::Success);
        }
        let gate = input::gate(self.schema.as_deref(), self.maps.as_slice(), model)?;
        #[cfg(feature = "live")]
        if let Some(directory) = &self.history {
            return record(directory, &gate, self.maps.as_slice(), output);
        }
        if self.compiled {
            output.put_bytes(&gate.compiled_schema().ok_or(CliError::NotCompiled)?)?;
            return Ok(ExitStatus::Success);
        }
        match &self.against {
            None => {
                output.put(&document(gate.schema()))?;
                Ok(ExitStatus::Success)
            }
            Some(path) => self.compare(input::schema_gate(path, self.maps.as_slice())?.schema(), &gate, path, output),
        }
    }

    fn compare(&self, older: &Json, gate: &Gate, path: &Path, output: &mut Output) -> Result<ExitStatus, CliError> {
        let report = incompatible_changes(older, gate);
        match self.format {
            ReportFormat::Human => output.put_report(&report)?,
            ReportFormat::Json => {
                output.put(&document(&json::document([(display_name(path).as_str(), &report)])))?;
            }
            ReportFormat::Sarif => output.put(&document(&sarif::log([&report], gate.rules())))?,
            ReportFormat::Github => output.put(&github::commands(&report))?,
            ReportFormat::Gitlab => {
                output.put(&document(&gitlab::document([(display_name(path).as_str(), &report)])))?
            }
        }
        Ok(ExitStatus::success_if(report.admits()))
    }
}

/// Reports the configs that the older schema accepts, the gate rejects and no migration converts.
fn incompatible_changes(older: &Json, gate: &Gate) -> Report {
    let migrations = gate.model_name().map(|_| gate.migrations());
    let changes = compatible::breaking_changes(older, gate.schema(), migrations);
    Report::new(changes.into_iter().map(to_diagnostic).collect())
}

fn to_diagnostic(change: compatible::BreakingChange) -> Diagnostic {
    Diagnostic::error(change.code, change.path, change.message).help(change.help)
}

/// Records the schema of a gate in the history and prints it. The history stays unchanged if the schema has incompatible
/// changes.
#[cfg(feature = "live")]
fn record(directory: &Path, gate: &Gate, maps: &[SchemaMap], output: &mut Output) -> Result<ExitStatus, CliError> {
    let Some(version) = gate.version() else { return Err(CliError::NoVersion) };
    // Older versions were compared with their successors when those were recorded.
    for older in [version.checked_sub(1), Some(version)].into_iter().flatten() {
        let path = directory.join(format!("{older}.json"));
        if !path.exists() {
            continue;
        }
        let report = incompatible_changes(input::schema_gate(&path, maps)?.schema(), gate);
        if !report.admits() {
            // Standard output is for the schema.
            eprint!("{}", build_log(&report));
            return Ok(ExitStatus::Rejected);
        }
    }
    let text = document(gate.schema());
    atomic_file::replace(&directory.join(format!("{version}.json")), text.as_bytes(), Mode::Default)?;
    output.put(&text)?;
    Ok(ExitStatus::Success)
}
