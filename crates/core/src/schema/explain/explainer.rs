//! The context of all explanations of one config.

use std::cell::OnceCell;

use crate::schema::explain::context::ExplainContext;
use crate::schema::explain::site::Site;
use crate::schema::explain::trial::{Edit, Trial};
use crate::schema::keywords::{DEFAULTS, ENVIRONMENT};
use crate::schema::search;
use crate::schema::subschema::Subschema;
use crate::schema::violation::Violation;
use crate::value::{Node, Origin, Path};

/// The context of all explanations of one config: the schema, the config, and the judge of suggestions.
pub struct Explainer<'a> {
    pub(in crate::schema) root: Subschema<'a>,
    pub(in crate::schema) tree: &'a Node,
    pub(in crate::schema) context: &'a ExplainContext<'a>,
    pub(super) trial: &'a dyn Trial,
    /// True if the schema has environments, computed for the first message that depends on it.
    has_environments: OnceCell<bool>,
}

impl<'a> Explainer<'a> {
    /// Creates the context of explanations.
    pub fn new(root: Subschema<'a>, tree: &'a Node, context: &'a ExplainContext<'a>, trial: &'a dyn Trial) -> Self {
        Self { root, tree, context, trial, has_environments: OnceCell::new() }
    }

    /// Returns the site of a violation.
    pub(super) fn site(&self, violation: &Violation) -> Site<'a> {
        Site::new(violation, self.root, self.tree, self.context.sources)
    }

    /// Returns the site of a value, whatever it violates.
    pub(super) fn value_site(&self, path: Path, node: &'a Node) -> Site<'a> {
        Site::of_value(path, node, self.root, self.tree, self.context.sources)
    }

    /// Tells whether another value at `path` is right.
    pub(super) fn accepts_value(&self, view: Subschema<'_>, path: &Path, value: &Node) -> bool {
        self.trial.admits(view, value) && self.trial.accepts(&Edit::Set { path, value })
    }

    /// Tells whether another value at `path`, which the schema names elsewhere, is right.
    pub(super) fn accepts_option(&self, path: &Path, value: &Node) -> bool {
        self.trial.accepts(&Edit::Set { path, value })
    }

    /// Tells whether a key is right under another path: the schema admits its value there, and the config does not set it.
    pub(super) fn accepts_move(&self, from: &Path, to: &Path) -> bool {
        let Some(node) = self.tree.get(&from.0) else {
            // The key is not in the tree when it was found outside of it.
            return !self.sets(to);
        };
        let admits = self.root.at(&to.0, self.tree).is_none_or(|view| {
            node.as_table().is_some() && view.admits_type(&node.value) || self.trial.admits(view, node)
        });
        admits && !self.sets(to) && self.trial.accepts(&Edit::Move { from, to })
    }

    /// Tells whether the config sets this path. A default that was filled in is not set.
    pub(super) fn sets(&self, path: &Path) -> bool {
        self.tree.get(&path.0).is_some_and(|node| node.origin != Origin::Generated)
    }

    /// Tells whether the schema has environments, whose defaults may differ.
    pub(super) fn has_environments(&self) -> bool {
        *self.has_environments.get_or_init(|| {
            search::find_marked(self.root, ENVIRONMENT).is_some()
                || self.root.fields().any(|(_, view)| view.get(DEFAULTS).is_some())
        })
    }
}
