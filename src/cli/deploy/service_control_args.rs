//! Options that reload a service and check its health.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use confgate_core::gate::Gate;
use confgate_core::types;
use confgate_deploy::{CancellationToken, Deployment, Probe, Reload, Source};
use confgate_nix_signatures::Trust;
use confgate_runtime::load::Loader;
use confgate_runtime::system::SystemContext;

use crate::cli::environment_args::HostEnvironmentArgs;

/// Reload method, health check and environment of a service.
#[derive(Debug, Args)]
pub(crate) struct ServiceControlArgs {
    #[command(flatten)]
    reload: ReloadArgs,
    /// Check the health of the service after the reload: an http:// URL that answers 200, a tcp:// address that accepts a
    /// connection, or a command that exits with 0.
    #[arg(long, value_name = "PROBE")]
    pub health: Option<Probe>,
    /// Wait this long for the health check to pass.
    #[arg(long, value_name = "DURATION", default_value = "30s")]
    within: types::Duration,
    #[command(flatten)]
    environment: HostEnvironmentArgs,
}

#[derive(Debug, Args)]
#[group(multiple = false)]
struct ReloadArgs {
    /// Send SIGHUP to the process with the ID in this file.
    #[arg(long, value_name = "FILE")]
    pid_file: Option<PathBuf>,
    /// Send SIGHUP to the main process of this systemd unit.
    #[arg(long, value_name = "UNIT")]
    main_pid: Option<String>,
    /// Run `systemctl reload UNIT`.
    #[arg(long, value_name = "UNIT")]
    reload_unit: Option<String>,
    /// Run this shell command.
    #[arg(long, value_name = "COMMAND")]
    reload_command: Option<String>,
}

impl ReloadArgs {
    fn method(&self) -> Reload {
        let Self { pid_file, main_pid, reload_unit, reload_command } = self;
        pid_file
            .clone()
            .map(Reload::PidFile)
            .or_else(|| main_pid.clone().map(Reload::MainPid))
            .or_else(|| reload_unit.clone().map(Reload::Unit))
            .or_else(|| reload_command.clone().map(Reload::Command))
            .unwrap_or_default()
    }
}

impl ServiceControlArgs {
    /// Returns a deployment of `source` without requirements on signatures and versions, which the command adds.
    pub fn deployment<'l>(&self, source: Source, loader: &'l dyn Fn(&Path) -> Loader) -> Deployment<'l> {
        Deployment {
            source,
            trust: Trust::default(),
            signature: None,
            signed_commit: false,
            allow_downgrade: false,
            loader,
            reload: self.reload.method(),
            health: self.health.clone(),
            timeout: self.within.into(),
            bake_time: Duration::ZERO,
            keep: 10,
            cancellation: CancellationToken::default(),
        }
    }

    /// Returns a function that makes the loader of a bundle, with the environment and secrets of this machine.
    pub fn loader(&self, gate: Gate) -> impl Fn(&Path) -> Loader {
        let (context, environment) = (SystemContext::of_process(), self.environment.environment);
        move |bundle| {
            Loader::new(gate.clone(), context.clone())
                .backends(crate::secret_backends())
                .environment(environment)
                .at(bundle)
        }
    }
}
