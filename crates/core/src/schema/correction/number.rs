//! Corrections of numbers and booleans.

use crate::schema::correction::correction::Correction;
use crate::schema::correction::list_or_table::as_table;
use crate::schema::correction::percent::fraction;
use crate::schema::correction::rejected_value::RejectedValue;
use crate::schema::correction::text;
use crate::toml;
use crate::value::{Node, Value};

/// Returns the corrections of a number or a boolean that may be meant, the most likely first.
pub(super) fn candidates(rejected: &RejectedValue<'_>) -> Vec<Correction> {
    let written = toml::inline(rejected.node);
    let is_number = matches!(rejected.node.value, Value::Integer(_) | Value::Float(_));
    let has_format = rejected.types() == ["string"] && rejected.view.text("format").is_some();
    let formatted =
        (is_number && !rejected.is_duration() && has_format).then(|| text::format(rejected, &written)).flatten();
    formatted.into_iter().chain(others(rejected, &written)).collect()
}

fn others(rejected: &RejectedValue<'_>, written: &str) -> Vec<Correction> {
    let value = &rejected.node.value;
    match value {
        Value::Integer(seconds) if rejected.is_duration() && *seconds >= 0 => {
            return vec![duration(format!("{seconds}s"))];
        }
        Value::Float(seconds) if rejected.is_duration() && *seconds >= 0.0 && *seconds < 1e9 => {
            return vec![duration(format!("{:.0}ms", seconds * 1000.0))];
        }
        Value::Integer(0 | 1) if rejected.types() == ["boolean"] => {
            let boolean = *value == Value::Integer(1);
            return vec![Correction::write(Value::Bool(boolean), format!("write {boolean}"))];
        }
        // Beyond 2^53 a float does not identify an integer.
        Value::Float(float)
            if rejected.admits("integer")
                && !rejected.admits("number")
                && float.fract() == 0.0
                && float.abs() < 9e15 =>
        {
            return vec![Correction::write(Value::Integer(*float as i64), format!("write {float:.0}"))];
        }
        _ if rejected.types() == ["string"] => {
            return text::quoted(rejected, rejected.literal(written)).into_iter().collect();
        }
        _ if rejected.types() == ["array"] => return in_list(rejected, written),
        _ if rejected.types() == ["object"] => return as_table(rejected).into_iter().collect(),
        _ => {}
    }
    // A bound of a number does not go away because the number becomes a text.
    let is_admitted = match value {
        Value::Integer(_) => rejected.admits("integer") || rejected.admits("number"),
        _ => rejected.admits("number"),
    };
    let quoted = text::quoted(rejected, rejected.literal(written)).into_iter().filter(|_| !is_admitted);
    fraction_of_percent(rejected, written).or_else(|| multiples(rejected)).into_iter().chain(quoted).collect()
}

fn duration(text: String) -> Correction {
    let instruction = format!("write \"{text}\" if seconds are meant");
    Correction::write(Value::String(text), instruction)
}

/// Puts a value into a list, as it is or in quotes.
fn in_list(rejected: &RejectedValue<'_>, written: &str) -> Vec<Correction> {
    let list = |element: Value, written: String| {
        let instruction = format!("write {}", rejected.notation.list(&[written]));
        Correction::write(Value::List(vec![Node::generated(element)]), instruction)
    };
    let literal = rejected.literal(written);
    let quoted = list(Value::String(literal.to_owned()), format!("\"{literal}\""));
    vec![list(rejected.node.value.clone(), written.to_owned()), quoted]
}

/// Reads a number above a fraction's bound as a percentage.
fn fraction_of_percent(rejected: &RejectedValue<'_>, written: &str) -> Option<Correction> {
    let value = number(rejected)?;
    let maximum = rejected.number("maximum");
    let is_percent = rejected.has_unit("fraction") && value >= 1.0 && maximum.is_some_and(|maximum| value > maximum);
    let fraction = fraction(value).filter(|fraction| is_percent && Some(*fraction) <= maximum)?;
    let instruction = format!("write {fraction} if {written} percent are meant");
    Some(Correction::write(Value::Float(fraction), instruction))
}

/// Names the nearest multiples of the required step.
fn multiples(rejected: &RejectedValue<'_>) -> Option<Correction> {
    let value = number(rejected)?;
    let step = rejected.number("multipleOf").filter(|step| *step > 0.0 && rejected.admits("integer"))?;
    let (below, above) = ((value / step).floor() * step, (value / step).ceil() * step);
    let is_within = |number: f64| {
        rejected.number("minimum").is_none_or(|minimum| minimum <= number)
            && rejected.number("maximum").is_none_or(|maximum| number <= maximum)
    };
    match (below < above && above.abs() < 9e15, is_within(below), is_within(above)) {
        (true, true, true) => Some(Correction::instruction(format!("the nearest are {below:.0} and {above:.0}"))),
        (true, true, false) => Some(Correction::instruction(format!("the nearest is {below:.0}"))),
        (true, false, true) => Some(Correction::instruction(format!("the nearest is {above:.0}"))),
        _ => None,
    }
}

fn number(rejected: &RejectedValue<'_>) -> Option<f64> {
    match rejected.node.value {
        Value::Integer(integer) => Some(integer as f64),
        Value::Float(float) => Some(float),
        _ => None,
    }
}
