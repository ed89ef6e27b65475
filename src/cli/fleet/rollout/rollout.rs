//! The command and its subcommands.

use clap::{Args, Subcommand};
use confgate_core::gate::Gate;

use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::fleet::rollout::operate::{Abort, PauseRollout, Promote, Resume};
use crate::cli::fleet::rollout::run::Run;
use crate::cli::fleet::rollout::start::Start;
use crate::cli::fleet::rollout::status::RolloutStatusCommand;
use crate::cli::output::Output;

/// Bring a release to the nodes of a fleet in waves, and back by itself.
///
/// A controller moves the pointers of the waves while it holds a lease in the store. Without one the fleet stays as it is, and any
/// controller goes on from the stored state.
#[derive(Debug, Args)]
pub struct Rollout {
    #[command(subcommand)]
    command: RolloutCommand,
}

#[derive(Debug, Subcommand)]
enum RolloutCommand {
    Start(Box<Start>),
    Run(Run),
    Status(RolloutStatusCommand),
    Pause(PauseRollout),
    Resume(Resume),
    Promote(Promote),
    Abort(Abort),
}

impl Rollout {
    pub fn run(self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        match self.command {
            RolloutCommand::Start(start) => start.run(output, model),
            RolloutCommand::Run(run) => run.run(output, model),
            RolloutCommand::Status(status) => status.run(output, model),
            RolloutCommand::Pause(pause) => pause.run(output, model),
            RolloutCommand::Resume(resume) => resume.run(output, model),
            RolloutCommand::Promote(promote) => promote.run(output, model),
            RolloutCommand::Abort(abort) => abort.run(output, model),
        }
    }
}
