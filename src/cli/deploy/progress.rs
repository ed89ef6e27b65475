//! Progress of a deployment, one line per step.

use std::mem;
use std::time::Duration;

use confgate_core::sensitive::display::harmless;
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

    /// Prints a line. After an error of the output the deployment continues without further lines.
    pub fn print(&mut self, progress: &Progress) {
        if let (Ok(()), Some(line)) = (&self.result, line(progress)) {
            self.result = self.output.put(&line).and_then(|()| self.output.flush());
        }
    }

    /// Returns the error of the output, if any.
    pub fn finish(&mut self) -> Result<(), CliError> {
        mem::replace(&mut self.result, Ok(()))
    }
}

/// Returns the line of a step that ended, or `None` for a step that begins.
fn line(progress: &Progress) -> Option<String> {
    match progress {
        Progress::Started(_) => None,
        Progress::Problem(problem) => Some(problem_text(problem)),
        Progress::Done { step, elapsed, detail } => Some(step_line('✓', step, elapsed, detail)),
        Progress::Skipped { step, reason } => Some(format!("– {step:<9}  skipped ({reason})\n")),
        Progress::Failed { step, elapsed, error } => Some(step_line('✗', step, elapsed, error)),
    }
}

fn step_line(mark: char, step: &Step, duration: &Duration, details: &str) -> String {
    // Further lines, such as a report, are printed below the steps.
    let details = harmless(details.lines().next().unwrap_or_default());
    format!("{mark} {:<9} {:>6} ms  {details}\n", step, duration.as_millis())
}
