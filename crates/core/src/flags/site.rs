//! A value of a flags document, with its path and its place.

use crate::diagnostics::{Diagnostic, Severity, codes};
use crate::value::{Location, Node, Origin, Path, Sources, Value};

/// A value of the document.
#[derive(Clone)]
pub(super) struct Site<'a> {
    pub path: Path,
    pub node: &'a Node,
    /// Origin of the value, or that of the nearest value around it that has one: Nix knows no positions in nested lists.
    origin: &'a Origin,
    sources: &'a Sources,
}

impl<'a> Site<'a> {
    pub fn at(path: Path, node: &'a Node, sources: &'a Sources) -> Self {
        Self { path, node, origin: &node.origin, sources }
    }

    fn child(&self, path: Path, node: &'a Node) -> Self {
        let origin = if matches!(node.origin, Origin::Generated) { self.origin } else { &node.origin };
        Self { path, node, origin, sources: self.sources }
    }

    /// Returns the value of a key; `None` if the value is not a table, or the key is absent or null.
    pub fn key(&self, key: &str) -> Option<Self> {
        let node = self.node.as_table()?.get(key).filter(|node| !node.is_null())?;
        Some(self.child(self.path.key(key), node))
    }

    /// Returns the entries of a table; none for another value.
    pub fn entries(&self) -> impl Iterator<Item = (&'a str, Self)> {
        let table = self.node.as_table();
        table.into_iter().flatten().map(|(key, node)| (key.as_str(), self.child(self.path.key(key), node)))
    }

    /// Returns the elements of a list; the value itself if it is not a list.
    pub fn elements(&self) -> Vec<Self> {
        match &self.node.value {
            Value::List(nodes) => {
                nodes.iter().enumerate().map(|(index, node)| self.child(self.path.index(index), node)).collect()
            }
            _ => vec![self.clone()],
        }
    }

    pub fn as_str(&self) -> Option<&'a str> {
        self.node.as_str()
    }

    fn places(&self) -> Vec<Location> {
        self.sources.locations(self.origin)
    }

    /// Returns the place of the value itself in a text.
    pub fn value_place(&self) -> Option<Location> {
        self.sources.value_location(self.origin)
    }

    /// Creates an error at this value.
    pub fn error(&self, code: &codes::Code, message: impl Into<String>) -> Diagnostic {
        self.diagnostic(Severity::Error, code, message)
    }

    /// Creates a diagnostic at this value.
    pub fn diagnostic(&self, severity: Severity, code: &codes::Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(severity, code, self.path.clone(), message).at(self.places(), "set here")
    }
}
