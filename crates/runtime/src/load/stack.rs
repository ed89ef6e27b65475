//! The stack: trees of layers, each laid on those below it, with a memory of what was covered.

use confgate_core::value::{Node, Origin, Path, Source, Sources, Value, merge};

use crate::load::{Kind, Layer};

/// What layers came to so far.
#[derive(Debug)]
pub struct Stack {
    /// The values.
    pub tree: Node,
    /// Where their origins point.
    pub sources: Sources,
    /// The layers whose sources are [`Sources::layers`], in the same order.
    pub layers: Vec<Layer>,
    /// Values that a later layer took the place of, each with its path and as it was written, the lowest first.
    pub covered: Vec<(Path, Node)>,
}

impl Stack {
    /// A stack with one layer: that of the file.
    pub fn on(tree: Node, sources: Sources) -> Self {
        Self { tree, sources, layers: Vec::new(), covered: Vec::new() }
    }

    /// Names a layer and its source, for the origins of values in it.
    pub fn declare(&mut self, kind: Kind, name: impl Into<String>, source: Source) -> u16 {
        self.layers.push(Layer { kind, name: name.into() });
        self.sources.layers.push(source);
        u16::try_from(self.layers.len() - 1).unwrap_or(u16::MAX)
    }

    /// Lays a tree on top. `resolved` are those of its values that hold a secret, as they were written.
    pub fn lay(&mut self, tree: Node, resolved: std::collections::HashMap<Path, String>) {
        let Self { tree: under, sources, covered, .. } = self;
        merge::merge_with(under, tree, &mut |path, mut old| {
            // A secret that is covered is shown as it was written, and what covers it is none.
            let inside: Vec<Path> =
                sources.resolved.keys().filter(|secret| secret.0.starts_with(&path.0)).cloned().collect();
            for secret in inside {
                let written = sources.resolved.remove(&secret).unwrap_or_default();
                if let Some(node) = old.get_mut(&secret.0[path.0.len()..]) {
                    node.value = Value::String(written);
                }
            }
            covered.push((path, old));
        });
        self.sources.resolved.extend(resolved);
    }

    /// The kind and the name of the layer that an origin belongs to.
    pub fn layer_of(layers: &[Layer], file: Option<&str>, origin: &Origin) -> Layer {
        match origin {
            Origin::Generated => Layer { kind: Kind::Default, name: String::new() },
            Origin::Text { .. } | Origin::Nix(_) => {
                Layer { kind: Kind::File, name: file.unwrap_or_default().to_owned() }
            }
            Origin::Layer { source, .. } => {
                layers.get(usize::from(*source)).cloned().unwrap_or(Layer { kind: Kind::Override, name: String::new() })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use confgate_core::toml;

    use super::*;

    #[test]
    fn a_secret_that_is_covered_is_remembered_as_it_was_written() {
        let source = Source::new("file", "a = 'hunter2'\nt = { b = 'hunter3' }\n");
        let mut sources = Sources::from_text(&source);
        sources.resolved.insert(Path::dotted("a"), "${SECRET_A}".into());
        sources.resolved.insert(Path::dotted("t.b"), "${SECRET_B}".into());
        let mut stack = Stack::on(toml::read(&source).0, sources);
        stack.lay(toml::read(&Source::new("over", "a = 'x'\nt = 'y'\n")).0, HashMap::new());
        assert!(stack.sources.resolved.is_empty());
        let covered = format!("{:?}", stack.covered);
        assert!(
            covered.contains("${SECRET_A}") && covered.contains("${SECRET_B}") && !covered.contains("hunter"),
            "{covered}"
        );
    }
}
