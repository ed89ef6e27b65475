//! Unknown keys that are probably misspelt names of secrets, whose values are hidden.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::schema::subschema::Subschema;
use crate::schema::{search, secrecy};
use crate::sensitive::words;
use crate::value::{Node, Origin, Path, Table};

/// The names of the fields of a table that are secret or sound so, each with whether it is marked as a secret.
type SecretFields<'s> = Rc<[(&'s str, bool)]>;

/// The search for unknown keys that are probably misspelt names of secrets.
pub struct MisspeltSecrets<'s> {
    root: Subschema<'s>,
    /// The names of all secret fields, collected once: a config may have many unknown keys.
    secrets: HashSet<&'s str>,
    /// Those of each table, by its place and whether it is in a secret, for the same reason.
    tables: RefCell<HashMap<(&'s str, bool), SecretFields<'s>>>,
}

impl<'s> MisspeltSecrets<'s> {
    /// Prepares the search in a schema. Paths begin at `root`, which may be a part of the schema.
    pub fn new(root: Subschema<'s>) -> Self {
        Self { root, secrets: search::secret_names(root.top()).into_iter().collect(), tables: RefCell::default() }
    }

    /// Tells whether an unknown key is probably the misspelt name of a secret: it resembles a word for a secret or a secret of its
    /// table, has the name of one elsewhere, or resembles no other key of a table that a secret is missing from.
    pub fn resembles(&self, path: &Path, tree: &Node) -> bool {
        let (Some(table), Some(key)) = (path.parent(), path.last_key()) else { return false };
        self.root.hides(&table.0, tree)
            || self.resembles_in(self.root.at(&table.0, tree), tree.get(&table.0).and_then(Node::as_table), key)
    }

    /// Tells whether a path leads through an unknown key that is probably the misspelt name of a secret.
    pub fn cover(&self, path: &Path, tree: &Node) -> bool {
        let prefixes = (1..=path.0.len()).map(|length| Path(path.0[..length].to_vec()));
        prefixes.filter(|prefix| self.root.at(&prefix.0, tree).is_none()).any(|prefix| self.resembles(&prefix, tree))
    }

    /// Tells the same of a key in a table, with the subschema of the table and its entries, as far as there are any.
    pub fn resembles_in(&self, view: Option<Subschema<'s>>, entries: Option<&Table>, key: &str) -> bool {
        if self.secrets.contains(key) || words::resembles_word(key) {
            return true;
        }
        let Some(view) = view else { return false };
        let is_set =
            |name: &str| entries.and_then(|table| table.get(name)).is_some_and(|node| node.origin != Origin::Generated);
        let secrets = self.secrets_of(view);
        // Most tables have no secrets, and comparisons take time.
        let mut missing = secrets.iter().filter(|(name, _)| !is_set(name)).peekable();
        if missing.peek().is_none() {
            return false;
        }
        let is_missing = missing.clone().any(|(_, is_marked)| *is_marked);
        missing.any(|(name, _)| words::resembles(key, name))
            || is_missing && !fields(view).any(|(name, _)| !is_set(name) && words::resembles(key, name))
    }

    fn secrets_of(&self, view: Subschema<'s>) -> SecretFields<'s> {
        let find = || {
            let secret = |(name, field): &(&String, Subschema<'_>)| {
                field.is_secret() || secrecy::sounds_secret(Some(*field), name)
            };
            fields(view).filter(secret).map(|(name, field)| (name.as_str(), field.is_secret())).collect()
        };
        self.tables.borrow_mut().entry((view.place(), view.is_secret())).or_insert_with(find).clone()
    }
}

/// Returns the fields of a table and of its alternatives.
fn fields<'s>(view: Subschema<'s>) -> impl Iterator<Item = (&'s String, Subschema<'s>)> {
    view.fields().chain(view.alternatives().flat_map(Subschema::fields))
}
