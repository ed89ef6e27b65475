//! Arguments of `confgate audit`.

use clap::{Args, Subcommand};

use crate::cli::audit::show::Show;
use crate::cli::audit::verify::Verify;
use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::output::Output;

/// Read the audit trail of a running service.
#[derive(Debug, Args)]
pub struct Audit {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Verify(Verify),
    Show(Show),
}

impl Audit {
    pub fn run(self, output: &mut Output) -> Result<ExitStatus, CliError> {
        match self.command {
            Command::Verify(verify) => verify.run(output),
            Command::Show(show) => show.run(output),
        }
    }
}
