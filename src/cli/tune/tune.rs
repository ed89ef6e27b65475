//! The command and its subcommands.

use clap::{Args, Subcommand};
use confgate_core::gate::Gate;

use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::output::Output;
use crate::cli::tune::check::CheckTuning;
use crate::cli::tune::simulate::SimulateTuning;

/// Check and simulate rules by which fields of a running config follow signals.
///
/// `confgate agent --tuning FILE` applies the rules.
#[derive(Debug, Args)]
pub struct Tune {
    #[command(subcommand)]
    command: TuneCommand,
}

#[derive(Debug, Subcommand)]
enum TuneCommand {
    Check(CheckTuning),
    Simulate(SimulateTuning),
}

impl Tune {
    pub fn run(self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        match self.command {
            TuneCommand::Check(check) => check.run(output, model),
            TuneCommand::Simulate(simulate) => simulate.run(output, model),
        }
    }
}
