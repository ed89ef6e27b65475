//! Changes of a fleet.

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

    /// Returns the changes for programs.
    pub fn to_json(&self) -> Json {
        let changed: serde_json::Map<String, Json> =
            self.changed.iter().map(|(node, rows)| (node.clone(), rows.iter().map(Row::to_json).collect())).collect();
        json!({ "changed": changed, "added": self.added, "removed": self.removed })
    }
}
