//! Compatibility of schemas: whether a newer schema admits every config that an older one admits.
//!
//! [`breaking_changes`] compares two schemas and leaves out the changes that a migration covers. It errs on the side of caution:
//! a change that it cannot judge, such as another `pattern`, counts as a breaking one.

mod bounds;
mod breaking_change;
mod compatible;
mod schema_comparison;

pub use self::breaking_change::BreakingChange;
pub use self::compatible::{VERSION, breaking_changes, schema_version};
