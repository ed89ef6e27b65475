//! The follower: a node that runs what its fleet's store says.
//!
//! ```text
//! store ──watch──▶ pointers ──▶ choice ──▶ read, verify ──▶ deploy: gate, stage, activate, reload, health, bake, keep
//!   ▲                                                          │
//!   └──────────── report, under a lease ◀──── state ◀──────────┘
//! ```
//!
//! The store decides what a node should run, and the node decides whether it does: it verifies size, hashes and signature, passes
//! the config through the gate with its own environment and secrets, and deploys with a way back. What it does not admit is named
//! in its report, and changes nothing. The last admitted bundle is a generation on the node's disk, so that a node whose store is
//! away runs on, and starts.
//!
//! | file | content |
//! |---|---|
//! | node.rs, shard.rs | the node, and the cluster that it follows |
//! | choice.rs | the pointer that holds, and whether it is newer than what is known |
//! | state.rs | what a node remembers over a restart |
//! | node_service.rs | deployments and overrides on this node |
//! | follower.rs | the four loops: pointer_loop.rs, staging_loop.rs, override_loop.rs, reporter.rs |
//! | staged_release.rs | the bundle that was fetched before the pointer moves |
//! | context.rs, times.rs | what the loops share |
//! | status.rs | what they are doing, for pages and metrics |

mod attempt;
mod choice;
mod context;
mod follower;
mod node;
mod node_service;
mod override_loop;
mod pending_restart;
mod pointer_loop;
mod reporter;
mod shard;
mod staged_release;
mod staging_loop;
mod state;
mod status;
mod times;

pub use self::attempt::AttemptError;
pub use self::choice::PointerProblem;
pub use self::follower::Follower;
pub use self::node::Node;
pub use self::node_service::{NodeService, NodeServiceError};
pub use self::shard::{InvalidShard, Shard, shard_of};
pub use self::status::FollowStatus;
pub use self::times::FollowTimes;
