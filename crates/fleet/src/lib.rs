//! Distribution of releases to a fleet of nodes through etcd.
//!
//! A *release* is what one publication brings to the nodes of a service: one bundle for all of them, or a bundle for each. A
//! store holds releases that never change, and pointers to them:
//!
//! ```text
//! /confgate/SERVICE/bundles/NAR           header of a bundle: size, chunks, signatures      immutable content
//! /confgate/SERVICE/bundles/NAR/CHUNK     512 KiB of its archive, named by their hash       immutable
//! /confgate/SERVICE/releases/DIGEST       index of a release: the bundle of each node       immutable
//! /confgate/SERVICE/rollout/WAVE          pointer to a release                              compare and swap
//! /confgate/SERVICE/staged/all            the release that nodes check before their pointers move  compare and swap
//! /confgate/SERVICE/nodes/NODE            the release that a node runs                      under a lease
//! /confgate/SERVICE/overrides/REGION      values of a region that expire                    compare and swap
//! /confgate/SERVICE/history/TIME-RANDOM   a change of the pointers                          immutable
//! ```
//!
//! Each of these immutable values is named by its hash, so that a store can lose one, and cannot replace it. A bundle carries the
//! signatures of [`confgate_nix_signatures`], and [`ReleaseReader`] verifies size, hashes, signature and limits before a byte of
//! it is used: an etcd that others write to can stop a release, and cannot forge one.
//!
//! # Modules
//!
//! ```text
//! names, keys                 the layout
//! endpoints, secret_files     servers, TLS, users, timeouts
//! connection, store           operations over etcd, with timeouts and attempts
//! transaction, lease          changes of several keys, keys that end with their holder
//! watch                       changes of a prefix, without gaps
//! release, bundle_header      values of the store
//! reader, writer              verified reading, immutable writing
//! pointer, history            the mutable side
//! gated, three_way, rebase    comparison of two authors' configs
//! candidate, publish          publication
//! placement, pointer_choice   the pointer that holds for a node
//! node_report                 what a node runs
//! follow                      a node that follows its fleet
//! relay                       from the store of the authority to that of a region
//! signed_override             overrides of a region
//! rollout                     waves, and the way back
//! fleet_status                the nodes beside their pointers
//! prune                       removal of what nothing needs
//! insight                     the nodes side by side, differences, recommendations
//! ```
//!
//! # Async
//!
//! The client of etcd needs tokio. [`Store`] and what is built on it are async; a caller without a runtime of its own runs them
//! in a [`Runtime`], on the current thread. No type of tokio is part of an interface.

mod author;
mod backoff;
mod bundle_header;
mod candidate;
mod connection;
mod digest;
mod endpoints;
mod endpoints_error;
mod entry;
mod fleet_status;
mod follow;
mod gated;
mod history;
pub mod insight;
mod keys;
mod lease;
mod lease_id;
mod limits;
mod names;
mod node_report;
mod one_key;
mod placement;
mod pointer;
mod pointer_choice;
mod pointers;
mod position;
mod prune;
mod publish;
mod publish_error;
mod race;
mod random;
mod range_end;
mod reader;
mod rebase;
mod relay;
mod release;
mod release_error;
pub mod rollout;
mod runtime;
mod secret_files;
mod signed_override;
mod store;
mod store_error;
mod three_way;
mod transaction;
mod update;
mod updates;
mod watch;
mod writer;

pub use self::author::Author;
pub use self::backoff::Backoff;
pub use self::bundle_header::{BundleHeader, Chunk, split};
pub use self::candidate::Candidate;
pub use self::digest::{Digest, InvalidDigest};
pub use self::endpoints::{DEFAULT_TIMEOUT, EndpointOptions, Endpoints, OptionNames};
pub use self::endpoints_error::EndpointsError;
pub use self::entry::{Entry, Listing};
pub use self::fleet_status::{Expectation, FleetStatus, NodeRow, NodeState, fleet_status};
pub use self::follow::{
    AttemptError, FollowStatus, FollowTimes, Follower, InvalidShard, Node, NodeService, NodeServiceError,
    PointerProblem, Shard, shard_of,
};
pub use self::gated::{GateError, GatedConfig};
pub use self::history::{Action, HistoryEntry, Move};
pub use self::keys::Keys;
pub use self::lease::Lease;
pub use self::lease_id::LeaseId;
pub use self::limits::{CHUNK_SIZE, MAX_ENTRIES, MAX_INDEX, MAX_LISTING, MAX_RELEASE_BUNDLE, MAX_VALUE};
pub use self::names::{InvalidName, NodeName, RegionName, ServiceName, Tag, WaveName};
pub use self::node_report::{NODE_LEASE, NodeReport, ReportedError, ReportedStaging};
pub use self::placement::{Place, Resident, Selector};
pub use self::pointer::{AuthorityRevision, Pointer};
pub use self::pointer_choice::pointer_of;
pub use self::position::{ClusterId, Position, Revision};
pub use self::prune::{Prune, PruneError, Pruned, prune};
pub use self::publish::{Publication, Published, Rebased, publish};
pub use self::publish_error::PublishError;
pub use self::reader::{ReleaseReader, VerifiedBundle};
pub use self::rebase::Taken;
pub use self::relay::{ForwardError, PlanProblem, Relay, RelaySide, RelayStatus, RelayTimes, run_relay};
pub use self::release::{Release, Targets};
pub use self::release_error::ReleaseError;
pub use self::runtime::Runtime;
pub use self::signed_override::{LONGEST_OVERRIDE, OverrideError, SignedOverride};
pub use self::store::Store;
pub use self::store_error::StoreError;
pub use self::three_way::{FieldChange, FieldConflict, Merge, Side, field_changes, merge};
pub use self::transaction::{Commit, Condition, Conflict, Transaction};
pub use self::update::{Change, ListReason, Update};
pub use self::watch::{WatchOptions, Watcher};
pub use self::writer::{ReleaseWriter, SignedBundle, Written};
