//! Exit codes of the commands.

use std::process::ExitCode;

#[cfg(feature = "live")]
use confgate_core::diagnostics::{Diagnostic, Report, codes};

/// Result of a command that ran to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExitStatus {
    /// The config is valid, or the command did its work: exit code 0.
    Success,
    /// The config was rejected, two configs differ, or a check found a problem: exit code 1.
    Rejected,
    /// A file of the config cannot be read, as its report says: exit code 2.
    Unreadable,
    /// The command could not find out: exit code 2.
    Unknown,
}

impl ExitStatus {
    /// Exit code of a command line that cannot be parsed, or of a command that failed.
    pub const FAILURE: u8 = 2;

    /// Returns the status of a load that failed. A config that cannot be read has no verdict.
    #[cfg(feature = "live")]
    pub fn of_refused(report: &Report) -> Self {
        let is_unreadable = |diagnostic: &Diagnostic| diagnostic.is(&codes::FILE_UNREADABLE);
        if report.diagnostics().iter().any(is_unreadable) { Self::Unreadable } else { Self::Rejected }
    }

    /// Returns `Success` if the condition holds, else `Rejected`.
    pub fn success_if(condition: bool) -> Self {
        if condition { Self::Success } else { Self::Rejected }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        match status {
            ExitStatus::Success => Self::SUCCESS,
            ExitStatus::Rejected => Self::from(1),
            ExitStatus::Unreadable => Self::from(ExitStatus::FAILURE),
            ExitStatus::Unknown => Self::from(ExitStatus::FAILURE),
        }
    }
}
