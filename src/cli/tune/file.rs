//! The tuning file of a command.

use std::path::Path;

use confgate_core::diagnostics::Report;
use confgate_core::gate::ValidateOptions;
use confgate_core::value::Format;
use confgate_tuning::{TuningFile, tuning_gate};

use crate::cli::error::CliError;
use crate::cli::input;

/// Reads a tuning file through its gate. Returns it, or its report if it is rejected.
pub(super) fn read_tuning(path: &Path) -> Result<Result<TuningFile, Report>, CliError> {
    let format = Format::of_file(path).unwrap_or_default();
    let bytes = input::read_config(path, format, None)?;
    let outcome = tuning_gate().validate(input::parse(path, format, bytes, ValidateOptions::default()));
    Ok(outcome.into_config())
}
