//! Unknown keys that are probably misspelt names of secrets, whose values are hidden.

use std::collections::HashSet;

use crate::schema::secrecy;
use crate::schema::subschema::Subschema;
use crate::sensitive::words;
use crate::value::{Node, Origin, Path};

/// The search for unknown keys that are probably misspelt names of secrets.
pub struct MisspeltSecrets<'s> {
    root: Subschema<'s>,
    /// The names of all secret fields, collected once: a config may have many unknown keys.
    secrets: HashSet<&'s str>,
}

impl<'s> MisspeltSecrets<'s> {
    /// Prepares the search in a schema.
    pub fn new(root: Subschema<'s>) -> Self {
        Self { root, secrets: root.secret_names().into_iter().collect() }
    }

    /// Tells whether an unknown key is probably the misspelt name of a secret: it resembles one of its table, has the name of one
    /// elsewhere, or resembles no other key of a table that a secret is missing from.
    pub fn resembles(&self, path: &Path, tree: &Node) -> bool {
        let (Some(table), Some(key)) = (path.parent(), path.last_key()) else { return false };
        if self.secrets.contains(key) || self.root.hides(&table.0, tree) {
            return true;
        }
        let Some((node, view)) = tree.get(&table.0).zip(self.root.at(&table.0, tree)) else { return false };
        let entries = node.as_table();
        let is_set =
            |name: &str| entries.and_then(|table| table.get(name)).is_some_and(|node| node.origin != Origin::Generated);
        let names = || view.fields().chain(view.alternatives().flat_map(Subschema::fields));
        let secrets: Vec<(&str, bool)> = names()
            .filter(|(name, field)| field.is_secret() || secrecy::sounds_secret(Some(*field), name))
            .filter(|(name, _)| !is_set(name))
            .map(|(name, field)| (name.as_str(), field.is_secret()))
            .collect();
        // Most tables have no secrets, and comparisons take time.
        if secrets.is_empty() {
            return false;
        }
        let is_missing = secrets.iter().any(|(_, is_marked)| *is_marked);
        secrets.iter().any(|(name, _)| words::resembles(key, name))
            || is_missing && !names().any(|(name, _)| !is_set(name) && words::resembles(key, name))
    }
}
