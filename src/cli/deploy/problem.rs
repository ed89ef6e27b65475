//! Problem of the generations on a node, as text.

use confgate_deploy::{Problem, Repair};

/// Returns the problem and, below it, its repair.
pub(crate) fn problem_text(problem: &Problem) -> String {
    let level = if problem.is_error { "error" } else { "warning" };
    let repair = match &problem.repair {
        Repair::Done(repair) => format!("done: {repair}"),
        Repair::Possible(repair) => format!("--repair would {repair}"),
        Repair::Advice(advice) => advice.clone(),
    };
    format!("{level}: {}\n  = {repair}\n", problem.kind)
}
