//! Exit status of a failed deployment.

use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::output::Output;
use crate::cli::sanitize::sanitize_lines;

/// Prints the error below the steps. A deployment that was rejected or rolled back has exit code 1; one that could not be
/// attempted is an error of the command.
pub(crate) fn report_failure(error: CliError, is_rejection: bool, output: &mut Output) -> Result<ExitStatus, CliError> {
    output.put(&sanitize_lines(&format!("\n{error}\n")))?;
    if is_rejection { Ok(ExitStatus::Rejected) } else { Err(error) }
}
