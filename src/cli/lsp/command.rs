//! The command.

use clap::Args;
use confgate_core::gate::Gate;

use crate::cli::environment_args::EnvironmentArgs;
use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::lsp::project_host::ProjectHost;
use crate::cli::schemas::SchemaArgs;

/// Serve an editor over standard input and standard output, by the Language Server Protocol.
///
/// The editor shows the diagnostics of `check` while a config is typed, describes and completes fields, applies suggestions, and
/// formats. `docs/editors.md` has the settings of each editor.
#[derive(Debug, Args)]
pub struct Lsp {
    #[command(flatten)]
    environment: EnvironmentArgs,
    #[command(flatten)]
    schema: SchemaArgs,
    /// Use standard input and standard output, as the server always does. Some editors add this option.
    #[arg(long, hide = true)]
    stdio: bool,
}

impl Lsp {
    pub fn run(self, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        let host = ProjectHost::new(&self.schema, self.environment.environment, model);
        confgate_lsp::serve_stdio(&host)?;
        Ok(ExitStatus::Success)
    }
}
