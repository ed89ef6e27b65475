//! The outcome of a migration: the values that changed, and the steps that failed.

use std::mem;

use crate::value::{Node, Origin, Path};

/// A value that a migration changed, followed through all of its steps.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MigratedValue {
    /// Old values: none for an added field, two for a join.
    pub from: Vec<(Path, Node)>,
    /// New values: none for a removed field, two for a split.
    pub to: Vec<(Path, Node)>,
    actions: Vec<String>,
}

impl MigratedValue {
    /// Summarizes the actions: `renamed, converted to a duration`.
    pub fn summary(&self) -> String {
        self.actions.join(", ")
    }
}

/// A step that cannot be applied to a config.
#[derive(Debug, Clone, PartialEq)]
pub struct MigrationProblem {
    /// Path of the field.
    pub path: Path,
    /// True if the step would overwrite a value.
    pub is_conflict: bool,
    /// Message.
    pub message: String,
    /// Way out, in the imperative.
    pub help: String,
    /// The values concerned, with their origins and labels.
    pub labels: Vec<(Path, Origin, &'static str)>,
}

/// Outcome of a migration.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MigrationOutcome {
    /// The values that changed, in the order of their first change.
    pub changes: Vec<MigratedValue>,
    /// The steps that failed.
    pub problems: Vec<MigrationProblem>,
}

impl MigrationOutcome {
    /// Records that a step replaced `from` with `to`. A value that an earlier step changed continues its change.
    pub(super) fn record(&mut self, from: Vec<(Path, Node)>, to: Vec<(Path, Node)>, action: String) {
        let mut change = MigratedValue::default();
        let mut position = self.changes.len();
        for (path, node) in from {
            let earlier = self.changes.iter().position(|change| change.to.iter().any(|(made, _)| *made == path));
            let Some(index) = earlier else {
                change.from.push((path, node));
                continue;
            };
            let mut earlier = mem::take(&mut self.changes[index]);
            earlier.to.retain(|(made, _)| *made != path);
            change.from.append(&mut earlier.from);
            change.to.append(&mut earlier.to);
            change.actions.append(&mut earlier.actions);
            position = position.min(index);
        }
        change.to.extend(to);
        if !change.actions.contains(&action) {
            change.actions.push(action);
        }
        if position == self.changes.len() {
            self.changes.push(change);
        } else {
            self.changes[position] = change;
        }
        self.changes.retain(|change| !change.actions.is_empty());
    }

    /// Merges the change that produced `at` with the change of `other`.
    pub(super) fn merge(&mut self, at: &Path, other: &Path) {
        let contains = |values: &[(Path, Node)], path: &Path| values.iter().any(|(made, _)| made == path);
        let Some(first) = self.changes.iter().position(|change| contains(&change.to, at)) else { return };
        let of_other = |change: &MigratedValue| {
            contains(&change.to, other) || (change.to.is_empty() && contains(&change.from, other))
        };
        let Some(second) = self.changes.iter().rposition(of_other).filter(|second| *second != first) else { return };
        let second = self.changes.remove(second);
        // Search again: the removal may have moved the first change.
        let Some(first) = self.changes.iter_mut().find(|change| contains(&change.to, at)) else { return };
        first.from.extend(second.from);
        first.to.extend(second.to);
        for action in second.actions {
            if !first.actions.contains(&action) {
                first.actions.push(action);
            }
        }
    }
}
