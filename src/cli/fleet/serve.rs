//! `confgate fleet serve`: the page of a fleet, kept up to date.

use std::sync::Arc;

use clap::Args;
use confgate_agent::{Listen, Site, serve_beside};
use confgate_core::gate::Gate;
use confgate_core::types;
use confgate_fleet::insight::{ConfigSource, FleetView, Observer, ObserverTimes};

use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::fleet::config_args::{ConfigArgs, ReadService};
use crate::cli::fleet::listen_args::ClientArgs;
use crate::cli::fleet::page::{FleetSite, PageMode};
use crate::cli::log_level::LogLevel;

/// Serve the page of a fleet: nodes side by side, rollout with waves and alarms as they change, timeline. Read-only, and without
/// secrets.
///
/// Serves /, /fleet as JSON, /metrics and /health, with the rules of the agent for hosts, tokens and limits. SIGTERM and SIGINT end
/// it.
#[derive(Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    config: ConfigArgs,
    /// Serve at this address: a port of this machine, or unix:/run/confgate-fleet.sock.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9466")]
    listen: Listen,
    #[command(flatten)]
    clients: ClientArgs,
    /// Count a node whose report vanished as dead for this time.
    #[arg(long, value_name = "DURATION", default_value = "24h")]
    remember: types::Duration,
    /// Log messages of this level and above on standard error.
    #[arg(long, value_name = "LEVEL", value_enum, default_value = "info")]
    log: LogLevel,
}

impl Serve {
    pub fn run(self, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        self.log.init();
        let ReadService { keys, gate, trust } = self.config.read(model)?;
        let endpoints = self.config.endpoints.options();
        // Options that cannot work are an error now, not an attempt that is repeated.
        endpoints.read().map_err(confgate_fleet::StoreError::from)?;
        let times = ObserverTimes { remember: self.remember.into(), ..ObserverTimes::default() };
        let configs = Some(ConfigSource { gate: &gate, trust: &trust });
        let observer = Observer { endpoints: &endpoints, keys: &keys, configs, times };
        let view = Arc::new(FleetView::new(keys.service()));
        let listener = self.clients.listener(&self.listen)?;
        let hosts = self.clients.hosts(Some(&listener));
        let site: Arc<dyn Site> =
            Arc::new(FleetSite::new(view.clone(), hosts, self.clients.token()?, PageMode::WithPage));
        serve_beside(&site, Some(listener), observer.run(&view))?;
        tracing::info!("the page has stopped");
        Ok(ExitStatus::Success)
    }
}
