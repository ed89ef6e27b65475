//! The stack of layers: each layer is merged over those below it, and shadowed values are kept for `explain`.

use std::collections::HashMap;
use std::mem;
use std::sync::Arc;

use confgate_core::value::{Node, Origin, Path, Source, Sources, Value, merge};

use crate::load::tree_edit::{empty_table, insert_at};
use crate::load::{ConfigLayer, LayerKind};

/// The merged layers so far.
#[derive(Debug)]
pub(super) struct Stack {
    /// The values.
    pub tree: Node,
    /// Sources that the origins of the tree refer to.
    pub sources: Sources,
    /// The layers of [`Sources::layers`], in the same order.
    pub layers: Vec<ConfigLayer>,
    /// Values that a later layer replaced, with their paths, the lowest first. Secrets are replaced by their references.
    pub shadowed: Vec<(Path, Node)>,
}

impl Stack {
    /// Returns a stack of one layer, the config file.
    pub fn new(tree: Node, sources: Sources) -> Self {
        Self { tree, sources, layers: Vec::new(), shadowed: Vec::new() }
    }

    /// Adds a layer and its source, and returns the number of the source for the origins of values.
    pub fn add_source(&mut self, kind: LayerKind, name: impl Into<Arc<str>>, source: Source) -> u16 {
        self.layers.push(ConfigLayer { kind, name: name.into() });
        self.sources.layers.push(source);
        u16::try_from(self.layers.len() - 1).unwrap_or(u16::MAX)
    }

    /// Makes room for more layers of one value each.
    pub fn reserve(&mut self, layers: usize) {
        self.layers.reserve(layers);
        self.sources.layers.reserve(layers);
        self.shadowed.reserve(layers);
    }

    /// Merges one value over the stack.
    pub fn set(&mut self, path: &Path, value: Node) {
        let Self { tree, sources, shadowed, .. } = self;
        if let Some(under) =
            tree.get_mut(&path.0).filter(|under| under.as_table().is_none() || value.as_table().is_none())
        {
            let mut old = mem::replace(under, value);
            restore_references(&mut old, path, sources);
            shadowed.push((path.clone(), old));
            return;
        }
        let mut tree = empty_table();
        insert_at(&mut tree, path, value);
        self.merge(tree, HashMap::new());
    }

    /// Merges a tree over the stack. `resolved` has the original text of its values with a secret.
    pub fn merge(&mut self, tree: Node, resolved: HashMap<Path, String>) {
        let Self { tree: under, sources, shadowed, .. } = self;
        merge::merge_with(under, tree, &mut |path, mut old| {
            restore_references(&mut old, &path, sources);
            shadowed.push((path, old));
        });
        self.sources.resolved.extend(resolved);
    }
}

/// Replaces the secrets in a shadowed value by their references. Its path no longer has a secret.
fn restore_references(old: &mut Node, path: &Path, sources: &mut Sources) {
    if sources.resolved.is_empty() {
        return;
    }
    let inside: Vec<Path> = sources.resolved.keys().filter(|secret| secret.0.starts_with(&path.0)).cloned().collect();
    for secret in inside {
        let original = sources.resolved.remove(&secret).unwrap_or_default();
        if let Some(node) = old.get_mut(&secret.0[path.0.len()..]) {
            node.value = Value::String(original);
        }
    }
}

/// Returns the layer that an origin belongs to. `file` is the name of the config file.
pub(super) fn layer_of(layers: &[ConfigLayer], file: Option<&str>, origin: &Origin) -> ConfigLayer {
    match origin {
        Origin::Generated => ConfigLayer { kind: LayerKind::Default, name: "".into() },
        Origin::Text { .. } | Origin::Nix(_) => {
            ConfigLayer { kind: LayerKind::File, name: file.unwrap_or_default().into() }
        }
        Origin::Layer { source, .. } => layers
            .get(usize::from(*source))
            .cloned()
            .unwrap_or(ConfigLayer { kind: LayerKind::Override, name: "".into() }),
    }
}

#[cfg(test)]
mod tests {
    use confgate_core::toml;

    use super::*;

    #[test]
    fn a_shadowed_secret_is_replaced_by_its_reference() {
        let source = Source::new("file", "a = 'hunter2'\nt = { b = 'hunter3' }\n");
        let mut sources = Sources::from_text(&source);
        sources.resolved.insert(Path::dotted("a"), "${SECRET_A}".into());
        sources.resolved.insert(Path::dotted("t.b"), "${SECRET_B}".into());
        let mut stack = Stack::new(toml::read(&source).0, sources);
        stack.merge(toml::read(&Source::new("over", "a = 'x'\nt = 'y'\n")).0, HashMap::new());
        assert!(stack.sources.resolved.is_empty());
        let shadowed = format!("{:?}", stack.shadowed);
        assert!(
            shadowed.contains("${SECRET_A}") && shadowed.contains("${SECRET_B}") && !shadowed.contains("hunter"),
            "{shadowed}"
        );
    }
}
