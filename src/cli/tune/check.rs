//! `confgate tune check`: validation of a tuning file.

use std::path::PathBuf;

use clap::Args;
use confgate_core::gate::Gate;
use confgate_core::render::count;
use confgate_tuning::check_fields;

use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::input;
use crate::cli::output::Output;
use crate::cli::tune::file::read_tuning;

/// Validate a tuning file, also against the schema of the service: its fields, and their bounds.
#[derive(Debug, Args)]
pub(super) struct CheckTuning {
    /// Tuning file in TOML, JSON or YAML.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Use this JSON Schema of the service instead of the bundled model.
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,
}

impl CheckTuning {
    pub fn run(self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        let rules = match read_tuning(&self.file)? {
            Ok(file) => file.tuning,
            Err(report) => {
                output.put_report(&report)?;
                return Ok(ExitStatus::of_refused(&report));
            }
        };
        let gate = input::gate(self.schema.as_deref(), &[], model)?;
        let errors = check_fields(&rules, &gate);
        for error in &errors {
            output.put(&format!("error: {error}\n"))?;
        }
        match errors.len() {
            0 => output.put(&format!("admitted: {}\n", count(rules.len(), "rule")))?,
            errors => output.put(&format!("refused: {}\n", count(errors, "error")))?,
        }
        Ok(ExitStatus::success_if(errors.is_empty()))
    }
}
