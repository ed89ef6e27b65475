//! Normalization of a tree: alternative forms of values, and the canonical form in which configs are written.

use crate::environment::Environment;
use crate::schema::{FieldCursor, Subschema};
use crate::types::Duration;
use crate::value::{Node, Origin, Value, json};

/// Converts alternative forms of values: a duration as the table `{ secs = 30, nanos = 0 }`, and the empty string of an optional
/// text, which means that the field is absent even where it has a default.
pub fn read_other_forms(view: Subschema<'_>, node: &mut Node) {
    if !view.holds_forms() {
        return;
    }
    if view.is_optional() && node.as_str() == Some("") && is_text(view, node) {
        *node = Node::generated(Value::Null);
    } else if view.is_duration()
        && node.as_table().is_some()
        && let Ok(duration) = serde_json::from_value::<Duration>(json::write(node))
    {
        node.value = Value::String(duration.to_string());
    } else {
        let may_have_forms = |child: &Node| child.as_str() == Some("") || is_container(child);
        for_each_child(view, node, may_have_forms, &mut read_other_forms);
    }
}

/// Tells whether a value is a text and nothing else, so that the empty one stands for its absence. In the place of a list or of one of
/// several alternatives it is a value, which the schema judges: a condition with an empty feature must not lose the feature.
fn is_text(view: Subschema<'_>, node: &Node) -> bool {
    view.admits_type(&node.value) && view.alternatives().next().is_none()
}

/// Makes optional fields absent whose value is a written null: the schema of a model does not admit null.
pub fn read_nulls(view: Subschema<'_>, node: &mut Node) {
    if view.is_optional() && node.is_null() {
        node.origin = Origin::Generated;
    } else {
        for_each_child(view, node, |_| true, &mut read_nulls);
    }
}

/// Converts a tree to the canonical form: entries in the order of the schema, then by name; durations with one unit; whole numbers
/// as `1.0` where the schema accepts any number and a float holds all their digits; absent values removed, or empty where the field
/// is optional and its default would be filled in again.
pub fn canonical(view: Subschema<'_>, node: &mut Node, environment: Option<Environment>) {
    canonical_form(view, node, environment, true);
}

/// Converts a tree like [`canonical`], and leaves its numbers as they are written: another part of the schema may require an
/// integer.
pub fn canonical_with_numbers(view: Subschema<'_>, node: &mut Node, environment: Option<Environment>) {
    canonical_form(view, node, environment, false);
}

fn canonical_form(view: Subschema<'_>, node: &mut Node, environment: Option<Environment>, converts_numbers: bool) {
    let comes_back =
        |view: Subschema<'_>| environment.is_some_and(|environment| view.default_in(environment).is_some());
    canonicalize(view, node, &CanonicalForm { comes_back: &comes_back, converts_numbers });
}

/// The settings of a conversion to the canonical form.
struct CanonicalForm<'f> {
    /// Tells whether the default of an absent field would be filled in again.
    comes_back: &'f dyn Fn(Subschema<'_>) -> bool,
    /// True to write whole numbers as `1.0` where the schema accepts any number.
    converts_numbers: bool,
}

fn canonicalize(view: Subschema<'_>, node: &mut Node, form: &CanonicalForm<'_>) {
    match &mut node.value {
        Value::Integer(integer) if form.converts_numbers && view.is_float() && is_exact(*integer) => {
            node.value = Value::Float(*integer as f64);
        }
        Value::String(text) if view.is_duration() => {
            if !Duration::is_plain(text)
                && let Ok(duration) = text.parse::<Duration>()
                && !duration.is_displayed_as(text)
            {
                *text = duration.to_string();
            }
        }
        Value::Null if view.is_optional() && (form.comes_back)(view) => node.value = Value::String(String::new()),
        // A default of null says that null means absent.
        Value::Null if view.is_null_by_default() => node.origin = Origin::Generated,
        // The table below an overlay may have a value.
        _ if view.is_overlay() => {
            let overlay = CanonicalForm { comes_back: &|view| view.is_optional(), ..*form };
            for_each_child(view, node, has_forms, &mut |view, child| canonicalize(view, child, &overlay));
        }
        Value::List(_) if view.lists_single() => {}
        _ => for_each_child(view, node, has_forms, &mut |view, child| canonicalize(view, child, form)),
    }
    sort_entries(view, node);
}

/// Returns whether a value may have several written forms, or be absent.
fn has_forms(node: &Node) -> bool {
    !matches!(node.value, Value::Bool(_) | Value::Float(_) | Value::Datetime(_))
}

/// Returns whether a float holds an integer, and is written with the same digits.
fn is_exact(integer: i64) -> bool {
    integer.unsigned_abs() <= 1 << f64::MANTISSA_DIGITS
}

