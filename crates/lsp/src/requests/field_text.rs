//! The description of a field, in Markdown.

use std::fmt::Write;

use confgate_core::describe;
use confgate_core::environment::Environment;
use confgate_core::gate::Gate;
use confgate_core::schema::keywords::{RELOAD, RELOAD_LIVE, RELOAD_RESTART, UNIT};
use confgate_core::schema::{Notation, Subschema};
use confgate_core::value::{Node, Path};

/// Largest number of permitted values that a description lists.
const MAX_CHOICES: usize = 12;

/// Returns the description of the field at a path: type, bounds, defaults, variable, reload.
pub(crate) fn field_text(gate: &Gate, view: Subschema<'_>, path: &Path, tree: &Node, notation: Notation) -> String {
    let mut text = format!("**`{path}`** — {}\n", type_words(view));
    if let Some(about) = view.text("description") {
        let _ = write!(text, "\n{}\n", about.trim());
    }
    let facts = facts(gate, view, path, tree, notation);
    if !facts.is_empty() {
        text.push('\n');
    }
    for fact in facts {
        let _ = writeln!(text, "- {fact}");
    }
    text
}

/// Returns the type, bounds and unit: `integer, 1 to 10000, in connections`.
pub(crate) fn type_words(view: Subschema<'_>) -> String {
    let unit = view.text(UNIT).map(|unit| format!("in {unit}"));
    let words = [Some(describe::kind(view)), describe::limits(view), unit];
    words.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn facts(gate: &Gate, view: Subschema<'_>, path: &Path, tree: &Node, notation: Notation) -> Vec<String> {
    let mut facts = Vec::new();
    if view.marked("deprecated") {
        facts.push("Deprecated".to_owned());
    }
    if view.is_secret() {
        let reference = if notation == Notation::Nix { "secret \"NAME\"" } else { "${NAME}" };
        facts.push(format!("Secret: write a reference such as `{reference}`"));
    }
    let choices = describe::choices(view);
    if !choices.is_empty() && !view.is_table() {
        let shown = choices.iter().take(MAX_CHOICES).map(|choice| match &choice.about {
            Some(about) => format!("`{}` ({})", choice.value, about.trim_end_matches('.')),
            None => format!("`{}`", choice.value),
        });
        let more = choices.len().saturating_sub(MAX_CHOICES);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        facts.push(format!("Values: {}{more}", shown.collect::<Vec<_>>().join(", ")));
    }
    facts.extend(defaults(gate, view, path));
    if !view.is_table() {
        let variables: Vec<String> = gate.variables(path).iter().map(|name| format!("`{name}`")).collect();
        if !variables.is_empty()
            && path.0.iter().all(|segment| matches!(segment, confgate_core::value::Segment::Key(_)))
        {
            facts.push(format!("Variable: {}", variables.join(" or ")));
        }
    }
    match reload(gate, path, tree) {
        Some(RELOAD_LIVE) => facts.push("A reload applies a change".to_owned()),
        Some(RELOAD_RESTART) => facts.push("A change needs a restart".to_owned()),
        _ => {}
    }
    facts
}

/// Returns the default, or that of each environment.
fn defaults(gate: &Gate, view: Subschema<'_>, path: &Path) -> Option<String> {
    if view.is_table() || !view.has_default() {
        return None;
    }
    let tree = Node::generated(confgate_core::value::Value::Null);
    let default = |environment| describe::default_text(view, path, &tree, environment);
    let all: Vec<_> = Environment::ALL.into_iter().map(|environment| (environment, default(environment))).collect();
    let first = all[0].1.clone();
    if !gate.has_environments() || all.iter().all(|(_, value)| *value == first) {
        return first.map(|value| format!("Default: `{value}`"));
    }
    let each = all.iter().map(|(environment, value)| match value {
        Some(value) => format!("{environment} `{value}`"),
        None => format!("{environment} absent"),
    });
    Some(format!("Default: {}", each.collect::<Vec<_>>().join(", ")))
}

/// Returns how a change is applied, which a field inherits from the tables around it.
fn reload<'g>(gate: &'g Gate, path: &Path, tree: &Node) -> Option<&'g str> {
    let depths = (0..=path.0.len()).rev().map(|depth| Path(path.0[..depth].to_vec()));
    depths.filter_map(|path| gate.subschema_in(&path, tree)?.text(RELOAD)).next()
}
