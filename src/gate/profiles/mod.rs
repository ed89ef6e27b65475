//! Profiles: parts of a config that hold under conditions.
//!
//! A config carries them in a list, so that their order is definite. The form of the list is a part of the schema; what it says
//! of the conditions is taken apart here, and what each profile sets is checked as the config will be with it. Whether the
//! conditions hold is asked where the config runs.

mod check;
mod condition;
mod form;
mod meet;
mod named;
mod range;
mod read;
mod take;
pub(super) mod zone;

pub use self::check::RESTART;
use self::check::check;
pub(super) use self::check::{Base, Checked};
pub use self::condition::{Condition, Day, InvalidName, Name, OneOrMany, ZONE};
pub(super) use self::form::declare;
pub use self::form::{EXAMPLE, MARK, OVERLAY};
pub use self::range::{InvalidRange, TimeRange};
use self::read::Listed;
pub use self::read::Taken;
pub(super) use self::take::in_overlay;
use crate::tree::{Node, Origin};

/// A part of a config, and the conditions under which it holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// What it is called. No other profile of the config has this name.
    pub name: String,
    /// When it holds.
    pub when: Condition,
    /// What it sets: a table, laid on the config. Its values know where they were written.
    pub set: Node,
    /// Where its name was written.
    pub origin: Origin,
}
