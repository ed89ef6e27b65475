//! Redaction: copies of configs without secrets and passwords.

use std::cell::OnceCell;

use crate::schema::{MisspeltSecrets, Subschema, secrecy};
use crate::sensitive::display;
use crate::value::reference::is_sealed;
use crate::value::{Node, Path, Segment, Sources, Value};

/// Subschema of a value, and whether the value is secret.
#[derive(Debug, Clone, Copy)]
pub struct Visibility<'s> {
    root: Subschema<'s>,
    view: Option<Subschema<'s>>,
    secret: bool,
}

impl<'s> Visibility<'s> {
    /// Returns the visibility of the value at `path` in `tree`. A value in a secret is secret, and so is one under an unknown key
    /// that is probably the misspelt name of a secret.
    pub fn of(root: Subschema<'s>, path: &[Segment], tree: &Node) -> Self {
        let view = root.at(path, tree);
        let is_hidden = || root.hides(path, tree) || secrecy::is_in_misplaced(root, path, tree);
        let is_misspelt = || MisspeltSecrets::new(root).cover(&Path(path.to_vec()), tree);
        Self { root, view, secret: is_hidden() || view.is_none() && is_misspelt() }
    }

    /// Returns the same visibility, secret if the other one is: that of the same path in another tree.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { secret: self.secret || other.secret, ..self }
    }

    fn below(self, segment: &Segment, node: &Node) -> Self {
        let (view, hidden) = self.view.map_or((None, false), |view| view.below(segment, node));
        Self { view, secret: self.secret || hidden || view.is_some_and(Subschema::is_secret), ..self }
    }

    fn hides(self, value: &Node) -> bool {
        self.secret || self.view.is_some_and(|view| view.hides_value(value))
    }
}

impl<'s> From<Subschema<'s>> for Visibility<'s> {
    fn from(view: Subschema<'s>) -> Self {
        Self { root: view, view: Some(view), secret: view.is_secret() }
    }
}

/// Returns a copy of a value without secrets. A reference reveals nothing and stays; a resolved value is displayed as its reference.
pub fn redacted<'s>(seen: impl Into<Visibility<'s>>, node: &Node, path: &Path, sources: &Sources) -> Node {
    let mut copy = node.clone();
    let seen = seen.into();
    Redaction { root: seen.root, misspelt: OnceCell::new(), sources }.redact(seen, &mut copy, path);
    copy
}

/// A walk over a value that replaces its secrets.
struct Redaction<'s, 'a> {
    root: Subschema<'s>,
    /// Prepared for the first unknown key: most configs have none.
    misspelt: OnceCell<MisspeltSecrets<'s>>,
    sources: &'a Sources,
}

