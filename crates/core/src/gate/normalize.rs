//! Normalization of a tree: alternative forms of values, defaults, and the canonical form in which configs are written.

use std::fmt::{self, Write as _};

use crate::environment::Environment;
use crate::schema::Subschema;
use crate::types::Duration;
use crate::value::{Node, Table, Value, json};

/// Converts alternative forms of values: a duration as the table `{ secs = 30, nanos = 0 }`, and the empty string of an optional
/// text, which means that the field is absent even where it has a default.
pub fn read_other_forms(view: Subschema<'_>, node: &mut Node) {
    if !view.holds_forms() {
        return;
    }
    if view.is_optional() && node.as_str() == Some("") {
        node.value = Value::Null;
    } else if view.is_duration()
        && node.as_table().is_some()
        && let Ok(duration) = serde_json::from_value::<Duration>(json::write(node))
    {
        node.value = Value::String(duration.to_string());
    } else {
        for_each_child(view, node, &mut read_other_forms);
    }
}

/// Fills in the defaults of `environment` for absent fields: in the root, and in every table below it that is present or has
/// defaults. Required fields get no default.
pub fn fill_defaults(view: Subschema<'_>, node: &mut Node, environment: Environment) {
    fill(view, node, environment, &mut Vec::new());
}

/// `around` are the subschemas whose defaults are being built, which stops at recursive ones.
fn fill<'s>(view: Subschema<'s>, node: &mut Node, environment: Environment, around: &mut Vec<&'s str>) {
    // An overlay contains only what it changes.
    if view.is_overlay() {
        return;
    }
    for_each_child(view, node, &mut |view, child| fill(view, child, environment, around));
    let Some(view) = table_view(view, node) else { return };
    let Some(table) = node.as_table() else { return };
    let written = |index: usize, name: &String| match table.get_index(index) {
        Some((key, _)) if *key == *name => true,
        _ => table.contains_key(name),
    };
    let names = view.fields().map(|(name, _)| name).enumerate();
    let missing: Vec<&String> =
        names.filter(|(index, name)| !written(*index, name) && !view.requires(name)).map(|(_, name)| name).collect();
    for name in missing {
        let filled = view.property(name, node).and_then(|property| made(property, environment, around));
        if let (Some(filled), Some(table)) = (filled, node.as_table_mut()) {
            table.insert(name.clone(), filled);
        }
    }
}

/// Returns the default of a field.
pub fn default_of(view: Subschema<'_>, environment: Environment) -> Option<Node> {
    made(view, environment, &mut Vec::new())
}

fn made<'s>(view: Subschema<'s>, environment: Environment, around: &mut Vec<&'s str>) -> Option<Node> {
    let default = view.default_in(environment);
    if default.is_none() && (view.is_optional() || !view.is_table()) {
        return None;
    }
    if around.contains(&view.place()) {
        return None;
    }
    let mut node = match default {
        // A default that does not fit into a tree cannot be the default of a model.
        Some(default) => json::read(default.clone()).ok()?,
        None => Node::generated(Value::Table(Table::default())),
    };
    around.push(view.place());
    fill(view, &mut node, environment, around);
    around.pop();
    (default.is_some() || node.as_table().is_some_and(|table| !table.is_empty())).then_some(node)
}

/// Converts a tree to the canonical form: entries in the order of the schema, then by name; durations with one unit; whole numbers
/// as `1.0` where the schema accepts any number; absent values removed, or empty where their default would be filled in again.
pub fn canonical(view: Subschema<'_>, node: &mut Node, environment: Option<Environment>) {
    canonicalize(view, node, &|view| environment.is_some_and(|environment| view.default_in(environment).is_some()));
}

