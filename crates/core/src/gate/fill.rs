//! Defaults: the fields of a tree that are absent and get one.
//!
//! A table that is present gets the defaults of its fields. An absent table is filled where it is required or has a `default` of its
//! own, which may be empty; an absent optional section stays absent, however it is spelled. A required value gets no default: its
//! absence is a mistake of the config.

use serde_json::Value as Json;

use crate::environment::Environment;
use crate::gate::normalize::{for_each_child, is_container};
use crate::schema::{Subschema, absent_fields};
use crate::value::{Node, Table, Value, json};

/// Fills in the defaults of `environment` for absent fields. Filling a tree twice is filling it once.
pub fn fill_defaults(view: Subschema<'_>, node: &mut Node, environment: Environment) {
    Filler::new(environment).fill(view, node);
}

/// Fills in defaults as [`fill_defaults`] does, and returns those that no config can hold.
pub fn fill_readable_defaults(
    view: Subschema<'_>,
    node: &mut Node,
    environment: Environment,
) -> Vec<UnreadableDefault> {
    let mut filler = Filler::new(environment);
    filler.fill(view, node);
    filler.unreadable
}

/// A default with a number that does not fit in 64 bits.
#[derive(Debug)]
pub struct UnreadableDefault {
    /// Place of its subschema, as a JSON Pointer.
    pub place: String,
    /// Name of the field.
    pub field: String,
    /// Digits of the number.
    pub digits: String,
}

/// Returns the default of a field, with the defaults of the fields in it.
pub fn default_of(view: Subschema<'_>, environment: Environment) -> Option<Node> {
    Filler::new(environment).default_of(view, "")
}

/// The maximum depth of tables that are filled in.
const MAX_DEPTH: usize = 64;

/// The maximum number of fields that are filled into one table that is written. Sections that refer twice to the next one would
/// otherwise double with each level.
const MAX_FIELDS: usize = 10_000;

/// One pass over a tree.
struct Filler<'s> {
    environment: Environment,
    /// The number of fields that may still be filled into the current table.
    remaining: usize,
    /// The number of defaults around the current table.
    defaults: usize,
    unreadable: Vec<UnreadableDefault>,
    /// The subschemas of the tables around, which stops at recursive defaults.
    around: Vec<&'s str>,
}

impl<'s> Filler<'s> {
    fn new(environment: Environment) -> Self {
        let (around, unreadable) = (Vec::new(), Vec::new());
        Self { environment, remaining: MAX_FIELDS, defaults: 0, around, unreadable }
    }

    fn fill(&mut self, view: Subschema<'s>, node: &mut Node) {
        // An overlay contains only what it changes.
        if view.is_overlay() {
            return;
        }
        self.around.push(view.place());
        for_each_child(view, node, is_container, &mut |view, child| self.fill(view, child));
        if self.defaults == 0 {
            self.remaining = MAX_FIELDS;
        }
        // A default that was filled in may decide between alternatives, and other parts may describe what is in it.
        while node.as_table().is_some() && self.fill_fields(view, node) && is_composed(view) {
            for_each_child(view, node, is_container, &mut |view, child| self.fill(view, child));
        }
        self.around.pop();
    }

    /// Fills in the fields of a table that the subschema, its parts and the alternative of the table name. Returns whether there was
    /// one to fill in.
    fn fill_fields(&mut self, view: Subschema<'s>, node: &mut Node) -> bool {
        let mut missing = Vec::new();
        collect_missing(view, node, &mut missing);
        let mut filled = false;
        for (name, property, is_required) in missing {
            // Two parts may have a default for the same field; the first one applies.
            let is_written = node.as_table().is_some_and(|table| table.contains_key(name));
            let value = match is_required {
                _ if is_written || self.remaining == 0 => None,
                true => self.required_table(property, name),
                false => self.default_of(property, name),
            };
            if let (Some(value), Some(table)) = (value, node.as_table_mut()) {
                table.insert(name.clone(), value);
                self.remaining = self.remaining.saturating_sub(1);
                filled = true;
            }
        }
        let parts: Vec<Subschema<'s>> = view.parts().filter(|part| is_choice(*part)).collect();
        for part in parts {
            filled |= self.fill_alternative(part, node);
        }
        self.fill_alternative(view, node) || filled
    }

    fn fill_alternative(&mut self, view: Subschema<'s>, node: &mut Node) -> bool {
        let fitting = only_fitting(view, node, self.environment);
        fitting.is_some_and(|alternative| self.fill_fields(alternative, node))
    }

