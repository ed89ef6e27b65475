//! What steps make of a single value.

use crate::migrate::step::{Literal, Unit};
use crate::types::duration::Duration;
use crate::value::reference::holds_reference;
use crate::value::{Node, Value, json};

/// What becomes of a value.
#[derive(Debug, PartialEq)]
pub enum Converted {
    /// This.
    To(Value),
    /// It stays: it is in the new form already, or nothing that the step speaks of.
    Stays,
    /// It cannot be converted, and stopping is better than to guess. What it is, as the end of a sentence.
    Not(String),
}

use Converted::{Not, Stays, To};

/// A number of a unit, as a duration.
pub fn to_duration(node: &Node, unit: Unit) -> Converted {
    let milliseconds = unit.milliseconds();
    let duration = match &node.value {
        Value::Integer(count) if *count < 0 => return Not("is negative, and a duration cannot be".to_owned()),
        Value::Integer(count) => count.unsigned_abs().checked_mul(milliseconds).map(Duration::from_millis),
        Value::Float(count) => {
            let seconds = count * (milliseconds as f64) / 1000.0;
            std::time::Duration::try_from_secs_f64(seconds).ok().map(Duration::from)
        }
        _ => return unless_reference(node),
    };
    match duration {
        Some(duration) => To(Value::String(duration.to_string())),
        None => Not("is no duration that can be written".to_owned()),
    }
}

/// A duration, as a number of a unit.
pub fn to_number(node: &Node, unit: Unit) -> Converted {
    let Some(duration) = duration_of(node) else { return unless_reference(node) };
    let nanos = duration.get().as_nanos();
    let of_unit = u128::from(unit.milliseconds()) * 1_000_000;
    match i64::try_from(nanos / of_unit) {
        Ok(count) if nanos.is_multiple_of(of_unit) => To(Value::Integer(count)),
        _ => Not(format!("is no whole number of {}", unit.name())),
    }
}

/// A duration that is a table, as a text.
pub fn table_to_duration(node: &Node) -> Converted {
    match duration_of(node).filter(|_| node.as_table().is_some()) {
        Some(duration) => To(Value::String(duration.to_string())),
        None => Stays,
    }
}

/// A number, in another unit.
pub fn scale(node: &Node, times: i64, per: i64) -> Converted {
    match node.value {
        Value::Integer(count) => match count.checked_mul(times) {
            Some(product) if product % per == 0 => To(Value::Integer(product / per)),
            Some(_) => Not(format!("is no multiple of {per}")),
            None => Not(format!("is too large to be multiplied by {times}")),
        },
        Value::Float(count) => match count * times as f64 / per as f64 {
            scaled if count.is_finite() && !scaled.is_finite() => {
                Not(format!("is too large to be multiplied by {times}"))
            }
            scaled => To(Value::Float(scaled)),
        },
        _ => unless_reference(node),
    }
}

/// A value, in new words.
pub fn map<'v>(node: &Node, mut values: impl Iterator<Item = (&'v Literal, &'v Literal)>) -> Converted {
    match values.find(|(old, _)| old.node() == *node) {
        Some((_, new)) => To(new.node().value),
        None => unless_reference(node),
    }
}

/// A text without the first prefix that it begins with.
pub fn strip(node: &Node, prefixes: &[&str]) -> Converted {
    let rest = node.as_str().and_then(|text| prefixes.iter().find_map(|prefix| text.strip_prefix(prefix)));
    rest.map_or(Stays, |rest| To(Value::String(rest.to_owned())))
}

fn duration_of(node: &Node) -> Option<Duration> {
    match &node.value {
        Value::String(text) => text.parse().ok(),
        Value::Table(_) => serde_json::from_value(json::write(node)).ok(),
        _ => None,
    }
}

/// What a reference stands for is in the old form as well, and nobody can convert what is not known.
fn unless_reference(node: &Node) -> Converted {
    match node.as_str() {
        Some(text) if holds_reference(text) => {
            Not("holds a reference, and what that stands for is not known".to_owned())
        }
        _ => Stays,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Node {
        Node::bare(Value::String(text.to_owned()))
    }

    fn number(number: i64) -> Node {
        Node::bare(Value::Integer(number))
    }

    fn duration(text: &str) -> Converted {
        To(Value::String(text.to_owned()))
    }

    #[test]
    fn a_number_of_a_unit_is_a_duration_and_the_other_way_round() {
        assert_eq!(to_duration(&number(30), Unit::Seconds), duration("30s"));
        assert_eq!(to_duration(&number(2), Unit::Hours), duration("7200s"));
        assert_eq!(to_duration(&Node::bare(Value::Float(1.5)), Unit::Seconds), duration("1500ms"));
        assert_eq!(to_number(&text("2h"), Unit::Minutes), To(Value::Integer(120)));
        assert_eq!(to_number(&text("1500ms"), Unit::Milliseconds), To(Value::Integer(1500)));
    }

    #[test]
    fn what_is_in_the_new_form_or_no_duration_at_all_stays() {
        for value in [text("30s"), text("soon"), Node::bare(Value::Bool(true))] {
            assert_eq!(to_duration(&value, Unit::Seconds), Stays);
        }
        assert_eq!(to_number(&number(30), Unit::Seconds), Stays);
        assert_eq!(table_to_duration(&text("1m")), Stays);
    }

    #[test]
    fn what_would_be_a_guess_is_not_made() {
        let not = |converted| match converted {
            Not(why) => why,
            other => panic!("{other:?}"),
        };
        assert_eq!(not(to_duration(&number(-1), Unit::Seconds)), "is negative, and a duration cannot be");
        for value in [number(i64::MAX), Node::bare(Value::Float(f64::NAN)), Node::bare(Value::Float(-1.0))] {
            assert_eq!(not(to_duration(&value, Unit::Hours)), "is no duration that can be written");
        }
        assert_eq!(not(to_number(&text("500ms"), Unit::Seconds)), "is no whole number of seconds");
        assert_eq!(not(scale(&number(10), 1, 1024)), "is no multiple of 1024");
        assert_eq!(not(scale(&number(i64::MAX), 1024, 1)), "is too large to be multiplied by 1024");
        for large in [f64::MAX, f64::MIN] {
            assert_eq!(not(scale(&Node::bare(Value::Float(large)), 1024, 1)), "is too large to be multiplied by 1024");
        }
        let reference = "holds a reference, and what that stands for is not known";
        assert_eq!(not(scale(&text("${SIZE}"), 1024, 1)), reference);
        assert_eq!(not(map(&text("${LEVEL}"), [].into_iter())), reference);
    }

    #[test]
    fn only_the_first_prefix_goes_and_only_from_the_front() {
        assert_eq!(strip(&text("0x0xFF"), &["0X", "0x"]), To(Value::String("0xFF".to_owned())));
        assert_eq!(strip(&text("FF0x"), &["0x"]), Stays);
    }
}
