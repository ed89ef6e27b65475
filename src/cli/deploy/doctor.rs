//! `confgate doctor`: what is wrong with the generations on this node, and what makes it right.

use clap::Args;

use super::Place;
use crate::cli::output::Output;
use crate::cli::{DONE, Failure, REFUSED};
use crate::deploy::{Complaint, Cure, examine};
use crate::gate::Gate;

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
        let generations = self.place.generations(&gate)?.of(&gate);
        let complaints = examine(&generations, self.repair)?;
        complaints.iter().try_for_each(|complaint| output.put(&words(complaint)))?;
        if complaints.is_empty() {
            output.put("nothing is wrong\n")?;
        }
        let left = complaints.iter().any(|complaint| !matches!(complaint.cure, Cure::Done(_)));
        Ok(if left { REFUSED } else { DONE })
    }
}

pub fn words(complaint: &Complaint) -> String {
    let level = if complaint.grave { "error" } else { "warning" };
    let cure = match &complaint.cure {
        Cure::Done(done) => format!("done: {done}"),
        Cure::Possible(possible) => format!("--repair would {possible}"),
        Cure::Advice(advice) => advice.clone(),
    };
    format!("{level}: {}\n  = {cure}\n", complaint.what)
}
