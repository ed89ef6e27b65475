//! Options of an agent that follows a fleet.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
#[cfg(feature = "flags")]
use confgate_core::environment::Environment;
use confgate_core::gate::Gate;
use confgate_core::model::Untyped;
use confgate_core::types;
use confgate_deploy::{Probe, Reload};
use confgate_files::SizeLimit;
#[cfg(feature = "flags")]
use confgate_flags::{FlagsFile, flags_gate};
use confgate_fleet::{
    FollowStatus, FollowTimes, Follower, Keys, Node, NodeName, NodeService, RegionName, ServiceName, Shard, Tag,
    shard_of,
};
use confgate_runtime::load::Loader;
#[cfg(feature = "flags")]
use confgate_runtime::system::SystemContext;

use crate::cli::config_selection::BundleLoader;
use crate::cli::error::CliError;
use crate::cli::fleet::endpoint_args::EtcdArgs;
use crate::cli::fleet::follow::{FollowedService, LiveSlot, LoaderOfBundle};
use crate::cli::fleet::follow_error::FollowError;
use crate::cli::trusted_keys::trust;

/// The fleet that an agent follows.
#[derive(Debug, Args)]
pub(crate) struct FollowArgs {
    /// Follow the fleet in the store of etcd at these addresses, in place of --config: https://HOST:2379,… Repeated as
    /// NAME=ENDPOINTS, each is a shard, and the node follows one of them.
    #[arg(long, value_name = "ENDPOINTS", id = "fleet", conflicts_with_all = ["config", "once"])]
    fleet: Vec<Shard>,
    #[command(flatten)]
    etcd: EtcdArgs,
    /// Set the name of this node. [default: its host name]
    #[arg(long, value_name = "NAME", requires = "fleet")]
    node: Option<NodeName>,
    /// Set the region of this node, whose overrides it applies.
    #[arg(long, value_name = "NAME", requires = "fleet")]
    region: Option<RegionName>,
    /// Give this node a tag, by which rollouts choose it. Can be repeated.
    #[arg(long, value_name = "TAG", requires = "fleet")]
    tag: Vec<Tag>,
    /// Accept bundles and overrides with a signature of this public key. Can be repeated; one signature is enough.
    #[arg(long, short = 'k', value_name = "KEY", requires = "fleet", required_if_eq_any = [("fleet", "")])]
    trusted_public_key: Vec<String>,
    /// Set the name of the service in the store and below the state directory. [default: name of the model]
    #[arg(long, value_name = "NAME", requires = "fleet")]
    name: Option<ServiceName>,
    /// Evaluate the flags that the fleet publishes under this name (confgate publish --flags --name NAME), in place of --flags.
    #[cfg(feature = "flags")]
    #[arg(long, value_name = "NAME", requires = "fleet", conflicts_with = "flags")]
    flags_service: Option<ServiceName>,
    /// Keep the generations of the service in this directory.
    #[arg(long, value_name = "DIR", default_value = "/var/lib/confgate", requires = "fleet")]
    state: PathBuf,
    /// Check the health of the service after each release: an http:// URL that answers 200, a tcp:// address that accepts a
    /// connection, or a command that exits with 0.
    #[arg(long, value_name = "PROBE", requires = "fleet")]
    health: Option<Probe>,
    /// Wait this long for the health check to pass.
    #[arg(long, value_name = "DURATION", default_value = "30s", requires = "fleet")]
    within: types::Duration,
    /// Keep a release only if --health passes for this long.
    #[arg(long, value_name = "DURATION", default_value = "0s", requires = "health")]
    bake_time: types::Duration,
    /// Keep this many generations, at least two.
    #[arg(long, value_name = "NUMBER", default_value_t = 10, requires = "fleet")]
    keep: usize,
    /// Reject a bundle that was active on this node before the active one, and a config for an older schema. A rollout cannot go
    /// back then.
    #[arg(long, requires = "fleet")]
    refuse_downgrade: bool,
}

