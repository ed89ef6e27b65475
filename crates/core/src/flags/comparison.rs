//! Checks of comparisons between an attribute and a literal of another type.

use crate::diagnostics::{Diagnostic, Severity, codes};
use crate::flags::expression::Expression;
use crate::flags::site::Site;
use crate::value::Value;

/// Operators that compare two values for equality, and whether they convert types.
const EQUALITIES: &[(&str, bool)] = &[("==", true), ("!=", true), ("===", false), ("!==", false)];

/// Operators that compare two values by their order.
const ORDERS: &[&str] = &["<", "<=", ">", ">="];

/// Checks the operands of an operator. `declared` has the types of the attributes.
pub(super) fn check(
    operator: &str,
    operands: &[Site<'_>],
    declared: &[(&str, &str)],
    at: &Site<'_>,
    found: &mut Vec<Diagnostic>,
) {
    let first = || operands.first().and_then(|first| attribute(first, declared));
    let wrong = match (operator, first()) {
        ("starts_with" | "ends_with", Some((name, kind @ ("number" | "boolean")))) => Some((
            format!("{operator} reads the {kind} attribute {name}, and never holds for a {kind}"),
            format!("declare {name} as a string, and send a text"),
        )),
        ("fractional", Some((name, kind @ ("number" | "boolean")))) => Some((
            format!("fractional hashes the {kind} attribute {name}, and selects nothing for a {kind}"),
            format!("write {{ cat = [{{ var = \"{name}\" }}, \"\"] }}, which makes a text of it, or send a text"),
        )),
        ("in", Some((name, kind))) => of_other_type(operands.get(1), kind).map(|other| {
            let message = format!("in looks for the {kind} attribute {name} in a list of {other}s, and never finds it");
            (message, "write values of the same type".to_owned())
        }),
        (order, _) if ORDERS.contains(&order) => ordered_text(operands, declared).map(|name| {
            let message = format!("{order} compares the string attribute {name} with a number");
            (message, format!("declare {name} as a number: a text such as \"old\" makes the evaluation an error"))
        }),
        _ => None,
    };
    if let Some((message, help)) = wrong {
        found.push(at.diagnostic(Severity::Warning, &codes::FLAGS_COMPARISON, message).help(help));
        return;
    }
    equality(operator, operands, declared, at, found);
}

/// Returns the type of the elements of a list, if all have one, and another one than `kind`.
fn of_other_type(list: Option<&Site<'_>>, kind: &str) -> Option<&'static str> {
    let Value::List(elements) = &list?.node.value else { return None };
    let mut kinds = elements.iter().map(|element| literal_kind(&element.value));
    let first = kinds.next().flatten()?;
    (first != kind && kinds.all(|kind| kind == Some(first))).then_some(first)
}

/// Returns the name of an attribute that is a text, and is compared with a number.
fn ordered_text<'d>(operands: &[Site<'_>], declared: &[(&'d str, &'d str)]) -> Option<&'d str> {
    let text = |site: &Site<'_>| attribute(site, declared).filter(|(_, kind)| *kind == "string");
    let has_number = operands.iter().any(|operand| literal_kind(&operand.node.value) == Some("number"));
    operands.iter().find_map(text).filter(|_| has_number).map(|(name, _)| name)
}

/// Checks the operands of a comparison for equality.
fn equality(
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
