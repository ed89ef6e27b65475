//! The canonical form of a config that was validated.

use crate::environment::Environment;
use crate::gate::{ConfigSpec, Outcome, normalize};
use crate::value::Node;

/// Returns the canonical form of a config: `written` without the defaults that the gate of a model fills in, and the tree of the
/// outcome for a schema without a model, or if defaults are asked for.
pub fn canonical_tree(spec: &ConfigSpec, written: Node, outcome: Outcome, with_defaults: bool) -> Node {
    match spec.has_type() && !with_defaults {
        true => normalized(spec, written, outcome.environment),
        false => outcome.tree,
    }
}

/// Returns a config in canonical form, without the defaults.
fn normalized(spec: &ConfigSpec, mut tree: Node, environment: Environment) -> Node {
    normalize::read_nulls(spec.view(), &mut tree);
    normalize::read_other_forms(spec.view(), &mut tree);
    normalize::canonical(spec.view(), &mut tree, Some(environment));
    tree
}
