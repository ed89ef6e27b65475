//! The nodes of a service and their reports.

use std::collections::{BTreeMap, BTreeSet};

use crate::digest::Digest;
use crate::entry::{Entry, Listing};
use crate::keys::Keys;
use crate::names::NodeName;
use crate::node_report::NodeReport;
use crate::position::Revision;
use crate::update::{Change, Update};

/// The reports of the nodes that are alive.
#[derive(Debug, Clone, Default)]
pub struct Inventory {
    members: BTreeMap<NodeName, Member>,
}

/// A node that reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The report, or the reason why it cannot be read.
    pub report: Result<NodeReport, String>,
    /// Revision of the report.
    pub revision: Revision,
}

impl Inventory {
    /// Returns the nodes of a listing.
    pub fn of(listing: &Listing, keys: &Keys) -> Self {
        let mut inventory = Self::default();
        listing.entries.iter().for_each(|entry| inventory.put(entry, keys));
        inventory
    }

    /// Takes an update of the nodes' prefix.
    pub fn apply(&mut self, update: &Update, keys: &Keys) {
        match update {
            Update::Listed { listing, .. } => *self = Self::of(listing, keys),
            Update::Changed { changes, .. } => changes.iter().for_each(|change| match change {
                Change::Put(entry) => self.put(entry, keys),
                Change::Deleted { key, .. } => {
                    if let Some(node) = node_of(key, keys) {
                        self.members.remove(&node);
                    }
                }
            }),
            Update::Resumed { .. } | Update::Interrupted { .. } => {}
        }
    }

    /// Adds or replaces a report.
    pub fn put(&mut self, entry: &Entry, keys: &Keys) {
        // A key that is not the name of a node is written by hand, and belongs to none.
        let Some(node) = node_of(&entry.key, keys) else { return };
        let report = NodeReport::decode(&entry.value, &entry.key).map_err(|error| error.to_string());
        self.members.insert(node, Member { report, revision: entry.modified });
    }

    /// Returns a node that reports.
    pub fn get(&self, node: &NodeName) -> Option<&Member> {
        self.members.get(node)
    }

    /// Returns the nodes, by name.
    pub fn members(&self) -> impl Iterator<Item = (&NodeName, &Member)> {
        self.members.iter()
    }

    /// Returns the nodes with reports that can be read.
    pub fn reports(&self) -> impl Iterator<Item = (&NodeName, &NodeReport)> {
        self.members.iter().filter_map(|(node, member)| Some((node, member.report.as_ref().ok()?)))
    }

    /// Returns the releases that nodes run.
    pub fn running_releases(&self) -> BTreeSet<Digest> {
        self.reports().filter_map(|(_, report)| report.release).collect()
    }

    /// Returns the number of nodes.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Returns whether no node reports.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

fn node_of(key: &str, keys: &Keys) -> Option<NodeName> {
    Keys::name_below(key, &keys.nodes())?.parse().ok()
}
