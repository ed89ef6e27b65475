//! What a migration did to a config, and what it could not do.

use std::mem;

use crate::value::{Node, Origin, Path};

/// What became of a value, through all steps that had to do with it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Change {
    /// What was there: nothing, where a field was added; two values, where they were joined.
    pub from: Vec<(Path, Node)>,
    /// What there is now: nothing, where a field was removed; two values, where one was split.
    pub to: Vec<(Path, Node)>,
    pub(super) why: Vec<String>,
}

impl Change {
    /// What was done, in a few words: `renamed, converted to a duration`.
    pub fn words(&self) -> String {
        self.why.join(", ")
    }
}

/// A step that cannot be done to a config.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// The field that is in the way.
    pub path: Path,
    /// Whether two values want to be in one place.
    pub is_conflict: bool,
    /// What is wrong.
    pub message: String,
    /// The way out.
    pub help: String,
    /// The values that it is about, where they are written, and what they are.
    pub places: Vec<(Path, Origin, &'static str)>,
}

/// What a migration did to a config, and what it could not do.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Migrated {
    /// What became of the values that were touched, in the order in which they first were.
    pub changes: Vec<Change>,
    /// What could not be done.
    pub problems: Vec<Problem>,
}

impl Migrated {
    /// Notes that a step made `to` of `from`: the same value as in an earlier step, or another one.
    pub(super) fn note(&mut self, from: Vec<(Path, Node)>, to: Vec<(Path, Node)>, why: String) {
        let mut change = Change::default();
        let mut place = self.changes.len();
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
            change.why.append(&mut earlier.why);
            place = place.min(index);
        }
        change.to.extend(to);
        if !change.why.contains(&why) {
            change.why.push(why);
        }
        if place == self.changes.len() {
            self.changes.push(change);
        } else {
            self.changes[place] = change;
        }
        self.changes.retain(|change| !change.why.is_empty());
    }

    /// Makes one change of the one that made `at` and the one that has to do with `other`.
    pub(super) fn unite(&mut self, at: &Path, other: &Path) {
        let holds = |values: &[(Path, Node)], path: &Path| values.iter().any(|(made, _)| made == path);
        let Some(first) = self.changes.iter().position(|change| holds(&change.to, at)) else { return };
        let of_other =
            |change: &Change| holds(&change.to, other) || (change.to.is_empty() && holds(&change.from, other));
        let Some(second) = self.changes.iter().rposition(of_other).filter(|second| *second != first) else { return };
        let second = self.changes.remove(second);
        // What was before it has moved up.
        let Some(first) = self.changes.iter_mut().find(|change| holds(&change.to, at)) else { return };
        first.from.extend(second.from);
        first.to.extend(second.to);
        for why in second.why {
            if !first.why.contains(&why) {
                first.why.push(why);
            }
        }
    }
}
