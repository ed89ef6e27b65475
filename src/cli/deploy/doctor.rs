//! `confgate doctor`: check and repair of the generations on this node.

use clap::Args;
use confgate_core::gate::Gate;
use confgate_deploy::{Repair, examine, repair};

use crate::cli::deploy::generations_args::GenerationsArgs;
use crate::cli::deploy::problem::problem_text;
use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::output::Output;

/// Find incomplete, altered and missing generations and interrupted deployments. Exits with 1 if a problem remains.
#[derive(Debug, Args)]
pub struct Doctor {
    #[command(flatten)]
    generations: GenerationsArgs,
    /// Repair the problems: activate the newest intact generation and remove damaged ones.
    #[arg(long)]
    repair: bool,
}

impl Doctor {
    pub fn run(self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        let gate = self.generations.gate(model)?;
        let generations = self.generations.generations(&gate)?.with_gate(&gate);
        if self.repair {
            output.report_only();
        }
        let problems = if self.repair { repair(&generations)? } else { examine(&generations)? };
        for problem in &problems {
            output.put(&problem_text(problem))?;
        }
        if problems.is_empty() {
            output.put("no problems\n")?;
        }
        Ok(ExitStatus::success_if(problems.iter().all(|problem| matches!(problem.repair, Repair::Done(_)))))
    }
}
