//! The fields whose new values wait for a restart of the service, over several deployments.

use std::collections::BTreeMap;

use confgate_deploy::PlannedChange;
use serde_json::Value as Json;

/// The fields that need a restart, each with the value that the service started with; `None` if it was absent. A field that gets
/// this value back needs none any more.
#[derive(Debug, Default)]
pub(super) struct PendingRestart(BTreeMap<String, Option<Json>>);

impl PendingRestart {
    /// Adds the changes of a deployment.
    pub fn deployed(&mut self, changes: &[PlannedChange]) {
        for change in changes.iter().filter(|change| change.restart) {
            match self.0.get(&change.field) {
                Some(started) if *started == change.new => {
                    self.0.remove(&change.field);
                }
                Some(_) => {}
                None => {
                    self.0.insert(change.field.clone(), change.old.clone());
                }
            }
        }
    }

    /// Tells whether a field waits for a restart.
    pub fn any(&self) -> bool {
        !self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(field: &str, old: u16, new: u16, restart: bool) -> PlannedChange {
        PlannedChange { field: field.to_owned(), old: Some(old.into()), new: Some(new.into()), restart }
    }

    #[test]
    fn a_restart_is_needed_until_each_field_has_the_value_of_the_start() {
        let mut pending = PendingRestart::default();
        pending.deployed(&[change("max_connections", 1, 2, false)]);
        assert!(!pending.any());
        pending.deployed(&[change("port", 80, 81, true)]);
        pending.deployed(&[change("max_connections", 2, 3, false)]);
        assert!(pending.any(), "a change that needs none leaves the earlier one");
        pending.deployed(&[change("port", 81, 82, true), change("address", 1, 2, true)]);
        pending.deployed(&[change("port", 82, 80, true)]);
        assert!(pending.any(), "the other field");
        pending.deployed(&[change("address", 2, 1, true)]);
        assert!(!pending.any());
    }
}
