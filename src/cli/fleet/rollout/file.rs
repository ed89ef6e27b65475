//! The rollout file of a command.

use std::path::Path;

use confgate_core::diagnostics::Report;
use confgate_core::gate::ValidateOptions;
use confgate_core::value::Format;
use confgate_fleet::rollout::spec::{RolloutFile, RolloutSpec, rollout_gate};

use crate::cli::error::CliError;
use crate::cli::input;

/// A rollout file that the gate admitted, or its report.
pub(super) type Gated = Result<(RolloutSpec, Report), Report>;

/// Reads a rollout file through its gate. Without one, the defaults apply.
pub(super) fn read_rollout(path: Option<&Path>) -> Result<Gated, CliError> {
    let Some(path) = path else { return Ok(Ok((RolloutFile::default().rollout, Report::default()))) };
    let format = Format::of_file(path).unwrap_or_default();
    let bytes = input::read_config(path, format, None)?;
    let input = input::parse(path, format, bytes, ValidateOptions::default());
    let outcome = rollout_gate().validate(input);
    let report = outcome.report.clone();
    Ok(outcome.into_config().map(|file| (file.rollout, report)))
}
