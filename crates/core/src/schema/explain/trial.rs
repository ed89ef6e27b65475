//! Trials of suggestions: a suggestion is made only if the config with it has no new problem at its place.

use crate::schema::subschema::Subschema;
use crate::value::{Node, Path, Segment, Table, Value, json};

/// A change of a config that a suggestion leads to.
#[derive(Debug, Clone, Copy)]
pub enum Edit<'e> {
    /// Another value at a path.
    Set {
        /// The path of the value.
        path: &'e Path,
        /// The new value.
        value: &'e Node,
    },
    /// Another name of a key, or another table for it.
    Move {
        /// The path of the key as it is.
        from: &'e Path,
        /// The path that the key gets.
        to: &'e Path,
    },
}

impl Edit<'_> {
    /// Returns the path of the changed value after the edit.
    pub fn place(&self) -> &Path {
        match self {
            Self::Set { path, .. } => path,
            Self::Move { to, .. } => to,
        }
    }

    /// Returns the edited tree; `None` if the tree has no such value, or has another one at the new path.
    pub fn apply(&self, tree: &Node) -> Option<Node> {
        let mut edited = tree.clone();
        match self {
            Self::Set { path, value } => {
                let node = edited.get_mut(&path.0)?;
                node.value = value.value.clone();
            }
            Self::Move { from, to } => {
                let node = edited.remove(&from.0)?;
                let (Segment::Key(key), parents) = to.0.split_last()? else { return None };
                let table = make_tables(&mut edited, parents)?;
                if table.get(key).is_some_and(|known| known.origin != crate::value::Origin::Generated) {
                    return None;
                }
                table.insert(key.clone(), node);
            }
        }
        Some(edited)
    }
}

/// Returns the table at `path`, and makes it and those around it where they are absent.
fn make_tables<'n>(node: &'n mut Node, path: &[Segment]) -> Option<&'n mut Table> {
    let mut node = node;
    for segment in path {
        node = match (segment, &mut node.value) {
            (Segment::Key(key), Value::Table(table)) => {
                table.get_or_insert_with(key.clone(), || Node::generated(Value::Table(Table::default())))
            }
            (Segment::Index(index), Value::List(elements)) => elements.get_mut(*index)?,
            _ => return None,
        };
    }
    node.as_table_mut()
}

/// The judge of suggestions.
pub trait Trial {
    /// Tells whether a subschema admits a value.
    fn admits(&self, view: Subschema<'_>, value: &Node) -> bool;

    /// Tells whether a config has no new problem at the place of an edit once the edit is made.
    fn accepts(&self, edit: &Edit<'_>) -> bool;
}

/// A trial by types and named values alone, where no config is validated.
pub struct TypeTrial;

impl Trial for TypeTrial {
    fn admits(&self, view: Subschema<'_>, value: &Node) -> bool {
        admits_kind(view, value)
    }

    fn accepts(&self, _: &Edit<'_>) -> bool {
        true
    }
}

/// Tells whether a subschema admits the type of a value, and the value itself where the schema names all values.
pub fn admits_kind(view: Subschema<'_>, value: &Node) -> bool {
    let written = || json::write(value);
    let names_value = |keyword: &str| match (keyword, view.get(keyword)) {
        (_, None) => true,
        ("enum", Some(options)) => options.as_array().is_none_or(|options| options.contains(&written())),
        (_, Some(constant)) => *constant == written(),
    };
    let mut alternatives = view.alternatives().peekable();
    view.admits_type(&value.value)
        && names_value("const")
        && names_value("enum")
        && (alternatives.peek().is_none() || alternatives.any(|view| admits_kind(view, value)))
        && view.parts().all(|view| admits_kind(view, value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toml;
    use crate::value::Source;

    fn tree(text: &str) -> Node {
        toml::read(&Source::new("x.toml", text)).0
    }

    #[test]
    fn an_edit_changes_one_place_of_a_copy() {
        let before = tree("a = 1\n[b]\nc = 2\n");
        let edited = |edit: Edit<'_>| edit.apply(&before).map(|tree| toml::write(&tree).unwrap());
        let two = Node::generated(Value::Integer(2));
        let (a, c, d) = (Path::dotted("a"), Path::dotted("b.c"), Path::dotted("d.a"));
        assert_eq!(edited(Edit::Set { path: &a, value: &two }).unwrap(), "a = 2\n\n[b]\nc = 2\n");
        assert_eq!(edited(Edit::Move { from: &a, to: &d }).unwrap(), "\n[b]\nc = 2\n\n[d]\na = 1\n".trim_start());
        assert_eq!(edited(Edit::Move { from: &a, to: &c }), None);
        assert_eq!(edited(Edit::Move { from: &d, to: &c }), None);
    }
}
