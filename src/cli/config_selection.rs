//! Options that select the config of this machine.

#[cfg(feature = "fleet")]
use std::path::Path;
use std::path::PathBuf;
#[cfg(feature = "fleet")]
use std::sync::Arc;

use clap::Args;
#[cfg(all(feature = "agent", feature = "flags"))]
use confgate_core::environment::Environment;
use confgate_core::gate::Gate;
use confgate_files::SizeLimit;
use confgate_runtime::load::{ConfigLocation, Loader};
use confgate_runtime::system::SystemContext;

use crate::cli::environment_args::HostEnvironmentArgs;
use crate::cli::error::CliError;
use crate::cli::input_args::InputArgs;
use crate::cli::project::Projects;
use crate::cli::service_args::ServiceArgs;

/// Makes the loader of a bundle, with the environment and secrets of this machine.
#[cfg(feature = "fleet")]
pub(crate) type BundleLoader = Arc<dyn Fn(&Path) -> Loader + Send + Sync>;

/// Path, environment and service of a config.
#[derive(Debug, Args)]
pub(crate) struct ConfigSelection {
    /// Load this config file, bundle, or directory of them. [default: the directory in the service's variable
    /// (BITCRAPS_CONFIG_PATH), else config]
    #[arg(long, short, value_name = "PATH")]
    config: Option<PathBuf>,
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    environment: HostEnvironmentArgs,
    #[command(flatten)]
    service: ServiceArgs,
}

impl ConfigSelection {
    /// Returns the environment of the option.
    #[cfg(all(feature = "agent", feature = "flags"))]
    pub fn environment(&self) -> Option<Environment> {
        self.environment.environment
    }

    /// Returns the gate of the service, and a function that makes the loader of a bundle with the environment and secrets of this
    /// machine.
    #[cfg(feature = "fleet")]
    pub fn loaders(&self, model: &(dyn Fn() -> Gate + Sync)) -> Result<(Gate, BundleLoader), CliError> {
        let gate = self.service.gate(None, None, self.input.max_size(), model)?;
        let (context, environment) = (SystemContext::of_process(), self.environment.environment);
        let max_size = self.input.max_size().map(SizeLimit::get);
        let of_loader = gate.clone();
        let loader = move |bundle: &Path| {
            Loader::new(of_loader.clone(), context.clone())
                .backends(crate::secret_backends())
                .environment(environment)
                .max_config_size(max_size)
                .at(bundle)
        };
        Ok((gate, Arc::new(loader)))
    }

    /// Returns the loader of the config. `model` makes the gate of the bundled model.
    pub fn loader(&self, model: &(dyn Fn() -> Gate + Sync)) -> Result<Loader, CliError> {
        let gate = self.service.gate(self.config.as_deref(), self.input.format(), self.input.max_size(), model)?;
        let format = match (self.input.format(), self.config.as_deref().filter(|config| config.is_file())) {
            (None, Some(config)) => Projects::default().of(config)?.entry().and_then(|entry| entry.format),
            (format, _) => format,
        };
        let loader = Loader::new(gate, SystemContext::of_process())
            .backends(crate::secret_backends())
            .environment(self.environment.environment)
            .format(format)
            .max_config_size(self.input.max_size().map(SizeLimit::get));
        Ok(loader.location(self.config.clone().map_or(ConfigLocation::Default, ConfigLocation::Path)))
    }
}
