//! Arguments of `confgate secrets`.

use clap::{Args, Subcommand};
use confgate_core::gate::Gate;

use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::output::Output;
use crate::cli::secrets::check::Check;
use crate::cli::secrets::list::List;

/// List the secrets that a config references, and check that this machine has them. Never prints their values.
#[derive(Debug, Args)]
pub struct Secrets {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(Check),
    List(List),
}

impl Secrets {
    pub fn run(self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        match self.command {
            Command::Check(check) => check.run(output, model),
            Command::List(list) => list.run(output, model),
        }
    }
}
