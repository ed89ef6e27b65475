//! Reads alternative forms of values, and fills in the defaults of a model, without which its type cannot be built.

use crate::gate::fill::fill_defaults;
use crate::gate::normalize;
use crate::gate::pass::Pass;
use crate::gate::schema_reference::take_schema_reference;

pub fn run(pass: &mut Pass<'_>) {
    let view = pass.spec.view();
    if pass.sources.may_hold_nulls() {
        normalize::read_nulls(view, &mut pass.tree);
        take_schema_reference(view, &mut pass.tree);
    }
    normalize::read_other_forms(view, &mut pass.tree);
    if pass.spec.has_type() {
        fill_defaults(view, &mut pass.tree, pass.environment);
    }
}
