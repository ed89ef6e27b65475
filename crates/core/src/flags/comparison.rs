//! Checks of comparisons between an attribute and a literal of another type.

use crate::diagnostics::{Diagnostic, Severity, codes};
use crate::flags::expression::Expression;
use crate::flags::site::Site;
use crate::value::Value;

/// Operators that compare two values for equality, and whether they convert types.
const EQUALITIES: &[(&str, bool)] = &[("==", true), ("!=", true), ("===", false), ("!==", false)];

/// Checks the operands of a comparison. `declared` has the types of the attributes.
pub(super) fn check(
    operator: &str,
    operands: &[Site<'_>],
    declared: &[(&str, &str)],
    at: &Site<'_>,
    found: &mut Vec<Diagnostic>,
) {
    let Some((_, converts)) = EQUALITIES.iter().find(|(known, _)| *known == operator) else { return };
    let [one, other] = operands else { return };
    let sides = [(one, other), (other, one)];
    let compared = sides.into_iter().find_map(|(read, literal)| {
        let (name, kind) = attribute(read, declared)?;
        Some((name, kind, literal_kind(&literal.node.value)?))
    });
    let Some((name, attribute, literal)) = compared.filter(|(_, attribute, literal)| attribute != literal) else {
        return;
    };
    // Numbers and texts are compared as numbers by every evaluator, and numbers and booleans too.
    let is_certain = *converts && ![attribute, literal].contains(&"number");
    if !is_certain && *converts {
        return;
    }
    let message = format!("{operator} compares the {attribute} attribute {name} with a {literal}");
    let help = match *converts {
        true => "write a value of the same type: evaluators convert texts and booleans differently",
        false => "write a value of the same type: values of two types are never equal for this operator",
    };
    found.push(at.diagnostic(Severity::Warning, &codes::FLAGS_COMPARISON, message).help(help));
}

/// Returns the name and the declared type of the attribute that an expression reads as a whole.
fn attribute<'d>(site: &Site<'_>, declared: &[(&'d str, &'d str)]) -> Option<(&'d str, &'d str)> {
    let Expression::Operation { operator: "var", operands, .. } = Expression::of(site) else { return None };
    // A second operand is the value in place of an absent attribute.
    let [path] = operands.as_slice() else { return None };
    let name = path.as_str()?;
    declared.iter().find(|(known, kind)| *known == name && is_scalar(kind)).copied()
}

fn is_scalar(kind: &str) -> bool {
    ["string", "number", "boolean"].contains(&kind)
}

/// Returns the type of a literal by its name in the table `context`.
const fn literal_kind(value: &Value) -> Option<&'static str> {
    match value {
        Value::String(_) => Some("string"),
        Value::Integer(_) | Value::Float(_) => Some("number"),
        Value::Bool(_) => Some("boolean"),
        _ => None,
    }
}
