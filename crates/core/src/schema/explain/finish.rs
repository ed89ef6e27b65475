//! The common part of the diagnostics of all keywords.

use serde_json::{Map, Value as Json};

use crate::diagnostics::{Diagnostic, Suggestion};
use crate::schema::correction::{Correction, RejectedValue};
use crate::schema::explain::bounds::Bounds;
use crate::schema::explain::context::ExplainContext;
use crate::schema::explain::phrases::{Must, help_without, is};
use crate::schema::explain::site::{Site, value_place};
use crate::schema::keywords::ENVIRONMENT;
use crate::schema::subschema::Subschema;
use crate::sensitive::display;
use crate::types::Duration;
use crate::value::{Node, Path};

/// Creates the diagnostic for a value of the wrong kind that the validator does not report.
pub fn wrong_kind(
    path: &Path,
    node: &Node,
    root: Subschema<'_>,
    tree: &Node,
    context: &ExplainContext<'_>,
    must: &str,
) -> Diagnostic {
    let view = root.at(&path.0, tree);
    let unresolved = context.sources.resolved.get(path).map(String::as_str);
    let in_secret = root.hides(&path.0, tree);
    let site = Site { path: path.clone(), node: Some(node), view, stated: view, unresolved, in_secret };
    finish("type", must.into(), is(&site), &site, context)
}

/// Creates the diagnostic for a condition, with all that does not depend on the keyword: label, default and help.
pub(super) fn finish(
    keyword: &str,
    must: Must,
    is: Option<String>,
    site: &Site<'_>,
    context: &ExplainContext<'_>,
) -> Diagnostic {
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
    if let Some((environment, default)) =
        default.filter(|(_, default)| !view.marked(ENVIRONMENT) && !is_section(default) && display::fits(default))
    {
        diagnostic = diagnostic.note(format!("default in {environment}: {}", display::json(default)));
    }
    if view.text("format") == Some(Duration::FORMAT) && site.node.is_some_and(|node| node.as_table().is_some()) {
        diagnostic = diagnostic.note("as a table a duration is { secs = 30, nanos = 0 }, with nanos below 1000000000");
    }
    let rejected = |node| RejectedValue {
        path: &site.path,
        node,
        view,
        env_prefix: context.env_prefix,
        nix: !context.sources.nix.is_empty(),
        default: default.map(|(_, default)| default),
    };
    // A correction would display a part of the secret.
    let correction = site.node.filter(|_| site.unresolved.is_none()).and_then(|node| rejected(node).correction());
    let (instruction, facts) = match correction {
        Some(Correction::Replace(value)) => {
            let place = site.node.and_then(|node| value_place(node, context.sources));
            let suggestion = Suggestion { replacement: value.clone(), place };
            // The question is a complete help.
            return diagnostic.suggest(&[value], vec![suggestion]);
        }
        // A corrected value makes examples superfluous.
        Some(Correction::Instruction(instruction)) => {
            (Some(instruction), help_without(Some(view), site.stated, Bounds::are_examples))
        }
        None => (None, help_without(Some(view), site.stated, |bounds| must.states.contains(bounds))),
    };
    let help: Vec<String> = [instruction, facts].into_iter().flatten().collect();
    if help.is_empty() { diagnostic } else { diagnostic.help(help.join("; ")) }
}
