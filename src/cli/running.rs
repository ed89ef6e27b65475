//! For commands that look at the config of this machine as a service would load it.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use confgate_core::gate::Gate;
use confgate_core::render::Totals;
use confgate_core::render::human::{self, Style};
use confgate_core::value::Path;
use confgate_runtime::load::{ConfigLocation, LoadOptions, LoadedConfig, Loader, Override};
use confgate_runtime::system::SystemContext;

use crate::cli::output::Output;
use crate::cli::service::ForService;
use crate::cli::{Failure, OnThisMachine};

/// Whose config, and where it is.
#[derive(Debug, Args)]
pub struct Which {
    /// Config file, bundle, or folder of them. By default the folder that the service's variable names (BITCRAPS_CONFIG_PATH),
    /// else config.
    #[arg(long, short, value_name = "PATH")]
    config: Option<PathBuf>,
    #[command(flatten)]
    environment: OnThisMachine,
    #[command(flatten)]
    service: ForService,
}

impl Which {
    /// Who loads it. `model` makes the gate of the bundled model.
    pub fn loader(&self, model: &dyn Fn() -> Gate) -> Result<Loader, Failure> {
        let gate = self.service.gate(model)?;
        let loader = Loader::new(gate, SystemContext::of_process())
            .backends(crate::secret_backends())
            .environment(self.environment.environment);
        Ok(loader.location(self.config.clone().map_or(ConfigLocation::Default, ConfigLocation::Path)))
    }
}

/// What to load.
#[derive(Debug, Args)]
pub struct Running {
    #[command(flatten)]
    which: Which,
    /// Value of a field that counts before all layers, as an environment variable would have it. May be given several times.
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<Setting>,
}

/// `network.max_connections=5`.
#[derive(Debug, Clone)]
struct Setting {
    key: String,
    value: String,
}

impl FromStr for Setting {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((key, value)) if !key.trim().is_empty() => {
                Ok(Self { key: key.trim().to_owned(), value: value.to_owned() })
            }
            _ => Err("write a field and its value: network.max_connections=5".to_owned()),
        }
    }
}

impl Running {
    /// Who loads, and what counts before all layers. `model` makes the gate of the bundled model.
    pub fn loader(&self, model: &dyn Fn() -> Gate) -> Result<(Loader, Vec<Override>), Failure> {
        let loader = self.which.loader(model)?;
        let overrides = self.set.iter().map(|set| set.of(loader.gate())).collect();
        Ok((loader, overrides))
    }

    /// Loads, and says what the load warns of; `None` when the config is refused, and the report is on the output.
    pub fn load(
        &self,
        model: &dyn Fn() -> Gate,
        output: &mut Output,
    ) -> Result<Option<(Loader, LoadedConfig)>, Failure> {
        let (loader, overrides) = self.loader(model)?;
        match loader.load(&LoadOptions { overrides: &overrides, ..LoadOptions::default() }) {
            Ok(loaded) => {
                // Beside what was asked for, which a program may read.
                eprint!("{}", human::report(&loaded.report, Style { color: false, ..output.style }));
                Ok(Some((loader, loaded)))
            }
            Err(refused) => {
                output.put(&human::report(&refused.report, output.style))?;
                output.put(&human::totals(Totals::of([&refused.report]), output.style))?;
                Ok(None)
            }
        }
    }
}

impl Setting {
    fn of(&self, gate: &Gate) -> Override {
        Override::text(gate, Path::dotted(&self.key), &self.value, format!("--set {}", self.key))
    }
}
