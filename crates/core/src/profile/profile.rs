use crate::diagnostics::{Diagnostic, codes};
use crate::profile::condition::Condition;
use crate::value::{Node, Origin, Path, Sources};

/// Name of the file with profiles beside a config.
pub const BESIDE: &str = "profiles.toml";

/// Reports keys that do not belong in such a file. `tree` is its content without the profiles.
pub fn beside(tree: &Node, sources: &Sources) -> Vec<Diagnostic> {
    let others = tree.as_table().into_iter().flatten().map(|(key, node)| {
        let message = format!("unexpected key {key}: {BESIDE} may contain only profiles");
        let diagnostic = Diagnostic::error(&codes::PROFILES_NOTHING_ELSE, Path::root().key(key), message);
        let diagnostic = diagnostic.at(sources.locations(&node.origin), "");
        diagnostic.help("move it to the config file, or into the set of a profile")
    });
    others.collect()
}

/// A part of a config, and the conditions under which it is active.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// Name, unique in the config.
    pub name: String,
    /// The conditions.
    pub when: Condition,
    /// The table that is merged into the config, with the origins of its values.
    pub set: Node,
    /// Origin of its name.
    pub origin: Origin,
}
