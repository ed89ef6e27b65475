//! Old and new value of a field on one line.

use std::collections::HashMap;

use confgate_core::render::count;
use confgate_core::sensitive::display::sanitize;
use confgate_core::toml::inline_json;
use serde_json::Value as Json;

/// Longest list that is displayed whole, in characters. Of longer lists only the added and removed elements are displayed.
const LONGEST_LIST: usize = 80;

/// Number of added or removed elements that are displayed; further ones are counted.
const DISPLAYED_ELEMENTS: usize = 3;

/// Returns `50 → 60`, or the added and removed elements of a long list.
pub fn change_line(old: Option<&Json>, new: Option<&Json>) -> String {
    match (old.and_then(Json::as_array), new.and_then(Json::as_array), changed_elements(old, new)) {
        (Some(old), Some(new), Some(words)) => format!("{} → {}, {words}", elements(old), elements(new)),
        _ => format!("{} → {}", display_value(old), display_value(new)),
    }
}

/// Returns the added and removed elements of a long list: `with "a", "b", without "c"`.
pub fn changed_elements(old: Option<&Json>, new: Option<&Json>) -> Option<String> {
    let (old_list, new_list) = (old?.as_array()?, new?.as_array()?);
    let is_long = list_length(old).is_some() || list_length(new).is_some();
    is_long.then(|| sanitize(&list_change(old_list, new_list)).into_owned())
}

/// Returns a value in TOML syntax, or the length of a long list.
pub fn display_value(value: Option<&Json>) -> String {
    let text = || value.map_or("absent".to_owned(), inline_json);
    list_length(value).unwrap_or_else(|| sanitize(&text()).into_owned())
}

/// Returns the length of a list that is too long to be displayed.
fn list_length(value: Option<&Json>) -> Option<String> {
    let list = value?.as_array()?;
    (inline_json(value?).chars().count() > LONGEST_LIST).then(|| elements(list))
}

fn elements(list: &[Json]) -> String {
    count(list.len(), "element")
}

/// Returns `with "a", "b", without "c"`.
fn list_change(old: &[Json], new: &[Json]) -> String {
    let (removed, added) = (difference(old, new), difference(new, old));
    let changes: Vec<String> = [("with", &added), ("without", &removed)]
        .into_iter()
        .filter(|(_, elements)| !elements.is_empty())
        .map(|(preposition, elements)| format!("{preposition} {}", first_elements(elements)))
        .collect();
    if changes.is_empty() { "in another order".to_owned() } else { changes.join(", ") }
}

fn first_elements(elements: &[String]) -> String {
    let first = elements.iter().take(DISPLAYED_ELEMENTS).map(String::as_str).collect::<Vec<_>>().join(", ");
    match elements.len().saturating_sub(DISPLAYED_ELEMENTS) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// Returns the elements of `list` that `other` does not have, or has fewer times.
fn difference(list: &[Json], other: &[Json]) -> Vec<String> {
    let mut unmatched: HashMap<String, usize> = HashMap::new();
    for element in other {
        *unmatched.entry(inline_json(element)).or_default() += 1;
    }
    let mut difference = Vec::new();
    for text in list.iter().map(inline_json) {
        match unmatched.get_mut(&text) {
            Some(number) if *number > 0 => *number -= 1,
            _ => difference.push(text),
        }
    }
    difference
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn line(old: &Json, new: &Json) -> String {
        change_line(Some(old), Some(new))
    }

    #[test]
    fn short_values_are_displayed_whole() {
        assert_eq!(line(&json!(50), &json!(60)), "50 → 60");
        assert_eq!(line(&json!(["a"]), &json!([])), "[\"a\"] → []");
        assert_eq!(change_line(None, Some(&json!("x"))), "absent → \"x\"");
        assert_eq!(line(&json!("a\nb\n"), &json!(["c\n"])), "\"a\\nb\\n\" → [\"c\\n\"]");
    }

    #[test]
    fn of_a_long_list_the_added_and_removed_elements_are_displayed() {
        let nodes = |from: usize, to: usize| json!((from..to).map(|n| format!("192.0.2.{n}:80")).collect::<Vec<_>>());
        assert_eq!(line(&json!([]), &nodes(0, 200)), {
            "0 elements → 200 elements, with \"192.0.2.0:80\", \"192.0.2.1:80\", \"192.0.2.2:80\" and 197 more"
        });
        assert_eq!(line(&nodes(0, 20), &nodes(1, 22)), {
            "20 elements → 21 elements, with \"192.0.2.20:80\", \"192.0.2.21:80\", without \"192.0.2.0:80\""
        });
        assert_eq!(change_line(Some(&nodes(0, 20)), None), "20 elements → absent");
        let mut reversed = nodes(0, 20);
        reversed.as_array_mut().unwrap().reverse();
        assert_eq!(line(&nodes(0, 20), &reversed), "20 elements → 20 elements, in another order");
        let repeated =
            json!(nodes(0, 20).as_array().unwrap().iter().chain([&json!("192.0.2.3:80")]).collect::<Vec<_>>());
        assert_eq!(line(&nodes(0, 20), &repeated), "20 elements → 21 elements, with \"192.0.2.3:80\"");
    }

    #[test]
    fn control_characters_are_replaced() {
        assert!(!line(&json!("a\u{202e}"), &json!(1)).contains('\u{202e}'));
    }
}
