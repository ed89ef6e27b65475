//! Problems of the generations on a disk, and their repair.

use std::fmt;

use crate::damage::Damage;
use crate::link::LinkProblem;

/// A problem of the generations on a disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Kind of the problem, which displays as a sentence.
    pub kind: ProblemKind,
    /// True if the service cannot run the active generation until it is repaired.
    pub is_error: bool,
    /// Its repair.
    pub repair: Repair,
}

/// The kind of a problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProblemKind {
    /// A deployment was interrupted.
    Interrupted {
        /// Its generation.
        generation: u64,
    },
    /// The link to the active generation is lost.
    Link(LinkProblem),
    /// A generation is damaged.
    Damaged {
        /// The generation.
        generation: u64,
        /// Its damage.
        damage: Damage,
        /// True if it is active.
        is_active: bool,
    },
    /// The service was not notified of the active generation.
    PendingReload {
        /// The active generation.
        generation: u64,
        /// Reload method of the deployment that should have notified it; empty if there was none.
        method: String,
    },
}

/// The repair of a problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repair {
    /// It was repaired: what was done.
    Done(String),
    /// `doctor --repair` can repair it: what it would do, as an imperative.
    Possible(String),
    /// The user must repair it: advice.
    Advice(String),
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interrupted { generation } => {
                write!(f, "the deployment of generation {generation} was interrupted")
            }
            Self::Link(problem) => problem.fmt(f),
            Self::Damaged { generation, damage, is_active: true } => {
                write!(f, "generation {generation} is active, but {damage}")
            }
            Self::Damaged { generation, damage, is_active: false } => write!(f, "generation {generation}: {damage}"),
            Self::PendingReload { generation, method } => {
                write!(f, "generation {generation} is active, but the service was not notified")?;
                if method.is_empty() { Ok(()) } else { write!(f, " ({method})") }
            }
        }
    }
}
