//! The follower of a node.

use std::convert::Infallible;
use std::sync::Arc;

use tokio::time::sleep;

use crate::backoff::Backoff;
use crate::endpoints::EndpointOptions;
use crate::follow::context::Context;
use crate::follow::node::Node;
use crate::follow::node_service::NodeService;
use crate::follow::override_loop::OverrideLoop;
use crate::follow::pointer_loop::PointerLoop;
use crate::follow::reporter::Reporter;
use crate::follow::staged_release::StagedRelease;
use crate::follow::staging_loop::StagingLoop;
use crate::follow::state::FollowState;
use crate::follow::status::FollowStatus;
use crate::follow::times::FollowTimes;
use crate::keys::Keys;
use crate::node_report::ReportedError;
use crate::race::{First, race, race_three};
use crate::store::Store;

/// A node that follows its fleet.
#[derive(Debug)]
pub struct Follower {
    /// The store of the node's region, or shard.
    pub endpoints: EndpointOptions,
    /// Keys of the service.
    pub keys: Keys,
    /// The node.
    pub node: Node,
    /// Its service.
    pub service: Arc<NodeService>,
    /// Times.
    pub times: FollowTimes,
}

impl Follower {
    /// Follows until the future is dropped. A deployment that runs then is cancelled: it goes back to the generation before.
    pub async fn run(&self, status: &FollowStatus) -> Infallible {
        let mut state = FollowState::read(&self.service.root);
        self.report_start(&mut state, status);
        let store = self.connect(status).await;
        let reporter = Reporter::new(&store, self.keys.node(&self.node.name), status, self.times.watch);
        let overrides = async {
            let Some(region) = &self.node.region else { return std::future::pending().await };
            let retry = Backoff::new(self.times.rejected.0, self.times.rejected.1);
            let service = self.service.clone();
            OverrideLoop::new(&store, &self.keys, region, service, status, (self.times.watch, retry)).run().await
        };
        let context = Context { keys: &self.keys, node: &self.node, service: &self.service, status, times: self.times };
        let staged = Arc::new(StagedRelease::default());
        let staging = StagingLoop::new(context, &store, staged.clone());
        let pointers = PointerLoop::new(context, &store, state, staged);
        // Boxed: they are too large to be moved about on a stack.
        let beside = race_three(Box::pin(reporter.run()), Box::pin(overrides), Box::pin(staging.run()));
        match race(Box::pin(pointers.run()), Box::pin(beside)).await {
            First::One(never) | First::Other(never) => match never {},
        }
    }

    /// Reports what the node runs already.
    fn report_start(&self, state: &mut FollowState, status: &FollowStatus) {
        let bundle = self.service.active_bundle();
        // A generation that was deployed by hand, or by an earlier fleet, is not the release that is remembered.
        state.active = state.active.filter(|active| Some(active.bundle) == bundle);
        status.update_report(|report| {
            report.release = state.active.map(|active| active.release);
            report.bundle = bundle;
            report.active = bundle.is_some();
            report.healthy = bundle.is_some();
            report.error = state.failed.as_ref().map(|failed| ReportedError::new(failed.release, &failed.message));
        });
    }

    async fn connect(&self, status: &FollowStatus) -> Store {
        let mut backoff = Backoff::new(self.times.watch.first_retry, self.times.watch.longest_retry);
        loop {
            match Store::connect(&self.endpoints).await {
                Ok(store) => return store,
                Err(error) => status.interrupted(&error),
            }
            sleep(backoff.next_delay()).await;
        }
    }
}
