//! The facts that the loops of a follower share.

use std::sync::Arc;

use crate::follow::node::Node;
use crate::follow::node_service::NodeService;
use crate::follow::status::FollowStatus;
use crate::follow::times::FollowTimes;
use crate::keys::Keys;

/// The node of a follower, its service, and its status.
#[derive(Clone, Copy)]
pub(super) struct Context<'f> {
    pub keys: &'f Keys,
    pub node: &'f Node,
    pub service: &'f Arc<NodeService>,
    pub status: &'f FollowStatus,
    pub times: FollowTimes,
}
