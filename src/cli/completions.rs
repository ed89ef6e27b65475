//! `confgate completions`: completion scripts of shells.

use clap::Args;
use clap_complete::Shell;

use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::output::Output;

/// Print a completion script.
#[derive(Debug, Args)]
pub struct Completions {
    /// Shell that runs the script.
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub fn run(self, output: &mut Output, parser: &mut clap::Command, program: String) -> Result<ExitStatus, CliError> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, parser, program, &mut script);
        output.put_bytes(&script)?;
        Ok(ExitStatus::Success)
    }
}
