use crate::migrate::change::Migrated;
use crate::migrate::route::Route;
use crate::migrate::work::{self, Scope};
use crate::value::Node;

/// Applies the steps of a route to a tree, and then sets its version. What a step cannot do is among the problems; the others
/// are done all the same, so that all problems are found at once. A tree with problems is of no use.
///
/// The same tree, migrated and migrated back, is as it was, where all steps go back: but for empty tables that a step had moved
/// something out of or into.
pub fn tree(tree: &mut Node, route: &Route<'_>, scope: &Scope<'_>) -> Migrated {
    work::migrate(tree, route, scope).0
}
