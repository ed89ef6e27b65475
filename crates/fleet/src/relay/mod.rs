//! The relay: brings releases from the authority's store to that of a region, and the reports of the region's nodes back.
//!
//! ```text
//!             releases, then pointers, overrides
//!  authority ────────────────────────────────────▶ region
//!            ◀────────────────────────────────────
//!             reports of nodes, under a lease
//! ```
//!
//! The relay has no state of its own: it compares the two stores, and does what is missing. It can therefore be killed between any
//! two operations, and started again. A pointer moves after its release is in the region, verified and gated; pointers that moved
//! in one transaction at the authority move in one transaction in the region. The pointer keeps the authority's position, by which
//! nodes tell a newer pointer from an older one.
//!
//! | file | content |
//! |---|---|
//! | relay.rs, run.rs | a relay, and its run |
//! | plan.rs | what is to be done, from the pointers of both stores |
//! | forward.rs | verified copies of releases |
//! | pointers.rs, overrides.rs, reports.rs | the three loops |
//! | status.rs | what they are doing, for pages and metrics |

mod forward;
mod forward_error;
mod overrides;
mod plan;
mod pointers;
mod relay;
mod reports;
mod run;
mod staging;
mod status;

pub use self::forward_error::ForwardError;
pub use self::plan::PlanProblem;
pub use self::relay::{Relay, RelayTimes};
pub use self::run::run_relay;
pub use self::status::{RelaySide, RelayStatus};
