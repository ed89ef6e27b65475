//! Changes of a fleet.

use std::collections::HashMap;

use serde_json::{Value as Json, json};

use crate::cli::diff::row::Row;

/// The changed nodes of a fleet, each with its changes, and the added and removed ones.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FleetChange {
    pub changed: Vec<(String, Vec<Row>)>,
    pub added: Vec<String>,
    pub removed: Vec<String>,
    /// Number of nodes in the old or the new fleet.
    pub node_count: usize,
}

impl FleetChange {
    /// Returns the number of nodes that are changed, added or removed.
    pub fn touched(&self) -> usize {
        self.changed.len() + self.added.len() + self.removed.len()
    }

    /// Returns the numbers of changed nodes that reload and that restart.
    pub fn effects(&self) -> (usize, usize) {
        let restart = self.changed.iter().filter(|(_, rows)| rows.iter().any(Row::needs_restart)).count();
        (self.changed.len() - restart, restart)
    }

    /// Returns the nodes with equal changes together, in the order of the first of each group.
    pub fn groups(&self) -> Vec<(Vec<&str>, &[Row])> {
        let mut groups: Vec<(Vec<&str>, &[Row])> = Vec::new();
        let mut places: HashMap<&[Row], usize> = HashMap::new();
        for (node, rows) in &self.changed {
            let place = *places.entry(rows).or_insert(groups.len());
            match groups.get_mut(place) {
                Some((nodes, _)) => nodes.push(node),
                None => groups.push((vec![node], rows)),
            }
        }
        groups
    }

    /// Returns the numbers of nodes that reload, restart, are added and removed, each with its word. None of them is zero.
    pub fn counts(&self) -> Vec<(usize, &'static str)> {
        let (reload, restart) = self.effects();
        let all =
            [(reload, "reload"), (restart, "restart"), (self.added.len(), "added"), (self.removed.len(), "removed")];
        all.into_iter().filter(|(number, _)| *number > 0).collect()
    }

    /// Returns the changes for programs.
    pub fn to_json(&self) -> Json {
        let changed: serde_json::Map<String, Json> =
            self.changed.iter().map(|(node, rows)| (node.clone(), rows.iter().map(Row::to_json).collect())).collect();
        json!({ "changed": changed, "added": self.added, "removed": self.removed })
    }
}
