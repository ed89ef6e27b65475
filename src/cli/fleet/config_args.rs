//! Options by which the configs of a fleet's bundles are read.

use clap::Args;
use confgate_core::gate::Gate;
use confgate_fleet::Keys;
use confgate_nix_signatures::Trust;

use crate::cli::error::CliError;
use crate::cli::fleet::endpoint_args::{EndpointArgs, FleetServiceArgs};
use crate::cli::trusted_keys::trust;

/// Store and service, and the keys that sign its bundles.
#[derive(Debug, Args)]
pub(super) struct ConfigArgs {
    #[command(flatten)]
    pub endpoints: EndpointArgs,
    #[command(flatten)]
    service: FleetServiceArgs,
    /// Read bundles and overrides with a signature of this public key, as the nodes do. Can be repeated; one signature is enough.
    #[arg(long, short = 'k', value_name = "KEY", required = true)]
    trusted_public_key: Vec<String>,
}

/// Keys of the store, gate and trusted keys of the service.
pub(super) struct ReadService {
    pub keys: Keys,
    pub gate: Gate,
    pub trust: Trust,
}

impl ConfigArgs {
    pub fn read(&self, model: &(dyn Fn() -> Gate + Sync)) -> Result<ReadService, CliError> {
        let gate = self.service.gate(model)?;
        let keys = self.service.keys(&gate)?;
        Ok(ReadService { keys, gate, trust: trust(&self.trusted_public_key)? })
    }
}
