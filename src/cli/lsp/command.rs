//! The command.

use std::sync::Arc;

use clap::Args;
use confgate_core::gate::Gate;
use confgate_lsp::NixEvaluator;

use crate::cli::environment_args::EnvironmentArgs;
use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::lsp::leftovers::Leftovers;
use crate::cli::lsp::nix_bundles::NixBundles;
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
    /// Evaluate the bundles of `nix.bundles` in confgate.toml when a Nix file is opened, typed or saved, and show their diagnostics at
    /// its lines. An evaluation runs code of the project: open only folders whose authors you trust.
    #[arg(long)]
    nix: bool,
    /// Use standard input and standard output, as the server always does. Some editors add this option.
    #[arg(long, hide = true)]
    stdio: bool,
}

impl Lsp {
    pub fn run(self, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        let leftovers = Arc::new(Leftovers::default());
        if self.nix {
            leftovers.remove_at_signals()?;
        }
        let bundles = NixBundles::new(model, leftovers);
        let host = ProjectHost::new(&self.schema, self.environment.environment, model, &bundles);
        let nix = self.nix.then_some(&bundles as &dyn NixEvaluator);
        confgate_lsp::serve_stdio(&host, nix)?;
        Ok(ExitStatus::Success)
    }
}
