//! The site of a violation: the value, and the subschemas that apply to it.

use serde_json::Value as Json;

use crate::diagnostics::Suggestion;
use crate::schema::notation::Notation;
use crate::schema::secrecy;
use crate::schema::subschema::Subschema;
use crate::schema::violation::Violation;
use crate::value::{self, Node, Origin, Path, Sources};

/// The value that violates a schema, and the subschemas that apply to it.
pub(super) struct Site<'a> {
    pub(super) path: Path,
    pub(super) node: Option<&'a Node>,
    /// The subschema of the field.
    pub(super) view: Option<Subschema<'a>>,
    /// The subschema with the violated keyword: the one of the field, or a part of it.
    pub(super) stated: Option<Subschema<'a>>,
    /// The unresolved text, if the value contains a secret now.
    pub(super) unresolved: Option<&'a str>,
    /// True if the value is in a secret.
    pub(super) in_secret: bool,
    /// True if the name of the field says that the value is a secret.
    pub(super) name_hides: bool,
}

impl<'a> Site<'a> {
    pub(super) fn new(violation: &Violation, root: Subschema<'a>, tree: &'a Node, sources: &'a Sources) -> Self {
        let path = tree.path_of(&violation.instance);
        let stated = violation.subschema().and_then(|pointer| root.pointer(pointer));
        let unresolved = sources.resolved.get(&path).map(String::as_str);
        let in_secret = root.hides(&path.0, tree);
        let (node, view) = (tree.get(&path.0), root.at(&path.0, tree).or(stated));
        let name_hides = node.is_some_and(|node| secrecy::is_secret_by_name(view, &path, node));
        Site { in_secret, node, view, stated, path, unresolved, name_hides }
    }

    /// Returns the site of a value, whatever it violates.
    pub(super) fn of_value(path: Path, node: &'a Node, root: Subschema<'a>, tree: &Node, sources: &'a Sources) -> Self {
        let view = root.at(&path.0, tree);
        let unresolved = sources.resolved.get(&path).map(String::as_str);
        let in_secret = root.hides(&path.0, tree);
        let name_hides = secrecy::is_secret_by_name(view, &path, node);
        Site { path, node: Some(node), view, stated: view, unresolved, in_secret, name_hides }
    }

    /// Returns both subschemas, the one of the field first.
    pub(super) fn views(&self) -> impl Iterator<Item = Subschema<'a>> {
        [self.view, self.stated].into_iter().flatten()
    }

    /// Tells whether the value is a secret.
    pub(super) fn is_secret(&self) -> bool {
        self.in_secret || self.name_hides || self.unresolved.is_some() || self.views().any(Subschema::is_secret)
    }

    /// Tells whether the value must not be displayed: it is a secret, or it takes the place of a table or a list with
    /// secrets.
    pub(super) fn is_hidden(&self) -> bool {
        self.is_secret() || self.node.is_some_and(|node| self.views().any(|view| view.hides_value(node)))
    }

    /// Returns a keyword of the subschema with the violated keyword, or else of the field.
    pub(super) fn get(&self, keyword: &str) -> Option<&'a Json> {
        [self.stated, self.view].into_iter().flatten().find_map(|view| view.get(keyword))
    }
}

/// Suggests the key at `path` for a key in `table`. A key of another table needs a move, not a replacement.
pub(super) fn suggest_key(path: &Path, table: &Path, place: Option<&value::Location>) -> Suggestion {
    match place {
        Some(place) if path.0.len() == table.0.len() + 1 && path.0.starts_with(&table.0) => {
            let name = path.last_key().unwrap_or_default();
            let replacement = Notation::from(place.source.format()).key(name);
            Suggestion { replacement, place: Some(place.clone()), path: Some(path.clone()) }
        }
        _ => Suggestion { replacement: path.to_string(), place: None, path: Some(path.clone()) },
    }
}

/// Suggests the key at `path` for a key in `table`, with its name in the help. In another table, it is written as a dotted key if the
/// notation has them and the config does not have that table yet, because TOML defines a table once; else the table is named. A table
/// of TOML has its path in its header.
pub(super) fn suggest_move(
    path: &Path,
    table: &Path,
    place: Option<&value::Location>,
    notation: Notation,
    tree: &Node,
    value: Option<&Node>,
) -> (String, Suggestion) {
    let suggestion = suggest_key(path, table, place);
    let (Some(target), Some(name)) = (path.parent().filter(|target| target != table), path.last_key()) else {
        return (path.to_string(), suggestion);
    };
    // The table itself may have the name that is meant.
    let step = path.0.get(..=table.0.len()).filter(|_| path.0.starts_with(&table.0));
    let is_new = step.is_some_and(|step| tree.get(step).is_none());
    match (notation, place) {
        (Notation::Nix, _) if target.0.is_empty() => (format!("{name} at the top of the module"), suggestion),
        (Notation::Nix, _) => (path.to_string(), suggestion),
        (Notation::Toml, _) if value.is_some_and(|value| value.as_table().is_some()) => (path.to_string(), suggestion),
        (Notation::Toml, Some(place)) if is_new => {
            let below = Path(path.0[table.0.len()..].to_vec()).to_string();
            let replacement =
                Suggestion { replacement: below.clone(), place: Some(place.clone()), path: Some(path.clone()) };
            (below, replacement)
        }
        (Notation::Toml, None) if is_new => (path.to_string(), suggestion),
        (Notation::Toml, _) if target.0.is_empty() => {
            (format!("{} above the first table", notation.key(name)), suggestion)
        }
        _ if target.0.is_empty() => (format!("{name} at the top of the config"), suggestion),
        _ => (format!("{name} in the table {target}"), suggestion),
    }
}

/// Returns the place of the key of a value that was read from a text.
pub(super) fn key_place(node: &Node, sources: &Sources) -> Option<value::Location> {
    let in_text = matches!(node.origin, Origin::Text { .. } | Origin::Layer { .. });
    let mut places = sources.locations(&node.origin).into_iter();
    places.next().filter(|place| in_text && place.position.0 > 0)
}

/// Returns the place of a value that was read from a text. A table with a header has no value that can be replaced.
pub fn value_place(node: &Node, sources: &Sources) -> Option<value::Location> {
    let has_header = match &node.origin {
        Origin::Text { key, value } | Origin::Layer { key, value, .. } => value.start < key.start,
        Origin::Generated | Origin::Nix(_) => false,
    };
    sources.value_location(&node.origin).filter(|place| place.position.0 > 0 && !has_header)
}
