//! Profiles: parts of a config that hold under conditions.
//!
//! A config carries them in a list, so that their order is definite. The form of the list is a part of the schema; what it says
//! of the conditions is taken apart here, and what each profile sets is checked as the config will be with it. Whether the
//! conditions hold is asked where the config runs.

mod condition;
mod form;
mod overlap;
mod profile;
mod range;
pub(crate) mod read;
pub mod zone;

pub use self::condition::{Condition, Day, InvalidName, Name, OneOrMany, ZONE};
pub(super) use self::form::declare;
pub use self::form::{EXAMPLE, MARK, OVERLAY};
pub use self::profile::*;
pub use self::range::{InvalidRange, TimeRange};
pub use self::read::TakenProfiles;
