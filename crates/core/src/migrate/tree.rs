//! Migration of trees.

use crate::migrate::apply;
use crate::migrate::outcome::MigrationOutcome;
use crate::migrate::route::Route;
use crate::migrate::scope::Scope;
use crate::migrate::tree_edit::TreeEdit;
use crate::migrate::tree_editor::TreeEditor;
use crate::value::{Node, Origin, Path, Value};

/// Applies the steps of a route to a tree, and sets its version.
///
/// A step that fails is recorded as a problem and the next steps are applied, so that all problems are found at once. Discard
/// a tree with problems.
///
/// A tree that is migrated and migrated back is unchanged if all steps are reversible, except for empty tables that a step
/// moved a value out of or into.
pub fn migrate_tree(tree: &mut Node, route: &Route<'_>, scope: &Scope<'_>) -> MigrationOutcome {
    apply_route(tree, route, scope).0
}

/// Applies a route like [`migrate_tree`], and returns the edits as well.
pub(super) fn apply_route(tree: &mut Node, route: &Route<'_>, scope: &Scope<'_>) -> (MigrationOutcome, Vec<TreeEdit>) {
    let mut editor = TreeEditor::new(tree);
    for step in route.steps() {
        for base in [Path::root()].iter().chain(&scope.overlays) {
            editor.base.clone_from(base);
            if route.is_downgrade() { apply::revert(step, &mut editor) } else { apply::apply(step, &mut editor) }
        }
    }
    let version = Value::Integer(i64::try_from(route.to).unwrap_or(i64::MAX));
    if editor.get(scope.version).is_none_or(|node| node.value != version) {
        editor.base = Path::root();
        editor.set(scope.version, version, Origin::Generated, "version");
    }
    (editor.outcome, editor.edits)
}
