//! The reasons why a conditional part of a schema applies: `if`, `dependentSchemas`.

use serde_json::Value as Json;

use crate::diagnostics::suggest::{join_and, join_or};
use crate::schema::explain::explainer::Explainer;
use crate::schema::subschema::Subschema;
use crate::schema::violation::Violation;
use crate::sensitive::display;
use crate::value::{Node, Table};

/// Returns the reason why the part of the schema with the violated keyword applies, if it is conditional.
pub(super) fn reason(violation: &Violation, explainer: &Explainer<'_>) -> Option<String> {
    let steps: Vec<&str> = violation.schema.split('/').collect();
    // The innermost condition is the one that decides.
    let at = steps.iter().rposition(|step| matches!(*step, "then" | "else" | "dependentSchemas"))?;
    let owner = steps[..at].join("/");
    if steps[at] == "dependentSchemas" {
        return Some(format!("because {} is set", steps.get(at + 1)?.replace("~1", "/").replace("~0", "~")));
    }
    // A field may be called "then".
    let condition = explainer.root.pointer(&format!("{owner}/if"))?;
    let table = conditional_value(violation, &steps[at + 1..], explainer).and_then(Node::as_table);
    let facts = facts(condition, steps[at] == "then", table)?;
    Some(format!("because {facts}"))
}

/// Returns the value that a condition is about: the keywords behind it lead from there to the violation.
fn conditional_value<'a>(violation: &Violation, behind: &[&str], explainer: &Explainer<'a>) -> Option<&'a Node> {
    let mut depth = 0;
    let mut steps = behind.iter();
    while let Some(step) = steps.next() {
        match *step {
            "properties" | "patternProperties" | "prefixItems" => depth += usize::from(steps.next().is_some()),
            "allOf" | "anyOf" | "oneOf" | "$defs" | "dependentSchemas" => {
                steps.next();
            }
            "items" | "additionalProperties" | "unevaluatedProperties" => {
                depth += usize::from(!steps.as_slice().is_empty());
            }
            _ => {}
        }
    }
    let path = explainer.tree.path_of(&violation.instance);
    explainer.tree.get(&path.0[..path.0.len().checked_sub(depth)?])
}

/// Describes a simple condition on a table; `holds` tells whether it holds. A condition on a key that is not set always does.
fn facts(condition: Subschema<'_>, holds: bool, table: Option<&Table>) -> Option<String> {
    let is_unset = |key: &str| table.is_some_and(|table| table.get(key).is_none_or(Node::is_absent));
    let verb = if holds { "is" } else { "is not" };
    let values = |view: Subschema<'_>| -> Option<String> {
        let constant = view.get("const").map(display::json);
        constant.or_else(|| Some(join_or(&view.get("enum")?.as_array()?.iter().map(display::json).collect::<Vec<_>>())))
    };
    let fact = |(name, view): (&String, Subschema<'_>)| {
        let values = values(view)?;
        Some(if is_unset(name) { format!("{name} is not set") } else { format!("{name} {verb} {values}") })
    };
    let named: Vec<String> = condition.fields().filter_map(fact).collect();
    let required = condition.get("required").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str);
    let facts = match named.is_empty() {
        true => required.map(|key| format!("{key} {verb} set")).collect(),
        false => named,
    };
    let is_certain = holds || facts.len() == 1;
    (!facts.is_empty() && is_certain).then(|| join_and(&facts))
}
