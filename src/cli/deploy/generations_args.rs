//! Options that select the generations of a service.

use std::path::PathBuf;

use clap::Args;
use confgate_core::gate::Gate;
use confgate_deploy::{Generations, RealDisk};
use confgate_runtime::child_process;

use crate::cli::error::CliError;
use crate::cli::service_args::ServiceArgs;

/// Name and directory of the generations, and the service that they configure.
#[derive(Debug, Args)]
pub(crate) struct GenerationsArgs {
    /// Set the name of the service's directory below the state directory. [default: name of the model]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Use this directory with the generations of all services.
    #[arg(long, value_name = "DIR", default_value = "/var/lib/confgate")]
    state: PathBuf,
    #[command(flatten)]
    service: ServiceArgs,
}

impl GenerationsArgs {
    pub fn gate(&self, model: &(dyn Fn() -> Gate + Sync)) -> Result<Gate, CliError> {
        let gate = self.service.gate(None, None, None, model)?;
        // Git runs before the bundle is loaded.
        child_process::withhold(&gate);
        Ok(gate)
    }

    pub fn generations(&self, gate: &Gate) -> Result<Generations<'static>, CliError> {
        let name = self.name.as_deref().or_else(|| gate.model_name()).unwrap_or("service");
        if name.is_empty() || name.contains('/') || name.starts_with('.') {
            return Err(CliError::InvalidServiceName(name.to_owned()));
        }
        Ok(Generations::new(self.state.join(name), &RealDisk))
    }
}
