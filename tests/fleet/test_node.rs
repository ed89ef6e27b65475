//! A node that follows a fleet, with a disk of its own.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use confgate::deploy::Reload;
use confgate::fleet::{Digest, EndpointOptions, FollowStatus, FollowTimes, Follower, Node, NodeReport, NodeService};
use confgate::load::{LoadOptions, Loader};
use confgate::system::SystemContext;
use tempfile::TempDir;

use crate::sides::{beside, gate, quick, until};
use crate::support::Service;

/// A node on a disk of its own.
pub struct TestNode {
    pub follower: Follower,
    pub status: FollowStatus,
    _folder: TempDir,
}

impl TestNode {
    /// Returns a node of the region eu with the tag canary.
    pub fn new(service: &Service, endpoints: EndpointOptions) -> Self {
        Self::with(service, endpoints, SystemContext::bare(), |_| {})
    }

    /// Returns a node whose programs have these variables.
    pub fn with(
        service: &Service,
        endpoints: EndpointOptions,
        system: SystemContext,
        change: impl FnOnce(&mut NodeService),
    ) -> Self {
        let folder = TempDir::new().unwrap();
        let gate = gate();
        let of_loader = gate.clone();
        let loader = move |bundle: &Path| Loader::new(of_loader.clone(), system.clone()).at(bundle);
        let mut node_service = NodeService {
            root: folder.path().join("bitcraps"),
            gate,
            loader: Arc::new(loader),
            trust: service.trust.clone(),
            reload: Reload::None,
            health: None,
            timeout: Duration::from_secs(20),
            bake_time: Duration::ZERO,
            keep: 5,
            allow_downgrade: true,
        };
        change(&mut node_service);
        let node = Node {
            name: "node-1".parse().unwrap(),
            region: Some("eu".parse().unwrap()),
            tags: ["canary".parse().unwrap()].into(),
        };
        let times = FollowTimes {
            watch: quick(),
            rejected: (Duration::from_millis(100), Duration::from_millis(500)),
            staging: Duration::from_millis(100),
            health: Duration::from_millis(200),
        };
        let status = FollowStatus::new("bitcraps", node.clone(), "shard");
        let keys = service.keys.clone();
        Self {
            follower: Follower { endpoints, keys, node, service: Arc::new(node_service), times },
            status,
            _folder: folder,
        }
    }

    /// Follows during a test.
    pub async fn follow<T>(&self, test: impl Future<Output = T>) -> T {
        beside(self.follower.run(&self.status), test).await
    }

    /// Returns a field of the config as the service of the node reads it.
    pub fn connections(&self) -> Option<String> {
        let loader = (self.follower.service.loader)(&self.follower.service.config());
        let loaded = loader.load(&LoadOptions::default()).ok()?;
        let explained = loaded.explain(loader.gate(), "network.max_connections").unwrap();
        explained.value.map(|value| value.to_string())
    }

    /// Waits until the node runs a release.
    pub async fn runs(&self, release: Digest) -> NodeReport {
        until("the node runs the release", async || {
            let report = self.status.report();
            report.runs(&release).then_some(report)
        })
        .await
    }

    /// Waits until the node names a problem.
    pub async fn names(&self, part: &str) -> String {
        until(part, async || self.status.problem().filter(|problem| problem.contains(part))).await
    }
}
