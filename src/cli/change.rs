//! The old and the new value of a field on one line.

use std::collections::HashMap;

use confgate_core::render::count;
use confgate_core::sensitive::display::harmless;
use confgate_core::toml::inline_json;
use serde_json::Value as Json;

/// A list that takes more characters than this is told by what came to it and what went.
const LONGEST: usize = 80;

/// So many elements are named; the others are counted.
const NAMED: usize = 3;

/// `50 → 60`; of a long list what came and what went.
pub fn words(old: Option<&Json>, new: Option<&Json>) -> String {
    match (old.and_then(Json::as_array), new.and_then(Json::as_array)) {
        (Some(before), Some(after)) if long(old).is_some() || long(new).is_some() => {
            harmless(&lists(before, after)).into_owned()
        }
        _ => format!("{} → {}", value(old), value(new)),
    }
}

/// A value as it is written; of a long list how many elements it has.
pub fn value(value: Option<&Json>) -> String {
    let text = || value.map_or("absent".to_owned(), inline_json);
    long(value).unwrap_or_else(|| harmless(&text()).into_owned())
}

/// What is said of a list that is long.
fn long(value: Option<&Json>) -> Option<String> {
    let list = value?.as_array()?;
    (inline_json(value?).chars().count() > LONGEST).then(|| elements(list))
}

fn elements(list: &[Json]) -> String {
    count(list.len(), "element")
}

/// `20 elements → 21 elements, with "a", "b", without "c"`.
fn lists(old: &[Json], new: &[Json]) -> String {
    let (gone, came) = (beyond(old, new), beyond(new, old));
    let named = |what: &str, list: &[String]| {
        let names = list.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
        let more = list.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        (!list.is_empty()).then(|| format!("{what} {names}{more}"))
    };
    let says: Vec<String> = [named("with", &came), named("without", &gone)].into_iter().flatten().collect();
    let says = if says.is_empty() { "in another order".to_owned() } else { says.join(", ") };
    format!("{} → {}, {says}", elements(old), elements(new))
}

/// The elements of a list that another one does not have, or has less often, as they are written.
fn beyond(list: &[Json], other: &[Json]) -> Vec<String> {
    let mut left: HashMap<String, usize> = HashMap::new();
    for element in other {
        *left.entry(inline_json(element)).or_default() += 1;
    }
    let texts = list.iter().map(inline_json);
    texts.filter(|text| left.get_mut(text).filter(|left| **left > 0).map(|left| *left -= 1).is_none()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(old: &Json, new: &Json) -> String {
        words(Some(old), Some(new))
    }

    #[test]
    fn short_values_are_written_whole() {
        assert_eq!(said(&json!(50), &json!(60)), "50 → 60");
        assert_eq!(said(&json!(["a"]), &json!([])), "[\"a\"] → []");
        assert_eq!(words(None, Some(&json!("x"))), "absent → \"x\"");
    }

    #[test]
    fn of_a_long_list_is_said_what_came_and_what_went() {
        let nodes = |from: usize, to: usize| json!((from..to).map(|n| format!("192.0.2.{n}:80")).collect::<Vec<_>>());
        assert_eq!(said(&json!([]), &nodes(0, 200)), {
            "0 elements → 200 elements, with \"192.0.2.0:80\", \"192.0.2.1:80\", \"192.0.2.2:80\" and 197 more"
        });
        assert_eq!(said(&nodes(0, 20), &nodes(1, 22)), {
            "20 elements → 21 elements, with \"192.0.2.20:80\", \"192.0.2.21:80\", without \"192.0.2.0:80\""
        });
        assert_eq!(words(Some(&nodes(0, 20)), None), "20 elements → absent");
        let mut turned = nodes(0, 20);
        turned.as_array_mut().unwrap().reverse();
        assert_eq!(said(&nodes(0, 20), &turned), "20 elements → 20 elements, in another order");
        let twice = json!(nodes(0, 20).as_array().unwrap().iter().chain([&json!("192.0.2.3:80")]).collect::<Vec<_>>());
        assert_eq!(said(&nodes(0, 20), &twice), "20 elements → 21 elements, with \"192.0.2.3:80\"");
    }

    #[test]
    fn a_terminal_obeys_nothing_of_it() {
        assert!(!said(&json!("a\u{202e}"), &json!(1)).contains('\u{202e}'));
    }
}
