//! Checks for the tests of a service.
//!
//! The [schema](crate::schema) of a model comes from its types, and serde reads configs into the same types. Attributes can make the
//! two disagree: the gate would then admit a config that the service cannot read, or reject one that it reads.
//! [`check_model()`] finds such fields in the tests of the service, before a user does.

mod candidates;
mod check_model;
mod disagreement;
mod probe;
mod walk;

pub use self::check_model::check_model;
pub use self::disagreement::{Disagreement, Disagreements, Kind};
