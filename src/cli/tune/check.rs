//! `confgate tune check`: validation of a tuning file.

use std::path::PathBuf;

use clap::Args;
use confgate_core::gate::Gate;
use confgate_core::render::count;

use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::input;
use crate::cli::output::Output;
use crate::cli::tune::file::read_tuning_of;

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
        let service = input::gate(self.schema.as_deref(), &[], model)?;
        match read_tuning_of(&self.file, service.spec())? {
            Ok(file) => {
                output.put(&format!("admitted: {}\n", count(file.tuning.len(), "rule")))?;
                Ok(ExitStatus::Success)
            }
            Err(report) => {
                output.put_report(&report)?;
                Ok(ExitStatus::of_refused(&report))
            }
        }
    }
}
