//! Exit status of a failed deployment.

use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::output::Output;
use crate::cli::sanitize::sanitize_lines;

/// Prints the error, once. A deployment that was rejected or rolled back has exit code 1, and its error stands below the steps; one
/// that could not be attempted is an error of the command.
pub(crate) fn report_failure(error: CliError, is_rejection: bool, output: &mut Output) -> Result<ExitStatus, CliError> {
    if !is_rejection {
        return Err(error);
    }
    output.put(&sanitize_lines(&format!("\n{error}\n")))?;
    output.flush()?;
    if output.is_lost() {
        output.print_error(&error);
    }
    Ok(ExitStatus::Rejected)
}
