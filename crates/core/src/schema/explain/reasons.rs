//! The reasons why a conditional part of a schema applies: `if`, `dependentSchemas`.

use serde_json::Value as Json;

use crate::diagnostics::suggest::{join_and, join_or};
use crate::schema::explain::explainer::Explainer;
use crate::schema::subschema::Subschema;
use crate::schema::violation::Violation;
use crate::sensitive::display;

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
    let facts = facts(condition, steps[at] == "then")?;
    Some(format!("because {facts}"))
}

/// Describes a simple condition; `holds` tells whether it holds.
fn facts(condition: Subschema<'_>, holds: bool) -> Option<String> {
    let verb = if holds { "is" } else { "is not" };
    let values = |view: Subschema<'_>| -> Option<String> {
        let constant = view.get("const").map(display::json);
        constant.or_else(|| Some(join_or(&view.get("enum")?.as_array()?.iter().map(display::json).collect::<Vec<_>>())))
    };
    let named: Vec<String> =
        condition.fields().filter_map(|(name, view)| Some(format!("{name} {verb} {}", values(view)?))).collect();
    let required = condition.get("required").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str);
    let facts = match named.is_empty() {
        true => required.map(|key| format!("{key} {verb} set")).collect(),
        false => named,
    };
    let is_certain = holds || facts.len() == 1;
    (!facts.is_empty() && is_certain).then(|| join_and(&facts))
}
