//! A node of a fleet.

use std::collections::BTreeSet;

use crate::names::{NodeName, RegionName, Tag};
use crate::placement::Resident;

/// A node of a fleet, as its agent is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its name.
    pub name: NodeName,
    /// Its region.
    pub region: Option<RegionName>,
    /// Its tags.
    pub tags: BTreeSet<Tag>,
}

impl Node {
    /// Returns the node as placement knows it.
    pub const fn resident(&self) -> Resident<'_> {
        Resident { node: &self.name, region: self.region.as_ref(), tags: &self.tags }
    }
}
