//! Checks of `fractional`, which selects a variant by weights.

use crate::diagnostics::{Diagnostic, codes};
use crate::flags::site::Site;
use crate::value::Value;

/// The largest sum of weights, and so the largest weight: the algorithm multiplies it by a hash of 32 bits.
const MAX_WEIGHT: i64 = i32::MAX as i64;

/// Returns the entries of a `fractional`: those of its operands that are lists. The first operand may be the text that is hashed.
pub(super) fn entries<'a>(operands: &[Site<'a>]) -> Vec<Site<'a>> {
    operands.iter().filter(|operand| matches!(operand.node.value, Value::List(_))).cloned().collect()
}

/// Checks the weights. `at` is the site of all operands.
pub(super) fn check(operands: &[Site<'_>], at: &Site<'_>, found: &mut Vec<Diagnostic>) {
    // The short form of one entry: `fractional = ["on", 1]` is a text to hash and a number, which selects nothing.
    let entries = entries(operands);
    if entries.is_empty() {
        let message = "fractional has no entry";
        found.push(
            at.error(&codes::FLAGS_OPERANDS, message).help("add a list of a variant and its weight: [\"on\", 10]"),
        );
        return;
    }
    let mut total = Some(0_i64);
    let mut names: Vec<&str> = Vec::new();
    for entry in &entries {
        let parts = entry.elements();
        let name = parts.first().and_then(Site::as_str);
        if parts.is_empty() || parts.len() > 2 {
            let message = format!(
                "an entry of fractional is a variant and its weight, and this one has {} elements",
                parts.len()
            );
            found.push(entry.error(&codes::FLAGS_OPERANDS, message).help("write a list such as [\"on\", 10]"));
        }
        if let Some(name) = name {
            if names.contains(&name) {
                let message = format!("{name:?} has two weights in one fractional");
                found.push(entry.error(&codes::FLAGS_WEIGHTS, message).help("add them up in one entry"));
            }
            names.push(name);
        }
        let weight = match parts.get(1).map(|part| &part.node.value) {
            None => Some(1),
            Some(Value::Integer(weight)) if (0..=MAX_WEIGHT).contains(weight) => Some(*weight),
            // A computed weight is known when it is evaluated.
            Some(Value::Table(_)) => None,
            Some(other) => {
                let shown = match other {
                    Value::Integer(weight) => weight.to_string(),
                    Value::Float(weight) => format!("{weight:?}"),
                    other => other.kind().to_owned(),
                };
                let of = name.map_or_else(|| "an entry".to_owned(), |name| format!("{name:?}"));
                let message = format!("the weight of {of} is {shown}");
                let help = match other {
                    Value::Float(weight) if weight.fract() == 0.0 && (0.0..=MAX_WEIGHT as f64).contains(weight) => {
                        format!("write {weight}, since evaluators of flagd refuse a weight with a point")
                    }
                    _ => format!("use a whole number from 0 to {MAX_WEIGHT}"),
                };
                found.push(parts[1].error(&codes::FLAGS_WEIGHTS, message).help(help));
                None
            }
        };
        total = total.zip(weight).map(|(total, weight)| total + weight);
    }
    match total {
        Some(0) => {
            let message = "the weights of fractional add up to 0, so that it selects no variant";
            found.push(at.error(&codes::FLAGS_WEIGHTS, message).help("give a variant a weight above 0"));
        }
        Some(total) if total > MAX_WEIGHT => {
            let message = format!("the weights of fractional add up to {total}, and {MAX_WEIGHT} is the most");
            found.push(at.error(&codes::FLAGS_WEIGHTS, message).help("use smaller weights in the same proportion"));
        }
        _ => {}
    }
}
