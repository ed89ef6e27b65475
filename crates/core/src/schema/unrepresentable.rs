//! What a tree can hold and no schema speaks of: numbers that are not finite, dates, null in a list, null for a field that must
//! have a value, and references to nothing.

use crate::diagnostics::Diagnostic;
use crate::schema::explain::{Subject, other_kind};
use crate::schema::format::described;
use crate::schema::subschema::Subschema;
use crate::value::{Node, PathRef, Value, reference};

/// The diagnostics for such values.
pub fn diagnostics(root: Subschema<'_>, tree: &Node, subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut walk = Walk { root, tree, subject, found: Vec::new() };
    walk.node(tree, PathRef::Root);
    walk.found
}

struct Walk<'a> {
    root: Subschema<'a>,
    tree: &'a Node,
    subject: &'a Subject<'a>,
    found: Vec<Diagnostic>,
}

impl Walk<'_> {
    fn node(&mut self, node: &Node, trail: PathRef<'_>) {
        match &node.value {
            Value::Float(float) if !float.is_finite() => self.other_kind(node, trail, "be a finite number"),
            Value::List(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    let trail = PathRef::Index(&trail, index);
                    if element.is_null() {
                        let says = "is null, and a list cannot hold what is absent";
                        self.report(node, trail, says, "in this list", "leave it out");
                    } else {
                        self.node(element, trail);
                    }
                }
            }
            Value::Table(table) => {
                for (key, child) in table {
                    let trail = PathRef::Key(&trail, key);
                    if child.is_null() {
                        self.absent(child, trail);
                    } else {
                        self.node(child, trail);
                    }
                }
            }
            Value::Datetime(_) => self.date(node, trail),
            Value::String(text) if self.subject.resolved && reference::is_unresolved(text) => self.opaque(node, trail),
            Value::String(text) if !self.subject.resolved && reference::has_unnamed_secret(text) => {
                let says = "holds a reference to a secret without a name";
                self.report(node, trail, says, "set here", reference::UNNAMED_SECRET_HELP);
            }
            _ => {}
        }
    }

    /// A date passes for a string in JSON; a service that wants a string does not get one from TOML.
    fn date(&mut self, node: &Node, trail: PathRef<'_>) {
        let Some(view) = self.root.at(&trail.to_path().0, self.tree) else { return };
        let is_date = matches!(view.text("format"), Some("date" | "date-time" | "time"));
        if view.types() == ["string"] && !is_date {
            let must = match view.text("format").and_then(described) {
                Some((words, _)) => format!("be {words} in a string"),
                None => "be a string".to_owned(),
            };
            self.other_kind(node, trail, &must);
        }
    }

    /// A text that looks like a reference where nobody resolves one. Formats look around references, and would take it for
    /// one.
    fn opaque(&mut self, node: &Node, trail: PathRef<'_>) {
        let Some(view) = self.root.at(&trail.to_path().0, self.tree) else { return };
        let formed = |view: Subschema<'_>| view.text("format").is_some();
        if formed(view) || view.alternatives().any(formed) {
            let says = "looks like a reference, and stands where none is resolved";
            self.report(node, trail, says, "set here", "write the value itself, or move it to the config file");
        }
    }

    fn other_kind(&mut self, node: &Node, trail: PathRef<'_>, must: &str) {
        self.found.push(other_kind(&trail.to_path(), node, self.root, self.tree, self.subject, must));
    }

    /// Null takes a default back, which only an optional field can do without.
    fn absent(&mut self, node: &Node, trail: PathRef<'_>) {
        let Some(view) = self.root.at(&trail.to_path().0, self.tree) else { return };
        let has_default = self.subject.environment.is_some_and(|environment| view.default_in(environment).is_some());
        if has_default && !view.is_optional() && !view.types().contains(&"null") {
            let help = "write a value, or remove it to have the default";
            self.report(node, trail, "must have a value, and is null", "set here", help);
        }
    }

    fn report(&mut self, node: &Node, trail: PathRef<'_>, says: &str, label: &str, help: &str) {
        let path = trail.to_path();
        let message = format!("{path} {says}");
        let diagnostic = Diagnostic::error(path.field(), path, message);
        self.found.push(diagnostic.at(self.subject.sources.locations(&node.origin), label).help(help));
    }
}
