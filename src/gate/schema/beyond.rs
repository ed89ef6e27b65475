//! What a tree can hold and no schema speaks of: numbers that are not finite, dates, null in a list, and null for a field
//! that must have a value.

use super::explain::{Subject, other_kind};
use super::format::described;
use super::view::View;
use crate::gate::finding::Finding;
use crate::tree::{Node, Path, Segment, Value};

/// The findings for such values.
pub fn findings(root: View<'_>, tree: &Node, subject: &Subject<'_>) -> Vec<Finding> {
    let mut walk = Walk { root, tree, subject, path: Path::root(), found: Vec::new() };
    walk.node(tree);
    walk.found
}

struct Walk<'a> {
    root: View<'a>,
    tree: &'a Node,
    subject: &'a Subject<'a>,
    /// Where the walk is; kept in one place because most steps find nothing.
    path: Path,
    found: Vec<Finding>,
}

impl Walk<'_> {
    fn node(&mut self, node: &Node) {
        match &node.value {
            Value::Float(float) if !float.is_finite() => {
                self.other_kind(node, "be a finite number");
            }
            Value::List(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    self.path.0.push(Segment::Index(index));
                    if element.is_null() {
                        let message = format!("{} is null, and a list cannot hold what is absent", self.path);
                        self.report(node, message, "in this list", "leave it out");
                    } else {
                        self.node(element);
                    }
                    self.path.0.pop();
                }
            }
            Value::Table(table) => {
                for (key, child) in table {
                    self.path.0.push(Segment::Key(key.clone()));
                    if child.is_null() {
                        self.absent(child);
                    } else {
                        self.node(child);
                    }
                    self.path.0.pop();
                }
            }
            Value::Datetime(_) => self.date(node),
            _ => {}
        }
    }

    /// A date passes for a string in JSON; a service that wants a string does not get one from TOML.
    fn date(&mut self, node: &Node) {
        let Some(view) = self.root.at(&self.path.0, self.tree) else { return };
        let is_date = matches!(view.text("format"), Some("date" | "date-time" | "time"));
        if view.types() == ["string"] && !is_date {
            let must = match view.text("format").and_then(described) {
                Some((words, _)) => format!("be {words} in a string"),
                None => "be a string".to_owned(),
            };
            self.other_kind(node, &must);
        }
    }

    fn other_kind(&mut self, node: &Node, must: &str) {
        self.found.push(other_kind(&self.path, node, self.root, self.tree, self.subject, must));
    }

    /// Null takes a default back, which only an optional field can do without.
    fn absent(&mut self, node: &Node) {
        let Some(view) = self.root.at(&self.path.0, self.tree) else { return };
        let has_default = self.subject.environment.is_some_and(|environment| view.default_in(environment).is_some());
        if has_default && !view.marked("x-optional") && !view.types().contains(&"null") {
            let message = format!("{} must have a value, and is null", self.path);
            self.report(node, message, "set here", "write a value, or remove it to have the default");
        }
    }

    fn report(&mut self, node: &Node, message: String, label: &str, help: &str) {
        let finding = Finding::error(self.path.field(), self.path.clone(), message);
        self.found.push(finding.at(self.subject.sources.places(&node.origin), label).help(help));
    }
}
