//! The order of the stages, and the outcome of their pass.

use crate::diagnostics::Diagnostic;
use crate::gate::input::{Phase, ValidateOptions};
use crate::gate::normalize::{canonical, canonical_with_numbers};
use crate::gate::outcome::Outcome;
use crate::gate::pass::Pass;
use crate::gate::spec::ConfigSpec;
use crate::gate::stages::rules::{self, RunRules};
use crate::gate::stages::{
    deprecated, environment, fill, finish, flags, migrate, named_secrets, normalize, plain_secrets, profiles, schema,
    secret_files, secret_keys, unused_keys,
};
use crate::schema::escapes;
use crate::value::{Node, Sources};

/// Validates a tree and converts it to its canonical form. Returns whether the last config that `run` built is the one of the tree.
pub fn validate(
    spec: &ConfigSpec,
    tree: Node,
    sources: &Sources,
    found: Vec<Diagnostic>,
    options: ValidateOptions,
    run: RunRules<'_>,
) -> (Outcome<()>, bool) {
    let mut pass = Pass::new(spec, tree, sources, found, options);
    let complete = run_stages(&mut pass, run);
    let environment = pass.fills_defaults().then_some(pass.environment);
    let mut outcome = pass.into_outcome();
    // A part of a schema that others wrote may accept any number where another one requires an integer.
    let written = (!spec.has_type() && outcome.report.admits()).then(|| outcome.tree.clone());
    canonical(spec.view(), &mut outcome.tree, environment);
    let is_valid = |tree: &Node| match options.phase {
        Phase::Build => spec.schema.is_valid(&escapes::unescaped(tree)),
        Phase::Load => spec.schema.is_valid(tree),
    };
    if let Some(written) = written
        && !is_valid(&outcome.tree)
    {
        outcome.tree = written;
        canonical_with_numbers(spec.view(), &mut outcome.tree, environment);
    }
    (outcome, complete)
}

/// Validates a tree, and leaves its entries in the order and the form in which they are written.
pub fn validate_as_written(
    spec: &ConfigSpec,
    tree: Node,
    sources: &Sources,
    found: Vec<Diagnostic>,
    options: ValidateOptions,
    run: RunRules<'_>,
) -> (Outcome<()>, bool) {
    let mut pass = Pass::new(spec, tree, sources, found, options);
    let complete = run_stages(&mut pass, run);
    (pass.into_outcome(), complete)
}

fn run_stages(pass: &mut Pass<'_>, run: RunRules<'_>) -> bool {
    environment::run(pass);
    if migrate::run(pass).is_err() {
        return false;
    }
    normalize::run(pass);
    schema::run(pass);
    unused_keys::run(pass);
    fill::run(pass);
    deprecated::run(pass);
    plain_secrets::run(pass);
    secret_files::run(pass);
    flags::run(pass);
    let complete = rules::run(pass, run);
    profiles::run(pass);
    plain_secrets::hide_loaded(pass);
    named_secrets::run(pass);
    finish::run(pass);
    secret_keys::run(pass);
    complete
}
