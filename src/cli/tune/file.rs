//! The tuning file of a command.

use std::path::Path;

use confgate_core::diagnostics::Report;
use confgate_core::gate::{ConfigSpec, Input, ValidateOptions};
use confgate_core::value::Format;
use confgate_tuning::{TuningFile, field_diagnostics, tuning_gate};

use crate::cli::error::CliError;
use crate::cli::input;

/// Reads a tuning file through its gate. Returns it, or its report if it is rejected.
pub(super) fn read_tuning(path: &Path) -> Result<Result<TuningFile, Report>, CliError> {
    let format = Format::of_file(path).unwrap_or_default();
    let bytes = input::read_config(path, format, None)?;
    let outcome = tuning_gate().validate(input::parse(path, format, bytes, ValidateOptions::default()));
    Ok(outcome.into_config())
}

/// Reads a tuning file like [`read_tuning`], and checks its fields against the config of the service.
pub(super) fn read_tuning_of(path: &Path, service: &ConfigSpec) -> Result<Result<TuningFile, Report>, CliError> {
    let format = Format::of_file(path).unwrap_or_default();
    let bytes = input::read_config(path, format, None)?;
    let Input { tree, sources, found, options } = input::parse(path, format, bytes, ValidateOptions::default());
    let written = tree.clone();
    let outcome = tuning_gate().validate_tree(tree, &sources, found, options);
    Ok(outcome.into_config().and_then(|file| {
        let found = field_diagnostics(&file.tuning, service, &written, &sources);
        if found.is_empty() { Ok(file) } else { Err(Report::new(found)) }
    }))
}