impl FollowArgs {
    /// Returns whether the agent follows a fleet.
    pub fn is_given(&self) -> bool {
        !self.fleet.is_empty()
    }

    /// Returns the service of this node.
    pub fn fleet(&self, gate: Gate, loader: BundleLoader) -> Result<FollowedService<Untyped>, CliError> {
        let name = self.name(&gate)?;
        let health = (self.health.clone(), self.bake_time.into());
        self.followed(name, gate, loader.clone(), loader, health)
    }

    /// Returns the flags that follow the fleet beside the service with this gate, if there are some. `environment` is that of the option.
    #[cfg(feature = "flags")]
    pub fn flags(
        &self,
        gate: &Gate,
        environment: Option<Environment>,
    ) -> Result<Option<FollowedService<FlagsFile>>, CliError> {
        let Some(name) = self.flags_service.clone() else { return Ok(None) };
        if name == self.name(gate)? {
            return Err(FollowError::FlagsName(name).into());
        }
        let (gate, context) = (flags_gate(), SystemContext::of_process());
        let (of_loader, of_context) = (gate.untyped(), context.clone());
        let untyped =
            move |bundle: &Path| Loader::new(of_loader.clone(), of_context.clone()).environment(environment).at(bundle);
        let typed = move |bundle: &Path| Loader::of::<FlagsFile>(context.clone()).environment(environment).at(bundle);
        // The health is that of the service, which a release of flags does not restart.
        self.followed(name, gate.untyped(), Arc::new(untyped), Arc::new(typed), (None, Duration::ZERO)).map(Some)
    }

    /// Returns the name of the service in the store.
    fn name(&self, gate: &Gate) -> Result<ServiceName, CliError> {
        let of_model = || gate.model_name().ok_or(CliError::NoServiceName)?.parse().map_err(CliError::FleetName);
        self.name.clone().map_or_else(of_model, Ok)
    }

    /// Returns a service of this node, with its health check and the time for which it must pass.
    fn followed<M: Send + Sync + 'static>(
        &self,
        name: ServiceName,
        gate: Gate,
        of_deployment: BundleLoader,
        loader: LoaderOfBundle<M>,
        (health, bake_time): (Option<Probe>, Duration),
    ) -> Result<FollowedService<M>, CliError> {
        if self.trusted_public_key.is_empty() {
            return Err(FollowError::NoKey.into());
        }
        let node = match &self.node {
            Some(node) => node.clone(),
            None => host_name()?,
        };
        let node = Node { name: node, region: self.region.clone(), tags: self.tag.iter().cloned().collect() };
        let shard = shard_of(&self.fleet, &node.name).ok_or(FollowError::NoShard)?;
        let endpoints = self.etcd.options(shard.endpoints.clone());
        // Options that cannot work are an error now, not an attempt that is repeated.
        endpoints.read().map_err(confgate_fleet::StoreError::from)?;
        let live = LiveSlot::default();
        let service = NodeService {
            root: self.state.join(name.as_str()),
            gate,
            loader: of_deployment,
            trust: trust(&self.trusted_public_key)?,
            reload: Reload::Hook(live.hook()),
            health,
            timeout: self.within.into(),
            bake_time,
            keep: self.keep,
            allow_downgrade: !self.refuse_downgrade,
        };
        let status = Arc::new(FollowStatus::new(name.as_str(), node.clone(), &shard.name));
        let (keys, times) = (Keys::new(name), FollowTimes::default());
        let follower = Follower { endpoints, keys, node, service: Arc::new(service), times };
        Ok(FollowedService { follower: Arc::new(follower), status, live, loader })
    }
}

/// Returns the name of this host.
fn host_name() -> Result<NodeName, CliError> {
    let bytes = confgate_files::read("/proc/sys/kernel/hostname".as_ref(), SizeLimit::STATE).unwrap_or_default();
    let name = String::from_utf8_lossy(&bytes).trim().to_owned();
    name.parse().map_err(|error| FollowError::HostName(error).into())
}
