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
use crate::gate::finding::Finding;
use crate::tree::{Node, Origin, Path, Sources};

/// The file with profiles beside a config.
pub const BESIDE: &str = "profiles.toml";

/// What does not belong in such a file. `tree` is what it says without its profiles.
pub fn beside(tree: &Node, sources: &Sources) -> Vec<Finding> {
    let others = tree.as_table().into_iter().flatten().map(|(key, node)| {
        let message = format!("{BESIDE} holds profiles and nothing else, and here is {key}");
        let finding = Finding::error("profiles/nothing-else", Path::root().key(key), message);
        let finding = finding.at(sources.places(&node.origin), "");
        finding.help("move it to the config file, or into the set of a profile")
    });
    others.collect()
}

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
