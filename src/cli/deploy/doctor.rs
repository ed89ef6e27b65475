//! `confgate doctor`: what is wrong with the generations on this node, and what makes it right.

use clap::Args;
use confgate_core::gate::Gate;
use confgate_deploy::{Problem, Repair, examine, repair};

use crate::cli::deploy::Place;
use crate::cli::output::Output;
use crate::cli::{DONE, Failure, REFUSED};

/// Look for generations that are torn, altered or gone, and for deployments that were cut off. Exits with 1 when something is
/// left to be done.
#[derive(Debug, Args)]
pub struct Doctor {
    #[command(flatten)]
    place: Place,
    /// Make right what can be: the newest whole generation counts again, and damaged ones go.
    #[arg(long)]
    repair: bool,
}

impl Doctor {
    pub fn run(self, output: &mut Output, model: &dyn Fn() -> Gate) -> Result<u8, Failure> {
        let gate = self.place.gate(model)?;
        let generations = self.place.generations(&gate)?.with_gate(&gate);
        let complaints = if self.repair { repair(&generations)? } else { examine(&generations)? };
        complaints.iter().try_for_each(|complaint| output.put(&words(complaint)))?;
        if complaints.is_empty() {
            output.put("nothing is wrong\n")?;
        }
        let left = complaints.iter().any(|complaint| !matches!(complaint.repair, Repair::Done(_)));
        Ok(if left { REFUSED } else { DONE })
    }
}

pub fn words(complaint: &Problem) -> String {
    let level = if complaint.is_error { "error" } else { "warning" };
    let cure = match &complaint.repair {
        Repair::Done(done) => format!("done: {done}"),
        Repair::Possible(possible) => format!("--repair would {possible}"),
        Repair::Advice(advice) => advice.clone(),
    };
    format!("{level}: {}\n  = {cure}\n", complaint.kind)
}