fn sort_entries(view: Subschema<'_>, node: &mut Node) {
    let names = table_view(view, node);
    let Some(table) = node.as_table_mut() else { return };
    table.retain(|_, node| !node.is_absent());
    // Most tables are in order already.
    let known = names.and_then(Subschema::properties).map_or(0, |properties| table.count_in_order(properties.keys()));
    if known == table.len() {
        return;
    }
    let rank = |name: &str, expected| names.and_then(|names| names.rank(name, expected)).unwrap_or(usize::MAX);
    let mut expected = known;
    let ranks = table.keys().skip(known).map(|name| {
        let rank = rank(name, expected);
        expected = rank.saturating_add(1);
        (rank, name)
    });
    if !ranks.is_sorted() {
        table.sort_by_cached_key(|name, _| (rank(name, 0), name.clone()));
    }
}

/// Returns the subschema that describes the entries of the table `node`.
fn table_view<'s>(view: Subschema<'s>, node: &Node) -> Option<Subschema<'s>> {
    node.as_table()?;
    if view.is_overlay() {
        return Some(view.top());
    }
    if view.is_table() {
        return Some(view);
    }
    view.chosen(node).map(|(_, chosen)| chosen)
}

/// Returns whether a value is a list or a table.
pub(super) fn is_container(node: &Node) -> bool {
    matches!(node.value, Value::List(_) | Value::Table(_))
}

/// Calls `visit` for each entry or element of a value that the schema describes and `selects` accepts. The subschemas of others are
/// not searched.
pub(super) fn for_each_child<'s>(
    view: Subschema<'s>,
    node: &mut Node,
    selects: impl Fn(&Node) -> bool,
    visit: &mut dyn FnMut(Subschema<'s>, &mut Node),
) {
    // Most tables have no such value: their entries are looked at before the schema is.
    let is_any_selected = match &node.value {
        Value::Table(table) => table.values().any(&selects),
        Value::List(elements) => elements.iter().any(&selects),
        _ => false,
    };
    if !is_any_selected {
        return;
    }
    let mut cursor = FieldCursor::new(view);
    for index in 0.. {
        if let Value::Table(table) = &mut node.value {
            match table.get_index_mut(index) {
                None => return,
                Some((_, child)) if !selects(child) => continue,
                Some((key, child)) => {
                    if let Some(inner) = cursor.field_at(index, key) {
                        visit(inner, child);
                        continue;
                    }
                }
            }
        }
        let inner = match &node.value {
            Value::Table(table) => table.get_index(index).and_then(|(key, _)| view.property(key, node)),
            Value::List(elements) => match elements.get(index) {
                Some(child) if selects(child) => view.element(index, node),
                Some(_) => continue,
                None => return,
            },
            _ => return,
        };
        let child = match &mut node.value {
            Value::Table(table) => table.get_index_mut(index).map(|(_, child)| child),
            Value::List(elements) => elements.get_mut(index),
            _ => None,
        };
        if let (Some(inner), Some(child)) = (inner, child) {
            visit(inner, child);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::environment::Environment::{Development, Production};
    use crate::gate::fill::fill_defaults;
    use crate::schema::Schema;
    use crate::toml;

    fn completed(schema: &serde_json::Value, tree: serde_json::Value, environment: Environment) -> String {
        let mut node = json::read(tree).unwrap();
        let schema = Schema::new(schema.clone()).unwrap();
        let view = schema.view();
        read_other_forms(view, &mut node);
        fill_defaults(view, &mut node, environment);
        canonical(view, &mut node, Some(environment));
        toml::write(&node).unwrap()
    }

    fn schema() -> serde_json::Value {
        json!({ "properties": {
            "wait": { "type": "string", "format": "human-duration", "default": "5s" },
            "share": { "type": "number" },
            "cert": { "type": "string", "x-optional": true, "x-defaults": { "Production": "/cert" } },
        } })
    }

    #[test]
    fn forms_that_mean_the_same_are_written_the_same() {
        let one = completed(&schema(), json!({ "wait": { "secs": 60, "nanos": 0 }, "share": 1 }), Development);
        let other = completed(&schema(), json!({ "share": 1.0, "wait": "1m" }), Development);
        assert_eq!(one, other);
        assert!(one.starts_with("wait = \"60s\"\nshare = 1.0\n"), "{one}");
    }

    #[test]
    fn a_float_that_does_not_hold_an_integer_leaves_its_digits() {
        let whole = |number: i64| completed(&schema(), json!({ "share": number }), Development);
        assert_eq!(whole(9_007_199_254_740_992), "wait = \"5s\"\nshare = 9007199254740992.0\n");
        assert_eq!(whole(9_007_199_254_740_993), "wait = \"5s\"\nshare = 9007199254740993\n");
        assert_eq!(whole(i64::MAX), "wait = \"5s\"\nshare = 9223372036854775807\n");
        assert_eq!(whole(i64::MIN), "wait = \"5s\"\nshare = -9223372036854775808\n");
    }

    #[test]
    fn an_absent_field_stays_absent_when_it_is_read_again() {
        let once = completed(&schema(), json!({ "cert": null }), Production);
        assert!(once.contains("cert = \"\"\n"), "{once}");
        let again = completed(&schema(), json!({ "cert": "" }), Production);
        assert_eq!(once, again);
        assert!(!completed(&schema(), json!({ "cert": null }), Development).contains("cert"));
    }
}
