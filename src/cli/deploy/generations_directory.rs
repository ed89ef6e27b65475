use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use confgate_core::gate::Gate;
use confgate_core::sensitive::display::sanitize;
use confgate_core::types;
use confgate_deploy::disk::Real;
use confgate_deploy::{DeployError, Deployment, Generations, Probe, Reload, Source};
use confgate_nix_signatures::Trust;
use confgate_runtime::load::Loader;
use confgate_runtime::system::SystemContext;

use crate::cli::service::ForService;
use crate::cli::{Failure, OnThisMachine};

/// Where the generations are.
#[derive(Debug, Args)]
pub(crate) struct Place {
    /// Name of the service, below the state folder. By default the model's.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Folder with the generations of all services.
    #[arg(long, value_name = "DIR", default_value = "/var/lib/confgate")]
    state: PathBuf,
    #[command(flatten)]
    service: ForService,
}

impl Place {
    pub(crate) fn gate(&self, model: &dyn Fn() -> Gate) -> Result<Gate, Failure> {
        self.service.gate(model)
    }

    pub(crate) fn generations(&self, gate: &Gate) -> Result<Generations<'static>, Failure> {
        let name = self.name.as_deref().or_else(|| gate.model_name()).unwrap_or("service");
        if name.is_empty() || name.contains('/') || name.starts_with('.') {
            return Err(Failure(format!("{name:?} is no name of a service")));
        }
        Ok(Generations::at(self.state.join(name), &Real))
    }
}

/// How a service is told and asked.
#[derive(Debug, Args)]
pub(crate) struct Service {
    #[command(flatten)]
    told: Told,
    /// How to ask whether the service is well: an http:// address that answers 200, a tcp:// address that takes a
    /// connection, or a command that ends with 0.
    #[arg(long, value_name = "PROBE")]
    pub(crate) health: Option<Probe>,
    /// How long the service may take to be well.
    #[arg(long, value_name = "DURATION", default_value = "30s")]
    within: types::Duration,
    #[command(flatten)]
    environment: OnThisMachine,
}

#[derive(Debug, Args)]
#[group(multiple = false)]
struct Told {
    /// Send SIGHUP to the process whose number is in this file.
    #[arg(long, value_name = "FILE")]
    pid_file: Option<PathBuf>,
    /// Send SIGHUP to the main process of this systemd unit.
    #[arg(long, value_name = "UNIT")]
    main_pid: Option<String>,
    /// Run systemctl reload for this unit.
    #[arg(long, value_name = "UNIT")]
    reload_unit: Option<String>,
    /// Run this command of the shell.
    #[arg(long, value_name = "COMMAND")]
    reload_command: Option<String>,
}

impl Told {
    fn reload(&self) -> Reload {
        let Self { pid_file, main_pid, reload_unit, reload_command } = self;
        let told = [
            pid_file.clone().map(Reload::PidFile),
            main_pid.clone().map(Reload::MainPid),
            reload_unit.clone().map(Reload::Unit),
            reload_command.clone().map(Reload::Command),
        ];
        told.into_iter().flatten().next().unwrap_or_default()
    }
}

impl Service {
    /// A deployment of `source` that trusts everybody, for a command to be strict with.
    pub(crate) fn deployment<'l>(
        &self,
        source: Source,
        loader: &'l dyn Fn(&std::path::Path) -> Loader,
    ) -> Deployment<'l> {
        Deployment {
            source,
            trust: Trust::default(),
            signature: None,
            signed_commit: false,
            allow_downgrade: false,
            loader,
            reload: self.told.reload(),
            health: self.health.clone(),
            patience: self.within.into(),
            settle: Duration::ZERO,
            keep: 10,
        }
    }

    /// Makes loaders of a bundle with this machine's environment and secrets.
    pub(crate) fn loader(&self, gate: Gate) -> impl Fn(&std::path::Path) -> Loader {
        let (gate, host, environment) = (Arc::new(gate), SystemContext::of_process(), self.environment.environment);
        move |bundle| {
            Loader::new(gate.clone(), host.clone())
                .backends(crate::secret_backends())
                .environment(environment)
                .at(bundle)
        }
    }
}

/// Errors that say that a config was refused, and those that say that nothing could be tried.
pub(crate) fn outcome(error: DeployError) -> Result<u8, Failure> {
    match error {
        DeployError::Io { .. }
        | DeployError::Locked { .. }
        | DeployError::Source { .. }
        | DeployError::Stopped { .. } => Err(error.into()),
        _ => Ok(crate::cli::REFUSED),
    }
}

/// Names of files, and what programs say, are somebody's text.
pub(crate) fn harmless_lines(text: &str) -> String {
    text.lines().map(|line| format!("{}\n", sanitize(line))).collect()
}
