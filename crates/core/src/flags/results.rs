//! The results that targeting can return.

use crate::flags::expression::Expression;
use crate::flags::fractional;
use crate::flags::operators::{self, Returns};
use crate::flags::site::Site;
use crate::value::Value;

/// A result of targeting.
pub(super) enum TargetingResult<'a> {
    /// The name of a variant, and the site that states it.
    Variant(String, Site<'a>),
    /// True or false, as names of variants.
    Boolean(Site<'a>),
    /// A list, which no variant is named by.
    Nameless(Site<'a>),
}

/// Collects the results of an expression. Results that are known when it is evaluated are left out. `evaluator` finds a shared
/// expression.
pub(super) fn collect<'a>(
    site: &Site<'a>,
    evaluator: &dyn Fn(&str) -> Option<Site<'a>>,
    depth: usize,
    found: &mut Vec<TargetingResult<'a>>,
) {
    let (operator, operands) = match Expression::of(site) {
        Expression::Operation { operator, operands, .. } => (operator, operands),
        Expression::Literal => {
            let name = match &site.node.value {
                Value::String(name) => name.clone(),
                Value::Bool(value) => value.to_string(),
                Value::Integer(value) => value.to_string(),
                Value::Float(value) => value.to_string(),
                _ => return,
            };
            return found.push(TargetingResult::Variant(name, site.clone()));
        }
        Expression::List(_) => return found.push(TargetingResult::Nameless(site.clone())),
        Expression::Other(_) => return,
    };
    // References in a circle are reported elsewhere.
    if depth == 0 {
        return;
    }
    let mut visit = |site: &Site<'a>| collect(site, evaluator, depth - 1, found);
    match operator {
        "if" => {
            // Conditions and results alternate; a single one at the end is the result of no condition.
            for pair in operands.chunks(2) {
                pair.last().into_iter().for_each(&mut visit);
            }
        }
        "fractional" => {
            let entries = fractional::entries(&operands);
            entries.iter().filter_map(|entry| entry.elements().into_iter().next()).for_each(|variant| visit(&variant));
        }
        "$ref" => operands.first().and_then(Site::as_str).and_then(evaluator).iter().for_each(&mut visit),
        // The first operand that is false, or the last one; false itself stands for no variant where others are texts.
        "and" => operands.last().into_iter().for_each(&mut visit),
        "or" => operands.iter().for_each(&mut visit),
        other => {
            if operators::find(other).is_some_and(|operator| operator.returns == Returns::Boolean) {
                found.push(TargetingResult::Boolean(site.clone()));
            }
        }
    }
}