    fn default_of(&mut self, view: Subschema<'s>, field: &str) -> Option<Node> {
        let default = self.read(view, view.default_in(self.environment)?, field)?;
        self.completed(view, default)
    }

    fn read(&mut self, view: Subschema<'s>, default: &Json, field: &str) -> Option<Node> {
        match json::read(default.clone()) {
            Ok(node) => Some(node),
            Err(error) => {
                let (place, field) = (view.place().to_owned(), field.to_owned());
                self.unreadable.push(UnreadableDefault { place, field, digits: error.digits });
                None
            }
        }
    }

    /// Returns a required table with the defaults in it, or `None` without any: the table is then a mistake of the config.
    fn required_table(&mut self, view: Subschema<'s>, field: &str) -> Option<Node> {
        if !names_fields(view) {
            return None;
        }
        let node = match view.default_in(self.environment) {
            Some(default) => self.read(view, default, field)?,
            None => Node::generated(Value::Table(Table::default())),
        };
        let node = self.completed(view, node)?;
        node.as_table().is_some_and(|table| !table.is_empty()).then_some(node)
    }

    /// Fills in the defaults within a default.
    fn completed(&mut self, view: Subschema<'s>, mut node: Node) -> Option<Node> {
        // A section with a default that contains itself would have no end. A default without tables takes no fields.
        if self.around.contains(&view.place()) && has_table(&node) || self.around.len() >= MAX_DEPTH {
            return None;
        }
        self.defaults += 1;
        self.fill(view, &mut node);
        self.defaults -= 1;
        Some(node)
    }
}

/// Tells whether a value is a table or has one in its lists.
fn has_table(node: &Node) -> bool {
    match &node.value {
        Value::Table(_) => true,
        Value::List(elements) => elements.iter().any(has_table),
        _ => false,
    }
}

/// Collects the absent fields of a table that a subschema and its parts name, and whether they are required.
fn collect_missing<'s>(view: Subschema<'s>, node: &Node, missing: &mut Vec<(&'s String, Subschema<'s>, bool)>) {
    let Some(table) = node.as_table() else { return };
    let absent = absent_fields(view, table).into_iter();
    missing.extend(absent.map(|(name, property)| (name, property, requires(view, name))));
    for part in view.parts() {
        let start = missing.len();
        collect_missing(part, node, missing);
        // The table around may require what a part describes.
        missing[start..].iter_mut().for_each(|(name, _, is_required)| *is_required |= requires(view, name));
    }
}

/// Returns whether a subschema or one of its parts requires a key.
pub fn requires(view: Subschema<'_>, name: &str) -> bool {
    view.requires(name) || view.parts().any(|part| requires(part, name))
}

/// Returns whether several subschemas describe the fields of a table.
fn is_composed(view: Subschema<'_>) -> bool {
    view.alternatives().next().is_some() || view.parts().next().is_some()
}

/// Returns whether a subschema or one of its parts has alternatives.
fn is_choice(view: Subschema<'_>) -> bool {
    view.alternatives().next().is_some() || view.parts().any(is_choice)
}

/// Returns whether a subschema or one of its parts names fields.
fn names_fields(view: Subschema<'_>) -> bool {
    view.is_table() || view.parts().any(names_fields)
}

/// Returns the alternative that a table belongs to; `None` if several may admit it, because each has defaults of its own.
fn only_fitting<'s>(view: Subschema<'s>, node: &Node, environment: Environment) -> Option<Subschema<'s>> {
    let mut fitting = view.alternatives().filter(|alternative| fits(*alternative, node, environment));
    let first = fitting.next()?;
    fitting.next().is_none().then_some(first)
}

/// Returns whether a table has the keys and constants of a subschema. The values of other keys are not validated.
fn fits(view: Subschema<'_>, node: &Node, environment: Environment) -> bool {
    let Some(table) = node.as_table() else { return false };
    let present = |name: &str| table.get(name).filter(|value| !value.is_absent());
    let fields_fit = view.fields().all(|(name, property)| match present(name) {
        Some(value) => property.admits_type_of(value) && property.lists(value),
        // A constant that is the default in another environment belongs to that one.
        None => !property.has_default() || property.default_in(environment).is_some() || !property.is_constant(),
    });
    view.admits_type_of(node)
        && view.required().all(|name| present(name).is_some())
        && fields_fit
        && (!view.is_closed() || table.keys().all(|key| view.field(key).is_some()))
        && view.parts().all(|part| fits(part, node, environment))
        && (view.alternatives().next().is_none() || view.alternatives().any(|inner| fits(inner, node, environment)))
}

#[cfg(test)]
mod tests;
