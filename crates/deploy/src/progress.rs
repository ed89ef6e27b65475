//! Progress of a deployment, as its caller displays it.

use std::fmt;
use std::time::Duration;

use crate::problem::Problem;
use crate::step::Step;

/// An event of a deployment or a rollback.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress {
    /// A problem of an earlier command was found, and what was done about it.
    Problem(Problem),
    /// A step began.
    Started(Step),
    /// A step succeeded.
    Done {
        /// The step.
        step: Step,
        /// Time that it took.
        elapsed: Duration,
        /// Result in a few words.
        detail: String,
    },
    /// A step had nothing to do, for want of an option.
    Skipped {
        /// The step.
        step: Step,
        /// The option that would have run it.
        reason: SkipReason,
    },
    /// A step failed.
    Failed {
        /// The step.
        step: Step,
        /// Time that it took.
        elapsed: Duration,
        /// The error, possibly with several lines.
        error: String,
        /// True if it is the error that the command returns, or a part of it.
        is_returned: bool,
    },
}

/// The missing option because of which a step is skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SkipReason {
    /// The method to reload the service.
    ReloadMethod,
    /// The health probe.
    Probe,
    /// The bake time.
    BakeTime,
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ReloadMethod => "no reload method given",
            Self::Probe => "no --health",
            Self::BakeTime => "no --bake-time",
        })
    }
}
