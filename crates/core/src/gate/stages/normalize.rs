//! Reads alternative forms of values, and fills in the defaults of a model, without which its type cannot be built.

use crate::gate::fill::fill_defaults;
use crate::gate::normalize;
use crate::gate::pass::Pass;

pub fn run(pass: &mut Pass<'_>) {
    let view = pass.spec.view();
    normalize::read_other_forms(view, &mut pass.tree);
    if pass.spec.has_type() {
        fill_defaults(view, &mut pass.tree, pass.environment);
    }
}