/// `comes_back` is whether the default of an absent field would be filled in again.
fn canonicalize(view: Subschema<'_>, node: &mut Node, comes_back: &dyn Fn(Subschema<'_>) -> bool) {
    match &mut node.value {
        Value::Integer(integer) if view.is_float() => node.value = Value::Float(*integer as f64),
        Value::String(text) if view.is_duration() => {
            if let Ok(duration) = text.parse::<Duration>()
                && !is_written_as(&duration, text)
            {
                *text = duration.to_string();
            }
        }
        Value::Null if comes_back(view) => node.value = Value::String(String::new()),
        // The table below an overlay may have a value.
        _ if view.is_overlay() => {
            for_each_child(view, node, &mut |view, child| canonicalize(view, child, &|view| view.is_optional()))
        }
        Value::List(_) if view.lists_single() => {}
        _ => for_each_child(view, node, &mut |view, child| canonicalize(view, child, comes_back)),
    }
    sort_entries(view, node);
}

/// Tells whether `text` is how a value is displayed, without allocating its text.
fn is_written_as(value: &impl fmt::Display, text: &str) -> bool {
    struct Rest<'t>(&'t str);

    impl fmt::Write for Rest<'_> {
        fn write_str(&mut self, part: &str) -> fmt::Result {
            self.0 = self.0.strip_prefix(part).ok_or(fmt::Error)?;
            Ok(())
        }
    }

    let mut rest = Rest(text);
    write!(rest, "{value}").is_ok() && rest.0.is_empty()
}

fn sort_entries(view: Subschema<'_>, node: &mut Node) {
    let names = table_view(view, node);
    let Some(table) = node.as_table_mut() else { return };
    table.retain(|_, node| !node.is_null());
    let rank = |name: &str| names.and_then(|names| names.rank(name)).unwrap_or(usize::MAX);
    // Most tables are in order already.
    if !table.keys().is_sorted_by_key(|name| (rank(name), name)) {
        table.sort_by_cached_key(|name, _| (rank(name), name.clone()));
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

fn for_each_child<'s>(view: Subschema<'s>, node: &mut Node, visit: &mut dyn FnMut(Subschema<'s>, &mut Node)) {
    for index in 0.. {
        let inner = match &node.value {
            Value::Table(table) => match table.get_index(index) {
                Some((key, _)) => view.property_at(index, key, node),
                None => return,
            },
            Value::List(elements) if index < elements.len() => view.element(index, node),
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
            "store": { "type": "object", "properties": { "rows": { "type": "integer", "default": 7 } } },
            "extra": { "type": "object", "x-optional": true, "properties": { "on": { "type": "boolean", "default": true } } },
            "mode": { "oneOf": [
                { "type": "string" },
                { "type": "object", "properties": { "Custom": { "type": "object", "properties": {
                    "size": { "type": "integer", "default": 3 }, "name": { "type": "string" } } } } },
            ], "default": "plain" },
        } })
    }

    #[test]
    fn what_was_not_written_and_has_a_default_is_filled_in() {
        let whole = completed(&schema(), json!({}), Production);
        assert_eq!(whole, "wait = \"5s\"\ncert = \"/cert\"\nmode = \"plain\"\n\n[store]\nrows = 7\n");
    }

    #[test]
    fn an_optional_table_is_filled_only_where_it_is_written() {
        let whole = completed(&schema(), json!({ "extra": {} }), Development);
        assert!(whole.ends_with("[extra]\non = true\n"), "{whole}");
    }

    #[test]
    fn the_table_of_an_alternative_is_filled_as_well() {
        let whole = completed(&schema(), json!({ "mode": { "Custom": { "name": "x" } } }), Development);
        assert!(whole.ends_with("[mode.Custom]\nsize = 3\nname = \"x\"\n"), "{whole}");
    }

    #[test]
    fn forms_that_mean_the_same_are_written_the_same() {
        let one = completed(&schema(), json!({ "wait": { "secs": 60, "nanos": 0 }, "share": 1 }), Development);
        let other = completed(&schema(), json!({ "share": 1.0, "wait": "1m" }), Development);
        assert_eq!(one, other);
        assert!(one.starts_with("wait = \"60s\"\nshare = 1.0\n"), "{one}");
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
