//! Exit codes of the commands.

use std::process::ExitCode;

/// Result of a command that ran to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExitStatus {
    /// The config is valid, or the command did its work: exit code 0.
    Success,
    /// The config was rejected, two configs differ, or a check found a problem: exit code 1.
    Rejected,
    /// The command could not find out: exit code 2.
    Unknown,
}

impl ExitStatus {
    /// Exit code of a command line that cannot be parsed, or of a command that failed.
    pub const FAILURE: u8 = 2;

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
            ExitStatus::Unknown => Self::from(ExitStatus::FAILURE),
        }
    }
}
