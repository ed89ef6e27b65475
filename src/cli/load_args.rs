//! Options of commands that load the config of this machine as a service does.

use clap::Args;
#[cfg(all(feature = "agent", feature = "flags"))]
use confgate_core::environment::Environment;
use confgate_core::gate::Gate;
use confgate_core::render::human;
use confgate_runtime::load::{LoadOptions, LoadedConfig, Loader, Override};

use crate::cli::assignment::Assignment;
#[cfg(feature = "fleet")]
use crate::cli::config_selection::BundleLoader;
use crate::cli::config_selection::ConfigSelection;
use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::output::Output;

/// Config to load, and overrides.
#[derive(Debug, Args)]
pub(crate) struct LoadArgs {
    #[command(flatten)]
    selection: ConfigSelection,
    /// Override a field, with the value in the syntax of its environment variable. Takes precedence over all layers. Can be
    /// repeated.
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<Assignment>,
}

impl LoadArgs {
    /// Returns the environment of the option.
    #[cfg(all(feature = "agent", feature = "flags"))]
    pub fn environment(&self) -> Option<Environment> {
        self.selection.environment()
    }

    /// Returns the loader and the overrides. `model` makes the gate of the bundled model.
    pub fn loader(&self, model: &(dyn Fn() -> Gate + Sync)) -> Result<(Loader, Vec<Override>), CliError> {
        let loader = self.selection.loader(model)?;
        let overrides = self.set.iter().map(|assignment| assignment.to_override(loader.gate())).collect();
        Ok((loader, overrides))
    }

    /// Returns the gate, a function that makes loaders of bundles, and the overrides.
    #[cfg(feature = "fleet")]
    pub fn loaders(&self, model: &(dyn Fn() -> Gate + Sync)) -> Result<(Gate, BundleLoader, Vec<Override>), CliError> {
        let (gate, loader) = self.selection.loaders(model)?;
        let overrides = self.set.iter().map(|assignment| assignment.to_override(&gate)).collect();
        Ok((gate, loader, overrides))
    }

    /// Loads the config and prints its warnings. Prints the report and returns the exit status if the config is rejected.
    pub fn load(
        &self,
        model: &(dyn Fn() -> Gate + Sync),
        output: &mut Output,
    ) -> Result<Result<(Loader, LoadedConfig), ExitStatus>, CliError> {
        let (loader, overrides) = self.loader(model)?;
        match loader.load(&LoadOptions { overrides: &overrides, ..LoadOptions::default() }) {
            Ok(loaded) => {
                // Standard output may be read by a program.
                eprint!("{}", human::report(&loaded.report, output.style.plain()));
                Ok(Ok((loader, loaded)))
            }
            Err(refused) => {
                output.put_report(&refused.report)?;
                Ok(Err(ExitStatus::of_refused(&refused.report)))
            }
        }
    }
}
