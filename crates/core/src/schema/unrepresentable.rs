//! Diagnostics for values that the validator cannot reject, because JSON has no such values: floats that are not finite, dates,
//! null in a list, null for a required value, and references that cannot be resolved.

use crate::diagnostics::Diagnostic;
use crate::schema::explain::{Explainer, value_place, wrong_kind};
use crate::schema::format::describe_format;
use crate::schema::ordinary::is_ordinary;
use crate::schema::subschema::Subschema;
use crate::value::{Node, PathRef, Value, reference};

/// The result of the walk that finds such values.
pub struct Unrepresentable {
    /// The diagnostics for such values.
    pub found: Vec<Diagnostic>,
    /// True if a text of a config that is not loaded yet may have escapes of references.
    pub may_have_escapes: bool,
}

/// Finds such values.
pub fn find(explainer: &Explainer<'_>) -> Unrepresentable {
    let mut walk = Walk { explainer, found: Vec::new(), may_have_escapes: false };
    walk.node(explainer.tree, PathRef::Root);
    Unrepresentable { found: walk.found, may_have_escapes: walk.may_have_escapes }
}

struct Walk<'e, 'a> {
    explainer: &'e Explainer<'a>,
    found: Vec<Diagnostic>,
    may_have_escapes: bool,
}

impl<'a> Walk<'_, 'a> {
    fn node(&mut self, node: &'a Node, trail: PathRef<'_>) {
        match &node.value {
            Value::Float(float) if float.is_infinite() && self.is_written_in_digits(node) => {
                let problem = "is beyond 64-bit floats, which reach to 1.7976931348623157e308";
                self.report(node, trail, problem, "set here", "write a number within the limit");
            }
            Value::Float(float) if !float.is_finite() => self.wrong_kind(node, trail, "be a finite number"),
            Value::List(elements) => {
                for (index, element) in elements.iter().enumerate().filter(|(_, element)| !is_ordinary(&element.value))
                {
                    let trail = PathRef::Index(&trail, index);
                    if element.is_absent() {
                        let problem = "is null, and a list cannot hold what is absent";
                        self.report(node, trail, problem, "in this list", "leave it out");
                    } else {
                        self.node(element, trail);
                    }
                }
            }
            Value::Table(table) => {
                for (key, child) in table.iter().filter(|(_, child)| !is_ordinary(&child.value)) {
                    let trail = PathRef::Key(&trail, key);
                    if child.is_absent() { self.absent(child, trail) } else { self.node(child, trail) }
                }
            }
            Value::Datetime(_) => self.date(node, trail),
            Value::String(text) if self.explainer.context.resolved && reference::is_unresolved(text) => {
                self.opaque(node, trail)
            }
            Value::String(text) if !self.explainer.context.resolved => {
                self.may_have_escapes |= reference::may_have_reference(text);
                if reference::has_unnamed_secret(text) {
                    let problem = "holds a reference to a secret without a valid name";
                    self.report(node, trail, problem, "set here", reference::UNNAMED_SECRET_HELP);
                }
            }
            _ => {}
        }
    }

    /// Tells whether an infinite float is written as a number, which the parser rounds to infinity.
    fn is_written_in_digits(&self, node: &Node) -> bool {
        let place = value_place(node, self.explainer.context.sources);
        place.is_some_and(|place| place.text().contains(|c: char| c.is_ascii_digit()))
    }

    /// Reports a date where the schema requires a string. It is a string in JSON, but not in TOML.
    fn date(&mut self, node: &'a Node, trail: PathRef<'_>) {
        let Some(view) = self.explainer.root.at(&trail.to_path().0, self.explainer.tree) else { return };
        let is_date = matches!(view.text("format"), Some("date" | "date-time" | "time"));
        if view.types() == ["string"] && !is_date {
            let condition = match view.text("format").and_then(describe_format) {
                Some((words, _)) => format!("be {words} in a string"),
                None => "be a string".to_owned(),
            };
            self.wrong_kind(node, trail, &condition);
        }
    }

    /// Reports a text that looks like a reference where references are not resolved. Formats would accept it as one.
    fn opaque(&mut self, node: &Node, trail: PathRef<'_>) {
        let Some(view) = self.explainer.root.at(&trail.to_path().0, self.explainer.tree) else { return };
        let has_format = |view: Subschema<'_>| view.text("format").is_some();
        if has_format(view) || view.alternatives().any(has_format) {
            let problem = "looks like a reference, and references are not resolved here";
            self.report(node, trail, problem, "set here", "write the value itself, or move it to the config file");
        }
    }

    fn wrong_kind(&mut self, node: &'a Node, trail: PathRef<'_>, must: &str) {
        self.found.push(wrong_kind(&trail.to_path(), node, self.explainer, must));
    }

    /// Reports null for a field with a default that is not optional. Null removes the default.
    fn absent(&mut self, node: &Node, trail: PathRef<'_>) {
        let Some(view) = self.explainer.root.at(&trail.to_path().0, self.explainer.tree) else { return };
        let has_default =
            self.explainer.context.environment.is_some_and(|environment| view.default_in(environment).is_some());
        if has_default && !view.is_optional() && !view.admits_null() {
            let help = "write a value, or remove the key to use the default";
            self.report(node, trail, "must have a value, and is null", "set here", help);
        }
    }

    fn report(&mut self, node: &Node, trail: PathRef<'_>, problem: &str, label: &str, help: &str) {
        let path = trail.to_path();
        let message = format!("{path} {problem}");
        let diagnostic = Diagnostic::error(path.field(), path, message);
        self.found.push(diagnostic.at(self.explainer.context.sources.locations(&node.origin), label).help(help));
    }
}
