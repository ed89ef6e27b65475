//! The common part of the diagnostics of all keywords.

use serde_json::{Map, Value as Json};

use crate::diagnostics::suggest::join_or;
use crate::diagnostics::{Diagnostic, Suggestion};
use crate::schema::correction::{Correction, RejectedValue, correct};
use crate::schema::explain::bounds::Bounds;
use crate::schema::explain::describe::distinct;
use crate::schema::explain::explainer::Explainer;
use crate::schema::explain::phrases::{Must, help_without, is};
use crate::schema::explain::site::{Site, value_place};
use crate::schema::format::describe_format;
use crate::schema::keywords::{DEFAULTS, ENVIRONMENT};
use crate::schema::notation::Notation;
use crate::schema::secrecy;
use crate::schema::subschema::Subschema;
use crate::sensitive::display;
use crate::types::Duration;
use crate::value::{Node, Path, Value};

/// Creates the diagnostic for a value of the wrong kind that the validator does not report.
pub fn wrong_kind<'a>(path: &Path, node: &'a Node, explainer: &Explainer<'a>, must: &str) -> Diagnostic {
    let site = explainer.value_site(path.clone(), node);
    finish("type", must.into(), is(&site), &site, explainer)
}

/// Creates the diagnostic for a value of a key that is none of the `options` of all alternatives of a table.
pub(super) fn not_an_option(
    key: &str,
    node: &Node,
    view: Subschema<'_>,
    options: Vec<Json>,
    table: &Site<'_>,
    explainer: &Explainer<'_>,
) -> Diagnostic {
    let site = Site { view: Some(view), stated: Some(view), ..explainer.value_site(table.path.key(key), node) };
    let words = format!("be {}", join_or(&distinct(options.iter().map(display::json))));
    let keyword = if view.is_enumerated() { "enum" } else { "const" };
    finish_with_options(keyword, words.into(), is(&site), &site, &options, explainer)
}

/// Creates the diagnostic for a condition, with all that does not depend on the keyword: label, default and help.
pub(super) fn finish(
    keyword: &str,
    must: Must,
    is: Option<String>,
    site: &Site<'_>,
    explainer: &Explainer<'_>,
) -> Diagnostic {
    finish_with_options(keyword, must, is, site, &[], explainer)
}

/// `options` are the values that the place admits beside those that its subschema names.
fn finish_with_options(
    keyword: &str,
    must: Must,
    is: Option<String>,
    site: &Site<'_>,
    options: &[Json],
    explainer: &Explainer<'_>,
) -> Diagnostic {
    let context = explainer.context;
    let name = if site.path.0.is_empty() { "the file".to_owned() } else { display::path(&site.path) };
    let mut message = format!("{name} must {}", must.words);
    if let Some(is) = is {
        message.push_str(&format!(", and {is}"));
    }
    let mut diagnostic = Diagnostic::error(site.path.field(), site.path.clone(), message);
    diagnostic.keyword = Some(keyword.to_owned());
    if let Some(node) = site.node {
        diagnostic = diagnostic.at(context.sources.locations(&node.origin), "set here");
    }
    let Some(view) = site.view else { return diagnostic };
    let default = context.environment.and_then(|environment| Some((environment, view.default_in(environment)?)));
    // The default of the environment field is the environment itself, and a long default would be cut. A section has an empty one.
    let is_section = |default: &Json| default.as_object().is_some_and(Map::is_empty);
    if let Some((environment, default)) = default.filter(|(_, default)| {
        !default.is_null()
            && !view.marked(ENVIRONMENT)
            && !site.is_secret()
            && !is_section(default)
            && display::fits(default)
    }) {
        let default = display::json(default);
        diagnostic = diagnostic.note(match view.get(DEFAULTS).is_some() || explainer.has_environments() {
            true => format!("default in {environment}: {default}"),
            false => format!("default: {default}"),
        });
    }
    if view.text("format") == Some(Duration::FORMAT) && site.node.is_some_and(|node| node.as_table().is_some()) {
        diagnostic = diagnostic.note("as a table a duration is { secs = 30, nanos = 0 }, with nanos below 1000000000");
    }
    let place = site.node.and_then(|node| value_place(node, context.sources));
    let notation = Notation::of(site.node, context.sources);
    let rejected = |node| RejectedValue {
        path: &site.path,
        node,
        written: context.sources.written(&node.origin),
        view,
        options,
        env_prefix: context.env_prefix,
        notation,
        default: default.map(|(_, default)| default),
        hidden: site.is_secret() || secrecy::is_in_misplaced(explainer.root, &site.path.0, explainer.tree),
    };
    let is_right = |value: &Node| match options.is_empty() {
        true => explainer.accepts_value(view, &site.path, value),
        // The subschema of one alternative does not have the options of all.
        false => explainer.accepts_option(&site.path, value),
    };
    // Another keyword may reject the example of a format.
    let example_is_right = || match view.text("format").and_then(describe_format) {
        Some((_, examples)) if view.get("examples").is_none() => {
            let first = examples.split(", ").flat_map(|part| part.split(" or ")).next().unwrap_or_default();
            is_right(&Node::generated(Value::String(first.to_owned())))
        }
        _ => true,
    };
    // A correction would display a part of the secret.
    let node = site.node.filter(|_| site.unresolved.is_none());
    let correction = node.and_then(|node| correct(&rejected(node), &is_right));
    let facts = |correction: &Option<Correction>| match correction {
        // A corrected value makes examples superfluous.
        Some(_) => help_without(Some(view), site.stated, Bounds::are_examples),
        None => help_without(Some(view), site.stated, |bounds| {
            must.states.contains(bounds) || bounds.are_examples() && !example_is_right()
        }),
    };
    let facts = facts(&correction);
    let Some(correction) = correction else {
        return match facts {
            Some(facts) => diagnostic.help(facts),
            None => diagnostic,
        };
    };
    let literals = correction.literals(notation);
    if place.as_ref().is_some_and(|place| literals.iter().any(|literal| literal == place.text())) {
        // The text is right, and a tag of YAML before it gives it another type.
        return diagnostic.help("remove the tag before it");
    }
    diagnostic.suggestions =
        literals.into_iter().map(|replacement| Suggestion { replacement, place: place.clone(), path: None }).collect();
    // A question is a complete help.
    let facts = facts.filter(|_| !correction.is_question());
    let help: Vec<String> = [Some(correction.words(notation)), facts].into_iter().flatten().collect();
    diagnostic.help(help.join("; "))
}
