//! `confgate relay`: from the store of the authority to that of a region.

use std::sync::Arc;

use clap::Args;
use confgate_agent::{Site, serve_beside};
use confgate_core::gate::Gate;
use confgate_fleet::{RegionName, Relay as FleetRelay, RelayStatus, RelayTimes, run_relay};

use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::fleet::endpoint_args::{EndpointArgs, FleetServiceArgs};
use crate::cli::fleet::from_args::FromArgs;
use crate::cli::fleet::listen_args::ListenArgs;
use crate::cli::fleet::relay_site::RelaySite;
use crate::cli::log_level::LogLevel;
use crate::cli::trusted_keys::trust;

/// Bring the releases of a service from the authority's store to that of a region, and the reports of its nodes back.
///
/// Verifies and gates each bundle before a pointer moves in the region. Keeps no state, so that it can be stopped and started at any
/// time. SIGTERM and SIGINT end it.
#[derive(Debug, Args)]
pub struct Relay {
    #[command(flatten)]
    from: FromArgs,
    #[command(flatten)]
    to: EndpointArgs,
    #[command(flatten)]
    service: FleetServiceArgs,
    /// Forward the overrides of this region, and the reports of its nodes alone.
    #[arg(long, value_name = "NAME")]
    region: Option<RegionName>,
    /// Forward bundles and overrides with a signature of this public key. Can be repeated; one signature is enough.
    #[arg(long, short = 'k', value_name = "KEY", required = true)]
    trusted_public_key: Vec<String>,
    #[command(flatten)]
    listen: ListenArgs,
    /// Log messages of this level and above on standard error.
    #[arg(long, value_name = "LEVEL", value_enum, default_value = "info")]
    log: LogLevel,
}

impl Relay {
    pub fn run(self, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        self.log.init();
        let gate = self.service.gate(model)?;
        let keys = self.service.keys(&gate)?;
        let trust = trust(&self.trusted_public_key)?;
        let (authority, region) = (self.from.options(), self.to.options());
        // Options that cannot work are an error now, not an attempt that is repeated.
        for options in [&authority, &region] {
            options.read().map_err(confgate_fleet::StoreError::from)?;
        }
        let relay = FleetRelay {
            authority: &authority,
            region: &region,
            region_name: self.region,
            keys: &keys,
            trust: &trust,
            gate: &gate,
            times: RelayTimes::default(),
        };
        let status = Arc::new(RelayStatus::new(keys.service()));
        let listener = self.listen.listener()?;
        let hosts = self.listen.clients().hosts(listener.as_ref());
        let token = self.listen.clients().token()?.map(Arc::new);
        let site: Arc<dyn Site> = Arc::new(RelaySite { status: status.clone(), hosts, token });
        serve_beside(&site, listener, run_relay(&relay, &status))?;
        tracing::info!("the relay has stopped");
        Ok(ExitStatus::Success)
    }
}
