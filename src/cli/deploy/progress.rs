//! Progress of a deployment, one line per step.

use std::time::Duration;

use confgate_core::sensitive::display::sanitize;
use confgate_deploy::{Progress, Step};

use crate::cli::deploy::problem::problem_text;
use crate::cli::error::CliError;
use crate::cli::output::Output;

/// Prints every step when it ends, because a deployment may take minutes.
pub(crate) struct ProgressPrinter<'o> {
    output: &'o mut Output,
    result: Result<(), CliError>,
}

impl<'o> ProgressPrinter<'o> {
    pub fn new(output: &'o mut Output) -> Self {
        Self { output, result: Ok(()) }
    }

    /// Prints a line. After an error of the output the command continues without further lines.
    pub fn print(&mut self, progress: &Progress) {
        if let (Ok(()), Some(line)) = (&self.result, line(progress)) {
            self.result = self.output.put(&line).and_then(|()| self.output.flush());
        }
    }

    /// Returns the error of the output, if the command changes nothing, so that the output is all that it does.
    pub fn finish(self) -> Result<(), CliError> {
        self.result
    }
}

/// Returns the line of a step that ended, or `None` for a step that begins.
fn line(progress: &Progress) -> Option<String> {
    match progress {
        Progress::Started(_) => None,
        Progress::Problem(problem) => Some(problem_text(problem)),
        Progress::Done { step, elapsed, detail } => Some(step_line('✓', step, elapsed, detail)),
        Progress::Skipped { step, reason } => Some(format!("– {step:<9}  skipped ({reason})\n")),
        // The command prints the error that it returns at its end, once.
        Progress::Failed { step, elapsed, error, is_returned } => {
            Some(step_line('✗', step, elapsed, if *is_returned { "" } else { error }))
        }
    }
}

fn step_line(mark: char, step: &Step, duration: &Duration, details: &str) -> String {
    // Further lines, such as a report, are printed below the steps.
    let details = sanitize(details.lines().next().unwrap_or_default());
    let line = format!("{mark} {:<9} {:>6} ms  {details}", step, duration.as_millis());
    format!("{}\n", line.trim_end())
}