impl<'s> Redaction<'s, '_> {
    fn redact(&self, seen: Visibility<'s>, node: &mut Node, path: &Path) {
        let hidden = seen.hides(node) || secrecy::is_secret_by_name(seen.view, path, node);
        if let Some(written) = self.sources.resolved.get(path) {
            node.value = Value::String(display::unresolved(written, hidden));
            return;
        }
        for index in 0.. {
            let segment = match &node.value {
                Value::Table(table) => match table.get_index(index) {
                    Some((key, _)) => Segment::Key(key.clone()),
                    None => return,
                },
                Value::List(elements) if index < elements.len() => Segment::Index(index),
                Value::String(text) if is_sealed(text) => return,
                Value::String(text) => {
                    node.value = Value::String(display::text(text, hidden));
                    return;
                }
                Value::List(_) | Value::Null => return,
                // A password may consist of digits.
                _ if hidden => {
                    node.value = Value::String(display::SECRET_PLACEHOLDER.to_owned());
                    return;
                }
                _ => return,
            };
            let inner = self.below(seen, &segment, node);
            let below = Path([&path.0[..], std::slice::from_ref(&segment)].concat());
            if let Some(child) = node.get_mut(std::slice::from_ref(&segment)) {
                self.redact(inner, child, &below);
            }
        }
    }

    fn below(&self, seen: Visibility<'s>, segment: &Segment, node: &Node) -> Visibility<'s> {
        let inner = seen.below(segment, node);
        let Segment::Key(key) = segment else { return inner };
        let child = node.get(std::slice::from_ref(segment));
        let is_misplaced = |child: &Node| inner.view.is_some_and(|view| secrecy::is_misplaced(view, key, &child.value));
        if child.is_some_and(is_misplaced) {
            return Visibility { secret: true, ..inner };
        }
        if inner.secret || inner.view.is_some() {
            return inner;
        }
        let misspelt = self.misspelt.get_or_init(|| MisspeltSecrets::new(self.root));
        Visibility { secret: misspelt.resembles_in(seen.view, node.as_table(), key), ..inner }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::{Gate, Input, ValidateOptions};
    use crate::render::human;
    use crate::toml;
    use crate::value::Source;

    #[test]
    fn what_stands_in_a_secret_list_or_table_is_secret_from_wherever_one_looks() {
        let schema = serde_json::json!({ "type": "object", "properties": {
            "tokens": { "type": "array", "x-secret": true, "items": { "type": "string" } },
            "tab": { "type": "object", "x-secret": true, "additionalProperties": { "type": "string" } },
            "pins": { "x-secret": true },
            "open": { "type": "array", "items": { "type": "string" } },
        } });
        let gate = Gate::of_schema(schema).unwrap();
        let text = "tokens = ['hunter1', '${SECRET_A}']\ntab = { a = 'hunter2' }\npins = { a = { b = [4711] } }\nopen = ['seen']\n";
        let tree = toml::read(&Source::new("x", text)).0;
        let mut said = String::new();
        for path in ["", "tokens", "tokens[0]", "tab", "tab.a", "pins", "pins.a", "pins.a.b", "pins.a.b[0]"] {
            let path = if path.is_empty() { Path::root() } else { Path::dotted(path) };
            let node = tree.get(&path.0).unwrap();
            let seen = Visibility::of(gate.view(), &path.0, &tree);
            said += &toml::inline(&redacted(seen, node, &path, &Sources::default()));
        }
        assert!(!said.contains("hunter") && !said.contains("4711"), "{said}");
        assert!(said.contains("seen") && said.contains("${SECRET_A}"), "{said}");
    }

    #[test]
    fn a_list_or_table_in_the_place_of_a_secret_is_secret_by_the_name_of_the_field() {
        let schema = serde_json::json!({ "properties": {
            "secret_key": { "type": "string" }, "token": { "type": ["string", "object"] }, "api_tokens": { "type": "array" },
        } });
        let gate = Gate::of_schema(schema).unwrap();
        let text = "secret_key = { a = ['hunter1'], b = 4711 }\ntoken.kind = 'seen'\napi_tokens = 'hunter2'\n";
        let tree = toml::read(&Source::new("x", text)).0;
        let seen = |path: Path| {
            let seen = Visibility::of(gate.view(), &path.0, &tree);
            toml::inline(&redacted(seen, tree.get(&path.0).unwrap(), &path, &Sources::default()))
        };
        let all = "{ secret_key = { a = [\"[secret]\"], b = \"[secret]\" }, token = { kind = \"seen\" }, api_tokens = \"[secret]\" }";
        assert_eq!(seen(Path::root()), all);
        assert_eq!(seen(Path::dotted("secret_key.a")), "[\"[secret]\"]");
        assert_eq!(seen(Path::dotted("secret_key.b")), "\"[secret]\"");
    }

    #[test]
    fn no_finding_shows_what_stands_in_a_secret() {
        let schema = serde_json::json!({ "type": "object", "properties": {
            "tokens": { "type": "array", "x-secret": true, "items": { "type": "string", "maxLength": 4 } },
            "tab": { "type": "object", "x-secret": true, "additionalProperties": { "enum": ["a", "b"] } },
        } });
        let gate = Gate::of_schema(schema).unwrap();
        let source = Source::new("x", "tokens = ['hunter1']\n[tab]\nk = 'hunter2'\n");
        let report = gate.validate(Input::text(&source, ValidateOptions::default())).report;
        assert_eq!(report.errors(), 2, "{report:?}");
        let said = human::report(&report, human::Style::default());
        assert!(said.contains("tokens[0]") && said.contains("tab.k") && !said.contains("hunter"), "{said}");
    }
}
