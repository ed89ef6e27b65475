//! Decides for each value whose name sounds like that of a secret whether lines of the sources may display it. A report without
//! diagnostics displays none.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::gate::pass::Pass;
use crate::gate::plain_secrets::places_of;
use crate::schema::{Subschema, secrecy};
use crate::sensitive::words;
use crate::value::{Node, PathRef, Value};

pub fn run(pass: &mut Pass<'_>) {
    if pass.diagnostics.is_empty() {
        return;
    }
    let mut search = Search::default();
    search.node(Some(pass.spec.view()), &pass.tree, PathRef::Root, false);
    let places =
        |nodes: Vec<&Node>| nodes.into_iter().flat_map(|node| places_of(node, pass.sources)).collect::<Vec<_>>();
    let (hidden, public) = (places(search.hidden), places(search.public));
    pass.hidden.extend(hidden);
    pass.public.extend(public);
}

#[derive(Default)]
struct Search<'t> {
    hidden: Vec<&'t Node>,
    /// Values that are not secret although their name sounds like it.
    public: Vec<&'t Node>,
    /// True for each name that sounds like that of a secret. The tables of a list have the same names, and a comparison takes longer than
    /// all other steps.
    names: HashMap<&'t str, bool, RandomState>,
}

impl<'t> Search<'t> {
    /// `sounds_secret` is whether the name of the value, or of a table around it, sounds like that of a secret.
    fn node(&mut self, view: Option<Subschema<'t>>, node: &'t Node, trail: PathRef<'_>, sounds_secret: bool) {
        match &node.value {
            Value::Table(table) => {
                for (key, child) in table {
                    let inner = view.and_then(|view| view.property(key, node));
                    // A name is compared with all words, and the tables around have been compared already.
                    let sounds_secret =
                        sounds_secret || *self.names.entry(key).or_insert_with_key(|key| words::has_secret_word(key));
                    let is_misplaced = |view| sounds_secret && secrecy::is_misplaced(view, key, &child.value);
                    match inner.is_some_and(is_misplaced) {
                        true => self.hide(child),
                        false => self.node(inner, child, PathRef::Key(&trail, key), sounds_secret),
                    }
                }
            }
            Value::List(elements) => {
                for (index, child) in elements.iter().enumerate() {
                    let inner = view.and_then(|view| view.element(index, node));
                    self.node(inner, child, PathRef::Index(&trail, index), sounds_secret);
                }
            }
            _ if sounds_secret => {
                if secrecy::is_secret_by_name(view, &trail.to_path(), node) {
                    self.hidden.push(node);
                } else if view.is_some_and(|view| !view.is_secret()) {
                    self.public.push(node);
                }
            }
            _ => {}
        }
    }

    /// Hides every text and number of a list or a table in the place of a secret.
    fn hide(&mut self, node: &'t Node) {
        match &node.value {
            Value::Table(table) => table.values().for_each(|child| self.hide(child)),
            Value::List(elements) => elements.iter().for_each(|child| self.hide(child)),
            Value::Null | Value::Bool(_) => {}
            _ => self.hidden.push(node),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::{Diagnostic, codes};
    use crate::gate::stages::test_pass::TestPass;
    use crate::value::Path;

    #[test]
    fn the_schema_decides_whether_a_value_with_the_name_of_a_secret_is_displayed() {
        let schema = serde_json::json!({ "properties": {
            "secret_key": { "type": "string" },
            "token": { "enum": ["a", "b"] },
            "port": { "type": "integer" },
        } });
        let test = TestPass::new(schema, "secret_key = 'hunter2'\ntoken = 'c'\nport = 1\n");
        let unchanged = test.run(run);
        assert!(unchanged.hidden.is_empty() && unchanged.public.is_empty());
        let pass = test.run(|pass| {
            pass.diagnostics.push(Diagnostic::error(&codes::SCHEMA_UNKNOWN_KEY, Path::dotted("x"), "unknown key x"));
            run(pass);
        });
        let lines = |places: &[crate::value::Location]| places.iter().map(|place| place.position.0).collect::<Vec<_>>();
        assert_eq!((lines(&pass.hidden), lines(&pass.public)), (vec![1], vec![2]));
    }
}
